"""Densities of liquors against measured ones."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

import pytest
from ruamel.yaml import YAML

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.density import AqueousVolume, specific_volume, water_density
from flowsheet.chemistry.formula import parse
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import ChemistrySystem

TOLERANCE = {  # kg/m3: what the correlation leaves, as the table says; for weak acids what ions add
    "H2SO4": 2.2, "MnSO4": 5.2, "CuSO4": 0.7, "MgSO4": 1.0, "ZnSO4": 0.8, "Na2SO4": 0.8, "Na2CO3": 0.8,
    "NaHCO3": 12.0, "NaOH": 4.2, "H3PO4": 25.0, "NaCl": 0.7, "Al2(SO4)3": 0.9,
}  # fmt: skip


@pytest.fixture(scope="module")
def system() -> ChemistrySystem:
    return load_system("nmc_sulfate")


def measured() -> list[Mapping[str, Any]]:
    folder = resources.files("flowsheet.chemistry") / "systems"
    table = YAML(typ="safe").load((folder / "density.yaml").read_text(encoding="utf-8"))
    return list(table["measured"])


def flows(system: ChemistrySystem, grams: Mapping[str, float], water: float = 1.0) -> dict[str, float]:
    """Component flows [mol] of compounds [kg] in water [kg]."""
    total = {"H2O": water / system.component("H2O").molar_mass, "H": 0.0}
    for compound, mass in grams.items():
        for c, n in dissolve(system, compound).items():
            total[c] = total.get(c, 0.0) + n * mass / (parse(compound).molar_mass / 1000.0)
    return total


def density(system: ChemistrySystem, flow: Mapping[str, float], temperature: float) -> float:
    mass = sum(n * system.component(c).molar_mass for c, n in flow.items())
    return float(mass / AqueousVolume(system, list(flow)).volume(flow, temperature))


@pytest.mark.parametrize("entry", measured(), ids=lambda e: f"{e['solute']} {e.get('basis', '')}".strip())
def test_one_solutes_density_is_the_measured_one(system: ChemistrySystem, entry: Mapping[str, Any]) -> None:
    salt = entry["solute"]
    for amount, celsius, expected in entry["points"]:
        by_molality = entry.get("basis") == "molality"
        per_water = amount * parse(salt).molar_mass / 1000.0 if by_molality else amount / (1.0 - amount)
        found = density(system, flows(system, {salt: per_water}), celsius + 273.15)
        assert found == pytest.approx(expected, abs=TOLERANCE[salt]), (amount, celsius)


@pytest.mark.parametrize("salt", ["NiSO4", "MnSO4", "Na2SO4", "Li2SO4", "H2SO4", "NaCl", "NaOH"])
def test_the_rule_of_ions_gives_back_each_salts_own_correlation(system: ChemistrySystem, salt: str) -> None:
    for w in (0.02, 0.1, 0.2):
        own = 1.0 / ((1.0 - w) / water_density(313.15)
                     + w * specific_volume(system.density[salt]["density"], w, 313.15))  # fmt: skip
        # What remains is the smooth passage from acid to alkali, at H = 0.
        assert density(system, flows(system, {salt: w / (1.0 - w)}), 313.15) == pytest.approx(own, rel=3e-4)


def test_volumes_of_mixed_solutes_add_as_the_correlation_says(system: ChemistrySystem) -> None:
    """A leach liquor: the ions' rule equals the sum over the sulfates, the form that was fitted."""
    salts = {"NiSO4": 0.09, "CoSO4": 0.03, "MnSO4": 0.03, "Li2SO4": 0.06, "H2SO4": 0.05}
    total = 1.0 + sum(salts.values())
    w = 1.0 - 1.0 / total
    table = {s: system.density[s].get("density_analogue", s) for s in salts}
    volume = 1.0 / water_density(298.15) + sum(
        kg * specific_volume(system.density[table[s]]["density"], w, 298.15) for s, kg in salts.items()
    )
    assert density(system, flows(system, salts), 298.15) == pytest.approx(total / volume, rel=1e-4)


def test_mixing_acid_with_alkali_shrinks_no_mass_and_passes_smoothly(system: ChemistrySystem) -> None:
    """Volume per hour over a neutralisation has no jump where acid turns to alkali."""
    volumes = []
    for extra in (-1e-3, -1e-4, 0.0, 1e-4, 1e-3):
        flow = {"H2O": 55.5, "Na": 1.0 + extra, "SO4": 0.5, "H": -extra}
        volumes.append(float(AqueousVolume(system, list(flow)).volume(flow, 298.15)))
    assert max(abs(b / volumes[2] - 1.0) for b in volumes) < 1e-4


def test_volume_is_proportional_to_flow(system: ChemistrySystem) -> None:
    flow = flows(system, {"NiSO4": 0.2, "NaOH": 0.01})
    volume = AqueousVolume(system, list(flow))
    twice = {c: 2.0 * n for c, n in flow.items()}
    assert volume.volume(twice, 333.15) == pytest.approx(2.0 * volume.volume(flow, 333.15), rel=1e-12)


def test_concentration_beyond_the_data_keeps_a_sane_density(system: ChemistrySystem) -> None:
    """The denominators of some salts vanish at a mass fraction near 0.54; the range's end is held there."""
    densities = [density(system, flows(system, {"CuSO4": x}), 298.15) for x in (0.3, 0.6, 1.0, 1.5)]
    assert densities == sorted(densities)
    assert densities[-1] < 2500.0


def test_what_is_beyond_the_data_is_named(system: ChemistrySystem) -> None:
    flow = flows(system, {"MnSO4": 0.8})
    found = AqueousVolume(system, list(flow)).outside(flow, 353.15)
    assert {(salt, quantity) for salt, quantity, _, _ in found} == {("MnSO4", "T"), ("MnSO4", "w")}
    within = flows(system, {"ZnSO4": 0.1})
    assert AqueousVolume(system, list(within)).outside(within, 313.15) == []


def test_components_without_a_volume_are_named(system: ChemistrySystem) -> None:
    assert "Si" in AqueousVolume(system, ["H2O", "H", "Na", "Si"]).neglected
