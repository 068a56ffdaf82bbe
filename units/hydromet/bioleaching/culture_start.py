"""A culture in plain numbers: its rates and how its state changes."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from flowsheet.chemistry.system import WATER, ChemistrySystem
from hydromet.bioleaching.batch import OUT_OF_REACH
from hydromet.bioleaching.integration import State
from hydromet.bioleaching.kinetics import Broth, Kinetics
from hydromet.bioleaching.metabolism import Metabolism, Turnover
from hydromet.bioleaching.stoichiometry import BIOMASS, GLUCONATE, GLUCOSE, OXYGEN, Growth

_LITRES = 1000.0
_FARTHEST = 50.0
_SEARCHES = 80


def cells_of(y: State) -> float:
    """[kg/m3]; bounded, since a culture on its way may die out."""
    return math.exp(min(max(float(y[0]), -_FARTHEST), _FARTHEST))


class Culture:
    """In a state (ln X, glucose over the medium's, glucose burnt over the medium's).

    `needs` are numbers of the unit by name (see `hydromet.bioleaching.start_data`).
    """

    def __init__(
        self,
        system: ChemistrySystem,
        source: str,
        inhibitions: Mapping[str, str],
        needs: Mapping[str, float],
    ) -> None:
        volume = needs["volume_flow"]
        biomass, glucose = system.solids[BIOMASS], system.component(GLUCOSE).molar_mass
        gluconate = system.component(GLUCONATE).molar_mass
        constants = {n[2:]: v for n, v in needs.items() if n.startswith("p:")}
        growth = Growth(biomass.formula, system.component(source).formula)
        self.metabolism = Metabolism(growth, constants["growth.yield"], needs["keto"])
        self.kinetic = Kinetics(constants, inhibitions)
        self.needs, self.oxygen_mass = needs, system.gases[OXYGEN].molar_mass
        self.fresh = needs[f"N:{GLUCOSE}"] * glucose / volume
        self.per_mole = needs[f"N:{GLUCOSE}"] / volume
        self.cells = needs["cells"] * biomass.molar_mass / volume
        self.fresh_nitrogen = needs[f"N:{source}"] / volume / _LITRES
        self.fresh_gluconate = needs[f"N:{GLUCONATE}"] * gluconate / volume
        self.gluconate_of = (1.0 - needs["keto"]) * gluconate
        self.taken = growth.nitrogen / _LITRES
        occupied = needs["holding_time"] * volume * needs["running"]
        air = {n[4:]: v / occupied for n, v in needs.items() if n.startswith("air:")}
        self.gas_oxygen = air[OXYGEN]
        self.gas_dry = sum(n for g, n in air.items() if g != WATER)
        self.halves = (
            constants["product.half_saturation"] / self.fresh,
            constants["growth.nitrogen_half_saturation"],
        )
        self.leaving = 1.0 - needs.get("retention", 0.0)
        self.begin(self.cells, 1.0 - OUT_OF_REACH, 0.0)

    def begin(self, cells: float, glucose: float, heel: float) -> None:
        """What product and nitrogen are counted from: a batch's start, or the medium that flows in."""
        self.first_cells, self.first_glucose, self.heel = cells, glucose, heel

    def grown(self) -> State:
        """As many cells as glucose or nitrogen allows, with little glucose left: under inhibition a culture
        lives on from there that would not come up in the medium as it is."""
        most = self.per_mole / self.metabolism.glucose(Turnover(1.0, 0.0, 0.0))
        limited = min(most, self.fresh_nitrogen / self.taken)
        return np.array([math.log((self.cells + 0.9 * limited) / self.leaving), 0.02, 0.0])

    def product(self, y: State) -> float:
        """Gluconate and ketogluconate formed [mol/m3]."""
        used = (self.first_glucose - y[1] - y[2]) * self.per_mole
        return max(float(used - self.metabolism.glucose(Turnover(self._grown(y), 0.0, 0.0))), 0.0)

    def _grown(self, y: State) -> float:
        """Cells per volume of broth [kg/m3] that growth has added to what came in."""
        return self.leaving * cells_of(y) - self.first_cells

    def depletion(self, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Glucose over the medium's, and nitrogen [mol/L], within the culture's reach."""
        grown = np.exp(states[:, 0]) - math.exp(states[0, 0])
        return states[:, 1], self._first_nitrogen(float(grown[-1])) - self.taken * grown

    def _first_nitrogen(self, grown: float) -> float:
        returned = self.heel / (1.0 - self.heel) * self.taken * grown
        return max(self.fresh_nitrogen * (1.0 - OUT_OF_REACH) - returned, 0.01 * self.fresh_nitrogen)

    def broth(self, y: State, oxygen: float) -> Broth:
        cells = cells_of(y)
        nitrogen = self.fresh_nitrogen - self.taken * self._grown(y) / (1.0 - self.heel)
        gluconate = self.fresh_gluconate + self.gluconate_of * self.product(y) / (1.0 - self.heel)
        return Broth(
            cells, float(y[1]) * self.fresh, gluconate, oxygen * self.oxygen_mass, max(nitrogen, 0.0)
        )

    def at(self, y: State) -> tuple[Turnover, float]:
        """Rates per kg of cells, and the dissolved oxygen [mol/m3] at which uptake equals transfer."""
        needs, cells = self.needs, cells_of(y)
        highest = needs["solubility"] * self.gas_oxygen / self.gas_dry

        def surplus(oxygen: float) -> tuple[float, Turnover]:
            rates = self.kinetic.rates(self.broth(y, oxygen))
            uptake = self.metabolism.oxygen(rates.times(cells))
            dry = self.gas_dry - uptake + self.metabolism.carbon_dioxide(rates.times(cells))
            equilibrium = needs["solubility"] * (self.gas_oxygen - uptake) / max(dry, 0.1 * self.gas_dry)
            return equilibrium - oxygen - uptake / needs["transfer_coefficient"], rates

        low, high = math.log(1e-9 * highest), math.log(highest)
        (above, starved), (below, sated) = surplus(math.exp(low)), surplus(highest)
        if above <= 0.0:
            return starved, math.exp(low)
        if below >= 0.0:
            return sated, highest
        rates, middle = sated, high
        for _ in range(_SEARCHES):  # regula falsi, the end that stays halved (Illinois)
            middle = (low * below - high * above) / (below - above)
            found, rates = surplus(math.exp(middle))
            if abs(found) < 1e-6 * highest:
                break
            if found > 0.0:
                low, above, below = middle, found, 0.5 * below
            else:
                high, below, above = middle, found, 0.5 * above
        return rates, math.exp(middle)

    def change(self, y: State) -> State:
        """Of the state in time, by the culture alone."""
        rates, _ = self.at(y)
        turnover = rates.times(cells_of(y))
        used = self.metabolism.glucose(turnover)
        return np.array([rates.growth, -used / self.per_mole, turnover.maintenance / self.per_mole])
