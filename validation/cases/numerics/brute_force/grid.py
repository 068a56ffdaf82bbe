"""The optimum of a small plant by trying a grid of its three variables, refined around the best point.

Nothing of the optimiser is used: every point of the grid is simulated, points that miss the bound on
recovery are passed over, and the next, finer grid spans one and a half steps on either side of the best.
"""

import itertools
from functools import cache

import numpy as np

from flowsheet.optimise.run import optimise_case
from flowsheet.solve.simulate import simulate

VARIABLES = ("first_water.flow", "repulp_water.flow", "second_water.flow")
LOW, HIGH = 1.0, 200.0
"""kg/h"""
STEPS, REFINEMENTS = 7, 14
LEAST = {"profit": 0.5, "recovery": 0.9999}
"""Bound on the recovery of nickel."""
STARTS = 3


@cache
def _found(case, least):
    """Best profit [USD/h] and where it is, by grids."""
    first = simulate(case.plant, case.p)
    low, high = np.full(3, LOW), np.full(3, HIGH)
    best, place = -np.inf, None
    for _ in range(REFINEMENTS):
        axes = [np.linspace(a, b, STEPS) for a, b in zip(low, high, strict=True)]
        for flows in itertools.product(*axes):
            p = case.p.copy()
            for name, flow in zip(VARIABLES, flows, strict=True):
                p[case.plant.model.inputs.position[name]] = flow
            tried = simulate(case.plant, p, first.x, warm_inputs=first.p)
            if not tried.converged:
                raise ArithmeticError(f"no solution at {flows}")
            values = case.plant.values(tried.x, p)
            if values["recovery.Ni"] >= least and values["economics.profit"] > best:
                best, place = values["economics.profit"], np.array(flows)
        if place is None:
            raise ArithmeticError("no point of the grid keeps the bound")
        reach = 1.5 * (high - low) / (STEPS - 1)
        low, high = np.maximum(place - reach, LOW), np.minimum(place + reach, HIGH)
    return best, float(place.sum())


@cache
def _optimised(case):
    """The optimiser's report."""
    _, report = optimise_case(case, starts=STARTS)
    if report["status"] != "optimal":
        raise ArithmeticError(report["status"])
    return report


def profit(point):
    """Of the optimiser [USD/h]."""
    return _optimised(point.case)["objective"]["value"]


def water(point):
    """All the water that the optimiser chooses [kg/h]."""
    return sum(v["value"] for v in _optimised(point.case)["variables"].values())


def profit_by_grid(point):
    """Of the best point [USD/h]."""
    return _found(point.case, LEAST[point.row["goal"]])[0]


def water_by_grid(point):
    """All its water [kg/h]."""
    return _found(point.case, LEAST[point.row["goal"]])[1]
