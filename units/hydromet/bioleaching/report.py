"""What a bioreactor publishes: results, ranges of its data, limits, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.enthalpy import enthalpy_data, phase_enthalpy
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import PROTON, WATER
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.bioleaching.aeration import blower_power, parameters
from hydromet.bioleaching.stoichiometry import GLUCONATE, GLUCOSE, OXYGEN

if TYPE_CHECKING:
    from hydromet.bioleaching.bioreactor import Bioreactor

_ESTIMATE = "estimate"
_PASSING_SUGARS = ("xylose", "arabinose", "galactose", "fructose")


def report_bioreactor(unit: Bioreactor) -> None:
    _concentrations(unit)
    _yields(unit)
    _oxygen(unit)
    _energy(unit)
    _sizes(unit)
    _profile(unit)
    _ranges(unit)


def _concentrations(unit: Bioreactor) -> None:
    flows, volume = unit.broth.n["aqueous"], unit.volume_flow
    for name, component in (("glucose_concentration", GLUCOSE), ("gluconate_concentration", GLUCONATE)):
        unit.report(name, flows[component] * unit.system.component(component).molar_mass / volume)
    unit.report("biomass_concentration", unit.culture.leaving_cells)
    unit.report("cells_in_vessel", unit.culture.cells_at_end)
    unit.report("initial_glucose", unit.entering_mass(GLUCOSE))
    unit.report("broth_pH", unit.state.ph)
    unit.report("broth_temperature", unit.broth.temperature)


def _yields(unit: Bioreactor) -> None:
    turnover = unit.culture.turnover
    entering = unit.entering("aqueous", GLUCOSE)
    used = unit.metabolism.glucose(turnover)
    unit.report("conversion", used / entering)
    unit.report("gluconate_yield", turnover.product / used)
    unit.report("biomass_yield", turnover.growth / (used * unit.system.component(GLUCOSE).molar_mass))
    acid = unit.system.component(GLUCONATE).molar_mass + unit.system.component(PROTON).molar_mass
    formed = (1.0 - unit.keto) * turnover.product * acid
    unit.report("productivity", formed / unit.block.working_volume)
    unit.report("growth_rate", unit.culture.mean_growth)
    unit.report("dilution_rate", unit.volume_flow / unit.block.working_volume)


def _oxygen(unit: Bioreactor) -> None:
    block = unit.block
    used = unit.metabolism.oxygen(unit.culture.turnover)
    unit.report("oxygen_uptake", used / (block.working_volume * unit.culture.running))
    unit.report("oxygen_transfer_coefficient", block.transfer_coefficient)
    unit.report("oxygen_utilisation", used / unit.entering("gas", OXYGEN))
    unit.report("gas_velocity", block.gas_velocity)
    if unit.culture.dissolved_oxygen is not None:
        unit.report("dissolved_oxygen_share", unit.culture.dissolved_oxygen)


def _energy(unit: Bioreactor) -> None:
    air = {g: unit.entering("gas", g) for g in unit.air.shape.names("gas")}
    temperatures = [s.temperature for s in unit.air.streams]
    delivered = unit.pressure + unit.block.head + unit.sparger_loss
    blower = blower_power(
        unit.system, air, sum(temperatures) / len(temperatures), delivered, unit.blower_efficiency
    )
    stirring = unit.agitation * unit.block.working_volume * unit.culture.running
    unit.report("heat_duty", unit.heat_balance(unit.temperature, heat_of=stirring + blower))
    unit.report("agitation_power", stirring)
    unit.report("blower_power", blower)
    unit.report("metabolic_heat", _metabolic_heat(unit))
    if unit.sterilisation == "heat":
        heat = (1.0 - unit.heat_recovery) * _warming(unit, unit.sterilisation_temperature)
        unit.report("sterilisation_steam", heat)
        unit.report("sterilisation_cooling", heat)


def _warming(unit: Bioreactor, temperature: Any) -> Any:
    """Heat that takes the medium to a temperature [kW]."""
    total: Any = 0.0
    for stream in unit.medium.streams:
        flows = stream.n["aqueous"]
        for place, sign in ((temperature, 1.0), (stream.temperature, -1.0)):
            total = total + sign * phase_enthalpy(unit.system, "aqueous", flows, place)
    return total / SECONDS_PER_HOUR


def _metabolic_heat(unit: Bioreactor) -> Any:
    """Heat of the reactions [kW]: enthalpy in less out at the broth's temperature, and what vapour took."""
    system, temperature = unit.system, unit.temperature
    broth, gas = unit.broth.n, unit.off_gas.n["gas"]
    entering = sum(
        phase_enthalpy(system, phase, flows, temperature)
        for mixture in unit.inlets.values()
        for stream in mixture.streams
        for phase, flows in stream.n.items()
    )
    leaving = sum(phase_enthalpy(system, phase, flows, temperature) for phase, flows in broth.items())
    leaving = leaving + phase_enthalpy(system, "gas", gas, temperature)
    vapour = gas[WATER] - (unit.entering("gas", WATER) if unit._carriers("gas", WATER) else 0.0)
    difference = phase_enthalpy(system, "gas", {WATER: 1.0}, temperature)
    difference = difference - _liquid_water(unit, temperature)
    return (entering - leaving + vapour * difference) / SECONDS_PER_HOUR


def _liquid_water(unit: Bioreactor, temperature: Any) -> Any:
    """[kJ/mol]"""
    formation, heat_capacity = enthalpy_data(unit.system, "aqueous", WATER)
    return formation + 1e-3 * heat_capacity * (temperature - REFERENCE_TEMPERATURE)


def _sizes(unit: Bioreactor) -> None:
    volume = unit.block.working_volume
    unit.report("working_volume", volume)
    unit.report("volume", volume / unit.filling)
    unit.report("cycle_time", unit.culture.cycle_time)
    if unit.entry.parameters["cell_retention"].given:
        unit.report("filter_area", unit.cell_retention * unit.volume_flow / unit.filter_flux)


def _profile(unit: Bioreactor) -> None:
    if unit.mode != "batch":
        return
    for element in range(1, unit.elements + 1):
        for name, value in unit.culture.profile(element).items():  # type: ignore[union-attr]
            unit.report(name, value, index=str(element))


def _ranges(unit: Bioreactor) -> None:
    unit.within_data(
        unit.kinetic_set.values.values(),
        {"T": ["broth_temperature"], "pH": ["broth_pH"], "glucose": ["initial_glucose"]},
    )
    limit = parameters().value("largest_gas_velocity", "m/h")
    unit.stay_below(["gas_velocity"], limit, "the superficial velocity of the air", "m/h")
    guessed = [v.name for v in unit.kinetic_set.values.values() if v.source == _ESTIMATE]
    if guessed:
        unit.note(f"no measurement is behind {', '.join(guessed)} of the set {unit.kinetic_set.name}")
    passing = [s for s in _PASSING_SUGARS if s in unit.medium.shape.names("aqueous")]
    if passing:
        unit.note(f"{', '.join(passing)} of the medium pass: their oxidation is left out")
