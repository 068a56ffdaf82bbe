"""Temperature dependence of sodium hydroxide's Pitzer coefficients.

pitzer.dat extrapolates them linearly from 25 degC; at 90 degC its beta0 is half as large again as the one
that Pabalan and Pitzer (1987) found from measurements between 25 and 250 degC.  Their equation has terms that
this model's temperature function has not (1/(T - 227 K) and 1/(647 K - T)): here it is evaluated at 1 bar and
followed by

    P25 + a1 (1/T - 1/Tr) + a2 ln(T/Tr) + a3 (T - Tr) + a4 (T^2 - Tr^2) + a5 (1/T^2 - 1/Tr^2)

from 25 to 110 degC.

Run:  python fits/sodium_hydroxide_pitzer.py    lists the coefficients and how far they are from the equation
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

TR = 298.15
COLD, HOT = 298.15, 383.15  # K
# Pabalan and Pitzer 1987, coefficients as coded in parameters of mvdh7/pytzer.
EQUATION = {
    "beta0": (
        *(276.82478, -2.8131778e-3, -7375.5443, 0.3701254, -49.35997, 0.10945106),
        *(7.1788733e-6, -4.0218506e-5, -5.8847404e-9, 11.931122, 2.4824963, -4.821741e-3),
    ),
    "beta1": (
        462.86977,
        0.0,
        -10294.181,
        0.0,
        -85.960581,
        0.23905969,
        0.0,
        -1.0795894e-4,
        0.0,
        0.0,
        0.0,
        0.0,
    ),
    "cphi": (
        *(-16.686897, 4.0534778e-4, 453.64961, -5.1714017e-2, 2.9680772, -6.5161667e-3),
        *(-1.0553037e-6, 2.3765786e-6, 8.9893405e-10, -0.68923899, -8.1156286e-2, 0.0),
    ),
}


def published(q: Sequence[float], t: float, bar: float = 1.0) -> float:
    """A coefficient by Pabalan and Pitzer at t [K]."""
    return (
        q[0]
        + q[1] * bar
        + (q[2] + q[3] * bar) / t
        + q[4] * math.log(t)
        + (q[5] + q[6] * bar) * t
        + (q[7] + q[8] * bar) * t * t
        + q[9] / (t - 227.0)
        + (q[10] + q[11] * bar) / (647.0 - t)
    )


def _terms(t: float) -> tuple[float, ...]:
    return (1 / t - 1 / TR, math.log(t / TR), t - TR, t * t - TR * TR, 1 / t**2 - 1 / TR**2)


def fit(name: str) -> list[float]:
    """P25 and a1 to a5."""
    at_25 = published(EQUATION[name], TR)
    grid = np.linspace(COLD, HOT, 60)
    matrix = np.array([_terms(float(t)) for t in grid])
    scale = np.abs(matrix).max(axis=0)
    rest = np.array([published(EQUATION[name], float(t)) - at_25 for t in grid])
    found, *_ = np.linalg.lstsq(matrix / scale, rest, rcond=None)
    return [at_25, *(found / scale).tolist()]


def value(coefficients: Sequence[float], t: float) -> float:
    """The model's coefficient at t [K]."""
    return coefficients[0] + sum(a * x for a, x in zip(coefficients[1:], _terms(t), strict=True))


def main() -> None:
    for name, q in EQUATION.items():
        found = fit(name)
        print(f"{name}: [{', '.join(f'{c:.8g}' for c in found)}]")
        for celsius in (0, 10, 25, 50, 75, 90, 100):
            t = celsius + 273.15
            print(f"  {celsius:3d} degC  {published(q, t):.6f}  {value(found, t) - published(q, t):+.1e}")


if __name__ == "__main__":
    main()
