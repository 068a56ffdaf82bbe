"""Reagent tank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.declaration import Inlet, Outlet, quantity, result
from flowsheet.model.unit import Shape, Unit


class ReagentTank(Unit, name="reagent_tank", symbol="tank"):
    """Stirred tank of a reagent that the plant makes or takes back, from which units draw.

    component_balance    ln n_liquor,c = ln n_in,c + ln(D / G_in)             n_overflow,c the rest
    level                ln G_in = ln D + ln(1 + s)             s surplus over what is drawn
    make_up              m >= 0,   s/(1 + s) >= 0,   one of them zero           m make-up over D
    enthalpy_balance     sum H_out = sum H_in                           adiabatic
    volume               V = residence_time * volume flow

    n flow [mol/h], G_in mass flow of all that comes in [kg/h], D mass flow that units draw from `liquor`
    [kg/h], H enthalpy flow [kJ/h].  Units draw under `supplies:`, each with a flow of its own, stated or as
    needed.  What comes in beyond that overflows; where it falls short, `make_up` (a feed `as needed`) makes
    up for it.  Strength is that of what comes in: state make-up as strong as the plant's own reagent, or the
    tank's strength moves with the shortfall.

    Range: without `make_up`, no more can be drawn than comes in.

    Example:
        alkali_tank: {unit: reagent_tank, inlets: {feed: salt_splitter.alkali, make_up: caustic}}
    """

    feed = Inlet("aqueous", description="what the plant makes or takes back")
    make_up = Inlet("aqueous", optional=True, draws=True, description="what is bought for what falls short")
    liquor = Outlet("aqueous", supplies=True, description="what units draw, under `supplies:`")
    overflow = Outlet("aqueous", description="what nothing draws")
    residence_time = quantity("1 h", "h", "mean residence time of the liquor", range=(1e-3, 240.0))
    volume = result("m3", "working volume", charge="tank")
    surplus = result("1", "overflow over what is drawn, by mass")

    def shapes(self, inlets: Mapping[str, Shape]) -> dict[str, Shape]:
        return {"liquor": inlets["feed"] | inlets["make_up"], "overflow": inlets["feed"] | inlets["make_up"]}

    def equations(self) -> None:
        drawn = self.liquor.supplied
        if isinstance(drawn, float):
            self.refuse("nothing is drawn from it", None, "name what units take from it under `supplies:`")
        fed = sum(m.mass_flow("aqueous") for m in (self.feed, self.make_up) if m)
        ln_surplus = self.var("ln_surplus", start=-3.0, log=True, bounds=(-30.0, 30.0))
        surplus = pyo.exp(ln_surplus)
        share = 1.0 / (1.0 + surplus)
        self.pass_through("liquor", "aqueous", self.liquor, factor=share)
        self.pass_through("overflow", "aqueous", self.overflow, factor=surplus * share)
        self.rows("level", None, lambda: pyo.log(fed) - pyo.log(drawn) - pyo.log(1.0 + surplus))
        self._make_up(drawn, surplus * share)
        self.heat_balance()
        volume = self.liquor.volume_flow() + self.overflow.volume_flow()
        self.report("volume", self.residence_time * volume)
        self.report("surplus", surplus)

    def _make_up(self, drawn: Any, overflowing: Any) -> None:
        bought = self.make_up.drawn
        if bought is None:
            self.require(
                "enough",
                self.feed.mass_flow("aqueous") - drawn,
                "units draw more from it than comes in; connect a feed `as needed` to `make_up`",
            )
            return
        self.complementarity("make_up_flow", [0], lambda _: bought.draw / drawn, lambda _: overflowing)
        self.start_draw(bought, drawn)
