"""The slope's polynomial, made again from what it was fitted to."""

import numpy as np
import pytest

from flowsheet.chemistry.debye_huckel import A_PHI_POLYNOMIAL, RANGE, a_phi

_SALT_WATER = """
phases:
- name: solution
  thermo: Debye-Huckel
  elements: [O, H, E]
  species: [H2O, H+, OH-]
  activity-data: {model: dilute-limit, A_Debye: variable}
species:
- name: H2O
  composition: {H: 2, O: 1}
  equation-of-state: {model: liquid-water-IAPWS95}
- name: H+
  composition: {H: 1, E: -1}
  thermo: {model: constant-cp}
  equation-of-state: {model: constant-volume, molar-volume: 0.01}
- name: OH-
  composition: {H: 1, O: 1, E: 1}
  thermo: {model: constant-cp}
  equation-of-state: {model: constant-volume, molar-volume: 0.01}
"""


@pytest.fixture(scope="module")
def cantera_slopes() -> tuple[np.ndarray, np.ndarray]:
    """Temperatures and A_phi, from ln gamma = -3 A_phi sqrt(I) at saturation pressure (at least 1 atm)."""
    import cantera as ct

    phase, water = ct.Solution(yaml=_SALT_WATER), ct.Water()
    temperatures = np.linspace(*RANGE, 31)
    slopes = []
    for temperature in temperatures:
        water.TQ = temperature, 0.0
        amounts = np.array([1000.0 / phase.molecular_weights[0], 1.0, 1.0])
        phase.TPX = temperature, max(ct.one_atm, 1.001 * water.P), amounts / amounts.sum()
        slopes.append(-np.log(phase.activities[1]) / 3.0)
    return temperatures, np.array(slopes)


def test_polynomial_is_the_fit_to_canteras_slope(cantera_slopes: tuple[np.ndarray, np.ndarray]) -> None:
    temperatures, slopes = cantera_slopes
    refitted = np.polynomial.polynomial.polyfit((temperatures - 298.15) / 100.0, slopes, 5)
    assert refitted == pytest.approx(A_PHI_POLYNOMIAL, rel=1e-3, abs=1e-6)


def test_slope_is_canteras(cantera_slopes: tuple[np.ndarray, np.ndarray]) -> None:
    temperatures, slopes = cantera_slopes
    assert a_phi(temperatures) == pytest.approx(slopes, abs=1e-5)


def test_slope_at_25_degc_is_the_usual_one() -> None:
    """0.391 to 0.392 (kg/mol)^0.5 by the several equations for water's dielectric constant."""
    assert 0.391 < a_phi(298.15) < 0.392
