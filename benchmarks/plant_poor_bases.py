"""Optimisation of the black-mass plant from bases that miss the required recoveries by far.

    python benchmarks/plant_poor_bases.py 10              # bases, three starts from each
    python benchmarks/plant_poor_bases.py 10 1            # one start: the base alone
    python benchmarks/plant_poor_bases.py 10 3 0 5        # the first five of them

A poor base is a plant run badly: too little acid and peroxide in too short and cold a leach (POOR), all
else that may be varied somewhere between its bounds.  The bounds of what makes it poor are widened, so that
it lies within them; the optimum to be reached is that from the flowsheet's own base between the same bounds.
A base that reaches no optimum has to say which constraints it could not meet.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np

from flowsheet.document.locate import locate
from flowsheet.optimise.attempts import attempt_all
from flowsheet.optimise.problem import Problem
from flowsheet.optimise.run import best_of
from flowsheet.optimise.search import Attempt
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import Simulation, simulate

SEED = 20260202
POOR = {
    "acid.flow": (92.0, 100.0),
    "peroxide.flow": (14.0, 21.0),
    "leach.temperature": (313.15, 323.15),
    "leach.residence_time": (0.75, 1.5),
}
"""Ranges of the bases [kg/h, K, h]; each range's lower end is the variable's lower bound."""
SAME = 1e-6
"""Relative difference of two objectives that are the same optimum."""


def widened(problem: Problem) -> Problem:
    variables = tuple(
        replace(v, lower=min(v.lower, POOR[v.name][0])) if v.name in POOR else v for v in problem.variables
    )
    return replace(problem, variables=variables)


def bases(problem: Problem, count: int) -> list[np.ndarray]:
    """Settings of the free inputs, a Latin hypercube."""
    ranges = np.array([POOR.get(v.name, (v.lower, v.upper)) for v in problem.variables])
    generator = np.random.default_rng(SEED)
    strata = np.array([generator.permutation(count) for _ in ranges], dtype=float)
    unit = (strata + generator.random((len(ranges), count))) / count
    return list((ranges[:, :1] + unit * (ranges[:, 1:] - ranges[:, :1])).T)


def said(problem: Problem, base: Simulation, attempt: Attempt) -> str:
    """What the base missed, what was reached, and what could not be met."""
    objective, at_base = problem.measures(base.x, base.p)
    missed = [
        f"{c.text.split(' ')[0]} {c.shown(at_base[c.output]):.3g}"
        for c in problem.constraints
        if c.violation(at_base[c.output]) > 0.0
    ]
    if attempt.succeeded:
        return f"{attempt.objective:.5f} from {objective:.1f} with {'; '.join(missed)}"
    _, at_end = problem.measures(attempt.x, attempt.p)
    unmet = [c.text for c in problem.constraints if c.violation(at_end[c.output]) > SAME * c.scale]
    return f"no optimum; unmet: {'; '.join(unmet) or 'none, not stationary'}; base with {'; '.join(missed)}"


def main(count: int, starts: int, first: int, last: int) -> None:
    case = open_case(locate("nmc_black_mass"))
    problem = widened(Problem.of(case))
    own = simulate(case.plant, case.p)
    (best,) = attempt_all(problem, own.x, own.p, 1)
    print(f"the flowsheet's own base: {said(problem, own, best)}", flush=True)
    reached = alone = 0
    for number, settings in enumerate(bases(problem, count)):
        if not first <= number < last:
            continue
        began = time.perf_counter()
        base = simulate(case.plant, problem.with_settings(case.p, settings))
        if not base.converged:
            print(f"{number:3d} the base has no solution: {', '.join(base.failed_sections)}", flush=True)
            continue
        solved = time.perf_counter()
        attempts = attempt_all(problem, base.x, base.p, starts)
        found = best_of(problem, attempts)
        same = [a.succeeded and abs(a.objective - best.objective) <= SAME * best.objective for a in attempts]
        reached += any(same)
        alone += same[0]
        reports = ", ".join(f"{a.objective:.3f}" if a.succeeded else "none" for a in attempts)
        seconds = f"base {solved - began:.0f} s, optima {time.perf_counter() - solved:.0f} s"
        print(f"{number:3d} {'reached' if any(same) else 'NOT':7s} [{reports}] {seconds}", flush=True)
        print(f"    {said(problem, base, found)}", flush=True)
    print(f"{reached} of {last - first} reached the optimum, {alone} from the base alone")


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    total = given[0] if given else 10
    from_each = given[1] if len(given) > 1 else 3
    main(total, from_each, *(given[2:4] if len(given) > 3 else (0, total)))
