"""What a column reports: design quantities, what it has bound, and its effluent over the cycle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hydromet.basic.pumping import pumping_power
from hydromet.columns.cycle import LOAD, MAIN
from hydromet.columns.design import pressure_drop, replacement

if TYPE_CHECKING:
    from hydromet.columns.column import Column


def report_column(unit: Column, measured_in: Sequence[str] | None = None) -> None:
    """Publish the unit's results, and where they leave the range of the set's data, which is of the steps
    `measured_in` (all of them where it is None).
    """
    _design(unit)
    _bound(unit)
    history = _history(unit)
    steps = unit.steps if measured_in is None else measured_in
    measured = [name for name in history if name.split(".")[1].rpartition("_")[0] in steps]
    values = [
        value
        for name, value in unit.sorbent.parameters.values.items()
        if name.rpartition(".")[2] in (*unit.chemistry.metals, "pH", "capacity")
    ]
    unit.within_data(values, {"pH": measured, "T": ["bed_temperature"]})
    unit.valid_within(history, unit.lowest_pH, unit.highest_pH, "pH", "the species that a column counts")
    estimates = [n for n in unit.sorbent.estimates if _concerns(n, unit)]
    if estimates:
        set_name = unit.sorbent.parameters.name
        unit.note(f"no source was read for these values of `{set_name}`: {', '.join(estimates)}")


def _concerns(name: str, unit: Column) -> bool:
    """Whether a value of the set is used for what enters."""
    group, _, last = name.rpartition(".")
    return group in ("", "half_binding") or last in unit.chemistry.metals


def _design(unit: Column) -> None:
    beds = unit.columns * unit.bed_volume
    unit.report("cycle_time", unit.time_of_cycle)
    unit.report("total_bed", beds)
    unit.report("bed_temperature", unit.temperature)
    unit.report("columns_loading", unit.columns * unit.durations[LOAD] / unit.time_of_cycle)
    power: Any = 0.0
    for step in unit.steps:
        liquor, passed, duration = unit.liquors[step], unit.block.passed[step], unit.durations[step]
        mixture = unit.inlets[step]
        velocity = passed * unit.bed_height / duration
        drop = pressure_drop(
            velocity,
            unit.bed_height,
            unit.of_sorbent("particle_size"),
            unit.of_sorbent("bed_porosity"),
            mixture.mass_flow("aqueous") / liquor.volume_flow,
            unit.temperature,
        )
        power = power + pumping_power(drop, liquor.volume_flow, unit.pump_efficiency)
        unit.report("volumes_passed", passed, step)
        unit.report("contact_time", duration / passed, step)
        unit.report("velocity", velocity, step)
        unit.report("pressure_drop", drop, step)
        unit.report("liquor_per_cycle", passed * unit.bed_volume, step)
    unit.report("pumping_power", power)
    if unit.peclet is not None:
        unit.report("plates_per_cell", 0.5 * unit.peclet / unit.cells)
        of = "so few cells, which disperse more than the bed does"
        unit.valid_within(["plates_per_cell"], 0.0, 1.0, "plates of the bed per cell", of)
    loss = unit.of_sorbent("capacity_loss")
    if loss is not None:
        replaced = replacement(beds, unit.time_of_cycle, loss, unit.replace_at)
        unit.report("bed_replacement", replaced)
        if unit.bed_price is not None:
            unit.report("replacement_cost", replaced * unit.bed_price)


def _bound(unit: Column) -> None:
    """What the bed holds at the end of the load, and what slips through by then."""
    bed, end = unit.bed, unit.cycle.last_of(LOAD)
    used: Any = 0.0
    for m in unit.chemistry.metals:
        mean = sum(bed.bound[m, i, end] for i in range(1, unit.cells + 1)) / unit.cells
        used = used + unit.sites[m] * mean / unit.settings.capacity
        unit.report("loading", mean, m)
        if m in unit.liquors[LOAD].names:
            unit.report("breakthrough", bed.leaving_metal[m, unit.cells, end] / unit.liquors[LOAD].of(m), m)
    unit.report("capacity_used", used)


def _history(unit: Column) -> list[str]:
    """The effluent level by level; returns the names of its pH."""
    bed, last, names = unit.bed, unit.cells, []
    steps = dict.fromkeys(unit.steps, 0.0)
    numbers = dict.fromkeys(unit.steps, 0)
    for level in unit.cycle.levels:
        step, n = level.step, level.number
        volume = unit.block.rate[level.pace] / unit.cells
        numbers[step] += 1
        index = f"{step}_{numbers[step]}"
        unit.report("effluent_volume", steps[step] + 0.5 * volume, index)
        steps[step] = steps[step] + volume
        for m in unit.chemistry.metals:
            unit.report("effluent", bed.leaving_metal[m, last, n], f"{m}.{index}")
        gamma = sum(bed.share[s, last, n] * unit.liquors[s].ln_gamma_proton for s in unit.steps)
        unit.report("effluent_pH", -(bed.ln_proton[last, n] + gamma) / math.log(10.0), index)
        if level.pace[1] == MAIN:
            names.append(f"effluent_pH.{index}")
    return names
