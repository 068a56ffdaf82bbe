"""What a column of ligands reports besides what every column does: its eluates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydromet.columns.entering import LITRES
from hydromet.columns.report import report_column

if TYPE_CHECKING:
    from hydromet.bioligand.bioligand_column import BioligandColumn


def report_ligand_column(unit: BioligandColumn) -> None:
    """Publish the unit's results, and where they leave the range of the ligand's data."""
    report_column(unit)
    _eluted(unit)


def _eluted(unit: BioligandColumn) -> None:
    metals = unit.chemistry.metals
    mass: Any = 0.0
    for step in unit.steps:
        if not step.startswith("eluent"):
            continue
        stream = unit.outlets[unit.step_outlets[step]]
        flows = {m: stream.flow("aqueous", m) for m in metals}
        total = sum(flows.values())
        mass = mass + sum(f * unit.system.component(m).molar_mass for m, f in flows.items())
        name = unit.step_outlets[step]
        unit.report("eluate_concentration", total / (LITRES * stream.volume_flow("aqueous")), name)
        for m, flow in flows.items():
            unit.report("eluate_share", flow / total, f"{name}.{m}")
    unit.report("productivity", mass / (unit.columns * unit.bed_volume))
