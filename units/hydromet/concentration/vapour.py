"""Enthalpies of water as liquid and vapour, consistent with the chemistry's liquid water.

    h_l = dHf + cp (T - 298.15 K)             as in a stream's aqueous phase
    h_v = h_l(T_s) + L(T_s) + c_v (T - T_s)   vapour at T whose saturation temperature is T_s

with L and c_v of `flowsheet.chemistry.steam` [kJ/mol], so that what evaporates and condenses again costs
nothing but what it does on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.enthalpy import enthalpy_data
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.steam import latent_heat, vapour_heat_capacity
from flowsheet.chemistry.system import WATER, ChemistrySystem


def liquid_enthalpy(system: ChemistrySystem, temperature: Any) -> Any:
    """Of liquid water [kJ/mol] at `temperature` [K]."""
    delta_hf, cp = enthalpy_data(system, "aqueous", WATER)
    return delta_hf + 1e-3 * cp * (temperature - REFERENCE_TEMPERATURE)


def vapour_enthalpy(system: ChemistrySystem, temperature: Any, dew_point: Any) -> Any:
    """Of water vapour [kJ/mol] at `temperature` [K], saturated at `dew_point` [K]."""
    superheat = vapour_heat_capacity(dew_point) * (temperature - dew_point)
    return liquid_enthalpy(system, dew_point) + latent_heat(dew_point) + superheat


def heat_capacity_flow(system: ChemistrySystem, phase: str, flows: Mapping[str, Any]) -> Any:
    """Heat capacity flow [kJ/h/K] of one phase from its flows [mol/h]."""
    return sum(1e-3 * enthalpy_data(system, phase, c)[1] * n for c, n in flows.items())
