"""Precipitator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import (
    Inlet,
    Outlet,
    choice,
    mapping,
    names,
    parameter_set,
    quantity,
    result,
)
from flowsheet.model.unit import Shape
from hydromet.precipitation.dosing import CARBON, GAS, dose_reagent
from hydromet.precipitation.solid_solution import mixed_crystal, named_solids
from hydromet.precipitation.stirred_tank import StirredTanks
from hydromet.precipitation.uptake import Uptake, load, possible, read

HYDROXIDES = ("Fe(OH)3", "Al(OH)3", "Cu(OH)2", "Ni(OH)2", "Co(OH)2", "Mn(OH)2", "Zn(OH)2", "Mg(OH)2")
_GAS_CORNER = 1e-5
"""Rounding of the corner where gas sets in: sharper, since it is a flow to the air far from saturation."""


class Precipitator(StirredTanks, name="precipitator"):
    """Stirred tanks in which solids form, or dissolve, until they are in equilibrium with the liquor.

    component_balance    ln(n_c + sum_k nu_kc p_k + sum_j nu_jc u_j + nu_gc g) = ln N_c      all c but H
    equilibrium          mass action, activities and electroneutrality of the liquor
    solubility           p_k >= 0,   SI_k - log10 Omega_k >= 0,   one of them zero  every solid of `solids`
    solid_solution       p_k = x_k p,  x_k from Omega_k   (see `hydromet.precipitation.solid_solution`)
    uptake               u_j by the parameter set `losses` (see `hydromet.precipitation.uptake`)
    off_gas              g >= 0,   (P - a_w p_w) - f_CO2 >= 0,   one of them zero
    vapour               n_w = g a_w p_w/(P - a_w p_w)
    set_point            dose >= 0,   pH - pH_set >= 0,   one of them zero (an acid: pH_set - pH)
    dose                 reagent's `dose_of` = sum_c dose_c n_c,feed
    volume               V = residence_time * volume flow of the slurry

    N_c all that enters, dissolved or in solids that take part [mol/h]; p_k, u_j solids that form by
    equilibrium and by uptake, g carbon dioxide that leaves [mol/h]; nu composition; Omega_k saturation
    ratio; SI_k saturation index at which precipitation stops (0 at equilibrium); f fugacity, P pressure,
    p_w vapour pressure of water [bar].

    Solids that enter and are among `solids` take part in the equilibrium, those of `dissolves` dissolve
    wholly, the others pass.  A reagent as needed serves the pH set point or the dose; a set point that is
    met without any leaves the dose at zero and is reported as saturated.  One stage of equilibrium stands
    for all the tanks; rates of precipitation are not modelled, `residual_index` states what is left of
    supersaturation.  Without `reagent_kind` the reagent counts as an acid when it brings no metal; one that a
    tank of the plant supplies may bring traces, and is better told.

    Sources: constants in the chemistry system; co-precipitation in the parameter sets.
    Range: that of the chemistry's constants and activity model; `losses` at the pH of its data.

    Example:
        iron_removal:
          unit: precipitator
          inlets: {feed: oxidation.liquor, reagent: alkali}
          pH: 3.5
          temperature: 60 degC
          losses: hydroxide_cake
    """

    feed = Inlet("aqueous", "solid", description="liquor or slurry")
    reagent = Inlet("aqueous", "solid", optional=True, draws=True, description="alkali, acid or precipitant")
    slurry = Outlet("aqueous", "solid", description="liquor with the solids")
    off_gas = Outlet(
        "gas", optional=True, description="carbon dioxide that an acid sets free, with water vapour"
    )
    pH = quantity(None, "pH", "set point that the reagent (as needed) serves", range=(-1.0, 14.0))
    reagent_kind = choice(
        "by_metals", ("by_metals", "acid", "alkali"), "what the reagent is to the set point of pH"
    )
    dose = mapping(
        {},
        "component",
        "1",
        "mol of `dose_of` per mol of a component in the feed, for a reagent as needed",
        range=(0.0, 100.0),
    )
    dose_of = names((), "component", "component of the reagent that the dose counts")
    solids = names(HYDROXIDES, "solid", "solids that may form, or dissolve, to equilibrium")
    solid_solution = names(
        (), "solid", "solids that form one ideal mixed crystal, such as the rare earths' oxalates"
    )
    dissolves = names((), "solid", "solids that dissolve wholly (a lime, an oxide)")
    residual_index = mapping(
        {}, "solid", "1", "saturation index (log10) that a solid leaves; 0: equilibrium", range=(-3.0, 3.0)
    )
    losses = parameter_set(None, "precipitator.losses", "what the solids take along as they form")
    uptake_factor = quantity("100 %", "1", "multiplies every uptake of `losses`", range=(0.0, 10.0))
    residence_time = quantity("2 h", "h", "mean residence time of the slurry", range=(0.01, 72.0))
    activity_model = choice("flowsheet", ("flowsheet", "sit", "pitzer"), "activity model of the liquor")

    reagent_flow = result("kg/h", "reagent that enters")
    precipitated = result("kg/h", "solids formed, by solid (negative: dissolved)")
    residue = result("1", "share of a component that stays in the liquor")

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = inlets["feed"] | inlets.get("reagent", Shape.of())
        components = set(everything.names("aqueous"))
        if not components:
            return {"slurry": everything, "off_gas": Shape.of()}
        for solid in everything.names("solid"):
            components |= set(self.dissolution_of(solid)) - {PROTON}
        forming = self._forming(components)
        taken = [u.solid for u in self._uptakes(forming, components)]
        staying = [k for k in everything.names("solid") if k not in self.dissolves]
        gas = [GAS, WATER] if CARBON in components and GAS in self.system.gases else []
        return {
            "slurry": Shape.of(aqueous=components | {WATER}, solid=[*staying, *forming, *taken]),
            "off_gas": Shape.of(gas=gas),
        }

    def dissolution_of(self, solid: str) -> Mapping[str, float]:
        """Components of a solid that takes part; nothing for one that passes."""
        entry = self.system.solids[solid]
        if solid in self.dissolves:
            return dissolve(self.system, entry.formula_text)
        return (entry.composition or {}) if solid in named_solids(self) else {}

    def _forming(self, components: set[str]) -> list[str]:
        """The solids of `solids` and `solid_solution` that these components can form."""
        forming = []
        for solid in named_solids(self):
            entry = self.system.solids[solid]
            if entry.composition is None:
                self.refuse(f"`{solid}` has no solubility constant", "solids", "only kinetics dissolve it")
            if all(c in components or c in (PROTON, WATER) for c in entry.composition):
                if self.activity_model not in entry.constants:
                    self.refuse(f"`{solid}` has no constant for the {self.activity_model} model", "solids")
                forming.append(solid)
        return forming

    def _uptakes(self, forming: list[str], components: set[str]) -> list[Uptake]:
        return possible(self.known_uptakes, tuple(forming), components, self.system)

    @cached_property
    def known_uptakes(self) -> tuple[Uptake, ...]:
        return () if self.losses is None else read(self.losses, self.system)

    # ---- equations

    def equations(self) -> None:
        if not self.slurry.shape.names("aqueous"):
            self.refuse("nothing aqueous enters", help="connect a liquor")
        components = set(self.slurry.shape.names("aqueous"))
        self.forming = self._forming(components)
        self.uptakes = self._uptakes(self.forming, components)
        self.state = self.aqueous_state("equilibrium", self.slurry, self.activity_model)
        self.totals()
        self.formed_solids()
        self.carbon_dioxide()
        self.component_balance(components)
        self.solid_balance()
        dose_reagent(self)
        self.sizing()

    def totals(self) -> None:
        """N_c, what enters of a component in forms that take part [mol/h], and the scales of the solids."""
        entering = {k for m in self.inlets.values() for k in m.shape.names("solid")}
        total: dict[str, Any] = {}
        for c in self.slurry.shape.names("aqueous"):
            parts = [self.entering("aqueous", c)] if self._carriers("aqueous", c) else []
            parts += [
                n * self.entering("solid", k)
                for k in sorted(entering)
                if (n := self.dissolution_of(k).get(c, 0.0))
            ]
            total[c] = sum(parts)
        self.block.total = pyo.Expression(list(total), rule=lambda _, c: total[c])
        compositions = {k: self.system.solids[k].composition or {} for k in self.forming}
        self.block.scale = pyo.Expression(
            self.forming,
            rule=lambda b, k: (
                1.0 / sum(n / b.total[c] for c, n in compositions[k].items() if c not in (PROTON, WATER))
            ),
        )

    def formed_solids(self) -> None:
        """Solubility as complementarity; uptake in proportion to the host."""
        share = self.var("share", self.forming, start=0.1, nominal=1.0, bounds=(-1e-3, None))
        self.block.formed = pyo.Expression(self.forming, rule=lambda b, k: share[k] * b.scale[k])
        self.block.ln_saturation = pyo.Expression(self.forming, rule=lambda _, k: self.state.ln_saturation(k))
        lacking = {
            k: math.log(10.0) * self.residual_index.get(k, 0.0) - self.block.ln_saturation[k]
            for k in self.forming
        }
        mixed = [k for k in self.forming if k in self.solid_solution]
        pure = [k for k in self.forming if k not in mixed]
        self.complementarity("solubility", pure, lambda k: share[k], lambda k: lacking[k])
        if mixed:
            mixed_crystal(self, mixed, {k: -lacking[k] for k in mixed})
        volume = self.slurry.volume_flow("aqueous")
        self.block.taken = pyo.Expression([u.solid for u in self.uptakes])
        for u in self.uptakes:
            content = u.value * (self.slurry.n["aqueous"][u.cation] / volume if u.proportional else 1.0)
            host = positive_part(self.block.formed[u.host], 1e-12 * self.block.scale[u.host])
            self.block.taken[u.solid] = self.uptake_factor * content * host / u.cations

    def carbon_dioxide(self) -> None:
        """Carbon dioxide leaves, with water vapour, where its fugacity would exceed the pressure."""
        self.released: Any = 0.0
        self.vapour: Any = 0.0
        if not self.off_gas.shape.names("gas"):
            return
        share = self.var("gas_share", [GAS], start=1e-3, nominal=1.0, bounds=(-1e-3, None))
        steam = pyo.exp(self.state.ln_water_activity) * saturation_pressure(self.slurry.temperature)
        self.block.steam_pressure = pyo.Expression(expr=steam)
        free = self.pressure - self.block.steam_pressure
        self.block.released = pyo.Expression(expr=share[GAS] * self.block.total[CARBON])
        self.released = self.block.released
        self.vapour = self.released * self.block.steam_pressure / free
        self.complementarity(
            "gas_release",
            [GAS],
            lambda g: share[g],
            lambda g: pyo.log(free) - self.state.ln_fugacity(g),
            smoothing=_GAS_CORNER,
        )
        gas = self.off_gas.n["gas"]
        self.rows(
            "off_gas_flow",
            [GAS, WATER],
            lambda g: (gas[g] - (self.released if g == GAS else self.vapour)) / self.block.total[CARBON],
        )
        self.start(gas[GAS], 1e-3 * self.block.total[CARBON])
        self.start(gas[WATER], 0.0)

    def component_balance(self, components: set[str]) -> None:
        solids: dict[str, list[Any]] = {c: [] for c in components}
        for k in self.forming:
            for c, n in (self.system.solids[k].composition or {}).items():
                if c != PROTON:
                    solids[c].append(n * self.block.formed[k])
        for u in self.uptakes:
            for c, n in (self.system.solids[u.solid].composition or {}).items():
                if c != PROTON:
                    solids[c].append(n * self.block.taken[u.solid])
        gas: dict[str, Any] = {}
        if self.off_gas.shape.names("gas"):
            gas = {
                c: n * self.released
                for c, n in (self.system.gases[GAS].composition or {}).items()
                if c != PROTON
            }
            gas[WATER] = gas.get(WATER, 0.0) + self.vapour

        def row(c: str) -> Any:
            formed = sum(solids[c], 0.0) + gas.get(c, 0.0)
            if isinstance(formed, float) and formed == 0.0:
                return self.slurry.ln("aqueous", c) - self._ln_total(c)
            return pyo.log(self.slurry.n["aqueous"][c] + formed) - self._ln_total(c)

        self.rows("component_balance", sorted(components), row)

    def _ln_total(self, c: str) -> Any:
        dissolving = any(
            self.dissolution_of(k).get(c) for m in self.inlets.values() for k in m.shape.names("solid")
        )
        return pyo.log(self.block.total[c]) if dissolving else self.entering_ln("aqueous", c)

    def solid_balance(self) -> None:
        """Solids that leave: those that pass, those that form and what these take along."""
        taken = {u.solid: self.block.taken[u.solid] for u in self.uptakes}

        def row(k: str) -> Any:
            passing = 0.0 if k in self.forming else self.entering("solid", k)
            rest = self.slurry.n["solid"][k] - passing - taken.get(k, 0.0)
            return rest / self.block.scale[k] - self.block.share[k] if k in self.forming else rest

        self.rows("solid_balance", self.slurry.shape.names("solid"), row)
        for k in self.forming:
            self.start(self.slurry.n["solid"][k], 0.1 * self.block.scale[k])
        self.start_at_equilibrium(self.state, self.slurry, self.block.total, self.block.share)

    def sizing(self) -> None:
        self.size_tanks(self.slurry)
        if self.uptakes:
            used = {f"{u.host}.{u.solid}" for u in self.uptakes}
            values = load(self.losses).values
            self.within_data((v for n, v in values.items() if n in used), {"pH": ["liquor_pH"]})
        for k in self.forming:
            present = self.entering("solid", k) if self._carriers("solid", k) else 0.0
            molar_mass = self.system.solids[k].molar_mass
            self.report("precipitated", (self.slurry.n["solid"][k] - present) * molar_mass, index=k)
        for c in self.feed.shape.names("aqueous"):
            if c != WATER:
                self.report("residue", self.slurry.n["aqueous"][c] / self.block.total[c], index=c)
