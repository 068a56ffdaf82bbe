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

_ROUNDED, _SHARP = 30.0, 1.0
"""Corners that an optimum is found with first, and those of a simulation."""
_LARGEST_RATIO = 0.6
"""By how much corners are sharpened at least."""
_SHARPENING_LIMIT = 40
"""Iterations; on one that goes well it takes four to ten."""
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

    `iterations` and `seconds` are those of all its stages; `rounding`: of the last one's corners.
    """

    start: Start
    optimum: Optimum | None = None
    iterations: int = 0
    seconds: float = 0.0
    objective: float = np.nan
    x: np.ndarray = field(default_factory=lambda: np.zeros(0))
    p: np.ndarray = field(default_factory=lambda: np.zeros(0))
    rounding: float = np.nan

    @property
    def ended(self) -> bool:
        """Whether IPOPT found an optimum, or what it accepts as one."""
        return self.optimum is not None and self.optimum.status in ("optimal", "acceptable")

    @property
    def succeeded(self) -> bool:
        return self.rounding == _SHARP and self.optimum is not None and _is_found(self.optimum)


def search(
    problem: Problem,
    start: Start,
    progress: Callable[[Progress], bool | None] | None = None,
    iteration_limit: int = 150,
) -> Attempt:
    """Optimise from one start, with corners that are round at first and then as sharp as in a simulation.

    A start that misses constraints is first brought to where they are met, or missed least.  Corners become
    sharp at once, or by degrees where an optimum jumps across one.
    """
    began = time.perf_counter()
    plant = problem.case.plant
    steps = 0

    def stage(x: np.ndarray, p: np.ndarray, rounding: float, limit: int, is_first: bool = False) -> Attempt:
        nonlocal steps
        rounded = _with_rounding(plant.model, p, rounding)
        moved = move(plant, x, p, rounded)
        if not moved.converged:
            return Attempt(start)
        x, p = moved.x, rounded
        if is_first and start.violation > _NEARLY_FEASIBLE:
            met = _meet_constraints(problem, x, p, progress)
            x, p, steps = met.x, met.p, met.steps
        options = replace(
            _FINDING if is_first else _SHARPENING,
            iteration_limit=limit,
            tolerance=1e-8 if rounding == _SHARP else 1e-4,
        )
        optimum = _optimum(problem, x, p, options, progress)
        steps += optimum.iterations
        sharp = _with_rounding(plant.model, problem.with_settings(p, optimum.x[len(x) :]), _SHARP)
        seconds = time.perf_counter() - began
        found = optimum.x[: len(x)]
        return Attempt(start, optimum, steps, seconds, optimum.objective, found, sharp, rounding)

    attempt = stage(start.x, start.p, _ROUNDED, iteration_limit, is_first=True)
    latest, ratio = attempt, _SHARP / _ROUNDED
    while latest.ended and attempt.rounding > _SHARP:
        p = _with_rounding(plant.model, attempt.p, attempt.rounding)
        latest = stage(attempt.x, p, max(ratio * attempt.rounding, _SHARP), _SHARPENING_LIMIT)
        if latest.ended:
            attempt = latest
        elif ratio < _LARGEST_RATIO:
            ratio, latest = ratio**0.5, attempt
    return latest


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
    options: IpoptOptions,
    progress: Callable[[Progress], bool | None] | None,
) -> Optimum:
    """The optimum from a solved plant."""
    stated: dict[str, Any] = {
        "output_bounds": problem.output_bounds,
        "variable_bounds": problem.variable_bounds,
        "options": options,
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


def is_better(sense: str, one: float, other: float) -> bool:
    """Whether an objective beats another in the problem's sense."""
    return one > other if sense == "maximise" else one < other
