"""What stirred tanks with a liquor at equilibrium have in common: settings, heat, size, stirring."""

from __future__ import annotations

from typing import Any

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.document.declaration import quantity, result
from flowsheet.model.unit import Stream, Unit


class StirredTanks(Unit, symbol="stirred_tank"):
    """Base of tanks that are held at a temperature, or adiabatic.

    volume               V = residence_time * volume flow of all that leaves with the liquor
    agitation_power      agitation * V
    """

    temperature = quantity(None, "K", "temperature held; adiabatic when absent", range=(273.15, 373.15))
    pressure = quantity("1.01325 bar", "bar", "pressure of the gas space", range=(0.1, 20.0))
    agitation = quantity(
        "0.5 kW/m3",
        "kW/m3",
        "power of the agitators per volume",
        range=(0.0, 10.0),
        source="design assumption",
    )

    liquor_pH = result("pH", "pH of the liquor")
    liquor_temperature = result("K", "temperature of the liquor")
    heat_duty = result("kW", "heat added; negative: removed", charge="heat")
    volume = result("m3", "working volume of the tanks", charge="tank")
    agitation_power = result("kW", "power of the agitators", charge="power")

    residence_time: Any
    state: AqueousState

    def size_tanks(self, outlet: Stream) -> None:
        """Heat balance and size; `outlet` carries the liquor away."""
        self.report("heat_duty", self.heat_balance(self.temperature))
        volume = self.residence_time * sum(outlet.volume_flow(p) for p in outlet.shape.phases)
        self.report("volume", volume)
        self.report("agitation_power", self.agitation * volume)
        self.report("liquor_pH", self.state.ph)
        self.report("liquor_temperature", outlet.temperature)
