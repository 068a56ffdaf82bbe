"""Water that leaves a crystalliser as vapour and as ice, and the heat that goes with it.

What is held, by `operation` (see `crystalliser`):

    temperature, duty    n_v = f N_w                              f `water_evaporated`
    vacuum               n_v >= 0,   p >= a_w p_sat(T),           one of them an equality
    freezing             n_i = x N_w,   a_w = K_ice(T)            x `water_frozen`
    ice may form         n_i >= 0,   a_w <= K_ice(T),             one of them an equality
    duty, vacuum         Q + n_v L(T) = `duty`                    T follows

N_w water that enters, n_v vapour, n_i ice [mol/h]; Q heat duty with the vapour condensed [kW].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.steam import latent_heat, ln_saturation_pressure
from flowsheet.chemistry.system import WATER
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.concentration.freezing import (
    ICE,
    estimated_freezing_point,
    estimated_ice,
    ideal_solutes,
    ln_supersaturation,
)
from hydromet.concentration.start import HEAT_CAPACITY, LATENT_HEAT, approximate_boiling_point

if TYPE_CHECKING:
    from hydromet.concentration.crystalliser import Crystalliser

_FLASH = 0.1
"""Share of the water whose evaporation counts as one in the flash's complementarity."""
_ICE_SCALE = 10.0
"""Of ln(a_w/K_ice), which is 0.01 per K of undercooling."""
_HEAT_SCALE = 6.0
"""[kJ/mol] of all water, to scale heats: about what freezing takes."""
_COLDEST, _COLDEST_WITH_ICE, _WARMEST = 255.0, 265.0, 390.0
"""[K] between which a slurry is supposed to lie, for a cold start."""


class WaterRemoval:
    """Attributes:
    evaporated: water that leaves as vapour [mol/h]; 0.0 where none can.
    frozen: water that leaves as ice [mol/h]; 0.0 where none can.
    at_start: share of all water that a cold start supposes gone.
    """

    def __init__(self, unit: Crystalliser) -> None:
        self.unit = unit
        self.water = unit.block.total[WATER]
        self.evaporated: Any = 0.0
        self.frozen: Any = 0.0
        self.at_start: Any = 0.0
        if unit.operation == "vacuum":
            self._flash()
        elif unit.water_evaporated is not None and unit.operation != "freezing":
            self._evaporate()
        if unit.freezes:
            self._freeze()

    # ---- vapour

    def _evaporate(self) -> None:
        unit = self.unit
        self.evaporated = unit.water_evaporated * self.water
        self.at_start = unit.water_evaporated
        self._require_water(unit.water_evaporated, "evaporated", "water_evaporated")
        condensate = unit.condensate.ln("aqueous", WATER)
        unit.rows("condensate_water", None, lambda: condensate - pyo.log(self.evaporated))
        unit.start(condensate, pyo.log(self.evaporated))

    def _flash(self) -> None:
        """Vapour until its pressure is that of the vapour space, if it ever is above."""
        unit = self.unit
        self.evaporated = unit.condensate.n["aqueous"][WATER]
        over = pyo.log(unit.pressure) - unit.state.ln_water_activity
        over = over - ln_saturation_pressure(unit.slurry.temperature)
        unit.complementarity("flash", [0], lambda _: self.evaporated / (_FLASH * self.water), lambda _: over)
        drop = positive_part(self._feed_temperature() - approximate_boiling_point(unit.pressure), 1.0)
        heat = positive_part(drop * HEAT_CAPACITY * self.water + unit.duty * SECONDS_PER_HOUR, 1.0)
        self.at_start = 0.9 * (1.0 - 1.0 / (1.0 + heat / (LATENT_HEAT * self.water)))
        unit.start(unit.condensate.ln("aqueous", WATER), pyo.log(self.at_start * self.water))

    # ---- ice

    def _freeze(self) -> None:
        unit = self.unit
        share = unit.var("ice_share", start=0.0, nominal=1.0, bounds=(-1e-3, None))
        over = _ICE_SCALE * ln_supersaturation(unit)
        if unit.operation == "freezing":
            unit.rows("ice_formed", None, lambda: share - unit.water_frozen)
            unit.rows("freezing", None, lambda: over)
            self.at_start = unit.water_frozen
            self._require_water(unit.water_frozen, "frozen", "water_frozen")
        else:
            unit.complementarity("freezing", [0], lambda _: share, lambda _: -over)
            held = unit.temperature if unit.operation == "temperature" else self._temperature_at_start()
            left = self.water * (1.0 - self.at_start)
            self.at_start = self.at_start + (1.0 - self.at_start) * estimated_ice(
                ideal_solutes(unit), left, held
            )
        unit.start(share, self.at_start)
        self.frozen = share * self.water
        ice = unit.ice.n["solid"][ICE]
        unit.rows("ice_balance", None, lambda: ice / self.water - share)
        unit.start(ice, self.at_start * self.water)

    def _require_water(self, share: Any, how: str, setting: str) -> None:
        unit = self.unit
        bound = sum(unit.composition_of(k).get(WATER, 0.0) * unit.block.scale[k] for k in unit.forming)
        unit.require(
            "water",
            1.0 - share - bound / self.water,
            f"so much water is {how} that less is left than the crystals would take; lower `{setting}`, or "
            "list a salt with less crystal water",
        )

    # ---- heat

    def heat(self) -> tuple[Any, Any]:
        """Heat duty and latent heat of the vapour [kW]; where the temperature follows, its row."""
        unit = self.unit
        held = unit.temperature
        if unit.operation != "temperature":
            start = self._temperature_at_start()
            held = unit.var("found_temperature", start=start, nominal=100.0, bounds=(240.0, 420.0))
        duty = unit.heat_balance(held)
        if unit.operation != "temperature":
            for stream in unit.outlets.values():
                unit.start(stream.temperature, start)
        latent: Any = 0.0
        if not isinstance(self.evaporated, float):
            latent = self.evaporated * latent_heat(unit.slurry.temperature) / SECONDS_PER_HOUR
        if unit.operation in ("duty", "vacuum"):
            scale = _HEAT_SCALE * self.water / SECONDS_PER_HOUR
            unit.rows("heat", None, lambda: (duty + latent - unit.duty) / scale)
        return duty, latent

    def _feed_temperature(self) -> Any:
        streams = [s for s in self.unit.feed.streams if "aqueous" in s.n]
        water = sum(s.n["aqueous"][WATER] for s in streams)
        return sum(s.n["aqueous"][WATER] * s.temperature for s in streams) / water

    def _temperature_at_start(self) -> Any:
        """Roughly the slurry's temperature [K], where it follows."""
        unit, feed = self.unit, self._feed_temperature()
        if unit.operation == "freezing":
            m_w = unit.system.component(WATER).molar_mass
            return estimated_freezing_point(ideal_solutes(unit), self.water, unit.water_frozen, m_w)
        if unit.operation == "vacuum":
            return feed - positive_part(feed - approximate_boiling_point(unit.pressure), 1.0)
        warmed = feed + unit.duty * SECONDS_PER_HOUR / (HEAT_CAPACITY * self.water)
        if unit.water_evaporated is not None:
            warmed = warmed - LATENT_HEAT / HEAT_CAPACITY * unit.water_evaporated
        coldest = _COLDEST_WITH_ICE if unit.freezes else _COLDEST
        return _WARMEST - positive_part(_WARMEST - coldest - positive_part(warmed - coldest, 1.0), 1.0)
