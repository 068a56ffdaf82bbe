"""A user's own Cantera files: the same activities, potentials and equilibria as in Cantera itself.

To 1e-8 RT in every reaction's affinity, over random compositions from 15 to 90 degC, for each kind of phase
that can be taken over; Cantera's own equilibrium solver (VCS) to 1e-4 where it converges.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from chemistry.cantera_texts import AQUEOUS, ORGANICS, SOLUTES, Text
from chemistry.two_phases import (
    Opened,
    R,
    affinities,
    assert_same_contact,
    by_vcs,
    opened,
    organic_affinities,
    potentials,
    random_totals,
    set_liquor,
    set_solvent,
    solvent_in_contact,
    speciate,
    statement,
)
from flowsheet.chemistry.interchange.verify import cantera_ln_activities, ln_activities
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "nd_pr_pc88a.yaml"
COUNT = 12
COLD, HOT = 288.15, 363.15


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cantera")


@cache
def case_of(folder: Path, text: Text) -> Opened:
    return opened(text.write(folder, f"phases{abs(hash(text))}.yaml"))


def temperatures(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(COLD, HOT, count)


@pytest.mark.parametrize("kind", AQUEOUS)
def test_activities_of_random_solutions_are_canteras(files: Path, kind: str) -> None:
    case = case_of(files, Text(kind))
    random = np.random.default_rng(11)
    worst = 0.0
    for temperature in temperatures(1, 40):
        totals = random_totals(case, random, float(10.0 ** random.uniform(-3.0, 0.3)))
        m = {case.system.component(c).species: n for c, n in totals.items()}
        m |= {s: 0.1 * float(random.uniform()) * max(m.values()) for s in case.names.values() if s not in m}
        molality = np.array([0.0, *(m[s] for s in list(case.names.values())[1:])])
        ours = ln_activities(case.system, temperature, molality, list(case.names.values()))
        theirs = cantera_ln_activities(case.aqueous, temperature, case.pressure, molality)
        worst = max(worst, float(np.max(np.abs(ours - theirs))))
    assert worst < 1e-8


@pytest.mark.parametrize("state", ["{T: 300 K, P: 1 atm}", "{T: 300 K, P: 20 bar}"])
@pytest.mark.parametrize("kind", ["ideal, plain water", "HMW, linear"])
def test_constants_are_canteras_standard_potentials(files: Path, kind: str, state: str) -> None:
    """Every parameterisation is among the species; the pressure enters through water and molar volumes."""
    case = case_of(files, Text(kind, "mole fraction", state=state))
    x = np.full(case.aqueous.n_species, 1e-4)
    x[0] = 1.0
    for temperature in temperatures(2, 30):
        mu = {}
        for phase in (case.aqueous, case.organic, *case.solids.values()):
            phase.TPX = temperature, case.pressure, x if phase is case.aqueous else np.ones(phase.n_species)
            standard = phase.chemical_potentials / (R * temperature) - np.log(phase.activities)
            named = case.names if phase is case.aqueous else dict.fromkeys(phase.species_names)
            mu |= {ours or own: float(v) for (own, ours), v in zip(named.items(), standard, strict=True)}
        of = {c.name: mu[c.species] for c in case.system.components.values() if not c.inert}

        def change(name: str, composition: dict[str, float], of: dict = of, mu: dict = mu) -> float:
            return mu[name] - sum(n * of[c] for c, n in composition.items())

        for s in case.system.species.values():
            ln_k = s.constants[case.model].ln_k(temperature)
            assert ln_k == pytest.approx(-change(s.name, dict(s.composition)), abs=1e-8)
        for k in case.system.solids.values():
            ln_k = k.constants[case.model].ln_k(temperature)
            assert ln_k == pytest.approx(change(k.name, dict(k.composition or {})), abs=1e-8)
        organic = case.system.organic
        assert organic is not None
        for o in organic.complexes.values():
            expected = -change(o.name, dict(o.composition)) + o.extractants * mu[str(organic.extractant)]
            assert o.constant is not None
            assert o.constant.ln_k(temperature) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("kind", AQUEOUS)
def test_affinities_vanish_in_canteras_phase(files: Path, kind: str) -> None:
    case = case_of(files, Text(kind))
    random = np.random.default_rng(3)
    for temperature in temperatures(4, COUNT):
        totals = random_totals(case, random, float(10.0 ** random.uniform(-2.0, 0.3)))
        found = speciate(case, totals, temperature)
        set_liquor(case, found.molality, temperature)
        assert len(affinities(case)) == 4
        assert max(abs(a) for a in affinities(case).values()) < 1e-8
        of = potentials(case)
        for name, phase in case.solids.items():
            phase.TP = temperature, case.pressure
            solid = case.system.solids[name]
            ln_omega = sum(n * of[c] for c, n in (solid.composition or {}).items())
            ln_omega -= float(phase.chemical_potentials[0]) / (R * temperature)
            assert ln_omega / np.log(10.0) == pytest.approx(found.saturation_index[name], abs=1e-8)


def test_solids_precipitate_to_canteras_saturation(files: Path) -> None:
    case = case_of(files, Text("HMW, complex"))
    totals = {"Na": 1.0, "Mg": 0.5, "Cl": 1.2, "SO4": 0.1, "CO2(aq)": 1e-6}
    found = speciate(case, totals, 330.0, ("halite", "brucite"))
    assert found.solids["brucite"] > 0.1
    set_liquor(case, found.molality, 330.0)
    of = potentials(case)
    brucite = case.solids["brucite"]
    brucite.TP = 330.0, case.pressure
    made = sum(n * of[c] for c, n in (case.system.solids["brucite"].composition or {}).items())
    assert float(brucite.chemical_potentials[0]) / (R * 330.0) == pytest.approx(made, abs=1e-8)


@pytest.mark.parametrize("basis", ORGANICS)
def test_a_two_phase_contact_is_at_equilibrium_in_cantera(files: Path, basis: str) -> None:
    """Monomer, dimer, a cation exchanged, a hydrated salt, extracted acid and dissolved water."""
    case = case_of(files, Text("HMW, linear", basis))
    random = np.random.default_rng(5)
    for temperature in temperatures(6, COUNT):
        liquor = speciate(case, random_totals(case, random, float(random.uniform(0.1, 1.5))), temperature)
        organic = solvent_in_contact(case.system.organic, liquor, float(random.uniform(0.05, 0.6)))  # type: ignore[arg-type]
        set_liquor(case, liquor.molality, temperature)
        set_solvent(case, organic, temperature)
        found = {**affinities(case), **organic_affinities(case)}
        assert len(found) == 4 + 5
        assert max(abs(a) for a in found.values()) < 1e-8


def test_canteras_solver_finds_the_same_contact(files: Path) -> None:
    """VCS, from half of the organic's metals and acid back in the liquor.

    Not for molality: there VCS's result leaves some tenths RT by Cantera's own chemical potentials.
    """
    case = case_of(files, Text("HMW, linear", "mole fraction", solids=(), solutes=tuple(SOLUTES[:7])))
    assert contact_agrees(case, "kerosene", ("Mg", "Na", "Cl", "SO4"), seed=7) >= 0.7 * COUNT


def test_the_shipped_example_agrees_with_cantera() -> None:
    """Ions by Helgeson, Kirkham and Flowers, Pitzer's activities, an ideal organic phase."""
    case = opened(EXAMPLE)
    random = np.random.default_rng(8)
    for temperature in temperatures(9, COUNT):
        totals = random_totals(case, random, float(random.uniform(0.1, 2.5)))
        chloride = sum(3.0 * n for c, n in totals.items() if c != "Cl") * float(random.uniform(1.01, 1.5))
        liquor = speciate(case, {**totals, "Cl": chloride}, temperature)
        organic = solvent_in_contact(case.system.organic, liquor, float(random.uniform(0.1, 1.0)))  # type: ignore[arg-type]
        set_liquor(case, liquor.molality, temperature)
        set_solvent(case, organic, temperature)
        found = {**affinities(case), **organic_affinities(case)}
        assert len(found) == 1 + 4
        assert max(abs(a) for a in found.values()) < 1e-8
    assert contact_agrees(case, "dodecane", ("La", "Ce", "Pr", "Nd", "Cl"), seed=10) >= 0.7 * COUNT


