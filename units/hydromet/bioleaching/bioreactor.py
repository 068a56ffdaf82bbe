"""Bioreactor that makes a biolixiviant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import (
    Inlet,
    Outlet,
    choice,
    integer,
    names,
    parameter_set,
    quantity,
    result,
)
from flowsheet.document.parameter_file import ParameterSet
from flowsheet.model.unit import Shape, Unit
from hydromet.bioleaching.balances import component_balance, draw_air, gas_balance
from hydromet.bioleaching.batch import Batch
from hydromet.bioleaching.chemostat import Chemostat
from hydromet.bioleaching.kinetics import (
    PARAMETER_UNITS,
    Kinetics,
    load,
    read_inhibitions,
    read_parameters,
)
from hydromet.bioleaching.metabolism import Metabolism
from hydromet.bioleaching.refusals import refuse_empty_kinetics, refuse_what_cannot_ferment
from hydromet.bioleaching.report import report_bioreactor
from hydromet.bioleaching.start import LN_WASHED_OUT
from hydromet.bioleaching.stoichiometry import (
    BIOMASS,
    CARBON_DIOXIDE,
    GLUCONATE,
    GLUCOSE,
    KETOGLUCONATE,
    Growth,
    missing,
)
from hydromet.bioleaching.vessel import describe_vessel, start_volume

WASHED_OUT = {
    "continuous": "the culture is washed out: cells leave faster than they can grow here; raise "
    "`residence_time` or `cell_retention`, or give more air",
    "batch": "the culture is washed out: it cannot grow from the heel to a whole batch within "
    "`fermentation_time`; raise it or `heel`, or give more air",
}
"""Said where the cold start, which follows the culture in time, saw it die out."""


class Bioreactor(Unit, name="bioreactor", symbol="fermenter"):
    """Stirred, aerated vessels in which bacteria make gluconic acid from glucose, in batches or continuously.

    growth               X_out V' = X_in V' + mu X V                        chemostat: X_out = (1 - r) X
    growth (batch)       dX/dt = mu X,   X(0) = (1 - h) X_in + h X(t_f)     see `hydromet.bioleaching.batch`
    glucose_balance      n_S,in = n_S + s R_X + R_P + R_m
    nitrogen_balance     n_N,in = n_N + n R_X
    product_balance      n_P = n_P,in + (1 - k) R_P,    n_K = n_K,in + k R_P
    oxygen_transfer      k_L a (c* - c) = X (o mu + (1 + k)/2 q_P + 6 q_m)
    off_gas              O2, CO2 by balance, N2 passes, vapour n_w = n_dry a_w p_w/(P - a_w p_w)
    heat                 cooling closes the enthalpy balance with the power of stirrer and blower
    sterilisation        steam = (1 - recovery) (H(T_s) - H(T_in)) of the medium

    X dry cells [kg/m3], V' broth [m3/h], V working volume [m3], mu, q rates (see
    `hydromet.bioleaching.kinetics`), R turnover [kg/h of cells, mol/h], s, n, o needs of growth (see
    `hydromet.bioleaching.stoichiometry`), k `keto_share`, r `cell_retention`, h `heel` (broth
    that stays as inoculum of the next batch), t_f `fermentation_time`; k_L a and c* see
    `hydromet.bioleaching.aeration`. All flows are means over the cycle of t_f and `turnaround`.  A glucose or
    nitrogen content of a ten-millionth of the medium's stays in a batch that runs out of it.

    Where cells leave faster than they can grow there is no solution but an empty vessel: that is refused as
    washout (S203), not reported as a result.

    Left out: oxygen and carbon dioxide dissolved in the broth that leaves (some mmol/kg), other sugars of a
    hydrolysate (they pass), uptake of minerals, lag, effects of pH and temperature on the rates, and
    sterilising the empty vessel.
    Range: that of the kinetics; superficial gas velocity up to 0.3 m/s.
    Sources: parameter sets `gluconobacter_oxydans`, `aeration`, `hydrolysates`; 2- and 5-ketogluconic acid:
    G. oxydans turned 11 and 6 % of the glucose into them as resting cells (Elfari et al. 2005,
    doi:10.1007/s00253-004-1721-4), so that a `keto_share` of 17 % is the most to expect.

    Example:
        fermenter:
          unit: bioreactor
          inlets: {medium: glucose_solution, air: air}
          mode: batch
          fermentation_time: 24 h
          aeration: 30 1/h
    """

    medium = Inlet("aqueous", description="glucose with a source of nitrogen and minerals")
    air = Inlet("gas", draws=True, description="air, or gas with oxygen")
    inoculum = Inlet("aqueous", "solid", optional=True, description="seed culture")
    broth = Outlet("aqueous", "solid", description="biolixiviant with cells")
    off_gas = Outlet("gas", optional=True, description="spent air with carbon dioxide and water vapour")

    mode = choice("batch", ("batch", "continuous"), "batch after batch, or a chemostat")
    kinetics = parameter_set("gluconobacter_oxydans", "bioreactor.kinetics", "rate constants")
    nitrogen_source = names(("NH4",), "component", "component that cells take their nitrogen from")
    temperature = quantity("30 degC", "K", "temperature of the broth", range=(278.15, 318.15))
    pressure = quantity(
        "1.2 bar", "bar", "pressure of the gas space", range=(0.9, 5.0), source="design assumption"
    )
    residence_time = quantity(
        "24 h", "h", "broth in the vessels over broth that leaves, continuous", range=(0.2, 1000.0)
    )
    fermentation_time = quantity("24 h", "h", "from inoculation to harvest, batch", range=(0.5, 500.0))
    turnaround = quantity(
        "3 h",
        "h",
        "emptying, cleaning and filling between batches",
        range=(0.0, 100.0),
        source="BioSTEAM, units/stirred_tank_reactor.py: cleaning and unloading",
    )
    heel = quantity("10 %", "1", "broth that stays as inoculum of the next batch", range=(0.0, 0.9))
    cell_retention = quantity(
        "0 %", "1", "cells that a filter keeps back from the broth, continuous", range=(0.0, 0.999)
    )
    filter_flux = quantity(
        "20 L/m2/h",
        "m3/m2/h",
        "broth through the cell filter, per area",
        range=(1e-3, 1.0),
        source="design assumption; measure it",
    )
    keto_share = quantity(None, "1", "gluconate that is oxidised on to ketogluconate", range=(1e-6, 0.99))
    aeration = quantity(
        None,
        "1/h",
        "air as needed: volumes at 0 degC and 1 atm per volume of broth and time of fermentation",
        range=(0.1, 600.0),
    )
    dissolved_oxygen = quantity(
        None,
        "1",
        "air as needed, continuous: dissolved oxygen over saturation with the air",
        range=(1e-3, 0.99),
    )
    kla = quantity(
        None, "1/h", "k_L a measured; by van't Riet's correlation when absent", range=(1.0, 5000.0)
    )
    agitation = quantity(
        "0.985 kW/m3",
        "kW/m3",
        "power of the stirrers per volume of broth",
        range=(1e-3, 10.0),
        source="BioSTEAM, units/stirred_tank_reactor.py",
    )
    vessels = integer(1, "equal vessels in parallel, or in turn", range=(1, 100))
    aspect_ratio = quantity(
        "3",
        "1",
        "height of the broth over diameter",
        range=(0.5, 10.0),
        source="BioSTEAM, units/stirred_tank_reactor.py",
    )
    filling = quantity(
        "80 %",
        "1",
        "broth over volume of a vessel",
        range=(0.3, 1.0),
        source="BioSTEAM, units/stirred_tank_reactor.py",
    )
    blower_efficiency = quantity(
        "85 %",
        "1",
        "isentropic efficiency of the blower",
        range=(0.3, 1.0),
        source="BioSTEAM, units/aerated_bioreactor.py",
    )
    sparger_loss = quantity(
        "0.2 bar", "bar", "pressure lost in filter and sparger", range=(0.0, 3.0), source="design assumption"
    )
    sterilisation_temperature = quantity(
        "121 degC",
        "K",
        "temperature that the medium is held at",
        range=(333.15, 423.15),
        source="design assumption",
    )
    sterilisation = choice("heat", ("heat", "none"), "the medium is sterilised by heat, or not at all")
    heat_recovery = quantity(
        "80 %",
        "1",
        "heat of the sterilised medium that warms the fresh one",
        range=(0.0, 0.98),
        source="design assumption",
    )
    elements = integer(24, "elements of a batch's time grid", range=(2, 200))

    glucose_concentration = result("kg/m3", "glucose in the broth that leaves")
    gluconate_concentration = result("kg/m3", "gluconate, with the acid's, in the broth that leaves")
    biomass_concentration = result("kg/m3", "dry cells in the broth that leaves")
    cells_in_vessel = result("kg/m3", "dry cells in the vessel, at the end of a batch")
    conversion = result("1", "glucose used up")
    gluconate_yield = result("1", "mol gluconate and ketogluconate per mol of glucose used up")
    biomass_yield = result("1", "kg dry cells per kg of glucose used up")
    productivity = result("kg/m3/h", "gluconic acid per volume of broth and hour of the cycle")
    growth_rate = result("1/h", "specific growth rate: its mean in a batch")
    dilution_rate = result("1/h", "broth that leaves over broth in the vessels")
    oxygen_uptake = result("mol/m3/h", "oxygen taken up: its mean in a batch")
    oxygen_transfer_coefficient = result("1/h", "k_L a")
    dissolved_oxygen_share = result(
        "1", "dissolved oxygen over saturation with the air, continuous (a batch has a profile)"
    )
    oxygen_utilisation = result("1", "share of the air's oxygen that is taken up")
    gas_velocity = result("m/h", "superficial velocity of the air")
    initial_glucose = result("kg/m3", "glucose of the medium, per volume of broth")
    broth_pH = result("pH", "pH of the broth that leaves")
    broth_temperature = result("K", "temperature of the broth")
    heat_duty = result("kW", "heat added; negative: removed by cooling", charge="heat")
    metabolic_heat = result("kW", "heat that the culture gives")
    sterilisation_steam = result("kW", "heat for sterilising the medium", charge="steam")
    sterilisation_cooling = result("kW", "heat taken from the sterilised medium", charge="cooling")
    agitation_power = result("kW", "power of the stirrers, mean over the cycle", charge="power")
    blower_power = result("kW", "power of the blower, mean over the cycle", charge="power")
    working_volume = result("m3", "broth in all vessels")
    volume = result("m3", "volume of all vessels", charge="tank")
    cycle_time = result("h", "fermentation and turnaround")
    filter_area = result("m2", "cell filter", charge="filter")
    profile_time = result("h", "time after inoculation, by element of the grid", profile="element")
    profile_biomass = result("kg/m3", "dry cells, by element of the grid", profile="element")
    profile_glucose = result("kg/m3", "glucose, by element of the grid", profile="element")
    profile_gluconate = result("kg/m3", "gluconate, by element of the grid", profile="element")
    profile_oxygen = result(
        "1", "dissolved oxygen over saturation with the air, by element of the grid", profile="element"
    )

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        lacking = missing(self.system, self.given["keto_share"])
        if lacking:
            self.refuse(
                f"the chemistry {self.system.name} has {lacking}", help="add it under `chemistry: add:`"
            )
        everything = inlets["medium"] | inlets.get("inoculum", Shape.of())
        aqueous, solid = set(everything.names("aqueous")), set(everything.names("solid"))
        gas = set(inlets["air"].names("gas"))
        if GLUCOSE in aqueous:
            aqueous |= {GLUCONATE, *((KETOGLUCONATE,) if self.given["keto_share"] else ())}
            solid.add(BIOMASS)
        if gas:
            gas |= {WATER, CARBON_DIOXIDE}
        return {"broth": Shape.of(aqueous=aqueous, solid=solid), "off_gas": Shape.of(gas=gas)}

    volume_at_start: Any
    """Broth [m3/h] and air [mol/h] of a cold start."""
    air_at_start: Any

    @cached_property
    def kinetic_set(self) -> ParameterSet:
        return load(self.kinetics)

    @property
    def source(self) -> str:
        """Component that brings nitrogen."""
        return str(self.nitrogen_source[0]) if self.nitrogen_source else ""

    @property
    def seeded(self) -> bool:
        """Whether cells come in."""
        return BIOMASS in self.inoculum.shape.names("solid")

    # ---- equations

    def equations(self) -> None:
        refuse_what_cannot_ferment(self)
        p = {
            name: self.input(f"kinetics.{name}", value, PARAMETER_UNITS[name])
            for name, value in read_parameters(self.kinetic_set).items()
        }
        self.kinetic = Kinetics(p, read_inhibitions(self.kinetic_set))
        self.keto = 0.0 if self.keto_share is None else self.keto_share
        growth = Growth(self.system.solids[BIOMASS].formula, self.system.components[self.source].formula)
        self.metabolism = Metabolism(growth, p["growth.yield"], self.keto)
        refuse_empty_kinetics(self)
        self.state = self.aqueous_state("liquor", self.broth)
        self.medium_volume = sum(m.volume_flow("aqueous") for m in (self.medium, self.inoculum) if m)
        self.ln_volume = self.var("ln_volume_flow", log=True)
        self.rows("broth_volume", None, lambda: self.ln_volume - pyo.log(self.broth.volume_flow("aqueous")))
        self.block.volume_flow = pyo.Expression(expr=pyo.exp(self.ln_volume))
        self.volume_flow = self.block.volume_flow
        self.culture: Batch | Chemostat = Batch(self) if self.mode == "batch" else Chemostat(self)
        start_volume(self)
        describe_vessel(self)
        self.culture.build()
        component_balance(self)
        gas_balance(self)
        draw_air(self)
        report_bioreactor(self)
        self.require("washout", self.culture.ln_cells_at_end - LN_WASHED_OUT, WASHED_OUT[self.mode])
        self.culture.start()

    def entering_mass(self, component: str) -> Any:
        """Of a dissolved component, per volume of broth [kg/m3]."""
        if not self._carriers("aqueous", component):
            return 0.0
        return (
            self.entering("aqueous", component)
            * self.system.component(component).molar_mass
            / self.volume_flow
        )

    def entering_cells(self) -> Any:
        """Dry cells that come in, per volume of broth [kg/m3]."""
        if not self.seeded:
            return 0.0
        return self.entering("solid", BIOMASS) * self.system.solids[BIOMASS].molar_mass / self.volume_flow
