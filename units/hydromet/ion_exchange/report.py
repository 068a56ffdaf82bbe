"""What ion exchange columns report besides what every column does: leakage, capacity, regenerants."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON
from hydromet.columns.cycle import LOAD
from hydromet.columns.entering import LITRES
from hydromet.columns.report import report_column

if TYPE_CHECKING:
    from hydromet.ion_exchange.ion_exchange import IonExchange

_SHARPNESS = 8
"""Of the step by which a level counts as before or behind breakthrough; its share falls from 0.996 to 0.004
between half and twice the share that is asked for.
"""
_MILLIGRAMS = 1000.0
"""[mg/L] per [kg/m3]."""
_ELUENT, _CONVERSION = "eluent", "conversion"
_RINSES = ("displacement", "eluent_rinse", "final_rinse")


def report_ion_exchange(unit: IonExchange) -> None:
    """Publish the unit's results, and where they leave the range of the resin's data."""
    report_column(unit, measured_in=[LOAD])
    unit.report("bed_area", unit.bed_volume / unit.bed_height)
    removed = _removed(unit)
    _saturation(unit)
    _breakthrough(unit)
    _forms(unit)
    _regenerants(unit, removed)
    if "SO4" in unit.chemistry.components and "Ca" in unit.chemistry.metals and _ELUENT in unit.steps:
        unit.note("gypsum may form where calcium is eluted; precipitation in the bed is left out")


def _fed(unit: IonExchange) -> list[str]:
    """Ions of the feed that the resin exchanges."""
    return [m for m in unit.chemistry.metals if m in unit.liquors[LOAD].names]


def _removed(unit: IonExchange) -> Any:
    """Reports leakage; equivalents of polyvalent ions that the product lacks, by bed and cycle [mol/L]."""
    product, feed = unit.outlets[unit.step_outlets[LOAD]], unit.inlets[LOAD]
    litres = LITRES * unit.columns * unit.bed_volume / unit.time_of_cycle
    removed: Any = 0.0
    for m in _fed(unit):
        entering, leaving = feed.flow("aqueous", m), product.flow("aqueous", m)
        mass = leaving * unit.system.component(m).molar_mass
        unit.report("leakage", _MILLIGRAMS * mass / product.volume_flow("aqueous"), m)
        unit.report("removal", 1.0 - leaving / entering, m)
        if unit.chemistry.charge[m] > 1:
            removed = removed + unit.chemistry.charge[m] * (entering - leaving) / litres
    unit.report("working_capacity", removed)
    return removed


def _saturation(unit: IonExchange) -> None:
    """Resin in equilibrium with the feed: one more unknown, its share of hydrogen form."""
    state, fed = unit.liquors[LOAD].state, _fed(unit)
    charge, sites = unit.chemistry.charge, unit.sites
    unit.block.feed_affinity = pyo.Expression(
        fed,
        rule=lambda _, m: pyo.exp(
            math.log(10.0) * unit.log_k[m] + state.ln_a[m] - charge[m] * state.ln_a[PROTON]
        ),
    )
    affinity = unit.block.feed_affinity
    ln_vacant = unit.var(
        "ln_vacant_feed",
        log=True,
        start=-pyo.log(1.0 + sum((sites[m] * affinity[m]) ** (1.0 / sites[m]) for m in fed)),
    )
    unit.block.feed_share = pyo.Expression(fed, rule=lambda _, m: affinity[m] * pyo.exp(sites[m] * ln_vacant))
    share = unit.block.feed_share
    total = pyo.exp(ln_vacant) + sum(sites[m] * share[m] for m in fed)
    unit.rows("saturation", None, lambda: pyo.log(total))
    polyvalent: Any = 0.0
    for m in fed:
        held = unit.settings.capacity * share[m]
        volumes = unit.settings.liquor_fraction + held / unit.liquors[LOAD].of(m)
        unit.report("saturation_volumes", volumes, m)
        if charge[m] > 1:
            polyvalent = polyvalent + charge[m] * held
    unit.report("saturation_capacity", polyvalent)


def _breakthrough(unit: IonExchange) -> None:
    """Bed volumes of the load's effluent that are below the breakthrough share."""
    levels = [level for level in unit.cycle.levels if level.outlet == unit.step_outlets[LOAD]]
    for m in _fed(unit):
        limit = unit.breakthrough_share * unit.liquors[LOAD].of(m)
        below: Any = 0.0
        for level in levels:
            ratio = unit.bed.leaving_metal[m, unit.cells, level.number] / limit
            below = below + unit.block.rate[level.pace] / unit.cells / (1.0 + ratio**_SHARPNESS)
        unit.report("breakthrough_volumes", below, m)


def _forms(unit: IonExchange) -> None:
    """Whose the sites are before and after the load."""
    end = unit.cycle.last_of(LOAD)
    start = unit.cycle.before(1)
    for name, n in (("loaded_form", end), ("regenerated_form", start)):
        rest: Any = 1.0
        for m in unit.chemistry.metals:
            mean = sum(unit.bed.bound[m, i, n] for i in range(1, unit.cells + 1)) / unit.cells
            share = unit.sites[m] * mean / unit.settings.capacity
            rest = rest - share
            unit.report(name, share, m)
        unit.report(name, rest, PROTON)


def _regenerants(unit: IonExchange, removed: Any) -> None:
    """Doses: anions of the eluent (acid or brine), cations of the alkali."""
    litres = LITRES * unit.columns * unit.bed_volume / unit.time_of_cycle
    for step, sign in ((_ELUENT, -1), (_CONVERSION, 1)):
        if step not in unit.steps:
            continue
        mixture, charge = unit.inlets[step], unit.chemistry.charge
        ions = [c for c in unit.liquors[step].names if sign * charge.get(c, 0) > 0]
        dose = sum(abs(charge[c]) * mixture.flow("aqueous", c) for c in ions) / litres
        unit.report("regenerant_dose", dose, step)
        if step == _ELUENT and any(unit.chemistry.charge[m] > 1 for m in _fed(unit)):
            unit.report("regenerant_ratio", dose / removed)
    rinses = [unit.block.passed[s] for s in _RINSES if s in unit.steps]
    unit.report("rinse_water", sum(rinses) if rinses else 0.0)
