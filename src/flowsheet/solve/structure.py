"""What the pattern of the equations says before any number is computed.

A maximum matching pairs equations with unknowns. The Dulmage-Mendelsohn decomposition tells apart what has
too many equations, what has too few, and the rest, which block triangular form orders into the smallest
systems that can be solved one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.solve.compiled import CompiledModel


@dataclass(frozen=True)
class Structure:
    """Names of equations and unknowns by the part they belong to.

    `surplus_equations` are those of the overdetermined part that stay unmatched, `free_unknowns` those of the
    underdetermined part: one choice among several; the parts themselves do not depend on it.
    """

    overdetermined_equations: tuple[str, ...]
    overdetermined_unknowns: tuple[str, ...]
    underdetermined_equations: tuple[str, ...]
    underdetermined_unknowns: tuple[str, ...]
    surplus_equations: tuple[str, ...]
    free_unknowns: tuple[str, ...]
    matching: dict[str, str]
    blocks: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @property
    def is_sound(self) -> bool:
        """Every equation determines one unknown and none is left over."""
        return not self.surplus_equations and not self.free_unknowns


def diagnose(model: CompiledModel) -> Structure:
    """Matching, Dulmage-Mendelsohn parts and block triangular form of the model's Jacobian pattern.

    `matching`: unknown by equation. `blocks`: (equations, unknowns) of the sound part in solving order.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    pattern = model.pattern("jacobian")
    rows, cols = pattern.shape
    by_row = csr_matrix((pattern.data, (pattern.row, pattern.col)), shape=(rows, cols))
    by_col = by_row.T.tocsr()
    col_of_row = maximum_bipartite_matching(by_row, perm_type="column").astype(int)
    row_of_col = np.full(cols, -1)
    matched = np.flatnonzero(col_of_row >= 0)
    row_of_col[col_of_row[matched]] = matched

    over_rows, over_cols = _alternating(np.flatnonzero(col_of_row < 0), by_row, row_of_col)
    under_cols, under_rows = _alternating(np.flatnonzero(row_of_col < 0), by_col, col_of_row)
    square = np.setdiff1d(matched, np.concatenate([over_rows, under_rows]))
    equation, unknown = np.array(model.equations, dtype=object), np.array(model.unknowns.names, dtype=object)
    blocks = [
        (tuple(equation[block]), tuple(unknown[col_of_row[block]]))
        for block in _blocks(square, by_row, col_of_row)
    ]
    return Structure(
        overdetermined_equations=tuple(equation[over_rows]),
        overdetermined_unknowns=tuple(unknown[over_cols]),
        underdetermined_equations=tuple(equation[under_rows]),
        underdetermined_unknowns=tuple(unknown[under_cols]),
        surplus_equations=tuple(equation[col_of_row < 0]),
        free_unknowns=tuple(unknown[row_of_col < 0]),
        matching={str(equation[row]): str(unknown[col_of_row[row]]) for row in matched},
        blocks=tuple(blocks),
    )


def _alternating(start: np.ndarray, neighbours: Any, partner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What can be reached from unmatched nodes by going out along any edge and back along matched ones."""
    near, far = set(start.tolist()), set()
    pending = list(near)
    while pending:
        node = pending.pop()
        for other in neighbours.indices[neighbours.indptr[node] : neighbours.indptr[node + 1]].tolist():
            if other in far:
                continue
            far.add(other)
            back = int(partner[other])
            if back >= 0 and back not in near:
                near.add(back)
                pending.append(back)
    return np.array(sorted(near), dtype=int), np.array(sorted(far), dtype=int)


def _blocks(rows: np.ndarray, by_row: Any, col_of_row: np.ndarray) -> list[np.ndarray]:
    """Strongly connected components of the matched rows, those that others depend on first."""
    from scipy.sparse.csgraph import connected_components

    if rows.size == 0:
        return []
    square = by_row[rows][:, col_of_row[rows]]
    count, label = connected_components(square, directed=True, connection="strong")
    needs: list[set[int]] = [set() for _ in range(count)]
    coupled = square.tocoo()
    for here, there in zip(label[coupled.row].tolist(), label[coupled.col].tolist(), strict=True):
        if here != there:
            needs[here].add(there)
    members = [rows[label == index] for index in range(count)]
    return [members[index] for index in _dependencies_first(needs)]


def _dependencies_first(needs: list[set[int]]) -> list[int]:
    from graphlib import TopologicalSorter

    return list(TopologicalSorter(dict(enumerate(needs))).static_order())
