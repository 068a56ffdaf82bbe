"""Rendering and explaining: every code that is raised can be looked up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import flowsheet.document
from flowsheet.document import codes
from flowsheet.document.diagnostics import (
    Collector,
    Diagnostic,
    DiagnosticError,
    Span,
    all_codes,
    explain,
    nearest,
    register,
    render,
)


def own_codes() -> set[str]:
    """The codes that this layer explains; other layers add theirs to the same registry."""
    return set(re.findall(r"^([EW]\d{3}) ", codes._CODES, re.MULTILINE))


def codes_in(folder: Path) -> set[str]:
    return {
        code
        for path in folder.rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"([EW]\d{3})"', path.read_text(encoding="utf-8"))
    }


def test_every_code_is_explained_and_every_explained_code_is_used():
    document = Path(flowsheet.document.__file__).parent
    assert codes_in(document) <= own_codes() <= set(all_codes())
    assert own_codes() <= codes_in(document.parent)
    assert explain("e203").title == "a unit of measure of the wrong dimension"


def test_a_code_has_one_meaning():
    register("T999", "a test", "text")
    register("T999", "a test", "text")
    with pytest.raises(ValueError, match="already"):
        register("T999", "another", "text")


def test_an_unknown_code_is_a_key_error():
    with pytest.raises(KeyError):
        explain("E998")


def test_a_finding_without_a_place_is_one_line():
    assert render(Diagnostic("E901", "nothing there"), {}) == "error E901 nothing there"


def test_a_long_line_is_cut_around_the_fault():
    line = "x: {" + "abcdefgh, " * 30 + "wrong}"
    span = Span("a.yaml", 1, line.index("wrong") + 1, 5)
    shown = render(Diagnostic("E101", "unknown", span), {"a.yaml": line}, width=60).splitlines()
    assert shown[2][shown[3].index("^") :].startswith("wrong")
    assert max(map(len, shown)) <= 60


def test_a_place_beyond_the_text_is_harmless():
    assert render(Diagnostic("E002", "broken", Span("a", 9, 1)), {"a": "x"}) == "error E002 a:9:1 broken"


def test_only_errors_raise_and_all_of_them_are_carried():
    found = Collector()
    found.warning("W308", "a warning", Span("a", 2, 1))
    found.raise_errors()
    found.error("E101", "second", Span("a", 5, 1))
    found.error("E101", "first", Span("a", 3, 1))
    found.error("E101", "first", Span("a", 3, 1))
    with pytest.raises(DiagnosticError) as caught:
        found.raise_errors()
    assert [d.message for d in caught.value.diagnostics] == ["a warning", "first", "second"]


@pytest.mark.parametrize(("name", "expected"), [("tnaks", "tanks"), ("TANKS", "tanks"), ("zzz", None)])
def test_nearest_spelling(name, expected):
    assert nearest(name, ["tanks", "temperature"]) == expected


def test_a_finding_is_json_ready():
    found = Diagnostic("E101", "x", Span("a", 1, 2, 3), "do this").as_dict()
    assert found["where"] == {"file": "a", "line": 1, "column": 2, "length": 3}
