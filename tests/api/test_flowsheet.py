"""The Python interface: the same numbers as the command line's, with units, tables and files."""

from __future__ import annotations

import json

import pytest

import flowsheet
from flowsheet.api.flowsheet import Flowsheet
from flowsheet.cli import main
from flowsheet.solve.solutions import FOLLOWED, METHOD


def test_it_is_what_the_command_line_prints(wash: Flowsheet, capfd: pytest.CaptureFixture[str]) -> None:
    result = wash.run({"units.press.cake_moisture": "30 %"})
    assert main(["run", "wash.yaml", "--set", "press.cake_moisture=30 %", "--json", "--no-cache"]) == 0
    printed = json.loads(capfd.readouterr().out)
    for name, stream in printed["streams"].items():
        ours = result.data["streams"][name]["phases"]
        for phase, held in stream["phases"].items():
            expected = held["molar_flows"]["values"]
            assert ours[phase]["molar_flows"]["values"] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_names_can_be_given_as_keywords_or_by_path(wash: Flowsheet) -> None:
    one = wash.changed(press__cake_moisture="30 %")
    other = wash.changed({"units.press.cake_moisture": 0.3})
    assert one.document.units["press"].value("cake_moisture") == pytest.approx(0.3)
    assert other.document.units["press"].value("cake_moisture") == pytest.approx(0.3)
    assert wash.document.units["press"].value("cake_moisture") == pytest.approx(0.4)


def test_a_pint_quantity_is_taken_in_its_own_unit(wash: Flowsheet) -> None:
    warm = flowsheet.registry().Quantity(104.0, "degF")
    changed = wash.changed(slurry__temperature=warm)
    assert changed.document.feeds["slurry"].temperature.value == pytest.approx(313.15)


def test_numbers_are_quantities(wash: Flowsheet) -> None:
    result = wash.run()
    assert result["press.filtrate.temperature"].units == flowsheet.registry().degC
    lost = result["press.cake.Ni"]
    assert lost.check("[substance]/[time]")
    assert result["press.filtrate.pH"].magnitude == result.data["streams"]["press.filtrate"]["pH"]
    fed, recovered = result["slurry.Ni"], result["evaporation.concentrate.Ni"]
    assert (recovered + lost).to("mol/h").magnitude == pytest.approx(fed.to("mol/h").magnitude)
    assert (recovered / fed).to("").magnitude == pytest.approx(result["recovery(Ni)"].to("").magnitude)
    assert result["press.cake_moisture"].to("percent").magnitude == pytest.approx(40.0)


def test_an_unknown_number_names_the_nearest(wash: Flowsheet) -> None:
    with pytest.raises(flowsheet.DiagnosticError, match=r"press\.filtrate\.Ni"):
        _ = wash.run()["press.filtrat.Ni"]


def test_an_unknown_key_is_an_error_at_its_place(wash: Flowsheet) -> None:
    with pytest.raises(flowsheet.DiagnosticError, match="cake_moisture"):
        wash.run(press__cake_moistur="30 %")


def test_runs_start_from_one_another_and_compile_once(wash: Flowsheet) -> None:
    first = wash.run()
    second = wash.run(press__cake_moisture="30 %")
    again = wash.run(press__cake_moisture="30 %")
    assert second.state.case.plant.model is first.state.case.plant.model
    assert [r.state.simulation.method for r in (second, again)] == [FOLLOWED, METHOD]
    cold = flowsheet.load("wash.yaml", press__cake_moisture="30 %").run()
    assert second["recovery(Ni)"].magnitude == pytest.approx(cold["recovery(Ni)"].magnitude, rel=1e-9)


def test_a_structural_change_compiles_anew(wash: Flowsheet) -> None:
    first, second = wash.run(), wash.run(evaporation__effects=2)
    assert second.state.case.plant.model is not first.state.case.plant.model
    assert second.converged


def test_scenarios(wash: Flowsheet) -> None:
    assert wash.scenarios == ("dry", "thorough")
    dry = wash.run(scenario="dry")
    assert dry.data["flowsheet"]["scenario"] == "dry"
    assert dry["water.mass_flow"].to("kg/h").magnitude == pytest.approx(10.0)


def test_tables_are_those_of_the_workbook(wash: Flowsheet) -> None:
    result = wash.run()
    assert list(result.streams.index) == list(result.data["streams"])
    assert result.streams.loc["press.filtrate", "temperature [degC]"] == pytest.approx(
        result["press.filtrate.temperature"].magnitude
    )
    with pytest.raises(KeyError, match="there are: run, streams"):
        result.table("stream")


def test_why_reads_as_on_the_command_line(wash: Flowsheet) -> None:
    told = repr(wash.run().why("press.filtrate.Ni"))
    assert "press: filtrate_balance[Ni]" in told
    assert "wash.yaml:8:37" in told


def test_it_optimises(wash: Flowsheet) -> None:
    best = wash.optimise(starts=1, processes=1)
    assert best.optimisation is not None
    assert best.optimisation["status"] == "optimal"
    at = {n: v["value"] for n, v in best.optimisation["variables"].items()}
    again = wash.run(
        {"water.flow": f"{at['water.flow']} kg/h"},
        evaporation__water_evaporated=at["evaporation.water_evaporated"],
    )
    assert again["profit"].magnitude == pytest.approx(best["profit"].magnitude, rel=1e-6)


def test_what_a_notebook_shows_stands_alone(wash: Flowsheet) -> None:
    result = wash.run()
    shown = result._repr_html_()
    assert shown.startswith("<iframe")
    assert "sandbox" in shown
    for unit in wash.units:
        assert unit in shown
    assert "http:" not in shown.replace("http://www.w3.org", "")


def test_it_writes_what_the_command_line_writes(wash: Flowsheet) -> None:
    written = wash.run().write("here")
    assert {f.name for f in written.files} == {
        "report.html", "streams.xlsx", "result.json", "solution.json", "wash.yaml",
    }  # fmt: skip
