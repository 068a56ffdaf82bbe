"""Optima that are known by hand, their multipliers, and what is said when there is none."""

import math
from dataclasses import replace

import numpy as np
import pytest

from flowsheet.optimise.problem import NothingToOptimise, Problem
from flowsheet.optimise.run import optimise_case
from flowsheet.optimise.search import search
from flowsheet.optimise.starts import starting_points
from flowsheet.solve.simulate import simulate
from hidden import hide_cyipopt
from opened import opened

# A wash whose profit is known in closed form.  The cake keeps L/M (1 - E)^(W/L) of the mother liquor's
# nickel; nickel is worth v per mol of product, water costs p per kg:
#   d profit/dW = v n (L/M) (-ln(1 - E)/L) (1 - E)^(W/L) - p = 0
WASH = """
flowsheet: how much wash
chemistry: nmc_sulfate
feeds:
  slurry: {{role: main_feed, price: 0 USD/kg, temperature: 25 degC,
           solid: {{flow: 30 kg/h, composition: {{graphite: 100 %}}}},
           aqueous: {{flow: 500 L/h, NiSO4: 120 g/L}}}}
  water: {{role: water, price: 0.01 USD/kg, aqueous: {{flow: 25 kg/h}}}}
units:
  press: {{unit: filter, inlets: {{slurry: slurry, wash: water}}, cake_moisture: 40 %, wash_efficiency: 70 %}}
products:
  liquor: {{stream: press.filtrate, as: NiSO4, price: 5 USD/kg}}
  residue: {{stream: press.cake, role: waste}}
optimise:
  {goal}
  vary: {{water.flow: [{low} kg/h, {high} kg/h]}}
  {more}
"""


def wash(goal="maximise: profit", low=21, high=300, more=""):
    return opened(WASH.format(goal=goal, low=low, high=high, more=more))


def retained(case):
    """kg/h of liquor that the cake keeps and the mother liquor's kg/h and NiSO4 kg/h."""
    values = case.plant.values(simulate(case.plant).x, case.p)
    remaining, kept = values["press.remaining"], values["press.retained"]
    mother = 30.0 * 0.4 / 0.6 * remaining / kept
    return 20.0 + 1e-6 * mother, mother


def best_wash(case, price=0.01):
    held, mother = retained(case)
    nickel = 500.0 * 0.120  # kg/h NiSO4
    rate = -math.log(0.3) / held
    return math.log(5.0 * nickel * held / mother * rate / price) / rate


@pytest.fixture(scope="module")
def washed():
    case = wash()
    return case, *optimise_case(case, starts=3)


def test_the_optimum_is_where_the_derivative_vanishes(washed):
    case, _, report = washed
    assert report["status"] == "optimal"
    assert report["variables"]["water.flow"]["value"] == pytest.approx(best_wash(case), rel=1e-5)
    assert report["variables"]["water.flow"]["active"] is None
    assert report["dual_infeasibility"] < 1e-6


def test_the_flowsheet_at_the_optimum_reproduces_it(washed):
    case, state, report = washed
    again = simulate(
        case.plant, case.plant.inputs({"water.flow": report["variables"]["water.flow"]["value"]})
    )
    assert again.converged
    profit = case.plant.values(again.x, again.p)["economics.profit"]
    assert profit == pytest.approx(report["objective"]["value"], rel=1e-9)
    assert report["reproduced"]["objective_of_optimiser"] == pytest.approx(profit, rel=1e-6)
    assert state.values["economics.profit"] == pytest.approx(profit, rel=1e-9)
    assert report["objective"]["base"] < profit


def test_all_starts_reach_the_same_optimum_and_the_spread_says_so(washed):
    _, _, report = washed
    assert report["spread"]["reached"] == report["spread"]["of"] == len(report["starts"]) == 3
    assert report["spread"]["best"] == pytest.approx(report["spread"]["worst"], rel=1e-8)
    assert report["starts"][0]["start"] == "base case"
    assert len({s["start_objective"] for s in report["starts"]}) == 3


@pytest.mark.parametrize(("low", "high", "side"), [(21, 60, "upper"), (150, 300, "lower")])
def test_a_bound_that_holds_the_optimum_has_its_slope_as_multiplier(low, high, side):
    case = wash(low=low, high=high)
    _, report = optimise_case(case, starts=2)
    variable = report["variables"]["water.flow"]
    assert variable["active"] == side
    step = 1e-3
    ends = [
        case.plant.values(s.x, s.p)["economics.profit"]
        for s in (
            simulate(case.plant, case.plant.inputs({"water.flow": variable["value"] + d}))
            for d in (-step, step)
        )
    ]
    assert variable["multiplier"] == pytest.approx((ends[1] - ends[0]) / (2.0 * step), rel=1e-3)


