"""Steps are judged by what is left to do: scaling, traces and clipping don't change what is found."""

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.solve.compile import compile_model
from flowsheet.solve.iterate import NewtonOptions
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.newton import solve
from flowsheet.solve.residual_search import ResidualSearch

TANKS = 6
FEED, TRACE = 6.0, 1e-12
"""Of the bulk and of each trace, to the first tank [mol/h]."""


def washing(stated_shares=True):
    """Tanks in series: the bulk decays by c + c^2, traces are washed out tenfold by each, all in logarithms.

    Rows are relative to what enters, so that a trace far above its value has the largest residual of all.
    """
    m = pyo.ConcreteModel()
    m.tank = pyo.RangeSet(TANKS)
    m.bulk, m.trace = pyo.Var(m.tank, initialize=0.0), pyo.Var(m.tank)

    def before(variable, k, feed):
        return feed if k == 1 else pyo.exp(variable[k - 1])

    @m.Constraint(m.tank)
    def bulk_balance(m, k):
        c = pyo.exp(m.bulk[k])
        return (c + c**2) / before(m.bulk, k, FEED) == 1

    @m.Constraint(m.tank)
    def trace_balance(m, k):
        return 10 * pyo.exp(m.trace[k]) / before(m.trace, k, TRACE) == 1

    @m.Constraint(m.tank)
    def share(m, k):
        return pyo.exp(m.trace[k]) / (pyo.exp(m.bulk[k]) + pyo.exp(m.trace[k])) == 0

    shares = pyo.ComponentMap((m.trace[k], m.share[k]) for k in m.tank) if stated_shares else None
    logs = [*m.bulk.values(), *m.trace.values()]
    if not stated_shares:
        m.del_component(m.share)
    return compile_model(m, log_variables=logs, shares=shares)


def roots():
    bulk, c = [], FEED
    for _ in range(TANKS):
        c = (np.sqrt(1 + 4 * c) - 1) / 2
        bulk.append(np.log(c))
    return np.array(bulk + [np.log(TRACE) - k * np.log(10) for k in range(1, TANKS + 1)])


def natural(model, x=None, **options):
    start = model.x0 if x is None else np.asarray(x, dtype=float)
    return NaturalSearch(model, model.p0, NewtonOptions(**options)).run(start)


def start(decades):
    """The bulk at 1, the traces off by decades."""
    x = roots()
    x[:TANKS] = 0.0
    x[TANKS:] += decades * np.log(10)
    return x


def test_traces_thirty_decades_below_their_values_do_not_hinder():
    model = washing()
    result = natural(model, start(-30), iteration_limit=20)
    assert result.converged, result.message
    np.testing.assert_allclose(result.x, roots(), rtol=1e-12, atol=1e-12)
    with_traces_right = natural(model, start(0))
    assert result.iterations <= with_traces_right.iterations + 10
    assert not ResidualSearch(model, model.p0, NewtonOptions()).run(start(-30), None).converged


def test_without_stated_shares_every_unknown_weighs_the_same_and_traces_take_longer():
    told, untold = (natural(washing(stated), start(-30)) for stated in (True, False))
    assert told.converged
    assert untold.converged
    assert untold.iterations > 2 * told.iterations


def test_traces_far_too_large_fall_by_one_in_the_logarithm_at_most():
    # e^y (y' - y) = f - e^y: a Newton step on a balance linear in the amount.
    result = natural(washing(), start(8))
    assert result.converged
    np.testing.assert_allclose(result.x, roots(), rtol=1e-12, atol=1e-12)
    assert 8 * np.log(10) < result.iterations < 8 * np.log(10) + 10


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_the_path_does_not_depend_on_the_scaling_of_the_equations(factor):
    model = washing()
    scaled = washing()
    scaled.equation_scale[::2] *= factor
    for limit in (1, 3, 6):
        np.testing.assert_allclose(
            natural(scaled, start(3), iteration_limit=limit, residual_tolerance=0.0).x,
            natural(model, start(3), iteration_limit=limit, residual_tolerance=0.0).x,
            rtol=1e-9,
            atol=1e-9,
        )


def single(expression, initial, bounds=(None, None), log=False):
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=initial, bounds=bounds)
    m.row = pyo.Constraint(expr=expression(m.x) == 0)
    return compile_model(m, log_variables=[m.x] if log else [])


