"""A chemistry of the user's own without activity coefficients, and feeds whose totals are taken as stated."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from chemistry.random_solutions import solutions
from flowsheet.chemistry.cantera_phases import cantera_phases
from flowsheet.chemistry.files import ChemistryError
from flowsheet.chemistry.load import load_system
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.solved import Solved, solved
from flowsheet.solve.case import Case, compile_document, load
from flowsheet.solve.simulate import simulate
from flowsheet.solve.speciation import Speciation
from harness import RECYCLING, solve

KA2 = 10.0**-1.99
CHEMISTRY = """
chemistry: published
title: sulfuric and hydrochloric acid without activity coefficients
activity_models: [ideal]
sources: {case: {citation: "a published case: log K of HSO4- 1.99 in mol/L, 1 kg water per litre"}}
volume: {water_density: {value: 1 kg/L, source: case}}
spectators: {cation: surplus of anions, anion: surplus of cations}
components:
  H2O: {species: H2O, source: case, delta_hf: {value: -285.83 kJ/mol, source: case}, cp: 75.3 J/mol/K}
  H: {species: H+, source: case}
  SO4: {species: SO4-2, source: case}
  Cl: {species: Cl-, source: case}
  Al: {species: Al+3, source: case}
  surplus of anions: {species: e+, source: case}
  surplus of cations: {species: e-, source: case}
aqueous:
  - reaction: H+ + SO4-2 = HSO4-
    log_k: {value: 1.99, source: case}
"""
PLANT = """
flowsheet: two acids
chemistry: published.yaml
feeds:
  leach_liquor:
    role: reagent
    aqueous: {flow: 100 L/h, H+: 277 mmol/L, HSO4-: 257.99 mmol/L, SO4-2: 9.531 mmol/L, Al: 10 mmol/L}
  strip_acid:
    role: reagent
    aqueous: {flow: 3.375 L/h, H: 1.008 mol/L, Cl: 1 mol/L}
units:
  tank: {unit: mixer, inlets: {feed: [leach_liquor, strip_acid]}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("ideal")
    (found / "published.yaml").write_text(CHEMISTRY, encoding="utf-8")
    (found / "plant.yaml").write_text(PLANT, encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def plant(folder: Path) -> Solved:
    document = load(folder / "plant.yaml")
    compiled = compile_document(document)
    case = Case(document, compiled, compiled.model.p0.copy())
    simulation = simulate(case.plant, case.p)
    assert simulation.converged, simulation.newton.message
    return solved(case, simulation)


def test_a_files_own_activity_model_is_the_plants(folder: Path) -> None:
    assert load(folder / "plant.yaml").chemistry.activity_model == "ideal"


def test_total_hydrogen_is_as_stated_and_the_charge_that_is_left_goes_along(plant: Solved) -> None:
    leach, strip = (plant.flows[f].flows["aqueous"] for f in ("leach_liquor", "strip_acid"))
    assert leach["H"] == pytest.approx(100.0 * (0.277 + 0.25799), rel=1e-12)
    assert leach["SO4"] == pytest.approx(100.0 * (0.25799 + 0.009531), rel=1e-12)
    assert strip["H"] == pytest.approx(3.375 * 1.008, rel=1e-12)
    assert strip["surplus of cations"] - strip["surplus of anions"] == pytest.approx(3.375 * 0.008, rel=1e-9)
    left = 0.277 + 0.25799 - 2.0 * (0.25799 + 0.009531) + 3.0 * 0.01
    assert leach["surplus of cations"] - leach["surplus of anions"] == pytest.approx(100.0 * left, rel=1e-9)
    mixed = plant.flows["tank.product"].flows["aqueous"]
    for component in leach:
        assert mixed[component] == pytest.approx(leach[component] + strip.get(component, 0.0), rel=1e-9)


def test_a_litre_of_liquor_has_a_kilogram_of_water(plant: Solved) -> None:
    water = load_system("nmc_sulfate").component("H2O").molar_mass
    for name, volume in (("leach_liquor", 100.0), ("strip_acid", 3.375)):
        assert plant.flows[name].flows["aqueous"]["H2O"] * water == pytest.approx(volume, rel=1e-12)


def test_pH_is_that_of_the_free_acid_by_one_mass_action_law(plant: Solved) -> None:
    """Mixed by hand: total H and SO4 per litre, HSO4- from its quadratic."""
    volume = 103.375
    hydrogen = (100.0 * 0.53499 + 3.375 * 1.008) / volume
    sulfate = 100.0 * 0.267521 / volume
    b = hydrogen + sulfate + KA2
    bisulfate = 0.5 * (b - math.sqrt(b * b - 4.0 * hydrogen * sulfate))
    found = plant.liquors["tank.product"]["pH"]
    assert found == pytest.approx(-math.log10(hydrogen - bisulfate), abs=1e-8)


def test_without_spectators_a_feed_that_does_not_cancel_is_refused(folder: Path) -> None:
    (folder / "neutral.yaml").write_text(
        CHEMISTRY.replace("spectators: {cation: surplus of anions, anion: surplus of cations}\n", ""), "utf-8"
    )
    (folder / "refused.yaml").write_text(PLANT.replace("published.yaml", "neutral.yaml"), "utf-8")
    with pytest.raises(DiagnosticError) as refused:
        compile_document(load(folder / "refused.yaml"))
    (found,) = refused.value.diagnostics
    assert found.code == "E408"
    assert "leach_liquor" in found.message


def test_without_waters_heat_capacity_no_temperature_follows(folder: Path) -> None:
    (folder / "cold.yaml").write_text(CHEMISTRY.replace(", cp: 75.3 J/mol/K", ""), "utf-8")
    (folder / "mixed.yaml").write_text(PLANT.replace("published.yaml", "cold.yaml"), "utf-8")
    with pytest.raises(DiagnosticError, match="enthalpies") as refused:
        compile_document(load(folder / "mixed.yaml"))
    assert "`cp`" in refused.value.diagnostics[0].help


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("activity_models: [ideal]", "activity_models: [davies]"), "no model `davies`"),
        (("anion: surplus of cations}", "anion: Al}"), "spectators"),
        (("{water_density: {value: 1 kg/L, source: case}}", "{density: 1}"), "volume"),
        (("{water_density: {value: 1 kg/L, source: case}}", "{water_density: -1 kg/L}"), "volume"),
    ],
)
def test_what_a_chemistry_states_wrong_is_said(folder: Path, change: tuple[str, str], reason: str) -> None:
    assert change[0] in CHEMISTRY
    path = folder / "wrong.yaml"
    path.write_text(CHEMISTRY.replace(*change), encoding="utf-8")
    with pytest.raises(ChemistryError, match=reason):
        load_system(str(path))


