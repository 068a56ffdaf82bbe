"""check, units, schema, new, explain and help."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

import flowsheet.cli.new as new_verb
from flowsheet.cli import main
from flowsheet.cli.app import VERBS
from flowsheet.cli.opening import open_document
from flowsheet.document.parameter_file import load_parameter_set
from flowsheet.model.catalogue import declarations
from flowsheet.model.parameter_sets import shipped_parameter_sets

HEAVY = ("pyomo", "casadi", "cantera", "pandas", "scipy", "pint", "plotly")


def test_check_shows_freedom_order_and_torn_streams(flowsheet, snapshot):
    outcome = flowsheet("check", "crystals.yaml")
    assert outcome.code == 0
    assert outcome.out == snapshot


def test_check_goes_through_every_scenario(flowsheet, folder):
    file = folder / "wash.yaml"
    file.write_text(file.read_text().replace("cake_moisture: 25 %", "cake_moisture: 250 %"))
    outcome = flowsheet("check", "wash.yaml")
    assert outcome.code == 2
    assert "base case: ready to run" in outcome.out
    assert "scenario dry: ready to run" in outcome.out
    assert "scenario thorough: not ready to run" in outcome.err
    assert "E204" in outcome.err


def test_check_of_one_scenario_shows_as_much_as_of_the_base_case(flowsheet):
    base = flowsheet("check", "wash.yaml").out.partition("scenario")[0].strip()
    one = flowsheet("check", "wash.yaml", "--scenario", "dry").out.strip()
    assert one == base.replace("base case", "scenario dry")


def test_check_as_json(flowsheet):
    report = json.loads(flowsheet("check", "wash.yaml", "--json").out)
    assert [c["scenario"] for c in report["cases"]] == [None, "dry", "thorough"]
    assert report["cases"][0]["order"] == ["press", "evaporation"]
    assert report["cases"][0]["equations"] == report["cases"][0]["unknowns"]


def test_units_lists_the_catalogue_by_family(flowsheet):
    outcome = flowsheet("units")
    assert outcome.code == 0
    assert "solid liquid" in outcome.out
    assert "  filter " in outcome.out


def test_a_units_page_shows_ports_parameters_and_results(flowsheet):
    page = flowsheet("units", "evaporator").out
    for part in (
        "inlets",
        "concentrate:",
        "water_evaporated:",
        "default 50 %",
        "WaterTAP",
        "results",
        "area:",
    ):
        assert part in page


@pytest.mark.parametrize("declared", declarations().values(), ids=lambda d: d.name)
def test_every_unit_s_page_fits_80_columns_and_shows_its_ports(declared, flowsheet):
    page = flowsheet("units", declared.name).out
    assert max(map(len, page.splitlines())) <= 80
    picture = page[page.index("┌") : page.index("┘")]
    for port in (*declared.inlets.values(), *declared.outlets.values()):
        arrow = "╌╌╌▷" if port.optional else "───▶"
        inlet = rf"(^|\s){port.name}( \([a-z, ]+\))? {arrow}│"
        outlet = rf"│{arrow} {port.name}( |$)"
        assert re.search(inlet if port.direction == "inlet" else outlet, picture, re.MULTILINE), port.name


def test_a_unit_s_page_names_the_parameter_sets_that_fit(flowsheet):
    page = " ".join(flowsheet("units", "solvent_extraction").out.split())
    listed = shipped_parameter_sets()["solvent_extraction.extractant"]
    assert f"sets: {', '.join(listed)}" in page


def test_a_terminal_without_line_drawing_gets_plain_characters(folder):
    code = "from flowsheet.cli import main; main(['units', 'filter'])"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert b"--->| filter |---> " in done.stdout.replace(b"|        |", b"| filter |")
    assert b"- ->  optional" in done.stdout


def test_a_misspelt_unit_is_answered_with_the_nearest(flowsheet):
    outcome = flowsheet("units", "leach_tran")
    assert outcome.code == 2
    assert "did you mean `leach_train`?" in outcome.err


def test_a_unit_of_ones_own_has_a_page(flowsheet, folder):
    (folder / "mine.py").write_text(
        "from flowsheet.document.declaration import Inlet, Outlet, quantity\n"
        "from flowsheet.model.unit import Unit\n\n"
        "class Valve(Unit, name='valve'):\n"
        "    '''Lets a stream pass.'''\n"
        "    feed = Inlet('aqueous')\n    out = Outlet('aqueous')\n"
        "    opening = quantity('50 %', '1', 'share of the full opening', range=(0.0, 1.0))\n"
    )
    page = flowsheet("units", "valve", "--library", "mine.py")
    assert page.code == 0
    assert "share of the full opening" in page.out


def test_the_schema_is_json_and_knows_the_units(folder, capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["definitions"]["flowsheet"]["required"] == ["flowsheet", "chemistry", "feeds", "units"]
    assert "leach_train" in schema["definitions"]["unit"]["else"]["properties"]["unit"]["enum"]
    assert main(["schema", "--out", "s.json"]) == 0
    assert json.loads((folder / "s.json").read_text(encoding="utf-8")) == schema


@pytest.fixture
def shipped(folder, monkeypatch):
    """The test's own flowsheets in place of those that ship."""
    monkeypatch.setattr(new_verb, "shipped_flowsheets", lambda: {"wash": folder / "wash.yaml"})


