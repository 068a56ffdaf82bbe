"""Water vapour: latent heat and the power to compress it."""

from __future__ import annotations

from typing import Any

from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import WATER, ChemistrySystem
from flowsheet.model.unit import SECONDS_PER_HOUR

ISENTROPIC_EXPONENT = 1.33
"""Of steam near atmospheric pressure; cp/cv of water vapour by Cantera's NASA data at 100 degC is 1.32."""


def latent_heat(system: ChemistrySystem, temperature: Any) -> Any:
    """Enthalpy of vapour less liquid water [kJ/mol] at `temperature` [K]."""
    vapour, liquid = system.gases[WATER], system.component(WATER)
    above = temperature - REFERENCE_TEMPERATURE
    return (vapour.delta_hf - (liquid.delta_hf or 0.0)) + 1e-3 * (vapour.cp - (liquid.cp or 0.0)) * above


def compression_power(vapour: Any, temperature: Any, pressure: Any, lift: Any, efficiency: Any) -> Any:
    """Power [kW] to compress `vapour` [mol/h] of `pressure` [bar] to condense `lift` [K] above boiling."""
    exponent = (ISENTROPIC_EXPONENT - 1.0) / ISENTROPIC_EXPONENT
    ratio = saturation_pressure(temperature + lift) / pressure
    work = GAS_CONSTANT * temperature / exponent * (ratio**exponent - 1.0)
    return vapour * work / efficiency / SECONDS_PER_HOUR
