"""Balances of the result: closed for a solution, and telling where one is broken."""

from dataclasses import replace

import numpy as np
import pytest

from example_plants import COBALT
from flowsheet.results.balances import balances
from flowsheet.results.flows import StreamFlows, charge_flows, electron_flows
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from opened import ran


@pytest.fixture(scope="module")
def state():
    return ran(COBALT)


def test_every_unit_and_the_plant_close(state):
    closed = build_result(state)["balances"]
    assert closed["worst"]["plant"]["closure"] < 1e-9
    assert closed["worst"]["unit"]["closure"] < 1e-9
    for table in (closed["overall"], *closed["units"].values()):
        assert {"O", "H", "electrons", "energy", "charge"} <= set(table)
        assert all(abs(row["closure"]) < 1e-9 for row in table.values())
    assert set(closed["units"]) == {"evap", "spin", "bleed", "dry"}


def test_in_and_out_are_the_streams_sums(state):
    overall = balances(state.case.plant, state.flows, state.values)["overall"]
    assert overall["Co"]["in"] == pytest.approx(state.flows["liquor"].get("aqueous", "Co"), rel=1e-12)
    heat = sum(3600.0 * state.values[f"{u}.heat_duty"] for u in ("evap", "spin", "dry"))
    fed = sum(state.values[f"stream.{s}.enthalpy"] for s in ("liquor", "water"))
    assert overall["energy"]["in"] == pytest.approx(fed + heat, rel=1e-10)


def broken(state, change, stream, *place):
    """The state with one unknown of a stream changed."""
    position = state.case.plant.facts["columns"][stream]
    for key in place:
        position = position[key]
    x = state.simulation.x.copy()
    x[position] += change
    return solved(state.case, replace(state.simulation, x=x), speciate=False)


def test_a_lost_element_is_found_at_its_unit(state):
    wrong = broken(state, np.log(0.99), "spin.filtrate", "aqueous", "Co")
    closed = balances(wrong.case.plant, wrong.flows, wrong.values)
    assert closed["units"]["spin"]["Co"]["closure"] < -1e-3
    assert closed["units"]["bleed"]["Co"]["closure"] > 1e-3
    assert abs(closed["units"]["dry"]["Co"]["closure"]) < 1e-9


def test_a_lost_heat_is_found(state):
    wrong = broken(state, 5.0, "spin.cake", "temperature")
    closed = balances(wrong.case.plant, wrong.flows, wrong.values)
    assert abs(closed["units"]["spin"]["energy"]["closure"]) > 1e-7
    assert abs(closed["units"]["evap"]["energy"]["closure"]) < 1e-9


def test_a_plant_that_does_not_balance_is_not_called_converged(state):
    result = build_result(broken(state, 0.01, "bleed.first", "aqueous", "Co"))
    assert result["status"] == "not_converged"
    assert "closes only" in result["message"]


def test_what_cancels_within_a_stream_is_judged_by_what_cancels():
    """The rounding of electrons that add up to nothing is no imbalance."""
    species = {"aqueous": {"A": {"electrons": 1.0, "charge": 1}, "B": {"electrons": -1.0, "charge": -1}}}
    stream = StreamFlows("s", 298.15, {"aqueous": {"A": 0.1 + 0.2, "B": 0.3}})
    for flows in (electron_flows, charge_flows):
        net, size = flows(stream, species)
        assert 0.0 < abs(net) < 1e-15
        assert size == pytest.approx(0.6)
