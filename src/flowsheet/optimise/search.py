"""From a solved plant to a local optimum: IPOPT on all equations, bounds tightened stepwise if need be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from flowsheet.optimise.problem import OBJECTIVE, Problem
from flowsheet.optimise.starts import Start
from flowsheet.solve.ipopt import IpoptOptions, Optimum, Progress
from flowsheet.solve.reduced import optimise_reduced

_TIGHTENING = (0.6, 0.3, 0.1, 0.0)
"""Shares of the first violation that are still allowed, step by step."""
_NEARLY_FEASIBLE = 1e-3
_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Attempt:
    """What became of one start."""

    start: Start
    optimum: Optimum | None
    steps: int
    objective: float = np.nan
    x: np.ndarray = field(default_factory=lambda: np.zeros(0))
    p: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def succeeded(self) -> bool:
        return self.optimum is not None and self.optimum.status == "optimal"


def search(
    problem: Problem,
    start: Start,
    progress: Callable[[Progress], bool | None] | None = None,
    iteration_limit: int = 300,
) -> Attempt:
    """Optimise from one start.

    A start that meets the constraints goes to IPOPT at once.  One that misses them is allowed what it misses
    first; the allowance shrinks to nothing over a few optimisations, each from the last one's solution.
    """
    model = problem.case.plant.model
    x, p = start.x, start.p
    _, bounded = problem.measures(start.x, start.p)
    missed = {c.output: c.violation(bounded[c.output]) for c in problem.constraints}
    steps = (0.0,) if sum(missed.values()) <= _NEARLY_FEASIBLE else _TIGHTENING
    variable_bounds = {v.name: (v.lower, v.upper) for v in problem.variables}
    optimum: Optimum | None = None
    for number, share in enumerate(steps):
        bounds = {
            c.output: (c.lower - share * missed[c.output], c.upper + share * missed[c.output])
            for c in problem.constraints
        }
        options = IpoptOptions(
            mu_init=1e-2 if number == 0 else 1e-3,
            iteration_limit=iteration_limit,
            tolerance=1e-8 if share == 0.0 else 1e-4,
        )
        optimum = optimise_reduced(
            model,
            problem.names,
            OBJECTIVE,
            problem.sense,
            output_bounds=bounds,
            variable_bounds=variable_bounds,
            x=x,
            p=p,
            options=options,
            progress=progress,
        )
        x, p = optimum.x[: len(x)], problem.with_settings(p, optimum.x[len(x) :])
    assert optimum is not None
    return Attempt(start, optimum, len(steps), optimum.objective, x, p)


def is_better(problem: Problem, one: float, other: float) -> bool:
    """Whether an objective beats another in the problem's sense."""
    return one > other if problem.sense == "maximise" else one < other
