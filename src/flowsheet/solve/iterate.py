"""What every Newton search shares: options, result, the scaled equations and the limits of a step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.sparse import SparseMatrix, SparseSolver

Status = Literal["converged", "iteration_limit", "stalled", "not_finite"]
StepKind = Literal["newton", "levenberg_marquardt", "final"]


@dataclass(frozen=True)
class NewtonOptions:
    """When to stop and how far to step.

    `residual_tolerance`: largest scaled residual of a solution.
    `step_tolerance`: largest relative step left to do at a solution.
    `log_step`: longest step of a logarithm.
    `boundary_fraction`: largest share of the way to a bound.
    `short_step`: share of a Newton step below which a Levenberg-Marquardt step is tried as well.
    `memory`: iterations whose worst residual norm the next must undercut (1: monotone descent).
    `rescues`: Levenberg-Marquardt steps that may be tried; then Newton's steps must do.
    """

    residual_tolerance: float = 1e-9
    step_tolerance: float = 1e-7
    iteration_limit: int = 200
    log_step: float = 2.5
    boundary_fraction: float = 0.95
    sufficient_decrease: float = 1e-4
    short_step: float = 0.3
    shortest_step: float = 1e-4
    memory: int = 5
    rescues: int = 1000


class Iteration(NamedTuple):
    """One line of the history: scaled residual before the step, largest relative step, share taken, kind."""

    number: int
    residual: float
    step: float
    share: float
    kind: StepKind


@dataclass(frozen=True)
class NewtonResult:
    """`worst`: the equations with the largest scaled residuals, largest first, not finite before all."""

    status: Status
    x: np.ndarray
    iterations: int
    residual_norm: float
    worst: tuple[tuple[str, float], ...]
    history: tuple[Iteration, ...] = field(repr=False)
    seconds: float
    message: str

    @property
    def converged(self) -> bool:
        return self.status == "converged"


class Equations:
    """A model's equations at fixed inputs, scaled."""

    def __init__(self, model: CompiledModel, p: np.ndarray) -> None:
        self.model, self.p = model, p
        self.is_log = model.unknowns.is_log
        self.solver = linear_solver(model)

    def scaled_residual(self, x: np.ndarray) -> np.ndarray:
        return self.model.residual(x, self.p) / self.model.equation_scale

    def scaled_jacobian(self, x: np.ndarray) -> SparseMatrix:
        return self.model.jacobian(x, self.p).scaled(rows=1.0 / self.model.equation_scale)

    def magnitude(self, x: np.ndarray) -> np.ndarray:
        """What a step is measured against: 1 for a logarithm, else the larger of value and nominal."""
        return np.where(self.is_log, 1.0, np.maximum(np.abs(x), self.model.unknowns.nominal))

    def within_bounds(self, x: np.ndarray, step: np.ndarray, fraction: float) -> np.ndarray:
        """The step cut, component by component, to a fraction of the way to a bound."""
        bounds = self.model.unknowns
        return np.clip(step, fraction * (bounds.lower - x), fraction * (bounds.upper - x))


def linear_solver(model: CompiledModel) -> SparseSolver:
    """The solver for the model's Jacobian, made once per model."""
    if "linear_solver" not in model._buffers:
        pattern = model.pattern("jacobian")
        model._buffers["linear_solver"] = SparseSolver(pattern.shape, pattern.colind, pattern.row)
    solver: SparseSolver = model._buffers["linear_solver"]
    return solver


def worst_equations(
    model: CompiledModel, scaled_residual: np.ndarray, count: int = 10
) -> tuple[tuple[str, float], ...]:
    """The equations with the largest scaled residuals; those that are not finite come first."""
    size = np.where(np.isfinite(scaled_residual), np.abs(scaled_residual), np.inf)
    order = np.argsort(-size, kind="stable")[:count]
    return tuple((model.equations[i], float(scaled_residual[i])) for i in order)


def size_of(residual: np.ndarray) -> float:
    """Euclidean norm; infinite where a trial point is so far off that it overflows."""
    with np.errstate(over="ignore"):
        return float(np.linalg.norm(residual))
