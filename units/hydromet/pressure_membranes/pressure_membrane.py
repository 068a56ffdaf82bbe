"""What nanofiltration and reverse osmosis have in common: a module between a pump and two outlets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import (
    Inlet,
    Outlet,
    choice,
    integer,
    quantity,
    result,
)
from flowsheet.model.unit import Shape
from hydromet.basic.pumping import pumping_power
from hydromet.membranes.diffusivity import AqueousDiffusivity, liquid_films
from hydromet.pressure_membranes.channel import UniformFilm, find_set
from hydromet.pressure_membranes.driving import DrivenFlux
from hydromet.pressure_membranes.membrane_report import report
from hydromet.pressure_membranes.module import Module, TransportLaw
from hydromet.pressure_membranes.permeances import electromigration, water_permeability
from hydromet.pressure_membranes.sdem import SolutionDiffusionElectromigration
from hydromet.pressure_membranes.spiral_wound import SpiralWound
from hydromet.pressure_membranes.start_data import add_start
from hydromet.pressure_membranes.wall import GAS_CONSTANT_BAR, Film, Wall, weigh_proton

_IDEAL = 0.8
"""Osmotic coefficient, on the low side: tells a module that can't work from one that didn't solve."""


class PressureMembrane(SpiralWound):
    """Ports, settings and balances of one pressure-driven membrane stage."""

    membrane: str
    pressure: Any
    feed = Inlet("aqueous", description="liquor to separate")
    retentate = Outlet("aqueous", description="what the membrane holds back, concentrated")
    permeate = Outlet("aqueous", description="what passes the membrane")
    area = quantity(None, "m2", "membrane area", range=(1e-3, 1e7), required=True)
    elements = integer(10, "parts of the area along the flow", range=(1, 200))
    flux = quantity(
        None,
        "m3/m2/h",
        "water flux where it is stated, the same along the module; without it the pressure decides",
        range=(1e-6, 1.0),
    )
    water_permeability = quantity(
        None, "m3/m2/h/bar", "water flux per driving pressure at 25 degC, in place of the set's", (1e-6, 0.5)
    )
    polarisation = choice(
        "spacer",
        ("spacer", "stated", "none"),
        "film at the membrane: by flow along a net spacer, by `mass_transfer_coefficient`, or none",
    )
    feed_pressure = quantity(
        "0 bar", "bar", "of the feed before the pump, above the permeate's", (0.0, 200.0)
    )
    pump_efficiency = quantity(
        "80 %", "1", "of pump and motor", (0.1, 1.0), source="WaterTAP, reverse osmosis examples"
    )
    heat_duty = result("kW", "heat from outside; negative: the pumps' work, given off")
    membrane_area = result("m2", "membrane area", charge="membrane")
    power = result("kW", "electric power", charge="power")
    recovery = result("1", "share of the feed's water that passes the membrane")
    mean_flux = result("m3/m2/h", "water flux over the whole area")
    net_driving_pressure = result("bar", "that is left to drive water at the end of the module")
    rejection = result("1", "1 - permeate over feed concentration, by component; below 0: enriched")
    operating_pressure = result("bar", "of the feed at the membrane, above the permeate's")
    pressure_drop = result("bar", "by friction along the channel")
    osmotic_pressure = result("bar", "of the liquor at the membrane, at the end of the module")
    water_flux = result("m3/m2/h", "through an element's membrane", profile="element")
    retentate_concentration = result(
        "kg/m3", "of what leaves an element, per volume of water", profile="component.element"
    )
    permeate_concentration = result(
        "kg/m3", "of what passes an element, per volume of water", profile="component.element"
    )
    polarisation_factor = result(
        "1",
        "all dissolved at the membrane over all dissolved in the flow, by element from the feed on",
        profile="element",
    )
    wall_ionic_strength = result("mol/kg", "of the liquor at the membrane where the retentate leaves")
    wall_pH = result("1", "of the liquor at the membrane where the retentate leaves")
    saturation_index = result(
        "1",
        "log10 of a solid's saturation ratio at the membrane where the retentate leaves; above 0: it scales",
    )

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        return {"retentate": inlets["feed"], "permeate": inlets["feed"]}

    @property
    def solutes(self) -> list[str]:
        return [c for c in self.feed.shape.names("aqueous") if c != WATER]

    def equations(self) -> None:
        names = list(self.feed.shape.names("aqueous"))
        if not self.solutes:
            missing = "water without anything dissolved comes in" if names else "no liquor comes in"
            self.refuse(f"{missing} by `feed`, so there is nothing to separate")
        self.set = find_set(self.membrane)
        self.inlet = {c: self.feed.flow("aqueous", c) for c in names}
        self.temperature = self._mean_temperature()
        self._conditions()
        law = self.law()
        driven = DrivenFlux(self._block("driving"), self.elements) if self.flux is None else None
        self.module = Module(
            self._block("module"),
            self.system,
            names,
            self.inlet,
            self.area,
            self.elements,
            self.temperature,
            self.flux if driven is None else driven.fluxes,
            law,
        )
        self.walls = self.walls_of(law, driven is not None)
        flow = self.inlet[WATER] * self.module.block.water_volume
        entering = self.channel.at(self._block("entering_channel"), flow)
        self.entering_drop = entering.pressure_drop(1.0 / self.elements)
        self.liquors: dict[str, Wall] = {}
        self._outlets(names)
        if driven is not None:
            self._driven(driven)
        self._register(law)
        self._require(driven is not None)
        self.publish(driven)

    def law(self) -> TransportLaw:
        """How the solutes pass."""
        return self.sdem()

    def _block(self, name: str) -> Any:
        self.block.add_component(name, pyo.Block())
        return self.block.component(name)

    def _mean_temperature(self) -> Any:
        """Of the feed's streams, by their water."""
        streams = [s for s in self.feed.streams if WATER in s.shape.names("aqueous")]
        if len(streams) == 1:
            return streams[0].temperature
        return sum(s.flow("aqueous", WATER) * s.temperature for s in streams) / self.inlet[WATER]

    def _conditions(self) -> None:
        """Permeability, film and channel at the module's temperature."""
        self.hydraulic_permeability = water_permeability(self.set, self.water_permeability, self.temperature)
        water = AqueousVolume(self.system, [WATER]).volume({WATER: self.inlet[WATER]}, self.temperature)
        volume = self.feed.volume_flow("aqueous")
        self.channel = self.spacer(
            self._block("channel"),
            AqueousDiffusivity(liquid_films(), self.system),
            self.area,
            volume / water,
            self.feed.mass_flow("aqueous") / volume,
            self.temperature,
        )
        self.film: Film | None = None
        if self.polarisation == "spacer":
            self.film = self.channel
        elif self.polarisation == "stated":
            if self.mass_transfer_coefficient is None:
                self.refuse("polarisation stated needs `mass_transfer_coefficient`", "polarisation")
            self.film = UniformFilm(self.mass_transfer_coefficient)

    def sdem(self) -> SolutionDiffusionElectromigration:
        """The law by permeances of the set, the user's own in place of it."""
        return electromigration(self, self.set, self.permeance, self.solutes, self.temperature, self.film)

    def walls_of(self, law: Any, all_elements: bool) -> list[Wall]:
        """The liquors at the membrane: of every element, or of the last one alone."""
        walls: list[Wall] = law.walls
        return walls

    # ---- balances

    def _outlets(self, names: list[str]) -> None:
        module = self.module
        self.rows(
            "retentate_balance", names, lambda c: self.retentate.ln("aqueous", c) - module.ln_retentate(c)
        )
        self.rows(
            "permeate_balance", names, lambda c: self.permeate.ln("aqueous", c) - pyo.log(module.permeate(c))
        )
        self.permeate_state = self.aqueous_state("permeate_liquor", self.permeate)
        weigh_proton(self, self.permeate_state)
        for c in names:
            self.start(self.retentate.ln("aqueous", c), module.ln_retentate(c))
            self.start(self.permeate.ln("aqueous", c), pyo.log(module.permeate(c)))

    def _driven(self, driven: DrivenFlux) -> None:
        driven.close(
            self.module,
            self.walls,
            self.permeate_state,
            self.pressure,
            self.hydraulic_permeability,
            self.friction,
        )
        excess = self.pressure - self._ideal_osmotic_pressure()
        least = 0.05 * self.pressure
        start = self.hydraulic_permeability * 0.5 * (excess + pyo.sqrt(excess * excess + least * least))
        for variable in driven.block.ln_flux.values():
            self.registry.add_unknown(variable, log=True, start=pyo.log(start))

    def friction(self, k: int) -> Any:
        """Pressure lost along an element [bar]."""
        flow = self.channel.at(self._block(f"flow_{k}"), self.module.mean_water_flow(k))
        return flow.pressure_drop(1.0 / self.elements)

    def _ideal_osmotic_pressure(self) -> Any:
        """Of the feed, on the low side [bar]."""
        dissolved = sum(self.inlet[c] for c in self.solutes)
        volume = self.inlet[WATER] * self.module.block.water_volume
        return _IDEAL * GAS_CONSTANT_BAR * self.temperature * dissolved / volume

    def _register(self, law: Any) -> None:
        self.module.register(self.registry)
        if isinstance(law, SolutionDiffusionElectromigration):
            law.register(self.module, self, self.inlet)
            add_start(self, law)
        else:
            for wall in self.walls:
                wall.register(self, self.inlet)
        for liquor in self.liquors.values():
            liquor.register(self, self.inlet)

    def _require(self, driven: bool) -> None:
        if not driven:
            self.require(
                "water",
                self.module.water_left,
                "the membrane would take all the water; lower `area` or `flux`",
            )
            return
        friction = self.elements * self.entering_drop
        self.require(
            "friction",
            self.pressure - friction,
            "friction along the channel would take {needed} bar at the feed's flow, all of `pressure`; raise "
            "`area` or `channel_height`, or shorten `path_length`",
            friction,
        )
        ideal = self._ideal_osmotic_pressure()
        self.require(
            "driving_pressure",
            self.pressure - ideal,
            "the feed's osmotic pressure leaves nothing to drive water through the membrane; "
            "`pressure` must be above {needed} bar, and more as the liquor is concentrated",
            ideal,
        )
        water = self.inlet[WATER] * self.module.block.water_volume
        taken = self.hydraulic_permeability * self.area * (self.pressure - ideal) / water
        self.require(
            "water",
            1.0 - taken,
            "at the feed's osmotic pressure the membrane would take {needed} times its water, so that too "
            "little is left to carry the salts; lower `area` or `pressure`",
            taken,
        )

    # ---- results

    def publish(self, driven: DrivenFlux | None) -> None:
        report(self, driven)

    def pumping(self, pressure: Any, drop: Any, feed_flow: Any) -> Any:
        """Electric power [kW]."""
        return pumping_power(pressure - self.feed_pressure, feed_flow, self.pump_efficiency)