def test_an_activity_model_that_the_chemistry_lacks_is_refused(folder: Path) -> None:
    (folder / "pitzer.yaml").write_text(
        PLANT.replace(
            "chemistry: published.yaml", "chemistry: {system: published.yaml, activity_model: pitzer}"
        ),
        encoding="utf-8",
    )
    with pytest.raises(DiagnosticError) as refused:
        load(folder / "pitzer.yaml")
    (found,) = refused.value.diagnostics
    assert (found.code, found.span.line if found.span else 0) == ("E106", 3)
    assert "ideal" in found.help


def test_the_ideal_model_of_a_shipped_system_is_canteras_ideal_molal_solution() -> None:
    """Every reaction's affinity below 1e-8 RT, water's activity too: osmotic coefficient 1."""
    system = load_system("nmc_sulfate")
    assert "ideal" in system.activity_models
    count = 0
    for solution in solutions(system, 20, seed=6):
        found = Speciation(system, solution.totals, "ideal").solve(solution.totals, solution.temperature)
        assert found.converged, found.message
        phases = cantera_phases(system, solution.totals, "ideal", solution.temperature)
        phases.set_molality(found.molality)
        mu = phases.chemical_potentials()
        affinity = [
            mu[s.name] - sum(n * mu[system.component(c).species] for c, n in s.composition.items())
            for s in system.present_species(solution.totals, "ideal")
        ]
        assert np.max(np.abs(affinity), initial=0.0) < 1e-8
        assert phases.ln_gamma()["H2O"] == pytest.approx(found.ln_water_activity, abs=1e-9)
        assert found.osmotic_coefficient == pytest.approx(1.0, abs=1e-15)
        count += len(affinity)
    assert count > 100


def test_a_plant_with_a_recycle_runs_without_activity_coefficients() -> None:
    """The nickel that a pH leaves in solution tells the models apart."""
    plants = {
        model: solve(
            RECYCLING.replace(": nmc_sulfate", f": {{system: nmc_sulfate, activity_model: {model}}}")
        )
        for model in ("ideal", "sit")
    }
    plants["ideal"].check()
    left = {model: plant.flow("press.filtrate", "aqueous", "Ni") for model, plant in plants.items()}
    assert left["ideal"] != pytest.approx(left["sit"], rel=0.1)
