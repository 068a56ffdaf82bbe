"""Optima, multipliers that re-optimising confirms, and nothing on standard output."""

import os

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.solve.compile import compile_model
from flowsheet.solve.ipopt import IpoptOptions, optimise
from hidden import hide_cyipopt


@pytest.fixture
def reactor():
    """Profit of a tank: value of what reacts less the tank's cost, with conversion and tank size bounded.

    c + tau c = feed; profit = 10 (feed - c) - tau - 0.5 feed; conversion = 1 - c / feed = tau / (1 + tau).
    """
    m = pyo.ConcreteModel()
    m.feed = pyo.Var(initialize=1.0, bounds=(0.1, 2.0))
    m.tau = pyo.Var(initialize=1.0, bounds=(0.01, 50.0))
    m.value = pyo.Var(initialize=10.0)
    m.c = pyo.Var(initialize=0.4, bounds=(0, None))
    m.balance = pyo.Constraint(expr=m.c + m.tau * m.c == m.feed)
    m.profit = pyo.Constraint(expr=m.value * (m.feed - m.c) - m.tau - 0.5 * m.feed == 0)
    m.conversion = pyo.Constraint(expr=1 - m.c / m.feed == 0)
    compiled = compile_model(m, inputs=[m.feed, m.tau, m.value], outputs=[m.profit, m.conversion])
    return compiled.with_free(["feed", "tau"])


TIGHT = IpoptOptions(tolerance=1e-11)


def profit(tau, feed, value=10.0):
    return value * feed * tau / (1 + tau) - tau - 0.5 * feed


def test_the_optimum_is_the_one_that_calculus_gives(reactor):
    # d profit / d tau = value feed / (1 + tau)^2 - 1 = 0 and profit rises with feed to its bound.
    best = optimise(reactor, "profit", "maximise", options=TIGHT)
    tau = np.sqrt(20.0) - 1
    assert best.status == "optimal"
    assert best.x == pytest.approx([2 / (1 + tau), 2.0, tau], rel=1e-7)
    assert best.objective == pytest.approx(profit(tau, 2.0))
    assert best.dual_infeasibility < 1e-8
    assert best.equation_error < 1e-9
    assert "cyipopt" in best.backend


@pytest.mark.parametrize("sense", ["minimise", "maximise"])
def test_multipliers_are_the_objectives_derivatives_by_the_bounds(reactor, sense):
    sign = 1.0 if sense == "maximise" else -1.0

    def best(least_conversion=0.9, most_feed=2.0):
        return optimise(
            reactor,
            {"profit": sign},
            sense,
            output_bounds={"conversion": (least_conversion, np.inf)},
            variable_bounds={"feed": (0.1, most_feed)},
            options=TIGHT,
        )

    base, step = best(), 1e-4
    assert base.outputs["conversion"] == pytest.approx(0.9)
    by_conversion = (best(0.9 + step).objective - best(0.9 - step).objective) / (2 * step)
    assert base.output_multipliers["conversion"] == pytest.approx(by_conversion, rel=1e-5)
    by_feed = (best(0.9, 2.0 + step).objective - best(0.9, 2.0 - step).objective) / (2 * step)
    feed = reactor.unknowns.position["feed"]
    assert base.upper_multipliers[feed] == pytest.approx(by_feed, rel=1e-5)
    assert base.lower_multipliers[feed] == pytest.approx(0.0, abs=1e-8)
    assert base.x[0] == pytest.approx(0.2)


def test_the_equations_multiplier_is_the_price_of_its_right_hand_side():
    m = pyo.ConcreteModel()
    m.x, m.u, m.rhs = pyo.Var(initialize=1.0), pyo.Var(initialize=1.0), pyo.Var(initialize=0.0)
    m.balance = pyo.Constraint(expr=1e3 * (m.x - m.u**2) == m.rhs)
    m.cost = pyo.Constraint(expr=(m.x - 3) ** 2 + m.u == 0)
    scale = pyo.ComponentMap([(m.balance, 1e3)])
    view = compile_model(m, [m.u, m.rhs], [m.cost], equation_scale=scale).with_free(["u"])
    start = np.array([2.0, 1.4])

    def best(rhs):
        return optimise(view, "cost", x=start, p=np.array([rhs]), options=TIGHT)

    by_rhs = (best(1e-2).objective - best(-1e-2).objective) / 2e-2
    assert best(0.0).equation_multipliers[0] == pytest.approx(by_rhs, rel=1e-4)


