"""What a compiled extraction circuit carries along so that it can start cold (see `start`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.system import WATER
from hydromet.extraction.cascade import Section, is_zero
from hydromet.extraction.two_phase import TwoPhaseEquilibrium

if TYPE_CHECKING:
    from hydromet.extraction.solvent_extraction import SolventExtraction

_FIRST_BACK_MIXING = 30.0
"""Back-mixing per stage of the longest section at which a section is one stage, whatever its feeds."""


def add_start(unit: SolventExtraction) -> None:
    """The circuit starts by its own procedure, and is followed down from strong back-mixing."""
    data = {
        "equilibria": TwoPhaseEquilibrium.table(
            unit.system, unit.extraction_system, unit.components, unit.activity_model
        ),
        "sections": [
            {
                "name": s.name,
                "joins": s.joins,
                "leaves": not is_zero(s.leaves),
                "stages": [stage.started() for stage in s.stages],
                "outlet": _outlet_names(unit, s),
            }
            for s in unit.sections
        ],
        "dosing": unit.dosing.started(),
    }
    unit.registry.add_procedure("hydromet.extraction.start:CircuitStart", data, _needs(unit))
    longest = max(len(s.stages) for s in unit.sections)
    if longest > 1:  # single stages have nothing to mix back with
        unit.registry.add_continuation(
            f"{unit.tag}.back_mixing", unit.block.back_mixing, _FIRST_BACK_MIXING * longest
        )


def _needs(unit: SolventExtraction) -> dict[str, Any]:
    """The numbers that the start is made from."""
    phase = unit.organic_phase
    needs: dict[str, Any] = {
        "organic_flow": unit.block.organic_flow,
        "extractant": unit.block.extractant,
        "diluent": phase.diluent_amount if unit.extraction_system.scale == "mole_fraction" else phase.diluent,
        "temperature": unit.temperature,
        "entrained_aqueous": unit.entrained_aqueous_share,
        "returned": unit.returned(),
        **{f"share.{s.name}": s.share for s in unit.sections if s.joins},
        **unit.dosing.needs(),
    }
    for c in unit.organic.shape.names("organic"):
        needs[f"organic.{c}"] = unit.organic.flow("organic", c)
    inlet = unit.section_inlets()
    for section in unit.sections:
        for c in inlet[section.name].shape.names("aqueous"):
            if c == WATER or c in unit.components:
                needs[f"{section.name}.{c}"] = inlet[section.name].flow("aqueous", c)
    return needs


def _outlet_names(unit: SolventExtraction, section: Section) -> dict[str, str]:
    """The unknowns of the stream by which a section's liquor leaves, by component."""
    if is_zero(section.leaves):
        return {}
    stream = unit.section_outlets()[section.name]
    return {c: stream.ln("aqueous", c).name for c in unit.liquors[section.name]}
