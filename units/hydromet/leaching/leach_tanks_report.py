"""What leach tanks report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import exp
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.leaching.off_gas import (
    HYDROGEN,
    HYDROGEN_FLUORIDE,
    STANDARD_MOLAR_VOLUME,
    exposure_limit,
    lower_flammability_limit,
)
from hydromet.leaching.tank_reagents import pulp_of, solids_mass

if TYPE_CHECKING:
    from hydromet.leaching.leach_tanks import LeachTanks

ESTIMATE = "estimate"
"""Source of a number that nothing was measured for."""
_NO_METAL = {"O", "H", "C", "N"}


def report_tanks(unit: LeachTanks) -> None:
    series, b = unit.series, unit.block
    held = [t for t in series.tanks if series.given[t - 1] is not None]
    working = {t: b.volume[t] + _idle_volume(unit, t) for t in series.tanks}
    unit.report("heat_duty", sum((series.heat(t) for t in held), 0.0) / SECONDS_PER_HOUR)
    unit.report("volume", sum(working.values()))
    unit.report("agitation_power", unit.agitation * sum(b.volume[t] for t in series.tanks))
    if unit.solids or unit.liquor.shape.names("solid"):
        unit.report("pulp", pulp_of(unit))
    for t in series.tanks:
        tank, state = str(t), series.states[t]
        unit.report("liquor_pH", state.ph, index=tank)
        molality = state.block.ln_m[PROTON_SPECIES]
        proton = exp(molality + state.block.ln_water - series.ln_liquor[t]) / 1000.0
        unit.report("free_proton", proton, index=tank)
        unit.report("tank_temperatures", series.temperature[t - 1] + 0.0, index=tank)
        unit.report("tank_heat", series.heat(t) / SECONDS_PER_HOUR, index=tank)
        unit.report("tank_volumes", working[t], index=tank)
        unit.report("tank_residence_time", b.tau[t] + 0.0, index=tank)
    for x in series.network.reactions:
        unit.report("extent", sum(series.extent[t, x.name] for t in series.tanks), index=x.name)
    _dissolved(unit)
    _gas(unit)
    _validity(unit)


def _idle_volume(unit: LeachTanks, t: int) -> Any:
    """Of a batch, what stands while it is filled, emptied and cleaned [m3]."""
    if unit.contacting != "batch":
        return 0.0
    return unit.turnaround / unit.tanks * exp(unit.series.ln_slurry[t])


def _dissolved(unit: LeachTanks) -> None:
    series, solids, b = unit.series, unit.system.solids, unit.block
    network, leaving = series.network, series.solids(series.last)
    touched = [k for k in sorted(network.entering) if any(x.of("solid", k) for x in network.reactions)]
    touched += [k for k in network.saturated if k in network.entering]
    for k in touched:
        unit.report("conversion", 1.0 - leaving[k] / unit.entering("solid", k), index=k)
        for t in series.tanks:
            gone = 1.0 - series.solids(t)[k] / unit.entering("solid", k)
            unit.report("tank_conversion", gone, index=f"{k}.{t}")
    for k in network.particles:
        age = series.particles.age(series.last, k)
        unit.report("dissolution_time", b.tau[series.last] / (1.0 + b.lag) / age, index=k)
        unit.report("residue_size", series.particles.residue_size(series.last, k), index=k)
    elements = {e for k in touched for e in solids[k].formula.elements} - _NO_METAL
    for e in sorted(elements):

        def held(flows: dict[str, Any], element: str = e) -> Any:
            counts = {k: solids[k].formula.elements.get(element, 0.0) for k in flows}
            return sum((n * flows[k] for k, n in counts.items() if n), 0.0)

        before = held({k: unit.entering("solid", k) for k in network.entering})
        unit.report("extraction", 1.0 - held(leaving) / before, index=e)
    if touched:
        taken = [
            -x.of("aqueous", PROTON) * series.extent[t, x.name]
            for x in network.reactions
            for t in series.tanks
            if x.of("aqueous", PROTON)
        ]
        unit.report("acid_consumed", sum(taken, 0.0) / solids_mass(unit))


def _gas(unit: LeachTanks) -> None:
    series = unit.series
    gas = series.gas
    if not gas.leaving:
        return
    unit.report("off_gas_volume", STANDARD_MOLAR_VOLUME * sum(unit.block.wet_gas[t] for t in series.tanks))
    air = sum((unit.air.flow("gas", g) for g in unit.air.shape.names("gas")), 0.0)
    unit.report("dilution_air", STANDARD_MOLAR_VOLUME * air)
    limit = lower_flammability_limit()
    if HYDROGEN in gas.dry_names:
        holding = [t for t in series.tanks if HYDROGEN in gas.in_bubbles or unit.air]
        for t in holding:
            dry = gas.leaving[t].dry
            share = dry[HYDROGEN] / sum(dry.values())
            unit.report("hydrogen_fraction", share, index=str(t))
            unit.report("hydrogen_over_limit", share / limit, index=str(t))
        formed = sum(gas.bubbles[t, HYDROGEN] - gas.fed(t, HYDROGEN) for t in series.tanks)
        if unit.solids or unit.liquor.shape.names("solid"):
            unit.report("hydrogen_formed", formed / solids_mass(unit))
        over = [f"hydrogen_over_limit.{t}" for t in holding]
        ratio = "the ratio of hydrogen in the dry off-gas to its lower flammability limit"
        unit.stay_below(over, unit.entry.value("hydrogen_share"), ratio)
    if HYDROGEN_FLUORIDE in gas.names:
        fluoride = unit.off_gas.n["gas"][HYDROGEN_FLUORIDE] / sum(unit.off_gas.n["gas"].values())
        unit.report("fluoride_fraction", 1e6 * fluoride)
        unit.stay_below(["fluoride_fraction"], exposure_limit(), "HF in the off-gas", "ppm")
    for x in series.network.transfers:
        _transfer(unit, next(iter(x.reactants))[1])


def _transfer(unit: LeachTanks, name: str) -> None:
    """Use of a gas, and how near the liquor is to saturation with it."""
    series, gas = unit.series, unit.series.gas
    blown = sum(gas.fed(t, name) for t in series.tanks)
    left = sum(gas.bubbles[t, name] for t in series.tanks)
    if not isinstance(blown, float):
        unit.report("gas_used", 1.0 - left / blown, index=name)
    for t in [t for t, g in gas.followed if g == name]:
        ratio = pyo.exp(series.states[t].ln_fugacity(name) - gas.pressure(t, name).ln)
        unit.report("dissolved_gas", ratio, index=f"{name}.{t}")
    if unit.uptake.get(name) is not None:
        unit.stay_below(
            [f"dissolved_gas.{name}.{t}" for t, g in gas.followed if g == name],
            1.0,
            f"the fugacity of {name} over the liquor, over its partial pressure (more than the gas can give)",
        )


def _validity(unit: LeachTanks) -> None:
    """Ranges of the numbers that the running reactions use, and which of them nothing was measured for."""
    network, tanks = unit.series.network, unit.series.tanks
    used = [network.values[name] for name in network.constants]
    guessed = [value.name for value in used if value.source == ESTIMATE]
    if guessed:
        unit.note(f"estimates of `{unit.parameters.name}` without a measurement: {', '.join(guessed)}")
    unit.within_data(
        used,
        {
            "T": [f"tank_temperatures.{t}" for t in tanks],
            "pH": [f"liquor_pH.{t}" for t in tanks],
            "H+": [f"free_proton.{t}" for t in tanks],
        },
    )
