"""Radau collocation on equal elements of [0, 1]: three points an element, the last at its end (order 5).

    sum_j A_ij y_j = h f_i,     y_0 the element's start

>>> weights = derivative_matrix()
>>> abs(sum(w * p**3 for w, p in zip(weights[-1], (0.0, *POINTS))) - 3.0) < 1e-12
True
"""

from __future__ import annotations

import math

POINTS: tuple[float, ...] = ((4.0 - math.sqrt(6.0)) / 10.0, (4.0 + math.sqrt(6.0)) / 10.0, 1.0)
"""Of an element, from its start."""


def derivative_matrix() -> list[list[float]]:
    """A_ij: derivative at point i of the polynomial through the element's start (j = 0) and its points."""
    nodes = (0.0, *POINTS)
    return [[_slope(nodes, j, x) for j in range(len(nodes))] for x in POINTS]


def _slope(nodes: tuple[float, ...], j: int, x: float) -> float:
    """Derivative at x of the Lagrange polynomial that is 1 at node j."""
    total = 0.0
    for m in range(len(nodes)):
        if m == j:
            continue
        product = 1.0 / (nodes[j] - nodes[m])
        for k in range(len(nodes)):
            if k not in (j, m):
                product *= (x - nodes[k]) / (nodes[j] - nodes[k])
        total += product
    return total


def places(elements: int) -> list[float]:
    """All collocation points of `elements` equal elements.

    >>> [round(x, 3) for x in places(2)]
    [0.078, 0.322, 0.5, 0.578, 0.822, 1.0]
    """
    return [(e + p) / elements for e in range(elements) for p in POINTS]
