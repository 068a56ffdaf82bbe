"""From inputs at which bounds on outputs are missed to inputs at which they are met.

With g the bounded outputs, J their derivatives by the free inputs u and d a trust region, each step solves

    minimise    sum_j s_j                        over s >= 0 and |du| <= d
    subject to  lower - s <= g + J du <= upper + s,     u + du between its own bounds

and is kept where the sum of violations falls by a tenth of what this linear programme promises; else d
shrinks.  A linear programme is content with a corner, which suits bounds that fronts and solids decide: their
derivatives say which way to go, and little of how far (R. Fletcher, Practical Methods of Optimization, Wiley
2000, chapter 14, doi:10.1002/9781118723203).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsheet.solve.reduced import Point, ReducedProblem

_FIRST, _LONGEST, _SHORTEST = 0.1, 0.2, 1e-3
"""Trust region, as a share of each input's range."""
_KEPT, _GOOD = 0.1, 0.7
"""Shares of the promised gain from which a step is kept, and the trust region grows."""
_MARGIN = 0.05
"""By how much bounds are to be met, over their scale, so that the optimiser starts inside."""
_NO_GAIN = 1e-6
_STEPS = 60


@dataclass(frozen=True)
class Feasible:
    """The nearest point found; `violation`: sum of what outputs miss of their bounds, over their scale."""

    x: np.ndarray
    p: np.ndarray
    violation: float
    steps: int


def meet_bounds(
    problem: ReducedProblem,
    scale: np.ndarray,
    progress: Callable[[int, float, float], bool | None] | None = None,
) -> Feasible:
    """Move a reduced problem's start to where its outputs meet their bounds, or miss least.

    Args:
        problem: with its start; rows are the bounded outputs.
        scale: size of each row, by which violations are compared.
        progress: called with the step, the objective and the violation; False stops.
    """
    lower, upper = (bounds / scale for bounds in problem.row_limits())
    margin = np.minimum(_MARGIN, 0.25 * (upper - lower))
    inner = _Bounds(lower + margin, upper - margin)
    at, trust, steps = problem.start, _FIRST, 0
    while steps < _STEPS and trust >= _SHORTEST:
        rows = problem.rows(at.u) / scale
        missed = inner.violation(rows)
        if progress is not None and progress(steps, problem.objective(at.u), missed) is False:
            break
        du, left = inner.step(rows, at.outputs_by_u[problem.bounded] / scale[:, None], problem, at, trust)
        promised = missed - left
        if promised <= _NO_GAIN:
            break
        steps += 1
        there = problem.point(np.clip(at.u + du, *problem.variable_limits()))
        gained = missed - inner.violation(problem.rows(there.u) / scale) if there is not None else -np.inf
        if there is None or gained < _KEPT * promised:
            trust *= 0.4
            continue
        at = there
        if gained > _GOOD * promised:
            trust = min(2.0 * trust, _LONGEST)
    violation = _Bounds(lower, upper).violation(problem.rows(at.u) / scale)
    return Feasible(at.solution, at.p, violation, steps)


@dataclass(frozen=True)
class _Bounds:
    lower: np.ndarray
    upper: np.ndarray

    def violation(self, rows: np.ndarray) -> float:
        return float(np.sum(np.maximum(np.maximum(self.lower - rows, rows - self.upper), 0.0)))

    def step(
        self, rows: np.ndarray, slope: np.ndarray, problem: ReducedProblem, at: Point, trust: float
    ) -> tuple[np.ndarray, float]:
        """The linear programme's step, and the violation it promises to leave."""
        from scipy.optimize import linprog  # half a second that only few runs need

        free, count = len(at.u), len(rows)
        from_above, from_below = np.isfinite(self.upper), np.isfinite(self.lower)
        slack = np.eye(count)
        matrix = np.vstack(
            [
                np.hstack([slope, -slack])[from_above],
                np.hstack([-slope, -slack])[from_below],
            ]
        )
        bound = np.concatenate([(self.upper - rows)[from_above], (rows - self.lower)[from_below]])
        low, high = (np.clip(limit - at.u, -trust, trust) for limit in problem.variable_limits())
        found = linprog(
            np.concatenate([np.zeros(free), np.ones(count)]),
            A_ub=matrix,
            b_ub=bound,
            bounds=[*zip(low, high, strict=True), *([(0.0, None)] * count)],
            method="highs",
        )
        if not found.success:
            raise ArithmeticError(f"the linear programme of a step was not solved: {found.message}")
        return found.x[:free], float(found.fun)
