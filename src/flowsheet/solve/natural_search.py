"""Newton steps that reduce the Newton correction still to do (the natural monotonicity test).

With d = -J(x)^-1 r(x), c the same with its components cut, and d' = -J(x)^-1 r(x + s c), a share s is taken
when it brings an eighth of what it would if the equations were linear,

    |w d'| <= |w d| - 1/8 (|w d| - |w (d - s c)|)         w = min(1, share / 1e-6)

No scaling of the equations changes the test (P. Deuflhard, Newton Methods for Nonlinear Problems, Springer
2004, section 3.3). `share` is the part of its phase that an unknown stands for, where the model states it: a
trace that is 30 decades from its value says nothing of how far the rest is. Its own balances are linear in
its amount; in logarithms a full Newton step comes out below the solution and the next ones rise to it, so
that traces may fall by any length and rise as far as they stay traces.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.iterate import (
    Equations,
    Iteration,
    NewtonOptions,
    NewtonResult,
    Status,
    size_of,
    worst_equations,
)
from flowsheet.solve.sparse import SingularMatrix, SparseMatrix

_TRACE = 1e-6
"""Share of a phase below which an unknown weighs less."""
_LEAST_WEIGHT = 1e-9
_LONGEST_FALL = 40.0
"""Longest downward step of a trace's logarithm."""
_DECREASE = 0.125
_NEARLY_LINEAR, _ROUNDING = 0.05, 1e-12
_SIMPLIFIED_STEPS, _CONTRACTION = 8, 0.1
"""Most steps with one factorisation, and by how much each must be smaller than the one before."""
_IN_VAIN = 0.5
"""Residual after a step, over that before it, from which a solved residual is only rounding."""


