"""Reactor with stated conversions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.declaration import Inlet, Outlet, parameter_set, quantity, result
from flowsheet.document.document import DRAWN
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from flowsheet.model.unit import Shape, Unit
from hydromet.leaching.rate_law import Amount, constants_of, evaluate_law
from hydromet.leaching.stated_reactions import ReactionSet, StatedReaction, Substance, read_reactions

_FOLDER = Path(__file__).parent / "parameters"
_CONVERSION = "conversion"
_PHASES = ("aqueous", "solid", "gas")


class StoichiometricReactor(Unit, name="stoichiometric_reactor", symbol="tank"):
    """Reactions of a parameter set to the conversions that it states, whatever their kinetics and equilibria.

    extent               xi_r = X_r n_key,r / nu_key,r      n_key what enters of the reaction's first reactant
    component_balance    ln n_out,c = ln(n_in,c + sum_r nu_c,r xi_r)            aqueous components but H
    solid_balance        n_out,k = n_in,k + sum_r nu_k,r xi_r                   and gases
    reagent              what it brings of the reactant that nothing else does = (1 + excess) what is taken up
    volume               V = residence_time (m3/h of all that leaves but gas)

    n flows, xi extents [mol/h], X_r conversion, nu stoichiometric numbers (formed positive).  Reactions run
    side by side, each on what enters.  The proton follows from electroneutrality, as reactions balance in
    charge.  One whose first reactant doesn't enter does not run; one that another reactant is lacking for is
    refused.  A solid reagent as needed without `excess` is used up and doesn't leave.

    Use it where published conversions stand for a model, or where a laboratory's own do.

    Range: conversions below 1 of what stays dissolved (a logarithm); no reactant is taken up beyond what
    enters, else the unit has no solution (S203).

    Sources: the parameter sets.

    Example:
        precipitation:
          unit: stoichiometric_reactor
          inlets: {feed: ree_sx.strip_liquor, reagent: oxalate}
          reactions: coal_refuse_oxalate
    """

    feed = Inlet("aqueous", "solid", "gas", description="what reacts")
    reagent = Inlet(
        "aqueous", "solid", "gas", optional=True, draws=True, description="reagent, stated or as needed"
    )
    product = Outlet("aqueous", "solid", description="liquor and solids after the reactions")
    off_gas = Outlet("gas", optional=True, description="gas formed or left over")

    reactions = parameter_set(
        None, "stoichiometric_reactor.reactions", "reactions with their conversions; required"
    )
    excess = quantity(
        None, "1", "reagent as needed over what the reactions take up; none when absent", range=(1e-6, 100.0)
    )
    temperature = quantity(
        None, "K", "temperature of what leaves; adiabatic when absent", range=(273.15, 1500.0)
    )
    residence_time = quantity(
        "1 h", "h", "residence time of slurry", range=(1e-3, 1000.0), source="design assumption"
    )

    conversion = result("1", "share of a reaction's first reactant that it takes")
    reagent_flow = result("kg/h", "reagent that enters")
    heat_duty = result("kW", "heat added; negative: removed", charge="heat")
    volume = result("m3", "working volume", charge="tank")

    # ---- structure

    @cached_property
    def parameters(self) -> ParameterSet:
        return find_parameter_set(self.reactions, _FOLDER)

    @cached_property
    def stated(self) -> ReactionSet:
        if self.reactions is None:
            self.refuse("which reactions run isn't stated", help="add `reactions:` with a parameter set")
        return read_reactions(self.parameters, self.system, (_CONVERSION,))

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = Shape.of()
        for shape in inlets.values():
            everything = everything | shape
        names = {phase: set(everything.names(phase)) for phase in _PHASES}
        for reaction in self._running(everything):
            for (phase, name), number in reaction.stoichiometry.items():
                if number > 0.0 and name != "H":
                    names[phase].add(name)
        if self._draws and not self.given["excess"]:
            names["solid"] -= set(inlets["reagent"].names("solid")) - set(inlets["feed"].names("solid"))
        return {
            "product": Shape.of(aqueous=names["aqueous"], solid=names["solid"]),
            "off_gas": Shape.of(gas=names["gas"]),
        }

    @property
    def _draws(self) -> bool:
        """Whether the reagent is as needed (`Mixture.drawn`, known before the streams are)."""
        return any(DRAWN in reference.name for reference in self.entry.inlets.get("reagent", ()))

    def _running(self, entering: Shape) -> list[StatedReaction]:
        """Reactions whose first reactant enters."""
        return [r for r in self.stated.reactions if r.key[1] in entering.names(r.key[0])]

    # ---- equations

    def equations(self) -> None:
        for line in self.stated.left_out:
            self.note(line)
        entering = Shape.of()
        for mixture in self.inlets.values():
            entering = entering | mixture.shape
        running = self._running(entering)
        if not running:
            self.refuse("none of the reactions has its first reactant here", "reactions")
        self._extents(running, entering)
        self._outlets()
        self._reagent()
        self.report("heat_duty", self.heat_balance(self.temperature))
        volume = sum(self.product.volume_flow(p) for p in self.product.shape.phases)
        self.report("volume", self.residence_time * volume)

    def _extents(self, running: list[StatedReaction], entering: Shape) -> None:
        values = self.parameters.values
        numbers = {
            name: self.input(f"reactions.{name}", stated.value, "1")
            for name in constants_of([r.rate for r in running if r.rate is not None], values)
            if (stated := values[name]).quantity is not None
        }
        self.net: dict[Substance, Any] = {}
        for reaction in running:
            for phase, name in reaction.reactants:
                if name not in entering.names(phase) and name not in ("H", "H2O"):
                    self.refuse(f"`{reaction.text}` lacks {name}", "reactions", f"nothing brings {name}")
            if reaction.rate is None:
                self.refuse(f"`{reaction.text}` has no conversion", "reactions", "state it as its `rate`")
            conversion = evaluate_law(reaction.rate, lambda name: Amount(numbers[name]))
            extent = conversion * self.entering(*reaction.key) / -reaction.of(*reaction.key)
            for substance, number in reaction.stoichiometry.items():
                self.net[substance] = self.net.get(substance, 0.0) + number * extent
            self.report("conversion", conversion, reaction.name)

    def leaving(self, phase: str, name: str) -> Any:
        """What leaves of a substance [mol/h]."""
        return self.entering(phase, name) + self.net.get((phase, name), 0.0)

    def _outlets(self) -> None:
        aqueous = self.product.shape.names("aqueous")
        for c in aqueous:
            brought, left = self.entering("aqueous", c), self.leaving("aqueous", c)
            if ("aqueous", c) in self.net and c in self.feed.shape.names("aqueous"):
                self.require(f"left_{c}", left / brought, f"the reactions take up more {c} than enters")
            self.start(self.product.ln("aqueous", c), pyo.log(left))
        self.rows(
            "component_balance",
            aqueous,
            lambda c: self.product.ln("aqueous", c) - pyo.log(self.leaving("aqueous", c)),
        )
        for stream, phase in ((self.product, "solid"), (self.off_gas, "gas")):
            names = stream.shape.names(phase)
            self.rows(f"{phase}_balance", names, lambda k, s=stream, p=phase: s.n[p][k] - self.leaving(p, k))
            for k in names:
                self.start(stream.n[phase][k], self.leaving(phase, k))

    def _reagent(self) -> None:
        drawn = self.reagent.drawn
        if drawn is None:
            if self.excess is not None:
                self.refuse("`excess` is of a reagent as needed", "excess", "its feed's flow is stated")
            return
        brought = [(p, n) for p in drawn.shape.phases for n in drawn.shape.names(p)]
        taken = [s for s in brought if s in self.net and s[1] not in self.feed.shape.names(s[0])]
        if len(taken) != 1:
            self.refuse("the reagent as needed must bring one reactant that nothing else brings", "reactions")
        ((phase, name),) = taken
        if phase == "aqueous" and self.excess is None:
            self.refuse(f"{name} can't be used up to nothing", None, "state an `excess`, such as 1 %")
        factor = 1.0 if self.excess is None else 1.0 + self.excess
        wanted = -factor * self.net[phase, name]
        self.rows("reagent", None, lambda: pyo.log(drawn.flow(phase, name)) - pyo.log(wanted))
        self.start_draw(drawn, wanted / drawn.per_mass[phase][name])
        self.report("reagent_flow", drawn.draw)
