"""What an editor shows by the schema is what `flowsheet check` says, on right files and on broken ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from flowsheet.document.diagnostics import Collector, DiagnosticError, all_codes
from flowsheet.document.load import load_text
from flowsheet.document.locate import shipped_flowsheets
from flowsheet.document.source import read_text
from flowsheet.model.catalogue import declarations
from flowsheet.model.knowledge import Chemistries
from flowsheet.solve.case import vocabulary
from flowsheet.solve.known_names import flowsheet_schema
from mutations import MISTAKES, Mutator, as_yaml

PROJECT = Path(__file__).parents[2]
SEEDS = {"nmc_black_mass": (1, 2), "magnet_acid_sx": (3,), "ree_coal_refuse": (4,)}
ALWAYS = {code for code, entry in all_codes().items() if entry.editor == "always"}
PARTLY = {code for code, entry in all_codes().items() if entry.editor == "partly"}


def flowsheets() -> list[Path]:
    """Every flowsheet in the project that names only units which are installed."""
    folders = ("flowsheets", "docs", "validation/cases", "tests")
    files = [p for folder in folders for p in sorted((PROJECT / folder).rglob("*.yaml"))]
    plants = [
        p
        for p in files
        if (t := p.read_text(encoding="utf-8")).startswith("flowsheet:") or "\nflowsheet:" in t
    ]
    return [
        p for p in plants if "\nunits:" in (t := p.read_text(encoding="utf-8")) and "unit_libraries" not in t
    ]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    schema = flowsheet_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def tree_of(file: Path) -> dict[str, Any]:
    tree = read_text(file.read_text(encoding="utf-8"), file.name, Collector())
    assert tree is not None
    return tree.plain()


@pytest.mark.parametrize("file", flowsheets(), ids=lambda p: p.relative_to(PROJECT).as_posix())
def test_a_flowsheet_of_the_project_fits_the_schema(
    file: Path, validator: jsonschema.Draft7Validator
) -> None:
    assert [f"{e.json_path}: {e.message}" for e in validator.iter_errors(tree_of(file))] == []


def found_by_check(text: str) -> set[str]:
    try:
        load_text(text, declarations, Chemistries(), vocabulary=vocabulary())
    except DiagnosticError as error:
        return {d.code for d in error.diagnostics if d.severity == "error"}
    return set()


def mutants() -> list[Any]:
    catalogue, shipped = dict(declarations()), shipped_flowsheets()
    return [
        pytest.param(shipped[name], tree, id=f"{name}-{seed}-{what}")
        for name, seeds in SEEDS.items()
        for seed in seeds
        for what, tree in Mutator(tree_of(shipped[name]), catalogue, seed).mutants()
    ]


MUTANTS = mutants()


def test_there_are_many_mutants() -> None:
    assert len(MUTANTS) >= 100
    made = {parameter.id.split("-")[2].split(":")[0] for parameter in MUTANTS}
    assert made == {mistake.__name__ for mistake in MISTAKES}


@pytest.mark.parametrize(("file", "tree"), MUTANTS)
def test_a_broken_flowsheet_is_broken_to_both(
    file: Path, tree: dict[str, Any], validator: jsonschema.Draft7Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an editor always sees, it sees; what it sees, check says; and check says something of each."""
    monkeypatch.chdir(file.parent)
    codes = found_by_check(as_yaml(tree))
    seen = [f"{e.json_path}: {e.message[:120]}" for e in validator.iter_errors(tree)]
    assert codes
    assert seen or not codes & ALWAYS, f"{codes & ALWAYS}, but no editor shows it"
    assert codes & (ALWAYS | PARTLY) or not seen, f"{seen}, but check says {codes}"
