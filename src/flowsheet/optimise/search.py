"""From a solved plant to a local optimum: to where the constraints are met, then IPOPT over the free inputs.

Where cyipopt can't be imported CasADi's IPOPT stands in for it.  It optimises expressions and can't have the
plant solved on the way, so that it takes all equations at once: slower, and less sure on a large plant.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from flowsheet.model.registry import ROUNDING
from flowsheet.optimise.problem import OBJECTIVE, Problem
from flowsheet.optimise.starts import Start
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.feasible import Feasible, meet_bounds
from flowsheet.solve.ipopt import IpoptOptions, Optimum, Progress, optimise
from flowsheet.solve.reduced import NEWTON, Move, ReducedProblem, optimise_reduced
from flowsheet.solve.rounds import move

_SHARP = 1.0
_ROUNDINGS = (30.0, _SHARP)
"""Corners an optimum is found with before it is found with those of a simulation."""
_NEARLY_FEASIBLE = 1e-3
"""Sum of violations (of logarithms, or over a bound's scale) that is as good as none."""
_FINDING = IpoptOptions(mu_init=1e-4, more={"theta_max_fact": 1.0})
_SHARPENING = IpoptOptions(
    mu_init=1e-7, more={"bound_push": 1e-8, "bound_frac": 1e-8, "theta_max_fact": 1e-3}
)
"""Every point is a solved plant, so that bounds may be approached early.  Steps that miss constraints by more
than a factor e, which fronts turn into more, are not taken; nor, near the optimum, by more than a thousandth.
"""
_ROUNDS = 5
"""Rounds of the units by which a point may be solved; a shorter step costs less than more of them."""
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


def search(
    problem: Problem,
    start: Start,
    progress: Callable[[Progress], bool | None] | None = None,
    iteration_limit: int = 150,
) -> Attempt:
    """Optimise from one start, with corners that are round at first and then as sharp as in a simulation.

    A start that misses constraints is first brought to where they are met, or missed least.
    """
    began = time.perf_counter()
    plant = problem.case.plant
    attempt = Attempt(start)
    x, p, steps = start.x, start.p, 0
    for rounding in _ROUNDINGS:
        rounded = _with_rounding(plant.model, p, rounding)
        moved = move(plant, x, p, rounded)
        if not moved.converged:
            continue
        x, p = moved.x, rounded
        if not steps and start.violation > _NEARLY_FEASIBLE:
            met = _meet_constraints(problem, x, p, progress)
            x, p, steps = met.x, met.p, met.steps
        is_last = rounding == _SHARP
        optimum = _optimum(problem, x, p, is_last, progress, iteration_limit)
        steps += optimum.iterations
        x, p = optimum.x[: len(x)], problem.with_settings(p, optimum.x[len(x) :])
        sharp = _with_rounding(plant.model, p, _SHARP)
        seconds = time.perf_counter() - began
        attempt = Attempt(start, optimum, steps, seconds, optimum.objective, x, sharp, is_last)
        if optimum.status not in ("optimal", "acceptable"):
            break
    return attempt


def _meet_constraints(
    problem: Problem, x: np.ndarray, p: np.ndarray, progress: Callable[[Progress], bool | None] | None
) -> Feasible:
    """The plant where constraints are met, or missed least."""
    sign = 1.0 if problem.sense == "minimise" else -1.0
    reduced = ReducedProblem(
        problem.case.plant.model,
        problem.names,
        {OBJECTIVE: 1.0},
        sign,
        problem.output_bounds,
        problem.variable_bounds,
        x,
        p,
        _mover(problem),
    )

    def tell(step: int, objective: float, violation: float) -> bool | None:
        return progress(Progress(step, sign * objective, violation, 0.0, 0.0, True)) if progress else None

    return meet_bounds(reduced, np.array([c.size for c in problem.constraints]), tell)


def _with_rounding(model: CompiledModel, p: np.ndarray, rounding: float) -> np.ndarray:
    moved = p.copy()
    moved[model.inputs.position[ROUNDING]] = rounding
    return moved


def _optimum(
    problem: Problem,
    x: np.ndarray,
    p: np.ndarray,
    is_last: bool,
    progress: Callable[[Progress], bool | None] | None,
    iteration_limit: int,
) -> Optimum:
    """The optimum from a solved plant, precise in the last stage."""
    stated: dict[str, Any] = {
        "output_bounds": problem.output_bounds,
        "variable_bounds": problem.variable_bounds,
        "options": replace(
            _SHARPENING if is_last else _FINDING,
            iteration_limit=iteration_limit,
            tolerance=1e-8 if is_last else 1e-4,
        ),
        "progress": progress,
    }
    model, names, sense = problem.case.plant.model, problem.names, problem.sense
    try:
        return optimise_reduced(model, names, OBJECTIVE, sense, x=x, p=p, move=_mover(problem), **stated)
    except ImportError:
        free, held = problem.free_model.gather(x, p)
        return optimise(problem.free_model, OBJECTIVE, sense, x=free, p=held, **stated)


def _mover(problem: Problem) -> Move:
    """How a point is solved from the nearest one known."""
    return partial(move, problem.case.plant, options=NEWTON, rounds=_ROUNDS)


def _is_found(optimum: Optimum) -> bool:
    """Whether it is an optimum: IPOPT's own tolerance is absolute, and a plant's rounding may lie above."""
    return optimum.status == "optimal" or (
        optimum.status == "acceptable"
        and max(optimum.dual_infeasibility, optimum.bound_violation) <= _STATIONARY
    )


def is_better(problem: Problem, one: float, other: float) -> bool:
    """Whether an objective beats another in the problem's sense."""
    return one > other if problem.sense == "maximise" else one < other
