"""Cold starts where water is taken away: boiling points, and each liquor from an approximate equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.operators import log
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import WATER, ChemistrySystem
from flowsheet.model.stream import Stream
from flowsheet.solve.liquor_start import LiquorStart

LATENT_HEAT = 42.0
"""Of water at 70 degC [kJ/mol], for cold starts and scales alone."""
HEAT_CAPACITY = 75.3e-3
"""Of liquid water [kJ/mol/K], for cold starts and scales alone."""
_NORMAL_PRESSURE, _NORMAL_BOILING = 1.01325, 373.15
"""[bar] and [K] of water's normal boiling point."""


def approximate_boiling_point(pressure: Any) -> Any:
    """Of water [K] at `pressure` [bar], by Clausius and Clapeyron with a constant latent heat.

    >>> round(approximate_boiling_point(0.3), 0)      # 342.3 by the equation of state
    342.0
    """
    return 1.0 / (1.0 / _NORMAL_BOILING - GAS_CONSTANT / LATENT_HEAT * log(pressure / _NORMAL_PRESSURE))


def liquor_data(system: ChemistrySystem, state: AqueousState, outlet: Stream | None) -> dict[str, Any]:
    """What `LiquorStart` has to know of a speciated liquor; `outlet`: the stream that it leaves by."""
    block = state.block
    return {
        "chemistry": list(system.origin),
        "components": list(state.solutes),
        "model": state.model,
        "solids": [],
        "unknowns": {
            "ln_m": {s: block.ln_m[s].name for s in state.explicit},
            "ln_ionic_strength": block.ln_ionic_strength.name,
            "ln_water": block.ln_water.name,
            "flow": {c: outlet.ln("aqueous", c).name for c in (*state.solutes, WATER)} if outlet else {},
            "share": {},
            "solid": {},
        },
    }


class LiquorsStart:
    """A start procedure (see `solve.initialise.Procedure`) for several liquors of one unit.

    `data` is a list of what `LiquorStart` takes; called with the totals of liquor k as `k:N:component`
    [mol/h] and its temperature as `k:temperature`.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.starts = [LiquorStart(entry) for entry in data["liquors"]]

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        values: dict[str, float] = {}
        for number, start in enumerate(self.starts):
            prefix = f"{number}:"
            own = {name.removeprefix(prefix): n for name, n in needs.items() if name.startswith(prefix)}
            values |= start(own)
        return values
