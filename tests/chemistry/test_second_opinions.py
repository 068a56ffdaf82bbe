"""Our speciation against Cantera's phases and equilibrium solver, and against PHREEQC, with the same
constants.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from chemistry.phreeqc_text import Database
from chemistry.random_solutions import METALS, Solution, solutions
from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.cantera_phases import CanteraPhases, cantera_phases
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import ActivityModel, ChemistrySystem
from flowsheet.solve.speciation import Speciation, SpeciationResult

COUNT = 60
SOLIDS = ("Fe(OH)3", "Al(OH)3", "Ni(OH)2", "Cu(OH)2", "gypsum", "CaF2", "Mg(OH)2", "Li2CO3")


@pytest.fixture(scope="module")
def system() -> ChemistrySystem:
    return load_system("nmc_sulfate")


@pytest.fixture(scope="module")
def interacting(system: ChemistrySystem) -> ChemistrySystem:
    """The system without the ions that have no Pitzer coefficient.

    Those feel the ionic strength alone in ours, electrostatic mixing too in Cantera and PHREEQC.
    """
    charges = {c.species: c.charge for c in system.components.values() if c.name != "H2O"}
    charges |= {s.name: s.charge for s in system.species.values() if "pitzer" in s.constants}
    known = activity_of(system, charges, "pitzer").interacting  # type: ignore[union-attr]
    kept = {n: s for n, s in system.species.items() if n not in charges or not charges[n] or n in known}
    return replace(system, species=kept, digest="interacting")


@pytest.fixture(scope="module")
def canteras(interacting: ChemistrySystem) -> ChemistrySystem:
    """With the mixing terms' slope where Cantera holds it."""
    return replace(interacting, pitzer=replace(interacting.pitzer, mixing_slope=0.392), digest="canteras")


def speciate(
    system: ChemistrySystem, solution: Solution, model: ActivityModel, solids: tuple[str, ...] = ()
) -> SpeciationResult:
    found = Speciation(system, solution.totals, model, solids).solve(solution.totals, solution.temperature)
    assert found.converged, found.message
    return found


def largest_affinity(
    system: ChemistrySystem, phases: CanteraPhases, solution: Solution, model: ActivityModel
) -> float:
    """Of all formation reactions, over RT, by the phases' chemical potentials."""
    mu = phases.chemical_potentials()
    return max(
        (
            abs(mu[s.name] - component_potential(system, mu, s.composition))
            for s in system.present_species(solution.totals, model)
            if s.name in mu
        ),
        default=0.0,
    )


def component_potential(
    system: ChemistrySystem, mu: Mapping[str, float], composition: Mapping[str, float]
) -> float:
    return sum(n * mu[system.component(c).species] for c, n in composition.items())


def anchored(solution: Solution) -> Solution:
    """With sodium and sulfate, with which most ions have Pitzer coefficients."""
    totals = dict(solution.totals)
    for c, n in (("Na", 1e-2), ("SO4", 5e-3)):
        totals[c] = totals.get(c, 0.0) + n
    return Solution(totals, solution.temperature)


def test_affinities_vanish_in_canteras_debye_hueckel_phase(system: ChemistrySystem) -> None:
    worst, gamma, strengths = 0.0, 0.0, []
    for solution in solutions(system, COUNT, seed=1):
        found = speciate(system, solution, "sit")
        phases = cantera_phases(system, solution.totals, "sit", solution.temperature)
        phases.set_molality(found.molality)
        worst = max(worst, largest_affinity(system, phases, solution, "sit"))
        theirs = phases.ln_gamma()
        gamma = max(gamma, *(abs(theirs[s] - v) for s, v in found.ln_gamma.items()))
        strengths.append(found.ionic_strength)
        assert theirs["H2O"] == pytest.approx(found.ln_water_activity, abs=1e-9)
    assert worst < 1e-8
    assert gamma < 1e-8
    assert max(strengths) > 3.9


def test_affinities_vanish_in_canteras_pitzer_phase(canteras: ChemistrySystem) -> None:
    worst, gamma, strengths = 0.0, 0.0, []
    for solution in map(anchored, solutions(canteras, COUNT, seed=2, strongest=12.0)):
        found = speciate(canteras, solution, "pitzer")
        phases = cantera_phases(canteras, solution.totals, "pitzer", solution.temperature)
        phases.set_molality(found.molality)
        if phases.left_out:  # an ion whose only partner is not in this solution
            assert max(found.molality[s] for s in phases.left_out) < 1e-3
            continue
        worst = max(worst, largest_affinity(canteras, phases, solution, "pitzer"))
        theirs = phases.ln_gamma()
        gamma = max(gamma, *(abs(theirs[s] - v) for s, v in found.ln_gamma.items()))
        strengths.append(found.ionic_strength)
        # Cantera's molar mass of water in the solvent's term and ours differ in the last digits.
        assert theirs["H2O"] == pytest.approx(found.ln_water_activity, abs=1e-8)
    assert len(strengths) > 0.8 * COUNT
    assert worst < 1e-8
    assert gamma < 1e-8
    assert max(strengths) > 4.0


