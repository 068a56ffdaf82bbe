"""What leaves an extraction circuit with its liquors, and the make-up that replaces it.

    leaving flow    n_c = F_c + 1000 e V L_c              a component, with what the droplets hold of it
    extractant      n   = 1000 q E e V + 1000 V s(f, pH)  in molecules, as droplets and dissolved
    diluent         n   = (1 - x) rho/M e V               in droplets
    make_up         = all that leaves of each, the bleed included

F aqueous flow of the last stage [mol/h], V its volume flow [m3/h], L loading, E extractant in units of q
molecules (see `extractant`), f its free part [mol/L organic], s extractant dissolved in the liquor [mol/L], e
organic droplets by volume, x volume fraction of the extractant; rho, M the diluent's density and molar mass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON
from hydromet.extraction.cascade import Section
from hydromet.extraction.stage import LITRES, Stage

if TYPE_CHECKING:
    from hydromet.extraction.solvent_extraction import SolventExtraction

DILUENT = "diluent"


class OrganicBalance:
    """The outlets' and the make-up's part of a solvent extraction unit."""

    def __init__(self, unit: SolventExtraction) -> None:
        self.unit = unit

    def leaving_sections(self) -> list[Section]:
        """Sections whose liquor leaves the unit."""
        return [s for s in self.unit.sections if not s.joins]

    def outlet_balances(self) -> None:
        for section in self.leaving_sections():
            stream = self.unit.section_outlets()[section.name]
            self.unit.states[stream.name] = section.stages[-1].aqueous
            for c in stream.shape.names("aqueous"):
                if self.unit.system.component(c).inert:
                    droplets = (
                        self.unit.entrained_organic
                        * self.unit.feed.volume_flow("aqueous")
                        * self.organic_content(c)
                    )
                    self.unit.start(
                        stream.ln("aqueous", c), pyo.log(droplets + self.unit.entering("aqueous", c))
                    )
            self.unit.rows(
                f"{section.name}_outlet",
                stream.shape.names("aqueous"),
                lambda c, s=section, o=stream: o.ln("aqueous", c) - pyo.log(self.leaving_flow(s, c)),
            )
        if self.unit.bleed is not None:
            stage = self.unit.sections[-1].stages[0]
            names = self.unit.organic_bleed.shape.names("aqueous")
            flows = {c: self.unit.bleed * self.carried(stage, c) for c in names}
            self.unit.rows(
                "organic_bleed_outlet",
                names,
                lambda c: self.unit.organic_bleed.ln("aqueous", c) - pyo.log(flows[c]),
            )

    def leaving_flow(self, section: Section, component: str) -> Any:
        """A component in the liquor that leaves a section, droplets included [mol/h]."""
        if not self.unit.system.component(component).inert:
            return self.unit.cascade.spent(section, component)
        foreign = section.feed.get(component, 0.0)
        if section.name == "extraction":
            foreign = (
                foreign
                + self.unit.alkali.flow("aqueous", component)
                + sum(s.feed.get(component, 0.0) for s in self.unit.sections if s.joins)
            )
        return foreign + self.organic_lost(section, component)

    def carried(self, stage: Stage, component: str) -> Any:
        """What the organic that leaves a stage carries of a component, with its aqueous droplets [mol/h]."""
        if self.unit.system.component(component).inert:
            return self.unit.block.organic_flow * self.organic_content(component)
        droplets = self.unit.cascade.carried_share(stage) * stage.flow[component]
        if component not in stage.loading:
            return droplets
        return droplets + LITRES * self.unit.block.organic_flow * stage.loading[component]

    def organic_content(self, component: str) -> Any:
        """Extractant, in molecules, or diluent in the organic [mol/m3]."""
        extractant = self.unit.extraction_system.extractant
        if component == extractant.name:
            return extractant.molecules * LITRES * self.unit.block.extractant
        if component != DILUENT:
            return 0.0
        molar_mass = self.unit.system.component(DILUENT).molar_mass
        return LITRES * extractant.diluent(self.unit.extractant_fraction) / molar_mass

    def organic_lost(self, section: Section, component: str) -> Any:
        """Extractant or diluent that a section's liquor takes along, as droplets or dissolved [mol/h]."""
        if not self.unit.extractant_make_up:
            return 0.0
        stage = section.stages[-1]
        lost = self.unit.cascade.lost_organic(stage) * self.organic_content(component)
        solubility = self.unit.extraction_system.extractant.loss
        if component == self.unit.extraction_system.extractant.name and solubility is not None:
            dissolved = solubility.dissolved(stage.aqueous.ln_a[PROTON], stage.block.ln_free)
            lost = lost + LITRES * stage.volume * dissolved
        return lost

    def losses(self, component: str) -> Any:
        """All of the extractant or diluent that leaves [mol/h]."""
        lost = sum(self.organic_lost(s, component) for s in self.leaving_sections())
        if self.unit.bleed is not None and self.unit.extractant_make_up:
            lost = lost + self.unit.bleed * self.unit.block.organic_flow * self.organic_content(component)
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
