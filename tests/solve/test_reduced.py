"""Optimising freed inputs alone: known optima and multipliers, exact derivatives, points without solution."""

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.solve import reduced
from flowsheet.solve.compile import compile_model
from flowsheet.solve.ipopt import IpoptOptions, optimise
from flowsheet.solve.newton import solve
from flowsheet.solve.reduced import ReducedProblem, optimise_reduced
from flowsheet.solve.simulate import simulate
from harness import RECYCLING, compiled

TIGHT = IpoptOptions(tolerance=1e-11)
FREE = ["feed", "tau"]
INPUTS = {"feed": (0.1, 2.0), "tau": (0.01, 50.0)}


@pytest.fixture
def reactor():
    """Profit of a tank: value of what reacts less the tank's cost, with conversion and tank size bounded.

    c + tau c = feed + leak; profit = value (feed - c) - tau - 0.5 feed; conversion = 1 - c / feed.
    """
    m = pyo.ConcreteModel()
    m.feed, m.tau = pyo.Var(initialize=1.0), pyo.Var(initialize=1.0)
    m.value, m.leak = pyo.Var(initialize=10.0), pyo.Var(initialize=0.0)
    m.c = pyo.Var(initialize=0.5, bounds=(0, None))
    m.balance = pyo.Constraint(expr=1e3 * (m.c + m.tau * m.c - m.feed) == m.leak)
    m.profit = pyo.Constraint(expr=m.value * (m.feed - m.c) - m.tau - 0.5 * m.feed == 0)
    m.conversion = pyo.Constraint(expr=1 - m.c / m.feed == 0)
    return compile_model(
        m,
        inputs=[m.feed, m.tau, m.value, m.leak],
        outputs=[m.profit, m.conversion],
        equation_scale=pyo.ComponentMap([(m.balance, 1e3)]),
    )


def best(model, sense="maximise", objective="profit", output_bounds=None, p=None, **changes):
    p = model.p0 if p is None else p
    arguments = {
        "output_bounds": output_bounds or {},
        "variable_bounds": INPUTS,
        "x": solve(model, p=p).x,
        "p": p,
        "options": TIGHT,
    } | changes
    return optimise_reduced(model, FREE, objective, sense, **arguments)


def profit(tau, feed, value=10.0):
    return value * feed * tau / (1 + tau) - tau - 0.5 * feed


def test_the_optimum_is_the_one_that_calculus_gives(reactor):
    # d profit / d tau = value feed / (1 + tau)^2 - 1 = 0 and profit rises with feed to its bound.
    found = best(reactor)
    tau = np.sqrt(20.0) - 1
    assert found.status == "optimal"
    assert found.x == pytest.approx([2 / (1 + tau), 2.0, tau], rel=1e-7)
    assert found.objective == pytest.approx(profit(tau, 2.0))
    assert found.upper_multipliers == pytest.approx([0.0, 10.0 * tau / (1 + tau) - 0.5, 0.0], abs=1e-6)
    assert found.lower_multipliers == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    assert found.dual_infeasibility < 1e-8
    assert found.equation_error < 1e-10
    assert found.backend.startswith("cyipopt")


@pytest.mark.parametrize("sense", ["maximise", "minimise"])
def test_multipliers_are_the_objectives_derivatives_by_the_bounds(reactor, sense):
    # At conversion X and the largest feed tau = X / (1 - X): profit = value X feed - X / (1 - X) - feed / 2.
    m = reactor.with_outputs({"loss": lambda o: -o["profit"]})
    sign, objective = (1.0, "profit") if sense == "maximise" else (-1.0, "loss")
    found = best(m, sense, objective, {"conversion": (0.9, np.inf)})
    assert found.status == "optimal"
    assert found.outputs["conversion"] == pytest.approx(0.9)
    assert found.objective == pytest.approx(sign * profit(9.0, 2.0))
    assert found.output_multipliers["conversion"] == pytest.approx(sign * (20.0 - 100.0), rel=1e-6)
    assert found.upper_multipliers == pytest.approx([0.0, sign * 8.5, 0.0], abs=1e-6)
    # c = (feed + leak / 1000) / (1 + tau) = feed / 10: d tau / d leak = 10 / feed / 1000
    assert found.equation_multipliers == pytest.approx([sign * -5e-3], rel=1e-6)