def bound(text, value):
    return f'subject_to: ["{text.format(value)}"]'


@pytest.mark.parametrize(
    ("goal", "text", "value", "step", "form"),
    [
        ("minimise: reagent_cost", "recovery(Ni) >= {} %", 99.95, 0.001, 0.01),
        ("maximise: profit", "press.wash_ratio <= {}", 3.0, 0.01, 1.0),
        ("maximise: profit", "{} >= press.wash_ratio", 3.0, 0.01, 1.0),
        ("maximise: profit", "press.filtrate.Ni >= {} g/L", 43.0, 0.01, 1.0),
        ("maximise: profit", "loss(Ni) <= {} %", 0.02, 0.0002, 0.01),
    ],
)
def test_multipliers_are_the_objective_s_change_with_the_bound(goal, text, value, step, form):
    reports = [
        optimise_case(wash(goal, more=bound(text, v)), starts=1)[1]
        for v in (value - step, value, value + step)
    ]
    assert [r["status"] for r in reports] == ["optimal"] * 3
    [constraint] = reports[1]["constraints"]
    assert constraint["active"]
    assert constraint["value"] == pytest.approx(value * form, rel=1e-5)
    slope = (reports[2]["objective"]["value"] - reports[0]["objective"]["value"]) / (2.0 * step * form)
    assert constraint["multiplier"] == pytest.approx(slope, rel=0.02)


def test_a_constraint_that_does_not_hold_the_optimum_has_no_multiplier(washed):
    _, report = optimise_case(wash(more='subject_to: ["recovery(Ni) >= 90 %"]'), starts=1)
    [constraint] = report["constraints"]
    assert not constraint["active"]
    assert constraint["slack"] > 0.0
    assert abs(constraint["multiplier"]) < 1e-4 * report["objective"]["value"]
    assert report["objective"]["value"] == pytest.approx(washed[2]["objective"]["value"], rel=1e-7)


def test_a_base_that_misses_the_recovery_by_far_still_reaches_the_optimum():
    case = wash("minimise: reagent_cost", low=1, high=300, more='subject_to: ["recovery(Ni) >= 99.99 %"]')
    _, report = optimise_case(case, starts=2)
    assert report["status"] == "optimal"
    held, mother = retained(case)
    assert report["variables"]["water.flow"]["value"] == pytest.approx(
        held * math.log(1e-4 * mother / held) / math.log(0.3), rel=1e-4
    )


def test_constraints_that_exclude_each_other_are_named():
    case = wash(more='subject_to: ["recovery(Ni) >= 99.999 %", "press.wash_ratio <= 2"]')
    _, report = optimise_case(case, starts=2)
    assert report["status"] == "not_optimal"
    assert "recovery(Ni) >= 99.999 %" in report["message"] or "press.wash_ratio <= 2" in report["message"]
    assert np.isfinite(report["objective"]["value"])


@pytest.mark.parametrize(
    ("status", "error", "excess", "found"),
    [
        ("optimal", 1e-6, 1e-9, True),
        ("acceptable", 1e-10, 1e-13, True),
        ("acceptable", 1e-6, 1e-13, False),
        ("acceptable", 1e-10, 1e-6, False),
        ("iteration_limit", 1e-10, 1e-13, False),
    ],
)
def test_an_optimum_held_up_by_rounding_alone_counts_as_one(washed, status, error, excess, found):
    problem = Problem.of(washed[0])
    base = simulate(washed[0].plant)
    attempt = search(problem, starting_points(problem, base.x, base.p, 1)[0])
    assert attempt.succeeded
    optimum = replace(attempt.optimum, status=status, dual_infeasibility=error, bound_violation=excess)
    assert replace(attempt, optimum=optimum).succeeded is found


def test_without_cyipopt_casadis_ipopt_reaches_the_same_optimum_and_the_result_says_so(washed, monkeypatch):
    hide_cyipopt(monkeypatch)
    _, _, usual = washed
    _, report = optimise_case(wash(), starts=2)
    assert report["backend"] == "IPOPT inside CasADi (cyipopt cannot be imported: no wheel)"
    assert usual["backend"].startswith("cyipopt")
    assert report["status"] == "optimal"
    assert report["spread"]["reached"] == 2
    water, before = report["variables"]["water.flow"]["value"], usual["variables"]["water.flow"]["value"]
    assert water == pytest.approx(before, rel=1e-5)
    assert report["objective"]["value"] == pytest.approx(usual["objective"]["value"], rel=1e-9)


def test_a_file_without_an_optimisation_says_so():
    text = WASH.format(goal="", low=1, high=2, more="")
    with pytest.raises(NothingToOptimise):
        optimise_case(opened(text[: text.index("optimise:")]))
