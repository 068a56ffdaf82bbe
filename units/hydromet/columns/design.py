"""What follows from a column's cycle for its design: velocities, pressure drop, wear of the bed.

    dp/H = 150 mu (1 - e)^2 u/(e^3 d^2) + 1.75 rho (1 - e) u^2/(e^3 d)                            (Ergun 1952)
    mu = 2.414e-5 Pa s 10^(247.8 K/(T - 140 K))                                 (water; Vogel's form)
    beds replaced per time = columns V/(t_cycle n),  n = ln(x)/ln(1 - l)

H height of the bed, u superficial velocity, e bed porosity between the particles, d particle size, mu and
rho of the liquor; n cycles until the capacity has fallen to the share x, each losing the share l of what is
left. (Ergun: Chem. Eng. Prog. 48 (1952) 89; the equation read in a collection of packed-bed correlations,
which gives its range as 1.2 to 4200 in rho u d/(mu (1 - e)) and more than ten particles over the diameter;
below, its first term is Kozeny's and Carman's.)
"""

from __future__ import annotations

from typing import Any

from flowsheet.chemistry.operators import log

_SECONDS = 3600.0
_PASCAL = 1e5
"""Of one bar."""


def water_viscosity(temperature: Any) -> Any:
    """[Pa s] at `temperature` [K].

    >>> round(1e3 * water_viscosity(293.15), 2)
    1.0
    """
    return 2.414e-5 * 10.0 ** (247.8 / (temperature - 140.0))


def pressure_drop(
    velocity: Any, height: Any, particle_size: Any, porosity: Any, density: Any, temperature: Any
) -> Any:
    """[bar] over a bed, from the superficial velocity [m/h].

    >>> round(pressure_drop(1.0, 1.0, 1e-4, 0.4, 1000.0, 293.15), 3)
    0.235
    """
    u = velocity / _SECONDS
    viscous = 150.0 * water_viscosity(temperature) * (1.0 - porosity) ** 2 * u / particle_size**2
    inertial = 1.75 * density * (1.0 - porosity) * u**2 / particle_size
    return height * (viscous + inertial) / porosity**3 / _PASCAL


def replacement(bed: Any, cycle_time: Any, capacity_loss: Any, replace_at: Any) -> Any:
    """Volume of bed replaced per hour [m3/h].

    >>> round(replacement(1.0, 2.0, 1e-3, 0.8), 6)
    0.002242
    """
    return bed / cycle_time * log(1.0 - capacity_loss) / log(replace_at)