def test_new_copies_a_flowsheet_that_then_checks_and_validates(shipped, flowsheet, folder):
    outcome = flowsheet("new", "mine", "--template", "wash")
    assert outcome.code == 0
    files = sorted(p.relative_to(folder / "mine").as_posix() for p in (folder / "mine").rglob("*.*"))
    assert files == [
        "README.md",
        "case.schema.json",
        "flowsheet.schema.json",
        "validation/plant/balance/case.yaml",
        "wash.yaml",
    ]
    assert (folder / "mine" / "wash.yaml").read_text().startswith("# yaml-language-server: $schema=")
    assert flowsheet("check", "mine/wash.yaml").code == 0
    validated = flowsheet("validate", "mine/validation")
    assert validated.code == 0
    assert "1 case ran: 1 in band" in validated.out


@pytest.mark.parametrize("template", ["ree_coal_refuse_leach", "lico_diafiltration", "magnet_acid_free"])
def test_a_project_from_a_shipped_flowsheet_checks_with_its_own_parameters(template, flowsheet, folder):
    assert flowsheet("new", "mine", "--template", template).code == 0
    readme = (folder / "mine" / "README.md").read_text(encoding="utf-8")
    own = {p.stem: p for p in (folder / "mine" / "parameters").glob("*.yaml")}
    assert own
    changed = (folder / "mine" / f"{template}.yaml").as_posix()
    overrides = []
    for name in own:
        users = re.search(rf"- `parameters/{name}.yaml`: (.*)", readme).group(1).split(", ")
        overrides += [arg for user in users for arg in ("--set", f"units.{user}=parameters/{name}.yaml")]
    # loading reads the sets; building the equations of the large ones would take minutes
    document = open_document(changed, changes=overrides[1::2])
    used = {str(s.value) for unit in document.units.values() for s in unit.parameters.values()}
    assert {str(path) for path in own.values()} <= used
    for path in own.values():
        assert load_parameter_set(path).name == path.stem


def test_a_project_runs_and_validates_with_its_own_parameters(flowsheet, folder):
    assert flowsheet("new", "mine", "--template", "ree_coal_refuse_leach").code == 0
    file = folder / "mine" / "ree_coal_refuse_leach.yaml"
    before = flowsheet("run", str(file), "--out", "before")
    own = "units.leach.reactions=parameters/coal_refuse_acid.yaml"
    after = flowsheet("run", str(file), "--set", own, "--out", "after")
    assert before.code == after.code == 0
    found = [json.loads((folder / run / "result.json").read_text("utf-8")) for run in ("before", "after")]
    recovered = [result["streams"]["leach.slurry"]["phases"]["aqueous"] for result in found]
    assert recovered[0] == recovered[1]
    text = (folder / "mine/parameters/coal_refuse_acid.yaml").read_text(encoding="utf-8")
    assert text.startswith("# Your copy of the set `coal_refuse_acid`.")
    assert flowsheet("validate", "mine/validation").code == 0


def test_new_answers_a_wrong_template_with_the_nearest(flowsheet, folder):
    outcome = flowsheet("new", "mine", "--template", "nmc_blackmass")
    assert outcome.code == 2
    assert "did you mean `nmc_black_mass`?" in outcome.err
    assert not (folder / "mine").exists()


def test_new_overwrites_nothing(shipped, flowsheet, folder):
    (folder / "mine").mkdir()
    (folder / "mine" / "wash.yaml").write_text("my own work")
    outcome = flowsheet("new", "mine", "--template", "wash")
    assert outcome.code == 2
    assert "E905" in outcome.err
    assert [p.read_text() for p in (folder / "mine").iterdir()] == ["my own work"]


@pytest.mark.parametrize("code", ["E104", "s201", "W602", "E903", "E912"])
def test_codes_of_every_layer_are_explained(code, flowsheet):
    outcome = flowsheet("explain", code)
    assert outcome.code == 0
    assert outcome.out.startswith(code.upper())
    assert len(outcome.out) > 80


def test_all_codes_are_known_to_a_command_that_has_loaded_nothing_else(folder):
    code = "from flowsheet.cli import main; main(['explain'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    listed = done.stdout
    assert all(f"  {code}  " in listed for code in ("E104", "S201", "W602", "E903", "E912"))
    assert "keys and their values" in listed
    assert "others" not in listed


def test_the_help_names_the_verbs_that_work_and_no_others(flowsheet):
    text = flowsheet("--help").out
    for verb in VERBS:
        assert f" {verb} " in text
    for verb in ("sweep", "fit", "reconcile"):
        assert f" {verb} " not in text


def test_the_help_says_what_each_verb_does(flowsheet):
    """In the order in which they are met, and in the words of the verb's own help."""
    _, _, listed = flowsheet("--help").out.partition("Commands")
    text = " ".join(listed.replace("│", "").split())
    places = [text.index(f" {verb} ") for verb in VERBS]
    assert places == sorted(places)
    for verb, start in (("run", "Solve a flowsheet"), ("check", "Check a flowsheet and its scenarios")):
        assert f" {verb} {start}" in text
        assert start in flowsheet(verb, "--help").out


def imported(folder, *arguments: str) -> list[str]:
    """Heavy packages that a command imports, in a process of its own."""
    code = (
        f"import sys; from flowsheet.cli import main; main({list(arguments)!r}); "
        f"print(*[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ, capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()[-1].split()


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("run", "--help"), ("units",), ("check", "wash.yaml"), ("explain", "E104")],
    ids=" ".join,
)
def test_light_commands_import_nothing_heavy_the_second_time(arguments, folder):
    imported(folder, *arguments)
    assert imported(folder, *arguments) == []
