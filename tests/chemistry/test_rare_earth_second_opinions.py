"""The rare earths' speciation against Cantera's phases and against PHREEQC, with the same constants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from chemistry.phreeqc_text import Database
from chemistry.random_solutions import Solution
from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.cantera_phases import CanteraPhases, cantera_phases
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import ActivityModel, ChemistrySystem
from flowsheet.solve.speciation import Speciation, SpeciationResult

COUNT = 40
RARE_EARTHS = ("Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er")
OTHERS = ("Na", "NH4", "K", "Fe(II)", "Fe(III)", "Al", "Co", "Ni", "Cu", "Ca", "B")
LIGANDS = ("gluconate", "citrate", "oxalate", "acetate")
ANIONS = ("Cl", "NO3", "SO4")


@pytest.fixture(scope="module")
def system() -> ChemistrySystem:
    return load_system("rare_earth")


@pytest.fixture(scope="module")
def interacting(system: ChemistrySystem) -> ChemistrySystem:
    """The system without the ions that have no Pitzer coefficient, such as the hydrolysed ones.

    Those feel the ionic strength alone in ours, electrostatic mixing too in Cantera and PHREEQC.
    """
    charges = {c.species: c.charge for c in system.components.values() if c.name != "H2O"}
    charges |= {s.name: s.charge for s in system.species.values() if "pitzer" in s.constants}
    known = activity_of(system, charges, "pitzer").interacting  # type: ignore[union-attr]
    kept = {n: s for n, s in system.species.items() if n not in charges or not charges[n] or n in known}
    return replace(system, species=kept, digest="interacting rare earths")


@pytest.fixture(scope="module")
def canteras(interacting: ChemistrySystem) -> ChemistrySystem:
    """With the mixing terms' slope where Cantera holds it."""
    return replace(
        interacting, pitzer=replace(interacting.pitzer, mixing_slope=0.392), digest="canteras rare earths"
    )


def liquors(
    system: ChemistrySystem,
    count: int,
    seed: int,
    *,
    rare_earths: Sequence[str] = RARE_EARTHS,
    others: Sequence[str] = OTHERS,
    ligands: Sequence[str] = LIGANDS,
    anions: Sequence[str] = ANIONS,
    strongest: float = 4.0,
) -> Iterator[Solution]:
    """Acid or faintly alkaline liquors of one to four rare earths, up to three other metals and two ligands.

    One anion balances; `strongest` is the ionic strength [mol/kg] of the totals, taken as free ions.
    """
    random = np.random.default_rng(seed)
    for _ in range(count):
        chosen = [
            *random.choice(rare_earths, random.integers(1, min(4, len(rare_earths)) + 1), replace=False)
        ]
        chosen += [*random.choice(others, random.integers(0, min(3, len(others)) + 1), replace=False)]
        chosen += [*random.choice(ligands, random.integers(0, min(2, len(ligands)) + 1), replace=False)]
        totals = {str(c): float(10.0 ** random.uniform(-5.0, 0.0)) for c in chosen}
        balance = str(random.choice(anions))
        acid = float(10.0 ** random.uniform(-3.0, 0.3))
        charge = acid + sum(system.charge_of(c) * n for c, n in totals.items())
        if charge < 0.0:  # the ligands outweigh the metals: more acid
            charge = acid
        totals[balance] = totals.get(balance, 0.0) + charge / abs(system.charge_of(balance))
        strength = 0.5 * sum(system.charge_of(c) ** 2 * n for c, n in totals.items())
        factor = min(1.0, strongest * float(random.uniform(0.01, 1.0)) / strength)
        yield Solution({c: n * factor for c, n in totals.items()}, float(random.uniform(288.15, 353.15)))


def speciate(system: ChemistrySystem, solution: Solution, model: ActivityModel) -> SpeciationResult:
    found = Speciation(system, solution.totals, model).solve(solution.totals, solution.temperature)
    assert found.converged, (found.message, solution)
    return found


def component_potential(
    system: ChemistrySystem, mu: Mapping[str, float], composition: Mapping[str, float]
) -> float:
    return sum(n * mu[system.component(c).species] for c, n in composition.items())


