"""A train of evaporator effects: liquors, boiling points, heat and mass balances.

Effects count along the steam: effect 1 is the hottest, N the coldest.  All flows in mol/h, heats in kW.

    boiling              ln a_w,i + ln p_s(T_i) = ln p_s(T_d,i)      T_d,i dew point of the vapour, p_N given
    heat                 H_in,i + Q_i = H_out,i + V_i h_v(T_i, T_d,i)
    chest                Q_1 from steam;   Q_i = V_(i-1) (h_v,(i-1) - h_l(T_d,(i-1))) + flashed condensate
    area                 Q_i = U_i A (T_h,i - T_i)        equal areas; T_h,1 steam, T_h,i = T_d,(i-1)
    distillate           sum_i V_i = e n_w
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.enthalpy import phase_enthalpy
from flowsheet.chemistry.operators import log, positive_part
from flowsheet.chemistry.steam import latent_heat, ln_saturation_pressure
from flowsheet.chemistry.system import WATER
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.concentration.heat_transfer import falling_film_coefficient
from hydromet.concentration.start import LATENT_HEAT, approximate_boiling_point, liquor_data
from hydromet.concentration.vapour import liquid_enthalpy, vapour_enthalpy

if TYPE_CHECKING:
    from hydromet.concentration.evaporator import Evaporator


class Effects:
    """The effects of one evaporator, on its block.

    Attributes: boiling, dew_point, heating temperatures [K] and `heat` [kW] by effect; `vapour` [mol/h];
    `area` of one effect [m2]; `state` by effect; `compressed` [mol/h], vapour that a compressor takes.
    """

    def __init__(self, unit: Evaporator, feed_enthalpy: Any) -> None:
        self.unit = unit
        self.numbers = list(range(1, unit.effects + 1))
        self.first, self.last = 1, unit.effects
        self.feed_enthalpy = feed_enthalpy
        self.liquor_starts: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._flows()
        self._temperatures()
        self._liquors()
        self._vapours()
        self._heats()
        self._areas()

    # ---- what flows

    def _flows(self) -> None:
        """Shares of the distillate, and the liquor that leaves each effect."""
        unit, b = self.unit, self.unit.block
        water, e = unit.feed.flow("aqueous", WATER), unit.water_evaporated
        self.share: Mapping[int, Any] = {1: 1.0}
        if self.last > 1:
            start = -math.log(self.last)
            ln_share = unit.var("ln_distillate_share", self.numbers, start=start, log=True)
            b.share = pyo.Expression(self.numbers, rule=lambda _, i: pyo.exp(ln_share[i]))
            self.share = b.share
            unit.rows("distillate", None, lambda: sum(self.share[i] for i in self.numbers) - 1.0)
        b.vapour = pyo.Expression(self.numbers, rule=lambda _, i: e * water * self.share[i])
        self.vapour = b.vapour
        evaporated_before = {i: sum(self.share[j] for j in self._upstream(i)) for i in self.numbers}
        b.water_left = pyo.Expression(self.numbers, rule=lambda _, i: 1.0 - e * evaporated_before[i])
        self.water_left = b.water_left

    def _upstream(self, i: int) -> list[int]:
        """Effects that a liquor has passed when it leaves effect i, with i itself; all where each is fed."""
        if self.unit.arrangement == "forward":
            return self.numbers[:i]
        if self.unit.arrangement == "backward":
            return self.numbers[i - 1 :]
        return self.numbers

    @property
    def product(self) -> int:
        """The effect that the concentrate leaves."""
        return self.first if self.unit.arrangement == "backward" else self.last

    # ---- temperatures

    def _temperatures(self) -> None:
        unit = self.unit
        coldest = approximate_boiling_point(unit.pressure)
        step = unit.temperature_difference
        if unit.steam_temperature is not None:
            step = (unit.steam_temperature - coldest) / self.last
        self.coldest, self.step = coldest, step
        at = {i: coldest + step * (self.last - i) for i in self.numbers}
        self.boiling_at_start = at
        bounds = (265.0, 500.0)
        self.boiling = unit.var("boiling_point", self.numbers, start=at.get, nominal=100.0, bounds=bounds)
        self.dew_point = unit.var("dew_point", self.numbers, start=at.get, nominal=100.0, bounds=bounds)
        steam = unit.var("heating_temperature", start=coldest + step * self.last, nominal=100.0)
        self.heating: dict[int, Any] = {1: steam} | {i: self.dew_point[i - 1] for i in self.numbers[1:]}
        self.difference = {i: self.heating[i] - self.boiling[i] for i in self.numbers}
        unit.rows(
            "dew_point_row",
            None,
            lambda: ln_saturation_pressure(self.dew_point[self.last]) - pyo.log(unit.pressure),
        )
        if unit.steam_temperature is not None:
            unit.rows("steam_temperature", None, lambda: (steam - unit.steam_temperature) / 100.0)
        else:
            mean = sum(self.difference.values()) / self.last
            unit.rows("mean_difference", None, lambda: (mean - unit.temperature_difference) / 10.0)

    def least_distillate(self) -> Any:
        """What the distillate has to exceed, as the cooling of the feed [K] that would flash as much.

        From the balances with effects a `step` apart, the heat of the scarcest effect being nothing: liquor
        that runs to colder effects flashes there, liquor that runs to hotter ones has to be warmed.
        """
        n, step = self.last, self.step
        above = self.unit.block.feed_temperature - self.coldest
        if self.unit.arrangement == "forward":
            return 0.5 * n * (n - 1) * step + n * positive_part(above - (n - 1) * step, 1e-3)
        hot = positive_part(above, 1e-3)
        if self.unit.arrangement == "parallel":
            return hot
        return hot + (n - 1) * positive_part(-above, 1e-3) + 0.5 * (n - 1) * (n - 2) * step

    # ---- liquors

    def _liquors(self) -> None:
        """Speciation of each effect's liquor and its boiling point; the product's is the outlet's own."""
        unit = self.unit
        self.state: dict[int, AqueousState] = {}
        for i in self.numbers:
            temperature = self.boiling[i]
            if i == self.product:
                state = unit.aqueous_state("liquor", unit.concentrate, unit.activity_model, temperature)
            else:
                state = self.internal_state(f"liquor_{i}", temperature, self.water_left[i])
            self.state[i] = state
            flows = {c: unit.feed.flow("aqueous", c) for c in state.solutes}
            flows[WATER] = unit.feed.flow("aqueous", WATER) * (
                1.0 - unit.water_evaporated * len(self._upstream(i)) / self.last
            )
            self.note_start(state, flows, i == self.product)
        unit.rows(
            "boiling",
            self.numbers,
            lambda i: (
                self.state[i].ln_water_activity
                + ln_saturation_pressure(self.boiling[i])
                - ln_saturation_pressure(self.dew_point[i])
            ),
        )

    def internal_state(self, name: str, temperature: Any, water_left: Any) -> AqueousState:
        """Speciation of the feed with a share of its water left, in no outlet."""
        unit = self.unit
        block = pyo.Block()
        unit.block.add_component(name, block)
        components = unit.concentrate.shape.names("aqueous")
        state = AqueousState(block, unit.system, components, temperature, unit.activity_model)
        unit.add_state(state)
        left = log(water_left)
        unit.rows(
            f"{name}_flow",
            list(state.total),
            lambda c: (
                unit.feed.ln("aqueous", c)
                + (left if c == WATER else 0.0)
                - block.ln_water
                - pyo.log(state.total[c])
            ),
        )
        return state

    def note_start(self, state: AqueousState, flows: Mapping[str, Any], leaves: bool = False) -> None:
        """Remember a liquor's approximate flows [mol/h] for the cold start."""
        outlet = self.unit.concentrate if leaves else None
        self.liquor_starts.append((liquor_data(self.unit.system, state, outlet), dict(flows)))
        if not leaves:
            for variable, value in state.starts(flows):
                self.unit.start(variable, value)

    # ---- heat

    def _vapours(self) -> None:
        system, b = self.unit.system, self.unit.block
        b.vapour_enthalpy = pyo.Expression(
            self.numbers,
            rule=lambda _, i: vapour_enthalpy(system, self.boiling[i], self.dew_point[i]),
        )
        b.condensed_enthalpy = pyo.Expression(
            self.numbers, rule=lambda _, i: liquid_enthalpy(system, self.heating[i])
        )
        self.final_condensate = liquid_enthalpy(system, self.dew_point[self.last])
        self._compressed()

    def _compressed(self) -> None:
        """Vapour that a compressor takes [mol/h]: the last effect's, and what the condensate flashes."""
        unit, b, n = self.unit, self.unit.block, self.last
        flashing: Any = 0.0
        if unit.condensate_flash:
            drop = b.condensed_enthalpy[n] - self.final_condensate
            flashing = drop / latent_heat(self.dew_point[n])
        others = sum(self.vapour[i] for i in self.numbers[:-1])
        b.compressed = pyo.Expression(expr=(self.vapour[n] + flashing * others) / (1.0 - flashing))
        self.compressed = b.compressed

    def liquor_enthalpy(self, i: int) -> Any:
        """Of what leaves effect i with its solids [kJ/h]."""
        unit, temperature = self.unit, self.boiling[i]
        flows = dict(unit.feed.flows("aqueous"))
        flows[WATER] = flows[WATER] * self.water_left[i]
        share = self.share[i] if unit.arrangement == "parallel" else 1.0
        total = phase_enthalpy(unit.system, "aqueous", flows, temperature)
        total = total + phase_enthalpy(unit.system, "solid", unit.feed.flows("solid"), temperature)
        return share * total

    def _entering(self, i: int) -> Any:
        """Enthalpy of the liquor that enters effect i [kJ/h]."""
        if self.unit.arrangement == "parallel":
            return self.share[i] * self.feed_enthalpy
        before = i - 1 if self.unit.arrangement == "forward" else i + 1
        if before not in self.numbers:
            return self.feed_enthalpy
        return self.unit.block.liquor_enthalpy[before]

    def _heats(self) -> None:
        """The first effect's heat is what its balance needs, the others' what vapour and condensate give."""
        unit, b = self.unit, self.unit.block
        b.liquor_enthalpy = pyo.Expression(self.numbers, rule=lambda _, i: self.liquor_enthalpy(i))

        def needed(i: int) -> Any:
            leaving = b.liquor_enthalpy[i] + self.vapour[i] * b.vapour_enthalpy[i]
            return (leaving - self._entering(i)) / SECONDS_PER_HOUR

        def given(i: int) -> Any:
            vapour = self.vapour[i - 1] * (b.vapour_enthalpy[i - 1] - b.condensed_enthalpy[i])
            flashed = self.condensate[i - 1] * (b.condensed_enthalpy[i - 1] - b.condensed_enthalpy[i])
            return (vapour + (flashed if unit.condensate_flash else 0.0)) / SECONDS_PER_HOUR

        self.condensate = self._condensates()
        b.heat = pyo.Expression(self.numbers, rule=lambda _, i: needed(i) if i == 1 else given(i))
        self.heat = b.heat
        self.scale = unit.water_evaporated * unit.feed.flow("aqueous", WATER) * LATENT_HEAT / self.last
        self.scale = self.scale / SECONDS_PER_HOUR
        unit.rows("effect_heat", self.numbers[1:], lambda i: (self.heat[i] - needed(i)) / self.scale)

    def _condensates(self) -> dict[int, Any]:
        """Condensate that leaves the chest of effect i, with what came down from before if it is flashed."""
        own = {i: self.vapour[i - 1] for i in self.numbers[1:]}
        own[1] = self.compressed if self.unit.heating == "mvr" else 0.0
        if not self.unit.condensate_flash:
            return own
        return {i: sum(own[j] for j in self.numbers[:i]) for i in self.numbers}

    def condensate_temperature(self) -> Any:
        """Of all the condensate together [K]."""
        if self.unit.condensate_flash or (self.last == 1 and self.unit.heating == "steam"):
            return self.dew_point[self.last]
        warm = sum(self.condensate[i] * self.heating[i] for i in self.numbers)
        total = sum(self.condensate[i] for i in self.numbers)
        if self.unit.heating == "steam":  # the last vapour condenses at its own dew point
            warm = warm + self.vapour[self.last] * self.dew_point[self.last]
            total = total + self.vapour[self.last]
        return warm / total

    # ---- area

    def coefficient(self, i: int) -> Any:
        """Overall heat-transfer coefficient of effect i [kW/m2/K]."""
        if self.unit.heat_transfer == "falling_film":
            return falling_film_coefficient(self.boiling[i])
        return self.unit.heat_transfer_coefficient

    def _areas(self) -> None:
        unit = self.unit
        if self.last == 1:
            heat = positive_part(self.heat[1], 1e-3)  # a feed hotter than it boils needs none
            self.area = heat / (self.coefficient(1) * self.difference[1])
            return
        typical = self.scale / (unit.heat_transfer_coefficient * positive_part(self.step, 1.0))
        ln_area = unit.var("ln_area", start=pyo.log(typical), log=True)
        self.area = pyo.exp(ln_area)
        unit.rows(
            "effect_area",
            self.numbers,
            lambda i: (self.heat[i] - self.coefficient(i) * self.area * self.difference[i]) / self.scale,
        )
