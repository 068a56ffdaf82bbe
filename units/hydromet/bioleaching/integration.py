"""Integration in time, in plain numbers, for cold starts.

A linearly implicit method of second order with error estimate (Shampine and Reichelt 1997, ode23s,
doi:10.1137/S1064827594276424).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

State = np.ndarray
Path = list[tuple[float, State, State]]
"""Times, states and their slopes."""
_TOLERANCE = 1e-4
_STEPS, _BETWEEN = 4000, 10
_GAMMA = 1.0 / (2.0 + math.sqrt(2.0))
_E32 = 6.0 + math.sqrt(2.0)


def integrate(change: Callable[[State], State], y: State, duration: float) -> tuple[State, Path]:
    """State after `duration` [h], and the states on the way.

    >>> end, path = integrate(lambda y: -y, np.array([1.0]), 1.0)
    >>> bool(abs(end[0] - math.exp(-1.0)) < 1e-3), path[0][0]
    (True, 0.0)
    """
    t, step = 0.0, 1e-4 * duration
    f = change(y)
    path = [(t, y, f)]
    for _ in range(_STEPS):
        step = min(step, duration - t)
        slope = _jacobian(change, y, f)
        w = np.eye(len(y)) - step * _GAMMA * slope
        k1 = np.linalg.solve(w, f)
        f1 = change(y + 0.5 * step * k1)
        k2 = np.linalg.solve(w, f1 - k1) + k1
        following = y + step * k2
        f2 = change(following)
        k3 = np.linalg.solve(w, f2 - _E32 * (k2 - f1) - 2.0 * (k1 - f))
        error = step / 6.0 * np.abs(k1 - 2.0 * k2 + k3)
        size = float(np.max(error / (_TOLERANCE * (1.0 + np.abs(y)))))
        if size <= 1.0 or step < 1e-12 * duration:
            t, y, f = t + step, following, f2
            path.append((t, y, f))
            if t >= duration * (1.0 - 1e-12):
                break
        step *= min(5.0, max(0.2, 0.8 * max(size, 1e-12) ** (-1.0 / 3.0)))
    return y, path


def between(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The path with points between its own, by Hermite's cubics."""
    share = np.arange(_BETWEEN)[:, None] / _BETWEEN
    before, after = 2 * share**3 - 3 * share**2 + 1, 3 * share**2 - 2 * share**3
    leaving, arriving = share**3 - 2 * share**2 + share, share**3 - share**2
    times, states = [], []
    for (t0, y0, f0), (t1, y1, f1) in pairwise(path):
        step = t1 - t0
        times.append(t0 + step * share[:, 0])
        states.append(before * y0 + after * y1 + step * (leaving * f0 + arriving * f1))
    return np.append(np.concatenate(times), path[-1][0]), np.vstack([*states, path[-1][1]])


def _jacobian(change: Callable[[State], State], y: State, f: State) -> np.ndarray:
    columns = []
    for k in range(len(y)):
        step = 1e-6 * max(1e-3, abs(float(y[k])))
        moved = y.copy()
        moved[k] += step
        columns.append((change(moved) - f) / step)
    return np.array(columns).T
