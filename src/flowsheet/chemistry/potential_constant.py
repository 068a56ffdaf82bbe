"""Equilibrium constants that follow from standard chemical potentials.

ln K(T) = -sum_j nu_j mu_j(T)/(R T)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowsheet.chemistry.reaction import GAS_CONSTANT, REFERENCE_TEMPERATURE
from flowsheet.chemistry.temperature_function import TemperatureFunction

_STEP = 0.05
"""Of the difference quotients [K]."""


@dataclass(frozen=True)
class PotentialConstant:
    """ln K as a function of temperature.

    >>> k = PotentialConstant(TemperatureFunction(((0.0, {"1": -1.0, "1/u": 3.0}),)), "a file")
    >>> k.ln_k(298.15), round(k.delta_h, 3)
    (2.0, -7.437)
    """

    function: TemperatureFunction
    source: str
    uncertainty: float | None = None
    range: Mapping[str, str] | None = None

    def ln_k(self, temperature: Any) -> Any:
        """ln K at `temperature` [K]; a number or a Pyomo expression."""
        return self.function(temperature)

    @property
    def log_k(self) -> float:
        """log10 K at 25 degC."""
        return float(self.function(REFERENCE_TEMPERATURE)) / math.log(10.0)

    @property
    def delta_h(self) -> float:
        """Enthalpy of reaction at 25 degC [kJ/mol]."""
        return self._enthalpy(REFERENCE_TEMPERATURE)

    @property
    def delta_cp(self) -> float:
        """Change of heat capacity at 25 degC [J/mol/K]."""
        t = REFERENCE_TEMPERATURE
        return 1e3 * (self._enthalpy(t + _STEP) - self._enthalpy(t - _STEP)) / (2.0 * _STEP)

    def _enthalpy(self, t: float) -> float:
        slope = (self.function(t + _STEP) - self.function(t - _STEP)) / (2.0 * _STEP)
        return GAS_CONSTANT * t * t * float(slope)
