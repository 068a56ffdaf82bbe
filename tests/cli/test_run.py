"""What a user sees and finds after `run` and `optimise`."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from flowsheet.cli import main


def test_a_run_shows_the_answer_on_one_screen(flowsheet, snapshot):
    outcome = flowsheet("run", "wash.yaml")
    assert outcome.code == 0
    assert len(outcome.out.splitlines()) <= 40
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert outcome.out == snapshot


def test_a_recycle_with_a_specification_shows_what_the_specification_took(flowsheet, snapshot):
    outcome = flowsheet("run", "crystals.yaml")
    assert outcome.code == 0
    assert outcome.out == snapshot


def test_an_optimum_shows_what_holds_it_and_what_changed(flowsheet, snapshot):
    outcome = flowsheet("optimise", "wash.yaml", "--out", "best")
    assert outcome.code == 0
    assert outcome.out == snapshot


def test_the_optimum_is_in_the_result(flowsheet, folder):
    assert flowsheet("optimise", "wash.yaml", "--out", "best").code == 0
    report = json.loads((folder / "best" / "result.json").read_text(encoding="utf-8"))["optimisation"]
    assert report["status"] == "optimal"
    assert report["objective"]["value"] > report["objective"]["base"]
    assert set(report["variables"]) == {"water.flow", "evaporation.water_evaporated"}


def test_each_run_gets_a_folder_of_its_own(flowsheet, folder):
    for _ in range(2):
        assert flowsheet("run", "wash.yaml").code == 0
    assert flowsheet("run", "wash.yaml", "--scenario", "dry").code == 0
    assert sorted(p.name for p in (folder / "runs").iterdir()) == ["wash-001", "wash-002", "wash-dry-001"]
    files = sorted(p.name for p in (folder / "runs" / "wash-001").iterdir())
    assert files == ["report.html", "result.json", "solution.json", "streams.xlsx", "wash.yaml"]


def test_a_change_and_a_scenario_change_the_result(flowsheet, folder):
    flowsheet("run", "wash.yaml", "--out", "base")
    flowsheet("run", "wash.yaml", "--out", "more", "--set", "water.flow=60 kg/h")
    flowsheet("run", "wash.yaml", "--out", "dry", "--scenario", "dry")
    recovery = {
        name: json.loads((folder / name / "result.json").read_text())["recoveries"]["Ni"]["value"]
        for name in ("base", "more", "dry")
    }
    assert recovery["dry"] < recovery["base"] < recovery["more"]


def test_json_is_alone_on_standard_output_whatever_c_code_prints(folder, capfd, monkeypatch):
    from flowsheet.cli import run

    def noisy(*arguments):
        os.write(1, b" a C library says hello\n")
        return opened(*arguments)

    opened = run.open_flowsheet
    monkeypatch.setattr(run, "open_flowsheet", noisy)
    assert main(["run", "wash.yaml", "--json"]) == 0
    printed = capfd.readouterr()
    result = json.loads(printed.out)
    assert result["schema"] == "flowsheet.result/1"
    assert result["status"] == "converged"
    assert "hello" in printed.err


def test_a_warm_start_is_taken_and_agrees_with_the_cold_one(flowsheet, folder):
    flowsheet("run", "crystals.yaml", "--out", "cold")
    flowsheet("run", "crystals.yaml", "--out", "warm", "--warm", "cold")
    cold, warm = (json.loads((folder / n / "result.json").read_text()) for n in ("cold", "warm"))
    assert warm["solver"]["method"] == "warm start"
    assert warm["solver"]["iterations"] <= 2
    assert warm["products"]["cobalt_sulfate"]["mass_flow"]["value"] == pytest.approx(
        cold["products"]["cobalt_sulfate"]["mass_flow"]["value"], rel=1e-7
    )


HOW = {"method", "iterations", "seconds", "from_cache"}
"""What a result says of the way to it."""


def test_a_run_of_nothing_new_gives_the_same_result_and_solves_nothing(flowsheet, folder):
    for name in ("once", "twice"):
        assert (
            flowsheet("run", "crystals.yaml", "--out", name, "--set", "feeds.water.aqueous.flow=21 kg/h").code
            == 0
        )
    once, twice = (json.loads((folder / n / "result.json").read_text()) for n in ("once", "twice"))
    assert twice["solver"]["method"] == "kept solution"
    for result in (once, twice):
        result["solver"] = {k: v for k, v in result["solver"].items() if k not in HOW}
    assert twice["provenance"].pop("when") >= once["provenance"].pop("when")
    assert twice == once
    stored = [json.loads((folder / n / "solution.json").read_text()) for n in ("once", "twice")]
    assert stored[0] == stored[1]


def test_a_run_of_other_values_starts_from_the_last_one(flowsheet, folder):
    flow = "feeds.water.aqueous.flow={} kg/h"
    flowsheet("run", "crystals.yaml", "--set", flow.format(22))
    flowsheet("run", "crystals.yaml", "--out", "near", "--set", flow.format(23))
    flowsheet("run", "crystals.yaml", "--out", "cold", "--set", flow.format(23), "--no-cache")
    near, cold = (json.loads((folder / n / "result.json").read_text()) for n in ("near", "cold"))
    assert near["solver"]["method"] == "followed from the last run"
    assert cold["solver"]["method"] == "unit by unit, then all equations"
    assert near["products"]["cobalt_sulfate"]["mass_flow"]["value"] == pytest.approx(
        cold["products"]["cobalt_sulfate"]["mass_flow"]["value"], rel=1e-7
    )


@pytest.mark.parametrize("change", [(), ("--set", "feeds.water.aqueous.flow=24 kg/h")])
def test_a_second_run_imports_nothing_that_builds_models(folder, change):
    """Not on the same inputs, and not on others of the same structure, which are solved."""
    script = """
