"""What can be charged for, with its canonical unit.

A unit's result names its charge in its declaration (`result("m3", "...", charge="tank")`); the flowsheet
gives the rate (`economics: {charges: {tank: 900 USD/m3/y}}`).  `heat` is no rate of its own: heating counts
as steam, cooling as cooling.  `wear` needs none: the result is already money [USD/h].
"""

from __future__ import annotations

from collections.abc import Mapping

EQUIPMENT: Mapping[str, str] = {
    "tank": "USD/m3/y",
    "settler": "USD/m2/y",
    "filter": "USD/m2/y",
    "thickener": "USD/m2/y",
    "membrane": "USD/m2/y",
    "evaporator": "USD/m2/y",
    "heat_exchanger": "USD/m2/y",
    "crystalliser": "USD/m3/y",
    "dryer": "USD/m3/y",
    "furnace": "USD/kW/y",
    "organic_inventory": "USD/m3/y",
}
UTILITIES: Mapping[str, str] = {
    "steam": "USD/kWh",
    "cooling": "USD/kWh",
    "power": "USD/kWh",
}
OTHER: Mapping[str, str] = {
    "effluent": "USD/m3",
    "gas_treatment": "USD/kg",
    "labour": "USD/h",
}
CHARGES: Mapping[str, str] = {**EQUIPMENT, **UTILITIES, **OTHER}
HEAT = "heat"
WEAR = "wear"
