"""Water's saturation pressure.

    ln(p/bar) = c0 + c1/x + c2 ln x + c3 x + c4 x^2,     x = T / 373.15 K

fitted to Cantera's `Water` (Reynolds 1979) from 1 to 200 degC, largest deviation 3e-5; compared again by
tests/chemistry/test_steam.py.  At 100 degC both are 0.2 % below the accepted 1.0142 bar.

>>> round(saturation_pressure(373.15), 3)
1.012
"""

from __future__ import annotations

from typing import Any

from flowsheet.chemistry.operators import exp, log

COEFFICIENTS = (21.00519174, -17.72550276, -2.404218902, -4.53416558, 1.266662163)
RANGE = (274.15, 473.15)
"""Temperatures of the fit [K]."""


def ln_saturation_pressure(temperature: Any) -> Any:
    """ln of the saturation pressure [bar] at `temperature` [K]."""
    x = temperature / 373.15
    c0, c1, c2, c3, c4 = COEFFICIENTS
    return c0 + c1 / x + c2 * log(x) + c3 * x + c4 * x * x


def saturation_pressure(temperature: Any) -> Any:
    """Saturation pressure [bar] at `temperature` [K]."""
    return exp(ln_saturation_pressure(temperature))
