"""Whatever is in the file, the answer is a Document or diagnostics: never another exception."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowsheet.document.diagnostics import Collector, DiagnosticError
from flowsheet.document.source import read_text

VALUES = [
    "",
    "~",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "3",
    "-1",
    "yes",
    "5 kg",
    "1e400",
    "balance",
    "leach.slurry",
    "leach",
    "acid",
    "a.b.c",
    ".",
    "'",
    "*x",
    "&x y",
    "!!int 3",
    "<<",
    "? x",
    "as needed",
    "x" * 300,
    "\u2028",
    "{unit: filter}",
    "[[1]]",
    "0x1F",
    "${HOME}",
    "2 > 1",
    "recovery(Co",
]


def survives(load, text: str, **options) -> None:
    try:
        load(text, **options)
    except DiagnosticError as error:
        error.render()
        error.render(width=40)


@settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_edit_of_a_right_file_is_answered(data, load, plant):
    text = plant
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 30))
        new = data.draw(st.sampled_from([*VALUES, "\n", ": ", "  ", ","]))
        text = text[:start] + new + text[start + length :]
    survives(load, text)


def _paths(node, prefix=()):
    for entry in node:
        yield (*prefix, entry.key)
        if hasattr(entry.value, "entries"):
            yield from _paths(entry.value, (*prefix, entry.key))


@pytest.mark.parametrize("value", VALUES[::3])
def test_any_value_at_any_key_is_answered(value, load, plant):
    tree = read_text(plant, "plant.yaml", Collector())
    for path in _paths(tree):
        survives(load, plant, overrides=[f"{'.'.join(path)}={value}"])


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="abk:{}[]-\n '\"#&*!|>%@`,?\t\x00\x85é", max_size=40))
def test_any_text_is_answered(load, text):
    survives(load, text)
