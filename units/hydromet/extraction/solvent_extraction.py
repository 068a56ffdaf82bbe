"""Solvent extraction circuit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, integer, parameter_set, quantity, result
from flowsheet.model.unit import Mixture, Shape, Stream, Unit
from hydromet.extraction.alkali import AlkaliDosing
from hydromet.extraction.cascade import Cascade, Section
from hydromet.extraction.circuit_report import report
from hydromet.extraction.mass_action import ExtractionSystem, load_extraction_system
from hydromet.extraction.organic_balance import DILUENT, OrganicBalance
from hydromet.extraction.stage import Organic, Stage
from hydromet.extraction.start import TwoPhaseEquilibrium

SECTIONS = ("extraction", "scrub", "strip", "regeneration")
_FIRST_BACK_MIXING = 30.0
"""Back-mixing per stage of the longest section at which a section is one stage, whatever its feeds."""


class SolventExtraction(Unit, name="solvent_extraction"):
    """Mixer-settlers for extraction, scrub, strip and regeneration, with the organic in a loop.

    component_balance      ln in_c = ln out_c               every component of every stage (see `cascade`)
    mass_action            c_j = K_j a_M^m f^n / a_H^(mz)   every complex of every stage (see `mass_action`)
    extractant_balance     E = f + sum n_j c_j              every stage
    murphree_efficiency    L = L_in + eta (L* - L_in)       with `stage_efficiency`
    electroneutrality      of every liquor, in place of the proton balance
    organic flow           V_o = phase_ratio * volume flow of the feed
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
    stage, in equal parts or as its own pH needs.  The spent scrub joins the feed stage unless it is led out.
    Organics that the feed carries from elsewhere pass to the raffinate.  Without the make-up inlets the
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
    strip = Inlet("aqueous", description="strip acid")
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
    strip_liquor = Outlet("aqueous", description="liquor with the stripped metals")
    scrub_liquor = Outlet("aqueous", optional=True, description="spent scrub, unless it joins the feed")
    spent_regenerant = Outlet("aqueous", optional=True, description="acid after regeneration")
    organic_bleed = Outlet(
        "aqueous", optional=True, description="bled organic, its metals as ions, with its aqueous droplets"
    )

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
        "feed", ("feed", "outlet"), "where the spent scrub goes: the feed stage, or out of the unit"
    )
    saponification = quantity(None, "1", "alkali per extractant, for an alkali as needed", range=(1e-6, 1.0))
    pH = quantity(None, "pH", "set point that an alkali as needed serves", range=(0.0, 12.0))
    pH_at = choice("raffinate", ("raffinate", "feed_stage", "every_stage"), "the stage whose pH is held")
    alkali_to = choice(
        "organic", ("organic", "every_stage"), "with the regenerated organic, or in equal parts"
    )
    bleed = quantity(None, "1", "share of the regenerated organic that is replaced", range=(1e-6, 0.5))
    temperature = quantity("25 degC", "K", "temperature of all stages", range=(273.15, 343.15))
    stage_efficiency = quantity(
        None, "1", "Murphree efficiency of the organic; equilibrium stages when absent", range=(0.05, 1.0)
    )
    entrained_aqueous = quantity(
        "0.05 %",
        "1",
        "aqueous droplets in the organic that leaves a settler, by volume",
        range=(1e-9, 0.1),
        source="design assumption; measure it",
    )
    entrained_organic = quantity(
        "0.01 %",
        "1",
        "organic droplets in the aqueous that leaves a settler, by volume",
        range=(1e-9, 0.1),
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

    stage_pH = result("pH", "pH of a stage")
    stage_loading = result("1", "extractant bound in complexes, of all extractant, in a stage")
    distribution_ratio = result("1", "D of a component in a stage, organic over aqueous, mol/L")
    separation_factor = result("1", "D of one component over D of another, in the feed stage")
    organic_concentration = result("mol/L", "a component in the organic that leaves a stage")
    extracted = result("1", "share of a component of the feed that is not in the raffinate")
    stripped = result("1", "share of a component on the loaded organic that leaves it in the strip section")
    raffinate_pH = result("pH", "pH of the raffinate")
    strip_liquor_pH = result("pH", "pH of the strip liquor")
    loading = result("1", "extractant bound in complexes, of all extractant, in the loaded organic")
    alkali_flow = result("kg/h", "alkali that enters")
    alkali_saturated = result("1", "1 where the pH set point is exceeded without any alkali, else 0 (smooth)")
    extractant_concentration = result("mol/L", "all extractant in the organic, as its constants count it")
    stage_temperature = result("K", "temperature of the stages")
    organic_flow = result("m3/h", "organic round the circuit")
    extractant_loss = result("kg/h", "extractant that leaves with the liquors")
    diluent_loss = result("kg/h", "diluent that leaves with the liquors")
    mixer_volume = result("m3", "mixers", charge="tank")
    settler_area = result("m2", "settlers", charge="settler")
    stage_mixer_volume = result("m3", "mixer of a stage")
    stage_settler_area = result("m2", "settler of a stage")
    organic_inventory = result("m3", "organic in mixers and settlers", charge="organic_inventory")
    agitation_power = result("kW", "power of the mixers", charge="power")
    heat_duty = result("kW", "heat added to hold the temperature; negative: removed", charge="heat")

    # ---- structure

    @cached_property
    def extraction_system(self) -> ExtractionSystem:
        return load_extraction_system(str(self.extractant))

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        """Every liquor may carry what any of them brings, by the droplets that the organic takes round."""
        liquor = Shape.of()
        for shape in inlets.values():
            liquor = liquor | shape.only("aqueous")
        components = [c for c in liquor.names("aqueous") if not self.system.component(c).inert]
        own = [self.extraction_system.extractant.name, DILUENT] if inlets["extractant_make_up"].phases else []
        port = {
            "extraction": ("feed", "alkali"),
            "strip": ("strip",),
            "regeneration": ("regenerant",),
            "scrub": ("scrub",),
        }
        if self.scrub_stages and self.scrub_to == "feed":
            port["extraction"] += ("scrub",)

        def leaving(section: str) -> Shape:
            foreign = [
                c for p in port[section] for c in inlets[p].names("aqueous") if self.system.component(c).inert
            ]
            return Shape.of(aqueous=[*components, *own, *foreign]) if components else Shape.of()

        nothing = Shape.of()
        return {
            "raffinate": leaving("extraction"),
            "strip_liquor": leaving("strip"),
            "spent_regenerant": leaving("regeneration") if self.regeneration_stages else nothing,
            "scrub_liquor": leaving("scrub") if self.scrub_stages and self.scrub_to == "outlet" else nothing,
            "organic_bleed": Shape.of(aqueous=[*components, *own]) if self.given["bleed"] else nothing,
        }

    def _refuse_contradictions(self) -> None:
        for section, inlet in (("scrub", self.scrub), ("regeneration", self.regenerant)):
            stages, port = (
                getattr(self, f"{section}_stages"),
                "regenerant" if section == "regeneration" else section,
            )
            if stages and not inlet:
                self.refuse(
                    f"{stages} stages of {section} have no liquor",
                    f"{section}_stages",
                    f"connect the inlet `{port}`",
                )
            if inlet and not stages:
                self.refuse(
                    f"the inlet `{port}` has no stages to go to",
                    f"{section}_stages",
                    f"give `{section}_stages`",
                )
        known = self.system.components
        for name in (self.extraction_system.extractant.name, DILUENT):
            if self.extractant_make_up and name not in known:
                self.refuse(
                    f"the chemistry has no component `{name}` for what leaves of the organic",
                    "extractant",
                    "add it as an inert component",
                )
        if bool(self.extractant_make_up) != bool(self.diluent_make_up):
            self.refuse(
                "extractant and diluent are made up together",
                None,
                "connect `extractant_make_up` and `diluent_make_up`, or neither",
            )
        for name, inlet in self.make_up().items():
            if inlet.drawn is None or len(inlet.streams) != 1 or inlet.shape.names("organic") != (name,):
                self.refuse(
                    f"the make-up of {name} needs one feed as needed of pure {name}",
                    None,
                    f"for example `organic: {{flow: as needed, {name}: 100 %}}`",
                )

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
        self._refuse_contradictions()
        self.components = [
            c
            for c in self.raffinate.shape.names("aqueous")
            if c != WATER and not self.system.component(c).inert
        ]
        block = self.block
        extractant = self.extraction_system.extractant
        block.extractant = pyo.Expression(expr=extractant.concentration(self.extractant_fraction))
        block.organic_flow = pyo.Expression(expr=self.phase_ratio * self.feed.volume_flow("aqueous"))
        block.back_mixing = pyo.Var(initialize=0.0)
        self.organic_phase = Organic(
            self.extraction_system,
            block.extractant,
            extractant.diluent(self.extractant_fraction),
            self.stage_efficiency,
        )
        self.sections = [self.build_section(name) for name in SECTIONS if getattr(self, f"{name}_stages")]
        self.dosing = AlkaliDosing(self, self.sections[0])
        self.cascade = Cascade(
            block,
            self.sections,
            block.organic_flow,
            self.entrained_aqueous,
            self.entrained_organic,
            block.back_mixing,
            self.returned(),
        )
        self.dosing.equations()
        self.organic = OrganicBalance(self)
        self.organic.outlet_balances()
        self.organic.organic_make_up()
        duty = self.heat_balance(self.temperature)
        self.report("heat_duty", duty)
        report(self)
        self.add_start()

    def returned(self) -> Any:
        """Share of the organic from the last section that goes on into the first."""
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
        stages = [self.build_stage(f"{name}_{k}", blocks[k]) for k in range(1, count + 1)]
        inlet = self.section_inlets()[name]
        feed = {c: inlet.flow("aqueous", c) for c in inlet.shape.names("aqueous")}
        return Section(name, stages, feed, joins=name == "scrub" and self.scrub_to == "feed")

    def build_stage(self, name: str, block: Any) -> Stage:
        stage = Stage(
            name,
            block,
            self.system,
            self.organic_phase,
            self.components,
            self.temperature,
            self.activity_model,
        )
        self.add_state(stage.aqueous)
        for variable in block.component_data_objects(pyo.Var, descend_into=False):
            self.registry.add_unknown(variable, log=True)
        return stage

    # ---- cold start

    def add_start(self) -> None:
        """The circuit starts by its own procedure, and is followed down from strong back-mixing."""
        inlet = self.section_inlets()
        needs: dict[str, Any] = {
            "organic_flow": self.block.organic_flow,
            "extractant": self.block.extractant,
            "temperature": self.temperature,
            "entrained_aqueous": self.entrained_aqueous,
            **self.dosing.needs(),
        }
        for section in self.sections:
            for c in (WATER, *self.components):
                if c in inlet[section.name].shape.names("aqueous"):
                    needs[f"{section.name}.{c}"] = inlet[section.name].flow("aqueous", c)
        data = {
            "equilibria": TwoPhaseEquilibrium.table(
                self.system, self.extraction_system, self.components, self.activity_model
            ),
            "sections": [
                {
                    "name": s.name,
                    "joins": s.joins,
                    "stages": [stage.started() for stage in s.stages],
                    "outlet": self.outlet_names(s),
                }
                for s in self.sections
            ],
            "open": isinstance(self.returned(), float) and self.returned() == 0.0,
            "dosing": self.dosing.started(),
        }
        self.registry.add_procedure("hydromet.extraction.start:CircuitStart", data, needs)
        longest = max(len(s.stages) for s in self.sections)
        self.registry.add_continuation(
            f"{self.tag}.back_mixing", self.block.back_mixing, _FIRST_BACK_MIXING * longest
        )

    def outlet_names(self, section: Section) -> dict[str, str]:
        """The unknowns of the stream by which a section's liquor leaves, by component."""
        if section.joins:
            return {}
        stream = self.section_outlets()[section.name]
        return {c: stream.ln("aqueous", c).name for c in (WATER, *self.components)}
