"""Evaporator, with steam or mechanical vapour recompression."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.steam import ln_saturation_pressure
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import Inlet, Outlet, choice, quantity, result
from flowsheet.model.unit import SECONDS_PER_HOUR, Shape, Unit
from hydromet.concentration.vapour import compression_power, latent_heat

_ROUNDING = 1e-3
"""[kW] over which the change from needing steam to needing cooling is rounded."""


class Evaporator(Unit, name="evaporator"):
    """Boils water off a liquor; the condensate leaves as clean water.

    water_balance        n_conc,w = (1 - e) n_feed,w,    n_cond,w = e n_feed,w
    component_balance    n_conc,c = n_feed,c                          all other components and solids stay
    boiling              ln a_w + ln p_sat(T) = ln p                  boiling point with its rise
    net heat             Q = H_conc + H_cond - H_feed          condensate leaves as liquid at its dew point
    heat (steam)         steam = max(Q + n_v dH_v, 0),   cooling = steam - Q
    heat (mvr)           steam = max(Q - W, 0),   cooling = max(W - Q, 0)
    power (mvr)          W = n_v R T k/(k-1) ((p_2/p)^((k-1)/k) - 1) / eta,   p_2 = p_sat(T + dT)

    e `water_evaporated`; a_w water activity of the concentrate (Pitzer by default); p `pressure` [bar]; dT
    the temperature difference that drives the evaporator [K]; k = 1.33 isentropic exponent of steam; eta
    compressor efficiency (0.8: WaterTAP 1.8.0, mvc_single_stage.py); n_v vapour [mol/h], dH_v its latent
    heat [kJ/mol]; H enthalpy flows [kJ/h].  The area counts the condensing heat, the specific energy the
    electricity per distillate.

    Assumptions: one effect; the vapour is water (volatile acids stay); no salt forms, and how near the
    concentrate is to one is reported as `saturation_index` = log10 Omega of every salt that it could form:
    above zero a crystalliser belongs here.

    Range: that of the activity model's coefficients; water that is left keeps the liquor above a water
    activity of about 0.3.

    Example:
        concentrate: {unit: evaporator, inlets: {feed: polish.liquor}, water_evaporated: 60 %, heating: mvr}
    """

    feed = Inlet("aqueous", "solid", description="liquor to concentrate")
    concentrate = Outlet("aqueous", "solid", description="concentrated liquor")
    condensate = Outlet("aqueous", description="condensed vapour")
    water_evaporated = quantity(
        "50 %", "1", "share of the feed's water that is evaporated", range=(1e-3, 0.98)
    )
    pressure = quantity("0.3 bar", "bar", "pressure of the vapour space", range=(0.02, 3.0))
    heating = choice(
        "mvr", ("mvr", "steam"), "mechanical vapour recompression, or live steam and a condenser"
    )
    activity_model = choice("pitzer", ("pitzer", "sit"), "activity model for the boiling point")
    temperature_difference = quantity(
        "8 K",
        "delta_K",
        "driving difference of the heat exchange",
        range=(1.0, 40.0),
        source="design assumption",
    )
    compressor_efficiency = quantity(
        "80 %",
        "1",
        "isentropic efficiency times motor",
        range=(0.3, 0.95),
        source="WaterTAP 1.8.0, mvc_single_stage.py",
    )
    heat_transfer_coefficient = quantity(
        "3 kW/m2/K",
        "kW/m2/K",
        "overall coefficient",
        range=(0.3, 6.0),
        source="WaterTAP 1.8.0, mvc_single_stage.py",
    )
    heat_duty = result("kW", "heat from outside; negative: removed")
    steam_duty = result("kW", "heat taken from live steam", charge="steam")
    cooling_duty = result("kW", "heat given to cooling water by the condenser", charge="cooling")
    power = result("kW", "electric power of the vapour compressor", charge="power")
    boiling_point_rise = result("delta_K", "boiling point above that of water at the same pressure")
    area = result("m2", "heat-transfer area", charge="evaporator")
    specific_energy = result("kWh/m3", "electricity per volume of distillate")
    saturation_index = result(
        "1", "log10 of a salt's saturation ratio in the concentrate, by salt; above 0: it forms"
    )

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        return {
            "concentrate": inlets["feed"],
            "condensate": Shape.of(aqueous=[WATER]) if inlets["feed"].phases else Shape.of(),
        }

    def equations(self) -> None:
        if not self.feed.shape.names("aqueous"):
            self.refuse("no liquor comes in by `feed`, so there is nothing to evaporate")
        feed_water = self.feed.ln("aqueous", WATER)
        self.rows(
            "component_balance",
            [c for c in self.concentrate.shape.names("aqueous") if c != WATER],
            lambda c: self.concentrate.ln("aqueous", c) - self.feed.ln("aqueous", c),
        )
        self.rows(
            "concentrate_water",
            None,
            lambda: self.concentrate.ln("aqueous", WATER) - feed_water - pyo.log(1.0 - self.water_evaporated),
        )
        self.rows(
            "condensate_water",
            None,
            lambda: self.condensate.ln("aqueous", WATER) - feed_water - pyo.log(self.water_evaporated),
        )
        self.pass_through("solids", "solid", self.concentrate)
        state = self.aqueous_state("liquor", self.concentrate, model=self.activity_model)
        self.start_at_equilibrium(
            state,
            self.concentrate,
            {
                c: self.feed.flow("aqueous", c) * ((1.0 - self.water_evaporated) if c == WATER else 1.0)
                for c in self.concentrate.shape.names("aqueous")
            },
        )
        temperature = self.concentrate.temperature
        self.rows(
            "boiling",
            None,
            lambda: state.ln_water_activity + ln_saturation_pressure(temperature) - pyo.log(self.pressure),
        )
        dew_point = self.var("dew_point", nominal=100.0, start=345.0, bounds=(275.0, 473.0))
        self.rows("dew_point_row", None, lambda: ln_saturation_pressure(dew_point) - pyo.log(self.pressure))
        self.rows("condensate_temperature", None, lambda: (self.condensate.temperature - dew_point) / 100.0)
        self.start(temperature, 350.0)
        self.start(self.condensate.temperature, 345.0)
        self.start(self.concentrate.ln("aqueous", WATER), feed_water + pyo.log(1.0 - self.water_evaporated))
        self.start(self.condensate.ln("aqueous", WATER), feed_water + pyo.log(self.water_evaporated))
        self._energy(temperature, dew_point)
        for salt in self.system.present_solids(self.concentrate.shape.names("aqueous"), state.model):
            if PROTON not in (salt.composition or {}):
                self.report(
                    "saturation_index", state.ln_saturation(salt.name) / math.log(10.0), index=salt.name
                )

    def _energy(self, temperature: Any, dew_point: Any) -> None:
        leaving = self.concentrate.enthalpy() + self.condensate.enthalpy()
        net = (leaving - self.feed.enthalpy()) / SECONDS_PER_HOUR
        vapour = self.condensate.n["aqueous"][WATER]
        condensing = vapour * latent_heat(self.system, dew_point) / SECONDS_PER_HOUR
        if self.heating == "mvr":
            power = compression_power(
                vapour, temperature, self.pressure, self.temperature_difference, self.compressor_efficiency
            )
            steam = positive_part(net - power, _ROUNDING)
            cooling = positive_part(power - net, _ROUNDING)
        else:
            power, steam = 0.0, positive_part(net + condensing, _ROUNDING)
            cooling = steam - net
        self.report("heat_duty", net)
        self.report("steam_duty", steam)
        self.report("cooling_duty", cooling)
        self.report("power", power)
        self.report("boiling_point_rise", temperature - dew_point)
        self.report("area", condensing / (self.heat_transfer_coefficient * self.temperature_difference))
        self.report("specific_energy", power / self.condensate.volume_flow("aqueous"))
