"""Particles that dissolve on their way through stirred tanks in series.

A particle's dimensionless age s grows in tank n at the rate 1/(full-reaction time there), so that what is
left of it is r(s) whatever path of conditions it met: r falls from r(0) = 1 to r(1) = 0.  In a mixed tank
the residence times are exponential, hence the expected unreacted fraction of particles that enter tank 1 at
age zero obeys, with u_n(s) the expectation after tanks 1..n for particles that enter at age s,

    u_n - a_n u_n' = u_(n-1),    u_0(s) = r(s),    u_n(1) = 0,    unreacted after tank n = u_n(0)

    a_n   mean residence time over full-reaction time in tank n [-] (the tank's rate factor times its
          residence time)
    s     dimensionless age of a particle [-]

The age is additive over tanks, so their order does not matter and each may have its own conditions.
That holds for one separable rate law, rate = (conditions of the tank) x (function of the particle's age).

Collocation at Chebyshev points turns the equation into linear rows with a constant matrix, which converge
spectrally as r is smooth; a_n may be a float, an array of NumPy or an expression of Pyomo.

Sources: the ordinary differential equation follows from the exponential residence-time distribution of a
mixed tank by integration by parts (derivation in the docstring of `TankCascade`); collocation after
Trefethen, Spectral Methods in MATLAB, SIAM 2000, doi:10.1137/1.9780898719598, chapter 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Remaining = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class TankCascade:
    """Collocation of the particles' ages, shared by all tanks of a cascade.

    A particle that enters a tank at age s stays for an exponentially distributed time and leaves at age
    s + a x, x exponential with mean 1.  What is expected of it afterwards is
    U(s) = integral of exp(-x) u(s + a x) dx over x > 0, and differentiating by s gives U - a U' = u.

    order: number of intervals between the Chebyshev points; 16 leaves an error below 1e-8 for a shrinking
        sphere and a between 0.05 and 50 (see the tests).

    >>> cascade = TankCascade()
    >>> left = cascade.unreacted([0.4, 0.4, 0.4], shrinking(3))
    >>> [round(float(x), 4) for x in left]
    [0.4075, 0.1489, 0.0489]
    """

    order: int = 16

    def __post_init__(self) -> None:
        if self.order < 2:
            raise ValueError(f"a cascade needs at least 2 collocation intervals, not {self.order}")

    @cached_property
    def ages(self) -> np.ndarray:
        """Collocation points on [0, 1], rising, the last of which (age 1, nothing left) holds no unknown."""
        return 0.5 * (1 - np.cos(np.pi * np.arange(self.order + 1) / self.order))

    @cached_property
    def derivative(self) -> np.ndarray:
        """Matrix that takes values at all points to derivatives at all points."""
        s = self.ages
        weight = np.where(np.arange(len(s)) % 2 == 0, 1.0, -1.0)
        weight[[0, -1]] *= 0.5
        difference = s[:, None] - s[None, :] + np.eye(len(s))
        matrix = (weight[None, :] / weight[:, None]) / difference
        np.fill_diagonal(matrix, 0.0)
        # The rows must annihilate constants exactly: the diagonal that does so cancels rounding errors.
        np.fill_diagonal(matrix, -matrix.sum(axis=1))
        return matrix

    @property
    def unknowns(self) -> int:
        """Values per tank: expectations at every age below 1, the first of which is the tank's answer."""
        return self.order

    def fresh(self, remaining: Remaining) -> list[float]:
        """u_0: what is left of a particle at each collocated age."""
        return [float(x) for x in remaining(self.ages[:-1])]

    def rows(self, u: Sequence[Any], upstream: Sequence[Any], a: Any) -> list[Any]:
        """Residuals u - a u' - u_upstream at every collocated age, to be set to zero.

        u, upstream: `unknowns` values each, floats or Pyomo variables; a: float or expression [-].
        Linear in u for a given a.
        """
        if not len(u) == len(upstream) == self.unknowns:
            raise ValueError(f"{self.unknowns} values per tank expected, got {len(u)} and {len(upstream)}")
        matrix = self.derivative
        return [
            u[i] - a * sum(float(matrix[i, j]) * u[j] for j in range(self.unknowns)) - upstream[i]
            for i in range(self.unknowns)
        ]

    def profiles(self, a: Sequence[float], remaining: Remaining) -> np.ndarray:
        """u_n(s) of every tank at the collocated ages, one row per tank (start values for a model)."""
        if any(not x >= 0 for x in a):
            raise ValueError(f"residence time over full-reaction time must not be negative: {list(a)}")
        u = np.array(self.fresh(remaining))
        inner = self.derivative[:-1, :-1]
        result = []
        for ratio in a:
            u = np.linalg.solve(np.eye(self.unknowns) - ratio * inner, u)
            result.append(u)
        return np.array(result)

    def unreacted(self, a: Sequence[float], remaining: Remaining) -> np.ndarray:
        """Expected unreacted fraction after each tank [-]."""
        return self.profiles(a, remaining)[:, 0]


