"""Flowsheets of several files and templates say the same as one file that gives everything itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsheet.document.diagnostics import Collector
from flowsheet.document.parts import with_imports, with_templates
from flowsheet.document.source import read_text

FEEDS = """\
feeds:
  black_mass:
    role: main_feed
    solid: {flow: 100 kg/h, composition: {NMC622: 58 %, graphite: balance, Al: 1.5 %}}
  acid:
    price: 128 USD/t
    aqueous: {flow: 650 L/h, H2SO4: 2 mol/L}
"""


def without_feeds(plant: str) -> str:
    start, end = plant.index("  black_mass:\n"), plant.index("  lime:")
    return plant[:start] + plant[end:]


@pytest.fixture
def imported(folder: Path, plant: str) -> str:
    """The plant with its feeds in a file of their own."""
    (folder / "parts").mkdir()
    (folder / "parts" / "feeds.yaml").write_text(FEEDS)
    return "imports: parts/feeds.yaml\n" + without_feeds(plant)


def test_an_import_gives_what_the_file_itself_would(load, plant, imported):
    alone, together = load(plant), load(imported)
    assert set(together.feeds) == set(alone.feeds)
    for name, feed in alone.feeds.items():
        assert together.feeds[name].role == feed.role
        assert together.feeds[name].phases.keys() == feed.phases.keys()
        for phase, state in feed.phases.items():
            flow = together.feeds[name].phases[phase].flow
            assert (flow and flow.value) == (state.flow and state.flow.value)


def test_the_file_changes_single_keys_of_what_it_imports(load, imported):
    document = load(imported.replace("feeds:\n", "feeds:\n  acid: {aqueous: {flow: 500 L/h}}\n"))
    acid = document.feeds["acid"].phases["aqueous"]
    assert acid.flow.value == pytest.approx(0.5)
    assert [amount.value for amount in acid.composition.values()] == pytest.approx([2.0])


def test_a_fault_in_a_part_is_shown_in_that_part(faults, folder, imported):
    (folder / "parts" / "feeds.yaml").write_text(FEEDS.replace("2 mol/L", "2 mol/M"))
    fault = faults(imported).diagnostics[0]
    assert fault.code == "E203"
    assert (fault.span.file, fault.span.line) == ("parts/feeds.yaml", 7)


def test_two_imports_of_one_name_are_refused(faults, folder, imported):
    (folder / "more.yaml").write_text("feeds:\n  acid: {aqueous: {flow: 1 L/h, H2SO4: 1 mol/L}}\n")
    fault = faults(imported.replace("parts/feeds.yaml", "[parts/feeds.yaml, more.yaml]")).diagnostics[0]
    assert fault.code == "E603"
    assert "`feeds.acid` is imported twice" in fault.message
    assert (fault.span.file, fault.span.line) == ("more.yaml", 2)


def test_a_part_imports_from_its_own_folder_and_once(load, folder, imported):
    (folder / "parts" / "more.yaml").write_text("imports: feeds.yaml\n")
    load(imported.replace("parts/feeds.yaml", "[parts/more.yaml, parts/feeds.yaml]"))


@pytest.mark.parametrize(
    ("text", "said"),
    [("nowhere.yaml", "there is no file `nowhere.yaml`"), ("circle.yaml", "`circle.yaml` imports itself")],
)
def test_an_import_that_cant_be_made_says_why(faults, folder, imported, text, said):
    (folder / "circle.yaml").write_text("imports: circle.yaml\n")
    found = faults(imported.replace("parts/feeds.yaml", f"[parts/feeds.yaml, {text}]")).diagnostics
    assert [(d.code, d.message) for d in found] == [("E603", said)]


def test_lists_of_specifications_are_joined(folder):
    (folder / "part.yaml").write_text("specs:\n  - {vary: a.b, until: c = 1}\n")
    found = Collector()
    tree = read_text("imports: part.yaml\nspecs:\n  - {vary: d.e, until: f = 2}\n", "plant.yaml", found)
    joined = with_imports(tree, Path("plant.yaml"), "plant.yaml", found)
    assert [item["vary"] for item in joined.get("specs").plain()] == ["a.b", "d.e"]


def test_paths_in_a_part_count_from_its_folder(load, folder, imported):
    (folder / "parts" / "own_kinetics.yaml").write_text("kinetics: {}\n")
    (folder / "parts" / "leach.yaml").write_text("units: {leach: {kinetics: own_kinetics.yaml}}\n")
    document = load(imported.replace("parts/feeds.yaml", "[parts/feeds.yaml, parts/leach.yaml]"))
    assert Path(document.units["leach"].value("kinetics")) == Path("parts/own_kinetics.yaml")


PRESSES = """\
templates:
  press: {unit: filter, cake_moisture: 40 %}
  wet: {template: press, cake_moisture: 55 %}
