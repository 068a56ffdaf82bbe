"""Crystalliser: evaporative or by cooling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.steam import latent_heat, saturation_pressure
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, mapping, names, quantity, result
from flowsheet.model.unit import SECONDS_PER_HOUR, Shape, Unit


class Crystalliser(Unit, name="crystalliser"):
    """Forced-circulation or cooling crystalliser: crystals in equilibrium with their mother liquor.

    component_balance    ln(n_c + sum_k nu_kc s_k + sum_j nu_jc i_j + e_c) = ln N_c      e_c: water evaporated
    solubility           s_k >= 0,   -ln Omega_k >= 0,   one of them zero              every solid of `solids`
    solid_solution       i_j = D_j (n_j/n_h) s_h                               every solid of `solid_solution`
    solids               n_k,out = n_k,in + s_k (or i_k)             crystals of `solids` that enter take part
    evaporation          n_condensate = f N_w                                          f `water_evaporated`
    vapour_pressure      p = a_w p_sat(T)
    volume               V = residence_time * volume flow of the slurry

    N_c all that enters, with crystals that come back to be dissolved [mol/h]; s_k crystals, i_j what an
    isomorphous impurity takes of the host's lattice [mol/h]; n_j, n_h impurity and host cation in the
    liquor; D_j distribution coefficient; Omega_k saturation ratio.  The host is the crystallising solid with
    as much crystal water, else the first of `solids`; the mixed crystal counts as its two end members, the
    host's activity as that of the pure salt.  The vapour is condensed at its own pressure.  Size
    distribution and secondary nucleation are not modelled: the residence time sizes the vessel.

    heat                 Q = H_slurry + H_condensate - H_feed
    steam, cooling       steam = max(Q + L, 0),   cooling = L + max(-(Q + L), 0)

    Q heat duty [kW], L latent heat of the vapour [kW], a_w water activity, p_sat vapour pressure of water
    [bar].

    Activity: Pitzer by default, since the liquors lie beyond SIT's range.

    Range: that of the solids' constants; more water stays than the crystals take, else the unit has no
    solution (S203).

    Sources: solubility constants in the chemistry system; residence time as stated there; purity of crystals
    in docs/sources/crystals.md.

    Example:
        co_crystalliser: {unit: crystalliser, inlets: {feed: co_evaporator.concentrate}, solids: [CoSO4.7H2O],
                          temperature: 25 degC}
    """

    feed = Inlet("aqueous", "solid", description="liquor, with crystals to dissolve if any")
    slurry = Outlet("aqueous", "solid", description="crystals in their mother liquor")
    condensate = Outlet("aqueous", optional=True, description="condensed vapour")
    temperature = quantity("25 degC", "K", "temperature of the slurry", range=(263.15, 383.15))
    water_evaporated = quantity(
        None, "1", "share of the entering water that is evaporated", range=(1e-4, 0.95)
    )
    solids = names((), "solid", "solids that crystallise")
    solid_solution = mapping(
        {},
        "solid",
        "1",
        "distribution coefficient of an isomorphous impurity, crystal over liquor",
        range=(0.0, 20.0),
    )
    activity_model = choice("pitzer", ("pitzer", "sit"), "activity model of the liquor")
    residence_time = quantity(
        "1 h",
        "h",
        "mean residence time of the slurry",
        range=(0.05, 24.0),
        source="WaterTAP 1.8.0, crystallizer.py: L50/(3.67 G) with its sodium chloride values",
    )

    heat_duty = result("kW", "heat added to the slurry and its condensed vapour; negative: removed")
    steam_duty = result("kW", "heat taken from steam", charge="steam")
    cooling_duty = result("kW", "heat given to cooling water", charge="cooling")
    volume = result("m3", "working volume", charge="crystalliser")
    vapour_pressure = result("bar", "pressure of the vapour space")
    crystals = result("kg/h", "crystals formed, by solid")
    yield_per_pass = result("1", "share of a component that crystallises")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        feed = inlets["feed"]
        components = set(feed.names("aqueous"))
        if not components:
            return {"slurry": feed, "condensate": Shape.of()}
        for k in feed.names("solid"):
            if k in self.solids:
                components |= set(self._composition(k)) - {PROTON}
        forming = [k for k in (*self.solids, *self._impurities()) if self._can_form(k, components)]
        condensate = Shape.of(aqueous=[WATER]) if self.given["water_evaporated"] else Shape.of()
        return {
            "slurry": Shape.of(aqueous=components, solid=[*feed.names("solid"), *forming]),
            "condensate": condensate,
        }

    def _impurities(self) -> list[str]:
        return list(self.entry.parameters["solid_solution"].value)

    def _composition(self, solid: str) -> Mapping[str, float]:
        composition = self.system.solids[solid].composition
        if composition is None:
            self.refuse(f"`{solid}` has no solubility constant", "solids", "only kinetics dissolve it")
        return composition or {}

    def _can_form(self, solid: str, components: set[str]) -> bool:
        return all(c in components or c in (PROTON, WATER) for c in self._composition(solid))

    def _cation(self, solid: str) -> str:
        return next(
            c for c in self._composition(solid) if c not in (PROTON, WATER) and self.system.charge_of(c) > 0
        )

    def equations(self) -> None:
        self._check()
        components = list(self.slurry.shape.names("aqueous"))
        self.forming = [k for k in self.solids if self._can_form(k, set(components))]
        self.foreign = [k for k in self._impurities() if self._can_form(k, set(components)) and self.forming]
        self.state = self.aqueous_state("mother_liquor", self.slurry, self.activity_model)
        self._totals(components)
        self._crystals()
        self._evaporation()
        self._balances(components)
        self._sizing()

    def _check(self) -> None:
        if not self.solids:
            self.refuse("it has no solid to crystallise", "solids", "name them: `solids: [CoSO4.7H2O]`")
        if not self.feed.shape.names("aqueous"):
            self.refuse("no liquor comes in by `feed`")
        for k in self._impurities():
            if k in self.solids:
                self.refuse(
                    f"`{k}` is in `solids` as well: a solid crystallises by itself or in a host's lattice",
                    "solid_solution",
                )
        for k in self.solids:
            if self.activity_model not in self.system.solids[k].constants:
                self.refuse(f"`{k}` has no solubility constant for the {self.activity_model} model", "solids")

    def _totals(self, components: list[str]) -> None:
        entering = [k for k in self.feed.shape.names("solid") if k in self.forming]

        def total(_: Any, c: str) -> Any:
            brought = self.entering("aqueous", c) if c in self.feed.shape.names("aqueous") else 0.0
            return brought + sum(
                self._composition(k).get(c, 0.0) * self.entering("solid", k) for k in entering
            )

        self.block.total = pyo.Expression(components, rule=total)
        self.block.scale = pyo.Expression(
            self.forming,
            rule=lambda b, k: (
                1.0 / sum(n / b.total[c] for c, n in self._composition(k).items() if c not in (PROTON, WATER))
            ),
        )

    def _host_of(self, impurity: str) -> str:
        """The crystallising solid whose lattice an impurity shares."""
        water = self._composition(impurity).get(WATER, 0.0)
        alike = [k for k in self.forming if self._composition(k).get(WATER, 0.0) == water]
        return (alike or self.forming)[0]

    def _crystals(self) -> None:
        share = self.var("share", self.forming, start=0.0, nominal=1.0, bounds=(-1e-3, None))
        b = self.block
        b.formed = pyo.Expression([*self.forming, *self.foreign])
        for k in self.forming:
            b.formed[k] = share[k] * b.scale[k]
        self.complementarity(
            "solubility", self.forming, lambda k: share[k], lambda k: -self.state.ln_saturation(k)
        )
        for k in self.foreign:
            host = self._host_of(k)
            ratio = self.slurry.n["aqueous"][self._cation(k)] / self.slurry.n["aqueous"][self._cation(host)]
            b.formed[k] = self.solid_solution[k] * ratio * positive_part(b.formed[host], 1e-9 * b.scale[host])

    def _evaporation(self) -> None:
        self.evaporated: Any = 0.0
        if self.water_evaporated is None:
            return
        b = self.block
        self.evaporated = self.water_evaporated * b.total[WATER]
        bound = sum(self._composition(k).get(WATER, 0.0) * b.scale[k] for k in self.forming)
        self.require(
            "water",
            1.0 - (self.evaporated + bound) / b.total[WATER],
            (
                "so much water is evaporated that less is left than the crystals would take; "
                "lower `water_evaporated`, or "
                "list a salt with less crystal water"
            ),
        )
        self.rows(
            "condensate_water", None, lambda: self.condensate.ln("aqueous", WATER) - pyo.log(self.evaporated)
        )
        self.start(self.condensate.ln("aqueous", WATER), pyo.log(self.evaporated))

    def _balances(self, components: list[str]) -> None:
        b = self.block
        parts = {
            c: [
                n * b.formed[k]
                for k in (*self.forming, *self.foreign)
                if (n := self._composition(k).get(c, 0.0))
            ]
            for c in components
        }
        if self.water_evaporated is not None:
            parts[WATER].append(self.evaporated)
        self.rows(
            "component_balance",
            components,
            lambda c: (
                pyo.log(self.slurry.n["aqueous"][c] + sum(parts[c])) - pyo.log(b.total[c])
                if parts[c]
                else self.slurry.ln("aqueous", c) - pyo.log(b.total[c])
            ),
        )

        def solid_row(k: str) -> Any:
            passing = 0.0 if k in self.forming else self.entering("solid", k)
            formed = b.formed[k] if k in (*self.forming, *self.foreign) else 0.0
            scale = b.scale[self.forming[0]] if self.forming else 1.0
            return (self.slurry.n["solid"][k] - passing - formed) / scale

        self.rows("solid_balance", self.slurry.shape.names("solid"), solid_row)
        for k in (*self.forming, *self.foreign):
            self.start(self.slurry.n["solid"][k], 0.0)
        taking_part = {c: b.total[c] - (self.evaporated if c == WATER else 0.0) for c in components}
        self.start_at_equilibrium(self.state, self.slurry, taking_part, b.share)

    def _sizing(self) -> None:
        duty = self.heat_balance(self.temperature)
        latent: Any = 0.0
        if self.water_evaporated is not None:
            latent = self.evaporated * latent_heat(self.slurry.temperature) / SECONDS_PER_HOUR
        self.report("heat_duty", duty)
        self.report("steam_duty", positive_part(duty + latent, _ROUNDING))
        self.report("cooling_duty", latent + positive_part(-(duty + latent), _ROUNDING))
        flows = [self.slurry.volume_flow(p) for p in self.slurry.shape.phases]
        self.report("volume", self.residence_time * sum(flows))
        self.report(
            "vapour_pressure", pyo.exp(self.state.ln_water_activity) * saturation_pressure(self.temperature)
        )
        for k in (*self.forming, *self.foreign):
            self.report("crystals", self.block.formed[k] * self.system.solids[k].molar_mass, index=k)
        for cation in dict.fromkeys(self._cation(k) for k in self.forming):
            crystallised = sum(
                self._composition(k).get(cation, 0.0) * self.block.formed[k] for k in self.forming
            )
            self.report("yield_per_pass", crystallised / self.block.total[cation], index=cation)


_ROUNDING = 1e-3
"""[kW] over which the change from heating to cooling is rounded."""
