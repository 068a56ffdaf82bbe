"""The cells of a unit: one module, or two with the organic running between them.

    pores         feed | film | surface, organic in the pores, surface | film | strip liquor
    dispersion    feed | film | surface, organic in the pores, its film | organic with drops of strip liquor
    two_modules   feed | film | surface, organic in the pores, its film | organic, round to the strip's module

Drops are in equilibrium with the organic that carries them; both leave together and settle at equilibrium,
the organic goes back to where the strip liquor enters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import WATER
from hydromet.extraction.extractant import LITRES
from hydromet.extraction.stage import Organic, Stage
from hydromet.membranes.conductances import Conductances
from hydromet.membranes.contactor import Channel, Contactor, Side
from hydromet.membranes.film import AqueousPhase, Liquor
from hydromet.membranes.salts import MixedSalts, organic_species, salts_of
from hydromet.membranes.wall import (
    Dispersion,
    FlowingOrganic,
    Transfer,
    carried_components,
)

if TYPE_CHECKING:
    from hydromet.membranes.membrane_solvent_extraction import MembraneSolventExtraction

LIQUORS = ("feed", "strip")


@dataclass
class Along:
    """What belongs to one liquor along the fibres.

    Attributes:
        channel: its flows.
        phases: its bulks and surfaces, drops and what settles of them, and what leaves.
        local_extractant: logarithms of all extractant at its surfaces.
        outflow: what leaves, which is not what the last cell's bulk holds on the mean.
        last_surface: the liquor where it last touched the organic.
    """

    channel: Channel
    phases: list[AqueousPhase] = field(default_factory=list)
    local_extractant: list[Any] = field(default_factory=list)
    outflow: AqueousPhase | None = None
    last_surface: Stage | None = None

    @property
    def leaving(self) -> AqueousState:
        """Speciation of what leaves."""
        assert self.outflow is not None
        return self.outflow.aqueous


class Modules:
    """The contactors of a unit.

    Attributes:
        contactors: one, or those of extraction and strip.
        along: by liquor.
        organic: channels of a flowing organic, by contactor; bulks: its cells.
        crossing: components that can pass the wall.
    """

    def __init__(self, unit: MembraneSolventExtraction) -> None:
        self.unit = unit
        together = [c for liquor in LIQUORS for c in unit.liquor_components(liquor)]
        self.extraction = unit.extraction_system.of(together)
        self.conductances = Conductances(unit, self.extraction)
        self.species = organic_species(self.extraction)
        self.crossing = carried_components(list(self.species.values()))
        self.diluent = self.extraction.extractant.diluent(unit.extractant_fraction)
        self.along: dict[str, Along] = {}
        self.organic: list[Channel] = []
        self.bulks: list[FlowingOrganic] = []
        build = {"pores": self._pores, "dispersion": self._dispersion, "two_modules": self._two_modules}
        self.contactors: list[Contactor] = build[unit.arrangement]()
        for liquor, along in self.along.items():
            along.outflow = along.outflow or self._outflow(liquor)
        self._register()

    @property
    def organic_flows(self) -> bool:
        """Whether organic runs beside the wall, not in its pores alone."""
        return self.unit.arrangement != "pores"

    @property
    def start_diluent(self) -> Any:
        """What an approximate equilibrium needs of the diluent: mol/L for mole fractions, else kg/L."""
        if self.extraction.scale == "mole_fraction":
            return Organic(self.extraction, 0.0, self.diluent).diluent_amount
        return self.diluent

    # ---- parts

    def _channel(self, liquor: str, against: bool) -> Channel:
        inlet = self.conductances.inlet(liquor)
        brought = {c: inlet.flow("aqueous", c) for c in inlet.shape.names("aqueous")}
        block = pyo.Block()
        self.unit.block.add_component(f"{liquor}_channel", block)
        channel = Channel(block, self.unit.cells, self.crossing, brought, against)
        self.along[liquor] = Along(channel)
        return channel

    def _stage(self, liquor: str, block: Any, extractant: Any) -> Stage:
        """A liquor with the organic that it touches."""
        unit = self.unit
        stage = Stage(
            f"{liquor} and organic",
            block,
            unit.system,
            Organic(self.extraction, extractant, self.diluent),
            unit.liquor_components(liquor),
            unit.temperature,
            unit.activity_model,
        )
        self.along[liquor].phases.append(stage)
        return stage

    def _side(self, liquor: str, block: Any, film: dict[str, Any]) -> Side:
        """A liquor in one cell, its surface with the extractant that the wall's organic has there."""
        unit, along = self.unit, self.along[liquor]
        block.bulk, block.surface = pyo.Block(), pyo.Block()
        bulk = Liquor(
            block.bulk,
            unit.system,
            unit.liquor_components(liquor),
            unit.temperature,
            unit.activity_model,
        )
        along.phases.append(bulk)
        block.ln_extractant = pyo.Var(initialize=-1.0, bounds=(None, 5.0))
        along.local_extractant.append(block.ln_extractant)
        surface = self._stage(liquor, block.surface, pyo.exp(block.ln_extractant))
        if not film:
            film |= self.conductances.film(liquor, along.channel.block, list(bulk.aqueous.charges))
        side = Side(bulk, surface, film)
        if along.last_surface is None or along.channel.last:
            along.last_surface = surface
        return side

    def _outflow(self, liquor: str) -> Liquor:
        """A liquor as it leaves its last cell."""
        unit, channel = self.unit, self.along[liquor].channel
        block = pyo.Block()
        unit.block.add_component(f"{liquor}_outflow", block)
        leaving = Liquor(
            block,
            unit.system,
            unit.liquor_components(liquor),
            unit.temperature,
            unit.activity_model,
        )
        leaving.hold(block, channel.outlet)
        self.along[liquor].phases.append(leaving)
        return leaving

    # ---- arrangements

    def _pores(self) -> list[Contactor]:
        unit, block = self.unit, self.unit.block
        block.module = pyo.Block()
        contactor = Contactor(block.module, self._channel("feed", False), self._channel("strip", True))
        wall = self.conductances.wall("feed", block.module, self.species)
        films: dict[str, dict[str, Any]] = {liquor: {} for liquor in LIQUORS}
        for k in range(unit.cells):
            cell = contactor.block.cell[k]
            cell.feed, cell.strip, cell.transfer = pyo.Block(), pyo.Block(), pyo.Block()
            near, far = (
                self._side("feed", cell.feed, films["feed"]),
                self._side("strip", cell.strip, films["strip"]),
            )
            transfer = Transfer(cell.transfer, self.species, wall, near.concentrations, far.concentrations)
            held = 0.5 * (pyo.exp(cell.feed.ln_extractant) + pyo.exp(cell.strip.ln_extractant))
            cell.pore_extractant = pyo.Constraint(expr=pyo.log(held) - pyo.log(unit.block.extractant) == 0)
            contactor.add_cell(near, far, transfer)
        return [contactor]

    def _dispersion(self) -> list[Contactor]:
        unit, block = self.unit, self.unit.block
        block.module, block.settler = pyo.Block(), pyo.Block()
        flow, strip = self.conductances.organic_flow, self._channel("strip", True)
        settled = self._stage("strip", block.settler, unit.block.extractant)
        self.along["strip"].outflow = self.along["strip"].last_surface = settled
        leaving = Dispersion(settled, flow)
        for c in self.crossing:
            strip.inlet[c] = strip.inlet.get(c, 0.0) + LITRES * flow * settled.loading[c]
        contactor = Contactor(block.module, self._channel("feed", False), strip)
        wall, film = self.conductances.wall("feed", block.module, self.species), dict[str, Any]()
        for k in range(unit.cells):
            cell = contactor.block.cell[k]
            cell.feed, cell.strip, cell.transfer = pyo.Block(), pyo.Block(), pyo.Block()
            near = self._side("feed", cell.feed, film)
            far = Dispersion(self._stage("strip", cell.strip, unit.block.extractant), flow)
            transfer = Transfer(cell.transfer, self.species, wall, near.concentrations, far.concentrations)
            contactor.add_cell(near, far, transfer)
        leaving.hold(block.settler, strip.outlet)
        return [contactor]

    def _two_modules(self) -> list[Contactor]:
        unit, block, flow = self.unit, self.unit.block, self.conductances.organic_flow
        try:
            salts = salts_of(self.extraction)
        except MixedSalts as error:
            unit.refuse(
                f"an organic that runs by itself needs complexes of whole salts: {error}", "extractant"
            )
        block.module, block.organic_channel = pyo.Block(LIQUORS), pyo.Block(LIQUORS)
        self.organic = [Channel(block.organic_channel[q], unit.cells, salts.names, {}, True) for q in LIQUORS]
        extraction, stripping = self.organic
        stripping.inlet = {c: extraction.outlet(c) for c in salts.names}
        extraction.inlet = {c: stripping.outlet(c) / (1.0 + block.hindrance) for c in salts.names}
        contactors = []
        for liquor, organic in zip(LIQUORS, self.organic, strict=True):
            contactor = Contactor(block.module[liquor], self._channel(liquor, False), organic)
            wall = self.conductances.wall(liquor, block.module[liquor], self.species)
            film: dict[str, Any] = {}
            for k in range(unit.cells):
                cell = contactor.block.cell[k]
                cell.liquor, cell.organic, cell.transfer = pyo.Block(), pyo.Block(), pyo.Block()
                near = self._side(liquor, cell.liquor, film)
                own = Organic(self.extraction, unit.block.extractant, self.diluent)
                bulk = FlowingOrganic(cell.organic, own, salts, unit.temperature, flow)
                self.bulks.append(bulk)
                transfer = Transfer(
                    cell.transfer, self.species, wall, near.concentrations, bulk.concentrations
                )
                contactor.add_cell(near, bulk, transfer)
            contactors.append(contactor)
        return contactors

    # ---- unknowns

    def _register(self) -> None:
        """Make every variable of the modules an unknown; shares tell a solver a trace from the rest."""
        registry = self.unit.registry
        for liquor, along in self.along.items():
            channel = along.channel
            water = self.conductances.inlet(liquor).flow("aqueous", WATER)
            for index, variable in channel.block.ln_leaving.items():
                registry.add_unknown(variable, log=True, share=channel.block.leaving[index] / water)
            for variable in along.local_extractant:
                registry.add_unknown(variable, log=True)
            for phase in along.phases:
                self.unit.add_state(phase.aqueous)
                for variable in phase.block.component_data_objects(pyo.Var, descend_into=False):
                    registry.add_unknown(variable, log=True)
        for channel in self.organic:
            most = LITRES * self.conductances.organic_flow * self.unit.block.extractant
            for index, variable in channel.block.ln_leaving.items():
                registry.add_unknown(variable, log=True, share=channel.block.leaving[index] / most)
        for bulk in self.bulks:
            for variable in bulk.unknowns:
                registry.add_unknown(variable, log=True)
        for contactor in self.contactors:
            for k in range(self.unit.cells):
                cell = contactor.block.cell[k]
                for film in (cell.component("near_film"), cell.component("far_film")):
                    if film is not None:
                        registry.add_unknown(film.potential, nominal=0.1)

    # ---- what leaves

    def outflow(self, liquor: str, component: str) -> Any:
        """A component in the liquor that leaves [mol/h]."""
        if liquor == "strip" and self.unit.arrangement == "dispersion":
            return self.along[liquor].leaving.flow[component]
        return self.along[liquor].channel.outlet(component)

    def end(self, liquor: str) -> tuple[AqueousPhase, Stage]:
        """A liquor as it leaves, and its surface with the organic in the last cell."""
        along = self.along[liquor]
        assert along.outflow is not None
        assert along.last_surface is not None
        return along.outflow, along.last_surface
