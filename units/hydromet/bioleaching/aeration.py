"""Oxygen transfer, air and power of a stirred, aerated vessel.

    c* = K_H(T) p y_O2 m_w                      [mol/m3]   in equilibrium with the (well mixed) gas
    k_L a = 3600 c (P/V)^a u^b                  [1/h]      P/V [W/m3], u superficial gas velocity [m/s]
    p = p_top + rho g H/2                       [bar]      mean pressure of the bubbles
    W = n R T_0 k/(k-1) ((p_b/p_0)^((k-1)/k) - 1)/eta      blower, to p_b = p_top + rho g H + dp_sparger
    D = (4 V_1/(pi r))^(1/3),   H = r D         vessel of working volume V_1, r height over diameter

K_H solubility of oxygen in the chemistry [mol/kg/bar], m_w water per volume of broth [kg/m3], y_O2 mole
fraction in the wet gas, k = cp/(cp - R) of the air.  Salting out of oxygen by the medium is left out.
Source: parameter set `aeration`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import ChemistrySystem
from flowsheet.document.parameter_file import ParameterSet, load_parameter_set
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.bioleaching.stoichiometry import OXYGEN

ATMOSPHERE = 1.01325
"""[bar]"""
_GRAVITY = 9.80665
_PASCAL_PER_BAR = 1e5
_WATT_PER_KILOWATT = 1000.0
_PARAMETERS = Path(__file__).parent / "parameters" / "aeration.yaml"


def parameters() -> ParameterSet:
    return load_parameter_set(_PARAMETERS)


def oxygen_solubility(system: ChemistrySystem, temperature: Any, model: str) -> Any:
    """ln of oxygen's solubility [mol/kg/bar]: its dissolution constant in the chemistry."""
    return system.gases[OXYGEN].constants[model].ln_k(temperature)


def transfer_coefficient(power_density: Any, gas_velocity: Any) -> Any:
    """k_L a [1/h] from the stirrer's power per volume [kW/m3] and the gas velocity [m/h].

    >>> round(transfer_coefficient(1.0, 36.0))
    148
    """
    p = parameters()
    law = p.value("kla.coefficient", "1") * SECONDS_PER_HOUR
    law = law * (_WATT_PER_KILOWATT * power_density) ** p.value("kla.power_exponent", "1")
    return law * (gas_velocity / SECONDS_PER_HOUR) ** p.value("kla.velocity_exponent", "1")


@dataclass(frozen=True)
class Vessel:
    """One of several equal vessels: `volume` of broth [m3], `aspect` height over diameter of the broth."""

    volume: Any
    aspect: Any

    @property
    def diameter(self) -> Any:
        """[m]

        >>> round(Vessel(math.pi / 4.0 * 3.0, 3.0).diameter, 9)
        1.0
        """
        return (4.0 * self.volume / (math.pi * self.aspect)) ** (1.0 / 3.0)

    @property
    def height(self) -> Any:
        """Of the broth [m]."""
        return self.aspect * self.diameter

    @property
    def area(self) -> Any:
        """Cross-section [m2]."""
        return math.pi / 4.0 * self.diameter**2

    def head(self, density: Any) -> Any:
        """Pressure of the broth at the bottom [bar]; `density` [kg/m3]."""
        return density * _GRAVITY * self.height / _PASCAL_PER_BAR


def gas_volume(flow: Any, temperature: Any, pressure: Any) -> Any:
    """Volume flow [m3/h] of an ideal gas of `flow` [mol/h] at [K] and [bar].

    >>> round(gas_volume(1000.0, 273.15, 1.01325), 2)
    22.41
    """
    return flow * GAS_CONSTANT * temperature * 1000.0 / _PASCAL_PER_BAR / pressure


def blower_power(
    system: ChemistrySystem, flow: Mapping[str, Any], temperature: Any, pressure: Any, efficiency: Any
) -> Any:
    """[kW] to bring a gas [mol/h] of `temperature` from the atmosphere to `pressure` [bar]."""
    total = sum(flow.values())
    heat_capacity = sum(n * system.gases[g].cp for g, n in flow.items()) / total / 1000.0
    exponent = GAS_CONSTANT / heat_capacity
    work = heat_capacity * temperature * ((pressure / ATMOSPHERE) ** exponent - 1.0)
    return total * work / efficiency / SECONDS_PER_HOUR