import sys
from flowsheet.cli import main
assert main(sys.argv[1:]) == 0
print(*sorted({"pyomo", "pint", "cantera", "scipy", "pandas", "networkx", "cyipopt"} & set(sys.modules)))
"""
    first = [sys.executable, "-c", script, "run", "crystals.yaml", "--json"]
    imported = [
        subprocess.run(c, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        for c in (first, [*first, *change])
    ]
    assert imported[1] == ""


def test_a_solution_of_another_flowsheet_is_no_start(flowsheet):
    flowsheet("run", "wash.yaml", "--out", "other")
    outcome = flowsheet("run", "crystals.yaml", "--warm", "other")
    assert outcome.code == 2
    assert "E904" in outcome.err


def test_without_the_cache_the_result_is_the_same(flowsheet, folder, cache):
    flowsheet("run", "wash.yaml", "--out", "first")
    before = sorted(cache.iterdir())
    flowsheet("run", "wash.yaml", "--out", "second", "--no-cache")
    assert sorted(cache.iterdir()) == before
    first, second = (json.loads((folder / n / "result.json").read_text()) for n in ("first", "second"))
    assert first["products"]["liquor"]["purity"]["value"] == pytest.approx(
        second["products"]["liquor"]["purity"]["value"], rel=1e-9
    )


def test_an_infeasible_target_ends_with_1_and_leaves_the_marked_iterate(flowsheet, folder, snapshot):
    specs = 'specs=[{vary: press.cake_moisture, until: "recovery(Ni) = 100.5 %"}]'
    outcome = flowsheet("run", "wash.yaml", "--out", "stuck", "--set", specs)
    assert outcome.code == 1
    assert json.loads((folder / "stuck" / "result.json").read_text())["status"] == "not_converged"
    assert "S204" in outcome.out
    assert "goes from 73.2 % to 100 %" in " ".join(outcome.out.split())
    assert "not converged" in outcome.out


def test_constraints_that_exclude_each_other_end_with_1_and_are_named(flowsheet):
    both = (
        'optimise.subject_to=["concentration(evaporation.concentrate, Ni) >= 60 g/L", '
        '"concentration(evaporation.concentrate, Ni) <= 50 g/L"]'
    )
    outcome = flowsheet("optimise", "wash.yaml", "--set", both, "--out", "none")
    assert outcome.code == 1
    assert "not optimal" in outcome.out
