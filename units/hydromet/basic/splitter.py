"""Splitter."""

from __future__ import annotations

from flowsheet.document.declaration import Inlet, Outlet, quantity
from flowsheet.model.unit import Unit


class Splitter(Unit, name="splitter"):
    """Divides a stream in two of the same composition.

    component_balance    ln n_first,c = ln n_in,c + ln f,    ln n_second,c = ln n_in,c + ln(1 - f)

    f `fraction` of the feed that leaves by `first`.  A bleed or a recycle of nothing at all is another structure:
    the fraction stays inside (0, 1).

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
        self.heat_balance()
