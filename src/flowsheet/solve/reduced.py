"""Optimisation over freed inputs alone: the equations are solved at every point that the optimiser looks at.

    minimise    F(u) = w . outputs(x(u), u)      over the freed inputs u
    subject to  lower <= u <= upper, bounds on some outputs
    where       residual(x(u), u) = 0

First and second derivatives are exact.  With J the Jacobian in x, S = dx/du = -J^-1 J_u and Z = [S; 1],

    dF/du = (dF/dx, dF/du) Z           d2L/du2 = Z' H Z

H the Hessian of the Lagrangian in (x, u), its equation multipliers -J'^-1 d(F + y . outputs)/dx.  Every
iterate is a solved plant, so that an optimisation that is stopped has a plant to show; a point that can't be
solved counts as not finite, and the optimiser shortens its step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.ipopt import IpoptOptions, Optimum, Progress, Raw, run_ipopt, status_of
from flowsheet.solve.iterate import NewtonOptions, NewtonResult, linear_solver
from flowsheet.solve.nlp import variable_scale
from flowsheet.solve.path import follow_inputs

_REMEMBERED = 12
"""Solved points that a new one may start from."""
_SHORTEST_STEP = 0.2
"""Share of the way to a new point below which following it there is given up, where no other way is given."""
_LONGEST_STEP = 0.2
"""Share of an input's range beyond which no solved point is followed to a new one.  Across more, impurities
that fronts hold back change by decades, and what the optimiser knows of a point says nothing of the other."""
Move = Callable[[np.ndarray, np.ndarray, np.ndarray], NewtonResult]
"""From the solution at some inputs to that at others."""
NEWTON = NewtonOptions(residual_tolerance=1e-10, step_tolerance=1e-9, iteration_limit=40)


class ReducedProblem:
    """The problem in the form that IPOPT sees: inputs over their ranges, dense derivatives.

    `model` is square; `free` are names of its inputs; `x` solves it at `p`.
    """

    def __init__(
        self,
        model: CompiledModel,
        free: list[str],
        weights: Mapping[str, float],
        sign: float,
        output_bounds: Mapping[str, tuple[float, float]],
        variable_bounds: Mapping[str, tuple[float, float]],
        x: np.ndarray,
        p: np.ndarray,
        move: Move | None = None,
    ) -> None:
        self.model = model.with_outputs_only([*dict.fromkeys([*weights, *output_bounds])])
        self.free, self.sign = free, sign
        self.move = move or self.followed
        self.output_bounds = dict(output_bounds)
        self.at = np.array([model.inputs.position[name] for name in free], dtype=int)
        self.lower = np.array([variable_bounds[name][0] for name in free])
        self.upper = np.array([variable_bounds[name][1] for name in free])
        span = self.upper - self.lower
        nominal = np.where(model.inputs.nominal[self.at] > 0.0, model.inputs.nominal[self.at], 1.0)
        self.scale = np.where(np.isfinite(span) & (span > 0.0), span, nominal)
        self.p = p
        self.weights = np.zeros(len(self.model.output_names))
        for name, weight in weights.items():
            self.weights[self.model.output_position[name]] = sign * weight
        self.bounded = np.array([self.model.output_position[name] for name in output_bounds], dtype=int)
        self.points: list[Point] = []
        self.start = Point(self, p[self.at] / self.scale, x)
        self.remember(self.start)

    @cached_property
    def whole(self) -> CompiledModel:
        """The same equations with the free inputs among the unknowns, after all others."""
        return self.model.with_free(self.free)

    # ---- points

    def inputs(self, u: np.ndarray) -> np.ndarray:
        p = self.p.copy()
        p[self.at] = u * self.scale
        return p

    def remember(self, point: Point) -> None:
        self.points = [*self.points[-(_REMEMBERED - 1) :], point]

    def point(self, u: np.ndarray) -> Point | None:
        """The solved plant at u, followed from the nearest one known; None where that is too far or fails."""
        known = min(self.points, key=lambda point: float(np.max(np.abs(point.u - u))))
        if np.array_equal(known.u, u):
            return known if known.x is not None else None
        solved = [self.start, *(point for point in self.points if point.x is not None)]
        near = min(solved, key=lambda point: float(np.max(np.abs(point.u - u))))
        assert near.x is not None
        begun = len(self.points) > 1  # the first point is the start, put between the bounds
        if begun and float(np.max(np.abs(near.u - u))) > _LONGEST_STEP:
            return None
        result = self.move(near.x, self.inputs(near.u), self.inputs(u))
        point = Point(self, u.copy(), result.x if result.converged else None)
        self.remember(point)
        return point if point.x is not None else None

    def followed(self, x: np.ndarray, p_from: np.ndarray, p_to: np.ndarray) -> NewtonResult:
        return follow_inputs(self.model, x, p_from, p_to, NEWTON, _SHORTEST_STEP)

    # ---- IPOPT's view

    def variable_limits(self) -> tuple[np.ndarray, np.ndarray]:
        return self.lower / self.scale, self.upper / self.scale

    def row_limits(self) -> tuple[np.ndarray, np.ndarray]:
        bounds = np.array(list(self.output_bounds.values()), dtype=float).reshape(-1, 2)
        return bounds[:, 0], bounds[:, 1]

    def objective(self, u: np.ndarray) -> float:
        point = self.point(u)
        return np.nan if point is None else float(self.weights @ point.outputs)

    def rows(self, u: np.ndarray) -> np.ndarray:
        point = self.point(u)
        return np.full(len(self.bounded), np.nan) if point is None else point.outputs[self.bounded]

    def gradient(self, u: np.ndarray) -> np.ndarray:
        point = self.point(u)
        return np.full(len(u), np.nan) if point is None else point.outputs_by_u.T @ self.weights

    def jacobian_structure(self) -> tuple[np.ndarray, np.ndarray]:
        row, col = np.indices((len(self.bounded), len(self.free)))
        return row.ravel(), col.ravel()

    def jacobian(self, u: np.ndarray) -> np.ndarray:
        point = self.point(u)
        if point is None:
            return np.full(len(self.bounded) * len(u), np.nan)
        return point.outputs_by_u[self.bounded].ravel()

    def hessian_structure(self) -> tuple[np.ndarray, np.ndarray]:
        return np.tril_indices(len(self.free))

    def hessian(self, u: np.ndarray, multipliers: np.ndarray, objective_factor: float) -> np.ndarray:
        point = self.point(u)
        row, col = self.hessian_structure()
        if point is None:
            return np.full(len(row), np.nan)
        by_output = objective_factor * self.weights
        by_output[self.bounded] += multipliers
        return point.hessian(by_output)[row, col]


class Point:
    """A solved plant at scaled inputs u, with the derivatives of its outputs; `x` None where it has none."""

    def __init__(self, problem: ReducedProblem, u: np.ndarray, x: np.ndarray | None) -> None:
        self.problem, self.u, self.x = problem, u, x

    @property
    def solution(self) -> np.ndarray:
        assert self.x is not None
        return self.x

    @cached_property
    def p(self) -> np.ndarray:
        return self.problem.inputs(self.u)

    @cached_property
    def outputs(self) -> np.ndarray:
        return self.problem.model.outputs(self.solution, self.p)

    @cached_property
    def _view(self) -> tuple[np.ndarray, np.ndarray]:
        return self.problem.whole.gather(self.solution, self.p)

    @cached_property
    def tangents(self) -> np.ndarray:
        """Z, unknowns and free inputs by scaled free inputs."""
        z, held = self._view
        count, free = len(self.solution), len(self.u)
        jacobian = self.problem.whole.jacobian(z, held)
        by_u = np.zeros((count, free))
        inputs = jacobian.col >= count
        by_u[jacobian.row[inputs], jacobian.col[inputs] - count] = jacobian.data[inputs]
        solver = linear_solver(self.problem.model)
        solver.factorise(self.problem.model.jacobian(self.solution, self.p))
        return np.vstack([-solver.solve_many(by_u), np.eye(free)]) * self.problem.scale

    @cached_property
    def outputs_by_u(self) -> np.ndarray:
        """Outputs by scaled free inputs."""
        z, held = self._view
        matrix = self.problem.whole.outputs_jacobian(z, held)
        return np.column_stack([matrix @ tangent for tangent in self.tangents.T])

    def objective_slope(self) -> float:
        """Largest partial derivative of the objective by an unknown or a free input, both scaled."""
        z, held = self._view
        slope = self.problem.whole.outputs_jacobian(z, held).transposed_product(self.problem.weights)
        scale = np.concatenate([variable_scale(self.problem.model.unknowns), self.problem.scale])
        return float(np.max(np.abs(slope * scale), initial=0.0))

    def multipliers(self, by_output: np.ndarray) -> np.ndarray:
        """Of the equations, -J'^-1 d(by_output . outputs)/dx."""
        slope = self.problem.model.outputs_jacobian(self.solution, self.p).transposed_product(by_output)
        solver = linear_solver(self.problem.model)
        solver.factorise(self.problem.model.jacobian(self.solution, self.p))
        return -solver.solve_many(slope[:, None], transposed=True)[:, 0]

    def hessian(self, by_output: np.ndarray) -> np.ndarray:
        z, held = self._view
        tangents = self.tangents
        multipliers = self.multipliers(by_output)
        bent = self.problem.whole.hessian_products(z, held, multipliers, by_output, tangents)
        return np.asarray(tangents.T @ bent)


