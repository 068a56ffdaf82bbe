"""Hollow fibres in modules: areas, velocities, film coefficients and pressure drops of their two sides.

    A_i = A d_i/d_o,  A_m = A (d_o - d_i)/(d_o ln(d_o/d_i))      lumen, and log mean through the wall
    n   = A / (s pi d_o L)                                       fibres side by side, s modules in series
    Sh  = 3.66 + 0.0668 Gz/(1 + 0.04 Gz^(2/3))                   lumen:  Sh = k d_i/D,  Gz = d_i^2 v/(D L)
    Sh  = 0.53 (1 - 1.1 p) ((1 - p)/p)^-0.47 Re^0.53 Sc^0.33     shell:  Sh = k d_o/D,  Re = d_o v_s/nu
    dp  = 32 mu v s L/d_i^2                                      lumen, Hagen and Poiseuille
    dp  = 32 mu v_s p s L/(d_o^2 K),  K = 4 p - p^2 - 3 - 2 ln p     shell, Happel

    A   membrane area, of the fibres' outer surface       m2
    d_o, d_i, L   diameters and length of a fibre         m
    p   packing, the fibres' share of the shell's section
    v   velocity in the lumen, v_s superficial in the shell     m/h
    nu, mu  kinematic [m2/h] and dynamic viscosity,  Sc = nu/D

Flow is along the fibres on both sides; liquids are mixed between modules in series, so that L of the
entrance effect is one module's.  The shell's pressure drop follows from the velocity around a fibre in its
own cell of free surface, v(r) ~ r_o^2 - r^2 + 2 r_c^2 ln(r/r_o) with r_c^2 = r_o^2/p, which is laminar flow
between fibres that are evenly spaced: end effects and maldistribution come on top.

Sources: coefficients of Sh in `parameters/liquid_films.yaml`.  Velocity around a fibre: Happel's model as
written in Membranes 15 (2025) 93, equations 3 to 5 (doi:10.3390/membranes15030093).  Range: laminar flow in
the lumen; the correlation of the shell states none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from flowsheet.chemistry.operators import log
from flowsheet.document.parameter_file import ParameterSet
from hydromet.membranes.diffusivity import SECONDS

SideName = Literal["lumen", "shell"]
_PASCALS = 1e5
"""Pa per bar."""


def other_side(side: SideName) -> SideName:
    """The side across the wall."""
    return "shell" if side == "lumen" else "lumen"


@dataclass(frozen=True)
class Fibres:
    """All fibres of one contactor; lengths in m, areas in m2, numbers or Pyomo expressions.

    Attributes:
        area: outer surface of all fibres.
        in_series: modules that a liquid passes one after the other.
        films: parameter set with the correlations' coefficients.

    >>> from hydromet.membranes.diffusivity import liquid_films
    >>> fibres = Fibres(1.4, 1.0, 3e-4, 2.4e-4, 0.25, 0.4, liquid_films())
    >>> round(fibres.side_by_side)
    5942
    >>> k = fibres.coefficient("lumen", flow=0.1, viscosity=3.2e-3, diffusivity=2.2e-6)
    >>> round(k / SECONDS * 1e6, 1), round(fibres.pressure_drop("lumen", 0.1, 3.2), 3)      # um/s, bar
    (13.9, 0.128)
    """

    area: Any
    in_series: Any
    outer: Any
    inner: Any
    length: Any
    packing: Any
    films: ParameterSet

    @property
    def side_by_side(self) -> Any:
        """Fibres that a liquid passes in parallel."""
        return self.area / (self.in_series * math.pi * self.outer * self.length)

    def share_of_area(self, side: SideName) -> Any:
        """A side's surface over the outer one."""
        return self.inner / self.outer if side == "lumen" else 1.0

    @property
    def wall_share(self) -> Any:
        """Log-mean surface of the wall over the outer one."""
        return 2.0 * self.wall / (self.outer * log(self.outer / self.inner))

    @property
    def wall(self) -> Any:
        """Thickness [m]."""
        return 0.5 * (self.outer - self.inner)

    def volume(self, side: SideName) -> Any:
        """Of the liquid on a side [m3]."""
        rod = 0.25 * self.area * self.outer
        return rod * (self.inner / self.outer) ** 2 if side == "lumen" else rod * (1.0 / self.packing - 1.0)

    def pores(self, porosity: Any) -> Any:
        """Volume of the walls' pores [m3]."""
        return porosity * 0.25 * self.area * self.outer * (1.0 - (self.inner / self.outer) ** 2)

    def velocity(self, side: SideName, flow: Any) -> Any:
        """Of a liquid of `flow` [m3/h]: mean in the lumen, superficial in the shell [m/h]."""
        section = 0.25 * math.pi * self.inner**2
        if side == "shell":
            section = 0.25 * math.pi * self.outer**2 / self.packing
        return flow / (self.side_by_side * section)

    def reynolds(self, side: SideName, flow: Any, viscosity: Any) -> Any:
        """Re of a side, `viscosity` kinematic [m2/h]."""
        diameter = self.inner if side == "lumen" else self.outer
        return diameter * self.velocity(side, flow) / viscosity

    def coefficient(self, side: SideName, flow: Any, viscosity: Any, diffusivity: Any) -> Any:
        """k of a film, for its own surface [m/h]; `viscosity` kinematic [m2/h]."""
        if side == "lumen":
            developed, entrance, approach = (
                self.films.value(f"lumen.{name}", "1") for name in ("developed", "entrance", "approach")
            )
            graetz = self.inner**2 * self.velocity(side, flow) / (diffusivity * self.length)
            sherwood = developed + entrance * graetz / (1.0 + approach * graetz ** (2.0 / 3.0))
            return sherwood * diffusivity / self.inner
        factor, slope, of_diameter, of_reynolds, of_schmidt = (
            self.films.value(f"shell.{name}", "1")
            for name in ("factor", "packing", "diameter_exponent", "reynolds_exponent", "schmidt_exponent")
        )
        p = self.packing
        reynolds, schmidt = self.reynolds(side, flow, viscosity), viscosity / diffusivity
        sherwood = factor * (1.0 - slope * p) * ((1.0 - p) / p) ** of_diameter
        return sherwood * reynolds**of_reynolds * schmidt**of_schmidt * diffusivity / self.outer

    def pressure_drop(self, side: SideName, flow: Any, viscosity: Any) -> Any:
        """[bar], over all modules in series; `viscosity` dynamic [kg/m/h]."""
        gradient = 32.0 * viscosity * self.velocity(side, flow)
        if side == "lumen":
            gradient = gradient / self.inner**2
        else:
            p = self.packing
            gradient = gradient * p / (self.outer**2 * (4.0 * p - p**2 - 3.0 - 2.0 * log(p)))
        return gradient * self.in_series * self.length / SECONDS**2 / _PASCALS
