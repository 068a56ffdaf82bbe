"""Leach train."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.compounds import UnknownCompound
from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import (
    Chart,
    Inlet,
    Outlet,
    choice,
    integer,
    mapping,
    names,
    parameter_set,
    quantity,
    result,
)
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from flowsheet.model.stream import volume_flow
from flowsheet.model.unit import Shape
from hydromet.leaching.kinetics import PARAMETER_UNITS, read_parameters
from hydromet.leaching.off_gas import (
    FLUORIDE,
    HYDROGEN_FLUORIDE,
    OffGas,
    gases_over,
)
from hydromet.leaching.reactions import LeachReactions
from hydromet.leaching.reagents import serve_set_points
from hydromet.leaching.start_data import start_tank_by_tank
from hydromet.leaching.tanks import TankSeries
from hydromet.leaching.train_report import report_train
from hydromet.leaching.vessels import LeachVessels

DISSOLVING = (
    "LiF",
    "Li3PO4",
    "Li2CO3",
    "Li2SO4.H2O",
    "CaO",
    "Ca(OH)2",
    "MgO",
    "Mg(OH)2",
    "Ni(OH)2",
    "Co(OH)2",
    "Mn(OH)2",
    "Cu(OH)2",
    "Zn(OH)2",
    "Fe(OH)3",
    "Al(OH)3",
    "NiCO3",
    "CoCO3",
    "MnCO3",
    "ZnCO3",
    "CaCO3",
)
_FOLDER = Path(__file__).parent / "parameters"
_EVEN = 1e-9
"""Share of the reductant that every tank gets at least, so that its logarithm exists."""


class LeachTrain(LeachVessels, name="leach_train"):
    """Stirred tanks in series in which acid and a reductant dissolve battery oxides and metals among them.

    particle_age         u_n - a_n u_n' = u_(n-1),  a_n = tau (sum of path rates)     oxides, Cu, Al, Fe
    residue_balance      n_k + tau k_k n_k = n_k,before + formed           Li0.5MO2, MO2, HMO2, MnO2
    dissolution          n_k = n_k,before/(1 + tau k A)                    solids of `dissolves`
    acid_balance         n_H + consumed = n_H,before + fed + formed        and for H2O2, Fe(II), Mn
    component_balance    n_c = n_c,before + fed + formed                   all others
    speciation           mass action, activities and electroneutrality of the liquor that leaves
    off_gas              see `hydromet.leaching.off_gas`
    reagents             see `hydromet.leaching.reagents`, for feeds as needed
    volume               V_n = tau (liquor + solids, m3/h);   power = agitation V

    u_n expected unreacted fraction by the particles' age (see `hydromet.leaching.residence_time`), tau mean
    residence time of each tank [h], rates by the set `kinetics` (see `hydromet.leaching.kinetics`), n flows
    [mol/h], A acid availability.  Solids, acid and liquor enter the first tank, the reductant as
    `reductant_split` says.  What an oxide leaves without reductant are real solids of the chemistry.
    Hydrogen from Al and Fe, oxygen from peroxide and from Ni(IV), carbon dioxide from solid carbonates leave
    as gas, saturated with water and HF.  Solids that are neither kinetic nor in `dissolves` (graphite, PVDF,
    Al2O3, SiO2, Fe2O3 ...) pass.

    Left out: precipitation (the liquor's saturation indices tell), cementation of copper on Al and Fe,
    peroxide's reactions with iron and copper beyond the kinetics, heat of agitation, dissolved gases; all gas
    leaves from the last tank, so that an earlier adiabatic tank does not evaporate: above 100 degC its
    temperature means boiling.
    Range: that of the kinetics (`beyond_range` reports temperatures outside it), 0.5 to 2 mol/L acid; where
    acid runs out, dissolution stops.
    Sources: see the modules named and the parameter sets.

    Example:
        leach:
          unit: leach_train
          inlets: {solids: black_mass, acid: acid, reductant: peroxide, liquor: [water, wash.liquor]}
          tanks: 3
          residence_time: 3 h
          temperature: 60 degC
    """

    solids = Inlet("solid", "aqueous", description="black mass, may be moist")
    acid = Inlet("aqueous", optional=True, draws=True, description="sulfuric acid")
    reductant = Inlet("aqueous", optional=True, draws=True, description="hydrogen peroxide")
    liquor = Inlet(
        "aqueous", "solid", optional=True, draws=True, description="water, wash or recycled liquors"
    )
    air = Inlet("gas", optional=True, draws=True, description="dilution air")
    slurry = Outlet("aqueous", "solid", description="leach liquor with undissolved and newly formed solids")
    off_gas = Outlet("gas", optional=True, description="gas formed, dilution air, water vapour, HF")

    tanks = integer(3, "tanks in series", range=(1, 20))
    residence_time = quantity(
        "3 h", "h", "mean residence time of the slurry in all tanks together", range=(0.01, 200.0)
    )
    temperature = quantity(
        None, "K", "temperature held in all tanks; adiabatic when absent", range=(273.15, 371.15)
    )
    tank_temperature = mapping(
        {},
        "tank",
        "K",
        "temperature of a tank by its number, in place of `temperature`",
        range=(273.15, 371.15),
    )
    reductant_split = mapping(
        {},
        "tank",
        "1",
        "shares of the reductant by tank number; absent: all into the first",
        range=(0.0, 1.0),
    )
    kinetics = parameter_set("nmc_h2so4_h2o2", "leach_train.kinetics", "rate constants")
    particle_size = quantity(
        "1", "1", "oxide's mass median size over that of the kinetics", range=(0.01, 100.0)
    )
    size_spread = quantity(
        None, "1", "standard deviation of ln(size) of the oxide; one size when absent", range=(0.0, 1.5)
    )
    size_classes = integer(5, "classes of the size distribution", range=(2, 15))
    dissolves = names(DISSOLVING, "solid", "solids that acid dissolves quickly")
    dissolution_rate = quantity(
        "600 1/h",
        "1/h",
        "rate constant of the solids of `dissolves`",
        range=(1.0, 1e5),
        source="assumption: nearly complete within a tank",
    )
    free_acid = quantity(
        None, "mol/L", "free acid [H+] + [HSO4-] of the liquor, for acid as needed", range=(1e-6, 10.0)
    )
    pH = quantity(None, "pH", "pH of the liquor, for acid as needed", range=(-1.5, 6.0))
    peroxide_dose = quantity(
        None, "1", "mol H2O2 per mol M(III) (M(IV) counts two), for reductant as needed", range=(1e-6, 100.0)
    )
    pulp_density = quantity(
        None,
        "kg/m3",
        "solids per volume of all liquor that enters, for liquor as needed",
        range=(1.0, 1000.0),
    )
    pressure = quantity("1.01325 bar", "bar", "pressure of the gas space", range=(0.5, 2.0))
    activity_model = choice("flowsheet", ("flowsheet", "sit", "pitzer"), "activity model of the liquor")

    unreacted = result("1", "share of a particle's inflow that is left undissolved")
    charts = (
        *LeachVessels.charts,
        Chart("acid and peroxide by tank", "along", ("liquor_acid", "peroxide_left")),
    )
    liquor_acid = result("mol/L", "free acid by tank", profile="tank")
    liquor_pH = result("pH", "pH of the liquor that leaves")
    peroxide_left = result("mol/L", "hydrogen peroxide by tank", profile="tank")
    peroxide_decomposed = result("1", "share of the peroxide that decomposes to water and oxygen")
    acid_consumed = result("kg/kg", "H2SO4 used up per kg of solids")
    beyond_range = result(
        "delta_K", "by how much a tank's temperature lies outside the kinetics' data", profile="tank"
    )
    tank_volume = result("m3", "working volume by tank", profile="tank")
    hydrogen_fraction = result("1", "hydrogen in the dry off-gas, by volume")
    hydrogen_over_limit = result("1", "hydrogen in the dry off-gas over its lower flammability limit")

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        everything = Shape.of()
        for shape in inlets.values():
            everything = everything | shape
        reactions = self._reactions(everything)
        air = inlets.get("air", Shape.of()).names("gas")
        gases = gases_over(self.system, reactions.gases, air, reactions.components)
        return {
            "slurry": Shape.of(aqueous=reactions.components, solid=reactions.solids),
            "off_gas": Shape.of(gas=gases),
        }

    def _reactions(self, everything: Shape) -> LeachReactions:
        try:
            return LeachReactions(
                self.system, set(everything.names("solid")), set(everything.names("aqueous")), self.dissolves
            )
        except UnknownCompound as error:
            self.refuse(str(error), "dissolves")

    @cached_property
    def kinetic_set(self) -> ParameterSet:
        return _load(self.kinetics)

    # ---- equations

    def equations(self) -> None:
        everything = Shape.of()
        for mixture in self.inlets.values():
            everything = everything | mixture.shape
        if not everything.names("aqueous"):
            self.refuse("nothing aqueous enters", help="connect an acid")
        self.reactions = self._reactions(everything)
        p = {
            name: self.input(f"kinetics.{name}", value, PARAMETER_UNITS[name])
            for name, value in read_parameters(self.kinetic_set).items()
        }
        self.series = TankSeries(
            self,
            self.reactions,
            p,
            self.residence_time / self.tanks,
            self._temperatures(),
            self._shares(),
            self.dissolution_rate,
            self.particle_size,
            self.size_spread,
            self.size_classes,
        )
        self._outlet_starts()
        self.series.build()
        self.state = self.aqueous_state("liquor_state", self.slurry, self.activity_model)
        self._sizes()
        self._gas_balance()
        self._slurry_balance()
        self._outlet_temperature()
        serve_set_points(self)
        start_tank_by_tank(self)
        report_train(self)

    def _tank_numbers(self, setting: str) -> dict[int, Any]:
        given = getattr(self, setting)
        wrong = [k for k in given if not k.isdigit() or not 1 <= int(k) <= self.tanks]
        if wrong:
            self.refuse(f"`{wrong[0]}` is no tank of {self.tanks}", setting, "tanks are counted from 1")
        return {int(k): v for k, v in given.items()}

    def _temperatures(self) -> list[Any]:
        own = self._tank_numbers("tank_temperature")
        return [own.get(t, self.temperature) for t in range(1, self.tanks + 1)]

    def _shares(self) -> list[Any]:
        split = self._tank_numbers("reductant_split")
        if not split:
            return [1.0] + [0.0] * (self.tanks - 1)
        raw = [split.get(t, 0.0) + _EVEN for t in range(1, self.tanks + 1)]
        return [share / sum(raw) for share in raw]

    def _outlet_starts(self) -> None:
        """All that can dissolve has dissolved."""
        for c in self.slurry.shape.names("aqueous"):
            total = self.entering("aqueous", c) if self._carriers("aqueous", c) else 0.0
            for k in self.reactions.solids & self.reactions.entering:
                moved = max(
                    (
                        -x.of("aqueous", c) / x.of("solid", k)
                        for x in self.reactions.reactions
                        if x.solid == k and x.of("solid", k) < 0
                    ),
                    default=0.0,
                )
                if moved > 0.0:
                    total = total + moved * self.entering("solid", k)
            self.start(self.slurry.ln("aqueous", c), pyo.log(0.9 * total + 1e-6))

    # ---- outlets

    def _sizes(self) -> None:
        series = self.series
        tau = self.residence_time / self.tanks
        self.block.tank_volume = pyo.Expression(
            series.tanks,
            rule=lambda _, t: (
                tau
                * (
                    pyo.exp(series.ln_volume[t])
                    + volume_flow(self.system, "solid", series.solids(t), series.temperature[t - 1])
                )
            ),
        )
        self.block.total_volume = pyo.Expression(expr=sum(self.block.tank_volume[t] for t in series.tanks))

    def _gas_balance(self) -> None:
        gas, last = self.off_gas.n.get("gas", {}), self.series.last
        self.formed = {g: self.series.gas[last, g] for g in sorted(self.reactions.gases)}
        self.leaving: OffGas | None = None
        if not gas:
            return
        dry = {
            g: self.formed.get(g, 0.0) + self.air.flow("gas", g)
            for g in gas
            if g not in (WATER, HYDROGEN_FLUORIDE)
        }
        self.block.dry_gas = pyo.Expression(list(dry), rule=lambda _, g: dry[g])
        self.leaving = OffGas.over(
            self.state, {g: self.block.dry_gas[g] for g in dry}, self.pressure, HYDROGEN_FLUORIDE in gas
        )
        self.block.wet_gas = pyo.Expression(expr=self.leaving.total)
        vapours = {WATER: self.leaving.vapour_fraction, HYDROGEN_FLUORIDE: self.leaving.fluoride_fraction}
        water = self.series.fed(1, WATER)
        scale = {g: (0.1 if g == WATER else 1e-3) * water for g in gas}
        self.rows(
            "off_gas_balance",
            list(gas),
            lambda g: (
                (gas[g] - (vapours[g] * self.block.wet_gas if g in vapours else self.block.dry_gas[g]))
                / scale[g]
            ),
        )
        for g in gas:
            self.start(gas[g], 0.1 * scale[g])

    def _slurry_balance(self) -> None:
        flow, last = self.series.flow, self.series.last
        lost: dict[str, Any] = {}
        if self.leaving is not None:
            gas = self.off_gas.n["gas"]
            lost[WATER] = gas[WATER] - self.air.flow("gas", WATER)
            if HYDROGEN_FLUORIDE in gas:
                lost[FLUORIDE] = gas[HYDROGEN_FLUORIDE]
        self.rows(
            "liquor_balance",
            list(self.slurry.shape.names("aqueous")),
            lambda c: (
                pyo.log(self.slurry.n["aqueous"][c] + lost[c]) - pyo.log(flow[last, c])
                if c in lost
                else self.slurry.ln("aqueous", c) - pyo.log(flow[last, c])
            ),
        )
        leaving = self.series.solids(last)
        scale = sum(self.entering("solid", k) for k in self.reactions.entering)
        self.rows(
            "solid_balance",
            list(self.slurry.shape.names("solid")),
            lambda k: (self.slurry.n["solid"][k] - leaving[k]) / scale,
        )

    def _outlet_temperature(self) -> None:
        slurry, given = self.slurry.temperature, self._temperatures()[-1]
        self.rows("gas_temperature", None, lambda: (self.off_gas.temperature - slurry) / 100.0)
        if given is not None:
            self.rows("slurry_temperature", None, lambda: (slurry - given) / 100.0)
            for stream in (self.slurry, self.off_gas):
                self.start(stream.temperature, given)


def _load(name: str | Path) -> ParameterSet:
    """A shipped set by name, or a user's own by path.  Raises DiagnosticError."""
    return find_parameter_set(name, _FOLDER)
