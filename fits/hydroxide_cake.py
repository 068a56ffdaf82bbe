"""Uptake of nickel, cobalt and lithium by the aluminium hydroxide of an iron removal.

One constant for the three metals, by least squares of the losses, whose uncertainty in percent is the same
for all: liquor and measurements are of the case impurity_removal/hydroxide_losses.  A metal's share that
stays in solution obeys lost/left = K n_host/V, where host and volume hardly depend on K: the plant is
solved at the stored K, and lost/left scaled.

Run:  python fits/hydroxide_cake.py
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from flowsheet.validation.read import read_case
from flowsheet.validation.run import run_case
from hydromet.precipitation.uptake import load

SUITE = Path(__file__).parents[1] / "validation" / "cases"
CASE = SUITE / "impurity_removal" / "hydroxide_losses"
STORED = load("hydroxide_cake").values["boehmite.Ni(OH)2"].value
LITRES = 1000.0  # L/m3


@dataclass(frozen=True)
class Fit:
    """`uptake` and its standard deviation [L/mol]; of each point its name, measured and fitted loss."""

    uptake: float
    deviation: float
    points: list[tuple[str, float, float]]

    @property
    def rms(self) -> float:
        return float(np.sqrt(np.mean([(fitted - measured) ** 2 for _, measured, fitted in self.points])))


def fit() -> Fit:
    """Least squares of the losses of the case."""
    outcome = run_case(read_case(CASE, CASE.name), SUITE, CASE)
    points = [(f"{c.stated.name} {p.label}", p) for c in outcome.comparisons for p in c.points]
    measured = np.array([p.measured for _, p in points], dtype=float)
    predicted = np.array([p.predicted for _, p in points], dtype=float)
    lost_over_left = predicted / (1.0 - predicted) / STORED

    def losses(k: float) -> np.ndarray:
        return k * lost_over_left / (1.0 + k * lost_over_left)

    found = least_squares(lambda k: losses(k[0]) - measured, [STORED])
    k, slope = float(found.x[0]), float(found.jac[:, 0] @ found.jac[:, 0])
    variance = float(found.fun @ found.fun) / (len(points) - 1)
    each = [(name, float(m), float(f)) for (name, _), m, f in zip(points, measured, losses(k), strict=True)]
    return Fit(LITRES * k, LITRES * float(np.sqrt(variance / slope)), each)


def main() -> None:
    found = fit()
    print(f"K {found.uptake:.3f} L/mol, standard deviation {found.deviation:.2f}")
    print(f"rms of the losses {100 * found.rms:.2f} points")
    for name, measured, fitted in found.points:
        print(f"  {name} g/L Al: measured {100 * measured:.1f} %, fitted {100 * fitted:.2f} %")


if __name__ == "__main__":
    main()
