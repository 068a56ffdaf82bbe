"""What the documentation site is made of: pieces of its extension, tried without Sphinx."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

EXTENSION = Path(__file__).parents[2] / "docs" / "_ext"


@pytest.fixture(autouse=True)
def extension_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXTENSION))


@pytest.mark.parametrize("name", ["formulas", "markup"])
def test_examples_of_the_extension_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted
    assert not results.failed


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "L = L_in + eta (L* - L_in)",
            "<i>L</i> = <i>L</i><sub>in</sub> + <i>η</i> (<i>L</i>* − <i>L</i><sub>in</sub>)",
        ),
        ("r^(n-1)", "<i>r</i><sup><i>n</i>−1</sup>"),
        ("2 Fe+3 + Fe = 3 Fe+2", "2 Fe<sup>3+</sup> + Fe = 3 Fe<sup>2+</sup>"),
        ("p_sat(T) >= `pressure`", "<i>p</i><sub>sat</sub>(<i>T</i>) ≥ <code>pressure</code>"),
        ("V = residence_time * flow", "<i>V</i> = <code>residence_time</code> · flow"),
    ],
)
def test_a_formula_is_set_as_one(written: str, shown: str) -> None:
    assert importlib.import_module("formulas").formula(written) == shown


def test_words_units_and_initials_stay_words() -> None:
    prose = importlib.import_module("formulas").prose
    assert prose("UTF-8 of SO4-2") == "UTF-8 of SO<sub>4</sub><sup>2−</sup>"
    assert (
        prose("A leach of 5 K by G. oxydans, n flows [mol/h]")
        == "A leach of 5 K by G. oxydans, <i>n</i> flows [mol/h]"
    )


def test_every_unit_has_a_page_with_its_equations_parameters_and_example() -> None:
    from flowsheet.model.catalogue import declarations

    pages = importlib.import_module("unit_pages").unit_pages()
    for name, declared in declarations(()).items():
        page = pages[f"units/{name}.md"]
        assert 'class="equations"' in page or 'class="formula"' in page, name
        assert "## Example" in page, name
        for word in (*declared.inlets, *declared.outlets, *declared.parameters, *declared.results):
            assert f">{word}<" in page, f"{name}: {word}"


def test_every_constant_of_a_system_is_on_its_page_with_its_source() -> None:
    from flowsheet.chemistry.files import Reading, system_file

    page = importlib.import_module("chemistry_pages").chemistry_pages()["chemistry/rare_earth.md"]
    numbers = {float(n.replace("−", "-")) for n in re.findall(r'"number">(−?[\d.]+)<', page)}
    tree = Reading(system_file("rare_earth")).tree
    for name in tree["sources"]:
        assert f'id="source-{name}"' in page, name
    stated = [
        value
        for entry in (*tree["aqueous"], *tree["solids"])
        if "log_k" in entry
        for value in ([entry["log_k"]] if "value" in entry["log_k"] else entry["log_k"].values())
    ]
    assert len(stated) > 600
    for value in stated:
        assert float(value["value"]) in numbers
        assert f'href="#source-{value["source"]}"' in page
    assert "https://doi.org/10.1016/j.apgeochem.2014.05.007" in page
