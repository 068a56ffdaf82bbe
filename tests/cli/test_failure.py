"""Errors: exit codes, no traceback, nothing half written, nothing overwritten."""

from __future__ import annotations

import pytest

from flowsheet.cli import main

# name: (what stands in wash.yaml, what replaces it)
BAD_INPUTS = {
    "misspelt key": ("role: main_feed", "rôle: main_feed"),
    "misspelt section": ("products:", "prodcuts:"),
    "misspelt parameter": ("cake_moisture:", "cake_moistur:"),
    "misspelt unit operation": ("unit: evaporator", "unit: evaporater"),
    "misspelt choice": ("role: waste", "role: wast"),
    "wrong unit of measure": ("aqueous: {flow: 20 kg/h}", "aqueous: {flow: 20 kg}"),
    "unknown unit of measure": ("60 degC", "60 degrees"),
    "composition over 100 %": ("graphite: 100 %", "graphite: 100 %, MnO2: 5 %"),
    "composition below 100 %": ("graphite: 100 %", "graphite: 90 %"),
    "unknown stream": ("feed: press.filtrate", "feed: press.filtrat"),
    "unknown feed": ("wash: water}", "wash: watr}"),
    "open inlet": ("inlets: {slurry: slurry, wash: water}", "inlets: {wash: water}"),
    "stream used twice": ("wash: water}", "wash: slurry}"),
    "negative flow": ("flow: 500 L/h", "flow: -500 L/h"),
    "unknown chemistry": ("chemistry: nmc_sulfate", "chemistry: nmc_sulphate"),
    "unknown solid": ("graphite: 100 %", "grafite: 100 %"),
    "unknown compound": ("Na2SO4: 20 g/L", "Na2SO5: 20 g/L"),
    "out of range": ("cake_moisture: 40 %", "cake_moisture: 140 %"),
    "over-specified": (
        "scenarios:",
        'specs: [{vary: press.filtration_rate, until: "recovery(Ni) = 99 %"}]\nscenarios:',
    ),
    "varied twice": ("scenarios:", 'specs: [{vary: water.flow, until: "recovery(Ni) = 99 %"}]\nscenarios:'),
    "bounds reversed": ("[5 kg/h, 300 kg/h]", "[300 kg/h, 5 kg/h]"),
    "unknown name in a constraint": ("recovery(Ni) >=", "recovery(Nickel) >="),
    "broken YAML": ("graphite: 100 %}}", "graphite: 100 %}"),
    "key given twice": ("    cake_moisture: 40 %\n", "    cake_moisture: 40 %\n    cake_moisture: 30 %\n"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_a_bad_input_is_named_placed_and_helped(name, flowsheet, folder, snapshot):
    right, wrong = BAD_INPUTS[name]
    file = folder / "wash.yaml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    outcome = flowsheet("run", "wash.yaml")
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert not (folder / "runs").exists()
    assert outcome.err == snapshot


@pytest.mark.parametrize(
    "arguments",
    [
        ("rnu", "wash.yaml"),
        ("run",),
        ("run", "wsh.yaml"),
        ("run", "wash.yaml", "--scenari", "dry"),
        ("run", "wash.yaml", "--scenario", "dryy"),
        ("run", "wash.yaml", "--set", "press.moisture=3 %"),
        ("run", "wash.yaml", "--set", "press.cake_moisture"),
        ("run", "wash.yaml", "--warm", "nowhere.json"),
        ("optimise", "crystals.yaml"),
        ("units", "fliter"),
        ("explain", "E1044"),
        ("new", "mine", "--template", "nmc"),
    ],
    ids=" ".join,
)
def test_a_misused_command_line_says_what_was_meant(arguments, flowsheet, folder, snapshot):
    outcome = flowsheet(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert not (folder / "runs").exists()
    assert outcome.err == snapshot


def test_all_that_is_wrong_is_shown_at_once(flowsheet, folder):
    file = folder / "wash.yaml"
    text = file.read_text(encoding="utf-8")
    for name in ("misspelt parameter", "negative flow", "unknown chemistry", "bounds reversed"):
        text = text.replace(*BAD_INPUTS[name], 1)
    file.write_text(text, encoding="utf-8")
    errors = flowsheet("check", "wash.yaml").err
    assert all(code in errors for code in ("E104", "E205", "E406", "E505"))
    assert "4 errors" in errors


def test_an_unforeseen_error_becomes_a_sentence_and_with_debug_a_traceback(flowsheet, monkeypatch, folder):
    from flowsheet.cli import run

    def broken(*_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(run, "open_flowsheet", broken)
    outcome = flowsheet("run", "wash.yaml")
    assert outcome.code == 1
    assert outcome.err.startswith("error: flowsheet stopped on an unexpected error: ZeroDivisionError")
    assert "--debug" in outcome.err
    with pytest.raises(ZeroDivisionError):
        main(["run", "wash.yaml", "--debug"])


def test_an_interrupt_leaves_nothing_behind(flowsheet, monkeypatch, folder):
    from flowsheet.cli import run

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "open_flowsheet", interrupted)
    outcome = flowsheet("run", "wash.yaml")
    assert outcome.code == 130
    assert "Traceback" not in outcome.err
    assert not (folder / "runs").exists()


def test_a_folder_that_cannot_be_made_is_bad_input(flowsheet, folder):
    outcome = flowsheet("run", "wash.yaml", "--out", "wash.yaml")
    assert outcome.code == 2
    assert "E903" in outcome.err


def test_a_failed_write_leaves_no_partial_file(flowsheet, folder, monkeypatch):
    from flowsheet.results import write

    def full(*_):
        raise OSError(28, "No space left on device", "streams.xlsx")

    monkeypatch.setattr(write.os, "replace", full)
    outcome = flowsheet("run", "wash.yaml", "--out", "results")
    assert outcome.code == 2
    assert "No space left" in outcome.err
    assert list((folder / "results").iterdir()) == []


def test_a_workbook_that_is_open_is_left_alone(flowsheet, folder, monkeypatch):
    from flowsheet.results import write

    flowsheet("run", "wash.yaml", "--out", "results")
    replace = write.os.replace

    def held(source, target):
        if str(target).endswith("streams.xlsx"):
            raise PermissionError(13, "held open", str(target))
        return replace(source, target)

    monkeypatch.setattr(write.os, "replace", held)
    outcome = flowsheet("run", "wash.yaml", "--out", "results")
    assert outcome.code == 0
    assert "streams-2.xlsx" in outcome.err
    assert (folder / "results" / "streams-2.xlsx").exists()