def test_an_upper_bound_on_an_output_has_a_multiplier_of_its_own_sign(reactor):
    def best(most):
        return optimise(
            reactor, "profit", "maximise", output_bounds={"conversion": (-np.inf, most)}, options=TIGHT
        )

    slope = (best(0.5001).objective - best(0.4999).objective) / 2e-4
    assert slope > 0
    assert best(0.5).output_multipliers["conversion"] == pytest.approx(slope, rel=1e-4)


def test_what_cannot_be_met_is_infeasible(reactor):
    best = optimise(reactor, "profit", "maximise", output_bounds={"conversion": (0.999, np.inf)})
    assert best.status == "infeasible"
    assert best.bound_violation > 1e-3 or best.equation_error > 1e-3


def test_evaluation_errors_shorten_the_step():
    m = pyo.ConcreteModel()
    m.x, m.u = pyo.Var(initialize=1.0), pyo.Var(initialize=5.0)
    m.balance = pyo.Constraint(expr=m.x == pyo.log(m.u))
    m.cost = pyo.Constraint(expr=m.u - 0.05 * m.x == 0)
    view = compile_model(m, [m.u], [m.cost]).with_free(["u"])
    best = optimise(view, "cost")
    assert best.status == "optimal"
    assert best.x[1] == pytest.approx(0.05, rel=1e-5)


def test_progress_is_reported_and_can_stop_the_run(reactor):
    seen = []

    def stop_after_three(line):
        seen.append(line)
        return line.number < 3

    best = optimise(reactor, "profit", "maximise", progress=stop_after_three)
    assert best.status == "stopped"
    assert [line.number for line in seen] == [0, 1, 2, 3]
    assert seen[0].objective == pytest.approx(profit(1.0, 1.0), abs=1.0)


def test_an_error_in_the_progress_callback_is_not_swallowed(reactor):
    def fail(line):
        raise RuntimeError("display lost")

    with pytest.raises(RuntimeError, match="display lost"):
        optimise(reactor, "profit", progress=fail)


def test_nothing_reaches_standard_output_but_what_the_caller_prints(reactor, capfd):
    optimise(reactor, "profit", "maximise", progress=lambda line: print(f"step {line.number}"))
    os.write(1, b"afterwards\n")
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "step 0"
    assert lines[-1] == "afterwards"
    assert all(line.startswith("step") for line in lines[:-1])


def test_without_cyipopt_casadis_ipopt_gives_the_same_answer(reactor, monkeypatch):
    arguments = {"output_bounds": {"conversion": (0.9, np.inf)}, "options": TIGHT}
    expected = optimise(reactor, "profit", "maximise", **arguments)
    hide_cyipopt(monkeypatch)
    found = optimise(reactor, "profit", "maximise", **arguments)
    assert found.backend == "IPOPT inside CasADi (cyipopt cannot be imported: no wheel)"
    assert found.status == "optimal"
    np.testing.assert_allclose(found.x, expected.x, rtol=1e-7)
    np.testing.assert_allclose(found.equation_multipliers, expected.equation_multipliers, rtol=1e-5)
    np.testing.assert_allclose(found.upper_multipliers, expected.upper_multipliers, atol=1e-6)
    assert found.output_multipliers == pytest.approx(expected.output_multipliers, rel=1e-5)


def test_a_nonlinear_function_of_outputs_can_be_the_objective(reactor):
    view = reactor.with_outputs({"squared": lambda o: (o["conversion"] - 0.7) ** 2})
    best = optimise(view, "squared", options=TIGHT)
    assert best.outputs["conversion"] == pytest.approx(0.7, abs=1e-4)
