"""From a start to an optimum on a corner, where a solid is about to form: rounded first, then sharp."""

from dataclasses import replace

import numpy as np
import pytest

from flowsheet.model.registry import ROUNDING
from flowsheet.optimise import search as searching
from flowsheet.optimise.search import search
from flowsheet.optimise.starts import starting_points
from flowsheet.solve.path import follow_inputs
from flowsheet.solve.simulate import simulate


@pytest.fixture(scope="module")
def started(onset):
    problem, base = onset
    (start,) = starting_points(problem, base.x, base.p, 1)
    return problem, start


def test_an_optimum_on_a_corner_is_that_of_the_sharp_plant(started):
    problem, start = started
    found = search(problem, start)
    assert found.succeeded
    model = problem.case.plant.model
    assert found.p[model.inputs.position[ROUNDING]] == 1.0
    again = simulate(problem.case.plant, found.p)
    assert problem.measures(again.x, again.p)[0] == pytest.approx(found.objective, abs=1e-9)
    assert problem.measures(again.x, again.p)[1][problem.constraints[0].output] == pytest.approx(
        problem.constraints[0].upper, abs=1e-6
    )


def test_a_rounder_corner_lets_more_of_a_solid_form_before_saturation(started):
    problem, start = started
    model = problem.case.plant.model
    at, share = model.inputs.position[ROUNDING], model.output_position["tank.precipitated.Ni(OH)2"]
    formed = []
    for rounding in (1.0, 10.0, 100.0):
        p = start.p.copy()
        p[at] = rounding
        formed.append(model.outputs(follow_inputs(model, start.x, start.p, p).x, p)[share])
    assert np.allclose(np.divide(formed[1:], formed[:-1]), 100.0, rtol=0.05)  # s^2 over the distance


def test_what_was_found_with_round_corners_alone_is_no_optimum(started, monkeypatch):
    problem, start = started
    genuine = searching._optimum

    def rounded_only(problem, x, p, options, progress):
        found = genuine(problem, x, p, options, progress)
        return found if options.tolerance > 1e-8 else replace(found, status="iteration_limit")

    monkeypatch.setattr(searching, "_optimum", rounded_only)
    assert not search(problem, start).succeeded