def optimise_reduced(
    model: CompiledModel,
    free: list[str],
    objective: str,
    sense: Literal["minimise", "maximise"],
    *,
    output_bounds: Mapping[str, tuple[float, float]],
    variable_bounds: Mapping[str, tuple[float, float]],
    x: np.ndarray,
    p: np.ndarray,
    options: IpoptOptions | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
    move: Move | None = None,
) -> Optimum:
    """Minimise or maximise an output of a square model over some of its inputs, from its solution x at p.

    The optimum is that of `model.with_free(free)`: its x holds the unknowns, then the free inputs.  `move`
    solves the model at other inputs, from the solution at some; without it they are followed in steps.

    Raises:
        ImportError: cyipopt is not there.
        KeyError: a name that the model does not have.
    """
    began = time.perf_counter()
    sign = 1.0 if sense == "minimise" else -1.0
    problem = ReducedProblem(model, free, {objective: 1.0}, sign, output_bounds, variable_bounds, x, p, move)
    raw, backend = run_ipopt(problem, problem.start.u, options or IpoptOptions(), progress)
    best = problem.point(raw.u) or problem.start
    return _report(model, problem, best, raw, backend, time.perf_counter() - began)


def _report(
    model: CompiledModel, problem: ReducedProblem, best: Point, raw: Raw, backend: str, seconds: float
) -> Optimum:
    sign = problem.sign
    values = model.outputs(best.solution, best.p)
    outputs = {n: float(v) for n, v in zip(model.output_names, values, strict=True)}
    excess = [max(lo - outputs[n], outputs[n] - up, 0.0) for n, (lo, up) in problem.output_bounds.items()]
    by_output = problem.weights.copy()
    by_output[problem.bounded] += raw.multipliers
    slope = best.outputs_by_u.T @ by_output - raw.lower + raw.upper
    size = best.objective_slope()
    error = float(np.max(np.abs(slope), initial=0.0))
    bounds = np.zeros((2, len(model.unknowns) + len(problem.free)))
    bounds[0, len(model.unknowns) :] = sign * raw.lower / problem.scale
    bounds[1, len(model.unknowns) :] = -sign * raw.upper / problem.scale
    residual = model.residual(best.solution, best.p) / model.equation_scale
    return Optimum(
        status=status_of(raw),
        x=np.concatenate([best.solution, best.p[problem.at]]),
        objective=sign * float(problem.weights @ best.outputs),
        outputs=outputs,
        equation_error=float(np.max(np.abs(residual), initial=0.0)),
        bound_violation=max(excess, default=0.0),
        dual_infeasibility=error / size if size > 0.0 else error,
        # d objective / d b of residual = b, the objective and the active bounds taken together.
        equation_multipliers=-sign * best.multipliers(by_output),
        output_multipliers={
            n: float(-sign * y) for n, y in zip(problem.output_bounds, raw.multipliers, strict=True)
        },
        lower_multipliers=bounds[0],
        upper_multipliers=bounds[1],
        iterations=raw.iterations,
        seconds=seconds,
        backend=backend,
        message=raw.message,
    )
