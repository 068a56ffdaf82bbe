"""Roaster."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import (
    Inlet,
    Outlet,
    choice,
    integer,
    mapping,
    parameter_set,
    quantity,
    result,
)
from flowsheet.document.diagnostics import suggest
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from flowsheet.model.parameter_sets import one_of_the_sets
from flowsheet.model.stream import volume_flow
from flowsheet.model.unit import SECONDS_PER_HOUR, WATER_HEAT_CAPACITY, Shape, Unit
from hydromet.leaching.off_gas import STANDARD_MOLAR_VOLUME
from hydromet.leaching.stated_reactions import ReactionSet, read_reactions
from hydromet.thermal.roasting_reactions import FORMS, OXYGEN, RoastingStages, runs, what_forms

_FOLDER = Path(__file__).parent / "parameters"
_ESTIMATE = "estimate"
_CORNER = 1e-3
"""[kW per kg/h] over which the passage from heating to cooling is rounded."""


class Roaster(Unit, name="roaster", title="Roasting and calcining furnace", symbol="kiln"):
    """Furnace, kiln or calciner in which solids react as stated; its gas takes some dust along.

    reactions            n_key <- n_key (1 - X), one after the other as the parameter set lists them, stage by
                         stage; X by their form (see `hydromet.thermal.roasting_reactions`)
    drying               all free water leaves as vapour in the first stage
    dust                 n_dust = dust_loss n,   n_product = (1 - dust_loss) n            every solid
    oxygen               n_O2 = (1 + excess_oxygen) (what the reactions take)             gas as needed
    heat                 H_out = H_in + Q            Q heat duty; without a temperature Q = 0
    fuel, power          max(Q, 0)/efficiency;   cooling  max(-Q, 0);   heat load  their sum
    volume               residence_time (solids, m3/h)/fill

    n flows [mol/h], X conversion, H enthalpy flows [kJ/h].  Gas and solids go through the stages together;
    `off_gas_temperature` stands for gas that warms the feed on its way out.  What the feed's liquor holds
    must be turned into solids and gases by reactions of the set: chlorides leave as HCl, nitrates as NO2.

    A conversion that does not depend on temperature counts in every stage.

    Assumptions: fuel is burnt outside (its flue gas is none of the off-gas); no equilibrium limits a
    reaction; the furnace costs by its heat load, an adiabatic one nothing.  Enthalpies take the heat
    capacities of 25 degC, so that sensible heats at 1000 degC are some tens of per cent too small; a solid
    without any counts with none.
    Range: that of the parameter set's values, reported where they are left.  Gas must bring the oxygen that
    the reactions take (S203).
    Sources: the parameter sets.

    Example:
        kiln:
          unit: roaster
          inlets: {feed: oxalate_filter.cake, gas: air}
          reactions: calcination
          temperature: 950 degC
          excess_oxygen: 50 %
          dust_loss: 2 %
    """

    feed = Inlet("solid", "aqueous", description="solids, may be a moist cake")
    gas = Inlet("gas", optional=True, draws=True, description="air, oxygen or sweep gas")
    product = Outlet("solid", description="roasted solids")
    dust = Outlet("solid", optional=True, description="solids that the off-gas carries, before its filter")
    off_gas = Outlet("gas", optional=True, description="gas formed, gas left over, water vapour")

    reactions = parameter_set(None, "roaster.reactions", "reactions with their conversions; required")
    temperature = quantity(
        None, "K", "temperature of the product; adiabatic when absent", range=(298.15, 1750.0)
    )
    stages = integer(1, "stages, each at a temperature of its own", range=(1, 10))
    stage_temperature = mapping(
        {}, "stage", "K", "temperature of an earlier stage by its number", range=(298.15, 1750.0)
    )
    off_gas_temperature = quantity(
        None, "K", "temperature of the off-gas; the product's when absent", range=(298.15, 1750.0)
    )
    residence_time = quantity("2 h", "h", "time of the solids in all stages together", range=(1e-3, 100.0))
    excess_oxygen = quantity(
        None, "1", "oxygen of gas as needed beyond what reacts, over what reacts", range=(0.0, 20.0)
    )
    dust_loss = quantity("0 %", "1", "share of the solids that leaves with the off-gas", range=(0.0, 0.5))
    heating = choice("electric", ("electric", "fuel"), "what heats it")
    efficiency = quantity(
        "60 %",
        "1",
        "heat that reaches solids and gas over fuel or power",
        range=(0.05, 1.0),
        source="design assumption; no sourced value found",
    )
    fill = quantity(
        "10 %",
        "1",
        "share of the furnace's volume that solids fill",
        range=(0.01, 1.0),
        source="design assumption; no sourced value found",
    )

    heat_duty = result("kW", "heat into solids and gas; negative: released")
    stage_heat = result("kW", "heat by stage, all gas at the stage's temperature", profile="stage")
    fuel = result("kW", "heat of the fuel", charge="steam")
    power = result("kW", "electric power", charge="power")
    cooling = result("kW", "heat to be taken away", charge="cooling")
    heat_load = result("kW", "heat of fuel or power, or heat to be taken away", charge="furnace")
    stage_temperatures = result("K", "temperature by stage", profile="stage")
    conversion = result("1", "share of a solid's inflow that is gone")
    extent = result("mol/h", "how often a reaction runs, by its name in the parameter set")
    mass_loss = result("1", "mass that leaves as gas and vapour, over the feed's; negative: oxygen taken up")
    dust_flow = result("kg/h", "solids that leave with the off-gas")
    oxygen_left = result("1", "oxygen in the off-gas, by volume")
    off_gas_volume = result("m3/h", "off-gas, at 0 degC and 1 atm")
    off_gas_hot = result("m3/h", "off-gas at its own temperature and 1 atm")
    volume = result("m3", "volume of the furnace")

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        feed, gas = inlets["feed"], inlets.get("gas", Shape.of())
        if feed.names("aqueous") and WATER not in self.system.gases:
            self.refuse("the chemistry has no water vapour", help="add the gas H2O to it")
        solids, gases, _ = what_forms(
            self.stated, feed.names("solid"), feed.names("aqueous"), gas.names("gas"), self.stages
        )
        return {
            "product": Shape.of(solid=solids),
            "dust": Shape.of(solid=solids),
            "off_gas": Shape.of(gas=gases),
        }

    @cached_property
    def stated(self) -> ReactionSet:
        if self.reactions is None:
            self.refuse("which reactions run isn't stated", help=one_of_the_sets("roaster.reactions"))
        return read_reactions(self.parameters, self.system, FORMS)

    @cached_property
    def parameters(self) -> ParameterSet:
        return find_parameter_set(self.reactions, _FOLDER)

    # ---- equations

    def equations(self) -> None:
        if not self.feed.shape.names("solid"):
            self.refuse("no solid comes in by `feed`")
        feed, gas = self.feed.shape, self.gas.shape
        _, _, left = what_forms(
            self.stated, feed.names("solid"), feed.names("aqueous"), gas.names("gas"), self.stages
        )
        solids = [f"`{k}`" for k in feed.names("solid")]
        there = {("solid", k) for k in feed.names("solid")} | {("gas", g) for g in gas.names("gas")}
        there |= {("aqueous", c) for c in feed.names("aqueous")}
        if not any(runs(reaction, there) for reaction in self.stated.reactions):
            self.refuse(
                f"none of the reactions of `{self.stated.parameters.name}` has what it takes: "
                f"the feed brings {', '.join(solids)}",
                "reactions",
                suggest(feed.names("solid")[0], self._taken(), f"{self.stated.parameters.name} takes"),
            )
        if left:
            self.refuse(
                f"the feed's liquor brings {', '.join(left)}, which no reaction turns into a solid or a gas",
                "reactions",
                "add such a reaction to the set, or wash the cake",
            )
        self.furnace = RoastingStages(self, self.stated, self._temperatures())
        self.furnace.build()
        self.solid_balance()
        self.gas_balance()
        self.oxygen_demand()
        self.heat()
        self.sizing()

    def _taken(self) -> list[str]:
        """Solids that the reactions start from."""
        return sorted(
            {
                name
                for reaction in self.stated.reactions
                for (phase, name), nu in reaction.stoichiometry.items()
                if phase == "solid" and nu < 0.0
            }
        )

    def _temperatures(self) -> list[Any]:
        wrong = [k for k in self.stage_temperature if not k.isdigit() or not 1 <= int(k) < self.stages]
        if wrong:
            self.refuse(
                f"there is no stage `{wrong[0]}` before the last one, which is {self.stages}",
                "stage_temperature",
                "stages are counted from 1; give `stages`; the last one's temperature is `temperature`",
            )
        missing = [s for s in range(1, self.stages) if str(s) not in self.stage_temperature]
        if missing:
            self.refuse(
                f"stage {missing[0]} has no temperature",
                None,
                f"add `stage_temperature: {{{missing[0]}: ...}}`",
            )
        earlier = [self.stage_temperature[str(s)] for s in range(1, self.stages)]
        return [*earlier, self.product.temperature]

    def solid_balance(self) -> None:
        """Product and dust share the solids."""
        solids = self.furnace.leaving("solid")
        scale = sum(self.feed.flow("solid", k) for k in self.feed.shape.names("solid"))
        for stream, share in ((self.product, 1.0 - self.dust_loss), (self.dust, self.dust_loss)):
            flows = stream.n.get("solid", {})
            self.rows(
                f"{stream.name.rpartition('.')[2]}_balance",
                list(flows),
                lambda k, flows=flows, share=share: (flows[k] - share * solids[k]) / scale,
            )
            for k in flows:
                self.start(flows[k], share * solids[k] + 0.0)

    def gas_balance(self) -> None:
        """Gas that enters and forms less what reacts, with the free water."""
        flows, leaving = self.off_gas.n.get("gas", {}), self.furnace.leaving("gas")
        scale = sum(self.feed.flow("solid", k) for k in self.feed.shape.names("solid"))
        self.rows("gas_balance", list(flows), lambda g: (flows[g] - leaving[g]) / scale)
        for g in flows:
            self.start(flows[g], leaving[g] + 0.0)

    def oxygen_demand(self) -> None:
        drawn, needed = self.gas.drawn, self.furnace.taken_up(OXYGEN)
        if drawn is None:
            if self.excess_oxygen is not None:
                self.refuse(
                    "`excess_oxygen` has no gas to act on",
                    "excess_oxygen",
                    "connect a feed with `flow: as needed` to the inlet `gas`",
                )
            for (phase, name), margin in self.furnace.margins().items():
                message = f"the reactions take more {name} than there is"
                self.require(f"{phase}_{name}", margin, message)
            return
        if self.excess_oxygen is None:
            self.refuse("nothing decides how much gas enters", help="give `excess_oxygen`")
        if OXYGEN not in drawn.shape.names("gas") or isinstance(needed, (int, float)):
            self.refuse(
                "the gas as needed brings no oxygen, or no reaction takes any",
                "excess_oxygen",
                "state a flow for the gas, or give it oxygen (`composition: {O2: 21 %, N2: balance}`)",
            )
        wanted = (1.0 + self.excess_oxygen) * needed
        self.rows("oxygen_row", None, lambda: pyo.log(self.gas.flow("gas", OXYGEN)) - pyo.log(wanted))
        self.start_draw(drawn, wanted / drawn.per_mass["gas"][OXYGEN])

    def heat(self) -> None:
        """Temperatures of what leaves, and the heat that it takes."""
        outlets = [s for s in (self.product, self.dust, self.off_gas) if s.shape.phases]
        entering = self.feed.enthalpy() + (self.gas.enthalpy() if self.gas else 0.0)
        duty = (sum(s.enthalpy() for s in outlets) - entering) / SECONDS_PER_HOUR
        mass = self.feed.mass_flow("solid") + self.feed.mass_flow("aqueous") + self.gas.mass_flow("gas")
        product = self.product.temperature
        given = {self.off_gas: self.off_gas_temperature}
        for stream in (self.dust, self.off_gas):
            other = given.get(stream)
            wanted = product if other is None else other
            self.rows(
                f"{stream.name.rpartition('.')[2]}_temperature",
                None,
                lambda s=stream, t=wanted: (s.temperature - t) / 100.0,
            )
        if self.temperature is None:
            if self.stages > 1:
                self.refuse("an adiabatic roaster has one stage", "stages", "give `temperature`")
            self.rows(
                "enthalpy_balance",
                None,
                lambda: duty * SECONDS_PER_HOUR / (mass * WATER_HEAT_CAPACITY) / 100.0,
            )
            duty = 0.0
            self.note("an adiabatic furnace has no heat load: no cost is counted for it")
        else:
            self.rows("temperature", None, lambda: (product - self.temperature) / 100.0)
            for stream in (self.product, self.dust, self.off_gas):
                self.start(stream.temperature, self.temperature)
        self.block.duty = pyo.Expression(expr=duty)
        self.report("heat_duty", self.block.duty + 0.0)
        corner = _CORNER * mass
        heated = positive_part(self.block.duty, corner) if self.temperature is not None else 0.0
        self.report("fuel" if self.heating == "fuel" else "power", heated / self.efficiency)
        if self.temperature is not None:
            self.report("cooling", heated - self.block.duty)
            self.report("heat_load", heated / self.efficiency + heated - self.block.duty)

    def sizing(self) -> None:
        furnace = self.furnace
        gas = self.off_gas.n.get("gas", {})
        moles = sum(gas.values(), 0.0)
        hot = volume_flow(self.system, "gas", gas, self.off_gas.temperature)
        self.report("off_gas_volume", STANDARD_MOLAR_VOLUME * moles)
        self.report("off_gas_hot", hot)
        if OXYGEN in gas:
            self.report("oxygen_left", gas[OXYGEN] / moles)
        self.report("dust_flow", self.dust.mass_flow("solid"))
        fed = self.feed.mass_flow("solid") + self.feed.mass_flow("aqueous")
        lost = fed - self.product.mass_flow("solid") - self.dust.mass_flow("solid")
        self.report("mass_loss", lost / fed)
        solids = volume_flow(self.system, "solid", furnace.leaving("solid"), self.product.temperature)
        self.report("volume", self.residence_time * solids / self.fill)
        for number, temperature in enumerate(furnace.temperatures, start=1):
            self.report("stage_temperatures", temperature + 0.0, index=str(number))
            self.report("stage_heat", furnace.heat(number) / SECONDS_PER_HOUR, index=str(number))
        for name, extent in furnace.extents().items():
            self.report("extent", extent, index=name)
        for k in furnace.touched():
            left = furnace.leaving("solid").get(k, 0.0)
            self.report("conversion", 1.0 - left / self.feed.flow("solid", k), index=k)
        used = [self.stated.parameters.values[name] for name in furnace.constants]
        self.within_data(used, {"T": [f"stage_temperatures.{self.stages}"]})
        if guessed := [value.name for value in used if value.source == _ESTIMATE]:
            names = ", ".join(guessed)
            self.note(f"estimates of `{self.parameters.name}` without a measurement: {names}")
        if isinstance(self.reactions, Path):
            for line in self.stated.left_out:
                self.note(line)
