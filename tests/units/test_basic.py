"""Mixer, splitter, heater: what enters leaves, and heat is accounted for."""

import pytest

from harness import assert_rising, solve

PLANT = """
flowsheet: blend, warm and bleed
chemistry: nmc_sulfate
feeds:
  acid: {role: reagent, temperature: 25 degC, aqueous: {flow: 650 L/h, H2SO4: 2 mol/L}}
  salt: {role: main_feed, temperature: 70 degC, aqueous: {flow: 100 L/h, NiSO4: 100 g/L, Na2SO4: 10 g/L},
         solid: {flow: 12 kg/h, composition: {graphite: 90 %, MnO2: 10 %}}}
  water: {role: water, aqueous: {flow: 100 kg/h}}
units:
  blend: {unit: mixer, inlets: {feed: [acid, salt, bleed.first]}}
  add: {unit: mixer, inlets: {feed: [blend.product, water]}, temperature: 60 degC, residence_time: 30 min}
  bleed: {unit: splitter, inlets: {feed: add.product}, fraction: 30 %}
  cool: {unit: heater, inlets: {feed: bleed.second}, temperature: 25 degC}
"""


@pytest.fixture(scope="module")
def plant():
    return solve(PLANT)


def test_elements_electrons_and_energy_close_over_every_unit(plant):
    plant.check(1e-10)


def test_a_recycle_multiplies_what_passes_by_the_geometric_series(plant):
    fed = plant.flow("salt", "aqueous", "Ni")
    assert plant.flow("add.product", "aqueous", "Ni") == pytest.approx(fed / 0.7, rel=1e-10)
    assert plant.flow("add.product", "solid", "MnO2") == pytest.approx(
        plant.flow("salt", "solid", "MnO2") / 0.7, rel=1e-10
    )


def test_both_outlets_of_a_splitter_have_the_feed_s_composition_and_temperature(plant):
    for phase, name in (("aqueous", "Ni"), ("aqueous", "H2O"), ("aqueous", "H"), ("solid", "graphite")):
        first, second = (plant.flow(f"bleed.{port}", phase, name) for port in ("first", "second"))
        assert first / second == pytest.approx(3 / 7, rel=1e-9)
    temperatures = [
        plant.evaluate(plant.model.streams[f"bleed.{p}"].temperature) for p in ("first", "second")
    ]
    assert temperatures == pytest.approx([333.15, 333.15], abs=1e-6)


def test_tank_volume_is_residence_time_times_flow_of_liquor_and_solids(plant):
    product = plant.model.streams["add.product"]
    flow = plant.evaluate(product.volume_flow("aqueous")) + plant.evaluate(product.volume_flow("solid"))
    assert plant["add.volume"] == pytest.approx(0.5 * flow, rel=1e-10)
    assert plant["add.agitation_power"] == pytest.approx(0.0985 * plant["add.volume"], rel=1e-10)


def test_heater_duty_follows_the_heat_capacity_and_sizes_the_area(plant):
    duties = plant.response("cool.temperature", [285.0, 300.0, 333.15, 350.0], "cool.heat_duty")
    assert_rising(duties)
    assert duties[2] == pytest.approx(0.0, abs=1e-6)
    mass = sum(plant.evaluate(plant.model.streams["cool.product"].mass_flow(p)) for p in ("aqueous", "solid"))
    per_kelvin = 3600.0 * (duties[1] - duties[0]) / 15.0 / mass
    assert 3.0 < per_kelvin < 4.18  # kJ/kg/K of an acid liquor with some solids; water has 4.18
    assert plant["cool.area"] == pytest.approx(abs(plant["cool.heat_duty"]) / (2.0 * 15.0), rel=1e-9)


def test_a_mixer_without_temperature_is_adiabatic(plant):
    assert plant["blend.heat_duty"] == 0.0
    blended = plant.evaluate(plant.model.streams["blend.product"].temperature)
    assert 298.15 < blended < 343.15


def test_a_warmer_feed_makes_a_warmer_blend(plant):
    case = plant
    temperatures = []
    for value in (290.0, 310.0, 330.0):
        case = case.again({"acid.temperature": value})
        temperatures.append(case.evaluate(case.model.streams["blend.product"].temperature))
    assert_rising(temperatures)
