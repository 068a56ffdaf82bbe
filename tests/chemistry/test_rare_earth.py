"""The system `rare_earth`: what it holds, and trends over the series of the rare earths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import ActivityModel, ChemistrySystem
from flowsheet.solve.speciation import Speciation, SpeciationResult

RADII = Path(__file__).parents[2] / "fits" / "ree_radii.yaml"
LANTHANIDES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er")
RARE_EARTHS = ("Sc", "Y", *LANTHANIDES)
LIGANDS = {
    "gluconate": "C6H11O7-",
    "citrate": "C6H5O7-3",
    "oxalate": "C2O4-2",
    "acetate": "CH3COO-",
}


@pytest.fixture(scope="module")
def system() -> ChemistrySystem:
    return load_system("rare_earth")


@pytest.fixture(scope="module")
def radii() -> dict[str, float]:
    table = YAML(typ="safe").load(RADII.read_text(encoding="utf-8"))["radii"]
    return {m: float(v["value"]) if isinstance(v, Mapping) else float(v) for m, v in table.items()}


def speciated(
    system: ChemistrySystem,
    totals: Mapping[str, float],
    model: ActivityModel = "sit",
    solids: Sequence[str] = (),
    celsius: float = 25.0,
) -> SpeciationResult:
    found = Speciation(system, totals, model, tuple(solids)).solve(totals, celsius + 273.15)
    assert found.converged, found.message
    return found


def log_k(system: ChemistrySystem, name: str) -> float:
    return (system.species.get(name) or system.solids[name]).constants["sit"].log_k


def test_components_have_the_agreed_names(system: ChemistrySystem) -> None:
    for metal in RARE_EARTHS:
        assert system.component(metal).species == f"{metal}+3"
    for ligand, species in LIGANDS.items():
        assert system.component(ligand).species == species
    assert system.component("glucose").charge == 0
    others = ("Fe(II)", "Fe(III)", "Co", "Ni", "Al", "Cu", "B", "Na", "NH4", "K", "Ca", "Mg", "Zn", "Mn")
    assert {*others, "Cl", "NO3", "SO4", "CO3", "P", "O2", "H2O2"} <= set(system.components)
    for component in system.components.values():
        assert component.inert or component.delta_hf is not None, component.name


@pytest.mark.parametrize("metal", LANTHANIDES)
def test_every_lanthanide_has_its_complexes_and_salts(system: ChemistrySystem, metal: str) -> None:
    under_both = [f"{metal}{x}" for x in ("OH+2", "(OH)2+", "SO4+", "(SO4)2-")]
    under_both += [f"{metal}{x}" for x in ("C2O4+", "(C2O4)2-", "(C6H5O7)(aq)", "(C6H11O7)+2")]
    for name in under_both:
        assert {"sit", "pitzer"} <= set(system.species[name].constants), name
    for name in (f"{metal}Cl+2", f"{metal}NO3+2"):  # Pitzer's coefficients hold that association
        assert "pitzer" not in system.species[name].constants
        assert "sit" in system.species[name].constants
    for name in (f"{metal}(OH)3(am)", f"{metal}PO4", f"{metal}2(C2O4)3.10H2O", f"Na{metal}(SO4)2.H2O"):
        assert system.solids[name].constants, name
    assert any(name.startswith(f"{metal}2(SO4)3.") for name in system.solids)
    for anion in ("Cl-", "NO3-"):
        assert (f"{metal}+3", anion) in system.pitzer.binary
        assert frozenset((f"{metal}+3", anion)) in {frozenset(p) for p in system.sit}


@pytest.mark.parametrize(
    "name",
    [
        *("Nd2Fe14B", "Pr2Fe14B", "Dy2Fe14B", "Tb2Fe14B", "Nd", "Dy", "Co", "Ni", "Al", "Cu", "Fe"),
        *("Nd2O3", "Pr6O11", "Dy2O3", "Tb4O7", "CeO2", "La2O3", "Y2O3", "Sm2O3", "Gd2O3", "Sc2O3"),
        *("Fe2O3", "Fe3O4", "NdFeO3", "NdBO3", "CoFe2O4", "CoO", "NiO", "Nd2O2CO3", "Cu2O", "Cu3(BO3)2"),
    ],
)
def test_magnet_and_roast_phases_have_an_enthalpy_of_formation(system: ChemistrySystem, name: str) -> None:
    assert system.solids[name].delta_hf is not None
    assert system.solids[name].constants == {}


@pytest.mark.parametrize(
    ("compound", "expected"),
    [
        ("NdCl3.6H2O", {"Nd": 1, "Cl": 3, "H2O": 6}),
        ("H2C2O4.2H2O", {"oxalate": 1, "H": 2, "H2O": 2}),
        ("C6H8O7", {"citrate": 1, "H": 3}),
        ("NaC6H11O7", {"gluconate": 1, "Na": 1}),
        ("C6H12O6", {"glucose": 1}),
        ("CH3COOH", {"acetate": 1, "H": 1}),
        ("H3BO3", {"B": 1}),
        ("NH4Cl", {"NH4": 1, "Cl": 1}),
        ("NH3", {"NH4": 1, "H": -1}),
        ("HNO3", {"NO3": 1, "H": 1}),
        ("Cu(NO3)2", {"Cu": 1, "NO3": 2}),
        ("Dy2(C2O4)3.10H2O", {"Dy": 2, "oxalate": 3, "H2O": 10}),
        ("FeSO4.7H2O", {"Fe(II)": 1, "SO4": 1, "H2O": 7}),
    ],
)
def test_compounds_become_the_components_they_are_made_of(
    system: ChemistrySystem, compound: str, expected: Mapping[str, float]
) -> None:
    found = {c: n for c, n in dissolve(system, compound).items() if abs(n) > 1e-9}
    assert found == pytest.approx(expected)


def test_hydrolysis_grows_as_the_ion_shrinks(system: ChemistrySystem, radii: Mapping[str, float]) -> None:
    for species in ("{}OH+2", "{}(OH)2+"):
        values = [log_k(system, species.format(m)) for m in LANTHANIDES]
        correlation = np.corrcoef([radii[m] for m in LANTHANIDES], values)[0, 1]
        assert correlation < -0.95
        assert max(a - b for a, b in pairwise(values)) < 0.03
        assert log_k(system, species.format("Sc")) > max(values) + 1.0


def test_faults_of_the_databases_are_not_taken_over(system: ChemistrySystem) -> None:
    """llnl.dat's Nd(SO4)2- and the sulfates whose charge it has turned would stand out of the series."""
    for species in ("{}SO4+", "{}(SO4)2-", "{}NO3+2", "{}Cl+2", "{}OH+2", "{}(OH)2+"):
        values = np.array([log_k(system, species.format(m)) for m in LANTHANIDES])
        assert float(np.ptp(values)) < 2.3
        assert float(np.max(np.abs(np.diff(values)))) < 0.6, species
    for metal in LANTHANIDES:
        assert log_k(system, f"{metal}(OH)3(am)") >= log_k(system, f"{metal}(OH)3")


