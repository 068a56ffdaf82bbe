"""A compiled plant is solved from nothing, from an earlier solution, and from one that misleads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flowsheet.model.registry import REQUIREMENT
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.plant import START
from flowsheet.solve.rounds import initialise, move
from flowsheet.solve.simulate import simulate
from harness import RECYCLING, compiled


@pytest.fixture(scope="module")
def plant():
    return compiled(RECYCLING)[1]


@pytest.fixture(scope="module")
def cold(plant):
    found = simulate(plant)
    assert found.converged
    return found


def test_every_equation_and_unknown_belongs_to_one_section(plant):
    equations = [e for s in plant.sections for e in s.equations]
    unknowns = [u for s in plant.sections for u in s.unknowns]
    assert set(plant.model.equations) - {"one_is_one"} == set(equations)  # a constant's own row has no owner
    assert set(plant.model.unknowns.names) - {"one"} == set(unknowns)
    assert len(equations) == len(set(equations)) == len(unknowns) == len(set(unknowns))
    assert all(len(s.equations) == len(s.unknowns) for s in plant.sections)


def test_the_recycle_is_torn_and_the_main_flow_is_not(plant):
    assert plant.torn == ("bleed.first",)


def test_reported_values_are_neither_starts_nor_margins(plant, cold):
    values = plant.values(cold.x, cold.p)
    assert not any(name.startswith((START, REQUIREMENT)) for name in values)
    assert values["tank.liquor_pH"] == pytest.approx(8.0, abs=1e-8)


def test_start_values_alone_are_near_what_follows(plant, cold):
    x, failed = initialise(plant, cold.p)
    assert not failed
    logarithms = plant.model.unknowns.is_log
    assert np.max(np.abs(x - cold.x)[logarithms]) < 0.1


def test_a_solution_is_its_own_warm_start(plant, cold):
    again = simulate(plant, cold.p, warm=cold.x)
    assert again.method == "warm start"
    assert again.newton.iterations <= 2
    np.testing.assert_allclose(again.x, cold.x, rtol=1e-8, atol=1e-8)


def test_a_warm_start_leads_to_the_cold_solution_at_other_inputs(plant, cold):
    p = plant.inputs({"tank.pH": 7.5, "liquor.flow": 0.6, "bleed.fraction": 0.4})
    warm, fresh = simulate(plant, p, warm=cold.x), simulate(plant, p)
    assert warm.converged
    assert fresh.converged
    np.testing.assert_allclose(warm.x, fresh.x, rtol=1e-6, atol=1e-6)


def test_a_warm_start_that_misleads_is_followed_by_a_cold_one(plant, cold):
    nonsense = np.where(plant.model.unknowns.is_log, 40.0, 1e12)
    again = simulate(plant, cold.p, warm=nonsense)
    assert again.converged
    np.testing.assert_allclose(again.x, cold.x, rtol=1e-6, atol=1e-6)


def test_progress_names_the_units_in_turn(plant):
    told: list[str] = []
    simulate(plant, progress=told.append)
    owners = [s.owner for s in plant.sections if s.unknowns]
    assert told[: len(owners)] == owners
    assert told[len(owners)] == f"{owners[0]} (round 2)"


def test_unknown_inputs_are_refused(plant):
    with pytest.raises(KeyError):
        plant.inputs({"tank.colour": 1.0})


def test_a_plant_is_moved_unit_by_unit_where_all_equations_at_once_fail(plant, cold, monkeypatch):
    far = plant.inputs(
        {"tank.pH": 9.5, "liquor.flow": 1.5 * cold.p[plant.model.inputs.position["liquor.flow"]]}
    )
    straight = simulate(plant, far)
    genuine, whole = NaturalSearch.run, len(plant.model.unknowns)
    tries = []

    def refused_at_first(self, x, progress=None):
        if len(x) == whole and not tries:
            tries.append(x)
            return replace(genuine(self, x, progress), status="stalled")
        return genuine(self, x, progress)

    monkeypatch.setattr(NaturalSearch, "run", refused_at_first)
    moved = move(plant, cold.x, cold.p, far)
    assert tries
    assert moved.converged
    np.testing.assert_allclose(moved.x, straight.x, rtol=1e-7, atol=1e-7)
