"""Starting points: the base case and a Latin hypercube about it, each a solved plant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from flowsheet.optimise.problem import Problem
from flowsheet.solve.rounds import move

_SEED = 20240229
_DRAWINGS = 3
"""Hypercubes from which starts are drawn, one after the other."""
_SHARES = (1.0, 0.5, 0.25)


@dataclass(frozen=True, eq=False)
class Start:
    """A solved plant at some settings of the free inputs."""

    label: str
    x: np.ndarray
    p: np.ndarray
    objective: float
    violation: float


def starting_points(problem: Problem, x: np.ndarray, p: np.ndarray, count: int) -> list[Start]:
    """The base case and `count - 1` more, in the order of sampling.

    In place of samples that can't be reached from the base case others are drawn; fewer are returned where
    most can't.
    """
    base = _start(problem, "base case", x, problem.with_settings(p, problem.settings(p)))
    found = [base]
    drawn = chain.from_iterable(_samples(problem, count - 1, _SEED + k) for k in range(_DRAWINGS))
    for number, values in enumerate(drawn, start=1):
        if len(found) >= count:
            break
        reached = towards(problem, x, p, values)
        if reached is not None:
            found.append(_start(problem, f"sample {number}", *reached))
    return found


def towards(
    problem: Problem, x: np.ndarray, p: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Follow a solved plant to other settings, or to as large a share of the way as can be reached.

    Returns the plant there; None where not even the shortest share is reached.
    """
    origin = problem.settings(p)
    for share in _SHARES:
        moved = problem.with_settings(p, origin + share * (values - origin))
        result = move(problem.case.plant, x, p, moved)
        if result.converged:
            return result.x, moved
    return None


def _samples(problem: Problem, count: int, seed: int) -> Iterator[np.ndarray]:
    """Latin hypercube over the bounds, logarithmic where they span more than a decade."""
    generator = np.random.default_rng(seed)
    dimensions = len(problem.variables)
    strata = np.array([generator.permutation(count) for _ in range(dimensions)], dtype=float)
    unit = (strata + generator.random((dimensions, count))) / max(count, 1)
    lower, upper = problem.lower, problem.upper
    wide = (lower > 0) & (upper > 10.0 * np.maximum(lower, 1e-300))
    for column in unit.T:
        linear = lower + column * (upper - lower)
        ratio = np.where(wide, upper / np.where(wide, lower, 1.0), 1.0)
        yield np.where(wide, lower * ratio**column, linear)


def _start(problem: Problem, label: str, x: np.ndarray, p: np.ndarray) -> Start:
    objective, bounded = problem.measures(x, p)
    return Start(label, x, p, objective, problem.violation(bounded))
