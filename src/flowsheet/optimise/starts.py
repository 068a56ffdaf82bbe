"""Starting points: the base case and a Latin hypercube about it, each a solved plant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

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


class Sample(NamedTuple):
    """Settings of the free inputs; `number` counts from 1."""

    number: int
    values: np.ndarray


def starting_points(problem: Problem, x: np.ndarray, p: np.ndarray, count: int) -> list[Start]:
    """The base case and `count - 1` more, in the order of sampling.

    In place of samples that can't be reached from the base case others are drawn; fewer are returned where
    most can't.
    """
    found = [base_start(problem, x, p)]
    drawn = samples(problem, count)
    while len(found) < count and (sample := next(drawn, None)) is not None:
        start = reached(problem, x, p, sample)
        if start is not None:
            found.append(start)
    return found


def base_start(problem: Problem, x: np.ndarray, p: np.ndarray) -> Start:
    """The base case itself."""
    return _start(problem, "base case", x, p)


def samples(problem: Problem, count: int) -> Iterator[Sample]:
    """Settings for `count - 1` starts, then as many for each further hypercube."""
    drawn = chain.from_iterable(_hypercube(problem, count - 1, _SEED + k) for k in range(_DRAWINGS))
    return (Sample(number, values) for number, values in enumerate(drawn, start=1))


def reached(problem: Problem, x: np.ndarray, p: np.ndarray, sample: Sample) -> Start | None:
    """The plant moved from its solution `x` at `p` to a sample, or to as large a share of the way as can be.

    None where not even the shortest share is reached.
    """
    origin = problem.settings(p)
    for share in _SHARES:
        moved = problem.with_settings(p, origin + share * (sample.values - origin))
        result = move(problem.case.plant, x, p, moved)
        if result.converged:
            return _start(problem, f"sample {sample.number}", result.x, moved)
    return None


def _hypercube(problem: Problem, count: int, seed: int) -> Iterator[np.ndarray]:
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