def test_a_step_that_leaves_more_to_do_is_shortened():
    # Whole Newton steps on atan x = 0 end ever farther off from |x| = 1.39 on.
    result = natural(single(pyo.atan, 3.0))
    assert result.converged
    assert result.x[0] == pytest.approx(0.0, abs=1e-9)
    assert result.history[0].share < 1.0
    assert result.history[-1].share == 1.0


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_path_does_not_depend_on_the_units_of_the_unknowns(unit):
    def coupled(unit):
        m = pyo.ConcreteModel()
        m.x, m.y = pyo.Var(initialize=4.0 * unit), pyo.Var(initialize=2.0)
        m.a = pyo.Constraint(expr=pyo.atan(m.x / unit) + 0.3 * pyo.tanh(m.y) == 0)
        m.b = pyo.Constraint(expr=pyo.tanh(2 * m.y) - 0.5 * pyo.atan(m.x / unit) == 0.2)
        return compile_model(m, nominal=pyo.ComponentMap([(m.x, unit), (m.y, 1.0)]))

    for limit in (1, 2, 4):
        one, other = (natural(coupled(u), iteration_limit=limit) for u in (1.0, unit))
        np.testing.assert_allclose(other.x / [unit, 1.0], one.x, rtol=1e-7)
        assert [i.share for i in other.history] == [i.share for i in one.history]


@pytest.mark.parametrize(("end", "longest"), [(1e6, 2.5), (1e6, 1.0)])
def test_a_logarithm_rises_by_the_longest_step_at_most(end, longest):
    model = single(lambda x: pyo.exp(x) / end - 1, 0.0, log=True)
    first = natural(model, iteration_limit=1, log_step=longest)
    assert first.status == "iteration_limit"
    assert first.x[0] == longest  # a full step is a million
    result = natural(model, log_step=longest)
    assert result.converged
    assert result.x[0] == pytest.approx(np.log(end), rel=1e-12)


def test_a_step_past_a_bound_ends_short_of_it_and_the_next_ones_go_on():
    model = single(lambda x: x**2 - 24.0, 1.0, bounds=(0.0, 5.0))
    first = natural(model, iteration_limit=1)
    assert first.x[0] == pytest.approx(1.0 + 0.95 * 4.0)  # a full step ends at 12.5
    assert natural(model).x[0] == pytest.approx(np.sqrt(24.0), rel=1e-12)


def test_only_the_component_at_its_limit_is_cut():
    m = pyo.ConcreteModel()
    m.y, m.x = pyo.Var(initialize=0.0), pyo.Var(initialize=1.0)
    m.far = pyo.Constraint(expr=pyo.exp(m.y) / 1e6 == 1)
    m.near = pyo.Constraint(expr=2 * m.x == 6)
    model = compile_model(m, log_variables=[m.y])
    assert natural(model, iteration_limit=1).x == pytest.approx([2.5, 3.0])


def test_a_solution_outside_the_bounds_stalls():
    result = natural(single(lambda x: x - 8.0, 1.0, bounds=(0.0, 5.0)))
    assert not result.converged
    assert result.worst[0][0] == "row"


def test_a_singular_start_falls_to_the_search_in_the_residual():
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(initialize=0.0), pyo.Var(initialize=0.0)
    m.a = pyo.Constraint(expr=m.x**2 + m.y == 2)
    m.b = pyo.Constraint(expr=m.x * m.y + m.y**3 == 2)
    model = compile_model(m)
    alone = natural(model)
    assert alone.status == "stalled"
    assert "dependent" in alone.message
    assert alone.iterations == 0
    both = solve(model)
    assert both.converged
    assert both.history[0].kind == "levenberg_marquardt"
    assert np.max(np.abs(model.residual(both.x, model.p0))) < 1e-9


def test_what_both_searches_spent_is_counted_and_the_better_of_them_kept():
    model = single(lambda x: x**2 + 1.0, 1.5)
    tried = [natural(model), ResidualSearch(model, model.p0, NewtonOptions()).run(model.x0, None)]
    result = solve(model)
    assert not result.converged
    assert result.iterations == sum(each.iterations for each in tried) == len(result.history)
    assert result.residual_norm == min(each.residual_norm for each in tried)
    assert result.residual_norm == pytest.approx(1.0, abs=0.1)


def test_a_start_that_cannot_be_evaluated_is_named():
    result = natural(single(lambda x: pyo.log(x), -1.0))
    assert result.status == "not_finite"
    assert result.worst[0][0] == "row"


def test_near_a_solution_one_factorisation_serves_several_steps(monkeypatch):
    """A warm start takes one Jacobian where steps shrink fast, and ends at rounding all the same."""
    model = single(lambda x: pyo.exp(x) + x - 5.0, 1.3)
    calls = []
    evaluate = type(model).jacobian
    monkeypatch.setattr(type(model), "jacobian", lambda *args: calls.append(1) or evaluate(*args))
    result = natural(model)
    assert result.converged
    assert len(calls) == 1
    assert abs(np.exp(result.x[0]) + result.x[0] - 5.0) < 1e-12
