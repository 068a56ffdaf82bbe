"""Reading chemistry files: what a user adds, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsheet.chemistry.load import ChemistryError, load_system, shipped_systems
from flowsheet.solve.speciation import Speciation

EXTENSION = """
sources:
  own: {citation: "our laboratory, 2024"}
components:
  Pb: {species: Pb+2, source: own}
aqueous:
  - reaction: Pb+2 + SO4-2 = PbSO4(aq)
    log_k: {value: 2.75, source: own}
  - reaction: Pb+2 + H2O = PbOH+ + H+
    log_k: {value: -7.7, source: own}
  - reaction: PbOH+ + H2O = Pb(OH)2(aq) + H+
    log_k: {value: -9.4, source: own}
    delta_h: {value: 20 kJ/mol, source: own}
sit:
  - {pair: [Pb+2, Cl-], epsilon: 0.15, source: own}
solids:
  - name: anglesite
    formula: PbSO4
    reaction: PbSO4 = Pb+2 + SO4-2
    log_k: {value: -7.79, source: own}
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> str:
        path = tmp_path / "own.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("name", shipped_systems())
def test_every_shipped_system_loads_and_names_its_sources(name: str) -> None:
    system = load_system(name)
    for entry in [*system.species.values(), *system.solids.values(), *system.gases.values()]:
        for constant in entry.constants.values():
            assert constant.source in system.sources, (entry.name, constant.source)


@pytest.mark.parametrize("name", shipped_systems())
def test_every_activity_coefficient_is_of_species_that_exist(name: str) -> None:
    system = load_system(name)
    known = {c.species for c in system.components.values()} | set(system.species)
    named = {s for pair in [*system.sit, *system.pitzer.binary, *system.pitzer.theta] for s in pair}
    named |= {s for group in [*system.pitzer.psi, *system.pitzer.lambda_] for s in group}
    assert named <= known


@pytest.mark.parametrize("name", shipped_systems())
def test_every_solid_and_gas_keeps_elements_and_charge_in_its_components(name: str) -> None:
    system = load_system(name)
    for entry in [*system.solids.values(), *system.gases.values()]:
        if entry.composition is None:
            continue
        elements: dict[str, float] = {}
        charge = 0.0
        for component, n in entry.composition.items():
            formula = system.component(component).formula
            charge += n * formula.charge
            for e, count in formula.elements.items():
                elements[e] = elements.get(e, 0.0) + n * count
        own = {e: n for e, n in elements.items() if abs(n) > 1e-9}
        assert charge == pytest.approx(0.0, abs=1e-9), entry.name
        assert own == pytest.approx(dict(entry.formula.elements)), entry.name


def test_a_user_adds_a_component_its_species_and_a_solid(written) -> None:
    system = load_system("nmc_sulfate", written(EXTENSION))
    assert system.species["Pb(OH)2(aq)"].constants["sit"].log_k == pytest.approx(-17.1)
    assert system.species["Pb(OH)2(aq)"].composition == {"Pb": 1.0, "H2O": 2.0, "H": -2.0}
    totals = {"Pb": 0.01, "SO4": 0.2, "Na": 0.3}
    found = Speciation(system, totals, "sit", ["anglesite"]).solve(totals, 298.15)
    assert found.converged
    assert found.saturation_index["anglesite"] == pytest.approx(0.0, abs=1e-8)
    assert found.solids["anglesite"] == pytest.approx(0.01, rel=0.01)
    assert system.digest != load_system("nmc_sulfate").digest


def test_a_user_replaces_a_constant_and_a_components_data(written) -> None:
    text = """
components: {Ni: {delta_hf: {value: -54.0 kJ/mol, source: s}}}
aqueous: [{reaction: Ni+2 + SO4-2 = NiSO4, models: [sit], log_k: {value: 2.1, source: s}}]
sit: [{pair: [Ni+2, Cl-], epsilon: 0.2, source: s}]
"""
    system, shipped = load_system("nmc_sulfate", written(text)), load_system("nmc_sulfate")
    assert system.species["NiSO4"].constants["sit"].log_k == 2.1
    assert system.component("Ni").delta_hf == -54.0
    assert system.sit[frozenset(("Ni+2", "Cl-"))] == 0.2
    assert set(system.species) == set(shipped.species)


