"""Runs found again by what came out of them, and run again from what they kept."""

from __future__ import annotations

import json

import pytest

from flowsheet.cli import main


@pytest.fixture
def history(flowsheet):
    for water in ("10 kg/h", "60 kg/h"):
        assert flowsheet("run", "wash.yaml", "--set", f"water.flow={water}").code == 0
    return flowsheet


def test_runs_with_a_result_are_found(history):
    found = history("runs", "--where", "recovery(Ni) >= 99 %", "--sort", "profit", "--json")
    assert found.code == 0
    listed = json.loads(found.out)
    assert all(run["metrics"]["recovery(Ni)"]["value"] >= 0.99 for run in listed)
    everything = json.loads(history("runs", "--json", "--show", "recovery(Ni)").out)
    assert len(everything) == 2
    assert len(listed) == sum(run["metrics"]["recovery(Ni)"]["value"] >= 0.99 for run in everything)


def test_the_list_fits_a_terminal(history):
    shown = history("runs", "--show", "profit").out
    assert max(map(len, shown.splitlines())) <= 80
    assert "wash-001" in shown
    assert "again: flowsheet run runs/wash-002/wash.yaml" in shown


def test_a_run_can_be_run_again_from_its_own_folder(history, folder):
    again = history("run", "runs/wash-001/wash.yaml", "--out", "again")
    assert again.code == 0
    first, second = (
        json.loads((folder / place / "result.json").read_text())["economics"]["profit"]["value"]
        for place in ("runs/wash-001", "again")
    )
    assert second == pytest.approx(first, rel=1e-9)


@pytest.mark.parametrize(
    ("condition", "code", "told"),
    [
        ("recovery(Nickel) >= 1 %", "E502", "did you mean `recovery(Ni)`"),
        ("profit over 3", "E602", "isn't a condition"),
        ("profit >= 3 kg/h", "E203", "USD/h"),
    ],
)
def test_a_condition_that_can_t_be_read_says_why(history, condition, code, told):
    outcome = history("runs", "--where", condition)
    assert outcome.code == 2
    assert f"error {code}" in outcome.err
    assert told in outcome.err


def test_without_runs_it_says_where_they_would_be(flowsheet):
    outcome = flowsheet("runs")
    assert outcome.code == 2
    assert "E909" in outcome.err


def test_why_walks_a_number_to_its_equation_and_settings(flowsheet):
    shown = flowsheet("why", "wash.yaml", "press.filtrate.Ni")
    assert shown.code == 0
    assert "press: filtrate_balance[Ni]" in shown.out
    assert "wash.yaml:8:37" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80


def test_why_can_be_read_by_a_program(folder, capfd):
    assert main(["why", "wash.yaml", "press.filtrate.Ni", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["equations"][0]["family"] == "filtrate_balance"
