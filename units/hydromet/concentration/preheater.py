"""Feed preheated against hot condensate, and concentrate, in counter-current.

    Q = max(min(Q_hot, Q_cold), 0)
    Q_hot  = sum_k C_k (T_k - T_F - a)        every hot stream k cooled to the approach a above the feed
    Q_cold = C_F (T_c - a - T_F)              the feed heated to the approach below the condensate T_c

Where the feed limits, the hot streams leave by the same share of their way warmer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.system import WATER
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.concentration.heat_transfer import mean_difference
from hydromet.concentration.start import HEAT_CAPACITY
from hydromet.concentration.vapour import heat_capacity_flow

if TYPE_CHECKING:
    from hydromet.concentration.evaporator import Evaporator

_ROUNDING = 0.01
"""[K], times a heat capacity flow, over which the corners of min and max are rounded."""


class Preheater:
    """The exchangers before an evaporator.

    Attributes: heat [kJ/h], an unknown; the feed's temperature before and after [K].
    """

    def __init__(self, unit: Evaporator) -> None:
        self.unit = unit
        b, system = unit.block, unit.system
        streams = [s for s in unit.feed.streams if "aqueous" in s.n]
        capacity = {id(s): sum(heat_capacity_flow(system, p, n) for p, n in s.n.items()) for s in streams}
        b.feed_capacity = pyo.Expression(expr=sum(capacity.values()))
        b.feed_temperature = pyo.Expression(
            expr=sum(capacity[id(s)] * s.temperature for s in streams) / b.feed_capacity
        )
        self.feed_temperature = b.feed_temperature
        self.heat: Any = 0.0
        if unit.preheat != "none":
            water = unit.feed.flow("aqueous", WATER)
            self.scaled = unit.var("preheat", start=0.0, nominal=1.0)
            self.scale = 30.0 * HEAT_CAPACITY * water  # 30 K of the feed's water
            self.heat = self.scaled * self.scale
        self.feed_enthalpy = unit.feed.enthalpy() + self.heat

    def close(self, condensate: Any, concentrate: Any) -> tuple[Any, Any]:
        """Write the heat's row; both hot temperatures [K] before it give those after it."""
        unit, b = self.unit, self.unit.block
        if unit.preheat == "none":
            return condensate, concentrate
        cold = b.feed_temperature + unit.approach
        hot = {"condensate": (unit.condensate, condensate)}
        if unit.preheat == "condensate_and_concentrate":
            hot["concentrate"] = (unit.concentrate, concentrate)
        capacity = {
            k: sum(heat_capacity_flow(unit.system, p, n) for p, n in s.n.items()) for k, (s, _) in hot.items()
        }
        of_hot = sum(capacity[k] * (t - cold) for k, (_, t) in hot.items())
        of_cold = b.feed_capacity * (condensate - unit.approach - b.feed_temperature)
        rounding = _ROUNDING * HEAT_CAPACITY * unit.feed.flow("aqueous", WATER)
        least = of_hot - positive_part(of_hot - of_cold, rounding)
        unit.rows("preheat_row", None, lambda: (self.heat - positive_part(least, rounding)) / self.scale)
        share = self.heat / positive_part(of_hot, rounding)
        after = {k: t - share * (t - cold) for k, (_, t) in hot.items()}
        heated = b.feed_temperature + self.heat / b.feed_capacity
        difference = mean_difference(condensate - heated, after["condensate"] - b.feed_temperature)
        heat = self.heat / SECONDS_PER_HOUR
        unit.report("preheat_duty", heat)
        unit.report("preheater_area", heat / (unit.preheater_coefficient * difference))
        unit.report("feed_after_preheat", heated)
        return after["condensate"], after.get("concentrate", concentrate)
