"""What a stack publishes: currents, voltages, energy, water, areas, and how near it is to its limits.

i_lim = k F c_eq/(1 - t)                   film theory: k film coefficient, c_eq equivalents of the ions that
                                           pass a membrane, t their transport number in the solution
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.system import WATER
from hydromet.basic.pumping import pumping_power
from hydromet.electrodialysis.membrane import FARADAY_HOURS

if TYPE_CHECKING:
    from hydromet.electrodialysis.cells import Cells, Element
    from hydromet.electrodialysis.stack import Stack

_SAFE_CURRENT = 0.8
"""Of the limiting one, that a design keeps to: a design assumption."""
_DENSITY = 1000.0
"""Water per volume of a dilute solution [kg/m3]; limiting currents matter in dilute ones."""
_WATCHED = ("Mg(OH)2", "Ca(OH)2", "gypsum", "anhydrite")
_BOUND_BY_HARDNESS = ("alkali", "Mg(OH)2")
"""Molar alkali is supersaturated by any trace of magnesium: `hardness_limit` says what a stack bears."""


def report(unit: Stack, cells: Cells) -> None:
    """Publish what both kinds of stack have."""
    first, last = cells.elements[0], cells.elements[-1]
    i, area = unit.mean_current_density, unit.cell_area
    unit.report("current", i * area)
    unit.report("voltage", unit.total_voltage)
    unit.report("cell_voltage", unit.voltage_of_cell)
    for k, element in enumerate(cells.elements):
        unit.report("local_current_density", element.current_density, str(k + 1))
    for part in first.parts:
        mean = sum(e.parts[part] for e in cells.elements) / len(cells.elements)
        unit.report("voltage_part", mean, part)
    unit.report("stack_power", unit.direct_power)
    pumped = sum(unit.feed_of(c).volume_flow("aqueous") for c in cells.layout.compartments)
    pumps = pumping_power(unit.pressure_drop, pumped, unit.pump_efficiency)
    unit.report("power", unit.direct_power / unit.rectifier_efficiency + pumps)
    feed = unit.feed_of(unit.treated)
    unit.report("energy_per_volume", unit.direct_power / feed.volume_flow("aqueous"))
    unit.report("liquids_temperature", unit.outlet(unit.treated).temperature)
    water_mass = unit.system.component(WATER).molar_mass
    for c in cells.layout.compartments:
        outlet = unit.outlet(c)
        gained = outlet.flow("aqueous", WATER) - unit.feed_of(c).flow("aqueous", WATER)
        unit.report("water_gained", gained * water_mass, c)
        unit.report("conductivity", last.conductivity[c], c)
        unit.report("pH", last.states[c].ph, c)
    for n in unit.system.solutes(feed.shape.names("aqueous")):
        leaving = unit.outlet(unit.treated).flow("aqueous", n)
        unit.report("transferred", 1.0 - leaving / feed.flow("aqueous", n), n)
    unit.valid_within(["liquids_temperature"], 288.15, 333.15, "temperature", "ions' conductivities", "K")
    _membranes(unit, cells)
    _limits(unit, cells)
    _scaling(unit, last)
    if unit.gas.shape.names("gas"):
        unit.report("hydrogen", unit.gas.n["gas"]["H2"] * unit.system.gases["H2"].molar_mass)


def _membranes(unit: Stack, cells: Cells) -> None:
    wear: Any = 0.0
    for kind in cells.layout.membranes:
        all_of_it = unit.cells * unit.cell_area
        unit.report("membrane_area", all_of_it, kind)
        if kind in unit.membrane_prices:
            wear = wear + all_of_it * unit.membrane_prices[kind] / unit.membrane_life
    if unit.membrane_prices:
        unit.report("membrane_wear", wear)


def _limits(unit: Stack, cells: Cells) -> None:
    published = []
    place = cells.layout.compartments.index(unit.treated)
    beside = {cells.layout.membranes[place - 1], cells.layout.membranes[place]} - {"bipolar"}
    for k, element in enumerate(cells.elements):
        for kind in sorted(beside):
            limit = _limiting_current(unit, element, 1 if kind == "cation" else -1)
            unit.report("current_over_limit", element.current_density / limit, f"{kind}.{k + 1}")
            published.append(f"current_over_limit.{kind}.{k + 1}")
    unit.stay_below(published, _SAFE_CURRENT, "the current density over its limiting value")


def _limiting_current(unit: Stack, element: Element, sign: int) -> Any:
    """[A/m2]"""
    state, shares = element.states[unit.treated], element.shares[unit.treated]
    passing = [s for s, z in state.charges.items() if z * sign > 0]
    others = sum(shares[s] for s, z in state.charges.items() if z * sign < 0)
    equivalents = sum(abs(state.charges[s]) * state.m[s] for s in passing)
    other_share = others / element.conductivity[unit.treated]
    return unit.film_coefficient * FARADAY_HOURS * equivalents * _DENSITY / other_share


def _scaling(unit: Stack, element: Element) -> None:
    published = []
    for c, state in element.states.items():
        names = unit.outlet(c).shape.names("aqueous")
        for solid in unit.system.present_solids(names, state.model):
            if solid.name in _WATCHED:
                unit.report(
                    "saturation_index", state.ln_saturation(solid.name) / math.log(10.0), f"{c}.{solid.name}"
                )
                if (c, solid.name) != _BOUND_BY_HARDNESS:
                    published.append(f"saturation_index.{c}.{solid.name}")
    if published:
        unit.stay_below(published, 0.0, "log10 of a scale's saturation ratio in a compartment")
