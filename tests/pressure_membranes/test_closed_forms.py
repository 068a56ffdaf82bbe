"""Where a membrane's equations have a solution on paper: single salts, films, Spiegler and Kedem, limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from harness import Case, assert_rising, solve
from pressure_membranes.membranes_alone import liquor, permeate

FLUX = 0.05
"""m3/m2/h"""
CATION, ANION = 0.4, 0.02
"""Permeances [m/h]."""
SALTS = {"NaCl": (1, 1), "MgCl2": (2, 1), "Na2SO4": (1, 2), "MgSO4": (2, 2)}
IONS = {"NaCl": ("Na", "Cl"), "MgCl2": ("Mg", "Cl"), "Na2SO4": ("Na", "SO4"), "MgSO4": ("Mg", "SO4")}


def text(feed: str, setting: str, flow: str = "10 m3/h") -> str:
    return f"""
flowsheet: one membrane
chemistry: nmc_sulfate
feeds:
  liquor: {{role: main_feed, temperature: 25 degC, aqueous: {{flow: {flow}, {feed}}}}}
units:
  nf: {{unit: nanofiltration, inlets: {{feed: liquor}}, {setting}}}
"""


def single_salt(salt: str, setting: str = "polarisation: none", flux: float = FLUX) -> Case:
    cation, anion = IONS[salt]
    permeances = f"permeance: {{{cation}: {CATION} m/h, {anion}: {ANION} m/h}}"
    return solve(
        text(
            f"{salt}: 1 mol/L",
            f"area: 10 m2, elements: 1, flux: {flux} m3/m2/h, {permeances}, {setting}",
        )
    )


def passage(case: Case, component: str) -> float:
    """Permeate over mean molality of the one element."""

    def molality(stream: str) -> float:
        return case.flow(stream, "aqueous", component) / case.flow(stream, "aqueous", "H2O")

    def total(name: str) -> float:
        return case.flow("liquor", "aqueous", name) + case.flow("nf.retentate", "aqueous", name)

    return molality("nf.permeate") / (total(component) / total("H2O"))


def salt_permeance(salt: str) -> float:
    z, y = SALTS[salt]
    return (z + y) * CATION * ANION / (z * CATION + y * ANION)


@pytest.mark.parametrize("salt", SALTS)
def test_a_single_salt_passes_by_its_own_permeance(salt: str) -> None:
    """m_w/m_p = 1 + J/P_s for valences 1:1, 2:1, 1:2 and 2:2."""
    case = single_salt(salt)
    case.check(work={"nf": case["nf.power"]})
    for ion in IONS[salt]:
        assert 1.0 / passage(case, ion) == pytest.approx(1.0 + FLUX / salt_permeance(salt), rel=1e-6)


@pytest.mark.parametrize("salt", ["NaCl", "MgCl2"])
def test_a_film_raises_the_wall_as_film_theory_says(salt: str) -> None:
    """(m_w - m_p) = (m_b - m_p) exp(J/k), so that m_b/m_p = 1 + J/P_s exp(-J/k)."""
    k = 0.08
    case = single_salt(salt, f"polarisation: stated, mass_transfer_coefficient: {k} m/h")
    expected = 1.0 + FLUX / salt_permeance(salt) * math.exp(-FLUX / k)
    assert 1.0 / passage(case, IONS[salt][0]) == pytest.approx(expected, rel=1e-6)
    wall = 1.0 + FLUX / salt_permeance(salt)
    assert case["nf.polarisation_factor.1"] == pytest.approx(wall / expected, rel=1e-6)


@pytest.mark.parametrize("elements", [1, 20])
def test_spiegler_and_kedem(elements: int) -> None:
    """R = s(1 - F)/(1 - s F), F = exp(-(1 - s) J/P), along a channel as S = 1 - R integrates."""
    reflection, permeability = 0.95, 0.01
    case = solve(
        text(
            "NaCl: 0.1 mol/L",
            f"area: 100 m2, elements: {elements}, flux: {FLUX} m3/m2/h, polarisation: none, "
            f"transport: spiegler_kedem, reflection: {{Na: {reflection}}}, "
            f"permeability: {{Na: {permeability} m/h}}",
        )
    )
    f = math.exp(-(1.0 - reflection) * FLUX / permeability)
    rejection = reflection * (1.0 - f) / (1.0 - reflection * f)
    share = case.flow("nf.retentate", "aqueous", "Na") / case.flow("liquor", "aqueous", "Na")
    assert share == pytest.approx((1.0 - case["nf.recovery"]) ** (1.0 - rejection), rel=1e-6)


def test_coefficients_at_the_membrane_are_seen_through_the_film() -> None:
    """S_o = S e/(S e + 1 - S), e = exp(J/k); a passage of 1 stays 1."""
    k, s = 0.1, 0.2
    case = solve(
        text(
            "Li2SO4: 0.1 mol/L, CoSO4: 0.3 mol/L",
            f"area: 100 m2, flux: {FLUX} m3/m2/h, transport: sieving, sieving: {{Li: 1, Co: {s}}}, "
            f"polarisation: stated, mass_transfer_coefficient: {k} m/h",
        )
    )
    e = math.exp(FLUX / k)
    left = 1.0 - case["nf.recovery"]
    for component, observed in (("Li", 1.0), ("Co", s * e / (s * e + 1.0 - s))):
        share = case.flow("nf.retentate", "aqueous", component) / case.flow("liquor", "aqueous", component)
        assert share == pytest.approx(left**observed, rel=1e-9)


# ---- the transport law at one place

PERMEANCE = {"Na+": 79.4, "Mg+2": 0.9, "NH4+": 80.0, "Cl-": 15.7, "NO3-": 41.9, "SO4-2": 0.13} | {
    "H+": 380.0,
    "OH-": 100.0,
}


def test_without_flux_nothing_is_held_back_and_with_much_of_it_a_salt_is() -> None:
    wall = liquor("MgSO4", 2e-4)
    slow = permeate(wall, PERMEANCE, 1e-6)
    assert all(slow[c] == pytest.approx(wall[c], rel=1e-3) for c in wall)
    fast = [permeate({"Mg": 0.01, "SO4": 0.01}, PERMEANCE, j)["Mg"] / 0.01 for j in (10.0, 30.0, 100.0)]
    assert_rising([-p for p in fast])
    assert fast[-1] == pytest.approx(0.2272 / 100.0, rel=0.01)


def test_permeances_far_above_the_flux_hold_nothing_back() -> None:
    wall = liquor("MgSO4", 2e-4)
    open_membrane = {s: 1e6 * p for s, p in PERMEANCE.items()}
    passed = permeate(wall, open_membrane, 20.0)
    assert all(passed[c] == pytest.approx(wall[c], rel=1e-3) for c in wall)


def test_the_permeate_is_neutral() -> None:
    passed = permeate(liquor("MgSO4", 2e-4), PERMEANCE, 20.0)
    charge = {"Mg": 2, "SO4": -2, "Na": 1, "NH4": 1, "Cl": -1, "NO3": -1}
    assert sum(z * passed[c] for c, z in charge.items()) == pytest.approx(0.0, abs=1e-6)


def test_a_fast_trace_is_pulled_through_by_a_slow_dominant_salt() -> None:
    """Nitrate beside magnesium sulfate: enriched in the permeate, as measured (f below 1 at all fluxes)."""
    for flux in (7.2, 19.2, 43.1):
        wall = liquor("MgSO4", 2e-7)
        assert permeate(wall, PERMEANCE, flux)["NO3"] > wall["NO3"]


def test_layers_in_the_logarithm_of_concentration_are_exact_for_two_valences() -> None:
    wall = {"Mg": 1.0, "SO4": 1.0}
    one, many = (permeate(wall, PERMEANCE, 20.0, layers=n)["Mg"] for n in (1, 8))
    assert one == pytest.approx(many, rel=1e-6)


def test_layers_converge_for_any_mixture_as_their_number_squared() -> None:
    wall = {"Mg": 0.01, "SO4": 0.008, "Na": 0.004, "NH4": 0.004, "Cl": 0.006, "NO3": 0.006}
    finest = permeate(wall, PERMEANCE, 20.0, layers=24)
    errors = []
    for n in (2, 4, 8):
        passed = permeate(wall, PERMEANCE, 20.0, layers=n)
        errors.append(max(abs(passed[c] - finest[c]) / wall[c] for c in wall))
    assert errors[1] < 1e-3
    assert np.log2(errors[0] / errors[1]) > 1.6
    assert np.log2(errors[1] / errors[2]) > 1.6
