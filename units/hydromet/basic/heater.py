"""Heater or cooler."""

from __future__ import annotations

from flowsheet.document.declaration import Inlet, Outlet, quantity, result
from flowsheet.model.unit import Unit


class Heater(Unit, name="heater", symbol="heat_exchanger"):
    """Brings a stream to a temperature.

    component_balance    n_out,c = n_in,c
    heat_duty            Q = (H_out - H_in) / 3600            H enthalpy flow [kJ/h]
    area                 A = |Q| / (U dT)                      U [kW/m2/K], dT mean temperature difference [K]

    U defaults to the preheater value of WaterTAP's vapour-compression flowsheet (2000 W/m2/K).

    Example:
        cooler: {unit: heater, inlets: {feed: leach_filter.filtrate}, temperature: 25 degC}
    """

    feed = Inlet("aqueous", "solid", "gas", description="stream to heat or cool")
    product = Outlet("aqueous", "solid", "gas", description="the same at the new temperature")
    temperature = quantity("25 degC", "K", "outlet temperature", range=(273.15, 473.15))
    heat_transfer_coefficient = quantity(
        "2 kW/m2/K",
        "kW/m2/K",
        "overall coefficient",
        range=(0.05, 10.0),
        source="WaterTAP 1.8.0, mvc_single_stage.py, preheater",
    )
    temperature_difference = quantity(
        "15 K", "delta_K", "mean temperature difference", range=(1.0, 150.0), source="design assumption"
    )
    heat_duty = result("kW", "heat added; negative: removed", charge="heat")
    area = result("m2", "heat-transfer area", charge="heat_exchanger")

    def equations(self) -> None:
        for phase in self.product.shape.phases:
            self.pass_through(f"{phase}_balance", phase, self.product)
        duty = self.heat_balance(self.temperature)
        self.report("heat_duty", duty)
        self.report(
            "area", (duty * duty) ** 0.5 / (self.heat_transfer_coefficient * self.temperature_difference)
        )
