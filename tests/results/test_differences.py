"""What differs between two runs of a plant: all of it, nothing else, the most first."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsheet.report.page.comparison import comparison_page
from flowsheet.results.compare import Candidate, compare
from flowsheet.results.differences import change, differences
from flowsheet.results.result import build_result
from opened import ran

WASH = (Path(__file__).parent.parent / "cli" / "data" / "wash.yaml").read_text(encoding="utf-8")


def result(*changes: str):
    return build_result(ran(WASH, None, changes))


@pytest.fixture(scope="module")
def base():
    return result()


def test_a_run_does_not_differ_from_itself(base):
    found = differences({"A": base, "B": base})
    assert found == {"reference": "A", "settings": [], "choices": [], "results": []}


def test_only_what_was_changed_is_asked_otherwise(base):
    found = differences({"A": base, "B": result("press.cake_moisture=25 %")})
    assert [row["name"] for row in found["settings"]] == ["press.cake_moisture"]
    assert found["settings"][0]["values"] == pytest.approx({"A": 0.4, "B": 0.25})
    assert not found["choices"]


def test_a_choice_is_told_with_both_texts(base):
    found = differences({"A": base, "B": result("evaporation.effects=2", "evaporation.heating=steam")})
    told = {row["name"]: row["values"] for row in found["choices"]}
    assert told["evaporation.effects"] == {"A": "1", "B": "2"}
    assert told["evaporation.heating"] == {"A": "mvr", "B": "steam"}


def test_results_come_by_size_and_hold_the_runs_numbers(base):
    other = result("press.cake_moisture=25 %")
    found = differences({"A": base, "B": other})
    sizes = [row["size"] for row in found["results"]]
    assert sizes == sorted(sizes, reverse=True)
    rows = {(row["section"], row["name"]): row for row in found["results"]}
    recovered = rows["recoveries", "Ni"]["values"]
    assert recovered == {"A": base["recoveries"]["Ni"]["value"], "B": other["recoveries"]["Ni"]["value"]}
    assert ("streams", "slurry.mass_flow") not in rows  # the same feed


def test_a_small_loss_from_next_to_none_counts(base):
    """A recovery that falls from 99.99 to 99.9 % loses ten times as much."""
    spoilt = base | {"recoveries": {"Ni": {"value": 0.999, "unit": "1"}}}
    pure = base | {"recoveries": {"Ni": {"value": 0.9999, "unit": "1"}}}
    (row,) = differences({"A": pure, "B": spoilt})["results"]
    assert row["size"] > 0.2
    assert change(row, "B", "A") == "-0.09 points"


def test_plants_of_other_units_are_not_told_apart_number_by_number(base):
    other = base | {"units": {f"other_{tag}": unit for tag, unit in base["units"].items()}}
    assert differences({"A": base, "B": other}) is None


def test_the_page_holds_every_difference_and_needs_nothing_else(base):
    other = result("press.cake_moisture=25 %")
    compared = compare([Candidate("dry & wet", base, "a"), Candidate("b", other, "b")])
    page = comparison_page(compared)
    for row in compared["differences"]["settings"]:
        assert f"<td>{row['name']}</td>" in page
    assert page.count("<tr><td>") >= len(compared["differences"]["results"])
    assert "dry &amp; wet" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