def test_activity_of_chlorides_grows_along_the_series(system: ChemistrySystem) -> None:
    """Under Pitzer, at 2 mol/kg, from neodymium on; with SIT the ions of one liquor stay near."""
    at_two = []
    for metal in LANTHANIDES:
        found = speciated(system, {metal: 2.0, "Cl": 6.0}, "pitzer")
        at_two.append((found.ln_gamma[f"{metal}+3"] + 3.0 * found.ln_gamma["Cl-"]) / 4.0)
    assert np.all(np.diff(at_two[3:]) > 0.0)
    assert at_two[-1] - at_two[0] > 0.3


def test_the_two_models_agree_in_dilute_chloride(system: ChemistrySystem) -> None:
    """To 0.05 in pH, which is what Pitzer's measured mixing of H+ with M+3 makes."""
    for metal in ("La", "Nd", "Dy", "Y"):
        totals = {metal: 0.02, "Cl": 0.11}
        acidity = [speciated(system, totals, model).pH for model in ("sit", "pitzer")]
        assert acidity[0] == pytest.approx(acidity[1], abs=0.05)


def test_heavier_oxalates_and_double_sulfates_are_more_soluble(system: ChemistrySystem) -> None:
    for solid in ("{}2(C2O4)3.10H2O", "Na{}(SO4)2.H2O"):
        values = [log_k(system, solid.format(m)) for m in LANTHANIDES]
        assert np.all(np.diff(values) >= 0.0)
        assert values[-1] > values[0] + 1.0


