"""Speciation of single solutions: limits known on paper, robustness, speed, and what is out of range."""

from __future__ import annotations

import math
import re
import time
from dataclasses import replace

import pytest

from chemistry.random_solutions import broad_solutions
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.ranges import range_warnings
from flowsheet.chemistry.system import ActivityModel, ChemistrySystem
from flowsheet.solve import speciation
from flowsheet.solve.newton import NewtonOptions, solve
from flowsheet.solve.speciation import Speciation

LIQUOR = {
    "Ni": 0.6,
    "Co": 0.2,
    "Mn": 0.2,
    "Li": 1.0,
    "Na": 0.1,
    "Al": 0.05,
    "Cu": 0.05,
    "F": 0.05,
    "SO4": 2.0,
}


@pytest.fixture(scope="module")
def system() -> ChemistrySystem:
    return load_system("nmc_sulfate")


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_a_dilute_strong_acid_has_the_pH_of_its_molality(
    system: ChemistrySystem, model: ActivityModel
) -> None:
    found = Speciation(system, ["Cl"], model).solve({"Cl": 1e-4}, 298.15)
    assert found.pH == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_a_neutral_salt_has_the_pH_of_water(system: ChemistrySystem, model: ActivityModel) -> None:
    for temperature in (288.15, 298.15, 353.15):
        found = Speciation(system, ["Na", "Cl"], model).solve({"Na": 0.1, "Cl": 0.1}, temperature)
        neutral = -0.5 * float(system.species["OH-"].constants[model].ln_k(temperature)) / math.log(10.0)
        assert found.pH == pytest.approx(neutral, abs=0.1)  # activity coefficients of H+ and OH- differ


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_totals_come_back(system: ChemistrySystem, model: ActivityModel) -> None:
    found = Speciation(system, LIQUOR, model, ["Al(OH)3"]).solve(LIQUOR, 323.15)
    for component, n in LIQUOR.items():
        held = found.molality[system.component(component).species] + sum(
            system.species[s].composition.get(component, 0.0) * m
            for s, m in found.molality.items() if s in system.species
        )  # fmt: skip
        solid = sum(system.solids[k].composition[component] * amount  # type: ignore[index]
                    for k, amount in found.solids.items() if component in system.solids[k].composition)  # type: ignore[operator]  # fmt: skip
        assert held * found.free_water + solid == pytest.approx(n, rel=1e-8)


def test_twice_the_flow_has_the_same_speciation(system: ChemistrySystem) -> None:
    water = 1.0 / system.component("H2O").molar_mass
    liquor = Speciation(system, LIQUOR)
    once = liquor.solve(LIQUOR, 313.15)
    twice = liquor.solve({c: 2.0 * n for c, n in LIQUOR.items()} | {"H2O": 2.0 * water}, 313.15)
    assert twice.pH == pytest.approx(once.pH, abs=1e-9)
    assert twice.free_water == pytest.approx(2.0 * once.free_water)


def test_a_gas_of_given_pressure_sets_its_dissolved_species(system: ChemistrySystem) -> None:
    """Water under carbon dioxide at 1 bar: pH 3.9, and Henry's constant holds."""
    open_water = Speciation(system, ["CO3", "Na"], "sit", gases=["CO2"])
    found = open_water.solve({"CO3": 0.01, "Na": 1e-6}, 298.15, {"CO2": 1.0})
    assert found.pH == pytest.approx(3.9, abs=0.05)
    assert found.molality["CO2"] == pytest.approx(10.0**-1.47, rel=0.03)


def test_what_can_not_be_speciated_is_said(system: ChemistrySystem) -> None:
    liquor = Speciation(system, ["Ni", "SO4"])
    with pytest.raises(KeyError, match="Cu"):
        liquor.solve({"Ni": 1.0, "SO4": 1.0, "Cu": 0.1}, 298.15)
    with pytest.raises(ValueError, match="negative total of Ni"):
        liquor.solve({"Ni": -1.0, "SO4": 1.0}, 298.15)
    with pytest.raises(ValueError, match="at least one ionic"):
        Speciation(system, ["Si"]).solve({"Si": 1e-3}, 298.15)
    with pytest.raises(KeyError, match="no solubility constant"):
        Speciation(system, ["Ni", "SO4"], solids=["graphite"]).solve({"Ni": 1.0, "SO4": 1.0}, 298.15)
    with pytest.raises(ValueError, match="gypsum needs Ca"):
        Speciation(system, ["Ni", "SO4"], solids=["gypsum"]).solve({"Ni": 1.0, "SO4": 1.0}, 298.15)


