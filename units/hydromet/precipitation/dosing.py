"""How much reagent a precipitator draws: for a set point of pH, or in proportion to what the feed brings.

    set_point    dose >= 0,   pH - pH_set >= 0,   one of them zero          an acid: pH_set - pH
    dose         n_r = sum_c dose_c n_c,feed                                 r `dose_of`

The dose at which a set point starts cold comes from what acid or alkali the liquor takes up on the way there:
free acid, bisulfate, hydroxides that form, carbonate that leaves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER

if TYPE_CHECKING:
    from hydromet.precipitation.precipitator import Precipitator

CARBON = "CO3"
GAS = "CO2"
_SULFATE = "SO4"
_BISULFATE = 0.05
"""Dissociation constant of bisulfate in a salt liquor [mol/kg], for cold starts."""
_DISSOLVED_GAS = 0.02
"""Carbon dioxide that a liquor holds when a cold start supposes it saturated [mol/kg water]."""


def dose_reagent(unit: Precipitator) -> None:
    """Write the row that decides how much reagent enters, and report the reagent's flow."""
    drawn = unit.reagent.drawn
    if unit.pH is not None and unit.dose:
        unit.refuse("`pH` and `dose` both decide how much reagent enters", "dose", "remove one of them")
    if drawn is None:
        for setting in ("pH", "dose"):
            if unit.entry.value(setting):
                unit.refuse(
                    f"`{setting}` has no reagent to act on",
                    setting,
                    "connect a feed with `flow: as needed` to the inlet `reagent`",
                )
    elif unit.pH is not None:
        _pH_set_point(unit, drawn)
    elif unit.dose:
        _dose(unit, drawn)
    else:
        unit.refuse("nothing decides how much reagent enters", help="add `pH` or `dose`")
    unit.report("reagent_flow", sum(unit.reagent.mass_flow(p) for p in unit.reagent.shape.phases))


def _is_acid(unit: Precipitator, drawn: Any) -> bool:
    if unit.reagent_kind != "by_metals":
        return bool(unit.reagent_kind == "acid")
    metals = any(unit.system.charge_of(c) > 0 for c in drawn.shape.names("aqueous"))
    return not metals and not drawn.shape.names("solid")


def _pH_set_point(unit: Precipitator, drawn: Any) -> None:
    acid = _is_acid(unit, drawn)
    excess = unit.pH - unit.state.ph if acid else unit.state.ph - unit.pH
    per_mass = _alkalinity(unit, drawn.per_mass)
    proton = pyo.exp(-math.log(10.0) * unit.pH)
    unit.start(unit.state.block.ln_m[PROTON_SPECIES], -math.log(10.0) * unit.pH)
    water = unit.feed.flow("aqueous", WATER) * unit.system.component(WATER).molar_mass
    held = proton * water + unit.feed.flow("aqueous", _SULFATE) * proton / (proton + _BISULFATE)
    if acid:
        per_mass = -per_mass
        demand = _alkalinity(unit, {p: unit.feed.flows(p) for p in unit.feed.shape.phases}) + held
        _carbonate_starts(unit)
    else:
        demand = unit.feed.flow("aqueous", PROTON) - held + _hydroxide_starts(unit)
    unit.set_point("pH", drawn, excess, start=positive_part(demand, 1e-4 * water) / per_mass)


def _carbonate_starts(unit: Precipitator) -> None:
    """Start with the carbon dioxide gone that an acid liquor can't hold."""
    if unit.off_gas.shape.names("gas"):
        total, water = unit.block.total[CARBON], unit.feed.flow("aqueous", WATER)
        soluble = _DISSOLVED_GAS * water * unit.system.component(WATER).molar_mass / total
        left = soluble / (1.0 + soluble)
        unit.start(unit.slurry.ln("aqueous", CARBON), pyo.log(total * left))
        unit.start(unit.block.gas_share[GAS], 1.0 - left)


def _hydroxide_starts(unit: Precipitator) -> Any:
    """Start hydroxides from their solubility at the set point; return the alkali they take [mol/h]."""
    ln_proton = -math.log(10.0) * unit.pH
    water = unit.feed.flow("aqueous", WATER) * unit.system.component(WATER).molar_mass
    alkali: Any = 0.0
    for k in unit.forming:
        composition = unit.system.solids[k].composition or {}
        metals = [c for c in composition if c not in (PROTON, WATER)]
        in_feed = len(metals) == 1 and metals[0] in unit.feed.shape.names("aqueous")
        if not in_feed or composition.get(PROTON, 0.0) >= 0.0:
            continue
        (c,) = metals
        ln_k = unit.system.solids[k].constants[unit.activity_model].ln_k(REFERENCE_TEMPERATURE)
        total = unit.feed.flow("aqueous", c)
        soluble = pyo.exp(ln_k - composition[PROTON] * ln_proton) * water / total
        left = soluble / (1.0 + soluble)
        unit.start(unit.slurry.ln("aqueous", c), pyo.log(total * left))
        unit.start(unit.block.share[k], 1.0 - left)
        alkali = alkali - composition[PROTON] / composition[c] * total * (1.0 - left)
    return alkali


def _alkalinity(unit: Precipitator, flows: Mapping[str, Mapping[str, Any]]) -> Any:
    """Acid that flows can take up: free alkali, carbonate, hydroxide of solids that dissolve [mol/h]."""
    aqueous = flows.get("aqueous", {})
    capacity = sum(unit.system.charge_of(c) * n for c, n in aqueous.items() if c != PROTON)
    capacity = capacity + 2.0 * aqueous.get(CARBON, 0.0)
    for k, n in flows.get("solid", {}).items():
        composition = unit.dissolution_of(k)
        capacity = capacity + n * (2.0 * composition.get(CARBON, 0.0) - composition.get(PROTON, 0.0))
    return capacity


def _dose(unit: Precipitator, drawn: Any) -> None:
    if len(unit.dose_of) != 1:
        unit.refuse("`dose` needs one component of the reagent to count", "dose", "add `dose_of: CO3`, say")
    (counted,) = unit.dose_of
    if counted not in drawn.shape.names("aqueous"):
        unit.refuse(f"the reagent brings no {counted}", "dose_of")
    missing = [c for c in unit.dose if c not in unit.feed.shape.names("aqueous")]
    if len(missing) == len(unit.dose):
        unit.refuse("the feed has nothing that `dose` counts", "dose")
    wanted = sum(x * unit.feed.flow("aqueous", c) for c, x in unit.dose.items() if c not in missing)
    unit.rows("dose_row", None, lambda: drawn.ln("aqueous", counted) - pyo.log(wanted))
    unit.start_draw(drawn, wanted / drawn.per_mass["aqueous"][counted])
