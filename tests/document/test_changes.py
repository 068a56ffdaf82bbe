"""Scenarios and --set change any key, keep their own place in messages, and can't be misspelt in silence."""

from __future__ import annotations

import pytest


def test_an_override_changes_a_value(load, plant):
    document = load(
        plant, overrides=["units.leach.temperature=80 degC", "leach.tanks=5", "acid.flow=0.7 m3/h"]
    )
    assert document.units["leach"].value("temperature") == 353.15
    assert document.units["leach"].value("tanks") == 5
    assert document.feeds["acid"].phases["aqueous"].flow.value == 0.7
    assert document.overrides == ("units.leach.temperature=80 degC", "leach.tanks=5", "acid.flow=0.7 m3/h")


def test_what_a_feed_holds_needs_no_phase(load, plant, faults):
    document = load(plant, overrides=["acid.H2SO4=1 mol/L", "black_mass.Al=2 %"])
    assert document.feeds["acid"].phases["aqueous"].composition["H2SO4"].value == 1.0
    assert document.feeds["black_mass"].phases["solid"].composition["Al"].value == 0.02
    (found,) = faults(plant, overrides=["acid.H2SO5=1 mol/L"]).diagnostics
    assert found.code == "E404"


def test_an_override_may_add_a_section_and_a_mapping(load, plant):
    document = load(plant, overrides=["economics.year=2023", "neutraliser.occlusion={Mn: 2 %}"])
    assert document.economics.year == 2023
    assert sorted(document.units["neutraliser"].value("occlusion")) == ["Co", "Mn", "Ni"]


def test_an_override_without_a_value_removes_the_key(load, plant, faults):
    assert load(plant, overrides=["optimise="]).optimisation is None
    (found,) = faults(plant, overrides=["optimize="]).diagnostics
    assert found.code == "E602"
    assert "optimise" in found.help


def test_items_of_a_list_count_from_one(load, plant, faults):
    document = load(plant, overrides=["specs.1.until=neutraliser.slurry.pH = 3.5"])
    assert document.specifications[0].until.right.value == 3.5
    assert (
        faults(plant, overrides=["specs.2.until=neutraliser.slurry.pH = 3.5"]).diagnostics[0].code == "E602"
    )


@pytest.mark.parametrize(
    "overrides",
    [
        ["leach.tanks=4", "leach.temperature=80 kg"],
        ["leach.temprature=80 degC"],
        ["leach.temperature"],
        ["leach.temperature={a: 1"],
        ["leach.tanks.first=3"],
        ["scenario=pilot"],
    ],
)
def test_a_wrong_override_is_shown_as_it_was_typed(overrides, plant, faults, snapshot):
    assert faults(plant, overrides=overrides).render() == snapshot


def test_a_scenario_changes_dotted_and_nested_keys(load, plant):
    assert load(plant, scenario="pilot").feeds["black_mass"].phases["solid"].flow.value == 5
    hot = load(plant, scenario="hot")
    assert hot.units["leach"].value("temperature") == 363.15
    assert hot.units["leach"].value("tanks") == 3
    assert hot.scenario == "hot"


VARIED = """
  faster: {optimise.vary: {iron_filter.cake_moisture: [20 %, 40 %], acid.flow: ~}}
  dotted: {optimise.vary.iron_filter.cake_moisture: [20 %, 40 %], optimise.vary.leach.residence_time.1: 1 h}
  nested: {optimise: {vary: {iron_filter.cake_moisture: [20 %, 40 %]}}}
  moved:
    units.settler: {unit: filter, inlets: {slurry: iron_filter.cake}}
    products.iron_cake.stream: settler.cake
    optimise.vary: {settler.cake_moisture: [20 %, 40 %]}
"""


@pytest.mark.parametrize(
    ("scenario", "varied"),
    [
        ("faster", {"leach.residence_time": 0.5, "iron_filter.cake_moisture": 0.2}),
        ("dotted", {"leach.residence_time": 1.0, "acid.flow": 0.3, "iron_filter.cake_moisture": 0.2}),
        ("nested", {"leach.residence_time": 0.5, "acid.flow": 0.3, "iron_filter.cake_moisture": 0.2}),
        ("moved", {"leach.residence_time": 0.5, "acid.flow": 0.3, "settler.cake_moisture": 0.2}),
    ],
)
def test_a_scenario_may_vary_more_and_less(load, plant, scenario, varied):
    """What varies is named with a dot, which isn't one between keys."""
    ranges = load(plant + VARIED.lstrip("\n"), scenario=scenario).optimisation.vary
    assert {r.variable.name: r.lower.value for r in ranges} == pytest.approx(varied)


def test_a_name_with_a_dot_may_be_new(load, plant):
    document = load(
        plant,
        overrides=[
            "economics.prices.CoSO4.7H2O=9 USD/kg",
            "optimise.vary.iron_filter.cake_moisture=[20 %, 40 %]",
            "acid.aqueous.CoSO4.7H2O=1 g/L",
        ],
    )
    assert list(document.economics.prices) == ["CoSO4.7H2O"]
    assert len(document.optimisation.vary) == 3
    assert "CoSO4.7H2O" in document.feeds["acid"].phases["aqueous"].composition


def test_overrides_come_after_the_scenario(load, plant):
    document = load(plant, scenario="pilot", overrides=["feeds.black_mass.solid.flow=7 kg/h"])
    assert document.feeds["black_mass"].phases["solid"].flow.value == 7


def test_a_scenario_may_take_units_away_and_put_others_in(load, plant):
    text = plant + (
        "  short:\n    units.iron_filter: ~\n    products.iron_cake: ~\n"
        "    units.neutraliser.inlets.liquor: leach_filter.filtrate\n"
        "    units.settler: {unit: filter, inlets: {slurry: neutraliser.slurry}}\n"
    )
    assert list(load(text, scenario="short").units) == ["leach", "leach_filter", "neutraliser", "settler"]


def test_a_fault_in_a_scenario_is_placed_in_the_scenario(plant, faults):
    text = plant.replace("temperature: 90 degC", "temperature: 90 kg")
    (found,) = faults(text, scenario="hot").diagnostics
    line = text.splitlines()[found.span.line - 1]
    assert line[found.span.column - 1 :].startswith("90 kg")


def test_an_unknown_scenario_is_suggested(plant, faults):
    (found,) = faults(plant, scenario="pilott").diagnostics
    assert (found.code, found.help) == ("E601", "did you mean `pilot`?")


def test_the_order_of_keys_does_not_matter_to_the_result(load, plant):
    changed = load(plant, overrides=["leach.tanks=3"])
    assert changed.units["leach"].value("tanks") == load(plant).units["leach"].value("tanks")