def shrinking(dimension: float) -> Remaining:
    """Remaining fraction r(s) = (1 - s)^dimension: 3 sphere, 2 cylinder or wire, 1 plate or foil.

    >>> float(shrinking(3)(np.array(0.5)))
    0.125
    """
    if dimension < 1:
        raise ValueError(f"a shrinking body has a dimension of at least 1, not {dimension}")
    return lambda s: (1.0 - s) ** dimension


def one_tank_sphere(a: float) -> float:
    """Unreacted fraction of shrinking spheres after one tank: 1 - 3 a + 6 a^2 - 6 a^3 (1 - exp(-1/a)).

    For large a the closed form cancels; its series in 1/a is used there.

    >>> round(one_tank_sphere(0.4), 4)
    0.4075
    """
    if a < 0:
        raise ValueError(f"residence time over full-reaction time must not be negative: {a}")
    if a == 0:
        return 1.0
    if a > 10:
        return sum(6.0 * (-1) ** k / a ** (k + 1) / float(np.prod(range(1, k + 5))) for k in range(12))
    return float(1 - 3 * a + 6 * a**2 + 6 * a**3 * np.expm1(-1 / a))


@dataclass(frozen=True)
class SizeClasses:
    """Quadrature over a particle-size distribution by mass.

    relative_size: class size over the reference size, to which the rate constant belongs [-]
    mass_fraction: weights, summing to 1 [-]
    """

    relative_size: tuple[float, ...]
    mass_fraction: tuple[float, ...]

    @classmethod
    def lognormal(cls, sigma: float, classes: int = 7) -> SizeClasses:
        """Gauss-Hermite classes of a lognormal distribution about its mass median; sigma = sd of ln d.

        >>> classes = SizeClasses.lognormal(0.5, 3)
        >>> [round(d, 3) for d in classes.relative_size], [round(w, 3) for w in classes.mass_fraction]
        ([0.421, 1.0, 2.377], [0.167, 0.667, 0.167])
        """
        if sigma < 0:
            raise ValueError(f"the standard deviation of ln(size) must not be negative: {sigma}")
        x, w = np.polynomial.hermite_e.hermegauss(classes)
        return cls(tuple(float(d) for d in np.exp(sigma * x)), tuple(float(v) for v in w / w.sum()))

    @classmethod
    def rosin_rammler(cls, modulus: float, classes: int = 7) -> SizeClasses:
        """Classes of R(d) = exp(-(d/d')^modulus), about the size d' that 36.8 % by mass exceed.

        Gauss-Legendre classes in the mass passing, which resolve the tail of fines evenly.

        >>> SizeClasses.rosin_rammler(1.5, 3).mass_fraction
        (0.277..., 0.444..., 0.277...)
        """
        if modulus <= 0:
            raise ValueError(f"the modulus of a Rosin-Rammler distribution is positive, not {modulus}")
        x, w = np.polynomial.legendre.leggauss(classes)
        passing = 0.5 * (x + 1)
        size = (-np.log1p(-passing)) ** (1 / modulus)
        return cls(tuple(float(d) for d in size), tuple(float(v) for v in 0.5 * w))

    def average(self, per_class: Sequence[Any]) -> Any:
        """Mass-weighted mean of one value per class (floats, arrays or Pyomo expressions)."""
        if len(per_class) != len(self.mass_fraction):
            raise ValueError(f"{len(self.mass_fraction)} classes, but {len(per_class)} values")
        return sum(w * value for w, value in zip(self.mass_fraction, per_class, strict=True))

    def age_ratios(self, a: Any) -> list[Any]:
        """a of each class: full-reaction time grows with size when the surface reaction controls."""
        return [a / d for d in self.relative_size]
