"""Newton steps that reduce the residual's norm, with Levenberg-Marquardt steps where they don't.

Steps in logarithms are clipped, steps of bounded variables stop short of the bound, and a backtracking search
on the scaled residual norm shortens what is left. Where that fails (a singular Jacobian, a step that does not
descend far) a Levenberg-Marquardt step takes its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.iterate import (
    Equations,
    Iteration,
    NewtonOptions,
    NewtonResult,
    Status,
    StepKind,
    size_of,
    worst_equations,
)
from flowsheet.solve.sparse import QuasidefiniteSolver, SingularMatrix, SparseMatrix


class ResidualSearch(Equations):
    """State of one run."""

    def __init__(self, model: CompiledModel, p: np.ndarray, options: NewtonOptions) -> None:
        super().__init__(model, p)
        self.options = options
        self.history: list[Iteration] = []
        self.damping = 0.0
        self.rescues = 0

    def run(self, x: np.ndarray, progress: Callable[[Iteration], None] | None) -> NewtonResult:
        began = time.perf_counter()
        options = self.options
        residual = self.scaled_residual(x)
        norms = [size_of(residual)]
        best_x, best_residual = x, residual
        status: Status = "iteration_limit"
        message = f"no solution within {options.iteration_limit} iterations"
        if not np.isfinite(norms[0]):
            status, message = "not_finite", "the equations cannot be evaluated at the start values"
        elif len(x) == 0:
            status, message = "converged", "nothing to solve"
        else:
            for number in range(options.iteration_limit):
                worst = float(np.max(np.abs(residual)))
                jacobian = self.scaled_jacobian(x)
                taken = self.step(x, residual, jacobian, max(norms[-options.memory :]))
                if worst <= options.residual_tolerance and (
                    taken is None or taken.size <= options.step_tolerance or taken.norm >= 0.5 * norms[-1]
                ):
                    # The last, quadratically small step is kept when it helps; rounding decides the rest.
                    if taken is not None and taken.norm < norms[-1]:
                        best_x, best_residual = taken.x, taken.residual
                    status, message = "converged", ""
                    size = 0.0 if taken is None else taken.size
                    self.note(Iteration(number, worst, size, 1.0, "final"), progress)
                    break
                if taken is None:
                    status, message = "stalled", "no step reduces the residual any further"
                    break
                self.note(Iteration(number, worst, taken.size, taken.share, taken.kind), progress)
                x, residual = taken.x, taken.residual
                norms.append(taken.norm)
                if taken.norm <= min(norms[:-1]):
                    best_x, best_residual = x, residual
        return NewtonResult(
            status=status,
            x=best_x,
            iterations=len(self.history),
            residual_norm=float(np.max(np.abs(best_residual), initial=0.0)),
            worst=worst_equations(self.model, best_residual),
            history=tuple(self.history),
            seconds=time.perf_counter() - began,
            message=message,
        )

    def note(self, iteration: Iteration, progress: Callable[[Iteration], None] | None) -> None:
        self.history.append(iteration)
        if progress is not None:
            progress(iteration)

    def step(
        self, x: np.ndarray, residual: np.ndarray, jacobian: SparseMatrix, reference: float
    ) -> _Step | None:
        """The next iterate: a Newton step if one descends, else a Levenberg-Marquardt step, else None."""
        found: _Step | None = None
        try:
            self.solver.factorise(jacobian)
            direction = self.solver.solve(-residual)
        except SingularMatrix:
            pass
        else:
            found = self.search_along(x, self.limited(x, direction), reference, "newton")
            if found is None:
                found = self.search_along(x, self.shortened(x, direction), reference, "newton")
        if found is not None and found.share >= self.options.short_step:
            self.damping = 0.0
            return found
        if self.rescues == self.options.rescues:
            return found
        self.rescues += 1
        instead = self.levenberg_marquardt(x, residual, jacobian)
        if found is None or (instead is not None and instead.norm < found.norm):
            return instead
        return found

    def search_along(
        self, x: np.ndarray, direction: np.ndarray, reference: float, kind: StepKind
    ) -> _Step | None:
        """Halve the step until the residual norm is finite and below the recent worst."""
        share = 1.0
        size = float(np.max(np.abs(direction) / self.magnitude(x)))
        while share >= self.options.shortest_step:
            candidate = x + share * direction
            residual = self.scaled_residual(candidate)
            norm = size_of(residual)
            if np.isfinite(norm) and norm <= (1.0 - self.options.sufficient_decrease * share) * reference:
                return _Step(candidate, residual, norm, share * size, share, kind)
            share *= 0.5
        return None

    def levenberg_marquardt(
        self, x: np.ndarray, residual: np.ndarray, jacobian: SparseMatrix
    ) -> _Step | None:
        """Steps (J'J + m I) d = -J' r in scaled variables, m raised until one descends."""
        scale = self.magnitude(x)
        scaled = jacobian.scaled(cols=scale)
        norm = size_of(residual)
        largest = float(np.max(np.abs(scaled.data), initial=0.0)) ** 2
        if largest == 0.0:
            return None
        damping = self.damping or 1e-8 * largest
        augmented = augmented_system(self.model)
        while damping <= 1e4 * largest:
            try:
                augmented.solver.factorise(augmented.matrix(scaled, damping))
                solution = augmented.solver.solve(np.concatenate([-residual, np.zeros(len(x))]))
            except SingularMatrix:
                damping *= 10.0
                continue
            direction = self.limited(x, solution[len(residual) :] * scale)
            candidate = x + direction
            trial = self.scaled_residual(candidate)
            trial_norm = size_of(trial)
            if np.isfinite(trial_norm) and trial_norm <= (1.0 - self.options.sufficient_decrease) * norm:
                self.damping = damping / 10.0
                size = float(np.max(np.abs(direction) / scale))
                return _Step(candidate, trial, trial_norm, size, 1.0, "levenberg_marquardt")
            damping *= 10.0
        return None

    def limited(self, x: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Each component cut by itself: a logarithm to `log_step`, all to a share of the way to a bound."""
        longest = self.options.log_step
        step = np.where(self.is_log, np.clip(direction, -longest, longest), direction)
        return self.within_bounds(x, step, self.options.boundary_fraction)

    def shortened(self, x: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """The whole step shortened until no component is cut: it keeps the descent direction."""
        limited = self.limited(x, direction)
        moving = direction != 0.0
        share = float(np.min(limited[moving] / direction[moving], initial=1.0))
        return direction * max(share, 0.0)


@dataclass(frozen=True)
class _Step:
    x: np.ndarray
    residual: np.ndarray
    norm: float
    size: float
    share: float
    kind: StepKind


@dataclass(frozen=True)
class AugmentedSystem:
    """[I J; J' -m I], whose solution for (-r, 0) holds the Levenberg-Marquardt step below.

    It avoids J'J, which would square the condition number.
    """

    solver: QuasidefiniteSolver
    colind: np.ndarray
    row: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, pattern: SparseMatrix) -> AugmentedSystem:
        rows, cols = pattern.shape
        i, j = pattern.row, pattern.col
        row = np.concatenate([np.arange(rows), i, rows + j, rows + np.arange(cols)])
        col = np.concatenate([np.arange(rows), rows + j, i, rows + np.arange(cols)])
        order = np.lexsort((row, col))
        colind = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=rows + cols))])
        solver = QuasidefiniteSolver((rows + cols, rows + cols), colind, row[order])
        return cls(solver, colind, row[order], order)

    def matrix(self, jacobian: SparseMatrix, damping: float) -> SparseMatrix:
        rows, cols = jacobian.shape
        data = np.concatenate([np.ones(rows), jacobian.data, jacobian.data, np.full(cols, -damping)])
        return SparseMatrix((rows + cols, rows + cols), self.colind, self.row, data[self.order])


def augmented_system(model: CompiledModel) -> AugmentedSystem:
    """The system for the model's Jacobian, made once per model."""
    if "augmented_system" not in model._buffers:
        model._buffers["augmented_system"] = AugmentedSystem.of(model.pattern("jacobian"))
    system: AugmentedSystem = model._buffers["augmented_system"]
    return system
