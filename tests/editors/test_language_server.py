"""What an editor offers, shows and finds fault with, asked of the language server that editors use."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from flowsheet.document.keys import SECTIONS
from flowsheet.document.locate import shipped_flowsheets
from flowsheet.model.catalogue import declarations
from flowsheet.model.parameter_sets import shipped_parameter_sets
from language_server import Document, LanguageServer

pytestmark = pytest.mark.editor
LEACH = "  leach:\n    unit: leach_train\n"
NUMBERS = itertools.count()


@pytest.fixture
def text() -> str:
    text = shipped_flowsheets()["nmc_black_mass"].read_text(encoding="utf-8")
    assert LEACH in text
    return text


def opened(server: LanguageServer, text: str) -> Document:
    return server.open(f"plant_{next(NUMBERS)}.yaml", text)


def offered(server: LanguageServer, text: str, *change: str) -> set[str]:
    """What is offered at the place marked @ of a changed text."""
    before, after = change
    assert before in text
    marked = text.replace(before, after, 1)
    head, _, tail = marked.partition("@")
    # a text that is there once tells the place: all that stands before it
    return set(opened(server, head + tail).completion(head))


def test_nothing_is_wrong_with_the_shipped_flowsheet(server: LanguageServer, text: str) -> None:
    assert opened(server, text).findings() == []


def test_top_level_keys_are_offered(server: LanguageServer, text: str) -> None:
    found = offered(server, text, "\nunits:\n", "\n@\nunits:\n")
    absent = {key for key in SECTIONS["flowsheet"].keys if f"\n{key}:" not in text}
    assert {"imports", "templates", "supplies"} <= absent <= found


def test_unit_operations_are_offered(server: LanguageServer, text: str) -> None:
    found = offered(server, text, LEACH, "  leach:\n    unit: @\n")
    assert set(declarations()) <= found


def test_a_unit_s_own_parameters_are_offered(server: LanguageServer, text: str) -> None:
    found = offered(server, text, LEACH, f"{LEACH}    @\n")
    known = declarations()["leach_train"].parameters
    assert known.keys() - found <= {"tanks", "residence_time", "temperature", "kinetics"}, "given already"
    assert "cake_moisture" not in found, "a filter's"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("role: main_feed", "role: @", {"main_feed", "reagent", "water", "utility"}),
        ("chemistry: nmc_sulfate", "chemistry: @", {"nmc_sulfate", "rare_earth", "coal_refuse"}),
        (LEACH, f"{LEACH}    activity_model: @\n", {"sit", "pitzer"}),
        (LEACH, f"{LEACH}    kinetics: @\n", set(shipped_parameter_sets()["leach_train.kinetics"])),
        (LEACH, f"{LEACH}    dissolves: [@]\n", {"Fe(OH)3", "Al(OH)3"}),
        ("    temperature: 65 degC\n", "    temperature: @\n", {"70 degC"}),
    ],
    ids=["role", "chemistry", "model", "parameter set", "solids", "an example of a quantity"],
)
def test_values_are_offered(
    server: LanguageServer, text: str, before: str, after: str, expected: set[str]
) -> None:
    assert expected <= offered(server, text, before, after)


def test_hovering_a_parameter_shows_meaning_unit_default_and_range(server: LanguageServer, text: str) -> None:
    shown = opened(server, text).hover(f"{text.partition('residence_time: 4 h')[0]}residence")
    stated = declarations()["leach_train"].parameters["residence_time"]
    assert stated.description in shown
    assert "- value: a time (2 h)" in shown
    assert f"- default: {stated.default}" in shown
    assert "- range: from 0.01 to 200 h" in shown


def test_hovering_an_inlet_or_a_key_shows_what_it_is(server: LanguageServer, text: str) -> None:
    document = opened(server, text)
    assert declarations()["leach_train"].inlets["reductant"].description in document.hover(
        f"{text.partition('reductant: peroxide')[0]}reduc"
    )
    assert SECTIONS["flowsheet"].keys["chemistry"].description in document.hover("\nchemis")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("residence_time: 4 h", "residense_time: 4 h", "Property residense_time is not allowed."),
        ("residence_time: 4 h", "residence_time: 4", "write a number with its unit of measure, e.g. 2 h"),
        ("unit: filter", "unit: fliter", "Value is not accepted"),
        ("\nchemistry: nmc_sulfate", "\nchemsitry: nmc_sulfate", "Property chemsitry is not allowed."),
        ("wash: residue_wash}", "wsh: residue_wash}", "Property wsh is not allowed."),
    ],
)
def test_a_mistake_is_marked_in_its_line(
    server: LanguageServer, text: str, right: str, wrong: str, said: str
) -> None:
    head, found, tail = text.partition(right)
    assert found
    line = head.count("\n") + 1 + wrong.count("\n")
    told = opened(server, head + wrong + tail).findings()
    assert any(where == line and said in message for where, message in told), told


def test_the_checker_of_hooks_judges_good_and_broken_files(server: LanguageServer, text: str) -> None:
    """check-jsonschema, which pre-commit hooks use, with the schema of the project folder."""
    broken = server.folder / "broken.yaml"
    broken.write_text(text.replace("residence_time: 4 h", "residence_time: 4", 1), encoding="utf-8")
    good = Path(server.folder) / "nmc_black_mass.yaml"
    for file, code in ((good, 0), (broken, 1)):
        command = ["-m", "check_jsonschema", "--schemafile", "flowsheet.schema.json", str(file)]
        done = subprocess.run(
            [sys.executable, *command], cwd=server.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
    assert "residence_time" in done.stdout
