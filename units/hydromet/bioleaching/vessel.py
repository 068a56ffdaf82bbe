"""Size of a bioreactor's vessels, pressure in them, and what the air brings per volume of broth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import WATER
from hydromet.bioleaching.aeration import Vessel, gas_volume, oxygen_solubility, transfer_coefficient
from hydromet.bioleaching.stoichiometry import GLUCOSE, OXYGEN

if TYPE_CHECKING:
    from hydromet.bioleaching.bioreactor import Bioreactor

STANDARD_VOLUME = gas_volume(1.0, 273.15, 1.01325)
"""Of a mole of gas [m3]."""
AIR_PER_GLUCOSE = 15.0
"""mol/mol, where the search for air as needed begins: some six times what gluconic acid takes."""
_DRY = 0.01


def start_volume(unit: Bioreactor) -> None:
    """The air carries water off: what is left of the medium's volume, for a cold start."""
    steam = saturation_pressure(unit.temperature) / unit.pressure
    water = unit.entering("aqueous", WATER)
    carried = steam / (1.0 - steam) / water
    if unit.aeration is not None:
        air = unit.aeration * unit.culture.running * unit.culture.holding_time / STANDARD_VOLUME
        left = 1.0 / (1.0 + air * unit.medium_volume * carried)
        unit.air_at_start = air * unit.medium_volume * left
    elif unit.dissolved_oxygen is not None:
        unit.air_at_start, left = AIR_PER_GLUCOSE * unit.entering("aqueous", GLUCOSE), 1.0
    else:
        unit.air_at_start = sum(unit.entering("gas", g) for g in unit.air.shape.names("gas"))
        left = 1.0 - unit.air_at_start * carried
        unit.require("water", left, "the air carries off more water than the medium brings; send less air")
        left = positive_part(left, _DRY)
    unit.volume_at_start = unit.medium_volume * left
    unit.start(unit.ln_volume, pyo.log(unit.volume_at_start))
    unit.start(unit.broth.ln("aqueous", WATER), pyo.log(water * left))


def describe_vessel(unit: Bioreactor) -> None:
    """Named expressions on the unit's block."""
    block = unit.block
    block.working_volume = pyo.Expression(expr=unit.culture.holding_time * unit.volume_flow)
    vessel = Vessel(block.working_volume / unit.vessels, unit.aspect_ratio)
    block.area = pyo.Expression(expr=vessel.area)
    block.head = pyo.Expression(expr=vessel.head(unit.broth.mass_flow("aqueous") / unit.volume_flow))
    block.mean_pressure = pyo.Expression(expr=unit.pressure + 0.5 * block.head)
    # gas while it runs; the flows are means over the cycle
    running = block.working_volume * unit.culture.running
    gas = {g: unit.entering("gas", g) / running for g in unit.air.shape.names("gas")}
    block.gas_oxygen = pyo.Expression(expr=gas[OXYGEN])
    block.gas_dry = pyo.Expression(expr=sum(n for g, n in gas.items() if g != WATER))
    per_vessel = sum(gas.values()) * block.working_volume / unit.vessels
    block.gas_velocity = pyo.Expression(
        expr=gas_volume(per_vessel, unit.temperature, block.mean_pressure) / block.area
    )
    law = transfer_coefficient(unit.agitation, block.gas_velocity) if unit.kla is None else unit.kla
    block.transfer_coefficient = pyo.Expression(expr=law)
    _solubility(unit)


def _solubility(unit: Bioreactor) -> None:
    block = unit.block
    steam = pyo.exp(unit.state.ln_water_activity) * saturation_pressure(unit.temperature)
    block.vapour_fraction = pyo.Expression(expr=steam / unit.pressure)
    water = unit.broth.n["aqueous"][WATER] * unit.system.component(WATER).molar_mass / unit.volume_flow
    ln_solubility = oxygen_solubility(unit.system, unit.temperature, unit.activity_model)
    block.solubility = pyo.Expression(
        expr=pyo.exp(ln_solubility) * block.mean_pressure * (1.0 - block.vapour_fraction) * water
    )
    block.air_saturation = pyo.Expression(expr=block.solubility * block.gas_oxygen / block.gas_dry)


def oxygen_transfer(unit: Bioreactor, oxygen: Any, uptake: Any, carbon_dioxide: Any) -> Any:
    """Residual of k_L a (c* - c) = uptake, over saturation with air; `oxygen` [mol/m3], rates [mol/m3/h]."""
    block = unit.block
    share = (block.gas_oxygen - uptake) / (block.gas_dry - uptake + carbon_dioxide)
    equilibrium = block.solubility * share
    return (equilibrium - oxygen - uptake / block.transfer_coefficient) / block.air_saturation
