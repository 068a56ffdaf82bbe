"""Crystalliser: by evaporation, cooling, vacuum or freezing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, flag, mapping, names, quantity, result
from flowsheet.model.unit import Shape, Unit
from hydromet.concentration.crystal_report import report_crystals, report_utilities
from hydromet.concentration.freezing import ICE
from hydromet.concentration.inclusions import enclosed
from hydromet.concentration.water_removal import WaterRemoval


class Crystalliser(Unit, name="crystalliser", symbol="crystalliser"):
    """Crystalliser by evaporation, cooling, vacuum or freezing: crystals in equilibrium with mother liquor.

    component_balance    ln(n_c + sum_k nu_kc s_k + sum_j nu_jc i_j + e_c) = ln N_c      e_c: vapour and ice
    solubility           s_k >= 0,   -ln Omega_k >= 0,   one of them zero              every solid of `solids`
    solid_solution       i_j = D_j (n_j/n_h) s_h                               every solid of `solid_solution`
    inclusions           i_k = v m c_M / nu_M                                  every solid of `included`
    solids               n_k,out = n_k,in + s_k (or i_k)             crystals of `solids` that enter take part
    vapour_pressure      p = a_w p_sat(T)
    volume               V = residence_time * volume flow of the slurry

    N_c all that enters, with crystals that come back to be dissolved [mol/h]; s_k crystals, i_j what an
    isomorphous impurity takes of the host's lattice [mol/h]; n_j, n_h impurity and host cation in the
    liquor; D_j distribution coefficient; Omega_k saturation ratio.  The host is the crystallising solid with
    as much crystal water, else the first of `solids`; the mixed crystal counts as its two end members, the
    host's activity as that of the pure salt.  v `inclusion`, mother liquor that a mass m of crystals
    encloses, counted as the salts that it dries to (c_M a cation's concentration).

    What is held, and what follows, by `operation`:

    temperature          T = `temperature`,   n_condensate = f N_w            f `water_evaporated`; Q follows
    duty                 Q = `duty`,   n_condensate = f N_w                   T follows
    vacuum               n_condensate >= 0,   `pressure` >= a_w p_sat(T),   one an equality; Q + L = `duty`
                         (0: adiabatic flash): T and vapour follow
    freezing             n_ice = `water_frozen` N_w,   a_w = K_ice(T)         T and Q follow

    With `ice_forms: yes` ice may form by `temperature` and `duty` too: n_ice >= 0, a_w <= K_ice(T), one an
    equality.  At a eutectic both ice and salt form at one temperature, so that only a duty or a share of
    ice tells how much.  Ice leaves by `ice`: it floats where salts sink, and its wash is not modelled.

    heat                 Q = H_slurry + H_condensate + H_ice - H_feed
    steam, cooling       steam = max(Q + L, 0),   cold = max(-(Q + L), 0),   cooling = L + cold
    refrigeration        power = cold / COP,   cooling = L + cold + power     COP = eta T_e/(T_c - T_e)
    crystal size         L50 = 3.67 G tau                                     where `growth_rate` G is given

    Q heat duty [kW], L latent heat of the vapour [kW], a_w water activity, p_sat vapour pressure of water
    [bar]; vapour is condensed at the slurry's temperature; tau residence time; T_e 10 K below the slurry, T_c
    35 degC.  L50 is the median by mass of a mixed suspension with mixed product removal and growth that
    doesn't depend on size; nucleation is not modelled.

    Activity: Pitzer by default, since the liquors lie beyond SIT's range.

    Range: that of the solids' constants, of ice down to -25 degC; more water stays than the crystals take,
    else the unit has no solution (S203).

    Sources: solubility constants in the chemistry system; residence time as stated there; purity of crystals
    in docs/sources/crystals.md; freezing points and eutectics in docs/crystallisation.md.

    Example:
        co_crystalliser: {unit: crystalliser, inlets: {feed: co_evaporator.concentrate}, solids: [CoSO4.7H2O],
                          temperature: 25 degC}
        freezer: {unit: crystalliser, inlets: {feed: brine}, solids: [Na2SO4.10H2O], operation: freezing,
                  water_frozen: 50 %}
    """

    feed = Inlet("aqueous", "solid", description="liquor, with crystals to dissolve if any")
    slurry = Outlet("aqueous", "solid", description="crystals in their mother liquor")
    condensate = Outlet("aqueous", optional=True, description="condensed vapour")
    ice = Outlet("solid", optional=True, description="ice, off the top")
    operation = choice(
        "temperature",
        ("temperature", "duty", "vacuum", "freezing"),
        "what is held: temperature, heat duty, vacuum, or the share of water that freezes",
    )
    temperature = quantity("25 degC", "K", "temperature of the slurry", range=(248.15, 383.15))
    duty = quantity(
        "0 kW",
        "kW",
        "heat given to slurry and vapour by `duty` and `vacuum`; negative: removed",
        range=(-1e6, 1e6),
    )
    pressure = quantity("0.03 bar", "bar", "pressure of the vapour space by `vacuum`", range=(0.005, 2.0))
    water_frozen = quantity(
        "30 %", "1", "share of the entering water that leaves as ice by `freezing`", range=(1e-4, 0.95)
    )
    ice_forms = flag(False, "ice may form by `temperature` and `duty`")
    cold = choice("water", ("water", "refrigeration"), "what cools; refrigeration wherever ice forms")
    refrigeration_efficiency = quantity(
        "50 %",
        "1",
        "share of Carnot's coefficient of performance",
        range=(0.1, 0.9),
        source="design assumption",
    )
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
    inclusion = quantity(
        None,
        "m3/kg",
        "mother liquor enclosed per mass of crystals (an estimate, or measured)",
        range=(0.0, 2e-4),
    )
    included = names((), "solid", "salts that enclosed mother liquor dries to, one per cation")
    growth_rate = quantity(
        None, "m/h", "linear growth rate of the crystals, for their size", range=(1e-7, 1e-2)
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
    power = result("kW", "electric power of the refrigeration", charge="power")
    refrigeration_duty = result("kW", "heat removed below cooling water's temperature")
    refrigeration_cop = result("1", "heat removed over power")
    slurry_temperature = result("K", "temperature of the slurry")
    ice_formed = result("kg/h", "ice")
    ice_supersaturation = result("1", "ln of the water activity over that at which ice forms")
    included_share = result("1", "mass of enclosed salts over that of the crystals")
    median_size = result("m", "median crystal size by mass, 3.67 G tau")
    volume = result("m3", "working volume", charge="crystalliser")
    vapour_pressure = result("bar", "pressure of the vapour space")
    crystals = result("kg/h", "crystals formed, by solid")
    yield_per_pass = result("1", "share of a component that crystallises")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        feed = inlets["feed"]
        components = set(feed.names("aqueous"))
        if not components:
            return {"slurry": feed, "condensate": Shape.of(), "ice": Shape.of()}
        for k in feed.names("solid"):
            if k in self.solids:
                components |= set(self.composition_of(k)) - {PROTON}
        forming = [k for k in (*self.solids, *self._foreign()) if self._can_form(k, components)]
        vapour = self.operation == "vacuum" or (
            self.given["water_evaporated"] and self.operation != "freezing"
        )
        return {
            "slurry": Shape.of(aqueous=components, solid=[*feed.names("solid"), *forming]),
            "condensate": Shape.of(aqueous=[WATER]) if vapour else Shape.of(),
            "ice": Shape.of(solid=[ICE]) if self.freezes else Shape.of(),
        }

    @property
    def freezes(self) -> bool:
        """Whether ice may form."""
        return self.operation == "freezing" or (self.ice_forms and self.operation != "vacuum")

    def _foreign(self) -> list[str]:
        """What goes into the crystals beside them: isomorphous impurities, salts of enclosed liquor."""
        return [*self._impurities(), *(self.included if self.given["inclusion"] else ())]

    def _impurities(self) -> list[str]:
        return list(self.entry.parameters["solid_solution"].value)

    def composition_of(self, solid: str) -> Mapping[str, float]:
        """Components of a solid, hydrogen and water among them."""
        composition = self.system.solids[solid].composition
        if composition is None:
            self.refuse(f"`{solid}` has no solubility constant", "solids", "only kinetics dissolve it")
        return composition or {}

    def _can_form(self, solid: str, components: set[str]) -> bool:
        return all(c in components or c in (PROTON, WATER) for c in self.composition_of(solid))

    def counted_in(self, solid: str) -> str:
        """The component that a solid is counted by: its cation, or what else it holds (boron)."""
        held = [c for c in self.composition_of(solid) if c not in (PROTON, WATER)]
        if not held:
            self.refuse(f"`{solid}` holds nothing but water")
        return next((c for c in held if self.system.charge_of(c) > 0), held[0])

    def equations(self) -> None:
        self._check()
        components = list(self.slurry.shape.names("aqueous"))
        self.forming = [k for k in self.solids if self._can_form(k, set(components))]
        self.foreign = [k for k in self._foreign() if self._can_form(k, set(components)) and self.forming]
        self.state = self.aqueous_state("mother_liquor", self.slurry, self.activity_model)
        self._totals(components)
        self._crystals()
        self.removal = WaterRemoval(self)
        self._balances(components)
        report_utilities(self, *self.removal.heat())
        report_crystals(self)

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
        for k in self.included:
            if k in self.solids or k in self._impurities():
                self.refuse(f"`{k}` is in `solids` or `solid_solution` as well", "included")
        if self.included and not self.given["inclusion"]:
            self.refuse("how much liquor the crystals enclose is not given", "included", "give `inclusion`")
        if self.given["inclusion"] and not self.included:
            self.refuse(
                "what the enclosed liquor dries to is not given",
                "inclusion",
                "name salts: `included: [Na2SO4]`",
            )
        if self.given["water_evaporated"] and self.operation in ("vacuum", "freezing"):
            self.refuse(f"by `{self.operation}` the vapour follows, or there is none", "water_evaporated")
        if self.freezes and ICE not in self.system.solids:
            self.refuse("the chemistry has no `ice`", "operation")
        for k in self.solids:
            if k == ICE:
                self.refuse("ice is no crystal of `solids`", "solids", "say `ice_forms: yes`")
            if self.activity_model not in self.system.solids[k].constants:
                self.refuse(f"`{k}` has no solubility constant for the {self.activity_model} model", "solids")

    def _totals(self, components: list[str]) -> None:
        entering = [k for k in self.feed.shape.names("solid") if k in self.forming]

        def total(_: Any, c: str) -> Any:
            brought = self.entering("aqueous", c) if c in self.feed.shape.names("aqueous") else 0.0
            return brought + sum(
                self.composition_of(k).get(c, 0.0) * self.entering("solid", k) for k in entering
            )

        self.block.total = pyo.Expression(components, rule=total)
        self.block.scale = pyo.Expression(
            self.forming,
            rule=lambda b, k: (
                1.0
                / sum(n / b.total[c] for c, n in self.composition_of(k).items() if c not in (PROTON, WATER))
            ),
        )

    def _host_of(self, impurity: str) -> str:
        """The crystallising solid whose lattice an impurity shares."""
        water = self.composition_of(impurity).get(WATER, 0.0)
        alike = [k for k in self.forming if self.composition_of(k).get(WATER, 0.0) == water]
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
            if k in self.included:
                b.formed[k] = enclosed(self, k)
                continue
            host = self._host_of(k)
            dissolved, formed = self.slurry.n["aqueous"], positive_part(b.formed[host], 1e-9 * b.scale[host])
            ratio = dissolved[self.counted_in(k)] / dissolved[self.counted_in(host)]
            b.formed[k] = self.solid_solution[k] * ratio * formed

    def _balances(self, components: list[str]) -> None:
        b = self.block
        parts = {
            c: [
                n * b.formed[k]
                for k in (*self.forming, *self.foreign)
                if (n := self.composition_of(k).get(c, 0.0))
            ]
            for c in components
        }
        parts[WATER] += [
            n for n in (self.removal.evaporated, self.removal.frozen) if not isinstance(n, float)
        ]
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
        taking_part = {
            c: b.total[c] * ((1.0 - self.removal.at_start) if c == WATER else 1.0) for c in components
        }
        self.start_at_equilibrium(self.state, self.slurry, taking_part, b.share)