def compared_with(
    system: ChemistrySystem,
    phases: CanteraPhases,
    solution: Solution,
    found: SpeciationResult,
    model: ActivityModel,
) -> tuple[float, float, float]:
    """Largest affinity over RT, differences of ln gamma and of ln of water's activity."""
    phases.set_molality(found.molality)
    mu, theirs = phases.chemical_potentials(), phases.ln_gamma()
    affinities = [0.0]
    affinities += [
        abs(mu[s.name] - component_potential(system, mu, s.composition))
        for s in system.present_species(solution.totals, model)
        if s.name in mu
    ]
    return (
        max(affinities),
        max(abs(theirs[s] - v) for s, v in found.ln_gamma.items()),
        abs(theirs["H2O"] - found.ln_water_activity),
    )


def test_affinities_vanish_in_canteras_debye_hueckel_phase(system: ChemistrySystem) -> None:
    differences, strengths = [], []
    for solution in liquors(system, COUNT, seed=11):
        found = speciate(system, solution, "sit")
        phases = cantera_phases(system, solution.totals, "sit", solution.temperature)
        differences.append(compared_with(system, phases, solution, found, "sit"))
        strengths.append(found.ionic_strength)
    assert max(max(d) for d in differences) < 1e-8
    assert max(strengths) > 2.0


def test_activities_of_chlorides_with_acid_and_salt_are_canteras(canteras: ChemistrySystem) -> None:
    """Strong liquors of many rare-earth chlorides, with HCl, NaCl, KCl, NH4Cl and iron's."""
    differences, strengths = [], []
    for solution in liquors(
        canteras,
        COUNT,
        seed=12,
        others=("Na", "NH4", "K", "Fe(II)"),
        ligands=(),
        anions=("Cl",),
        strongest=12.0,
    ):
        found = speciate(canteras, solution, "pitzer")
        phases = cantera_phases(canteras, solution.totals, "pitzer", solution.temperature)
        assert not phases.left_out
        differences.append(compared_with(canteras, phases, solution, found, "pitzer"))
        strengths.append(found.ionic_strength)
    assert max(max(d) for d in differences) < 1e-8
    assert max(strengths) > 6.0


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
        for s in liquors(system, COUNT // 2, seed=13)
    ]
    assert len(differences) == COUNT // 2
    assert max(d for d, _ in differences) < 0.02
    assert max(d for _, d in differences) < 0.01


def test_phreeqc_finds_the_ph_of_chlorides_under_pitzer(interacting: ChemistrySystem) -> None:
    """Only mixing terms between charges 1 and 3 enter; PHREEQC approximates their integrals otherwise."""
    database = Database(interacting, "pitzer")
    strengths, differences = [], []
    for solution in liquors(
        interacting,
        COUNT,
        seed=14,
        others=("Na", "NH4", "K"),
        ligands=(),
        anions=("Cl",),
        strongest=8.0,
    ):
        found = speciate(interacting, solution, "pitzer")
        strengths.append(found.ionic_strength)
        differences.append(compare_with_phreeqc(database, found, solution, major=1e-3)[0])
    assert max(differences) < 0.005
    assert max(strengths) > 4.0


@pytest.mark.parametrize(
    ("totals", "solids"),
    [
        (
            {"Nd": 0.02, "Dy": 0.005, "Cl": 0.2, "oxalate": 0.05},
            ("Nd2(C2O4)3.10H2O", "Dy2(C2O4)3.10H2O"),
        ),
        (
            {"La": 0.1, "Nd": 0.1, "Dy": 0.03, "Na": 0.9, "SO4": 0.9},
            ("NaLa(SO4)2.H2O", "NaNd(SO4)2.H2O", "NaDy(SO4)2.H2O"),
        ),
        (
            {"Y": 0.01, "Ce": 0.02, "Fe(III)": 0.01, "Cl": 0.12, "Na": 0.05},
            ("Ce(OH)3(am)", "Y(OH)3(am)", "Fe(OH)3"),
        ),
    ],
    ids=["oxalates", "double_sulfates", "hydroxides"],
)
def test_phreeqc_precipitates_the_same_solids(
    system: ChemistrySystem, totals: Mapping[str, float], solids: tuple[str, ...]
) -> None:
    solution = Solution(dict(totals), 323.15)
    found = Speciation(system, totals, "sit", solids).solve(totals, solution.temperature)
    assert found.converged, found.message
    before = speciate(system, solution, "sit")
    ph, _, theirs = Database(system, "sit", solids).solve(
        {c: n / before.free_water for c, n in totals.items()}, solution.temperature
    )
    assert found.pH == pytest.approx(ph, abs=0.02)
    formed = [k for k in solids if found.solids[k] > 1e-5]
    assert formed
    for k in formed:  # PHREEQC's are per kg of the water left, ours in mol
        assert theirs[k] * found.free_water == pytest.approx(found.solids[k], rel=0.01)