def test_a_lower_bound_of_an_input_has_the_slope_there_as_multiplier(reactor):
    found = best(reactor, variable_bounds={"feed": (0.1, 2.0), "tau": (7.0, 50.0)})
    assert found.x[1:] == pytest.approx([2.0, 7.0])
    assert found.lower_multipliers == pytest.approx([0.0, 0.0, 20.0 / 8.0**2 - 1.0], abs=1e-6)
    assert found.upper_multipliers == pytest.approx([0.0, 10.0 * 7.0 / 8.0 - 0.5, 0.0], abs=1e-6)


def test_an_upper_bound_on_an_output_has_the_sign_of_its_price(reactor):
    found = best(reactor, output_bounds={"conversion": (-np.inf, 0.5)})
    assert found.outputs["conversion"] == pytest.approx(0.5)
    assert found.output_multipliers["conversion"] == pytest.approx(20.0 - 4.0, rel=1e-6)


def test_all_equations_at_once_have_the_same_optimum_and_multipliers(reactor):
    bounds = {"conversion": (0.9, np.inf)}
    found = best(reactor, output_bounds=bounds)
    view = reactor.with_free(FREE)
    x, p = view.gather(reactor.x0, reactor.p0)
    other = optimise(
        view, "profit", "maximise", output_bounds=bounds, variable_bounds=INPUTS, x=x, p=p, options=TIGHT
    )
    np.testing.assert_allclose(found.x, other.x, rtol=1e-8)
    np.testing.assert_allclose(found.equation_multipliers, other.equation_multipliers, rtol=1e-6)
    np.testing.assert_allclose(found.upper_multipliers, other.upper_multipliers, atol=1e-6)
    assert found.output_multipliers == pytest.approx(other.output_multipliers, rel=1e-6)


def test_what_cannot_be_met_is_infeasible_and_leaves_a_solved_plant(reactor):
    found = best(reactor, output_bounds={"conversion": (0.999, np.inf)})
    assert found.status == "infeasible"
    assert found.bound_violation == pytest.approx(0.999 - 50.0 / 51.0, abs=1e-4)
    assert found.equation_error < 1e-9


def test_bounds_that_hold_an_input_to_one_value_are_kept(reactor):
    found = best(reactor, variable_bounds={"feed": (1.0, 1.0), "tau": (0.01, 50.0)})
    assert found.status == "optimal"
    assert found.x[1:] == pytest.approx([1.0, np.sqrt(10.0) - 1.0], rel=1e-7)


@pytest.fixture
def rooted():
    """x = sqrt(u), without a solution below u = 0; cost = u + 0.5 / x is least at u = 1/4^(2/3)."""
    m = pyo.ConcreteModel()
    m.x, m.u = pyo.Var(initialize=2.0), pyo.Var(initialize=4.0)
    m.root = pyo.Constraint(expr=m.x**2 == m.u)
    m.cost = pyo.Constraint(expr=m.u + 0.5 / m.x == 0)
    return compile_model(m, inputs=[m.u], outputs=[m.cost])


def test_where_the_plant_has_no_solution_the_step_is_shortened(rooted, monkeypatch):
    followed = []
    genuine = reduced.follow_inputs

    def recorded(model, x, p_from, p_to, *rest):
        result = genuine(model, x, p_from, p_to, *rest)
        followed.append((float(p_to[0]), result.converged))
        return result

    monkeypatch.setattr(reduced, "follow_inputs", recorded)
    found = optimise_reduced(
        rooted,
        ["u"],
        "cost",
        "minimise",
        output_bounds={},
        variable_bounds={"u": (-50.0, 50.0)},
        x=rooted.x0,
        p=rooted.p0,
        options=TIGHT,
    )
    assert found.status == "optimal"
    assert found.x == pytest.approx([0.25 ** (1 / 3), 0.25 ** (2 / 3)], rel=1e-6)
    refused = [u for u, converged in followed if not converged]
    assert refused
    assert max(refused) < 0.0


