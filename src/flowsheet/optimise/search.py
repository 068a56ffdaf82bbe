"""From a solved plant to a local optimum: IPOPT over the free inputs, bounds tightened stepwise if need be.

Where cyipopt can't be imported CasADi's IPOPT stands in for it.  It optimises expressions and can't have the
plant solved on the way, so that it takes all equations at once: slower, and less sure on a large plant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from flowsheet.model.registry import ROUNDING
from flowsheet.optimise.problem import OBJECTIVE, Problem
from flowsheet.optimise.starts import Start
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.ipopt import IpoptOptions, Optimum, Progress, optimise
from flowsheet.solve.path import follow_inputs
from flowsheet.solve.reduced import optimise_reduced

_ROUNDINGS = (30.0, 1.0)
"""Corners an optimum is found with before it is found with those of a simulation."""
_TIGHTENING = (1.1, 0.3)
"""Shares of the first violation that are still allowed, step by step."""
_NEARLY_FEASIBLE, _FAR = 1e-3, 0.5
"""Sums of violations (of logarithms): as good as none; so large that they are better undone step by step."""
_FINDING = IpoptOptions(mu_init=1e-4)
_SHARPENING = IpoptOptions(
    mu_init=1e-7, more={"bound_push": 1e-8, "bound_frac": 1e-8, "theta_max_fact": 1e-3}
)
"""Every point is a solved plant, so that bounds may be approached early; the rounded optimum is near, and
steps that miss constraints by more than a thousandth only lead away from it."""
_STATIONARY = 1e-8
"""Relative dual infeasibility, and excess over a bound, of an optimum that IPOPT calls acceptable only."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """What became of one start: the last point found, and inputs `p` at which corners are sharp.

    `iterations` and `seconds` are those of all its stages; `finished`: the last one was reached, that of the
    problem as stated.
    """

    start: Start
    optimum: Optimum | None = None
    iterations: int = 0
    seconds: float = 0.0
    objective: float = np.nan
    x: np.ndarray = field(default_factory=lambda: np.zeros(0))
    p: np.ndarray = field(default_factory=lambda: np.zeros(0))
    finished: bool = False

    @property
    def succeeded(self) -> bool:
        return self.finished and self.optimum is not None and _is_found(self.optimum)


@dataclass(frozen=True)
class _Stage:
    """`allowed`: share of what the start misses that is still forgiven; `rounding` of all corners."""

    allowed: float
    rounding: float

    @property
    def is_last(self) -> bool:
        return self.allowed == 0.0 and self.rounding == 1.0


def search(
    problem: Problem,
    start: Start,
    progress: Callable[[Progress], bool | None] | None = None,
    iteration_limit: int = 150,
) -> Attempt:
    """Optimise from one start, with corners that are round at first and then as sharp as in a simulation.

    A start that misses constraints by far is allowed what it misses at first; the allowance shrinks to
    nothing over a few optimisations, each from the last one's solution.  Where that way fails, the other is
    tried.
    """
    _, bounded = problem.measures(start.x, start.p)
    missed = {c.output: c.violation(bounded[c.output]) for c in problem.constraints}
    sharpening = [_Stage(0.0, rounding) for rounding in _ROUNDINGS]
    tightening = [*(_Stage(share, _ROUNDINGS[0]) for share in _TIGHTENING), *sharpening]
    total = sum(missed.values())
    if total <= _NEARLY_FEASIBLE:
        plans = [sharpening]
    else:
        plans = [tightening, sharpening] if total > _FAR else [sharpening, tightening]
    attempt = Attempt(start)
    for plan in plans:
        attempt = _through(problem, attempt, plan, missed, progress, iteration_limit)
        if attempt.succeeded:
            break
    return attempt


def _through(
    problem: Problem,
    earlier: Attempt,
    plan: list[_Stage],
    missed: Mapping[str, float],
    progress: Callable[[Progress], bool | None] | None,
    iteration_limit: int,
) -> Attempt:
    """The stages of a plan, each from the optimum of the one before, as far as they find one."""
    x, p = earlier.start.x, earlier.start.p
    model = problem.case.plant.model
    attempt = earlier
    for stage in plan:
        rounded = _with_rounding(model, p, stage.rounding)
        followed = follow_inputs(model, x, p, rounded)
        if not followed.converged:
            return attempt
        optimum = _optimum(problem, followed.x, rounded, missed, stage, progress, iteration_limit)
        x, p = optimum.x[: len(x)], problem.with_settings(rounded, optimum.x[len(x) :])
        attempt = Attempt(
            earlier.start,
            optimum,
            attempt.iterations + optimum.iterations,
            attempt.seconds + optimum.seconds,
            optimum.objective,
            x,
            _with_rounding(model, p, 1.0),
            stage.is_last,
        )
        if optimum.status not in ("optimal", "acceptable"):
            return attempt
    return attempt


def _with_rounding(model: CompiledModel, p: np.ndarray, rounding: float) -> np.ndarray:
    moved = p.copy()
    moved[model.inputs.position[ROUNDING]] = rounding
    return moved


def _optimum(
    problem: Problem,
    x: np.ndarray,
    p: np.ndarray,
    missed: Mapping[str, float],
    stage: _Stage,
    progress: Callable[[Progress], bool | None] | None,
    iteration_limit: int,
) -> Optimum:
    """The optimum of a stage, from a solved plant."""
    stated: dict[str, Any] = {
        "output_bounds": {
            c.output: (c.lower - stage.allowed * missed[c.output], c.upper + stage.allowed * missed[c.output])
            for c in problem.constraints
        },
        "variable_bounds": {v.name: (v.lower, v.upper) for v in problem.variables},
        "options": replace(
            _SHARPENING if stage.is_last else _FINDING,
            iteration_limit=iteration_limit,
            tolerance=1e-8 if stage.is_last else 1e-4,
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


def is_better(problem: Problem, one: float, other: float) -> bool:
    """Whether an objective beats another in the problem's sense."""
    return one > other if problem.sense == "maximise" else one < other