def test_every_extension_counts_and_a_later_one_replaces_an_earlier(written, tmp_path: Path) -> None:
    second = tmp_path / "second.yaml"
    second.write_text("sit: [{pair: [Pb+2, Cl-], epsilon: 0.3, source: own}]\n", encoding="utf-8")
    in_place = '{"components": {"Pb": {"cp": {"value": "-10 J/mol/K", "source": "own"}}}}'
    system = load_system("nmc_sulfate", written(EXTENSION), str(second), in_place)
    assert system.sit[frozenset(("Pb+2", "Cl-"))] == 0.3
    assert system.component("Pb").cp == -10.0
    assert "anglesite" in system.solids
    assert system.origin[3] == in_place


def test_an_included_file_that_changes_changes_the_system(written, tmp_path: Path) -> None:
    piece = tmp_path / "piece.yaml"
    own = written("include: [piece.yaml]\n")
    found = []
    for epsilon in (0.1, 0.2):
        piece.write_text(f"sit: [{{pair: [Ni+2, Cl-], epsilon: {epsilon}, source: s}}]\n", encoding="utf-8")
        found.append(load_system("nmc_sulfate", own))
    assert [system.sit[frozenset(("Ni+2", "Cl-"))] for system in found] == [0.1, 0.2]
    assert found[0].digest != found[1].digest


def test_a_file_of_its_own_may_include_a_shipped_piece(written, tmp_path: Path) -> None:
    (tmp_path / "piece.yaml").write_text(
        "aqueous:\n  - {reaction: H2O = OH- + H+, log_k: {value: -14, source: s}}\n", encoding="utf-8"
    )
    system = load_system(
        written(
            "chemistry: own\ninclude: [piece.yaml]\nsources: {s: {citation: c}}\n"
            "components: {H2O: {species: H2O}, H: {species: H+}, Na: {species: Na+}, Cl: {species: Cl-}}\n"
        )
    )
    assert set(system.species) == {"OH-"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "aqueous: [{reaction: Ni+2 + OH- = NiOH+2, log_k: {value: 4, source: s}}]",
            "does not balance in charge",
        ),
        (
            "aqueous: [{reaction: Ni+2 + 2 H2O = NiOH+ + H+, log_k: {value: 4, source: s}}]",
            "does not balance in",
        ),
        (
            "aqueous: [{reaction: Ni+2 + 3 H2O = Ni(OH)3- + 3 H+, log_k: -29}]",
            r"log_k needs \{value, source\}",
        ),
        (
            "aqueous: [{reaction: Ni+2 + 3 H2O = Ni(OH)3- + 3 H+, log_k: {value: -29}}]",
            r"log_k needs \{value, source\}",
        ),
        (
            "aqueous: [{reaction: Pb+2 + H2O = PbOH+ + H+, log_k: {value: -9, source: s}}]",
            "used before it is",
        ),
        ("aqueous: [{reaction: Ni+2 + SO4-2, log_k: {value: 2, source: s}}]", "is not a reaction"),
        (
            "aqueous: [{reaction: Ni+2 + 3 H2O = Ni(OH)3- + 3 H+, delta_h: {value: 3 eV}, "
            "log_k: {value: 2, source: s}}]",
            "needs one of the units",
        ),
        (
            "solids: [{name: X, formula: NiO, reaction: NiO + H+ = Ni+2, log_k: {value: 1, source: s}}]",
            "not balance",
        ),
        (
            "solids: [{name: X, formula: PbO, reaction: PbO + 2 H+ = Pb+2 + H2O, "
            "log_k: {value: 1, source: s}}]",
            "Pb",
        ),
        ("gases: [{name: Ar}]", "delta_hf and cp are needed"),
        ("aquous: []", "unknown key `aquous`"),
        ("solids: [{formula: NiO}]", "an entry of `solids` lacks `name`"),
        ("solids: {name: X}", "`solids` must be a list"),
        ("components: {Pb: {charge: 2}}", "there is no 'species'"),
        ("components: [Pb]", "`components` must be mappings by name"),
        ("pitzer: {binary: [{beta0: 1}]}", "there is no 'pair'"),
        ("groups: {NiO: nickel}", "`groups` must be lists"),
        ("groups: {sold: [NiSO4]}", "`NiSO4` is no element"),
        ("groups: {sold: [NiO, Ni]}", "Ni is counted twice"),
        ("groups: {sold: [Ni(]}", "group sold"),
        ("include: [gone.yaml]", "gone.yaml can't be read"),
        ("- a list", "must hold keys"),
        ("a: [", "is not a YAML file"),
    ],
)
def test_a_wrong_entry_is_named(written, entry: str, message: str) -> None:
    with pytest.raises(ChemistryError, match=message):
        load_system("nmc_sulfate", written(entry + "\n"))


def test_an_unknown_system_lists_those_there_are() -> None:
    with pytest.raises(FileNotFoundError, match="nmc_sulfate"):
        load_system("nmc_sulphate")