def cold_newton(system: ChemistrySystem, totals: dict[str, float], temperature: float,
                model: ActivityModel) -> tuple[bool, int]:  # fmt: skip
    """Newton's method alone from a cold start, as a flowsheet's own equations get it."""
    liquor = Speciation(system, totals, model)
    amounts = liquor._amounts(totals)
    compiled = liquor._compiled(frozenset(amounts) - {"H2O"})
    p = compiled.inputs(amounts, temperature, {})
    found = solve(compiled.model, compiled.cold_start(p), p, NewtonOptions(iteration_limit=60))
    return found.converged, found.iterations


@pytest.mark.slow
@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_500_cold_starts_converge_without_fallbacks(system: ChemistrySystem, model: ActivityModel) -> None:
    """Any components from 1e-8 to 5 mol/kg, far beyond both models' ranges: at least 99.5 %."""
    outcomes = []
    for solution in broad_solutions(system, 500, seed=11):
        outcomes.append(cold_newton(system, solution.totals, solution.temperature, model))
        speciation._KEPT.clear()
    assert sum(converged for converged, _ in outcomes) >= 0.995 * len(outcomes)
    iterations = sorted(n for _, n in outcomes)
    assert iterations[len(iterations) // 2] <= 5


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_cold_starts_converge(system: ChemistrySystem, model: ActivityModel) -> None:
    for solution in broad_solutions(system, 25, seed=12):
        assert (
            Speciation(system, solution.totals, model).solve(solution.totals, solution.temperature).converged
        )
        speciation._KEPT.clear()


@pytest.mark.slow
@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_cold_starts_with_all_solids_converge(system: ChemistrySystem, model: ActivityModel) -> None:
    """Every solid that the components can form may precipitate; of polymorphs the first."""
    passed_over = {"goethite", "gibbsite", "anhydrite"}
    for solution in broad_solutions(system, 40, seed=13):
        solids = [s.name for s in system.present_solids(solution.totals, model) if s.name not in passed_over]
        found = Speciation(system, solution.totals, model, solids).solve(
            solution.totals, solution.temperature
        )
        speciation._KEPT.clear()
        assert found.converged, solution
        for k in solids:
            assert found.saturation_index[k] < 1e-6


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_a_warm_solve_takes_milliseconds(system: ChemistrySystem, model: ActivityModel) -> None:
    liquor = Speciation(system, LIQUOR, model)
    liquor.solve(LIQUOR, 298.15)
    seconds = []
    for i in range(10):
        began = time.perf_counter()
        assert liquor.solve({c: n * (1.0 + 0.01 * i) for c, n in LIQUOR.items()}, 298.15 + i).converged
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 3e-3


def test_sit_beyond_its_ionic_strength_is_reported(system: ChemistrySystem) -> None:
    found = Speciation(system, ["Na", "Cl"]).solve({"Na": 5.0, "Cl": 5.0}, 298.15)
    [warning] = found.warnings
    assert warning.code == "sit_ionic_strength"
    assert re.search(r"up to an ionic strength of \S+ mol/kg, not at 5\.00 mol/kg", warning.message)
    assert Speciation(system, ["Na", "Cl"]).solve({"Na": 1.0, "Cl": 1.0}, 298.15).warnings == ()


def test_pitzer_pairs_beyond_their_molality_are_reported(system: ChemistrySystem) -> None:
    found = Speciation(system, ["Ni", "SO4"], "pitzer").solve({"Ni": 3.2, "SO4": 3.25}, 298.15)
    told = {(w.code, w.subject): w.message for w in found.warnings}["pitzer_molality", "Ni+2 SO4-2"]
    assert told.startswith("the Pitzer coefficients of Ni+2 with SO4-2 hold up to ")


def test_temperatures_beyond_a_constants_range_are_reported(system: ChemistrySystem) -> None:
    entry = system.species["NiSO4"]
    constants = {m: replace(k, range={"T": "10 degC to 50 degC"}) for m, k in entry.constants.items()}
    narrowed = replace(system, species={**system.species, "NiSO4": replace(entry, constants=constants)})
    molality = {"Ni+2": 0.5, "SO4-2": 0.5, "NiSO4": 0.5, "H+": 1e-4}
    found = list(range_warnings(narrowed, "sit", molality, 353.15))
    assert [(w.code, w.subject, round(w.limit, 2)) for w in found] == [("temperature", "NiSO4", 323.15)]
    assert found[0].message == "the formation constant of NiSO4 holds from 10 to 50 degC, not at 80 degC"
