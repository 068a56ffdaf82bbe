"""The black-mass plant's optimum: what each start reaches, and its multipliers against finite differences.

    python benchmarks/plant_optimum.py 10                 # starts
    python benchmarks/plant_optimum.py 10 mixed_hydroxide # of a scenario

Each multiplier checked is that of a bound or constraint which holds the optimum: its bound is moved both ways
and the plant optimised again from the optimum.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np

from flowsheet.document.locate import locate
from flowsheet.optimise.problem import OBJECTIVE, Problem
from flowsheet.optimise.run import best_of
from flowsheet.optimise.search import Attempt, search
from flowsheet.optimise.starts import starting_points
from flowsheet.solve.case import Case, open_case
from flowsheet.solve.ipopt import IpoptOptions
from flowsheet.solve.reduced import optimise_reduced
from flowsheet.solve.simulate import simulate

CHECKED = 3
MOVED = 1e-3
"""Share of a variable's range, or of a constraint's scale, by which a bound is moved."""


def objective_at(problem: Problem, best: Attempt, bounds: dict[str, tuple[float, float]]) -> float:
    """The optimum with some bounds replaced, from the best one known."""
    variables = {v.name: bounds.get(v.name, (v.lower, v.upper)) for v in problem.variables}
    outputs = {c.output: bounds.get(c.output, (c.lower, c.upper)) for c in problem.constraints}
    found = optimise_reduced(
        problem.case.plant.model,
        problem.names,
        OBJECTIVE,
        problem.sense,
        output_bounds=outputs,
        variable_bounds=variables,
        x=best.x,
        p=best.p,
        options=IpoptOptions(mu_init=1e-7),
    )
    return found.objective


def multipliers(problem: Problem, best: Attempt) -> list[tuple[str, float, str, int, float]]:
    """Name, multiplier, bounded quantity, side and step of what holds the optimum, largest effect first."""
    optimum: Any = best.optimum
    position = problem.free_model.unknowns.position
    found = []
    for v in problem.variables:
        for side, values in enumerate((optimum.lower_multipliers, optimum.upper_multipliers)):
            found.append((v.name, float(values[position[v.name]]), v.name, side, MOVED * (v.upper - v.lower)))
    for c in problem.constraints:
        side = 0 if np.isfinite(c.lower) else 1
        found.append((c.text, optimum.output_multipliers[c.output], c.output, side, MOVED * c.scale))
    return sorted(found, key=lambda row: -abs(row[1] * row[4]))


def check(problem: Problem, best: Attempt) -> None:
    bounds = {v.name: (v.lower, v.upper) for v in problem.variables}
    bounds |= {c.output: (c.lower, c.upper) for c in problem.constraints}
    for name, multiplier, quantity, side, step in multipliers(problem, best)[:CHECKED]:
        moved = []
        for sign in (1.0, -1.0):
            pair = list(bounds[quantity])
            pair[side] += sign * step
            moved.append(objective_at(problem, best, {quantity: (pair[0], pair[1])}))
        difference = (moved[0] - moved[1]) / (2.0 * step)
        print(f"multiplier of {name}: {multiplier:.6g}, by finite difference {difference:.6g}", flush=True)


def main(count: int, scenario: str | None) -> None:
    case: Case = open_case(locate("nmc_black_mass"), scenario)
    began = time.perf_counter()
    base = simulate(case.plant, case.p)
    print(f"base case: {base.status}, {time.perf_counter() - began:.1f} s", flush=True)
    problem, attempts = Problem.of(case), []
    for start in starting_points(problem, base.x, base.p, count):
        began = time.perf_counter()
        attempts.append(search(problem, start))
        optimum: Any = attempts[-1].optimum
        print(
            f"{start.label:10s} from {start.objective:9.4f} missing {start.violation:.2g}:"
            f" {optimum.status:16s} {optimum.objective:9.5f} in {attempts[-1].iterations:3d} iterations,"
            f" {time.perf_counter() - began:5.1f} s, dual {optimum.dual_infeasibility:.1e}",
            flush=True,
        )
    best = best_of(problem, attempts)
    again = simulate(replace(case, p=best.p).plant, best.p, warm=best.x)
    objective, _ = problem.measures(again.x, again.p)
    print(f"best {best.objective:.8g}, simulated again {objective:.8g} ({again.status})")
    check(problem, best)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, sys.argv[2] if len(sys.argv) > 2 else None)