def test_acid_dissolves_oxalates_and_oxalic_acid_brings_them_back(system: ChemistrySystem) -> None:
    solid = "Nd2(C2O4)3.10H2O"

    def left(acid: float, oxalate: float) -> float:
        totals = {"Nd": 0.02, "Cl": 0.06 + acid, "oxalate": oxalate}
        return 0.02 - 2.0 * speciated(system, totals, solids=[solid]).solids[solid]

    by_acid = [left(acid, 0.035) for acid in (0.03, 0.1, 0.3, 1.0)]
    assert np.all(np.diff(by_acid) > 0.0)
    by_oxalate = [left(0.3, oxalate) for oxalate in (0.03, 0.04, 0.06)]
    assert np.all(np.diff(by_oxalate) < 0.0)


def test_fresh_hydroxides_form_between_ph_6_and_9_and_iron_before_them(system: ChemistrySystem) -> None:
    """pH at which half of 0.01 mol/kg is precipitated from its chloride by sodium hydroxide."""

    def half(metal: str, solid: str) -> float:
        return speciated(system, {metal: 0.01, "Cl": 0.03, "Na": 0.015}, solids=[solid]).pH

    found = {m: half(m, f"{m}(OH)3(am)") for m in ("La", "Nd", "Dy", "Y")}
    assert all(6.0 < v < 9.0 for v in found.values()), found
    assert found["La"] > found["Nd"] > found["Dy"]
    assert half("Sc", "Sc(OH)3") < 5.0
    assert half("Fe(III)", "Fe(OH)3") < 3.0


def test_citrate_holds_rare_earths_in_solution_better_than_gluconate(system: ChemistrySystem) -> None:
    free = {}
    for ligand in ("acetate", "gluconate", "citrate"):
        totals = {"Nd": 0.001, "Cl": 0.003, ligand: 0.01, "Na": 0.01 * abs(system.charge_of(ligand))}
        free[ligand] = speciated(system, totals).molality["Nd+3"]
    assert free["acetate"] > free["gluconate"] > free["citrate"]


def test_boric_acid_and_ammonia_have_their_published_acidity(system: ChemistrySystem) -> None:
    for totals, acid, base, expected in (
        ({"B": 0.001, "Na": 0.0005}, "H3BO3", "B(OH)4-", 9.24),
        ({"NH4": 0.001, "Cl": 0.0005}, "NH4+", "NH3", 9.24),
    ):
        found = speciated(system, totals)
        activity = {
            s: np.log10(found.molality[s]) + found.ln_gamma.get(s, 0.0) / np.log(10.0) for s in (acid, base)
        }
        assert found.pH + activity[acid] - activity[base] == pytest.approx(expected, abs=0.02)


def test_ammonia_keeps_copper_in_solution_but_not_iron_or_neodymium(system: ChemistrySystem) -> None:
    totals = {"Cu": 0.01, "Fe(III)": 0.01, "Nd": 0.01, "NH4": 1.0, "Cl": 0.5}
    found = speciated(system, totals, solids=["tenorite", "Fe(OH)3", "Nd(OH)3(am)"])
    assert found.pH == pytest.approx(9.2, abs=0.3)
    assert found.solids["tenorite"] < 1e-6
    assert found.solids["Fe(OH)3"] == pytest.approx(0.01, rel=1e-3)
    assert found.solids["Nd(OH)3(am)"] > 0.0098