class NaturalSearch(Equations):
    """State of one run."""

    def __init__(self, model: CompiledModel, p: np.ndarray, options: NewtonOptions) -> None:
        super().__init__(model, p)
        self.options = options

    def run(self, x: np.ndarray, progress: Callable[[Iteration], None] | None = None) -> NewtonResult:
        began, options = time.perf_counter(), self.options
        history: list[Iteration] = []

        def note(iteration: Iteration) -> None:
            history.append(iteration)
            if progress is not None:
                progress(iteration)

        residual = self.scaled_residual(x)
        status: Status = "iteration_limit"
        message = f"no solution within {options.iteration_limit} iterations"
        previous = np.inf
        for number in range(options.iteration_limit if len(x) else 0):
            worst = float(np.max(np.abs(residual)))
            if not np.isfinite(worst):
                status, message = "not_finite", "the equations cannot be evaluated at the start values"
                break
            if worst <= options.residual_tolerance and options.step_tolerance == np.inf:
                status, message = "converged", ""
                break
            try:
                jacobian = self.scaled_jacobian(x)
                self.solver.factorise(jacobian)
                direction = self.solver.solve(-residual)
            except SingularMatrix:
                status, message = "stalled", "the equations are dependent on one another there"
                break
            size = float(np.max(np.abs(direction) / self.magnitude(x)))
            solved = worst <= options.residual_tolerance
            if solved and (size <= options.step_tolerance or worst >= _IN_VAIN * previous):
                x, residual = self.last_step(x, residual, direction)
                status, message = "converged", ""
                note(Iteration(number, worst, size, 1.0, "final"))
                break
            taken = self.search_along(x, direction, jacobian)
            if taken is None:
                status, message = "stalled", "no step brings the solution nearer"
                break
            x, residual, share = taken
            previous = worst
            note(Iteration(number, worst, size, share, "newton"))
            if share == 1.0:
                x, residual, done = self.simplified(x, residual, direction)
                if done:
                    status, message = "converged", ""
                    break
        if len(x) == 0:
            status, message = "converged", "nothing to solve"
        return NewtonResult(
            status=status,
            x=x,
            iterations=len(history),
            residual_norm=float(np.max(np.abs(residual), initial=0.0)),
            worst=worst_equations(self.model, residual),
            history=tuple(history),
            seconds=time.perf_counter() - began,
            message=message,
        )

    def simplified(
        self, x: np.ndarray, residual: np.ndarray, direction: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, bool]:
        """Further steps with the factors at hand, while each is a tenth of the one before or less.

        They cost a residual and a substitution each.  With a contraction q from step to step, what is left
        after one of size d is q/(1 - q) d: below the tolerance the solution is found, and is followed down to
        rounding.
        """
        weights = self.weights(x)
        scale = weights / self.magnitude(x)
        before, done = size_of(scale * direction), False
        for _ in range(_SIMPLIFIED_STEPS):
            try:
                step = self.solver.solve(-residual)
            except SingularMatrix:
                break
            size = size_of(scale * step)
            if not size <= _CONTRACTION * before:
                break
            if not np.array_equal(step, self.limited(x, step, weights)):
                break
            candidate = x + step
            trial = self.scaled_residual(candidate)
            if not np.all(np.isfinite(trial)) or (done and size_of(trial) >= size_of(residual)):
                break
            x, residual = candidate, trial
            contraction, before = size / before, size
            left = contraction / (1.0 - contraction) * float(np.max(np.abs(step) / self.magnitude(x)))
            done = bool(
                np.max(np.abs(residual)) <= self.options.residual_tolerance
                and left <= self.options.step_tolerance
            )
            if done and left <= _ROUNDING:
                break
        return x, residual, done

    def search_along(
        self, x: np.ndarray, direction: np.ndarray, jacobian: SparseMatrix
    ) -> tuple[np.ndarray, np.ndarray, float] | None:
        """The next iterate, its residual and the share of the step; None where no share passes the test.

        A whole step over which every equation is nearly linear needs no test: it costs a factorisation.
        """
        weight = self.weights(x)
        step = self.limited(x, direction, weight)
        scale = weight / self.magnitude(x)
        level = size_of(scale * direction)
        share = 1.0
        while share >= self.options.shortest_step:
            candidate = x + share * step
            residual = self.scaled_residual(candidate)
            if np.all(np.isfinite(residual)):
                if share == 1.0 and self.is_linear(jacobian, direction, step, residual):
                    return candidate, residual, share
                left = self.left(scale, residual)
                hoped = level - size_of(scale * (direction - share * step))
                if left <= level - _DECREASE * hoped or level <= self.options.step_tolerance:
                    return candidate, residual, share
            share *= 0.5
        return None

    def left(self, scale: np.ndarray, residual: np.ndarray) -> float:
        """The Newton correction still to do, weighted; infinite where a trial point is so far off."""
        try:
            with np.errstate(over="ignore"):
                return size_of(scale * self.solver.solve(-residual))
        except SingularMatrix:
            return np.inf

    def is_linear(
        self, jacobian: SparseMatrix, direction: np.ndarray, step: np.ndarray, residual: np.ndarray
    ) -> bool:
        """Whether what an uncut step leaves of each equation is little beside what it moves in it."""
        if not np.array_equal(step, direction):
            return False
        moved = jacobian.with_data(np.abs(jacobian.data))
        allowed = _NEARLY_LINEAR * (moved @ np.abs(step)) + _ROUNDING * jacobian.row_magnitudes()
        return bool(np.all(np.abs(residual) <= allowed))

    def last_step(
        self, x: np.ndarray, residual: np.ndarray, direction: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The last, quadratically small step is kept when it helps; rounding decides the rest."""
        candidate = x + self.limited(x, direction, self.weights(x))
        trial = self.scaled_residual(candidate)
        if size_of(trial) < size_of(residual):
            return candidate, trial
        return x, residual

    def weights(self, x: np.ndarray) -> np.ndarray:
        return np.clip(self.model.shares(x, self.p), _LEAST_WEIGHT * _TRACE, _TRACE) / _TRACE

    def limited(self, x: np.ndarray, direction: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Every component cut by itself: a logarithm to how far it may go, all short of a bound."""
        longest = self.options.log_step
        rise = np.maximum(longest, -np.log(weight))
        fall = np.where(weight < 1.0, _LONGEST_FALL, longest)
        step = np.where(self.is_log, np.clip(direction, -fall, rise), direction)
        return self.within_bounds(x, step, self.options.boundary_fraction)
