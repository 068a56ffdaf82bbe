"""Bounds on outputs are met from inputs that miss them, or missed least."""

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsheet.solve.compile import compile_model
from flowsheet.solve.feasible import meet_bounds
from flowsheet.solve.newton import solve
from flowsheet.solve.reduced import ReducedProblem

FREE = {"feed": (0.1, 2.0), "tau": (0.01, 50.0)}


def tank():
    """c + tau c = feed; conversion X = 1 - c / feed = tau / (1 + tau); made = feed - c."""
    m = pyo.ConcreteModel()
    m.feed, m.tau = pyo.Var(initialize=1.0), pyo.Var(initialize=1.0)
    m.c = pyo.Var(initialize=0.5, bounds=(0, None))
    m.balance = pyo.Constraint(expr=m.c + m.tau * m.c == m.feed)
    m.conversion = pyo.Constraint(expr=1 - m.c / m.feed == 0)
    m.made = pyo.Constraint(expr=m.feed - m.c == 0)
    return compile_model(m, inputs=[m.feed, m.tau], outputs=[m.conversion, m.made])


def problem(bounds, feed=1.0, tau=1.0):
    model = tank()
    p = model.p0.copy()
    p[[model.inputs.position["feed"], model.inputs.position["tau"]]] = feed, tau
    return ReducedProblem(model, [*FREE], {"made": 1.0}, -1.0, bounds, FREE, solve(model, p=p).x, p)


@settings(deadline=None)
@given(feed=st.floats(0.1, 2.0), tau=st.floats(0.05, 50.0), asked=st.floats(0.5, 0.97))
def test_what_can_be_met_is_met_inside_its_bounds(feed, tau, asked):
    stated = problem({"conversion": (asked, np.inf), "made": (0.5, 1.5)}, feed, tau)
    found = meet_bounds(stated, np.ones(2))
    outputs = stated.model.outputs(found.x, found.p)[stated.bounded]
    assert found.violation == 0.0
    assert outputs[0] >= asked
    assert 0.5 <= outputs[1] <= 1.5
    assert np.max(np.abs(stated.model.residual(found.x, found.p))) < 1e-8


def test_what_is_met_with_room_to_spare_stays_as_it_is():
    stated = problem({"conversion": (0.2, 0.8)})
    found = meet_bounds(stated, np.ones(1))
    assert found.steps == 0
    np.testing.assert_array_equal(found.p, stated.start.p)


def test_what_cannot_be_met_is_missed_as_little_as_can_be():
    # The largest conversion is 50 / 51, and at the largest feed 2 x 50 / 51 is made.
    found = meet_bounds(problem({"made": (3.0, np.inf)}), np.ones(1))
    assert found.violation == pytest.approx(3.0 - 100.0 / 51.0, rel=1e-3)


def test_violations_are_weighed_by_their_scale():
    # Much made needs a large feed, little made a small one: the row of smaller scale decides.
    bounds = {"conversion": (0.999, np.inf), "made": (1.9, np.inf)}
    found = meet_bounds(problem(bounds), np.array([1.0, 10.0]))
    assert found.violation == pytest.approx(0.999 - 50.0 / 51.0, abs=1e-3)


def test_progress_stops_at_a_solved_point():
    seen = []

    def tell(step, objective, violation):
        seen.append(violation)
        return len(seen) < 3

    stated = problem({"conversion": (0.97, np.inf)})
    found = meet_bounds(stated, np.ones(1), tell)
    assert len(seen) == 3
    assert seen == sorted(seen, reverse=True)
    assert 0.0 < found.violation < 0.47
    assert np.max(np.abs(stated.model.residual(found.x, found.p))) < 1e-8
