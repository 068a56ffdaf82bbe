"""What a solvent extraction circuit reports: profiles by stage, separation, losses and sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pyomo.environ as pyo

from flowsheet.document.declaration import Chart, result
from hydromet.extraction.cascade import Section
from hydromet.extraction.extractant import LITRES
from hydromet.extraction.organic_balance import DILUENT

if TYPE_CHECKING:
    from hydromet.extraction.solvent_extraction import SolventExtraction


class CircuitResults:
    """The results that a circuit declares."""

    charts: ClassVar[tuple[Chart, ...]] = (
        Chart(
            "McCabe-Thiele diagram",
            "mccabe_thiele",
            ("operating_aqueous", "operating_organic", "equilibrium_aqueous", "equilibrium_organic"),
        ),
        Chart("pH and loading by stage", "along", ("stage_pH", "stage_loading")),
        Chart("liquor by stage", "along", ("aqueous_concentration",)),
        Chart("organic by stage", "along", ("organic_concentration",)),
    )

    stage_pH = result("pH", "pH of a stage", profile="stage")
    stage_loading = result(
        "1", "extractant bound in complexes, of all extractant, in a stage", profile="stage"
    )
    distribution_ratio = result(
        "1", "D of a component in a stage, organic over aqueous, mol/L", profile="stage.component"
    )
    separation_factor = result("1", "D of one component over D of another, in the feed stage")
    organic_concentration = result(
        "mol/L", "a component in the organic that leaves a stage", profile="stage.component"
    )
    aqueous_concentration = result(
        "mol/L", "a component in the liquor that leaves a stage", profile="stage.component"
    )
    operating_aqueous = result(
        "mol/L",
        "operating line: in the liquor between a stage and the next (0: entering)",
        profile="component.stage",
    )
    operating_organic = result(
        "mol/L", "operating line: in the organic between the same stages", profile="component.stage"
    )
    equilibrium_aqueous = result(
        "mol/L", "equilibrium line: in the liquor that leaves a stage", profile="component.stage"
    )
    equilibrium_organic = result(
        "mol/L", "equilibrium line: in an organic at equilibrium with it", profile="component.stage"
    )
    extracted = result("1", "share of a component of the feed that is not in the raffinate")
    stripped = result("1", "share of a component on the loaded organic that leaves it in the strip section")
    raffinate_pH = result("pH", "pH of the raffinate")
    strip_liquor_pH = result("pH", "pH of the strip liquor")
    loading = result("1", "extractant bound in complexes, of all extractant, in the loaded organic")
    alkali_flow = result("kg/h", "alkali that enters")
    alkali_saturated = result("1", "1 where the pH set point is exceeded without any alkali, else 0 (smooth)")
    extractant_concentration = result("mol/L", "all extractant in the organic, as its constants count it")
    stage_temperature = result("K", "temperature of the stages")
    organic_circulation = result("m3/h", "organic through the circuit")
    extractant_loss = result("kg/h", "extractant that leaves with the liquors")
    diluent_loss = result("kg/h", "diluent that leaves with the liquors")
    mixer_volume = result("m3", "mixers", charge="tank")
    settler_area = result("m2", "settlers", charge="settler")
    stage_mixer_volume = result("m3", "mixer of a stage", profile="stage")
    stage_settler_area = result("m2", "settler of a stage", profile="stage")
    organic_inventory = result("m3", "organic in mixers and settlers", charge="organic_inventory")
    agitation_power = result("kW", "power of the mixers", charge="power")
    heat_duty = result("kW", "heat added to hold the temperature; negative: removed", charge="heat")


def report(unit: SolventExtraction) -> None:
    """Publish all results of the circuit."""
    for number, section in enumerate(unit.sections):
        _profiles(unit, section)
        for component in unit.mccabe_thiele:
            _mccabe_thiele(unit, number, component)
    _separation(unit)
    _losses(unit)
    _sizes(unit)
    _validity(unit)


def _profiles(unit: SolventExtraction, section: Section) -> None:
    for stage in section.stages:
        unit.report("stage_pH", stage.ph, index=stage.name)
        unit.report("stage_loading", stage.loaded_fraction(), index=stage.name)
        for c in stage.extracted:
            unit.report("distribution_ratio", stage.distribution_ratio(c), index=f"{stage.name}.{c}")
            unit.report("organic_concentration", stage.loading[c], index=f"{stage.name}.{c}")
            unit.report("aqueous_concentration", stage.concentration(c), index=f"{stage.name}.{c}")


def _mccabe_thiele(unit: SolventExtraction, number: int, component: str) -> None:
    """Points of the operating line between the stages and at both ends, and of the equilibrium line."""
    section = unit.sections[number]
    if component not in section.stages[0].extracted:
        return
    liquors = [
        _entering_liquor(unit, section, component),
        *(s.concentration(component) for s in section.stages),
    ]
    organics = [
        *(s.loading[component] for s in section.stages),
        unit.cascade.entering_loading(number, len(section.stages) - 1).get(component, 0.0),
    ]
    for k, (x, y) in enumerate(zip(liquors, organics, strict=True)):
        unit.report("operating_aqueous", x + 0.0, index=f"{component}.{section.name}_{k}")
        unit.report("operating_organic", y + 0.0, index=f"{component}.{section.name}_{k}")
    for k, stage in enumerate(section.stages, 1):
        index = f"{component}.{section.name}_{k}"
        unit.report("equilibrium_aqueous", stage.concentration(component), index=index)
        unit.report("equilibrium_organic", stage.equilibrium_loading[component], index=index)


def _entering_liquor(unit: SolventExtraction, section: Section, component: str) -> Any:
    """A component in all liquor that enters a section's first stage [mol/L]; volumes add."""
    inlet = unit.section_inlets()[section.name]
    joining = [s for s in unit.sections if s.joins == section.name]
    amount = section.feed.get(component, 0.0)
    volume = inlet.volume_flow("aqueous") if inlet else 0.0
    for other in joining:
        last = other.stages[-1]
        volume = volume + other.share * last.volume
        if component in last.components:
            amount = amount + other.share * unit.cascade.spent(other, component)
    return amount / (LITRES * volume)


