"""A slider's number goes into the text at its place, and nothing else of the text changes."""

from __future__ import annotations

import pytest

from flowsheet.edit.settings import NoPlace, moved, sliders
from flowsheet.solve.case import load


def slid(plant, name, value, text=None, scenario=None):
    """The text with one slider moved, and the slider as it then stands."""
    text = plant.read_text() if text is None else text
    document = load(plant, scenario, text=text)
    slider = next(s for s in sliders(document, text) if s.name == name)
    changed = moved(document, text, slider, value).applied(text)
    after = sliders(load(plant, scenario, text=changed), changed)
    return changed, next(s for s in after if s.name == name)


def difference(before, after):
    old, new = before.splitlines(), after.splitlines()
    assert len(old) == len(new)
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def test_sliders_show_the_file_s_own_units_and_bounds(plant):
    text = plant.read_text()
    water, cake, evaporated = sliders(load(plant, text=text), text)
    assert (water.value, water.lower, water.upper, water.unit) == (20, 5, 300, "kg/h")
    assert (evaporated.value, evaporated.unit, evaporated.decimals) == (50, "%", 1)
    assert (cake.unit, cake.fixed) == ("%", "")


def test_only_the_digits_change_and_the_comment_stays(plant):
    changed, slider = slid(plant, "water.flow", 42.04)
    assert slider.value == 42
    assert difference(plant.read_text(), changed) == [
        (
            "    aqueous: {flow: 20 kg/h}      # what the residue is washed with",
            "    aqueous: {flow: 42 kg/h}      # what the residue is washed with",
        )
    ]


def test_a_number_in_quotes_keeps_them(plant):
    changed, slider = slid(plant, "evaporation.water_evaporated", 61.25)
    assert slider.value == pytest.approx(61.2, abs=0.051)
    assert 'water_evaporated: "61.2 %"}   # in quotes' in changed


def test_a_default_becomes_a_key_of_its_unit(plant):
    changed, slider = slid(plant, "press.cake_moisture", 35)
    assert slider.value == 35
    assert (
        "    unit: filter                  # cake_moisture is left at its default\n    cake_moisture: 35 %\n"
        in changed
    )
    assert len(changed.splitlines()) == len(plant.read_text().splitlines()) + 1


def test_a_default_within_braces_becomes_a_key_there(plant):
    text = plant.read_text().replace(', water_evaporated: "50 %"}   # in quotes', "}")
    text = text.replace(
        "    evaporation.water_evaporated: [5 %, 80 %]\n",
        "    evaporation.steam_temperature: [110 degC, 150 degC]\n",
    )
    text = text.replace("unit: evaporator,", "unit: evaporator, water_evaporated: 50 %,")
    changed, slider = slid(plant, "evaporation.steam_temperature", 142, text)
    assert slider.value == 142
    assert "evaporation: {steam_temperature: 142 degC, unit: evaporator," in changed


def test_beyond_a_bound_the_bound_is_written(plant):
    assert slid(plant, "water.flow", 1e9)[1].value == 300


def test_within_a_scenario_its_own_number_changes(plant):
    changed, slider = slid(plant, "water.flow", 15, scenario="dry")
    assert slider.value == 15
    assert difference(plant.read_text(), changed) == [
        ("  dry: {water.flow: 10 kg/h}", "  dry: {water.flow: 15 kg/h}")
    ]


def test_what_a_template_states_for_several_is_stated_anew_for_one(plant):
    text = plant.read_text().replace("units:\n", "templates:\n  dry: {cake_moisture: 30 %}\nunits:\n")
    text = text.replace("    unit: filter  ", "    template: dry\n    unit: filter  ")
    changed, slider = slid(plant, "press.cake_moisture", 25, text)
    assert slider.value == 25
    assert "dry: {cake_moisture: 30 %}" in changed
    assert "    template: dry\n    cake_moisture: 25 %\n" in changed


def test_what_another_file_states_is_not_moved_here(plant):
    part = plant.parent / "part.yaml"
    part.write_text("feeds: {water: {role: water, aqueous: {flow: 20 kg/h}}}\n")
    lines = plant.read_text().replace(
        "    aqueous: {flow: 20 kg/h}      # what the residue is washed with\n", ""
    )
    text = lines.replace("  water:\n    role: water\n", "").replace(
        "feeds:\n", "imports: part.yaml\nfeeds:\n"
    )
    document = load(plant, text=text)
    water = sliders(document, text)[0]
    assert (water.name, water.value) == ("water.flow", 20)
    assert "part.yaml" in water.fixed
    with pytest.raises(NoPlace):
        moved(document, text, water, 30)


def test_counts_are_steppers(plant):
    text = plant.read_text().replace(
        "    unit: filter  ", "    stages: 3\n    unit: counter_current_washing  "
    )
    text = text.replace("press.filtrate", "press.overflow").replace("press.cake", "press.underflow")
    text = text.replace("    press.underflow_moisture: [20 %, 60 %]\n", "")
    text = text.replace("  subject_to:", "  choose: {press.stages: [2, 6]}\n  subject_to:")
    changed, slider = slid(plant, "press.stages", 4.4, text)
    assert (slider.kind, slider.value, slider.lower, slider.upper) == ("count", 4, 2, 6)
    assert "    stages: 4\n" in changed
