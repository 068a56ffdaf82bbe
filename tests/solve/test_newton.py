"""Newton finds known roots, keeps to bounds, and says why when it does not."""

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.solve.compile import compile_model
from flowsheet.solve.newton import NewtonOptions, solve


def single(expression, start=1.0, bounds=(None, None), log=False):
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=start, bounds=bounds)
    m.row = pyo.Constraint(expr=expression(m.x) == 0)
    return compile_model(m, log_variables=[m.x] if log else [])


def test_two_tanks_reach_the_roots_of_their_quadratics(two_tanks):
    result = solve(two_tanks)
    assert result.converged
    assert result.x == pytest.approx([0.0, 2.0], abs=1e-9)
    assert result.residual_norm < 1e-9
    assert result.history[-1].residual < result.history[0].residual


@pytest.mark.parametrize("feed", [1e-9, 1e-3, 1.0, 1e3, 5e3])
def test_feeds_over_many_decades_converge_from_one_start(two_tanks, feed):
    p = two_tanks.p0 * [feed / 6.0, 1.0, 1.0]
    result = solve(two_tanks, p=p, options=NewtonOptions(residual_tolerance=1e-12 * max(feed, 1e-3)))
    root = (-1 + np.sqrt(1 + 4 * feed)) / 2 if feed > 1e-6 else feed
    assert result.converged, result.message
    assert result.x[1] == pytest.approx(root, rel=1e-6)


def test_a_step_in_a_logarithm_is_clipped():
    model = single(lambda x: pyo.exp(x) - 1e-12, start=0.0, log=True)
    result = solve(model, options=NewtonOptions(log_step=2.5, residual_tolerance=1e-25))
    assert max(iteration.step for iteration in result.history) <= 2.5
    assert result.x[0] == pytest.approx(np.log(1e-12), rel=1e-9)


def test_a_step_into_the_undefined_is_shortened():
    # A full step from 3 would go to -0.3, where the logarithm is not defined.
    model = single(lambda x: pyo.log(x) + 0.0, start=3.0)
    result = solve(model)
    assert result.converged
    assert result.history[0].share < 1.0
    assert result.x[0] == pytest.approx(1.0)


def test_iterates_stay_inside_the_bounds():
    model = single(lambda x: x**3 - 8, start=0.1, bounds=(0.0, 5.0))
    result = solve(model)
    assert result.converged
    assert result.x[0] == pytest.approx(2.0)


def test_a_root_outside_the_bounds_is_not_reported_as_solved():
    model = single(lambda x: x - 8, start=1.0, bounds=(0.0, 5.0))
    result = solve(model)
    assert not result.converged
    assert result.x[0] <= 5.0
    assert result.worst[0][0] == "row"


def test_a_singular_start_is_left_by_a_regularised_step():
    model = single(lambda x: x**2 - 4, start=0.0)
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(initialize=0.0), pyo.Var(initialize=1.0)
    m.a = pyo.Constraint(expr=m.x**2 + m.y == 2)
    m.b = pyo.Constraint(expr=m.x * m.y + m.y**3 == 2)
    assert not solve(model).converged  # x = 0 is stationary: nothing points away from it
    result = solve(compile_model(m), x=np.array([-0.5 + 0.5, 0.0]))
    assert result.converged
    assert "levenberg_marquardt" in {iteration.kind for iteration in result.history}


def test_a_system_without_solution_says_which_equation_is_left():
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(initialize=1.0), pyo.Var(initialize=1.0)
    m.fine = pyo.Constraint(expr=m.y == 3)
    m.hopeless = pyo.Constraint(expr=m.x**2 == -1)
    result = solve(compile_model(m))
    assert result.status in ("stalled", "iteration_limit")
    assert result.worst[0][0] == "hopeless"
    assert result.residual_norm == pytest.approx(1.0, abs=0.1)


def test_equations_that_cannot_be_evaluated_at_the_start_are_named():
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(initialize=-1.0), pyo.Var(initialize=1.0)
    m.fine = pyo.Constraint(expr=m.y == 3)
    m.undefined = pyo.Constraint(expr=pyo.log(m.x) == 0)
    result = solve(compile_model(m))
    assert result.status == "not_finite"
    assert result.worst[0][0] == "undefined"


def test_scaled_equations_weigh_what_they_are_said_to():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=1.0)
    m.large = pyo.Constraint(expr=1e9 * m.x**2 == 4e9)
    rows = compile_model(m, equation_scale=pyo.ComponentMap([(m.large, 1e9)]))
    result = solve(rows)
    assert result.converged
    assert result.history[0].residual == pytest.approx(3.0)


def test_a_model_that_is_not_square_is_refused(two_tanks):
    with pytest.raises(ValueError, match="2 equations cannot determine 3 unknowns"):
        solve(two_tanks.with_free(["feed"]))


def test_progress_is_told_of_every_iteration(two_tanks):
    seen = []
    result = solve(two_tanks, progress=seen.append)
    assert tuple(seen) == result.history


def test_a_warm_start_needs_no_more_than_one_step(two_tanks):
    first = solve(two_tanks)
    assert solve(two_tanks, x=first.x).iterations == 1