"""


def moisture(document, unit: str) -> float:
    return document.units[unit].value("cake_moisture")


def test_a_template_gives_what_its_user_doesnt(load, plant):
    text = PRESSES + plant.replace("    unit: filter\n", "    template: wet\n")
    assert moisture(load(text), "leach_filter") == pytest.approx(0.55)
    own = text.replace(
        "    inlets: {slurry: leach.slurry", "    cake_moisture: 20 %\n    inlets: {slurry: leach.slurry"
    )
    document = load(own)
    assert moisture(document, "leach_filter") == pytest.approx(0.20)
    assert moisture(document, "iron_filter") == pytest.approx(0.55)


def test_a_scenario_and_an_override_change_a_template_for_all_its_users(load, plant):
    text = PRESSES + plant.replace("    unit: filter\n", "    template: press\n")
    text = text.replace("scenarios:\n", "scenarios:\n  dry: {templates.press.cake_moisture: 10 %}\n")
    dry = load(text, scenario="dry")
    assert [moisture(dry, u) for u in ("leach_filter", "iron_filter")] == pytest.approx([0.1, 0.1])
    assert moisture(load(text, overrides=["templates.press.cake_moisture=15 %"]), "iron_filter") == 0.15


def test_no_value_leaves_a_templates_key_out(load, plant):
    text = PRESSES + plant.replace("    unit: filter\n", "    template: wet\n    cake_moisture: ~\n")
    assert moisture(load(text), "iron_filter") == pytest.approx(0.30)


def test_an_unknown_template_has_a_suggestion(faults, plant):
    found = faults(PRESSES + plant.replace("    unit: filter\n", "    unit: filter\n    template: pres\n", 1))
    assert [(d.code, d.help) for d in found.diagnostics] == [("E604", "did you mean `press`?")]


def test_a_template_that_takes_from_itself_is_refused():
    found = Collector()
    tree = read_text(
        "templates: {a: {template: b}, b: {template: a}}\nunits: {x: {template: a}}\n", "p.yaml", found
    )
    with_templates(tree, found)
    assert [d.code for d in found.diagnostics] == ["E604"]


@pytest.mark.parametrize(
    "entry",
    [
        "units:\n  second_press: {template: presss}\n",
        "units:\n  second_press: {unit: filter, template: presss}\n",
        "feeds:\n  water: {template: presss, role: water}\n",
        "products:\n  cake: {template: presss, role: waste}\n",
    ],
)
def test_an_unknown_template_is_all_that_is_said_of_an_entry(folder, faults, plant, entry):
    """What it lacks may be in the template that was meant."""
    (folder / "base.yaml").write_text(plant)
    text = f"imports: base.yaml\ntemplates:\n  press: {{cake_moisture: 40 %}}\n{entry}"
    assert [d.code for d in faults(text).diagnostics if d.severity == "error"] == ["E604"]


def test_a_template_s_fault_is_shown_where_the_template_is(folder, faults, plant):
    (folder / "base.yaml").write_text(plant)
    (folder / "presses.yaml").write_text("templates:\n  press: {cake_moistur: 40 %}\n")
    (fault,) = faults(
        "imports: [base.yaml, presses.yaml]\nunits:\n  leach_filter: {template: press}\n"
    ).diagnostics
    assert fault.code == "E104"
    assert (fault.span.file, fault.span.line) == ("presses.yaml", 2)
