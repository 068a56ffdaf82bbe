"""Cementation of copper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import PROTON_SPECIES, WATER
from flowsheet.document.declaration import Inlet, Outlet, integer, parameter_set, quantity, result
from flowsheet.model.unit import Shape
from hydromet.precipitation.stirred_tank import StirredTanks
from hydromet.precipitation.uptake import load

COPPER, FERROUS, FERRIC, IRON, HYDROGEN = "Cu", "Fe(II)", "Fe(III)", "Fe", "H2"
_IONS = (COPPER, FERRIC)
_IRON_PER_ION = {COPPER: 1.0, FERRIC: 0.5}


class Cementation(StirredTanks, name="cementation", title="Cementation of copper on iron powder"):
    """Stirred tanks in series in which iron powder takes copper from the liquor.

        Cu+2 + Fe = Cu + Fe+2,      2 Fe+3 + Fe = 3 Fe+2,      2 H+ + Fe = H2 + Fe+2

    ion_balance          ln n_j,i-1 = ln n_j,i + ln(1 + k_L A/(N V'))           j = Cu+2, Fe+3; tank i of N
    iron_balance         ln(n_Fe,out + sum_j s_j x_j + x_H) = ln n_Fe,in        s = 1 for Cu+2, 1/2 for Fe+3
    acid_attack          x_H = 1/2 chi k_L A [H+]
    transfer             k_L = Sh D/d exp(-E/R (1/T - 1/298.15 K))
    surface              A = 6 f M_Fe n_Fe,out t/(rho d)
    reagent              n_Fe,in = excess (n_Cu + 1/2 n_Fe(III)), or what the `residual` copper needs
    off_gas              water vapour saturates the hydrogen

    n flows, x reacted [mol/h], V' volume flow [m3/h], t `residence_time` [h], A surface of the iron in the
    tanks [m2], d `particle_size` [m], Sh `sherwood`, D diffusivity [m2/h], E activation energy, f
    `active_surface`, chi `acid_attack`, [H+] of the liquor that leaves [mol/m3].

    Assumptions: particles keep their size; ferric iron is transferred like copper; a sphere in still liquor
    (Sh = 2) is the least that a stirred tank does.  Copper does not redissolve.  Iron left stays with the
    copper.  Sources: parameter set `iron_cementation`.  Range: 23 to 54 degC.

    Example:
        copper_removal:
          unit: cementation
          inlets: {feed: leach_filter.filtrate, metal: iron_powder}
          residual: 5 mg/L
    """

    feed = Inlet("aqueous", "solid", description="liquor with copper")
    metal = Inlet("solid", draws=True, description="iron powder")
    slurry = Outlet("aqueous", "solid", description="liquor with cement copper and the iron left")
    off_gas = Outlet("gas", optional=True, description="hydrogen with water vapour")
    excess = quantity(
        None, "1", "iron fed over what copper and ferric iron take, for a metal as needed", range=(0.1, 100.0)
    )
    residual = quantity(
        None, "kg/m3", "copper left in the liquor, for a metal as needed", range=(1e-9, 100.0)
    )
    kinetics = parameter_set("iron_cementation", "cementation.kinetics", "transfer of copper to the metal")
    particle_size = quantity(
        "30 um", "m", "diameter of the iron powder", range=(1e-6, 5e-3), source="design assumption"
    )
    sherwood = quantity(
        "2",
        "1",
        "Sherwood number of a particle",
        range=(1.0, 200.0),
        source="limit of a sphere in still liquor",
    )
    active_surface = quantity(
        "100 %",
        "1",
        "share of the iron's surface that copper leaves active",
        range=(1e-3, 10.0),
        source="design assumption; measure it",
    )
    acid_attack = quantity(
        "0.1 %",
        "1",
        "hydrogen evolution over what transfer of acid would allow",
        range=(0.0, 1.0),
        source="design assumption; measure it",
    )
    tanks = integer(2, "tanks in series", range=(1, 10))
    residence_time = quantity("30 min", "h", "residence time in all tanks", range=(0.01, 24.0))

    residual_copper = result("kg/m3", "copper left in the liquor")
    metal_flow = result("kg/h", "iron that enters")
    metal_ratio = result("1", "iron fed over what copper and ferric iron took")
    hydrogen = result("mol/h", "hydrogen evolved")

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        aqueous = set(inlets["feed"].names("aqueous"))
        solid = {*inlets["feed"].names("solid"), *inlets["metal"].names("solid")}
        gas: list[str] = []
        if IRON in solid and aqueous:
            aqueous.add(FERROUS)
            solid |= {"Cu"} if COPPER in aqueous else set()
            gas = [HYDROGEN, WATER]
        return {"slurry": Shape.of(aqueous=aqueous, solid=solid), "off_gas": Shape.of(gas=gas)}

    # ---- equations

    def equations(self) -> None:
        if IRON not in self.metal.shape.names("solid"):
            self.refuse(f"the inlet `metal` brings no {IRON}", help="connect a solid feed of Fe")
        self.ions = [c for c in _IONS if c in self.feed.shape.names("aqueous")]
        self.state = self.aqueous_state("equilibrium", self.slurry)
        self.iron = self.entering("solid", IRON)
        self.transfer()
        self.ion_balance()
        self.iron_balance()
        self.component_balance()
        self.gas_balance()
        self.reagent()
        self.sizing()

    def transfer(self) -> None:
        """k_L A/V', dimensionless, from the iron that is left."""
        values = load(self.kinetics)
        inverse = 1.0 / self.slurry.temperature - 1.0 / REFERENCE_TEMPERATURE
        speed = (
            self.sherwood
            * values.value("diffusivity", "m2/h")
            / self.particle_size
            * pyo.exp(-values.value("activation_energy", "kJ/mol") / GAS_CONSTANT * inverse)
        )
        iron = self.system.solids[IRON]
        self.ln_iron = self.var("ln_iron", log=True, start=pyo.log(0.3 * self.iron))
        surface = (
            6.0
            * self.active_surface
            * iron.molar_mass
            * pyo.exp(self.ln_iron)
            * self.residence_time
            / (iron.density * self.particle_size)
        )
        self.block.transfer = pyo.Expression(expr=speed * surface / self.slurry.volume_flow("aqueous"))

    def ion_balance(self) -> None:
        tanks = range(1, self.tanks + 1)
        keys = [(c, i) for c in self.ions for i in tanks]
        ln_n = self.var(
            "ln_ion",
            keys,
            log=True,
            start=lambda key: pyo.log(self.feed.flow("aqueous", key[0])) - 2.0 * key[1],
        )
        step = pyo.log(1.0 + self.block.transfer / self.tanks)
        self.rows(
            "ion_balance",
            keys,
            lambda c, i: ln_n[c, i] + step - (ln_n[c, i - 1] if i > 1 else self.feed.ln("aqueous", c)),
        )
        self.ln_left = {c: ln_n[c, self.tanks] for c in self.ions}
        self.reduced = {
            c: self.block.transfer / self.tanks * sum(pyo.exp(ln_n[c, i]) for i in tanks) for c in self.ions
        }

    def iron_balance(self) -> None:
        acid = self.state.m[PROTON_SPECIES] * self.state.water
        self.block.hydrogen = pyo.Expression(expr=0.5 * self.acid_attack * self.block.transfer * acid)
        taken = sum((_IRON_PER_ION[c] * x for c, x in self.reduced.items()), self.block.hydrogen + 0.0)
        self.block.dissolved = pyo.Expression(expr=taken)
        self.rows(
            "iron_balance",
            None,
            lambda: pyo.log(pyo.exp(self.ln_iron) + self.block.dissolved) - pyo.log(self.iron),
        )

    def component_balance(self) -> None:
        made = self.block.dissolved + self.reduced.get(FERRIC, 0.0)
        ferrous = self.feed.flow("aqueous", FERROUS)

        def row(c: str) -> Any:
            out = self.slurry.ln("aqueous", c)
            if c in self.ln_left:
                return out - self.ln_left[c]
            if c == FERROUS:
                return out - pyo.log(ferrous + made)
            if c == WATER:
                return pyo.log(pyo.exp(out) + self.off_gas.n["gas"][WATER]) - self.feed.ln("aqueous", WATER)
            return out - self.feed.ln("aqueous", c)

        self.rows("component_balance", self.slurry.shape.names("aqueous"), row)
        reducing = sum((_IRON_PER_ION[c] * self.feed.flow("aqueous", c) for c in self.ions), 0.0)
        self.start(self.slurry.ln("aqueous", FERROUS), pyo.log(ferrous + reducing + 1e-3 * self.iron))
        nominal = 1e-3 * self.feed.flow("aqueous", WATER)

        def solid(k: str) -> Any:
            if k == IRON:
                return self.slurry.n["solid"][k] / self.iron - pyo.exp(self.ln_iron) / self.iron
            gained = self.reduced.get(COPPER, 0.0) if k == "Cu" else 0.0
            return (self.slurry.n["solid"][k] - self.entering("solid", k) - gained) / nominal

        self.rows("solid_balance", self.slurry.shape.names("solid"), solid)

    def gas_balance(self) -> None:
        gas = self.off_gas.n["gas"]
        steam = pyo.exp(self.state.ln_water_activity) * saturation_pressure(self.slurry.temperature)
        nominal = 1e-3 * self.feed.flow("aqueous", WATER)
        self.rows("hydrogen_balance", None, lambda: (gas[HYDROGEN] - self.block.hydrogen) / nominal)
        self.rows(
            "vapour", None, lambda: (gas[WATER] - gas[HYDROGEN] * steam / (self.pressure - steam)) / nominal
        )

    def reagent(self) -> None:
        drawn = self.metal.drawn
        demand = sum((_IRON_PER_ION[c] * self.feed.flow("aqueous", c) for c in self.ions), 0.0)
        if drawn is None:
            for setting in ("excess", "residual"):
                if self.entry.value(setting) is not None:
                    self.refuse(
                        f"`{setting}` has no metal to act on",
                        setting,
                        "connect a feed with `flow: as needed` to the inlet `metal`",
                    )
            return
        if (self.excess is None) == (self.residual is None):
            self.refuse("one of `excess` and `residual` decides how much metal enters")
        if not self.ions:
            self.refuse("the feed has neither copper nor ferric iron that the metal could be for")
        per_mass = drawn.per_mass["solid"][IRON]
        if self.excess is not None:
            self.rows(
                "metal_needed", None, lambda: self.metal.flow("solid", IRON) / (self.excess * demand) - 1.0
            )
            self.start_draw(drawn, self.excess * demand / per_mass)
            return
        if COPPER not in self.ions:
            self.refuse("the feed has no copper", "residual")
        self.set_point(
            "residual", drawn, pyo.log(self.residual) - pyo.log(self._copper()), start=2.0 * demand / per_mass
        )

    def _copper(self) -> Any:
        """[kg/m3]"""
        return (
            self.slurry.n["aqueous"][COPPER]
            * self.system.component(COPPER).molar_mass
            / self.slurry.volume_flow("aqueous")
        )

    def sizing(self) -> None:
        self.size_tanks(self.slurry)
        self.within_data(
            load(self.kinetics).values.values(), {"T": ["liquor_temperature"], "pH": ["liquor_pH"]}
        )
        self.report("metal_flow", self.metal.mass_flow("solid"))
        self.report("hydrogen", self.block.hydrogen)
        if COPPER in self.ions:
            self.report("residual_copper", self._copper())
        if self.ions:
            self.report("metal_ratio", self.iron / sum(_IRON_PER_ION[c] * x for c, x in self.reduced.items()))