def _separation(unit: SolventExtraction) -> None:
    """Extraction and stripping by component; separation factors in the feed stage."""
    first = unit.sections[0].stages[0]
    fed = unit.feed.shape.names("aqueous")
    for c in first.extracted:
        if c in fed:
            unit.report(
                "extracted", 1.0 - unit.raffinate.flow("aqueous", c) / unit.feed.flow("aqueous", c), index=c
            )
    metals = [c for c in first.extracted if c in fed]
    for i, c in enumerate(metals):
        for other in metals[i + 1 :]:
            unit.report(
                "separation_factor",
                first.distribution_ratio(c) / first.distribution_ratio(other),
                index=f"{c}.{other}",
            )
    position = [s.name for s in unit.sections]
    if "strip" in position:
        before = unit.sections[position.index("strip") - 1].stages[0]
        after = unit.sections[position.index("strip")].stages[0]
        for c in first.extracted:
            unit.report("stripped", 1.0 - after.loading[c] / before.loading[c], index=c)
        unit.report("strip_liquor_pH", unit.sections[position.index("strip")].stages[-1].ph)
    unit.report("raffinate_pH", unit.sections[0].stages[-1].ph)
    unit.report("loading", first.loaded_fraction())


def _losses(unit: SolventExtraction) -> None:
    unit.report("organic_circulation", unit.block.organic_flow)
    for key, c in (("extractant_loss", unit.extraction_system.extractant.name), ("diluent_loss", DILUENT)):
        if unit.extractant_make_up or c in unit.lost_components():
            unit.report(key, unit.balance.losses(c) * unit.system.component(c).molar_mass)
    if unit.alkali:
        unit.report("alkali_flow", unit.alkali.mass_flow("aqueous"))
    saturated = unit.dosing.saturated()
    if saturated is not None:
        unit.report("alkali_saturated", saturated)


def _sizes(unit: SolventExtraction) -> None:
    mixers: list[Any] = []
    settlers: list[Any] = []
    for section in unit.sections:
        for stage in section.stages:
            block = stage.block
            block.throughput = pyo.Expression(expr=stage.volume + unit.block.organic_flow)
            mixer, settler = unit.residence_time * block.throughput, block.throughput / unit.settler_flow
            unit.report("stage_mixer_volume", mixer, index=stage.name)
            unit.report("stage_settler_area", settler, index=stage.name)
            mixers.append(mixer * unit.block.organic_flow / block.throughput)
            settlers.append(settler)
    total = sum(stage.block.throughput for section in unit.sections for stage in section.stages)
    unit.report("mixer_volume", unit.residence_time * total)
    unit.report("settler_area", total / unit.settler_flow)
    unit.report("organic_inventory", sum(mixers) + unit.organic_depth * sum(settlers))
    unit.report("agitation_power", unit.agitation * unit.residence_time * total)


def _validity(unit: SolventExtraction) -> None:
    """Say where the extractant's constants are extrapolated, and what they don't know."""
    system, ranges = unit.extraction_system, unit.extraction_system.ranges
    constants = f"the constants of {system.name}"
    if "pH" in ranges:
        stages = [f"stage_pH.{stage.name}" for stage in unit.sections[0].stages]
        unit.valid_within(stages, *ranges["pH"], "pH", constants)
    unit.report("extractant_concentration", unit.block.extractant)
    for key, form in (("dimer", " (as dimer)"), ("extractant", "")):
        if key in ranges:
            unit.valid_within(
                ["extractant_concentration"], *ranges[key], f"extractant{form}", constants, "mol/L"
            )
    if "T" in ranges:
        low, high = (t + 273.15 for t in ranges["T"])
        unit.report("stage_temperature", unit.temperature)
        unit.valid_within(["stage_temperature"], low, high, "temperature", constants, "K")
    for component, reason in system.unextracted(*_fed(unit)).items():
        unit.note(f"{component} is not extracted: {reason}")


def _fed(unit: SolventExtraction) -> tuple[list[str], list[str]]:
    """Cations, and all components, that reach the first section with liquors; not by the organic."""
    ports = unit.layout.ports(unit.layout.sections[0])
    fed = list(dict.fromkeys(c for port in ports for c in unit.inlets[port].shape.names("aqueous")))
    return [c for c in fed if unit.system.charge_of(c) > 0], fed
