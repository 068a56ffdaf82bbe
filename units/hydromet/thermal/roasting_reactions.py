"""Reactions of a roaster, one after the other, stage by stage.

form          rate          X, conversion of the first reactant in a stage
conversion    X             as stated, a number or an expression of T
first_order   k [1/h]       1 - exp(-k t)          t time in the stage: plug flow of the solids
complete      none          1: nothing of it is left
scarcest      none          as far as the scarcer of its two reactants goes

The other reactants follow by stoichiometry; protons and water don't count as reactants.  Of `scarcest`, with
a and b what there is of the two [mol/h], each over its stoichiometric number,

    extent = 2 a b/(a + b + d)        d = sqrt((a - b)^2 + s^2 a b)        s rounds the corner at a = b

which is the smaller of both but for s/2 of it at a = b, and leaves a (a - b + d)/(a + b + d) of the first.

An expression may use T [K], time (in the stage) [h], R [kJ/mol/K] and the set's own values; numbers with
units count as in `hydromet.leaching.rate_law`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.enthalpy import phase_enthalpy
from flowsheet.chemistry.operators import exp, sqrt
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import PROTON, WATER
from hydromet.leaching.rate_law import Amount, LawNames, constants_of
from hydromet.leaching.stated_reactions import ReactionSet, StatedReaction, Substance, fault

if TYPE_CHECKING:
    from hydromet.thermal.roaster import Roaster

COMPLETE, SCARCEST = "complete", "scarcest"
FORMS = ("conversion", "first_order", COMPLETE, SCARCEST)
OXYGEN = "O2"
NAMES = ("T", "time", "R")
_FREE = (("aqueous", PROTON), ("aqueous", WATER))
_CORNER = 1e-6
"""s of the form `scarcest`."""


def runs(reaction: StatedReaction, there: set[Substance]) -> bool:
    """Whether all that it consumes is there; protons follow from electroneutrality."""
    consumed = [s for s, nu in reaction.stoichiometry.items() if nu < 0 and s != ("aqueous", PROTON)]
    return reaction.key in there and all(s in there for s in consumed)


def scarce(reaction: StatedReaction) -> list[Substance]:
    """What it consumes but for protons and water."""
    return [s for s, nu in reaction.stoichiometry.items() if nu < 0 and s not in _FREE]


def what_forms(
    stated: ReactionSet, solids: Iterable[str], solutes: Iterable[str], gases: Iterable[str], stages: int
) -> tuple[list[str], list[str], list[str]]:
    """Solids and gases that can leave, and solutes that are left over.

    Raises:
        DiagnosticError: a reaction without a rate that its form asks for, or one that it doesn't take; one of
            the form `scarcest` that isn't of two reactants.
    """
    there: set[Substance] = {("solid", k) for k in solids} | {("gas", g) for g in gases}
    there |= {("aqueous", c) for c in solutes if c != PROTON}
    for reaction in stated.reactions:
        if (reaction.rate is None) != (reaction.form in (COMPLETE, SCARCEST)):
            wanted = "has no `rate`" if reaction.rate is None else "takes no `rate`"
            raise fault(f"`{reaction.name}`: the form {reaction.form} {wanted}", reaction.span)
        if reaction.form == SCARCEST and len(scarce(reaction)) != 2:
            message = f"`{reaction.name}`: the form {SCARCEST} is for two reactants beside protons and water"
            raise fault(message, reaction.span)
    there, _ = _course(stated, there, stages)
    names = {phase: sorted(n for p, n in there if p == phase) for phase in ("solid", "gas", "aqueous")}
    return names["solid"], names["gas"], names["aqueous"]


def _course(
    stated: ReactionSet, there: set[Substance], stages: int
) -> tuple[set[Substance], list[StatedReaction]]:
    """What is there in the end, and the reactions that run."""
    there, ran = set(there), dict[str, StatedReaction]()
    for _ in range(stages):
        for reaction in stated.reactions:
            if runs(reaction, there):
                ran[reaction.name] = reaction
                there |= {s for s, nu in reaction.stoichiometry.items() if nu > 0 and s not in _FREE}
                if reaction.form == COMPLETE:
                    there.discard(reaction.key)
        if ("aqueous", WATER) in there:
            there = (there - {("aqueous", WATER)}) | {("gas", WATER)}
    return there, list(ran.values())


def _scarcest(r: StatedReaction, now: Mapping[Substance, Any]) -> tuple[Any, dict[Substance, Any]]:
    """Extent of a reaction of this form, and what it leaves of its two reactants."""
    first, second = scarce(r)
    a, b = -now[first] / r.stoichiometry[first], -now[second] / r.stoichiometry[second]
    apart = sqrt((a - b) ** 2 + _CORNER**2 * a * b)
    whole = a + b + apart
    left = {
        first: now[first] * (a - b + apart) / whole,
        second: now[second] * (b - a + apart) / whole,
    }
    return 2.0 * a * b / whole, left


class RoastingStages:
    """What leaves every stage, as expressions on the unit's block.

    temperatures: of the stages [K].
    """

    def __init__(self, unit: Roaster, stated: ReactionSet, temperatures: Sequence[Any]) -> None:
        self.unit, self.stated, self.temperatures = unit, stated, list(temperatures)
        self.values = stated.parameters.values
        self.flows: list[dict[Substance, Any]] = []
        self._extents: dict[str, list[Any]] = {}
        self._others: set[Substance] = set()

    def build(self) -> None:
        unit, b = self.unit, self.unit.block
        flow = {("solid", k): unit.feed.flow("solid", k) for k in unit.feed.shape.names("solid")}
        flow |= {("aqueous", c): unit.feed.flow("aqueous", c) for c in unit.feed.shape.names("aqueous")}
        flow |= {("gas", g): unit.gas.flow("gas", g) for g in unit.gas.shape.names("gas")}
        self.entering = dict(flow)
        _, ran = _course(self.stated, set(flow), len(self.temperatures))
        self.constants = constants_of([r.rate for r in ran if r.rate is not None], self.values)
        self.numbers = {
            name: unit.input(f"reactions.{name}", q.value, q.unit)
            for name in self.constants
            if (q := self.values[name].quantity) is not None
        }
        b.stage_flow, b.stage_extent = pyo.Expression(pyo.Any), pyo.Expression(pyo.Any)
        for number in range(1, len(self.temperatures) + 1):
            flow = self._stage(number, flow)
            for (phase, name), value in flow.items():
                b.stage_flow[number, phase, name] = value
            flow = {s: b.stage_flow[number, *s] for s in flow}
            self.flows.append(dict(flow))

    def _stage(self, number: int, flow: Mapping[Substance, Any]) -> dict[Substance, Any]:
        b = self.unit.block
        now = dict(flow)
        for r in self.stated.reactions:
            if not runs(r, set(now)):
                continue
            left: dict[Substance, Any] = {}
            if r.form == SCARCEST:
                b.stage_extent[number, r.name], left = _scarcest(r, now)
            else:
                b.stage_extent[number, r.name] = self._conversion(number, r) * now[r.key] / r.reactants[r.key]
            extent = b.stage_extent[number, r.name]
            self._extents.setdefault(r.name, []).append(extent)
            for substance, nu in r.stoichiometry.items():
                if substance != ("aqueous", PROTON) and substance not in left:
                    now[substance] = now.get(substance, 0.0) + nu * extent
                    if nu < 0 and substance != r.key:
                        self._others.add(substance)
            now |= left
            if r.form == COMPLETE:
                del now[r.key]
        if ("aqueous", WATER) in now:
            now["gas", WATER] = now.get(("gas", WATER), 0.0) + now.pop(("aqueous", WATER))
        return now

    def _conversion(self, number: int, r: StatedReaction) -> Any:
        if r.rate is None:
            return 1.0
        time = self.unit.residence_time / len(self.temperatures)
        known = {"T": self.temperatures[number - 1], "time": time, "R": GAS_CONSTANT}
        names = LawNames(self.values, self.numbers, lambda name: Amount(known[name]), NAMES)
        value = names.evaluate(r.rate)
        if isinstance(value, (int, float)) and not value >= 0.0 and math.isfinite(value):
            raise fault(f"`{r.name}`: a rate of {value:g} is negative", r.span)
        return 1.0 - exp(-value * time) if r.form == "first_order" else value

    # ---- what the unit asks

    def leaving(self, phase: str) -> dict[str, Any]:
        """Flows after the last stage [mol/h]."""
        return {name: value for (p, name), value in self.flows[-1].items() if p == phase}

    def taken_up(self, gas: str) -> Any:
        """What the reactions take of a gas in all, less what they give [mol/h]."""
        return -self._made(("gas", gas))

    def _made(self, substance: Substance) -> Any:
        total: Any = 0.0
        for r in self.stated.reactions:
            nu = r.of(*substance)
            for extent in self._extents.get(r.name, ()) if nu else ():
                total = total + nu * extent
        return total

    def margins(self) -> dict[Substance, Any]:
        """What is left, over what there was, of what reactions take by stoichiometry."""
        found = {}
        for substance in sorted(self._others - set(_FREE)):
            if substance in self.entering:
                found[substance] = 1.0 + self._made(substance) / self.entering[substance]
        return found

    def extents(self) -> dict[str, Any]:
        """[mol/h] over all stages, by reaction."""
        return {name: sum(parts) for name, parts in self._extents.items()}

    def touched(self) -> list[str]:
        """Entering solids that a reaction turns over."""
        ran = [r for r in self.stated.reactions if r.name in self._extents]
        entering = self.unit.feed.shape.names("solid")
        return [k for k in entering if any(r.of("solid", k) for r in ran)]

    def heat(self, number: int) -> Any:
        """Heat that a stage takes, gas and solids leaving it at its temperature [kJ/h]."""
        before = (
            self.unit.feed.enthalpy() + (self.unit.gas.enthalpy() if self.unit.gas else 0.0)
            if number == 1
            else self._enthalpy(number - 1)
        )
        return self._enthalpy(number) - before

    def _enthalpy(self, number: int) -> Any:
        flows, temperature = self.flows[number - 1], self.temperatures[number - 1]
        return sum(
            phase_enthalpy(
                self.unit.system, phase, {n: f for (p, n), f in flows.items() if p == phase}, temperature
            )
            for phase in ("solid", "gas")
        )
