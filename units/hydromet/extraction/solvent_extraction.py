"""Solvent extraction circuit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
)
from flowsheet.model.unit import Mixture, Shape, Stream, Unit
from hydromet.extraction.alkali import AlkaliDosing
from hydromet.extraction.cascade import Cascade, Section
from hydromet.extraction.circuit_layout import SECTIONS, Layout
from hydromet.extraction.circuit_refusals import refuse_contradictions
from hydromet.extraction.circuit_report import CircuitResults, report
from hydromet.extraction.circuit_start import add_start
from hydromet.extraction.extractant import LITRES
from hydromet.extraction.mass_action import ExtractionSystem
from hydromet.extraction.organic_balance import DILUENT, OrganicBalance
from hydromet.extraction.organic_chemistry import FROM_CHEMISTRY, NoOrganicPhase, extraction_system_of
from hydromet.extraction.parameter_file import ExtractionParameterError
from hydromet.extraction.stage import Organic, Stage


class SolventExtraction(CircuitResults, Unit, name="solvent_extraction", symbol="mixer_settler"):
    """Mixer-settlers for extraction, scrub, strip and regeneration, with the organic in a loop.

    component_balance      ln in_c = ln out_c               every component of every stage (see `cascade`)
    mass_action            c_j = K_j a_M^m f^n / a_H^(mz)   every complex of every stage (see `mass_action`)
    extractant_balance     E = f + sum n_j c_j              every stage
    murphree_efficiency    L = L_in + eta (L* - L_in)       with `stage_efficiency`
    electroneutrality      of every liquor, in place of the proton balance
    organic flow           V_o = phase_ratio * volume flow of the feed, stated, or make_up_flow / bleed
    saponification         hydroxide = saponification * 2 E V_o              for an alkali as needed, or
    pH_control             dose >= 0,  pH - set point >= 0,  one of them zero
    outlets, make_up       droplets and dissolved extractant (see `organic_balance`)
    sizes                  mixer = residence_time * (V + V_o),  settler = (V + V_o) / settler_flow

    E all extractant, f free, both as dimer (HA)2, c complexes, L loading [mol/L organic]; a activities; V
    aqueous, V_o organic flow [m3/h].

    Each stage has the full speciation of its liquor.  Stages of a section are counted along its aqueous flow:
    the liquor enters stage 1, the organic the last.  The organic runs through extraction, scrub, strip and
    regeneration and back; make-up, which enters where the loss is, holds its flow and strength.  Alkali goes
    into the last extraction stage with the regenerated organic (saponification), or into every extraction
    stage, in equal parts or as its own pH needs.  The spent scrub joins the feed stage unless it is led out;
    of the strip liquor a share may return as scrub (`reflux`).  An organic from elsewhere (`organic`) runs
    through once.  Organics that the feed carries pass to the raffinate.  Without the make-up inlets the
    droplets' extractant and diluent are left out of the outlets (their metals are not).  A component without
    a constant for the extractant is not extracted.

    Isothermal; ideal organic phase; settlers separate but for the stated droplets; no third phase.

    Sources: constants in the parameter sets, each with its own range.  Droplets, settler flow and residence
    times are design assumptions.

    Example:
        co_sx:
          unit: solvent_extraction
          inlets: {feed: mn_sx.raffinate, scrub: cobalt_scrub, strip: strip_acid, alkali: caustic,
                   extractant_make_up: cyanex, diluent_make_up: kerosene}
          extractant: cyanex272
          extractant_fraction: 20 %
          phase_ratio: 1.2
          extraction_stages: 4
          scrub_stages: 2
          strip_stages: 3
          pH: 5.2
    """

    feed = Inlet("aqueous", description="liquor to extract from")
    scrub = Inlet("aqueous", optional=True, description="scrub liquor")
    organic = Inlet(
        "organic",
        "aqueous",
        optional=True,
        description="organic from elsewhere, which then does not go round within the unit",
    )
    strip = Inlet("aqueous", optional=True, description="strip acid")
    regenerant = Inlet("aqueous", optional=True, description="strong acid that strips iron and aluminium")
    alkali = Inlet(
        "aqueous", optional=True, draws=True, description="alkali for saponification or pH control"
    )
    extractant_make_up = Inlet(
        "organic",
        optional=True,
        draws=True,
        description="pure extractant as needed, for what leaves with the liquors",
    )
    diluent_make_up = Inlet(
        "organic",
        optional=True,
        draws=True,
        description="pure diluent as needed, for what leaves with the liquors",
    )
    raffinate = Outlet("aqueous", description="liquor after extraction")
    strip_liquor = Outlet("aqueous", optional=True, description="liquor with the stripped metals")
    scrub_liquor = Outlet("aqueous", optional=True, description="spent scrub, unless it joins the feed")
    spent_regenerant = Outlet("aqueous", optional=True, description="acid after regeneration")
    organic_bleed = Outlet(
        "organic", "aqueous", optional=True, description="bled organic, with its aqueous droplets"
    )
    organic_out = Outlet(
        "organic", "aqueous", optional=True, description="organic from elsewhere after the last section"
    )

    extractant = parameter_set(
        "d2ehpa",
        "solvent_extraction.extractant",
        "extractant and its constants, or `chemistry` for the organic phase of the chemistry",
        choices=(FROM_CHEMISTRY,),
    )
    extractant_fraction = quantity(
        "20 %", "1", "commercial extractant in the organic, by volume", range=(1e-3, 0.9)
    )
    phase_ratio = quantity("1", "1", "organic over aqueous feed, by volume", range=(1e-3, 1e3))
    organic_flow = quantity(
        None, "m3/h", "organic round the circuit, instead of `phase_ratio`", range=(1e-9, 1e5)
    )
    make_up_flow = quantity(
        None,
        "m3/h",
        "fresh organic, which with `bleed` gives the organic round the circuit",
        range=(1e-9, 1e5),
    )
    extraction_stages = integer(4, "stages of the extraction section", range=(1, 300))
    scrub_stages = integer(0, "stages of the scrub section", range=(0, 100))
    strip_stages = integer(2, "stages of the strip section", range=(0, 100))
    regeneration_stages = integer(0, "stages of the regeneration section", range=(0, 100))
    scrub_to = choice(
        "feed", ("feed", "outlet"), "where the spent scrub goes: the feed stage, or out of the unit"
    )
    reflux = quantity(None, "1", "share of the strip liquor that returns as scrub", range=(1e-6, 0.9999))
    saponification = quantity(None, "1", "alkali per extractant, for an alkali as needed", range=(1e-6, 1.0))
    pH = quantity(None, "pH", "set point that an alkali as needed serves", range=(0.0, 12.0))
    pH_at = choice("raffinate", ("raffinate", "feed_stage", "every_stage"), "the stage whose pH is held")
    alkali_to = choice(
        "organic", ("organic", "every_stage"), "with the regenerated organic, or in equal parts"
    )
    mccabe_thiele = names((), "component", "components whose operating and equilibrium lines are reported")
    bleed = quantity(None, "1", "share of the regenerated organic that is replaced", range=(1e-6, 0.5))
    temperature = quantity("25 degC", "K", "temperature of all stages", range=(273.15, 343.15))
    stage_efficiency = quantity(
        None, "1", "Murphree efficiency of the organic; equilibrium stages when absent", range=(0.05, 1.0)
    )
    entrained_aqueous = quantity(
        "0.05 %",
        "1",
        "aqueous droplets in the organic that leaves a settler, by volume",
        range=(0.0, 0.1),
        source="design assumption; measure it",
    )
    entrained_organic = quantity(
        "0.01 %",
        "1",
        "organic droplets in the aqueous that leaves a settler, by volume",
        range=(0.0, 0.1),
        source="design assumption; measure it",
    )
    residence_time = quantity(
        "3 min", "h", "of both phases in a mixer", range=(1e-3, 2.0), source="design assumption"
    )
    settler_flow = quantity(
        "3 m/h",
        "m/h",
        "both phases' flow per settler area",
        range=(0.1, 50.0),
        source="design assumption; the parameter sets cite 9 to 27 m/h as an upper bound",
    )
    organic_depth = quantity(
        "0.3 m", "m", "organic layer in the settlers", range=(0.05, 2.0), source="design assumption"
    )
    agitation = quantity(
        "1 kW/m3", "kW/m3", "power of the mixers per volume", range=(0.0, 20.0), source="design assumption"
    )

    # ---- structure

    @cached_property
    def extraction_system(self) -> ExtractionSystem:
        try:
            return extraction_system_of(str(self.extractant), self.system)
        except (ExtractionParameterError, NoOrganicPhase) as error:
            self.refuse(str(error), "extractant")

    def layout_of(self, inlets: Mapping[str, Any]) -> Layout:
        """The circuit's structure, given what its inlets are connected to."""
        return Layout(
            self.system,
            self.extraction_system,
            tuple(s for s in SECTIONS if getattr(self, f"{s}_stages")),
            self.destinations(),
            self.entry.value("entrained_aqueous") > 0.0,
            not self.entry.inlets.get("organic"),
        )

    def destinations(self) -> dict[str, str]:
        """Where spent liquors go on to within the circuit, by section."""
        found = {"scrub": "extraction"} if self.scrub_stages and self.scrub_to == "feed" else {}
        return found | ({"strip": "scrub"} if self.given["reflux"] and self.scrub_stages else {})

    @cached_property
    def layout(self) -> Layout:
        return self.layout_of(self.inlets)

    def lost_components(self) -> list[str]:
        """What the liquors take of the organic itself, where the organic's own balance is kept."""
        extractant = self.extraction_system.extractant
        kept = self.entry.inlets.get("organic") or self.entry.inlets.get("extractant_make_up")
        if not kept:
            return []
        if self.entry.value("entrained_organic") > 0.0:
            return [extractant.name, DILUENT]
        return [extractant.name] if extractant.loss is not None else []

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        """Each liquor carries what its section holds, and what it takes of the organic."""
        layout = self.layout_of(inlets)
        liquors, own = layout.liquors(inlets), self.lost_components()

        def leaving(section: str) -> Shape:
            joins_whole = section in layout.joins and section != "strip"
            if section not in liquors or WATER not in liquors[section] or joins_whole:
                return Shape.of()
            return Shape.of(aqueous=[*liquors[section], *own, *layout.foreign(section, inlets)])

        def organic(own: Iterable[str]) -> Shape:
            last = liquors[layout.sections[-1]]
            droplets = last if layout.has_droplets and WATER in last else ()
            return Shape.of(organic=[*layout.extracted(last), *own], aqueous=droplets)

        made_up = (
            [self.extraction_system.extractant.name, DILUENT] if inlets["extractant_make_up"].phases else []
        )
        from_elsewhere = [c for c in inlets["organic"].names("organic") if self.system.component(c).inert]
        return {
            "raffinate": leaving("extraction"),
            "strip_liquor": leaving("strip"),
            "spent_regenerant": leaving("regeneration"),
            "scrub_liquor": leaving("scrub"),
            "organic_bleed": organic(made_up) if self.given["bleed"] else Shape.of(),
            "organic_out": organic(from_elsewhere) if inlets["organic"].phases else Shape.of(),
        }

    def make_up(self) -> dict[str, Mixture]:
        """The make-up inlets that are connected, by what each brings."""
        if not self.extractant_make_up:
            return {}
        return {
            self.extraction_system.extractant.name: self.extractant_make_up,
            DILUENT: self.diluent_make_up,
        }

    # ---- equations

    def equations(self) -> None:
        refuse_contradictions(self)
        self.liquors = self.layout.liquors({name: m.shape for name, m in self.inlets.items()})
        self.components = [
            c for c in Shape.of(aqueous=sum(self.liquors.values(), ())).names("aqueous") if c != WATER
        ]
        self.entrained_aqueous_share = self._or_nothing("entrained_aqueous")
        self.entrained_organic_share = self._or_nothing("entrained_organic")
        self._organic_that_runs()
        self.block.back_mixing = pyo.Var(initialize=0.0)
        self.sections = [self.build_section(name) for name in self.layout.sections]
        self.dosing = AlkaliDosing(self, self.sections[0])
        self._droplets_from_elsewhere()
        self.cascade = Cascade(
            self.block,
            self.sections,
            self.block.organic_flow,
            self.entrained_aqueous_share,
            self.entrained_organic_share,
            self.block.back_mixing,
            self.returned(),
            {c: self.organic.flow("organic", c) for c in self.organic.shape.names("organic")},
        )
        self.dosing.equations()
        self.balance = OrganicBalance(self)
        self.balance.outlet_balances()
        self.balance.organic_make_up()
        duty = self.heat_balance(self.temperature)
        self.report("heat_duty", duty)
        report(self)
        add_start(self)

    def _or_nothing(self, name: str) -> Any:
        """A share that is nothing by structure where it is exactly zero."""
        return 0.0 if self.entry.value(name) == 0.0 else getattr(self, name)

    def _organic_that_runs(self) -> None:
        """Flow, extractant and diluent of the organic, by itself or as it comes from elsewhere."""
        block, extractant = self.block, self.extraction_system.extractant
        if self.organic:
            flow = self.organic.volume_flow("organic")
            per_litre = LITRES * flow
            strength = self.organic.flow("organic", extractant.name) / (extractant.molecules * per_litre)
            diluent = (
                self.organic.flow("organic", DILUENT) * self.system.component(DILUENT).molar_mass / per_litre
            )
        else:
            strength = extractant.concentration(self.extractant_fraction)
            diluent = extractant.diluent(self.extractant_fraction)
            if self.organic_flow is not None:
                flow = self.organic_flow
            elif self.make_up_flow is not None:
                flow = self.make_up_flow / self.bleed
            else:
                flow = self.phase_ratio * self.feed.volume_flow("aqueous")
        block.organic_flow = pyo.Expression(expr=flow)
        block.extractant = pyo.Expression(expr=strength)
        block.diluent = pyo.Expression(expr=diluent)
        self.organic_phase = Organic(
            self.extraction_system, block.extractant, block.diluent, self.stage_efficiency
        )

    def _droplets_from_elsewhere(self) -> None:
        """The liquor that an organic from elsewhere brings goes into the stage that it enters."""
        first = self.sections[0]
        last = len(first.stages) - 1
        droplets = {c: self.organic.flow("aqueous", c) for c in self.organic.shape.names("aqueous")}
        if droplets:
            there = first.added.get(last, {})
            first.added[last] = {c: there.get(c, 0.0) + droplets.get(c, 0.0) for c in {**there, **droplets}}

    def returned(self) -> Any:
        """Share of the organic from the last section that goes on into the first."""
        if self.organic:
            return 0.0
        return 1.0 if self.bleed is None else 1.0 - self.bleed

    def section_inlets(self) -> dict[str, Mixture]:
        return {
            "extraction": self.feed,
            "scrub": self.scrub,
            "strip": self.strip,
            "regeneration": self.regenerant,
        }

    def section_outlets(self) -> dict[str, Stream]:
        return {
            "extraction": self.raffinate,
            "scrub": self.scrub_liquor,
            "strip": self.strip_liquor,
            "regeneration": self.spent_regenerant,
        }

    def build_section(self, name: str) -> Section:
        count = getattr(self, f"{name}_stages")
        blocks = pyo.Block(range(1, count + 1))
        self.block.add_component(name, blocks)
        stages = [self.build_stage(f"{name}_{k}", blocks[k], self.liquors[name]) for k in range(1, count + 1)]
        inlet = self.section_inlets()[name]
        feed = {c: inlet.flow("aqueous", c) for c in inlet.shape.names("aqueous")}
        share = self.reflux if name == "strip" and self.given["reflux"] else 1.0
        return Section(name, stages, feed, joins=self.layout.joins.get(name, ""), share=share)

    def build_stage(self, name: str, block: Any, components: Iterable[str]) -> Stage:
        stage = Stage(
            name,
            block,
            self.system,
            self.organic_phase,
            components,
            self.temperature,
            self.activity_model,
        )
        self.add_state(stage.aqueous)
        for variable in block.component_data_objects(pyo.Var, descend_into=False):
            self.registry.add_unknown(variable, log=True)
        return stage
