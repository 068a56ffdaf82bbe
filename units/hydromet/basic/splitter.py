"""Splitter."""

from __future__ import annotations

from flowsheet.document.declaration import Inlet, Outlet, quantity
from flowsheet.model.unit import Unit


class Splitter(Unit, name="splitter", symbol="splitter"):
    """Divides a stream in two of the same composition.

    component_balance    ln n_first,c = ln n_in,c + ln f,    ln n_second,c = ln n_in,c + ln(1 - f)
    temperature          T_first = T_second = T_in      of several streams: the blend's, by enthalpy

    f `fraction` of the feed that leaves by `first`; n flow [mol/h], T temperature [K].  Concentrated acid
    keeps its heat of dilution until a unit dilutes it.  A bleed or a recycle of nothing at all is another
    structure: the fraction stays inside (0, 1).

    Example:
        bleed: {unit: splitter, inlets: {feed: crystalliser.mother_liquor}, fraction: 5 %}
    """

    feed = Inlet("aqueous", "solid", "gas", description="stream to divide")
    first = Outlet("aqueous", "solid", "gas", description="the share `fraction`")
    second = Outlet("aqueous", "solid", "gas", description="the rest")
    fraction = quantity("50 %", "1", "share of the feed that leaves by `first`", range=(1e-6, 1.0 - 1e-6))

    def equations(self) -> None:
        for outlet, share in ((self.first, self.fraction), (self.second, 1.0 - self.fraction)):
            for phase in outlet.shape.phases:
                self.pass_through(f"{outlet.name.partition('.')[2]}_{phase}", phase, outlet, factor=share)
            outlet.excess_enthalpy = share * sum(s.excess_enthalpy for s in self.feed.streams)
        if len(self.feed.streams) > 1:
            self.heat_balance()
            return
        entering = self.feed.streams[0].temperature
        self.rows(
            "temperature",
            ("first", "second"),
            lambda port: (self.outlets[port].temperature - entering) / 100.0,
        )
