"""Conductivities against published ones, none of which the fit has seen but through PHREEQC's own."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from flowsheet.chemistry.load import load_system
from flowsheet.solve.speciation import Speciation
from hydromet.electrodialysis.conductivity import Conductivity, conductivities

SYSTEM = load_system("nmc_sulfate")
IONS = Conductivity(conductivities(), SYSTEM)


def conductivity(components: dict[str, float], celsius: float) -> float:
    """[S/m] of mol/kg."""
    result = Speciation(SYSTEM, list(components), "pitzer").solve(components, celsius + 273.15)
    charges = {SYSTEM.component(c).species: SYSTEM.charge_of(c) for c in components} | {"H+": 1}
    charges |= {s: SYSTEM.species[s].charge for s in result.molality if s in SYSTEM.species}
    strength = result.ionic_strength
    return float(IONS.of(result.molality, charges, strength, strength**0.5, celsius + 273.15))


@pytest.mark.parametrize(("molality", "measured"), [(0.01, 0.1413), (0.1, 1.289), (1.0, 11.19)])
def test_potassium_chloride_standards_at_25_degrees(molality, measured):
    """Standards as used in public code that reimplements McCleskey et al. 2012."""
    assert conductivity({"K": molality, "Cl": molality}, 25.0) == pytest.approx(measured, rel=0.06)


@pytest.mark.parametrize(
    ("salt", "percent", "measured", "tolerance"),
    [
        ("LiCl", 1.0, 19.0, 0.06),
        ("LiCl", 5.0, 76.4, 0.06),
        ("LiCl", 10.0, 127.0, 0.06),
        ("HCl", 1.0, 92.9, 0.06),
        ("HCl", 2.0, 183.0, 0.06),
        ("MgCl2", 1.0, 16.6, 0.06),
        ("MgCl2", 5.0, 66.9, 0.06),
        ("MgCl2", 10.0, 108.0, 0.10),
        ("CaCl2", 1.0, 15.7, 0.06),
        ("CaCl2", 5.0, 67.0, 0.06),
        ("CaCl2", 10.0, 117.0, 0.06),
    ],
)
def test_the_handbooks_solutions_at_20_degrees(salt, percent, measured, tolerance):
    """CRC Handbook, electrical conductivity of aqueous solutions, mS/cm by mass percent."""
    masses = {"LiCl": 0.042394, "HCl": 0.036461, "MgCl2": 0.095211, "CaCl2": 0.110984}
    molality = percent / (100.0 - percent) / masses[salt]
    metal = salt.split("Cl")[0]
    components = {"Cl": molality * (2.0 if salt.endswith("2") else 1.0)}
    if metal != "H":
        components[metal] = molality
    assert conductivity(components, 20.0) == pytest.approx(0.1 * measured, rel=tolerance)


def test_warmth_and_salt_conduct():
    assert conductivity({"Na": 2.0, "SO4": 1.0}, 40.0) > 1.25 * conductivity({"Na": 2.0, "SO4": 1.0}, 25.0)
    assert conductivity({"Li": 2.0, "SO4": 1.0}, 25.0) < conductivity({"Na": 2.0, "SO4": 1.0}, 25.0)


@pytest.mark.slow
def test_what_ships_is_what_the_script_finds():
    path = Path(__file__).parents[2] / "fits" / "electrodialysis_conductivity.py"
    spec = importlib.util.spec_from_file_location("electrodialysis_conductivity", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found, errors = script.fit()
    values = conductivities()
    for ion, (e, a, b) in found.items():
        assert values.value(f"{ion}.e", "K") == pytest.approx(e, abs=2.0)
        assert values.value(f"{ion}.a", "1") == pytest.approx(a, abs=2e-3)
        assert values.value(f"{ion}.b", "kg/mol") == pytest.approx(b, abs=2e-3)
    assert max(errors.values()) < 0.07