def contact_agrees(case: Opened, diluent: str, components: tuple[str, ...], seed: int) -> int:
    """Random contacts that VCS finishes, each agreeing with ours to 1e-4."""
    random = np.random.default_rng(seed)
    converged = 0
    organic_phase = case.system.organic
    assert organic_phase is not None
    for temperature in temperatures(seed + 1, COUNT):
        totals = {c: float(random.uniform(0.05, 0.3)) for c in components if c != "Cl"}
        charge = sum(case.system.charge_of(c) * n for c, n in totals.items())
        totals["Cl"] = max(charge, 0.0) + float(random.uniform(0.05, 0.5))
        liquor = speciate(case, totals, temperature)
        organic = solvent_in_contact(organic_phase, liquor, float(random.uniform(0.1, 0.5)))
        moles = {n: a * 3.0 for n, a in organic.items()}  # per kg of water in the liquor
        found = by_vcs(case, liquor.molality, moles, temperature)
        if found is not None:
            converged += 1
            assert_same_contact(found, liquor.molality, moles, diluent)
    return converged


def test_totals_are_in_masters_that_are_known_here(files: Path) -> None:
    system = case_of(files, Text()).system
    assert [*system.components] == [WATER, PROTON, "Na", "Mg", "Cl", "SO4", "CO2(aq)"]
    assert system.component("Mg").species == "Mg+2"
    assert dict(system.species["HSO4-"].composition) == {"H": 1.0, "SO4": 1.0}
    assert dict(system.species["HCO3-"].composition) == {"H2O": 1.0, "H": -1.0, "CO2(aq)": 1.0}
    assert system.component("SO4").delta_hf == pytest.approx(-908.0, abs=10.0)


