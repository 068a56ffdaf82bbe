"""The channels of a cascade's stages: what law, film and spacer each has, where the feed cuts one in two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.density import AqueousVolume
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.model.stream import molar_mass, named_on, volume_flow
from hydromet.membranes.diffusivity import AqueousDiffusivity, liquid_films
from hydromet.pressure_membranes.channel import SpacerChannel, UniformFilm, find_set
from hydromet.pressure_membranes.module import Module
from hydromet.pressure_membranes.permeances import carriers_of, fixed_charge, permeances, water_permeability
from hydromet.pressure_membranes.sdem import SolutionDiffusionElectromigration
from hydromet.pressure_membranes.sieving import PassageError, Sieving, SpieglerKedem, closing_ion
from hydromet.pressure_membranes.wall import Film

if TYPE_CHECKING:
    from hydromet.pressure_membranes.diafiltration_cascade import DiafiltrationCascade, Stage


@dataclass(frozen=True)
class Channel:
    """A stage's channel, or what of it lies before or after the feed joins.

    `part`: `whole`, `before` or `after`; `share`: of the stage's way; `spacer`: None where none is counted.
    """

    stage: Stage
    part: str
    share: Any
    area: Any
    module: Module
    law: Sieving | SolutionDiffusionElectromigration
    spacer: SpacerChannel | None

    def friction(self, k: int) -> Any:
        """Pressure lost along an element [bar]."""
        block = self.module.block
        name = f"flow_{k}"
        block.add_component(name, pyo.Block())
        assert self.spacer is not None
        flow = self.spacer.at(block.component(name), self.module.mean_water_flow(k))
        return flow.pressure_drop(self.share / len(self.module.elements))


class CascadeChannels:
    """Writes the channels of a cascade.

    Attributes:
        written: in the order of the retentate.
        permeance: by species, with sdem [m/h].
        hydraulic_permeability: what the pressure of a flux rests on [m3/m2/h/bar]; None: not stated.
    """

    def __init__(self, unit: DiafiltrationCascade) -> None:
        self.unit = unit
        self.written: list[Channel] = []
        self.permeance: Any = {}
        self.hydraulic_permeability = unit.water_permeability
        if unit.transport == "sdem":
            self._prepare_permeances()
        self._polarisation = unit.polarisation
        if self._polarisation is None:
            otherwise = "spacer" if unit.transport == "sdem" else "none"
            self._polarisation = otherwise if unit.mass_transfer_coefficient is None else "stated"
        if self._polarisation == "stated" and unit.mass_transfer_coefficient is None:
            unit.refuse("polarisation stated needs `mass_transfer_coefficient`", "polarisation")

    def _prepare_permeances(self) -> None:
        unit = self.unit
        self.published = find_set(unit.membrane)
        carriers = carriers_of(unit, self.published, [c for c in unit.components if c != WATER])
        values = permeances(unit, self.published, unit.permeance, carriers, unit.temperature)
        unit.block.permeance = pyo.Expression(list(values), rule=lambda _, s: values[s])
        self.permeance = {s: unit.block.permeance[s] for s in values}
        self.hydraulic_permeability = water_permeability(
            self.published, unit.water_permeability, unit.temperature
        )

    def write(self, stage: Stage, inlet: Mapping[str, Any], feed: Mapping[str, Any]) -> Channel:
        """Write a stage's channel; returns the last part.

        `inlet`: what enters at its beginning; `feed`: what the feed brings to the stage [mol/h].
        """
        unit, names = self.unit, self.unit.components
        if stage.position is None:
            flows = {c: inlet[c] + feed[c] for c in names}
            return self._write(stage, "whole", flows, 1.0, stage.area)
        held = {c: flow for c, flow in inlet.items() if not isinstance(flow, float) or flow}
        if WATER not in held:
            unit.refuse(
                "nothing enters the stage before the feed does",
                "feed_position",
                "connect `diafiltrate`, or leave `feed_position` at 0 %",
            )
        before = self._write(stage, "before", held, stage.position, stage.position * stage.area)
        joined = {c: feed[c] + (before.module.retentate(c) if c in held else 0.0) for c in names}
        share = 1.0 - stage.position
        return self._write(stage, "after", joined, share, share * stage.area)

    def of(self, stage: Stage) -> list[Channel]:
        """The parts of a stage, along the flow."""
        return [channel for channel in self.written if channel.stage is stage]

    def _write(self, stage: Stage, part: str, inlet: Mapping[str, Any], share: Any, area: Any) -> Channel:
        unit = self.unit
        components = [c for c in unit.components if c in inlet]
        block = pyo.Block()
        unit.block.add_component(f"stage_{stage.number}_{part}", block)
        spacer = None
        if unit.transport == "sdem" or self._polarisation == "spacer":
            spacer = self._spacer(block, {c: inlet[c] for c in components}, stage.area)
        film: Film | None = None
        if self._polarisation != "none":
            film = spacer if self._polarisation == "spacer" else UniformFilm(unit.mass_transfer_coefficient)
        law = self._law(components, film)
        module = Module(
            block,
            unit.system,
            components,
            inlet,
            area,
            unit.elements,
            unit.temperature,
            stage.flux,
            law,
        )
        module.register(unit.registry)
        if isinstance(law, SolutionDiffusionElectromigration):
            law.register(module, unit, {c: unit.entering("aqueous", c) for c in components})
        channel = Channel(stage, part, share, area, module, law, spacer)
        self.written.append(channel)
        return channel

    def _spacer(self, block: Any, inlet: Mapping[str, Any], area: Any) -> SpacerChannel:
        """The whole stage's, for the liquor that enters this part."""
        unit, system = self.unit, self.unit.system
        block.spacer = pyo.Block()
        block.spacer.flow = pyo.Expression(list(inlet), rule=lambda _, c: inlet[c])
        flows = {c: block.spacer.flow[c] for c in inlet}
        flows[PROTON] = -sum(system.charge_of(c) * n for c, n in flows.items() if system.charge_of(c))
        volume = volume_flow(system, "aqueous", flows, unit.temperature, named_on(block.spacer))
        block.spacer.volume = pyo.Expression(expr=volume)
        mass = sum(n * molar_mass(system, "aqueous", c) for c, n in flows.items())
        block.spacer.density = pyo.Expression(expr=mass / block.spacer.volume)
        water = AqueousVolume(system, [WATER]).volume({WATER: flows[WATER]}, unit.temperature)
        return unit.spacer(
            block.spacer,
            AqueousDiffusivity(liquid_films(), system),
            area,
            block.spacer.volume / water,
            block.spacer.density,
            unit.temperature,
        )

    def _law(self, components: list[str], film: Film | None) -> Sieving | SolutionDiffusionElectromigration:
        """How the solutes pass where these are there."""
        unit = self.unit
        if unit.transport == "sdem":
            carriers = carriers_of(unit, self.published, [c for c in components if c != WATER])
            own = {s: self.permeance[s] for s in carriers.charges}
            return SolutionDiffusionElectromigration(
                unit.system, carriers, own, film, unit.activity_model, fixed_charge(self.published)
            )
        setting = "sieving" if unit.transport == "sieving" else "permeability"
        given = {c: value for c, value in getattr(unit, setting).items() if c in (*components, PROTON)}
        try:
            closing = closing_ion(unit.system, components, given)
        except PassageError as error:
            unit.refuse(str(error), setting)
        if unit.transport == "sieving":
            return Sieving(given, closing, film)
        return SpieglerKedem(unit.reflection, given, closing, film)
