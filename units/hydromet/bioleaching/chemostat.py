"""Continuous culture: the vessel holds what leaves it, but for cells that a filter keeps back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from hydromet.bioleaching.kinetics import Broth
from hydromet.bioleaching.metabolism import Turnover
from hydromet.bioleaching.stoichiometry import GLUCONATE, GLUCOSE, OXYGEN
from hydromet.bioleaching.vessel import oxygen_transfer

if TYPE_CHECKING:
    from hydromet.bioleaching.bioreactor import Bioreactor

LITRES = 1000.0
"""Per m3."""


class Chemostat:
    """Equations of a continuous culture.

    growth_balance       ln(1 - r) = ln(mu tau + X_in/X)
    oxygen_transfer      k_L a (c* - c) = uptake
    """

    def __init__(self, unit: Bioreactor) -> None:
        self.unit = unit
        self.holding_time = unit.residence_time
        self.running: Any = 1.0
        self.cycle_time = unit.residence_time
        self.ln_glucose_left: Any = None

    def build(self) -> None:
        unit = self.unit
        self.ln_cells = unit.var("ln_biomass", log=True, start=0.0)
        self.ln_oxygen = unit.var("ln_oxygen", log=True, start=pyo.log(0.5 * unit.block.air_saturation))
        self.cells = pyo.exp(self.ln_cells)
        source = unit.broth.n["aqueous"][unit.source]
        self.broth = Broth(
            self.cells,
            self._concentration(GLUCOSE),
            self._concentration(GLUCONATE),
            pyo.exp(self.ln_oxygen) * unit.system.gases[OXYGEN].molar_mass,
            source / unit.volume_flow / LITRES,
        )
        rates = unit.kinetic.rates(self.broth)
        block = unit.block
        block.growth_rate = pyo.Expression(expr=rates.growth)
        block.product_rate = pyo.Expression(expr=rates.product)
        block.maintenance_rate = pyo.Expression(expr=rates.maintenance)
        rates = Turnover(block.growth_rate, block.product_rate, block.maintenance_rate)
        brought = unit.entering_cells() / self.cells
        unit.rows(
            "growth_balance",
            None,
            lambda: (
                pyo.log(rates.growth * unit.residence_time + brought) - pyo.log(1.0 - unit.cell_retention)
            ),
        )
        per_volume = rates.times(self.cells)
        block.uptake = pyo.Expression(expr=unit.metabolism.oxygen(per_volume))
        unit.rows(
            "oxygen_transfer",
            None,
            lambda: oxygen_transfer(
                unit, pyo.exp(self.ln_oxygen), block.uptake, unit.metabolism.carbon_dioxide(per_volume)
            ),
        )
        self.turnover = rates.times(self.cells * block.working_volume)
        self.leaving_cells = (1.0 - unit.cell_retention) * self.cells
        self.cells_at_end, self.ln_cells_at_end = self.cells, self.ln_cells
        self.mean_growth = rates.growth
        self.dissolved_oxygen = pyo.exp(self.ln_oxygen) / block.air_saturation

    def _concentration(self, component: str) -> Any:
        unit = self.unit
        mass = unit.broth.n["aqueous"][component] * unit.system.component(component).molar_mass
        return mass / unit.volume_flow

    def start(self) -> None:
        """Cold start: the culture's course from a grown state until it is steady."""
        from hydromet.bioleaching.start_data import start_culture

        unknowns = {"biomass": self.ln_cells.name, "oxygen": self.ln_oxygen.name}
        needs = {"residence_time": self.unit.residence_time, "retention": self.unit.cell_retention}
        start_culture(self.unit, {"mode": "continuous", "nodes": unknowns}, needs)
