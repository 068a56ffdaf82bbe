"""Reagent tank: what units draw has the tank's composition, and comes in or is bought."""

import pytest

from harness import assert_rising, solve

PLANT = """
flowsheet: alkali that the plant makes, and buys where that falls short
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, aqueous: {flow: 100 kg/h, NiSO4: 5 %, H2SO4: 1 %}}
  made: {aqueous: {flow: 5 kg/h, NaOH: 8 %, Li2SO4: 1 %}}
  caustic: {temperature: 40 degC, aqueous: {flow: as needed, NaOH: 10 %}}
supplies:
  alkali: {from: tank.liquor, flow: as needed}
  more: {from: tank.liquor, flow: 2 kg/h}
  litres: {from: tank.liquor, flow: 1 L/h}
units:
  tank: {unit: reagent_tank, inlets: {feed: made, make_up: caustic}}
  first: {unit: precipitator, inlets: {feed: liquor, reagent: alkali}, pH: 4, solids: []}
  second: {unit: precipitator, inlets: {feed: [first.slurry, more], reagent: alkali}, pH: 7.5,
           solids: [Ni(OH)2]}
  last: {unit: mixer, inlets: {feed: [second.slurry, litres]}}
"""
LOOP = """
flowsheet: what overflows comes back
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, aqueous: {flow: 100 kg/h, NiSO4: 5 %, H2SO4: 1 %}}
  caustic: {aqueous: {flow: as needed, NaOH: 10 %}}
supplies:
  alkali: {from: tank.liquor, flow: as needed}
  round: {from: tank.liquor, flow: 20 kg/h}
units:
  tank: {unit: reagent_tank, inlets: {feed: bleed.second, make_up: caustic}}
  stage: {unit: precipitator, inlets: {feed: liquor, reagent: alkali}, pH: 6, solids: []}
  bleed: {unit: splitter, inlets: {feed: round}, fraction: 10 %}
"""
DRAWS = ("alkali@first.reagent", "alkali@second.reagent", "more@second.feed", "litres@last.feed")


@pytest.fixture(scope="module")
def plant():
    return solve(PLANT)


def mass(case, stream):
    return case.evaluate(case.model.streams[stream].mass_flow("aqueous"))


def test_elements_electrons_and_energy_close_over_every_unit(plant):
    plant.check(1e-10)


def test_what_is_drawn_adds_up_to_the_tank_s_outlet(plant):
    for c in ("H2O", "Na", "Li", "SO4"):
        drawn = sum(plant.flow(stream, "aqueous", c) for stream in DRAWS)
        assert drawn == pytest.approx(plant.flow("tank.liquor", "aqueous", c), rel=1e-10)


def test_flows_are_those_stated_and_those_that_set_points_need(plant):
    assert mass(plant, "more@second.feed") == pytest.approx(2.0, rel=1e-10)
    litres = plant.model.streams["litres@last.feed"].volume_flow()
    assert plant.evaluate(litres) == pytest.approx(1e-3, rel=1e-10)
    assert plant["first.liquor_pH"] == pytest.approx(4.0, abs=1e-6)
    assert plant["alkali.flow"] == pytest.approx(mass(plant, DRAWS[0]) + mass(plant, DRAWS[1]), rel=1e-10)


def test_short_of_its_own_alkali_it_buys_and_nothing_overflows(plant):
    bought = mass(plant, "caustic@tank.make_up")
    drawn = sum(mass(plant, stream) for stream in DRAWS)
    assert bought == pytest.approx(drawn - 5.0, rel=1e-7)
    assert mass(plant, "tank.overflow") < 1e-6 * drawn


def test_with_more_than_enough_it_buys_nothing_and_the_rest_overflows(plant):
    rich = plant.again({"made.flow": 60.0})
    drawn = sum(mass(rich, stream) for stream in DRAWS)
    assert mass(rich, "caustic@tank.make_up") < 1e-6 * drawn
    assert mass(rich, "tank.overflow") == pytest.approx(60.0 - drawn, rel=1e-6)
    assert rich["tank.surplus"] == pytest.approx(60.0 / drawn - 1.0, rel=1e-6)
    rich.check(1e-9)


def test_more_of_its_own_buys_less(plant):
    bought = plant.response("made.flow", (6.0, 4.0, 2.0), "caustic.flow")
    assert_rising(bought)


def test_a_loop_through_the_tank_converges_cold_and_needs_what_leaves_it():
    loop = solve(LOOP)
    loop.check(1e-10)
    bled, drawn = mass(loop, "bleed.first"), mass(loop, "alkali@stage.reagent")
    assert bled == pytest.approx(2.0, rel=1e-9)
    assert loop["caustic.flow"] == pytest.approx(bled + drawn, rel=1e-6)


def test_an_acid_with_traces_of_metal_is_told_to_be_one():
    text = PLANT.replace("H2SO4: 1 %}}", "NaOH: 1 %}}").replace(
        "NaOH: 8 %, Li2SO4: 1 %", "H2SO4: 8 %, Li2SO4: 1 %"
    )
    text = text.replace(
        "caustic: {temperature: 40 degC, aqueous: {flow: as needed, NaOH: 10 %}}",
        "caustic: {aqueous: {flow: as needed, H2SO4: 10 %}}",
    )
    text = text.replace("NiSO4: 5 %, ", "").replace(
        "pH: 4, solids: []", "pH: 7, reagent_kind: acid, solids: []"
    )
    text = text.replace("pH: 7.5,\n           solids: [Ni(OH)2]", "pH: 3, reagent_kind: acid, solids: []")
    case = solve(text)
    assert case["first.liquor_pH"] == pytest.approx(7.0, abs=1e-6)
    assert case["second.liquor_pH"] < 3.0  # the stated two kilograms are more than enough
    case.check(1e-9)
