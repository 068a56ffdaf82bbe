"""What leach tanks declare alike: stirring, the air that dilutes hydrogen, the results of every leach."""

from __future__ import annotations

from typing import ClassVar

from flowsheet.document.declaration import Chart, quantity, result
from flowsheet.model.unit import Unit


class LeachVessels(Unit, symbol="stirred_tank"):
    """Base of leaches: stirred tanks under a ventilated gas space."""

    hydrogen_share = quantity(
        "25 %",
        "1",
        "hydrogen in the dry off-gas over its lower flammability limit: what air as needed keeps to",
        range=(0.01, 1.0),
        source="common limit of ventilation design (NFPA 69)",
    )
    ventilation = quantity(
        "1 1/h",
        "1/h",
        "least air as needed, standard volumes per tank volume and hour",
        range=(1e-3, 100.0),
        source="design assumption",
    )
    agitation = quantity(
        "1 kW/m3", "kW/m3", "power of the agitators per volume", range=(0.0, 10.0), source="design assumption"
    )

    charts: ClassVar[tuple[Chart, ...]] = (Chart("conversion by tank", "along", ("tank_conversion",)),)

    extraction = result("1", "share of an element's inflow in solids that dissolves")
    tank_conversion = result(
        "1", "share of a solid's inflow that is gone after a tank", profile="component.tank"
    )
    pulp = result("kg/m3", "solids per volume of all liquor that enters")
    tank_temperatures = result("K", "temperature by tank", profile="tank")
    heat_duty = result("kW", "heat added; negative: removed", charge="heat")
    tank_heat = result("kW", "heat added by tank; negative: removed", profile="tank")
    volume = result("m3", "working volume of all tanks", charge="tank")
    agitation_power = result("kW", "power of the agitators", charge="power")
    dilution_air = result("m3/h", "dilution air, at 0 degC and 1 atm")
    fluoride_fraction = result("ppm", "HF in the off-gas, by volume")
    off_gas_volume = result("m3/h", "wet off-gas, at 0 degC and 1 atm")
