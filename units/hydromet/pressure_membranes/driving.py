"""Water flux from the pressure that is left after osmosis and friction.

    water_flux    ln(J_k/A + pi_wall,k + dp_k) = ln(p + pi_permeate,k)

    A     permeability to water at the module's temperature          m3/m2/h/bar
    p     pressure of the feed above the permeate's                  bar
    dp    lost by friction up to the middle of the element           bar
    pi    osmotic pressure, by the chemistry's water activity        bar

The permeate of an element has the osmotic coefficient of the whole permeate.  Permeability and permeances
follow the mobility of water, A ~ 1/mu and P ~ T/mu, as for a membrane whose structure doesn't change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import WATER
from hydromet.pressure_membranes.module import Module
from hydromet.pressure_membranes.wall import Wall, osmotic_pressure


class DrivenFlux:
    """Unknown fluxes of the elements, before their module is written.

    Attributes:
        fluxes: J by element [m3/m2/h].
    """

    def __init__(self, block: Any, elements: int) -> None:
        self.block = block
        block.ln_flux = pyo.Var(range(1, elements + 1), bounds=(-40.0, 5.0))
        self.fluxes = [pyo.exp(block.ln_flux[k]) for k in range(1, elements + 1)]

    def close(
        self,
        module: Module,
        walls: Sequence[Wall],
        permeate: AqueousState,
        pressure: Any,
        permeability: Any,
        drop: Callable[[int], Any],
    ) -> None:
        """Write a row per element."""
        b = self.block
        b.drop = pyo.Expression(module.elements, rule=lambda _, k: drop(k))
        b.lost = pyo.Expression(module.elements)
        lost: Any = 0.0
        for k in module.elements:
            b.lost[k] = lost + 0.5 * b.drop[k]
            lost = lost + b.drop[k]
        self.drop = lost
        volume = module.block.water_volume
        mixed = osmotic_pressure(permeate, volume) / permeate_strength(module, None)
        b.wall_pressure = pyo.Expression(
            module.elements, rule=lambda _, k: osmotic_pressure(walls[k - 1].state, volume)
        )
        b.water_flux = pyo.Constraint(
            module.elements,
            rule=lambda _, k: (
                pyo.log(module.flux(k) / permeability + b.wall_pressure[k] + b.lost[k])
                - pyo.log(pressure + mixed * permeate_strength(module, k))
                == 0
            ),
        )


def permeate_strength(module: Module, k: int | None) -> Any:
    """All components dissolved in the permeate of an element, or in all of it [mol per mol of water]."""
    if k is None:
        return sum(module.permeate(c) for c in module.solutes) / module.permeate(WATER)
    return sum(module.passed[k, c] for c in module.solutes) / module.passed[k, WATER]
