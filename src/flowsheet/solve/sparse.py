"""Sparse matrices in compressed-column form as plain NumPy arrays, and their factorisation.

CasADi's `qr` is the factorisation: on these systems it is faster than SuperLU, CSparse and MUMPS, and it
neither prints nor needs SciPy's import (`benchmarks/linear_solvers.py` compares them).  Systems that are
symmetric by construction have its `ldl`, which fills in far less: 0.03 s against 1.1 s for the 4,010 rows
behind a Levenberg-Marquardt step of `magnet_msx_concentrate`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


class SingularMatrix(ArithmeticError):
    """The factorisation met a zero pivot, or the solution is not finite."""


@dataclass(frozen=True)
class SparseMatrix:
    """Compressed columns: the entries of column j are `row`, `data`[`colind[j]` : `colind[j + 1]`].

    `index`: what follows from the pattern alone, found once for all matrices made by `with_data`.
    """

    shape: tuple[int, int]
    colind: np.ndarray
    row: np.ndarray
    data: np.ndarray
    index: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def with_data(self, data: np.ndarray) -> SparseMatrix:
        """Other entries in the same places."""
        return SparseMatrix(self.shape, self.colind, self.row, data, self.index)

    @property
    def col(self) -> np.ndarray:
        """Column of each entry."""
        if "col" not in self.index:
            self.index["col"] = np.repeat(np.arange(self.shape[1]), np.diff(self.colind))
        return self.index["col"]

    def toarray(self) -> np.ndarray:
        dense = np.zeros(self.shape)
        dense[self.row, self.col] = self.data
        return dense

    def __matmul__(self, vector: np.ndarray) -> np.ndarray:
        return np.bincount(self.row, self.data * vector[self.col], minlength=self.shape[0])

    def transposed_product(self, vector: np.ndarray) -> np.ndarray:
        """A' v."""
        return np.bincount(self.col, self.data * vector[self.row], minlength=self.shape[1])

    def scaled(self, rows: np.ndarray | None = None, cols: np.ndarray | None = None) -> SparseMatrix:
        """diag(rows) A diag(cols)."""
        data = self.data
        if rows is not None:
            data = data * rows[self.row]
        if cols is not None:
            data = data * cols[self.col]
        return self.with_data(data)

    def row_magnitudes(self) -> np.ndarray:
        """Largest absolute entry of each row; 1 where a row is zero."""
        if "by_row" not in self.index:
            counts = np.bincount(self.row, minlength=self.shape[0])
            self.index["by_row"] = np.argsort(self.row, kind="stable")
            self.index["rowind"] = np.concatenate([[0], np.cumsum(counts)])
        return _largest(np.abs(self.data)[self.index["by_row"]], self.index["rowind"])

    def column_magnitudes(self) -> np.ndarray:
        """Largest absolute entry of each column; 1 where a column is zero."""
        return _largest(np.abs(self.data), self.colind)


def _largest(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Largest value between each start and the next; 1 where there is none above zero."""
    largest = np.zeros(len(starts) - 1)
    filled = np.diff(starts) > 0
    if filled.any():
        largest[filled] = np.maximum.reduceat(values, starts[:-1][filled])
    return np.where(largest > 0.0, largest, 1.0)


class SparseSolver:
    """Solves A x = b for matrices of one pattern; the last factorisation is kept and reused.

    Rows and columns are equilibrated first, so that a pivot is judged against its own row and column.
    """

    def __init__(
        self, shape: tuple[int, int], colind: np.ndarray, row: np.ndarray, method: str = "qr"
    ) -> None:
        import casadi as ca

        if shape[0] != shape[1]:
            raise ValueError(f"a square matrix is needed, not {shape[0]} x {shape[1]}")
        self.size = shape[0]
        self._sparsity = ca.Sparsity(shape[0], shape[1], colind.tolist(), row.tolist())
        matrix = ca.MX.sym("A", self._sparsity)
        options = {"cache": 1} if method == "qr" else {}
        self._linear_solver = ca.Linsol("factors", method, self._sparsity, options)
        rhs = ca.MX.sym("b", self.size)
        step = ca.Function("step", [matrix, rhs], [ca.solve(matrix, rhs, method, options)])
        self._buffer: Any
        self._buffer, self._trigger = step.buffer()
        self._keep: tuple[Any, ...] = ()
        self._row_scale = np.ones(self.size)
        self._column_scale = np.ones(self.size)
        self._data = np.zeros(0)

    def factorise(self, matrix: SparseMatrix) -> None:
        """Take over a new matrix (the work is done at the first solve)."""
        if not np.all(np.isfinite(matrix.data)):
            raise SingularMatrix("the matrix holds entries that are not finite")
        self._row_scale = 1.0 / matrix.row_magnitudes()
        by_rows = matrix.scaled(rows=self._row_scale)
        self._column_scale = 1.0 / by_rows.column_magnitudes()
        self._data = np.ascontiguousarray(by_rows.scaled(cols=self._column_scale).data)

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """A^-1 rhs for one right-hand side. Raises `SingularMatrix`."""
        scaled_rhs = np.ascontiguousarray(rhs * self._row_scale)
        solution = np.zeros(self.size)
        self._keep = (self._data, scaled_rhs, solution)
        self._buffer.set_arg(0, self._data.data)
        self._buffer.set_arg(1, scaled_rhs.data)
        self._buffer.set_res(0, solution.data)
        self._trigger()
        with np.errstate(over="ignore", invalid="ignore"):
            solution *= self._column_scale
        if self._buffer.ret() != 0 or not np.all(np.isfinite(solution)):
            raise SingularMatrix("a pivot vanished")
        return solution

    def solve_many(self, rhs: np.ndarray, transposed: bool = False) -> np.ndarray:
        """A^-1 B, or A'^-1 B, for a dense matrix of right-hand sides. Raises `SingularMatrix`."""
        import casadi as ca

        before, after = self._row_scale, self._column_scale
        if transposed:
            before, after = after, before
        try:
            solution = self._linear_solver.solve(
                ca.DM(self._sparsity, self._data), ca.DM(rhs * before[:, None]), transposed
            )
        except RuntimeError as error:
            raise SingularMatrix("a pivot vanished") from error
        full = np.asarray(solution.full())
        if not np.all(np.isfinite(full)):
            raise SingularMatrix("a pivot vanished")
        return full * after[:, None]


class QuasidefiniteSolver(SparseSolver):
    """Solves A x = b for symmetric A = [P B; B' -Q] with P, Q positive definite, by A = L D L'.

    Such matrices need no pivoting: the order of rows is free to keep L sparse.  They are equilibrated alike
    by rows and columns, and what rounding leaves is corrected once.
    """

    def __init__(self, shape: tuple[int, int], colind: np.ndarray, row: np.ndarray) -> None:
        super().__init__(shape, colind, row, "ldl")
        self._matrix: SparseMatrix | None = None

    def factorise(self, matrix: SparseMatrix) -> None:
        """Take over a new matrix (the work is done at the first solve)."""
        if not np.all(np.isfinite(matrix.data)):
            raise SingularMatrix("the matrix holds entries that are not finite")
        self._matrix = matrix
        self._row_scale = self._column_scale = 1.0 / np.sqrt(matrix.row_magnitudes())
        scaled = matrix.scaled(rows=self._row_scale, cols=self._column_scale)
        self._data = np.ascontiguousarray(scaled.data)

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """A^-1 rhs for one right-hand side. Raises `SingularMatrix`."""
        assert self._matrix is not None
        solution = super().solve(rhs)
        return solution + super().solve(rhs - self._matrix @ solution)
