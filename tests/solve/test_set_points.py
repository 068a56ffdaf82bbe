"""A reagent that its set point no longer needs goes to its floor and comes back, whichever way one comes."""

from itertools import pairwise

import numpy as np
import pytest

from flowsheet.solve.path import follow_inputs
from flowsheet.solve.simulate import simulate
from harness import compiled

PLANT = """
flowsheet: neutralisation
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, temperature: 50 degC, aqueous: {flow: 500 L/h, H2SO4: 0.05 mol/L, NiSO4: 50 g/L}}
  alkali: {role: reagent, aqueous: {flow: as needed, NaOH: 20 %}}
units:
  tank: {unit: precipitator, inlets: {feed: liquor, reagent: alkali}, temperature: 50 degC, pH: 8,
         solids: [Ni(OH)2]}
"""


OWN_PH = 1.9271688
"""Of the liquor without alkali."""


@pytest.fixture(scope="module")
def plant():
    return compiled(PLANT)[1]


def at(plant, ph):
    return plant.inputs({"tank.pH": ph})


@pytest.fixture(scope="module")
def served(plant):
    found = simulate(plant, at(plant, 8.0))
    assert found.converged
    return found


def follow(plant, x, ph_from, ph_to):
    result = follow_inputs(plant.model, x, at(plant, ph_from), at(plant, ph_to))
    assert result.converged, result.message
    return result.x, plant.values(result.x, at(plant, ph_to))


@pytest.mark.parametrize("ph", [1.9, 1.8, 1.7, 1.5, 1.0, 0.5])
def test_alkali_falls_to_its_floor_and_comes_back(plant, served, ph):
    held, without = follow(plant, served.x, 8.0, ph)
    back, again = follow(plant, held, ph, 8.0)
    assert without["tank.liquor_pH"] == pytest.approx(OWN_PH, abs=1e-6)
    assert without["tank.pH.excess"] == pytest.approx(without["tank.liquor_pH"] - ph, abs=1e-12)
    assert without["alkali.flow"] < 1e-7
    assert without["tank.pH.above_floor"] == pytest.approx(0.0, abs=1e-15)
    assert again["tank.liquor_pH"] == pytest.approx(8.0, abs=1e-8)
    np.testing.assert_allclose(back, served.x, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("ph", [1.9, 1.5, 0.5])
def test_the_way_to_the_floor_takes_few_iterations(plant, served, ph):
    result = follow_inputs(plant.model, served.x, served.p, at(plant, ph))
    assert result.converged
    assert result.iterations <= 25  # one jump


@pytest.mark.parametrize("order", [1, -1], ids=["falling", "rising"])
def test_the_corner_is_passed_in_small_steps_from_either_side(plant, served, order):
    steps = [2.5, 2.0, 1.94, 1.93, 1.9272, 1.927, 1.92, 1.8, 1.0][::order]
    x, now, doses = *follow(plant, served.x, 8.0, steps[0])[:1], steps[0], []
    for ph in steps:
        x, values = follow(plant, x, now, ph)
        now = ph
        doses.append(values["alkali.flow"])
        assert values["tank.liquor_pH"] >= ph
        assert values["tank.liquor_pH"] == pytest.approx(max(ph, OWN_PH), abs=1e-4)
    doses = doses[::order]
    assert all(more >= less for more, less in pairwise(doses))
    assert doses[0] > 1.0 > 1e-6 > doses[-1] > 0.0


def test_a_cold_start_at_the_floor_finds_what_following_does(plant, served):
    cold = simulate(plant, at(plant, 0.5))
    assert cold.converged
    followed, _ = follow(plant, served.x, 8.0, 0.5)
    np.testing.assert_allclose(cold.x, followed, rtol=1e-7, atol=1e-7)


def test_a_warm_start_with_its_inputs_is_followed_to_the_floor_and_back(plant, served):
    floor = simulate(plant, at(plant, 0.5), served.x, warm_inputs=served.p)
    assert floor.method == "warm start"
    back = simulate(plant, served.p, floor.x, warm_inputs=floor.p)
    assert back.method == "warm start"
    np.testing.assert_allclose(back.x, served.x, rtol=1e-9, atol=1e-9)
