"""Mixer."""

from __future__ import annotations

from flowsheet.document.declaration import Inlet, Outlet, quantity, result
from flowsheet.model.unit import Unit


class Mixer(Unit, name="mixer"):
    """Stirred tank that blends streams, adiabatic or held at a temperature.

    component_balance    ln n_out,c = ln sum n_in,c            every component of every phase
    enthalpy_balance     sum H_out = sum H_in                  without `temperature`; else the heat duty follows
    volume               V = residence_time * volume flow

    n flow [mol/h], H enthalpy flow [kJ/h].  No reaction: what precipitates or evolves is another unit's.

    Example:
        blend: {unit: mixer, inlets: {feed: [leach.liquor, wash.filtrate]}}
    """

    feed = Inlet("aqueous", "solid", "gas", description="streams to blend")
    product = Outlet("aqueous", "solid", "gas", description="the blend")
    temperature = quantity(None, "K", "temperature held by a jacket; adiabatic when absent", range=(273.15, 393.15))
    residence_time = quantity("10 min", "h", "mean residence time of the liquor", range=(1e-3, 48.0))
    heat_duty = result("kW", "heat added; negative: removed", charge="heat")
    volume = result("m3", "working volume of the tank", charge="tank")

    def equations(self) -> None:
        for phase in self.product.shape.phases:
            self.pass_through(f"{phase}_balance", phase, self.product)
        self.report("heat_duty", self.heat_balance(self.temperature))
        flows = [self.product.volume_flow(p) for p in ("aqueous", "solid") if p in self.product.shape.phases]
        self.report("volume", self.residence_time * sum(flows))
