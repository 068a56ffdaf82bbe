"""Balances of a bioreactor over its cycle: broth, cells, gas, and the air that it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import WATER
from hydromet.bioleaching.stoichiometry import (
    BIOMASS,
    CARBON_DIOXIDE,
    GLUCONATE,
    GLUCOSE,
    KETOGLUCONATE,
    OXYGEN,
)
from hydromet.bioleaching.vessel import STANDARD_VOLUME

if TYPE_CHECKING:
    from hydromet.bioleaching.bioreactor import Bioreactor


def component_balance(unit: Bioreactor) -> None:
    """What is dissolved, and the solids."""
    culture, metabolism = unit.culture, unit.metabolism
    vapour = unit.off_gas.n["gas"][WATER] - _brought(unit, "gas", WATER)
    formed: dict[str, Any] = {
        GLUCONATE: (1.0 - unit.keto) * culture.turnover.product,
        KETOGLUCONATE: unit.keto * culture.turnover.product,
        WATER: metabolism.water(culture.turnover) - vapour,
    }
    used = {
        GLUCOSE: metabolism.glucose(culture.turnover),
        unit.source: metabolism.nitrogen(culture.turnover),
    }

    def row(c: str) -> Any:
        leaving, entering = unit.broth.ln("aqueous", c), _brought(unit, "aqueous", c)
        if c == GLUCOSE and culture.ln_glucose_left is not None:
            return leaving - culture.ln_glucose_left
        if c in used:
            return pyo.log(unit.broth.n["aqueous"][c] + used[c]) - pyo.log(entering)
        if c in formed:
            return leaving - pyo.log(entering + formed[c])
        return leaving - unit.entering_ln("aqueous", c)

    unit.rows("component_balance", unit.broth.shape.names("aqueous"), row)
    scale = unit.entering("aqueous", GLUCOSE)
    cells = culture.leaving_cells * unit.volume_flow / unit.system.solids[BIOMASS].molar_mass
    unit.rows(
        "solid_balance",
        unit.broth.shape.names("solid"),
        lambda k: (unit.broth.n["solid"][k] - (cells if k == BIOMASS else unit.entering("solid", k))) / scale,
    )


def gas_balance(unit: Bioreactor) -> None:
    flows, block = unit.off_gas.n["gas"], unit.block
    made = {
        OXYGEN: -unit.metabolism.oxygen(unit.culture.turnover),
        CARBON_DIOXIDE: unit.metabolism.carbon_dioxide(unit.culture.turnover),
    }
    dry = sum(n for g, n in flows.items() if g != WATER)
    vapour = dry * block.vapour_fraction / (1.0 - block.vapour_fraction)
    air = sum(unit.entering("gas", g) for g in unit.air.shape.names("gas"))

    def row(g: str) -> Any:
        leaving = vapour if g == WATER else _brought(unit, "gas", g) + made.get(g, 0.0)
        return (flows[g] - leaving) / air

    unit.rows("gas_balance", unit.off_gas.shape.names("gas"), row)


def _brought(unit: Bioreactor, phase: str, name: str) -> Any:
    return unit.entering(phase, name) if unit._carriers(phase, name) else 0.0


def draw_air(unit: Bioreactor) -> None:
    """The row of air as needed: so much per broth, or so much that oxygen stays dissolved."""
    drawn, culture = unit.air.drawn, unit.culture
    if drawn is None:
        return
    if unit.aeration is not None:
        flow = unit.aeration * culture.running * unit.block.working_volume / STANDARD_VOLUME
        total = sum(drawn.flow("gas", g) for g in drawn.shape.names("gas"))
        unit.rows("aeration_row", None, lambda: pyo.log(total) - pyo.log(flow))
    else:
        unit.rows(
            "dissolved_oxygen_row",
            None,
            lambda: culture.ln_oxygen - pyo.log(unit.dissolved_oxygen * unit.block.air_saturation),
        )
    unit.start_draw(drawn, unit.air_at_start / sum(drawn.per_mass["gas"].values()))
