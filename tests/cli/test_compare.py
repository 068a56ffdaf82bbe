"""What a user sees and finds after `compare`."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from flowsheet.cli import main

NICKEL = "{system: nmc_sulfate, add: {groups: {NiO: [NiO]}}}"
"""The shipped chemistry with nickel counted as its oxide."""


@pytest.fixture
def grouped(folder: Path) -> Path:
    """A flowsheet whose chemistry has a group."""
    file = folder / "grouped.yaml"
    text = (folder / "wash.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("chemistry: nmc_sulfate", f"chemistry: {NICKEL}"), encoding="utf-8")
    return file


def comparison(folder: Path, name: str) -> dict:
    return json.loads((folder / name / "comparison.json").read_text(encoding="utf-8"))


def values(found: dict, section: str, name: str) -> list[float | None]:
    (row,) = (r for r in found["rows"] if (r["section"], r["name"]) == (section, name))
    return list(row["values"].values())


def test_scenarios_side_by_side_on_80_columns(flowsheet, grouped, snapshot):
    outcome = flowsheet("compare", "grouped.yaml", "grouped.yaml:dry", "grouped.yaml:thorough", "--out", "c")
    assert outcome.code == 0
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert outcome.out == snapshot


def test_flowsheets_of_different_feeds_and_products_say_so(flowsheet, folder, snapshot):
    outcome = flowsheet("compare", "wash.yaml", "crystals.yaml", "--basis", "feed", "--out", "c")
    assert outcome.code == 0
    assert outcome.out == snapshot
    assert not comparison(folder, "c")["feed"]["same_composition"]


def test_a_run_s_folder_and_its_result_file_are_as_good_as_the_flowsheet(flowsheet, folder):
    flowsheet("run", "wash.yaml", "--scenario", "dry", "--out", "earlier")
    outcome = flowsheet("compare", "wash.yaml:dry", "earlier/", "earlier/result.json", "--out", "c")
    assert outcome.code == 0
    assert "B  earlier (earlier run): Wash" in outcome.out
    found = comparison(folder, "c")
    assert [c["earlier_run"] for c in found["cases"].values()] == [False, True, True]
    assert [c["name"] for c in found["cases"].values()] == ["wash.yaml:dry", "earlier", "earlier/result.json"]
    assert {c["scenario"] for c in found["cases"].values()} == {"dry"}
    for row in found["rows"]:
        first, *others = row["values"].values()
        assert others == pytest.approx([first, first], rel=1e-9), row["name"]


def test_numbers_are_those_of_the_run_per_kg(flowsheet, folder, grouped):
    flowsheet("run", "grouped.yaml", "--out", "earlier")
    flowsheet("compare", "earlier", "--out", "c")
    run = json.loads((folder / "earlier" / "result.json").read_text(encoding="utf-8"))
    found = comparison(folder, "c")
    oxide = found["cases"]["A"]["basis_amount"]["value"]
    nickel = run["products"]["liquor"]["elements"]["values"]["Ni"]
    assert oxide / nickel == pytest.approx(74.692 / 58.693, rel=1e-4)
    assert values(found, "yield", "NiO") == pytest.approx([run["recoveries"]["Ni"]["value"]], rel=1e-9)
    assert values(found, "energy", "steam") == pytest.approx([run["utilities"]["steam"]["value"] / oxide])
    cost = run["economics"]["total_cost"]["value"]
    assert values(found, "cost", "all costs") == pytest.approx([cost / oxide])


def test_twice_the_plant_is_the_same_per_kg(flowsheet, folder):
    twice = ["feeds.slurry.aqueous.flow=1000 L/h", "feeds.slurry.solid.flow=60 kg/h", "water.flow=40 kg/h"]
    flowsheet("run", "wash.yaml", "--out", "large", *(a for t in twice for a in ("--set", t)))
    flowsheet("compare", "wash.yaml", "large", "--out", "c")
    found = comparison(folder, "c")
    assert not found["feed"]["same_amount"]
    for row in found["rows"]:
        assert row["values"]["B"] == pytest.approx(row["values"]["A"], rel=1e-5), row["name"]


def test_a_scenario_for_all_yields_to_one_s_own(flowsheet, folder):
    flowsheet("compare", "wash.yaml", "wash.yaml:dry", "--scenario", "thorough", "--out", "c")
    cases = comparison(folder, "c")["cases"].values()
    assert [(c["name"], c["scenario"]) for c in cases] == [
        ("wash.yaml:thorough", "thorough"),
        ("wash.yaml:dry", "dry"),
    ]


def test_one_that_fails_is_named_and_the_rest_compared(flowsheet, folder, snapshot):
    text = (folder / "wash.yaml").read_text(encoding="utf-8")
    specs = 'specs: [{vary: press.cake_moisture, until: "recovery(Ni) = 100.5 %"}]\n'
    (folder / "stuck.yaml").write_text(text + specs, encoding="utf-8")
    outcome = flowsheet("compare", "stuck.yaml", "wash.yaml", "--out", "c")
    assert outcome.code == 1
    assert outcome.out == snapshot
    assert values(comparison(folder, "c"), "yield", "Ni")[0] is None


def test_json_is_alone_on_standard_output_and_the_same_as_in_the_file(folder, capfd):
    assert main(["compare", "wash.yaml", "--json", "--out", "c"]) == 0
    printed = capfd.readouterr()
    found = json.loads(printed.out)
    assert found["schema"] == "flowsheet.comparison/1"
    assert found == comparison(folder, "c")
    assert "written to c" in printed.err


def test_each_comparison_gets_a_folder_of_its_own(flowsheet, folder):
    for _ in range(2):
        flowsheet("compare", "wash.yaml")
    assert sorted(p.name for p in (folder / "runs").iterdir()) == ["comparison-001", "comparison-002"]


def test_the_workbook_has_numbers_with_their_units(flowsheet, folder, grouped):
    flowsheet("compare", "grouped.yaml", "grouped.yaml:dry", "--out", "c")
    book = openpyxl.load_workbook(folder / "c" / "comparison.xlsx")
    assert book.sheetnames == [
        "asked otherwise",
        "differences",
        "comparison",
        "main feeds",
        "flowsheets",
        "notes",
    ]
    asked = list(book["asked otherwise"].iter_rows(values_only=True))[2:]
    assert asked == [("water.flow", "kg/h", pytest.approx(20.0), pytest.approx(10.0))]
    header, basis, *rows = book["comparison"].iter_rows(values_only=True)
    assert header == ("section", "item", "unit of measure", "A grouped.yaml", "B grouped.yaml:dry")
    assert basis[1] == "per kg of NiO in the products (Ni)"
    found = {(section, item): (unit, a, b) for section, item, unit, a, b in rows}
    unit, base, dry = found["yield", "NiO"]
    assert unit == "%"
    assert 50.0 < dry < base < 100.0
    assert found["energy", "steam"][0] == "kWh/kg"
    assert ("Ni", "%") in {row[:2] for row in book["main feeds"].iter_rows(values_only=True)}


def test_everything_that_is_wrong_is_told_before_anything_is_solved(flowsheet, folder, snapshot):
    (folder / "old").mkdir()
    (folder / "old" / "result.json").write_text('{"schema": "flowsheet.result/1"}', encoding="utf-8")
    (folder / "odd.json").write_text("[]", encoding="utf-8")
    outcome = flowsheet("compare", "wash.yaml:dri", "wosh", "old", "odd.json", "none.json", "wash.yaml")
    assert outcome.code == 2
    assert outcome.err == snapshot
    assert not (folder / "runs").exists()


@pytest.mark.parametrize("basis", ["NiSO4.6H2O", "liquor", "Ni", "product", "feed"])
def test_what_a_basis_may_be(flowsheet, basis):
    assert flowsheet("compare", "wash.yaml", "--basis", basis, "--out", "c").code == 0


def test_a_basis_that_nothing_has_is_refused_with_what_was_meant(flowsheet, folder):
    outcome = flowsheet("compare", "wash.yaml", "--basis", "NiSO4.6H20")
    assert outcome.code == 2
    assert "E907" in outcome.err
    assert "did you mean `NiSO4.6H2O`?" in outcome.err
    assert not (folder / "runs").exists()


def test_a_path_with_a_drive_has_no_scenario(flowsheet):
    outcome = flowsheet("compare", r"C:\plants\gone.yaml")
    assert outcome.code == 2
    assert r"`C:\plants\gone.yaml`" in outcome.err


def test_nothing_to_compare_is_refused(flowsheet):
    outcome = flowsheet("compare")
    assert outcome.code == 2
    assert "E908" in outcome.err


def test_many_columns_become_several_tables(flowsheet):
    outcome = flowsheet("compare", *["wash.yaml"] * 6, "--out", "c")
    assert max(map(len, outcome.out.splitlines())) <= 80
    heads = [line.split() for line in outcome.out.splitlines() if line.split()[:1] in (["A"], ["E"])]
    assert ["A", "B", "C", "D"] in heads
    assert ["E", "F"] in heads
