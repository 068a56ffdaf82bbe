"""Enthalpy flows, by which units state their heat duties.

    H = sum_i n_i (dHf_i + cp_i (T - 298.15 K))                                                [kJ/h]

over a phase's components: aqueous ones as their master species at infinite dilution, solids and gases as they
are.  To the aqueous phase come the heats of its strongest acid-base reactions,

    dH(HSO4-) min(n_H, n_SO4)     n_H > 0: free acid is bisulfate first
    dH(OH-)   max(-n_H, 0)        n_H < 0: free alkali

so that H is a function of the totals and the temperature only and closes over every unit.  What other
complexes and the ions' interaction add (a few kJ per mole) is left out; the heat of diluting a concentrated
acid is not: a feed carries it (see `dilution_enthalpy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, WATER, ChemistrySystem

_ROUNDING = 1e-3
"""Molality [mol/kg], or share of the sulfate, over which the corners of min and max are rounded."""


def phase_enthalpy(system: ChemistrySystem, phase: str, flow: Mapping[str, Any], temperature: Any) -> Any:
    """Enthalpy flow [kJ/h] of one phase from its flows [mol/h] at `temperature` [K]."""
    above = temperature - REFERENCE_TEMPERATURE
    total: Any = 0.0
    for name, amount in flow.items():
        delta_hf, cp = enthalpy_data(system, phase, name)
        total = total + amount * (delta_hf + 1e-3 * cp * above)
    if phase == "aqueous":
        total = total + _acid_base_heat(system, flow)
    return total


def _acid_base_heat(system: ChemistrySystem, flow: Mapping[str, Any]) -> Any:
    """Heat content of bisulfate and hydroxide against SO4-2, H+ and H2O [kJ/h]; corners rounded to 0.1 %."""
    proton = flow.get(PROTON, 0.0)
    heat: Any = 0.0
    scale = _ROUNDING * flow[WATER] * system.component(WATER).molar_mass
    if HYDROXIDE_SPECIES in system.species:
        heat = heat + _delta_h(system, HYDROXIDE_SPECIES) * positive_part(-proton, scale)
    if "SO4" in flow and "HSO4-" in system.species:
        acid, sulfate = positive_part(proton, scale), flow["SO4"]
        heat = heat + _delta_h(system, "HSO4-") * (acid - positive_part(acid - sulfate, _ROUNDING * sulfate))
    return heat


def _delta_h(system: ChemistrySystem, species: str) -> float:
    return next(iter(system.species[species].constants.values())).delta_h


def _entry(system: ChemistrySystem, phase: str, name: str) -> Any:
    if phase == "solid":
        return system.solids[name]
    if phase == "gas":
        return system.gases[name]
    return system.components[name]


def enthalpy_data(system: ChemistrySystem, phase: str, name: str) -> tuple[float, float]:
    """dHf [kJ/mol] and cp [J/mol/K]; zero where the chemistry states none."""
    entry = _entry(system, phase, name)
    return entry.delta_hf or 0.0, entry.cp or 0.0
