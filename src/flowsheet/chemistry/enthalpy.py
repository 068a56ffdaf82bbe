"""Enthalpy flows, by which units state their heat duties.

    H = sum_i n_i (dHf_i + cp_i (T - 298.15 K))                                                [kJ/h]

over a phase's components: aqueous ones as their master species at infinite dilution, solids and gases as they
are.  H is a function of the totals and the temperature only, so that it closes over every unit.  What complexes,
bisulfate and the ions' interaction add (some kJ per mole of sulfate) is left out; the heat of diluting a
concentrated acid is not: a feed carries it (see `dilution_enthalpy`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import ChemistrySystem


def phase_enthalpy(system: ChemistrySystem, phase: str, flow: Mapping[str, Any], temperature: Any) -> Any:
    """Enthalpy flow [kJ/h] of one phase from its flows [mol/h] at `temperature` [K]."""
    above = temperature - REFERENCE_TEMPERATURE
    total: Any = 0.0
    for name, amount in flow.items():
        delta_hf, cp = _properties(system, phase, name)
        total = total + amount * (delta_hf + 1e-3 * cp * above)
    return total


def missing_enthalpies(system: ChemistrySystem, phase: str, names: Iterable[str]) -> list[str]:
    """Names for which the chemistry states no enthalpy of formation; they count as zero and are reported."""
    return [n for n in names if _entry(system, phase, n).delta_hf is None]


def _entry(system: ChemistrySystem, phase: str, name: str) -> Any:
    if phase == "solid":
        return system.solids[name]
    if phase == "gas":
        return system.gases[name]
    return system.components[name]


def _properties(system: ChemistrySystem, phase: str, name: str) -> tuple[float, float]:
    entry = _entry(system, phase, name)
    return entry.delta_hf or 0.0, entry.cp or 0.0