def test_canteras_solver_finds_the_same_equilibrium(system: ChemistrySystem) -> None:
    """VCS, from the unreacted masters.  Where it gives up it is no second opinion; that happens to few."""
    import cantera as ct

    converged = 0
    for solution in solutions(system, COUNT, seed=3):
        found = speciate(system, solution, "sit")
        phases = cantera_phases(system, solution.totals, "sit", solution.temperature)
        unreacted = {system.component(c).species: n for c, n in solution.totals.items()}
        proton = -sum(system.charge_of(c) * n for c, n in solution.totals.items())
        unreacted["H+" if proton > 0.0 else "OH-"] = abs(proton)
        water = 1.0 - max(-proton, 0.0) * system.component("H2O").molar_mass  # hydroxide is made from water
        phases.set_molality({s: m / water for s, m in unreacted.items()})
        mixture = ct.Mixture([(phases.aqueous, 1.0)])
        mixture.T, mixture.P = solution.temperature, ct.one_atm
        try:
            mixture.equilibrate("TP", solver="vcs", rtol=1e-12, max_steps=20000)
        except ct.CanteraError:
            continue
        converged += 1
        amounts = np.array(mixture.species_moles)
        theirs = dict(
            zip(phases.species, amounts / amounts[0] / system.component("H2O").molar_mass, strict=True)
        )
        for s, m in found.molality.items():
            if m > 1e-8:
                assert theirs[s] == pytest.approx(m, rel=1e-4), (s, solution)
    assert converged >= 0.9 * COUNT


@pytest.mark.parametrize("model", ["sit", "pitzer"])
def test_cantera_and_we_agree_on_saturation(canteras: ChemistrySystem, model: ActivityModel) -> None:
    totals = {"Na": 0.5, "Ca": 0.02, "SO4": 0.4, "Cl": 0.1}
    found = speciate(canteras, Solution(totals, 328.15), model)
    phases = cantera_phases(canteras, totals, model, 328.15, ["gypsum", "anhydrite"])
    phases.set_molality(found.molality)
    mu = phases.chemical_potentials()
    for k in phases.solids:
        ln_omega = component_potential(canteras, mu, canteras.solids[k].composition or {}) - mu[k]
        assert ln_omega / math.log(10.0) == pytest.approx(found.saturation_index[k], abs=1e-8)


def compare_with_phreeqc(
    database: Database, found: SpeciationResult, solution: Solution, major: float
) -> tuple[float, float]:
    """Differences of pH and, relative, of the species above `major` mol/kg.

    PHREEQC counts totals per kg of the water that is left after hydrolysis.
    """
    totals = {c: n / found.free_water for c, n in solution.totals.items()}
    ph, molality, _ = database.solve(totals, solution.temperature)
    return abs(found.pH - ph), max(abs(found.molality[s] / m - 1.0) for s, m in molality.items() if m > major)


def test_phreeqc_agrees_under_sit(system: ChemistrySystem) -> None:
    """To 0.02 in pH and 1 % in species; what is left is PHREEQC's own Debye-Hueckel slope."""
    database = Database(system, "sit")
    differences = [
        compare_with_phreeqc(database, speciate(system, s, "sit"), s, major=1e-6)
        for s in solutions(system, COUNT, seed=1)
    ]
    assert len(differences) == COUNT
    assert max(d for d, _ in differences) < 0.02
    assert max(d for _, d in differences) < 0.01


def test_phreeqc_agrees_under_pitzer(interacting: ChemistrySystem) -> None:
    """To 0.02 in pH and 1 % in species above 1e-3 mol/kg.

    Left out are ions of charge 3, for which PHREEQC's other approximation of the mixing integrals shows, and
    MgOH+ without chloride, its only partner.
    """
    database = Database(interacting, "pitzer")
    metals = [c for c in METALS if c not in ("Al", "Fe(III)", "Mg")]
    differences = []
    for s in map(anchored, solutions(interacting, COUNT, seed=4, metals=metals, others=("Cl", "CO3", "Si"))):
        differences.append(compare_with_phreeqc(database, speciate(interacting, s, "pitzer"), s, major=1e-3))
    assert max(d for d, _ in differences) < 0.02
    assert max(d for _, d in differences) < 0.01


def test_phreeqc_precipitates_the_same_solids(system: ChemistrySystem) -> None:
    """Solubility products hold at saturation, and PHREEQC finds the same amounts."""
    formed = 0
    for solution in solutions(system, 25, seed=5):
        held = {*solution.totals, "H", "H2O"}
        solids = tuple(
            k for k in SOLIDS if k in system.solids and held.issuperset(system.solids[k].composition or {})
        )
        if not solids:
            continue
        found = speciate(system, solution, "sit", solids)
        for k in solids:
            index = found.saturation_index[k]
            assert index == pytest.approx(0.0, abs=1e-8) if found.solids[k] > 1e-9 else index < 1e-8
        before = speciate(system, solution, "sit")
        totals = {c: n / before.free_water for c, n in solution.totals.items()}
        ph, _, theirs = Database(system, "sit", solids).solve(totals, solution.temperature)
        assert found.pH == pytest.approx(ph, abs=0.02)
        for k in solids:  # PHREEQC's are per kg of the water left, ours in mol
            if found.solids[k] > 1e-5:
                formed += 1
                assert theirs[k] * found.free_water == pytest.approx(found.solids[k], rel=0.01)
    assert formed >= 10
