"""Component totals for a set of species: exact linear algebra over elements and charge.

Every species is a vector of element counts and charge.  Components are water, the proton, and one master
species for each further direction that the species span,

    v_j = sum_c n_jc v_c + n_jH v_H + n_jw v_w

with n_jc not negative, so that totals are positive amounts (n_jH and n_jw may have either sign).  Seen modulo
water and the proton, the masters must therefore be the edges of the cone that the species span: those that no
sum of others gives.  Of several species on one edge (sulfate and bisulfate) the best known one is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

Vector = tuple[Fraction, ...]
_DENOMINATOR = 10_000
_TOLERANCE = 1e-9


class NoBasis(ValueError):
    """No component totals describe the species; `species` is one that shows it."""

    def __init__(self, species: str, message: str) -> None:
        self.species = species
        super().__init__(message)


def vector(elements: Sequence[str], composition: Mapping[str, float], charge: float) -> Vector:
    """Element counts and charge, exact."""
    counts = [*(composition.get(e, 0.0) for e in elements), charge]
    return tuple(Fraction(float(n)).limit_denominator(_DENOMINATOR) for n in counts)


class Span:
    """What a few independent vectors span."""

    def __init__(self, names: Sequence[str], vectors: Sequence[Vector]) -> None:
        self.names, self.vectors = list(names), list(vectors)
        self._rows: list[tuple[int, list[Fraction], list[Fraction]]] = []  # pivot, vector, its combination
        for n, v in enumerate(vectors):
            unit = [Fraction(int(i == n)) for i in range(len(vectors))]
            rest, combination = self._reduce(v, [-x for x in unit])
            pivot = next((i for i, x in enumerate(rest) if x), None)
            if pivot is None:
                raise NoBasis(names[n], f"{names[n]} is made up of the others")
            scale = rest[pivot]
            self._rows.append((pivot, [x / scale for x in rest], [-x / scale for x in combination]))

    def _reduce(
        self, v: Sequence[Fraction], combination: Sequence[Fraction]
    ) -> tuple[list[Fraction], list[Fraction]]:
        rest, total = list(v), list(combination)
        for pivot, row, made_of in self._rows:
            factor = rest[pivot]
            if factor:
                rest = [x - factor * y for x, y in zip(rest, row, strict=True)]
                total = [x + factor * y for x, y in zip(total, made_of, strict=True)]
        return rest, total

    def remainder(self, v: Vector) -> Vector:
        """What is left of a vector modulo this span: the same for all vectors that differ by a part of it."""
        return tuple(self._reduce(v, [Fraction(0)] * len(self.names))[0])

    def coefficients(self, v: Vector) -> dict[str, Fraction] | None:
        """How the vector is made up of the basis, None where it isn't in the span."""
        rest, total = self._reduce(v, [Fraction(0)] * len(self.names))
        if any(rest):
            return None
        return {name: x for name, x in zip(self.names, total, strict=True) if x}


def ray(v: Vector) -> Vector:
    """The direction of a vector."""
    size = sum(abs(x) for x in v)
    return tuple(x / size for x in v)


def masters(
    species: Mapping[str, Vector], water: str, proton: str, rank: Callable[[str], tuple]
) -> list[str]:
    """Master species of a solution, water and the proton first; of several on one edge that of least `rank`.

    Raises:
        NoBasis: the totals would have to be negative.
    """
    acid = Span([water, proton], [species[water], species[proton]])
    edges: dict[Vector, list[str]] = {}
    for name, v in species.items():
        rest = acid.remainder(v)
        if any(rest):
            edges.setdefault(ray(rest), []).append(name)
    rays = list(edges)
    extreme = [r for r in rays if not _is_sum(r, [o for o in rays if o != r])]
    chosen = [min(edges[r], key=lambda name: (_size(acid, species[name]), *rank(name))) for r in extreme]
    dimension = int(np.linalg.matrix_rank(np.array(rays, dtype=float))) if rays else 0
    if len(extreme) != dimension:
        shown = sorted(_dependent(extreme, chosen) or chosen or edges[rays[0]])
        raise NoBasis(
            shown[-1],
            f"{', '.join(shown)} react with each other so that no totals of some of them, of water and of "
            "acid describe the rest with positive amounts",
        )
    order = list(species)
    return [water, proton, *sorted(chosen, key=order.index)]


def _dependent(rays: Sequence[Vector], names: Sequence[str]) -> list[str]:
    """The species that one dependence between directions ties together."""
    if not rays:
        return []
    *_, rows = np.linalg.svd(np.array([[float(x) for x in r] for r in rays]).T)
    return [name for name, weight in zip(names, rows[-1], strict=True) if abs(weight) > _TOLERANCE]


def _size(acid: Span, v: Vector) -> Fraction:
    return sum((abs(x) for x in acid.remainder(v)), Fraction(0))


def _is_sum(r: Vector, others: Iterable[Vector]) -> bool:
    """Whether a direction is a sum of others with positive weights."""
    from scipy.optimize import nnls

    columns = np.array([[float(x) for x in o] for o in others]).T
    if columns.size == 0:
        return False
    _, residual = nnls(columns, np.array([float(x) for x in r]))
    return bool(residual < _TOLERANCE)
