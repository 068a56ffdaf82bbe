"""Which sparse factorisation the Newton path should use: CasADi's qr, csparse, mumps, and SciPy's SuperLU.

Run `python benchmarks/linear_solvers.py [STAGES ...]`. Matrices are Jacobians of an extraction cascade. Times
are given as ratios to `qr` within this run, since absolute times say more about the machine.
"""

import sys
import time
from collections.abc import Callable

import casadi as ca
import numpy as np
from cascade import cascade
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from flowsheet.solve.compile import compile_model
from flowsheet.solve.quiet import StdoutGuard
from flowsheet.solve.sparse import SparseMatrix


def seconds_per_call(call: Callable[[], object], repeats: int = 20) -> float:
    """Best of several calls: the least disturbed one."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return min(taken)


def through_casadi(method: str, matrix: SparseMatrix, rhs: np.ndarray) -> Callable[[], np.ndarray]:
    """A call that factorises and solves by one of CasADi's linear solvers, without conversions."""
    sparsity = ca.Sparsity(*matrix.shape, matrix.colind.tolist(), matrix.row.tolist())
    a, b = ca.MX.sym("A", sparsity), ca.MX.sym("b", len(rhs))
    function = ca.Function("solve", [a, b], [ca.solve(a, b, method)])
    buffer, trigger = function.buffer()
    solution = np.zeros(len(rhs))
    data, right = np.ascontiguousarray(matrix.data), np.ascontiguousarray(rhs)
    buffer.set_arg(0, data.data)
    buffer.set_arg(1, right.data)
    buffer.set_res(0, solution.data)

    def call(_alive: tuple[object, ...] = (buffer, data, right)) -> np.ndarray:
        trigger()
        return solution

    return call


def through_superlu(matrix: SparseMatrix, rhs: np.ndarray) -> Callable[[], np.ndarray]:
    compressed = csc_matrix((matrix.data, matrix.row, matrix.colind), shape=matrix.shape)
    return lambda: np.asarray(splu(compressed).solve(rhs))


def backward_error(matrix: SparseMatrix, solution: np.ndarray, rhs: np.ndarray) -> float:
    """Largest residual over |A| |x| + |b|, row by row."""
    magnitude = np.bincount(
        matrix.row, np.abs(matrix.data * solution[matrix.col]), minlength=matrix.shape[0]
    ) + np.abs(rhs)
    return float(np.max(np.abs(matrix @ solution - rhs) / magnitude))


def compare(stages: int) -> None:
    model, inputs, logarithms = cascade(stages)
    compiled = compile_model(model, inputs, log_variables=logarithms)
    matrix = compiled.jacobian(compiled.x0, compiled.p0)
    rhs = compiled.residual(compiled.x0, compiled.p0)
    print(f"{stages} stages: {matrix.shape[0]} equations, {len(matrix.data)} nonzeros")
    calls = {name: through_casadi(name, matrix, rhs) for name in ("qr", "csparse", "mumps")}
    calls["superlu"] = through_superlu(matrix, rhs)
    reference = seconds_per_call(calls["qr"])
    for name, call in calls.items():
        with StdoutGuard():
            taken, error = seconds_per_call(call), backward_error(matrix, call(), rhs)
        ratio = f"{taken / reference:5.2f} times qr ({1e3 * taken:.2f} ms)"
        print(f"  {name:8s} {ratio}, backward error {error:.0e}")


if __name__ == "__main__":
    for count in [int(argument) for argument in sys.argv[1:]] or [10, 30, 100, 300]:
        compare(count)
