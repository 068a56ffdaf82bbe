"""What leaves an extraction circuit, and the make-up that replaces what leaves of the organic.

    leaving flow    n_c = h (F_c + 1000 e V L_c)          a component, with what the droplets hold of it
    extractant      n   = 1000 q E e V + 1000 V s(f, pH)  in molecules, as droplets and dissolved
    diluent         n   = 1000 C e V                      in droplets
    organic         n_c = 1000 g V_o L_c                  a component in the organic that leaves, and
                    n_c = g a V_o/V F_c                   in the liquor that it takes along
    make_up         = all that leaves of extractant and diluent, the bleed included

F aqueous flow of the last stage [mol/h], V its volume flow [m3/h], L loading, E extractant in units of q
molecules (see `extractant`), f its free part, C diluent [mol/L organic], s extractant dissolved in the liquor
[mol/L], h share of a section's liquor that leaves (all but the reflux), e organic droplets in the liquor and
a aqueous ones in the organic, by volume; g the share of the organic V_o that leaves: the bleed, or all of an
organic that does not go round.  Of an organic from elsewhere what is lost of extractant and diluent is
missing where it leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON
from flowsheet.model.stream import Stream
from hydromet.extraction.cascade import Section, is_zero
from hydromet.extraction.circuit_layout import PORTS
from hydromet.extraction.extractant import LITRES
from hydromet.extraction.stage import Stage

if TYPE_CHECKING:
    from hydromet.extraction.solvent_extraction import SolventExtraction

DILUENT = "diluent"


class OrganicBalance:
    """The outlets' and the make-up's part of a solvent extraction unit."""

    def __init__(self, unit: SolventExtraction) -> None:
        self.unit = unit

    def leaving_sections(self) -> list[Section]:
        """Sections whose liquor leaves the unit."""
        return [s for s in self.unit.sections if not is_zero(s.leaves)]

    def outlet_balances(self) -> None:
        unit = self.unit
        for section in self.leaving_sections():
            stream = unit.section_outlets()[section.name]
            unit.states[stream.name] = section.stages[-1].aqueous
            for c in stream.shape.names("aqueous"):
                if unit.system.component(c).inert:
                    organic = self.organic_content(c) * unit.feed.volume_flow("aqueous")
                    droplets = (
                        1e-4 * organic
                        if is_zero(unit.entrained_organic_share)
                        else (unit.entrained_organic_share * organic)
                    )
                    unit.start(stream.ln("aqueous", c), pyo.log(droplets + unit.entering("aqueous", c)))
            unit.rows(
                f"{section.name}_outlet",
                stream.shape.names("aqueous"),
                lambda c, s=section, o=stream: o.ln("aqueous", c) - pyo.log(self.leaving_flow(s, c)),
            )
        if unit.given["bleed"]:
            self._organic_outlet(unit.organic_bleed, unit.bleed)
        if unit.organic:
            self._organic_outlet(unit.organic_out, 1.0)

    def _organic_outlet(self, stream: Stream, share: Any) -> None:
        """Rows of the organic that leaves the last section, with the liquor that it takes along."""
        unit, stage = self.unit, self.unit.sections[-1].stages[0]
        for phase, flow_of in (("organic", self._leaving_organic), ("aqueous", self._leaving_droplets)):
            names = stream.shape.names(phase)
            flows = {c: flow_of(stage, c, share) for c in names}
            unit.rows(
                f"{stream.name.rpartition('.')[2]}_{phase}",
                names,
                lambda c, p=phase, n=flows: stream.ln(p, c) - pyo.log(n[c]),
            )

    def _leaving_organic(self, stage: Stage, component: str, share: Any) -> Any:
        unit = self.unit
        if not unit.system.component(component).inert:
            return share * LITRES * unit.block.organic_flow * stage.loading[component]
        if not unit.organic:
            return share * unit.block.organic_flow * self.organic_content(component)
        return unit.organic.flow("organic", component) - self.losses(component)

    def _leaving_droplets(self, stage: Stage, component: str, share: Any) -> Any:
        return share * self.unit.cascade.carried_share(stage) * stage.flow[component]

    def leaving_flow(self, section: Section, component: str) -> Any:
        """A component in the liquor that leaves a section, droplets included [mol/h]."""
        unit = self.unit
        if not unit.system.component(component).inert:
            return section.leaves * unit.cascade.spent(section, component)
        return section.leaves * self._foreign(section, component) + self.organic_lost(section, component)

    def _foreign(self, section: Section, component: str) -> Any:
        """An organic that liquors bring from elsewhere, in the spent liquor of a section [mol/h]."""
        own = sum(self.unit.inlets[p].flow("aqueous", component) for p in PORTS[section.name])
        joining = [s for s in self.unit.sections if s.joins == section.name]
        return own + sum(s.share * self._foreign(s, component) for s in joining)

    def organic_content(self, component: str) -> Any:
        """Extractant, in molecules, or diluent in the organic [mol/m3]."""
        unit = self.unit
        extractant = unit.extraction_system.extractant
        if component == extractant.name:
            return extractant.molecules * LITRES * unit.block.extractant
        if component == DILUENT:
            return LITRES * unit.block.diluent / unit.system.component(DILUENT).molar_mass
        return unit.organic.flow("organic", component) / unit.block.organic_flow if unit.organic else 0.0

    def organic_lost(self, section: Section, component: str) -> Any:
        """Extractant or diluent that a section's liquor takes along, as droplets or dissolved [mol/h]."""
        if component not in self.unit.lost_components():
            return 0.0
        stage = section.stages[-1]
        lost = self.unit.cascade.lost_organic(stage) * self.organic_content(component)
        solubility = self.unit.extraction_system.extractant.loss
        if component == self.unit.extraction_system.extractant.name and solubility is not None:
            dissolved = solubility.dissolved(stage.aqueous.ln_a[PROTON], stage.block.ln_free)
            lost = lost + LITRES * stage.volume * dissolved
        return section.leaves * lost

    def losses(self, component: str) -> Any:
        """All of the extractant or diluent that leaves with the liquors or is bled [mol/h]."""
        lost = sum(self.organic_lost(s, component) for s in self.leaving_sections())
        if self.unit.given["bleed"] and self.unit.extractant_make_up:
            bled = self.unit.bleed * self.unit.block.organic_flow
            lost = lost + bled * self.organic_content(component)
        return lost

    def organic_make_up(self) -> None:
        """Each make-up brings what is lost of its own."""
        for component, inlet in self.unit.make_up().items():
            stream, lost = inlet.streams[0], self.losses(component)
            name = "diluent_balance" if component == DILUENT else "extractant_make_up_balance"
            self.unit.rows(
                name, None, lambda c=component, s=stream, loss=lost: s.ln("organic", c) - pyo.log(loss)
            )
            self.unit.start_draw(
                stream,
                1e-3
                * self.unit.system.component(component).molar_mass
                * self.unit.block.organic_flow
                * self.organic_content(component),
            )
