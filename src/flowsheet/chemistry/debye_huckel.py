"""The Debye-Hueckel slope of water.

    A_phi(T) = 1/3 (2 pi N_A rho_w)^(1/2) (e^2 / (4 pi eps0 eps_r k_B T))^(3/2)      [(kg/mol)^(1/2)]

as a polynomial in t = (T - 298.15 K)/100 K through Cantera's values (IAPWS-95 density; dielectric constant
of Bradley and Pitzer 1979, doi:10.1021/j100475a009, as Cantera implements it) from 1 to 150 degC at
saturation pressure; largest deviation 4e-6.  Made again and compared by tests/chemistry/test_debye_huckel.py.
"""

from __future__ import annotations

from typing import Any

A_PHI_POLYNOMIAL = (0.39144841, 0.067163532, 0.032843579, -0.00025589274, 0.00088506447, 0.00037106923)
RANGE = (274.15, 423.15)
"""Temperatures that the polynomial was fitted over [K]."""


def a_phi(temperature: Any) -> Any:
    """Osmotic Debye-Hueckel slope A_phi [(kg/mol)^0.5] at `temperature` [K].

    >>> round(a_phi(298.15), 4)
    0.3914
    """
    t = (temperature - 298.15) / 100.0
    value: Any = 0.0
    for coefficient in reversed(A_PHI_POLYNOMIAL):
        value = value * t + coefficient
    return value
