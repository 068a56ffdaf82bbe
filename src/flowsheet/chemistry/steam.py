"""Water and steam at saturation, and the work to compress steam.

    ln(p_s/bar)      = c0 + c1/x + c2 ln x + c3 x + c4 x^2        x = T / 373.15 K
    L [kJ/mol]       = sum_i l_i x^i                              latent heat
    c_v [kJ/mol/K]   = sum_i c_i x^i                              superheating the vapour by 8 K
    Z_s              = sum_i z_i x^i                              compressibility factor of the vapour

    Z  = 1 - (1 - Z_s) (T_s/T)^4.7                                vapour superheated from T_s to T
    w  = Z R T ((p_2/p_1)^a - 1)/a,   a = a0 + a1 T_s/373.15 K    isentropic work [kJ/mol]

fitted to Cantera's `Water` (Reynolds 1979) from 1 to 200 degC: p_s within 3e-5, L 7e-5, c_v 0.16 %, Z_s
1.2e-4; the work from 20 to 150 degC, up to 30 K of superheat and ratios of 1.05 to 3 within 0.13 %.  Compared
again by tests/chemistry/test_steam.py.  At 100 degC the pressure is 0.2 % below the accepted 1.0142 bar.

>>> round(saturation_pressure(373.15), 3), round(latent_heat(373.15), 2)
(1.012, 40.66)
"""

from __future__ import annotations

from typing import Any

from flowsheet.chemistry.operators import exp, log
from flowsheet.chemistry.reaction import GAS_CONSTANT

COEFFICIENTS = (21.00519174, -17.72550276, -2.404218902, -4.53416558, 1.266662163)
LATENT_HEAT = (56.02507737, -10.30551101, -16.31097295, 19.87381743, -8.619354912)
VAPOUR_HEAT_CAPACITY = (100.5263198e-3, -278.3050686e-3, 439.6548247e-3, -324.731162e-3, 99.36752955e-3)
COMPRESSIBILITY = (1.201087791, -0.8144025461, 1.116279915, -0.5183792832)
COMPRESSION_EXPONENT = (0.27636399, -0.03682752)
RANGE = (274.15, 473.15)
"""Temperatures of the fit [K]."""
_NORMAL = 373.15
_SUPERHEAT = 4.7


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    value: Any = 0.0
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def ln_saturation_pressure(temperature: Any) -> Any:
    """ln of the saturation pressure [bar] at `temperature` [K]."""
    x = temperature / _NORMAL
    c0, c1, c2, c3, c4 = COEFFICIENTS
    return c0 + c1 / x + c2 * log(x) + c3 * x + c4 * x * x


def saturation_pressure(temperature: Any) -> Any:
    """Saturation pressure [bar] at `temperature` [K]."""
    return exp(ln_saturation_pressure(temperature))


def latent_heat(temperature: Any) -> Any:
    """Enthalpy of saturated vapour less saturated water [kJ/mol] at `temperature` [K]."""
    return _polynomial(LATENT_HEAT, temperature / _NORMAL)


def vapour_heat_capacity(temperature: Any) -> Any:
    """Mean heat capacity [kJ/mol/K] over the first degrees of superheat above saturation at `temperature`."""
    return _polynomial(VAPOUR_HEAT_CAPACITY, temperature / _NORMAL)


def compression_work(dew_point: Any, temperature: Any, ratio: Any) -> Any:
    """Isentropic work [kJ/mol] to compress steam by a pressure `ratio`.

    `dew_point`: its saturation temperature before [K]; `temperature`: its own [K].

    >>> round(compression_work(338.9, 343.15, 1.6) / 0.018015, 1)      # kJ/kg
    78.4
    """
    superheat = exp(_SUPERHEAT * log(dew_point / temperature))
    z = 1.0 - (1.0 - _polynomial(COMPRESSIBILITY, dew_point / _NORMAL)) * superheat
    a = _polynomial(COMPRESSION_EXPONENT, dew_point / _NORMAL)
    return z * GAS_CONSTANT * temperature * (exp(a * log(ratio)) - 1.0) / a