def test_liquids_and_solids_have_the_files_volumes() -> None:
    system = opened(EXAMPLE).system
    assert system.organic is not None
    assert system.component("diluent").species == "dodecane"
    assert system.organic_density("diluent") == pytest.approx(170.34 / 0.227113, rel=1e-4)
    assert system.organic_density("(HA)2(org)") == pytest.approx(955.0, rel=1e-9)
    assert system.volume is not None
    assert system.volume.molar_volumes["Cl"] == pytest.approx(17.7e-6, rel=0.01)


def test_elements_that_the_file_defines_itself_have_their_own_weight(files: Path) -> None:
    """A diluent of a made-up element, as files in this field have it."""
    text = str(Text("HMW, linear", "mole fraction")).replace("{C: 12, H: 26}", "{Ke: 1}")
    text = text.replace("[C, H, O, P, Na, Mg, Cl]", "[C, H, O, P, Na, Mg, Cl, Ke]")
    path = files / "own_element.yaml"
    path.write_text(f"elements:\n- {{symbol: Ke, atomic-weight: 170.0}}\n{text}", encoding="utf-8")
    system = opened(path).system
    assert system.component("diluent").molar_mass == pytest.approx(0.170)
    assert system.component("diluent").formula.elements == {"Ke": 1.0}


def test_iron_of_two_valences_is_one_component_less_beside_oxygen(files: Path) -> None:
    """Cantera lets them react; without oxygen it can't."""

    def system(solutes: str) -> ChemistrySystem:
        text = str(Text("ideal", solids=())).replace(", ".join(SOLUTES), solutes)
        text = text.replace("C, E]", "C, Fe, E]") + IRON
        path = files / f"iron{len(solutes)}.yaml"
        path.write_text(text, encoding="utf-8")
        return load_system(statement(path))

    apart = system("H+, OH-, Cl-, Fe++, Fe+++")
    assert {"Fe(II)", "Fe(III)"} < set(apart.components)
    together = system("H+, OH-, Cl-, Fe++, Fe+++, O2(aq)")
    assert {"Fe(II)", "O2"} < set(together.components)
    assert together.species["Fe+3"].composition == {"Fe(II)": 1.0, "O2": 0.25, "H": 1.0, "H2O": -0.5}


IRON = "".join(
    f"""
- name: {name}
  composition: {composition}
  thermo: {{model: constant-cp, h0: -10 kJ/mol}}
  equation-of-state: {{model: constant-volume, molar-volume: 1 cm^3/mol}}
"""
    for name, composition in (
        ("Fe++", "{Fe: 1, E: -2}"),
        ("Fe+++", "{Fe: 1, E: -3}"),
        ("O2(aq)", "{O: 2}"),
    )
)


def test_where_cantera_would_hold_an_activity_a_result_says_so(files: Path) -> None:
    """It crops ln gamma and the ionic strength; here they go on."""
    text = str(Text("HMW, linear", solids=())).replace(
        "A_Debye: variable", "A_Debye: variable\n    cropping-coefficients: {ln_gamma_k_min: -1.7}"
    )
    path = files / "cropped.yaml"
    path.write_text(text, encoding="utf-8")
    case = opened(path)
    found = speciate(case, {"Mg": 1.0, "SO4": 1.0, "Na": 0.01, "Cl": 0.011, "CO2(aq)": 1e-4}, 300.0)
    assert found.ln_gamma["Mg+2"] < -1.7
    assert "Mg+2" in [w.subject for w in found.warnings if w.code == "cropped"]
    text = str(Text("beta", solids=())).replace(
        "model: beta_ij", "model: beta_ij\n    max-ionic-strength: 1.0"
    )
    path = files / "strong.yaml"
    path.write_text(text, encoding="utf-8")
    found = speciate(opened(path), {"Na": 1.5, "Cl": 1.6, "Mg": 0.01, "SO4": 0.01, "CO2(aq)": 1e-4}, 300.0)
    assert [w.code for w in found.warnings] == ["debye_huckel_ionic_strength"]
