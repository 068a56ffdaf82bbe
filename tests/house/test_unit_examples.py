"""The example on every unit's page is one that the file format takes."""

from __future__ import annotations

import inspect
import textwrap

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.load import load_text
from flowsheet.model.catalogue import unit_classes
from flowsheet.model.knowledge import Chemistries

DECLARATIONS = {name: unit.declaration() for name, unit in unit_classes(()).items()}
HEAD = """
flowsheet: an example
chemistry: nmc_sulfate
feeds:
  anything: {role: main_feed, aqueous: {flow: 1 m3/h}}
units:
"""
UNKNOWN_STREAM = "E302"
"""The examples connect streams of plants that they don't show."""


@pytest.mark.parametrize("name", DECLARATIONS)
def test_the_example_of_a_unit_can_be_read(name: str) -> None:
    _, found, example = inspect.cleandoc(DECLARATIONS[name].documentation).partition("Example:\n")
    assert found, f"{name} has no example"
    assert f"unit: {name}" in example
    text = HEAD + textwrap.indent(textwrap.dedent(example), "  ")
    try:
        load_text(text, DECLARATIONS, Chemistries())
    except DiagnosticError as error:
        faults = [d.message for d in error.diagnostics if d.code != UNKNOWN_STREAM]
        assert not faults
