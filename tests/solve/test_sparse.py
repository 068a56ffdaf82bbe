"""Factorisations against dense algebra."""

import numpy as np
import pytest

from flowsheet.solve.residual_search import AugmentedSystem
from flowsheet.solve.sparse import SingularMatrix, SparseMatrix


def jacobian(size: int, decades: float) -> SparseMatrix:
    """A sparse matrix of full rank whose entries spread over decades."""
    generator = np.random.default_rng(5)
    dense = np.where(generator.random((size, size)) < 0.15, generator.standard_normal((size, size)), 0.0)
    dense += np.diag(1.0 + generator.random(size))
    dense *= 10.0 ** (decades * (generator.random((size, 1)) - 0.5))
    col, row = np.nonzero(dense.T)
    colind = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=size))])
    return SparseMatrix(dense.shape, colind, row, dense[row, col])


@pytest.mark.parametrize("decades", [0.0, 6.0])
@pytest.mark.parametrize("damping", [1e-8, 1.0, 1e8])
def test_a_damped_step_solves_its_normal_equations(damping, decades):
    """(J'J + m I) d = -J' r, by the system that avoids J'J."""
    matrix = jacobian(30, decades)
    residual = np.random.default_rng(6).standard_normal(30)
    system = AugmentedSystem.of(matrix)
    whole = system.matrix(matrix, damping)
    assert np.array_equal(whole.toarray(), whole.toarray().T)
    system.solver.factorise(whole)
    right = np.concatenate([-residual, np.zeros(30)])
    found = system.solver.solve(right)
    assert np.linalg.norm(whole @ found - right) < 1e-9 * np.linalg.norm(right)
    dense = np.vstack([matrix.toarray(), np.sqrt(damping) * np.eye(30)])
    step = np.linalg.lstsq(dense, right, rcond=None)[0]
    assert found[30:] == pytest.approx(step, rel=1e-6, abs=1e-9 * float(np.max(np.abs(step))))


def test_entries_that_are_not_finite_are_refused():
    matrix = jacobian(5, 0.0)
    system = AugmentedSystem.of(matrix)
    with pytest.raises(SingularMatrix):
        system.solver.factorise(system.matrix(matrix.with_data(matrix.data * np.nan), 1.0))
