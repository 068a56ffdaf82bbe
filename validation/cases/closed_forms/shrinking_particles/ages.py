"""What receding particles leave, as an integral over the times that they stay.

A particle of shape n (plate 1, cylinder 2, sphere 3) whose surface recedes at v is, after the time t,
the share (1 - t/T)^n of itself with T = radius/v, until T.  In N equal perfectly mixed tanks times are
spread as E(t) = t^(N-1) exp(-t N/tau) (N/tau)^N/(N-1)!; in a batch all particles have the age tau.
"""

import math

from scipy.integrate import quad

RECESSION = 5e-6
"""m/h"""
SHAPES = {"plate": 1, "cylinder": 2, "sphere": 3, "batch of spheres": 3}
WIDTHS = 8.0
"""Standard deviations of the logarithm of size that are integrated over."""


def of_one_size(shape, tanks, residence_time, size):
    """Share left of particles of one size [m] after the residence time [h]."""
    n = SHAPES[shape]
    full = 0.5 * size / RECESSION
    if shape.startswith("batch"):
        return max(1.0 - residence_time / full, 0.0) ** n
    rate = tanks / residence_time

    def leaving(t):
        ln_density = tanks * math.log(rate) + (tanks - 1) * math.log(t) - rate * t - math.lgamma(tanks)
        return math.exp(ln_density) * (1.0 - t / full) ** n

    return quad(leaving, 0.0, full, epsabs=1e-13, epsrel=1e-12, limit=200)[0]


def left(point):
    """Share left of a feed of one size, or of log-normally spread sizes (by mass)."""
    given = point.row["shape"], point["leach.tanks"], point["leach.residence_time"]
    spread = float(point.row["spread"])
    if not spread:
        return of_one_size(*given, point["leach.particle_size"])

    def of_class(z):
        size = point["leach.particle_size"] * math.exp(spread * z)
        return of_one_size(*given, size) * math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)

    return quad(of_class, -WIDTHS, WIDTHS, epsrel=1e-9, limit=200)[0]
