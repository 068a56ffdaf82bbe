"""Mixer."""

from __future__ import annotations

from flowsheet.document.declaration import Inlet, Outlet, quantity, result
from flowsheet.model.unit import Unit


class Mixer(Unit, name="mixer", symbol="mixer"):
    """Stirred tank that blends streams, adiabatic or held at a temperature.

    component_balance    ln n_out,c = ln sum n_in,c            every component of every phase
    enthalpy_balance     sum H_out = sum H_in                  without `temperature`, else the duty follows
    volume               V = residence_time * volume flow
    agitation            P = agitation * V

    n flow [mol/h], H enthalpy flow [kJ/h], V volume [m3], P power [kW].  The agitator's heat is neglected.
    No reaction: what precipitates or evolves is another unit's.

    Example:
        blend: {unit: mixer, inlets: {feed: [leach.liquor, wash.filtrate]}}
    """

    feed = Inlet("aqueous", "solid", "gas", description="streams to blend")
    product = Outlet("aqueous", "solid", "gas", description="the blend")
    temperature = quantity(
        None, "K", "temperature held by a jacket; adiabatic when absent", range=(273.15, 393.15)
    )
    residence_time = quantity("10 min", "h", "mean residence time of the liquor", range=(1e-3, 48.0))
    agitation = quantity(
        "0.0985 kW/m3",
        "kW/m3",
        "power of the agitator per volume",
        range=(0.0, 10.0),
        source="BioSTEAM, units/tank.py, MixTank; read in the repository",
    )
    heat_duty = result("kW", "heat added; negative: removed", charge="heat")
    volume = result("m3", "working volume of the tank", charge="tank")
    agitation_power = result("kW", "power of the agitator", charge="power")

    def equations(self) -> None:
        for phase in self.product.shape.phases:
            self.pass_through(f"{phase}_balance", phase, self.product)
        self.report("heat_duty", self.heat_balance(self.temperature))
        flows = [self.product.volume_flow(p) for p in ("aqueous", "solid") if p in self.product.shape.phases]
        volume = self.residence_time * sum(flows)
        self.report("volume", volume)
        self.report("agitation_power", self.agitation * volume)
