"""Solvent extraction circuit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, integer, parameter_set, quantity, result
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.model.unit import Mixture, Shape, Stream, Unit
from hydromet.extraction.cascade import Cascade, Section
from hydromet.extraction.mass_action import ExtractionSystem, load_extraction_system
from hydromet.extraction.stage import LITRES, Stage
from hydromet.extraction.start import TwoPhaseEquilibrium

SECTIONS = ("extraction", "scrub", "strip", "regeneration")
DILUENT = "diluent"


class SolventExtraction(Unit, name="solvent_extraction"):
    """Solvent extraction circuit of mixer-settlers: extraction, scrub, strip and regeneration."""

    feed = Inlet("aqueous", description="liquor to extract from")
    scrub = Inlet("aqueous", optional=True, description="scrub liquor")
    strip = Inlet("aqueous", description="strip acid")
    regenerant = Inlet("aqueous", optional=True, description="strong acid that strips iron and aluminium")
    alkali = Inlet(
        "aqueous", optional=True, draws=True, description="alkali for saponification or pH control"
    )
    raffinate = Outlet("aqueous", description="liquor after extraction")
    strip_liquor = Outlet("aqueous", description="liquor with the stripped metals")
    scrub_liquor = Outlet("aqueous", optional=True, description="spent scrub, unless it joins the feed")
    spent_regenerant = Outlet("aqueous", optional=True, description="acid after regeneration")

    extractant = parameter_set("d2ehpa", "solvent_extraction.extractant", "extractant and its constants")
    extractant_fraction = quantity(
        "20 %", "1", "commercial extractant in the organic, by volume", range=(1e-3, 0.9)
    )
    phase_ratio = quantity("1", "1", "organic over aqueous feed, by volume", range=(1e-3, 1e3))
    extraction_stages = integer(4, "stages of the extraction section", range=(1, 300))
    scrub_stages = integer(0, "stages of the scrub section", range=(0, 100))
    strip_stages = integer(2, "stages of the strip section", range=(1, 100))
    regeneration_stages = integer(0, "stages of the regeneration section", range=(0, 100))
    scrub_to = choice(
        "feed", ("feed", "outlet"), "where the spent scrub goes: to the feed stage, or out of the unit"
    )
    temperature = quantity("25 degC", "K", "temperature of all stages", range=(273.15, 343.15))
    stage_efficiency = quantity(
        None, "1", "Murphree efficiency of the organic; equilibrium stages when absent", range=(0.05, 1.0)
    )
    entrained_aqueous = quantity(
        "0.05 %", "1", "aqueous droplets in the organic that leaves a settler, by volume", range=(1e-9, 0.1)
    )
    entrained_organic = quantity(
        "0.01 %", "1", "organic droplets in the aqueous that leaves a settler, by volume", range=(1e-9, 0.1)
    )
    heat_duty = result("kW", "heat added to hold the temperature")
    stage_ph = result("pH", "pH of a stage")
    loading = result("1", "extractant bound in complexes, of all extractant, in a stage")

    # ---- structure

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        liquor = Shape.of()
        for shape in inlets.values():
            liquor = liquor | shape.only("aqueous")
        leaving = {
            "raffinate": True,
            "strip_liquor": True,
            "spent_regenerant": self.regeneration_stages > 0,
            "scrub_liquor": self.scrub_stages > 0 and self.scrub_to == "outlet",
        }
        return {name: liquor if there else Shape.of() for name, there in leaving.items()}

    # ---- equations

    def equations(self) -> None:
        self.set = load_extraction_system(str(self.extractant))
        self.components = [c for c in self.raffinate.shape.names("aqueous") if c != WATER]
        block = self.block
        block.dimer = pyo.Expression(expr=self.set.extractant.dimer(self.extractant_fraction))
        block.organic_flow = pyo.Expression(expr=self.phase_ratio * self.feed.volume_flow("aqueous"))
        block.back_mixing = pyo.Var(initialize=0.0)
        self.circuit = self.build_sections()
        self.cascade = Cascade(
            block,
            self.circuit,
            block.organic_flow,
            self.entrained_aqueous,
            self.entrained_organic,
            block.back_mixing,
            self.returned(),
        )
        self.outlets_of_sections()
        self.add_start()
        self.report("heat_duty", self.heat_balance(self.temperature))
        self.report_profiles()

    def returned(self) -> Any:
        return 1.0

    def section_inlets(self) -> dict[str, Mixture]:
        return {
            "extraction": self.feed,
            "scrub": self.scrub,
            "strip": self.strip,
            "regeneration": self.regenerant,
        }

    def build_sections(self) -> list[Section]:
        inlet = self.section_inlets()
        sections = []
        for name in SECTIONS:
            count = getattr(self, f"{name}_stages")
            blocks = pyo.Block(range(1, count + 1))
            self.block.add_component(name, blocks)
            stages = [self.build_stage(f"{name}_{k}", blocks[k]) for k in range(1, count + 1)]
            section = Section(
                name,
                stages,
                {c: inlet[name].flow("aqueous", c) for c in inlet[name].shape.names("aqueous")},
                joins=name == "scrub" and self.scrub_to == "feed",
            )
            if stages:
                if name == "extraction" and self.alkali:
                    section.added[count - 1] = {
                        c: self.alkali.flow("aqueous", c) for c in self.alkali.shape.names("aqueous")
                    }
                sections.append(section)
        return sections

    def build_stage(self, name: str, block: Any) -> Stage:
        stage = Stage(
            name,
            block,
            self.system,
            self.set.of(self.components),
            self.components,
            self.block.dimer,
            self.temperature,
            self.activity_model,
            self.stage_efficiency,
        )
        for variable in block.component_data_objects(pyo.Var):
            self.registry.add_unknown(
                variable, log=variable is not block.aqueous.ln_water_activity, nominal=0.1
            )
        return stage

    def add_start(self) -> None:
        """The circuit starts by its own procedure, and is followed down from strong back-mixing."""
        inlet = self.section_inlets()
        needs: dict[str, Any] = {
            "organic_flow": self.block.organic_flow,
            "dimer": self.block.dimer,
            "temperature": self.temperature,
            "entrained_aqueous": self.entrained_aqueous,
        }
        for section in self.circuit:
            for c in (WATER, *self.components):
                entering = inlet[section.name].flow("aqueous", c) + sum(
                    added.get(c, 0.0) for added in section.added.values()
                )
                if not (isinstance(entering, (int, float)) and entering == 0.0):
                    needs[f"{section.name}.{c}"] = entering
        data = {
            "equilibria": TwoPhaseEquilibrium.table(
                self.system, self.set, self.components, self.activity_model
            ),
            "sections": [
                {
                    "name": s.name,
                    "joins": s.joins,
                    "stages": [stage.started() for stage in s.stages],
                    "outlet": self.outlet_names(s),
                }
                for s in self.circuit
            ],
            "open": self.returned() == 0.0,
        }
        self.registry.add_procedure("hydromet.extraction.start:CircuitStart", data, needs)
        longest = max(len(s.stages) for s in self.circuit)
        self.registry.add_continuation(f"{self.tag}.back_mixing", self.block.back_mixing, 30.0 * longest)

    def outlet_names(self, section: Section) -> dict[str, str]:
        """The unknowns of the stream by which a section's liquor leaves, by component."""
        if section.joins:
            return {}
        stream = self.section_outlets()[section.name]
        return {c: stream.ln("aqueous", c).name for c in (WATER, *self.components)}

    def section_outlets(self) -> dict[str, Stream]:
        return {
            "extraction": self.raffinate,
            "strip": self.strip_liquor,
            "regeneration": self.spent_regenerant,
            "scrub": self.scrub_liquor,
        }

    def outlets_of_sections(self) -> None:
        outlet = self.section_outlets()
        for section in self.circuit:
            if section.joins:
                continue
            stream = outlet[section.name]
            self.states[stream.name] = section.stages[-1].aqueous
            self.rows(
                f"{section.name}_outlet",
                stream.shape.names("aqueous"),
                lambda c, s=section, o=stream: o.ln("aqueous", c) - pyo.log(self.cascade.spent(s, c)),
            )

    def report_profiles(self) -> None:
        for section in self.circuit:
            for stage in section.stages:
                self.report("stage_ph", stage.ph, index=stage.name)
                self.report("loading", stage.loaded_fraction(), index=stage.name)
