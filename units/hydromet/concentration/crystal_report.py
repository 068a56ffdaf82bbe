"""What a crystalliser reports: utilities, crystals, the vessel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.steam import saturation_pressure
from hydromet.concentration.freezing import ICE, RANGE, coefficient_of_performance, ln_supersaturation

if TYPE_CHECKING:
    from hydromet.concentration.crystalliser import Crystalliser

_ROUNDING = 1e-3
"""[kW] over which the change from heating to cooling is rounded."""
_MEDIAN = 3.67
"""L50/(G tau) by mass of a mixed suspension with mixed product removal."""
_UNDERCOOLED = 1e-3
"""ln of supersaturation in ice, a tenth of a kelvin, that a slurry without ice may have."""


def report_utilities(unit: Crystalliser, duty: Any, latent: Any) -> None:
    """Steam, cooling water and refrigeration from the heat duty and the vapour's latent heat [kW]."""
    steam, cold = (positive_part(sign * (duty + latent), _ROUNDING) for sign in (1.0, -1.0))
    temperature = unit.slurry.temperature
    unit.report("heat_duty", duty)
    unit.report("steam_duty", steam)
    unit.report("slurry_temperature", temperature)
    power: Any = 0.0
    if unit.cold == "refrigeration" or unit.freezes:
        cop = coefficient_of_performance(temperature, unit.refrigeration_efficiency)
        power = cold / cop
        unit.report("power", power)
        unit.report("refrigeration_duty", cold)
        unit.report("refrigeration_cop", cop)
    unit.report("cooling_duty", latent + cold + power)
    if ICE in unit.system.solids:
        unit.report("ice_supersaturation", ln_supersaturation(unit))
        if not unit.freezes:
            without = "a slurry without ice (`ice_forms: yes` lets it form)"
            unit.valid_within(["ice_supersaturation"], -10.0, _UNDERCOOLED, "supersaturation in ice", without)
    if unit.freezes:
        unit.report("ice_formed", unit.removal.frozen * unit.system.solids[ICE].molar_mass)
        unit.valid_within(["slurry_temperature"], *RANGE, "temperature", "ice's constant", "K")


def report_crystals(unit: Crystalliser) -> None:
    """Crystals, what they enclose, their size and yield, and the vessel that they form in."""
    formed, solids = unit.block.formed, unit.system.solids
    flows = [unit.slurry.volume_flow(p) for p in unit.slurry.shape.phases]
    unit.report("volume", unit.residence_time * sum(flows))
    unit.report(
        "vapour_pressure",
        pyo.exp(unit.state.ln_water_activity) * saturation_pressure(unit.slurry.temperature),
    )
    masses = {k: formed[k] * solids[k].molar_mass for k in (*unit.forming, *unit.foreign)}
    for k, mass in masses.items():
        unit.report("crystals", mass, index=k)
    if unit.given["inclusion"]:
        salts = sum((masses[k] for k in unit.foreign if k in unit.included), 0.0)
        unit.report("included_share", salts / positive_part(sum(masses[k] for k in unit.forming), 1e-9))
    if unit.growth_rate is not None:
        unit.report("median_size", _MEDIAN * unit.growth_rate * unit.residence_time)
    for c in dict.fromkeys(unit.counted_in(k) for k in unit.forming):
        crystallised = sum(unit.composition_of(k).get(c, 0.0) * formed[k] for k in unit.forming)
        unit.report("yield_per_pass", crystallised / unit.block.total[c], index=c)
