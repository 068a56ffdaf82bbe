"""What a Cantera file may hold that can't be taken over: refused by its name at its place, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from chemistry.cantera_texts import Text
from chemistry.two_phases import statement
from flowsheet.chemistry.load import load_system
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.solve.case import load

BOTH = str(Text("HMW, linear", "mole fraction"))
SODIUM = "thermo: {model: constant-cp, h0: -240.3 kJ/mol, s0: 58.5 J/mol/K, cp0: 38 J/mol/K}"
SPECIES = "species:\n- name: H2O(L)"
NEUTRAL = """
- name: {name}
  composition: {composition}
  thermo: {{model: constant-cp}}
  equation-of-state: {{model: constant-volume, molar-volume: 27 cm^3/mol}}
"""
TBP = NEUTRAL.format(name="TBP", composition="{C: 12, H: 27, O: 4, P: 1}")
OXYGEN = NEUTRAL.format(name="O2(aq)", composition="{O: 2}") + NEUTRAL.format(
    name="H2(aq)", composition="{H: 2}"
)
OTHER = "- {name: other, thermo: ideal-molal-solution, elements: [H, O, E], species: [H2O(L), H+, OH-]}\n"


def with_phase(entry: str) -> str:
    return BOTH.replace(SPECIES, entry + SPECIES, 1)


CASES = {
    "a gas beside it": (
        with_phase("- {name: air, thermo: ideal-gas, elements: [O], species: []}\n"),
        "phase `air`: thermo `ideal-gas`",
        "ideal-gas",
    ),
    "a regular organic": (
        BOTH.replace("thermo: ideal-condensed", "thermo: Margules"),
        "phase `solvent`: thermo `Margules`",
        "Margules",
    ),
    "two aqueous phases": (with_phase(OTHER), "several phases", "ideal-molal-solution"),
    "no aqueous phase": (
        BOTH.replace("HMW-electrolyte", "Redlich-Kister"),
        "no aqueous phase",
        "",
    ),
    "a species that isn't there": (
        BOTH.replace("[H2O(L), Na+", "[H2O(L), K+, Na+"),
        "'K+'",
        "K+",
    ),
    "a species without data": (
        BOTH.replace(f"  {SODIUM}\n", ""),
        "`Na+` has no thermodynamic data",
        "name: Na+",
    ),
    "a unit that isn't one": (
        BOTH.replace("h0: -240.3 kJ/mol", "h0: -240.3 kJ/furlong"),
        "furlong",
        "furlong",
    ),
    "no proton": (str(Text("ideal", solutes=("Na+", "Cl-"))), "no H+", "ideal-molal-solution"),
    "water's slope without water": (
        str(Text("dilute limit, given slope")).replace("1.17 kg^0.5/gmol^0.5", "variable"),
        "liquid-water-IAPWS95",
        "model: dilute-limit",
    ),
    "no radius": (
        str(Text("beta")).replace("    default-ionic-radius: 3.5 angstrom\n", ""),
        "no ionic radius",
        "model: beta_ij",
    ),
    "an interaction with the solvent": (
        str(Text("beta")).replace("{species: [H+, Cl-]", "{species: [H2O(L), Cl-]"),
        "solvent `H2O(L)`",
        "name: H2O(L)",
    ),
    "a charged organic species": (
        BOTH.replace("{C: 16, H: 35, O: 4, P: 1}", "{C: 16, H: 34, O: 4, P: 1, E: 1}")
        .replace("[C, H, O, P, Na, Mg, Cl]", "[C, H, O, P, Na, Mg, Cl, E]"),
        "`HA` has a charge",
        "name: HA",
    ),
    "two extractants": (
        BOTH.replace("H2O(org)]", "H2O(org), TBP]") + TBP,
        "more than diluent and extractant",
        "name: (HA)2",
    ),
    "no diluent": (
        str(Text("HMW, linear", "mole fraction", organics=("(HA)2", "MgA2(HA)2"))),
        "no diluent",
        "name: (HA)2",
    ),
    "a coefficient between two neutral species": (
        BOTH.replace("[CO2(aq), CO2(aq)], lambda", "[CO2(aq), MgSO4(aq)], lambda"),
        "`CO2(aq)` and `MgSO4(aq)`",
        "name: MgSO4(aq)",
    ),
    "water as a reductant and an oxidant": (
        str(Text("ideal", solutes=("Na+", "H+", "OH-", "Cl-", "O2(aq)", "H2(aq)"))) + OXYGEN,
        "H2(aq), O2(aq) react with each other",
        "name: O2(aq)",
    ),
    "no phases": ("species: []\n", "no phases", "species"),
    "nothing": ("", "no phases", ""),
    "broken YAML": ("phases: [\n", "YAML is broken", "phases"),
}  # fmt: skip


def refused(path: Path, **phases: object) -> tuple[Diagnostic, str]:
    with pytest.raises(DiagnosticError) as found:
        load_system(statement(path, **phases))
    (diagnostic,) = found.value.diagnostics
    assert diagnostic.span is not None
    lines = path.read_text(encoding="utf-8").splitlines()
    return diagnostic, lines[diagnostic.span.line - 1] if diagnostic.span.line <= len(lines) else ""


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_refused_where_the_fault_is(tmp_path: Path, name: str) -> None:
    text, message, line = CASES[name]
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    diagnostic, shown = refused(path)
    assert message in diagnostic.message
    assert line in shown
    assert diagnostic.span is not None
    assert diagnostic.span.file == "mine.yaml"


def test_a_phase_by_a_wrong_name_is_suggested(tmp_path: Path) -> None:
    path = Text(organic="mole fraction").write(tmp_path)
    assert "`liquor`" in refused(path, aqueous="liqor")[0].help
    assert "organic" in refused(path, organic="liquor")[0].message


def test_phases_that_are_named_are_taken_and_others_left(tmp_path: Path) -> None:
    path = tmp_path / "phases.yaml"
    air = "- {name: air, thermo: ideal-gas, elements: [O], species: []}\n"
    path.write_text(with_phase(OTHER + air), encoding="utf-8")
    system = load_system(statement(path, aqueous="liquor", organic="none", solids=["halite"]))
    assert system.organic is None
    assert list(system.solids) == ["halite"]


def test_solids_that_the_liquor_can_not_make_are_only_carried(tmp_path: Path) -> None:
    path = Text("ideal", solutes=("Na+", "H+", "OH-", "Cl-")).write(tmp_path)
    system = load_system(statement(path))
    assert system.solids["brucite"].composition is None
    assert system.solids["halite"].composition == {"Na": 1.0, "Cl": 1.0}


@pytest.mark.parametrize(
    ("chemistry", "code", "column"),
    [
        ("{cantera: none.yaml}", "E406", 22),
        ("{cantera: phases.yaml, system: nmc_sulfate}", "E403", 13),
        ("{cantera: phases.yaml, add: {solids: []}}", "E403", 35),
        ("{cantera: phases.yaml, activity_model: sit}", "E403", 35),
        ("{system: nmc_sulfate, aqueous: liquor}", "E101", 34),
        ("{aqueous: liquor}", "E102", 1),
        ("{cantera: phases.yaml, aqueous: brine}", "E407", 1),
        ("none.yaml", "E406", 12),
    ],
)
def test_a_flowsheets_own_words_about_it_are_checked(
    tmp_path: Path, chemistry: str, code: str, column: int
) -> None:
    Text(organic="mole fraction").write(tmp_path)
    plant = tmp_path / "plant.yaml"
    plant.write_text(
        f"flowsheet: own chemistry\nchemistry: {chemistry}\n"
        "feeds: {a: {role: water, aqueous: {flow: 1 kg/h}}}\n"
        "units: {tank: {unit: mixer, inlets: {feed: a}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(DiagnosticError) as found:
        load(plant)
    first = next(d for d in found.value.diagnostics if d.code == code)
    assert first.span is not None
    assert first.span.column == column or code == "E407"
