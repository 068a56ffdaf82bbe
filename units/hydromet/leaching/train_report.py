"""What a leach train reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.system import PROTON
from flowsheet.model.unit import SECONDS_PER_HOUR
from hydromet.leaching.kinetics import METALS
from hydromet.leaching.off_gas import (
    HYDROGEN,
    STANDARD_MOLAR_VOLUME,
    exposure_limit,
    lower_flammability_limit,
)
from hydromet.leaching.reactions import ACID, FERROUS, PEROXIDE
from hydromet.leaching.reagents import acid_demand, pulp_of, solids_mass

if TYPE_CHECKING:
    from hydromet.leaching.leach_train import LeachTrain

_ROUNDING = 1e-3
"""[K] over which the ends of a range are rounded."""
_SULFURIC_ACID = 0.098079
"""[kg/mol]"""


def report_train(unit: LeachTrain) -> None:
    series, b = unit.series, unit.block
    unit.report(
        "heat_duty",
        sum(series.heat(t) for t in series.tanks if series.given[t - 1] is not None) / SECONDS_PER_HOUR,
    )
    unit.report("volume", b.total_volume)
    unit.report("agitation_power", unit.agitation * b.total_volume)
    unit.report("liquor_pH", unit.state.ph)
    unit.report("pulp", pulp_of(unit))
    for t in series.tanks:
        tank = str(t)
        unit.report("tank_temperatures", series.temperature[t - 1] + 0.0, index=tank)
        unit.report("beyond_range", _beyond(unit, series.temperature[t - 1]), index=tank)
        unit.report("tank_heat", series.heat(t) / SECONDS_PER_HOUR, index=tank)
        unit.report("tank_volume", b.tank_volume[t], index=tank)
        unit.report("liquor_acid", series.concentration[t, ACID], index=tank)
        if PEROXIDE in series.tracked:
            unit.report("peroxide_left", series.concentration[t, PEROXIDE], index=tank)
    _extraction(unit)
    _gas(unit)
    _validity(unit)


def _validity(unit: LeachTrain) -> None:
    """Ranges of the rate constants of what is there, and limits of the off-gas."""
    reactions = unit.reactions
    here = {
        **{metal: metal in reactions.particles for metal in METALS},
        "ferrous": FERROUS in reactions.components,
        "layered": bool(reactions.oxides),
        "delithiation": bool(reactions.oxides),
    }
    absent = [part for part, present in here.items() if not present]
    values = [
        v for v in unit.kinetic_set.values.values() if not any(part in v.name.split("_") for part in absent)
    ]
    unit.within_data(values, {"T": [f"tank_temperatures.{t}" for t in unit.series.tanks]})
    _nickel_beyond_data(unit)
    if unit.leaving is not None:
        allowed = unit.entry.value("hydrogen_share")
        ratio = "the ratio of hydrogen in the dry off-gas to its lower flammability limit"
        unit.stay_below(["hydrogen_over_limit"], allowed, ratio)
        unit.stay_below(["fluoride_fraction"], exposure_limit(), "HF in the off-gas", "ppm")


def _nickel_beyond_data(unit: LeachTrain) -> None:
    """The oxides' nickel is what it is in every solution."""
    for value in unit.kinetic_set.values.values():
        for r in value.ranges:
            outside = [
                f"{oxide.name} ({oxide.nickel:g})"
                for oxide in unit.reactions.oxides
                if r.condition == "nickel_fraction" and not r.contains(oxide.nickel)
            ]
            if outside:
                unit.note(
                    f"{value.name} is extrapolated: measured from {r.lower:g} to {r.upper:g} of nickel in an "
                    f"oxide's metals, not in {', '.join(outside)}"
                )


def _beyond(unit: LeachTrain, temperature: Any) -> Any:
    """How far a temperature lies outside the range of the oxide's rate constant [K]."""
    ranges = [r for r in unit.kinetic_set.values["k_layered"].ranges if r.condition == "T"]
    return sum(
        (
            positive_part(temperature - r.upper, _ROUNDING) + positive_part(r.lower - temperature, _ROUNDING)
            for r in ranges
        ),
        0.0,
    )


def _extraction(unit: LeachTrain) -> None:
    series, solids = unit.series, unit.system.solids
    leaving = series.solids(series.last)
    for k in unit.reactions.particles:
        unit.report("unreacted", leaving[k] / unit.entering("solid", k), index=k)
        for t in series.tanks:
            gone = 1.0 - series.solids(t)[k] / unit.entering("solid", k)
            unit.report("tank_conversion", gone, index=f"{k}.{t}")
    elements = sorted(
        {
            e
            for k in unit.reactions.entering
            if acid_demand(unit, k) or k in unit.reactions.particles
            for e in solids[k].formula.elements
        }
        - {"O", "H", "C"}
    )
    for e in elements:
        before = sum(
            n * unit.entering("solid", k)
            for k in unit.reactions.entering
            if (n := solids[k].formula.elements.get(e))
        )
        after = sum(n * flow for k, flow in leaving.items() if (n := solids[k].formula.elements.get(e)))
        unit.report("extraction", 1.0 - after / before, index=e)
    if unit.reactions.entering:
        used = sum(
            -x.of("aqueous", PROTON) * series.extent[t, x.name]
            for x in unit.reactions.reactions
            for t in series.tanks
            if x.of("aqueous", PROTON)
        )
        unit.report("acid_consumed", 0.5 * _SULFURIC_ACID * used / solids_mass(unit))
    decomposing = [x for x in unit.reactions.reactions if x.group == "decomposition"]
    if decomposing:
        decomposed = sum(series.extent[t, x.name] for x in decomposing for t in series.tanks)
        unit.report("peroxide_decomposed", decomposed / unit.entering("aqueous", PEROXIDE))


def _gas(unit: LeachTrain) -> None:
    if unit.leaving is None:
        return
    b, dry = unit.block, sum(unit.block.dry_gas[g] for g in unit.leaving.dry)
    hydrogen = b.dry_gas[HYDROGEN] / dry if HYDROGEN in unit.leaving.dry else 0.0
    unit.report("hydrogen_fraction", hydrogen)
    unit.report("hydrogen_over_limit", hydrogen / lower_flammability_limit())
    unit.report("fluoride_fraction", 1e6 * unit.leaving.fluoride_fraction)
    unit.report("off_gas_volume", STANDARD_MOLAR_VOLUME * b.wet_gas)
    unit.report(
        "dilution_air",
        STANDARD_MOLAR_VOLUME * sum((unit.air.flow("gas", g) for g in unit.air.shape.names("gas")), 0.0),
    )
