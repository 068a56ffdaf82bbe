"""Derivatives of the outputs at a solution by the implicit function theorem.

With F(x, p) = 0 and o = O(x, p):   do/dp = O_p - O_x F_x^-1 F_p
The Jacobian F_x is factorised once; the smaller of the two products is formed (adjoint or direct).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.iterate import linear_solver


def output_sensitivities(
    model: CompiledModel,
    x: np.ndarray,
    p: np.ndarray,
    outputs: Sequence[str] | None = None,
    inputs: Sequence[str] | None = None,
) -> np.ndarray:
    """d outputs / d inputs at a solution: a row per output, a column per input (default all of each).

    Raises `SingularMatrix` when the solution does not depend smoothly on the inputs, KeyError for an
    unknown input or output.
    """
    rows = [model.output_position[name] for name in (model.output_names if outputs is None else outputs)]
    cols = [model.inputs.position[name] for name in (model.inputs.names if inputs is None else inputs)]
    by_x = model.outputs_jacobian(x, p).toarray()[rows, :]
    direct = model.outputs_by_input(x, p).toarray()[:, cols][rows, :]
    residual_by_input = model.residual_by_input(x, p)
    solver = linear_solver(model)
    solver.factorise(model.jacobian(x, p))
    if len(rows) <= len(cols):
        adjoint = solver.solve_many(by_x.T, transposed=True)
        through = np.array(
            [residual_by_input.transposed_product(adjoint[:, i])[cols] for i in range(len(rows))]
        )
        return direct - through.reshape(direct.shape)
    return direct - by_x @ solver.solve_many(residual_by_input.toarray()[:, cols])


def unknown_sensitivities(
    model: CompiledModel, x: np.ndarray, p: np.ndarray, inputs: Sequence[str]
) -> np.ndarray:
    """d unknowns / d inputs at a solution, one column per input named. Raises as `output_sensitivities`."""
    cols = [model.inputs.position[name] for name in inputs]
    solver = linear_solver(model)
    solver.factorise(model.jacobian(x, p))
    return -solver.solve_many(model.residual_by_input(x, p).toarray()[:, cols])
