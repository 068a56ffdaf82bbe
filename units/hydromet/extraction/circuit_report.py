"""What a solvent extraction circuit reports: profiles by stage, separation, losses and sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from hydromet.extraction.cascade import Section
from hydromet.extraction.organic_balance import DILUENT

if TYPE_CHECKING:
    from hydromet.extraction.solvent_extraction import SolventExtraction


def report(unit: SolventExtraction) -> None:
    """Publish all results of the circuit."""
    for section in unit.sections:
        _profiles(unit, section)
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
    for component in unit.components:
        if component in system.missing:
            unit.note(f"{component} is not extracted: {system.missing[component]}")