def test_many_points_without_solution_do_not_hide_the_solved_one(rooted):
    u = {"u": (-50.0, 50.0)}
    problem = ReducedProblem(rooted, ["u"], {"cost": 1.0}, 1.0, {}, u, rooted.x0, rooted.p0)
    for number in range(1, 30):
        assert np.isnan(problem.objective(np.array([-0.01 * number])))
    assert problem.objective(np.array([0.01])) == pytest.approx(1.0 + 0.5)


def test_progress_can_stop_the_run_at_a_solved_plant(reactor):
    seen = []

    def stop_after_two(line):
        seen.append(line)
        return line.number < 2

    found = best(reactor, progress=stop_after_two)
    assert found.status == "stopped"
    assert [line.number for line in seen] == [0, 1, 2]
    assert found.objective == pytest.approx(seen[-1].objective)
    assert found.equation_error < 1e-9


def test_names_that_the_model_does_not_have_are_refused(reactor):
    with pytest.raises(KeyError):
        best(reactor, objective="colour")
    with pytest.raises(KeyError):
        best(reactor, output_bounds={"colour": (0.0, 1.0)})


# ---- derivatives, on a plant with a recycle, a speciated liquor, a solid and a set point

VARIED = {"liquor.flow": (0.2, 1.0), "tank.pH": (6.5, 9.0), "bleed.fraction": (0.05, 0.6)}
OBJECTIVE, BOUNDED = "tank.reagent_flow", ("tank.heat_duty", "press.retained")


@pytest.fixture(scope="module")
def plant_problem():
    plant = compiled(RECYCLING)[1]
    solution = simulate(plant)
    bounds = dict.fromkeys(BOUNDED, (-np.inf, np.inf))
    return ReducedProblem(
        plant.model, list(VARIED), {OBJECTIVE: 1.0}, 1.0, bounds, VARIED, solution.x, solution.p
    )


def central(function, u, step):
    """d function / d u by central differences with Richardson's correction: of fourth order."""

    def slope(h):
        moves = h * np.eye(len(u))
        return np.array([(function(u + d) - function(u - d)) / (2 * h) for d in moves]).T

    return (4 * slope(step) - slope(2 * step)) / 3


def relative_error(exact, difference):
    return np.max(np.abs(exact - difference)) / np.max(np.abs(exact))


def test_first_derivatives_are_those_of_solved_plants(plant_problem):
    u = plant_problem.start.u
    gradient = plant_problem.gradient(u)
    assert np.all(gradient != 0.0)
    assert relative_error(gradient, central(plant_problem.objective, u, 1e-3)) < 1e-6
    rows = plant_problem.jacobian(u).reshape(len(BOUNDED), len(VARIED))
    assert relative_error(rows, central(plant_problem.rows, u, 1e-3)) < 1e-6


def test_second_derivatives_are_those_of_solved_plants(plant_problem):
    u, y = plant_problem.start.u, np.array([0.7, -0.3])

    def slope(at):
        return 2.0 * plant_problem.gradient(at) + y @ plant_problem.jacobian(at).reshape(-1, len(VARIED))

    row, col = plant_problem.hessian_structure()
    exact = plant_problem.hessian(u, y, 2.0)
    assert len(exact) == 6
    assert relative_error(exact, central(slope, u, 1e-3)[row, col]) < 1e-6


def test_a_point_is_solved_once(plant_problem, monkeypatch):
    u = plant_problem.start.u + 0.01
    value = plant_problem.objective(u)

    def not_again(*_):
        raise AssertionError("solved a second time")

    monkeypatch.setattr(reduced, "follow_inputs", not_again)
    assert plant_problem.objective(u) == value
    assert np.all(np.isfinite(plant_problem.hessian(u, np.zeros(2), 1.0)))
