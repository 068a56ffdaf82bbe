"""From a solved plant to a local optimum: IPOPT over the free inputs, bounds tightened stepwise if need be.

Where cyipopt can't be imported CasADi's IPOPT stands in for it.  It optimises expressions and can't have the
plant solved on the way, so that it takes all equations at once: slower, and less sure on a large plant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flowsheet.optimise.problem import OBJECTIVE, Problem
from flowsheet.optimise.starts import Start
from flowsheet.solve.ipopt import IpoptOptions, Optimum, Progress, optimise
from flowsheet.solve.reduced import optimise_reduced

_TIGHTENING = (0.6, 0.3, 0.1, 0.0)
"""Shares of the first violation that are still allowed, step by step."""
_NEARLY_FEASIBLE = 1e-3
_FIRST_BARRIER = 1e-4
"""IPOPT's first barrier parameter: every point is a solved plant, so that bounds may be approached early."""
_STATIONARY = 1e-8
"""Relative dual infeasibility, and excess over a bound, of an optimum that IPOPT calls acceptable only."""


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
        return self.optimum is not None and _is_found(self.optimum)


def search(
    problem: Problem,
    start: Start,
    progress: Callable[[Progress], bool | None] | None = None,
    iteration_limit: int = 150,
) -> Attempt:
    """Optimise from one start.

    Where that fails and the start misses constraints, it is allowed what it misses first; the allowance
    shrinks to nothing over a few optimisations, each from the last one's solution.
    """
    _, bounded = problem.measures(start.x, start.p)
    missed = {c.output: c.violation(bounded[c.output]) for c in problem.constraints}
    at_once = _optimum(problem, start.x, start.p, missed, 0.0, progress, iteration_limit)
    if _is_found(at_once) or sum(missed.values()) <= _NEARLY_FEASIBLE:
        return _attempt(problem, start, at_once, 1)
    x, p, optimum = start.x, start.p, at_once
    for share in _TIGHTENING:
        optimum = _optimum(problem, x, p, missed, share, progress, iteration_limit)
        x, p = optimum.x[: len(x)], problem.with_settings(p, optimum.x[len(x) :])
    return _attempt(problem, start, optimum, 1 + len(_TIGHTENING))


def _optimum(
    problem: Problem,
    x: np.ndarray,
    p: np.ndarray,
    missed: Mapping[str, float],
    allowed: float,
    progress: Callable[[Progress], bool | None] | None,
    iteration_limit: int,
) -> Optimum:
    """The optimum from a solved plant, each constraint given an allowed share of what was missed."""
    stated: dict[str, Any] = {
        "output_bounds": {
            c.output: (c.lower - allowed * missed[c.output], c.upper + allowed * missed[c.output])
            for c in problem.constraints
        },
        "variable_bounds": {v.name: (v.lower, v.upper) for v in problem.variables},
        "options": IpoptOptions(
            mu_init=_FIRST_BARRIER,
            iteration_limit=iteration_limit,
            tolerance=1e-4 if allowed else 1e-8,
        ),
        "progress": progress,
    }
    model, names, sense = problem.case.plant.model, problem.names, problem.sense
    try:
        return optimise_reduced(model, names, OBJECTIVE, sense, x=x, p=p, **stated)
    except ImportError:
        free, held = problem.free_model.gather(x, p)
        return optimise(problem.free_model, OBJECTIVE, sense, x=free, p=held, **stated)


def _is_found(optimum: Optimum) -> bool:
    """Whether it is an optimum: IPOPT's own tolerance is absolute, and a plant's rounding may lie above."""
    return optimum.status == "optimal" or (
        optimum.status == "acceptable"
        and max(optimum.dual_infeasibility, optimum.bound_violation) <= _STATIONARY
    )


def _attempt(problem: Problem, start: Start, optimum: Optimum, steps: int) -> Attempt:
    count = len(start.x)
    p = problem.with_settings(start.p, optimum.x[count:])
    return Attempt(start, optimum, steps, optimum.objective, optimum.x[:count], p)


def is_better(problem: Problem, one: float, other: float) -> bool:
    """Whether an objective beats another in the problem's sense."""
    return one > other if problem.sense == "maximise" else one < other
