"""Shrinking particles on their way through a series of tanks, or through a batch.

In stirred tanks the particles' residence times are spread; over their ages (see `residence_time`)

    v_n = u_n (1 + a_1) ... (1 + a_n),   d_n = 1/((1 + a_1) ... (1 + a_n))
    v_n - a_n v_n' = (1 + a_n) v_(n-1)                  divided by 1 + a_n
    left after tank n        d_n v_n(0)
    dissolved in tank n      -d_n a_n v_n'(0)

u_n unreacted fraction by age, a_n residence time over full-reaction time.  v keeps digits where u vanishes,
and what dissolves is a multiple of the rate, so that slow particles keep theirs.

In a batch all particles have one age; of their size l is left

    l_n = l_(n-1) - min(a_n, l_(n-1))        the corner rounded by a share of 1e-4
    left after interval n                    l_n^D
    dissolved in interval n                  l_(n-1)^D - l_n^D, as a multiple of a_n

D dimensions in which a body shrinks: 3 sphere, 2 cylinder, 1 plate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flowsheet.chemistry.operators import sqrt
from hydromet.leaching.residence_time import TankCascade

SHAPES: Mapping[str, int] = {"sphere": 3, "cylinder": 2, "plate": 1}
_ROUNDING = 1e-4


class Aged(NamedTuple):
    """Particles of one size in one tank: rows to be set to zero; `loss` is -v'(0), `left` v(0)."""

    rows: list[Any]
    loss: Any
    left: Any


def aged(cascade: TankCascade, v: Sequence[Any], upstream: Sequence[Any], a: Any) -> Aged:
    """One stirred tank; `upstream` is v of the tank before, r(s) before the first."""
    rows = [row / (1.0 + a) for row in cascade.rows(v, [before * (1.0 + a) for before in upstream], a)]
    slope = sum(float(d) * x for d, x in zip(cascade.derivative[0, :-1], v, strict=True))
    return Aged(rows, -slope, v[0])


def shrinkage(size: Any, a: Any) -> Any:
    """What an interval of a batch takes from a size, over the first size: the smaller of the two, rounded.

    >>> round(shrinkage(0.6, 0.4), 6), round(shrinkage(0.1, 0.4), 6)
    (0.4, 0.1)
    """
    rounding = 4.0 * _ROUNDING**2 * a * size
    return 2.0 * (1.0 - _ROUNDING**2) * a * size / (a + size + sqrt((a - size) ** 2 + rounding))


def shrunk_share(dimension: int, before: Any, now: Any, gone: Any) -> Any:
    """Share of a body that goes as its size falls from `before` to `now`, by `gone`.

    >>> round(shrunk_share(3, 0.9, 0.5, 0.4), 6), round(0.9**3 - 0.5**3, 6)
    (0.604, 0.604)
    """
    return gone * sum(before ** (dimension - 1 - i) * now**i for i in range(dimension))
