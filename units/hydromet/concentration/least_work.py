"""The least work that concentrating a liquor takes, from its activities.

    W_min = G_concentrate + G_water - G_feed                          all at the surroundings' temperature T0
    G / (R T0) = sum_c n_c ln a_c + n_H ln a_H + n_w ln a_w           components as their master species

which is -R T0 times the integral of ln a_w over the water taken away (Gibbs and Duhem), without an integral.
The exergy that electricity, steam (Q (1 - T0/T_s)) and a hot or cold feed bring can't be less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.model.unit import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from hydromet.concentration.effects import Effects
    from hydromet.concentration.evaporator import Evaporator


def least_work(unit: Evaporator, effects: Effects, temperature: Any) -> Any:
    """W_min [kW]; speciates feed and concentrate at `temperature` [K]."""
    feed = unit.feed.flows("aqueous")
    left = 1.0 - unit.water_evaporated
    states = {
        "feed": (effects.internal_state("feed_liquor", temperature, 1.0), 1.0),
        "concentrate": (effects.internal_state("cooled_concentrate", temperature, left), left),
    }
    for state, share in states.values():
        effects.note_start(
            state, {c: feed[c] * (share if c == WATER else 1.0) for c in (*state.solutes, WATER)}
        )
    before, after = states["feed"][0], states["concentrate"][0]
    change = feed[WATER] * (left * after.ln_water_activity - before.ln_water_activity)
    for c in (*before.solutes, PROTON):
        change = change + feed.get(c, 0.0) * (after.ln_a[c] - before.ln_a[c])
    return GAS_CONSTANT * temperature * change / SECONDS_PER_HOUR
