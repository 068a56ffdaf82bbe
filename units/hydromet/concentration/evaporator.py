"""Evaporator: one or several effects, heated by steam or by mechanical vapour recompression."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry import debye_huckel
from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.steam import (
    RANGE,
    compression_work,
    latent_heat,
    ln_saturation_pressure,
    saturation_pressure,
)
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.document.declaration import Chart, Inlet, Outlet, choice, flag, integer, quantity, result
from flowsheet.model.unit import SECONDS_PER_HOUR, Shape, Unit
from hydromet.concentration.effects import Effects
from hydromet.concentration.heat_transfer import FALLING_FILM_RANGE
from hydromet.concentration.least_work import least_work
from hydromet.concentration.preheater import Preheater
from hydromet.concentration.start import LATENT_HEAT
from hydromet.concentration.vapour import liquid_enthalpy, vapour_enthalpy

_ROUNDING = 1e-3
"""[kW] over which the change from needing steam to needing cooling is rounded."""

_NEARLY = 0.9
"""Share of the heat of evaporation that the liquor's own may come near to: the requirement is an estimate."""


class Evaporator(Unit, name="evaporator", symbol="evaporator"):
    """Boils water off a liquor, in one effect or several; the condensate leaves as clean water.

    water_balance        n_conc,w = (1 - e) n_feed,w,    n_cond,w = e n_feed,w
    component_balance    n_conc,c = n_feed,c                         all other components and solids stay
    boiling              ln a_w,i + ln p_s(T_i) = ln p_s(T_d,i)      boiling point with its rise, every effect
    effect_heat          H_in,i + Q_i = H_out,i + V_i h_v,i          i = 1 hottest ... N at `pressure`
    effect_area          Q_i = U_i A (T_h,i - T_i)                   equal areas A
    net heat             Q = H_conc + H_cond - H_feed
    steam                steam = Q_1,   cooling = Q_1 - Q            condenser after the last effect
    mvr                  steam = max(Q - W, 0),   cooling = max(W - Q, 0)
    power (mvr)          W = n_v w_s / eta                           p_N to p_s(T_h,1); w_s that of real steam
    preheat              Q_p = max(min(Q_hot, Q_cold), 0)            see `preheater.py`
    least work           W_min = dG at the surroundings' temperature see `least_work.py`

    e `water_evaporated`; a_w water activity (Pitzer by default) of an effect's liquor at its boiling point
    T_i [K]; p_s vapour pressure of water, T_d,i dew point of the vapour [K]; V_i vapour [mol/h], sum e n_w;
    T_h,1 the steam's condensing temperature, T_h,i = T_d,(i-1) that of the vapour before; h_v enthalpy of
    vapour superheated by the rise; H enthalpy flows [kJ/h]; n_v = V_N and what flashes from the condensate.

    Without `steam_temperature` the mean difference T_h - T of the effects is `temperature_difference`, and
    the steam's temperature follows.  The liquor runs with the steam (`forward`), against it (`backward`), or
    every effect gets what it brings to the final strength (`parallel`).  `condensate_flash`: the condensate
    is let down to the next effect's pressure, where its steam helps to heat, at last to that of effect N.

    Assumptions: the vapour is water (volatile acids stay); no losses of heat, vents or pressure drops; the
    steam's condensate goes back to its boiler hot; all of the compressor's power ends in the vapour.  No salt
    forms, and how near each liquor is to one is reported as `saturation_index` = log10 Omega: above zero a
    crystalliser belongs here.

    Range: that of the activity model's coefficients; water that is left keeps the liquor above a water
    activity of about 0.3; steam's properties from 1 to 200 degC.

    Sources: steam from Cantera's `Water` (`flowsheet.chemistry.steam`); other numbers as stated beside them;
    how far they hold: docs/evaporation.md.

    Example:
        concentrate: {unit: evaporator, inlets: {feed: polish.liquor}, water_evaporated: 60 %, heating: mvr}
        train: {unit: evaporator, inlets: {feed: polish.liquor}, water_evaporated: 70 %, heating: steam,
                effects: 3, arrangement: backward, steam_temperature: 120 degC, pressure: 0.1 bar}
    """

    feed = Inlet("aqueous", "solid", description="liquor to concentrate")
    concentrate = Outlet("aqueous", "solid", description="concentrated liquor")
    condensate = Outlet("aqueous", description="condensed vapour")
    water_evaporated = quantity(
        "50 %", "1", "share of the feed's water that is evaporated", range=(1e-3, 0.98)
    )
    pressure = quantity("0.3 bar", "bar", "pressure of the (last) vapour space", range=(0.02, 3.0))
    heating = choice(
        "mvr", ("mvr", "steam"), "mechanical vapour recompression, or live steam and a condenser"
    )
    effects = integer(1, "effects in series along the steam", range=(1, 8))
    arrangement = choice(
        "forward", ("forward", "backward", "parallel"), "way of the liquor against that of the steam"
    )
    activity_model = choice("pitzer", ("pitzer", "sit"), "activity model for the boiling points")
    temperature_difference = quantity(
        "8 K",
        "delta_K",
        "driving difference of the heat exchange, mean of the effects, where no steam temperature is given",
        range=(1.0, 40.0),
        source="design assumption",
    )
    steam_temperature = quantity(
        None, "K", "condensing temperature of the heating steam, or compressed vapour", range=(300.0, 473.0)
    )
    condensate_flash = flag(True, "condensate is flashed from effect to effect, down to the last pressure")
    preheat = choice(
        "none",
        ("none", "condensate", "condensate_and_concentrate"),
        "what the feed is heated with before it enters",
    )
    approach = quantity(
        "5 K",
        "delta_K",
        "smallest temperature difference in the preheater",
        range=(0.5, 40.0),
        source="design assumption",
    )
    compressor_efficiency = quantity(
        "80 %",
        "1",
        "isentropic efficiency times motor",
        range=(0.3, 0.95),
        source="WaterTAP 1.8.0, mvc_single_stage.py",
    )
    heat_transfer = choice(
        "stated",
        ("stated", "falling_film"),
        "`heat_transfer_coefficient`, or El-Dessouky and Ettouney's over the boiling point",
    )
    heat_transfer_coefficient = quantity(
        "3 kW/m2/K",
        "kW/m2/K",
        "overall coefficient",
        range=(0.3, 6.0),
        source="WaterTAP 1.8.0, mvc_single_stage.py",
    )
    preheater_coefficient = quantity(
        "2 kW/m2/K",
        "kW/m2/K",
        "overall coefficient of the preheater",
        range=(0.1, 6.0),
        source="WaterTAP 1.8.0, mvc_single_stage.py",
    )
    second_law = flag(False, "report the least work of concentration (two more speciations)")
    surroundings = quantity(
        "25 degC", "K", "temperature at which least work and exergy are counted", range=(273.15, 323.15)
    )

    heat_duty = result("kW", "heat from outside; negative: removed")
    steam_duty = result("kW", "heat taken from live steam", charge="steam")
    cooling_duty = result("kW", "heat given to cooling water by the condenser", charge="cooling")
    power = result("kW", "electric power of the vapour compressor", charge="power")
    boiling_point_rise = result("delta_K", "boiling point above the vapour's dew point, the product's effect")
    area = result("m2", "heat-transfer area of all effects", charge="evaporator")
    specific_energy = result("kWh/m3", "electricity per volume of distillate")
    steam_flow = result("kg/h", "live steam")
    specific_steam = result("1", "live steam per mass of distillate")
    steam_economy = result("1", "distillate per mass of live steam (steam heating)")
    heating_temperature = result("K", "condensing temperature in the first effect")
    pressure_ratio = result("1", "of the vapour compressor")
    desuperheating_water = result("kg/h", "condensate sprayed into the compressed vapour to saturate it")
    charts = (Chart("temperature and rise by effect", "along", ("effect_temperature", "effect_rise")),)
    effect_temperature = result("K", "boiling point, by effect", profile="effect")
    effect_pressure = result("bar", "pressure of the vapour space, by effect", profile="effect")
    effect_rise = result("delta_K", "boiling point above the vapour's dew point, by effect", profile="effect")
    effect_difference = result("delta_K", "driving temperature difference, by effect", profile="effect")
    effect_heat = result("kW", "heat through the surface, by effect", profile="effect")
    effect_distillate = result("kg/h", "water evaporated, by effect", profile="effect")
    preheat_duty = result("kW", "heat given back to the feed")
    preheater_area = result("m2", "area of the preheater", charge="heat_exchanger")
    feed_after_preheat = result("K", "feed as it enters the evaporator")
    minimum_work = result("kW", "least work of concentration at the surroundings' temperature")
    minimum_specific_work = result("kWh/m3", "least work per volume of distillate")
    second_law_efficiency = result("1", "least work over the exergy of electricity, steam and a hot feed")
    saturation_index = result("1", "log10 of a salt's saturation ratio in the concentrate; above 0: it forms")
    effect_saturation_index = result(
        "1", "the same in the liquor of each of several effects", profile="effect.component"
    )

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        return {
            "concentrate": inlets["feed"],
            "condensate": Shape.of(aqueous=[WATER]) if inlets["feed"].phases else Shape.of(),
        }

    def equations(self) -> None:
        if not self.feed.shape.names("aqueous"):
            self.refuse("no liquor comes in by `feed`, so there is nothing to evaporate")
        self._balances()
        self.preheater = Preheater(self)
        self.train = Effects(self, self.preheater.feed_enthalpy)
        self._requirements()
        self._outlet_temperatures()
        self._duties()
        self._second_law()
        self._cold_start()
        self._profiles()

    def _balances(self) -> None:
        feed_water = self.feed.ln("aqueous", WATER)
        self.rows(
            "component_balance",
            [c for c in self.concentrate.shape.names("aqueous") if c != WATER],
            lambda c: self.concentrate.ln("aqueous", c) - self.feed.ln("aqueous", c),
        )
        for stream, share in (
            (self.concentrate, 1.0 - self.water_evaporated),
            (self.condensate, self.water_evaporated),
        ):
            outlet = stream.ln("aqueous", WATER)
            self.rows(f"{stream.name}_water", None, lambda o=outlet, s=share: o - feed_water - pyo.log(s))
            self.start(outlet, feed_water + pyo.log(share))
        self.pass_through("solids", "solid", self.concentrate)

    def _requirements(self) -> None:
        """That the steam is above the last boiling point with all rises; that no effect boils by itself."""
        solutes = sum(self.feed.flow("aqueous", c) for c in self.train.state[1].solutes)
        water = self.feed.flow("aqueous", WATER)
        if self.steam_temperature is not None:
            rises = sum(
                solutes / (water * (1.0 - self.water_evaporated * self._passed(i)))
                for i in self.train.numbers
            )
            self.require(
                "temperature_difference",
                ln_saturation_pressure(self.steam_temperature) - pyo.log(self.pressure) - rises,
                "the heating steam is no warmer than the liquor boils: between it and the last vapour space "
                "nothing is left once the boiling-point rise of every effect is taken off; raise "
                "`steam_temperature`, lower `pressure`, use fewer `effects`, or evaporate less",
            )
        if self.effects > 1:
            self.require(
                "distillate",
                _NEARLY * self.water_evaporated * water * LATENT_HEAT / self.block.feed_capacity
                - self.train.least_distillate(),
                "so little water is evaporated that the liquor's own heat decides: what it flashes on "
                "the way to colder effects, or takes up on the way to hotter ones, leaves an effect nothing "
                "to boil with; evaporate more, use fewer `effects` or smaller differences, another "
                "`arrangement`, or a feed nearer to its boiling point",
            )

    def _passed(self, i: int) -> float:
        """Share of the distillate that has gone when the liquor leaves effect i, shared out equally."""
        passed = {"forward": i, "backward": self.effects - i + 1, "parallel": self.effects}
        return passed[self.arrangement] / self.effects

    def _outlet_temperatures(self) -> None:
        train = self.train
        product = train.boiling[train.product]
        if self.arrangement == "parallel":
            product = sum(train.share[i] * train.boiling[i] for i in train.numbers)
        condensate, concentrate = self.preheater.close(train.condensate_temperature(), product)
        for stream, temperature in ((self.condensate, condensate), (self.concentrate, concentrate)):
            self.rows(
                f"{stream.name}_temperature",
                None,
                lambda s=stream, t=temperature: (s.temperature - t) / 100.0,
            )
            self.start(stream.temperature, 345.0)

    def _duties(self) -> None:
        train = self.train
        leaving = self.concentrate.enthalpy() + self.condensate.enthalpy()
        net = (leaving - self.feed.enthalpy()) / SECONDS_PER_HOUR
        if self.heating == "mvr":
            power = self._compressor()
            steam = positive_part(net - power, _ROUNDING)
            cooling = positive_part(power - net, _ROUNDING)
        else:
            power, steam = 0.0, positive_part(train.heat[1], _ROUNDING)
            cooling = steam - net
        m_w = self.system.component(WATER).molar_mass
        distillate = m_w * self.condensate.n["aqueous"][WATER]
        live = m_w * steam * SECONDS_PER_HOUR / latent_heat(train.heating[1])
        self.power_used, self.steam_used, self.cooling_used = power, steam, cooling
        self.report("heat_duty", net)
        self.report("steam_duty", steam)
        self.report("cooling_duty", cooling)
        self.report("power", power)
        self.report("area", self.effects * train.area)
        self.report("specific_energy", power / self.condensate.volume_flow("aqueous"))
        self.report("steam_flow", live)
        self.report("specific_steam", live / distillate)
        if self.heating == "steam":
            self.report("steam_economy", distillate / live)

    def _compressor(self) -> Any:
        """Power [kW] to bring the last effect's vapour to the first one's steam side."""
        train, last = self.train, self.effects
        dew_point, boiling, heating = train.dew_point[last], train.boiling[last], train.heating[1]
        ratio = saturation_pressure(heating) / self.pressure
        work = compression_work(dew_point, boiling, ratio) / self.compressor_efficiency
        superheated = vapour_enthalpy(self.system, boiling, dew_point) + work
        saturated = liquid_enthalpy(self.system, heating) + latent_heat(heating)
        spray = train.compressed * (superheated - saturated) / latent_heat(heating)
        self.report("pressure_ratio", ratio)
        self.report("desuperheating_water", spray * self.system.component(WATER).molar_mass)
        return train.compressed * work / SECONDS_PER_HOUR

    def _second_law(self) -> None:
        """Exergy that comes in: electricity, steam, a feed off the surroundings' temperature, cold for the
        condenser where it runs below them."""
        if not self.second_law:
            return
        around, feed = self.surroundings, self.preheater.feed_temperature
        least = least_work(self, self.train, around)
        above = feed - around - around * pyo.log(feed / around)
        used = self.power_used + self.steam_used * (1.0 - around / self.train.heating[1])
        used = used + self.block.feed_capacity * above / SECONDS_PER_HOUR
        used = used + self.cooling_used * positive_part(
            around / self.train.dew_point[self.effects] - 1.0, 1e-6
        )
        self.report("minimum_work", least)
        self.report("minimum_specific_work", least / self.condensate.volume_flow("aqueous"))
        self.report("second_law_efficiency", least / used)

    def _cold_start(self) -> None:
        data: list[dict[str, Any]] = []
        needs: dict[str, Any] = {}
        for number, (entry, flows) in enumerate(self.train.liquor_starts):
            data.append(entry)
            needs |= {f"{number}:N:{c}": n for c, n in flows.items()}
            needs[f"{number}:temperature"] = self.surroundings
        for number, i in enumerate(self.train.numbers):
            needs[f"{number}:temperature"] = self.train.boiling_at_start[i]
        self.registry.add_procedure("hydromet.concentration.start:LiquorsStart", {"liquors": data}, needs)

    def _profiles(self) -> None:
        train = self.train
        self.report("heating_temperature", train.heating[1])
        product = train.product
        self.report("boiling_point_rise", train.boiling[product] - train.dew_point[product])
        m_w = self.system.component(WATER).molar_mass
        for i in train.numbers:
            for name, value in (
                ("effect_temperature", train.boiling[i]),
                ("effect_pressure", saturation_pressure(train.dew_point[i])),
                ("effect_rise", train.boiling[i] - train.dew_point[i]),
                ("effect_difference", train.difference[i]),
                ("effect_heat", train.heat[i]),
                ("effect_distillate", m_w * train.vapour[i]),
            ):
                self.report(name, value, index=str(i))
            self._saturation(i)
        boiling = [f"effect_temperature.{i}" for i in train.numbers]
        self.valid_within([*boiling, "heating_temperature"], *RANGE, "temperature", "steam's properties", "K")
        self.valid_within(
            boiling, *debye_huckel.RANGE, "boiling point", "the activity model's Debye-Hueckel slope", "K"
        )
        if self.heat_transfer == "falling_film":
            self.valid_within(
                boiling, *FALLING_FILM_RANGE, "boiling point", "the falling-film coefficient", "K"
            )

    def _saturation(self, i: int) -> None:
        """log10 Omega of every salt in an effect; where the concentrate leaves, the concentrate's."""
        state = self.train.state[i]
        for salt in self.system.present_solids(self.concentrate.shape.names("aqueous"), state.model):
            if PROTON not in (salt.composition or {}):
                index = state.ln_saturation(salt.name) / math.log(10.0)
                if self.effects > 1:
                    self.report("effect_saturation_index", index, index=f"{i}.{salt.name}")
                if i == self.train.product:
                    self.report("saturation_index", index, index=salt.name)
