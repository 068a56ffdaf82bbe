"""The optimisation problem in the form that IPOPT sees: scaled variables, one vector of rows, triplets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from flowsheet.solve.compiled import CompiledModel, Variables


class ScaledProblem:
    """minimise sign * weights . outputs  over u = x / scale.

    Rows: the scaled equations (= 0), then the outputs that have bounds, in the order of `output_bounds`.
    """

    def __init__(
        self,
        model: CompiledModel,
        weights: Mapping[str, float],
        sign: float,
        output_bounds: Mapping[str, tuple[float, float]],
        variable_bounds: Mapping[str, tuple[float, float]],
        p: np.ndarray,
    ) -> None:
        self.model, self.sign, self.p = model, sign, p
        self.output_bounds = dict(output_bounds)
        self.scale = variable_scale(model.unknowns)
        self.weights = np.zeros(len(model.output_names))
        for name, weight in weights.items():
            self.weights[model.output_position[name]] = sign * weight
        self.bounded = np.array([model.output_position[name] for name in output_bounds], dtype=int)
        self.lower, self.upper = model.unknowns.lower.copy(), model.unknowns.upper.copy()
        for name, (low, high) in variable_bounds.items():
            index = model.unknowns.position[name]
            self.lower[index], self.upper[index] = low, high
        self._place_jacobian()
        hessian = model.pattern("hessian")
        self._hessian_at = hessian.row, hessian.col
        self._hessian_scale = self.scale[hessian.row] * self.scale[hessian.col]

    def _place_jacobian(self) -> None:
        equations, outputs = self.model.pattern("jacobian"), self.model.pattern("outputs_jacobian")
        row_of_output = np.full(len(self.model.output_names), -1)
        row_of_output[self.bounded] = len(self.model.equations) + np.arange(len(self.bounded))
        self._used = row_of_output[outputs.row] >= 0
        row = np.concatenate([equations.row, row_of_output[outputs.row][self._used]])
        col = np.concatenate([equations.col, outputs.col[self._used]])
        self._jacobian_at = row, col
        row_scale = np.concatenate([1.0 / self.model.equation_scale, np.ones(len(self.bounded))])
        self._jacobian_scale = row_scale[row] * self.scale[col]

    def clipped(self, x: np.ndarray) -> np.ndarray:
        """Start values in scaled variables, inside their bounds."""
        return np.clip(x, self.lower, self.upper) / self.scale

    def variable_limits(self) -> tuple[np.ndarray, np.ndarray]:
        return self.lower / self.scale, self.upper / self.scale

    def row_limits(self) -> tuple[np.ndarray, np.ndarray]:
        zeros = np.zeros(len(self.model.equations))
        lower = [low for low, _ in self.output_bounds.values()]
        upper = [high for _, high in self.output_bounds.values()]
        return np.concatenate([zeros, lower]), np.concatenate([zeros, upper])

    def objective(self, u: np.ndarray) -> float:
        return float(self.weights @ self.model.outputs(u * self.scale, self.p))

    def gradient(self, u: np.ndarray) -> np.ndarray:
        by_x = self.model.outputs_jacobian(u * self.scale, self.p)
        return by_x.transposed_product(self.weights) * self.scale

    def rows(self, u: np.ndarray) -> np.ndarray:
        x = u * self.scale
        equations = self.model.residual(x, self.p) / self.model.equation_scale
        if not len(self.bounded):
            return equations
        return np.concatenate([equations, self.model.outputs(x, self.p)[self.bounded]])

    def jacobian_structure(self) -> tuple[np.ndarray, np.ndarray]:
        return self._jacobian_at

    def jacobian(self, u: np.ndarray) -> np.ndarray:
        x = u * self.scale
        data = self.model.jacobian(x, self.p).data
        if len(self.bounded):
            data = np.concatenate([data, self.model.outputs_jacobian(x, self.p).data[self._used]])
        return data * self._jacobian_scale

    def hessian_structure(self) -> tuple[np.ndarray, np.ndarray]:
        return self._hessian_at

    def hessian(self, u: np.ndarray, multipliers: np.ndarray, objective_factor: float) -> np.ndarray:
        count = len(self.model.equations)
        by_output = objective_factor * self.weights
        by_output[self.bounded] += multipliers[count:]
        by_equation = multipliers[:count] / self.model.equation_scale
        return self.model.hessian(u * self.scale, self.p, by_equation, by_output).data * self._hessian_scale

    def dual_infeasibility(
        self, u: np.ndarray, multipliers: np.ndarray, lower: np.ndarray, upper: np.ndarray
    ) -> float:
        """Largest entry of the Lagrangian's gradient over that of the objective's, unless the latter is 0."""
        gradient = self.gradient(u)
        row, col = self._jacobian_at
        through = np.bincount(col, self.jacobian(u) * multipliers[row], minlength=len(u))
        error = float(np.max(np.abs(gradient + through - lower + upper), initial=0.0))
        size = float(np.max(np.abs(gradient), initial=0.0))
        return error / size if size > 0.0 else error

    def symbolic(self) -> dict[str, Any]:
        """The same problem as CasADi expressions."""
        import casadi as ca

        u = ca.SX.sym("u", len(self.scale))
        x, p = u * ca.DM(self.scale), ca.DM(self.p)
        residual = self.model.functions["residual"](x, p) / ca.DM(self.model.equation_scale)
        outputs = self.model.functions["outputs"](x, p)
        return {
            "x": u,
            "f": ca.dot(ca.DM(self.weights), outputs),
            "g": ca.vertcat(residual, outputs[self.bounded.tolist(), 0]),
        }


def variable_scale(variables: Variables) -> np.ndarray:
    """Nominal magnitude, 1 for logarithms and where none is known."""
    nominal = np.where(variables.nominal > 0.0, variables.nominal, 1.0)
    return np.where(variables.is_log, 1.0, nominal)
