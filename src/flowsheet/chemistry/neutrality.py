"""What a stated composition misses of electroneutrality, and who carries it.

Streams are neutral: their total hydrogen follows from the other components.  Where an analysis, or a
published case, states all of them and they don't cancel, either the statement is refused, or the chemistry
names two spectators, ions that take part in nothing, and

    n_anion = max(r, 0)/z_anion,     n_cation = max(-r, 0)/z_cation,     r = n_H + sum_c z_c n_c

so that total hydrogen is as stated and the residual r stays with the liquor through the whole plant.  The
corners of both are rounded alike, which leaves their difference, and so total hydrogen, exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.operators import sqrt
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem

_ROUNDING = 1e-5
"""Of all charges."""


def charges(system: ChemistrySystem, amounts: Mapping[str, Any]) -> tuple[Any, Any]:
    """Charge that the amounts leave open, and all of it: r and the sum of magnitudes, in their unit."""
    left: Any = 0.0
    whole: Any = 0.0
    for component, amount in amounts.items():
        z = 1 if component == PROTON else system.charge_of(component)
        if z:
            left = left + z * amount
            whole = whole + abs(z) * amount
    return left, whole


def spectators(system: ChemistrySystem, amounts: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts of the chemistry's spectators beside stated amounts of components, H among them; none in water.

    >>> from dataclasses import replace
    >>> from flowsheet.chemistry.load import load_system
    >>> system = replace(load_system("nmc_sulfate"), spectators=("Na", "Cl"))
    >>> found = spectators(system, {"H": 1.008, "SO4": 0.5})
    >>> round(found["Cl"] - found["Na"], 12), found["Na"] < 1e-7
    (0.008, True)
    """
    if system.spectators is None or not set(amounts) - {WATER}:
        return {}
    left, whole = charges(system, amounts)
    cation, anion = system.spectators
    root = sqrt(left * left + (2.0 * _ROUNDING * whole) * (2.0 * _ROUNDING * whole))
    return {
        cation: 0.5 * (root - left) / system.charge_of(cation),
        anion: 0.5 * (root + left) / -system.charge_of(anion),
    }
