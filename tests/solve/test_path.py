"""Inputs are followed as far as solutions go, and where they end it is said."""

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.solve.compile import compile_model
from flowsheet.solve.iterate import NewtonOptions
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.path import follow_inputs


def model_of(expression, initial, feed, log=False):
    m = pyo.ConcreteModel()
    m.x, m.feed = pyo.Var(initialize=initial), pyo.Var(initialize=feed)
    m.row = pyo.Constraint(expr=expression(m.x, m.feed) == 0)
    return compile_model(m, inputs=[m.feed], log_variables=[m.x] if log else [])


def jump(model, x, p):
    return NaturalSearch(model, p, NewtonOptions(iteration_limit=25)).run(x)


@pytest.fixture
def quarter_turn():
    """A point on the unit circle at an angle; the Jacobian at angle 0 is singular for a right angle."""
    m = pyo.ConcreteModel()
    m.x, m.y, m.angle = pyo.Var(initialize=1.0), pyo.Var(initialize=0.0), pyo.Var(initialize=0.0)
    m.circle = pyo.Constraint(expr=m.x**2 + m.y**2 == 1)
    m.ray = pyo.Constraint(expr=m.y * pyo.cos(m.angle) == m.x * pyo.sin(m.angle))
    return compile_model(m, inputs=[m.angle])


def test_a_far_input_is_reached_where_one_jump_fails(quarter_turn):
    end = np.array([np.pi / 2])
    assert not jump(quarter_turn, quarter_turn.x0, end).converged
    result = follow_inputs(quarter_turn, quarter_turn.x0, quarter_turn.p0, end)
    assert result.converged
    np.testing.assert_allclose(result.x, [0.0, 1.0], atol=1e-9)
    assert np.max(np.abs(quarter_turn.residual(result.x, end))) < 1e-9


def test_a_logarithm_is_followed_farther_than_its_steps_reach_at_once():
    model = model_of(lambda x, feed: x - feed, 0.0, 0.0, log=True)
    end = np.array([100.0])
    assert jump(model, model.x0, end).status == "iteration_limit"
    assert follow_inputs(model, model.x0, model.p0, end).x == pytest.approx([100.0])


def test_what_one_jump_reaches_costs_no_more_than_that():
    model = model_of(lambda x, feed: x**2 - feed, 2.0, 4.0)
    end = np.array([100.0])
    alone, followed = jump(model, model.x0, end), follow_inputs(model, model.x0, model.p0, end)
    assert followed.converged
    assert followed.iterations == alone.iterations
    assert followed.x == pytest.approx([10.0])


def test_a_fold_is_reported_with_the_last_solution_before_it():
    # x = sqrt(feed) from 4 down: nothing below 0.
    model = model_of(lambda x, feed: x**2 - feed, 2.0, 4.0)
    shortest = 2e-3
    result = follow_inputs(model, model.x0, model.p0, np.array([-1.0]), shortest=shortest)
    assert not result.converged
    assert result.message
    feed = float(result.x[0]) ** 2  # the last one solved
    assert result.x[0] > 0.0
    assert 0.0 <= feed < 5.0 * shortest / 0.4
    assert model.residual(result.x, np.array([feed])) == pytest.approx([0.0], abs=1e-12)


def test_a_coarser_search_for_the_fold_is_given_up_sooner():
    model = model_of(lambda x, feed: x**2 - feed, 2.0, 4.0)
    fine, coarse = (
        follow_inputs(model, model.x0, model.p0, np.array([-1.0]), shortest=s) for s in (2e-3, 0.1)
    )
    assert not coarse.converged
    assert coarse.iterations < fine.iterations
    assert coarse.x[0] > fine.x[0]


def test_where_no_step_succeeds_the_start_is_returned():
    model = model_of(lambda x, feed: x**2 - feed, 0.0, 0.0)
    result = follow_inputs(model, model.x0, model.p0, np.array([-1.0]))
    assert not result.converged
    assert result.x == pytest.approx([0.0])
