"""Derivatives of the outputs at a solution by the implicit function theorem.

With F(x, p) = 0 and o = O(x, p):   do/dp = O_p - O_x F_x^-1 F_p
The Jacobian F_x is factorised once; each output takes one adjoint solve and two reverse sweeps.
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
    jacobian = model.jacobian(x, p)
    by_row, by_col = 1.0 / jacobian.row_magnitudes(), 1.0 / jacobian.column_magnitudes()
    solver = linear_solver(model)
    solver.factorise(jacobian.scaled(by_row, by_col))
    count, no_equation, no_output = len(x), np.zeros(len(model.equations)), np.zeros(len(model.output_names))
    direct = np.array([model.gradient(x, p, no_equation, _unit(no_output, row)) for row in rows])
    if not rows:
        return np.zeros((0, len(cols)))
    adjoint = by_row[:, None] * solver.solve_many(by_col[:, None] * direct[:, :count].T, transposed=True)
    through = np.array([model.gradient(x, p, multiplier, no_output)[count:] for multiplier in adjoint.T])
    return (direct[:, count:] - through)[:, cols]


def _unit(like: np.ndarray, position: int) -> np.ndarray:
    """The unit vector of a position, of the length of another vector."""
    vector = np.zeros_like(like)
    vector[position] = 1.0
    return vector


def unknown_sensitivities(
    model: CompiledModel, x: np.ndarray, p: np.ndarray, inputs: Sequence[str]
) -> np.ndarray:
    """d unknowns / d inputs at a solution, one column per input named. Raises as `output_sensitivities`."""
    cols = [model.inputs.position[name] for name in inputs]
    solver = linear_solver(model)
    solver.factorise(model.jacobian(x, p))
    return -solver.solve_many(model.residual_by_input(x, p).toarray()[:, cols])


def output_slopes(
    model: CompiledModel, x: np.ndarray, p: np.ndarray, outputs: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """d outputs / d unknowns with the inputs held, and d outputs / d inputs with the unknowns held.

    Outputs that hold nothing in common share one reverse sweep, so that no derivative need be formed: of a
    whole plant's numbers, some tenth of the sweeps.  Raises KeyError for an unknown output.
    """
    rows = [model.output_position[name] for name in outputs]
    held = _held(model)
    no_equation, no_output = np.zeros(len(model.equations)), np.zeros(len(model.output_names))
    slopes = np.zeros((len(rows), len(x) + len(p)))
    for together in _apart([held[row] for row in rows]):
        asked = no_output.copy()
        asked[[rows[i] for i in together]] = 1.0
        gradient = model.gradient(x, p, no_equation, asked)
        for i in together:
            slopes[i, held[rows[i]]] = gradient[held[rows[i]]]
    return slopes[:, : len(x)], slopes[:, len(x) :]


def _held(model: CompiledModel) -> list[np.ndarray]:
    """Positions in (x, p) of what each output holds."""
    held: list[list[int]] = [[] for _ in model.output_names]
    for argument, offset in ((0, 0), (1, len(model.unknowns))):
        pattern = model.functions["outputs"].jac_sparsity(0, argument)
        for row, column in zip(*pattern.get_triplet(), strict=True):
            held[row].append(offset + column)
    return [np.array(places, dtype=int) for places in held]


def _apart(places: Sequence[np.ndarray]) -> list[list[int]]:
    """Groups of which no two members share a place, each member in the first group that takes it.

    >>> _apart([np.array([0, 1]), np.array([1, 2]), np.array([2])])
    [[0, 2], [1]]
    """
    groups: list[list[int]] = []
    taken: list[set[int]] = []
    for i, own in enumerate(map(set, (p.tolist() for p in places))):
        free = next((g for g, there in enumerate(taken) if there.isdisjoint(own)), None)
        if free is None:
            groups.append([i])
            taken.append(own)
        else:
            groups[free].append(i)
            taken[free] |= own
    return groups
