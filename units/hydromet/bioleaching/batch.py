"""Batch after batch: the course of one batch by collocation, its start from the heel of the one before.

    dX/dt = mu X,    dS/dt = -M_S u,    dE/dt = q_m X                   u glucose taken up [mol/m3/h]
    P = P_0 + (1 - k) M_P ((S_0 - S)/M_S - s (X - X_0) - E),    N = N_0 - n (X - X_0)
    y(0) = (1 - h) y_medium + h y(t_f)                                  y any of X, S, P, N

The grid follows what happens: its coordinate x in [0, 1] is

    x = (t/t_f + w ln((K_P + S_0)/(K_P + S)) + w ln((K_N + N_0)/(K_N + N)))/x_f

x_f such that x(t_f) = 1, so that elements are short in time where glucose or nitrogen runs out.  Product and
nitrogen follow from the balances, so that collocation closes them.  A ten-millionth of the glucose and
of the nitrogen is out of the culture's reach: their logarithms exist.

Turnover of a mean hour: R_X = V' (X(t_f) - X_medium),  R_P = V' E_P(t_f)/(1 - h),  broth in the vessels
V' (t_f + turnaround)/(1 - h).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from hydromet.bioleaching.chemostat import LITRES
from hydromet.bioleaching.collocation import POINTS, derivative_matrix
from hydromet.bioleaching.kinetics import Broth, magnitude
from hydromet.bioleaching.metabolism import Turnover
from hydromet.bioleaching.stoichiometry import GLUCONATE, GLUCOSE, OXYGEN
from hydromet.bioleaching.vessel import oxygen_transfer

if TYPE_CHECKING:
    from hydromet.bioleaching.bioreactor import Bioreactor

DEPLETION_WEIGHT = 0.1
"""w: elements per e-fold of depletion, over those per fermentation time."""
OUT_OF_REACH = 1e-7
"""Of the medium's glucose and nitrogen source."""
_CORNER = 1e-3
"""Of what is out of reach: where rounding is kept from changing the sign of what is left."""


class Batch:
    """Equations of a batch that repeats itself.

    biomass_course       sum_j A_ij X_j/X_i = h_x (dt/dx)_i mu_i             at every point of the grid
    glucose_course       sum_j A_ij S_j = h_x (dt/dx)_i (dS/dt)_i            over the medium's; E alike
    oxygen_transfer      k_L a (c* - c) = uptake                             at every point of the grid
    """

    def __init__(self, unit: Bioreactor) -> None:
        self.unit, self.growth = unit, unit.metabolism.of_growth
        self.cycle_time = unit.fermentation_time + unit.turnaround
        self.running = unit.fermentation_time / self.cycle_time
        self.holding_time = self.cycle_time / (1.0 - unit.heel)
        self.points = list(range(1, len(POINTS) * unit.elements + 1))
        self.last = self.points[-1]

    def build(self) -> None:
        unit = self.unit
        unknown = unit.var
        self.ln_cells = unknown("ln_biomass", self.points, log=True, start=0.0)
        self.glucose = unknown("glucose_share", self.points, nominal=1.0, start=0.5)
        self.burnt = unknown("maintenance_share", self.points, nominal=0.1, start=0.0)
        self.ln_oxygen = unknown(
            "ln_oxygen", self.points, log=True, start=lambda _: pyo.log(0.5 * unit.block.air_saturation)
        )
        self._initial()
        self._rates()
        self._course()
        self._outcome()

    # ---- what a batch starts from

    def _initial(self) -> None:
        unit, block, h = self.unit, self.unit.block, self.unit.heel
        glucose_mass = unit.system.component(GLUCOSE).molar_mass
        block.fresh_glucose = pyo.Expression(expr=unit.entering_mass(GLUCOSE))
        fresh = self.fresh = block.fresh_glucose
        self.per_mole = fresh / glucose_mass  # glucose of the medium [mol/m3]
        ended = self.glucose[self.last]
        block.left_share = pyo.Expression(
            expr=OUT_OF_REACH + pyo.sqrt(ended * ended + (_CORNER * OUT_OF_REACH) ** 2)
        )
        self.left = block.left_share
        block.first_glucose = pyo.Expression(expr=(1.0 - h) + h * self.left)
        self.cells_at_end = pyo.exp(self.ln_cells[self.last])
        block.first_cells = pyo.Expression(expr=(1.0 - h) * unit.entering_cells() + h * self.cells_at_end)
        block.grown = pyo.Expression(expr=self.cells_at_end - block.first_cells)
        block.formed = pyo.Expression(
            expr=self._product_at(self.left, self.cells_at_end, self.burnt[self.last])
        )
        nitrogen_mass = unit.system.component(unit.source).molar_mass
        block.fresh_nitrogen = pyo.Expression(expr=unit.entering_mass(unit.source) / nitrogen_mass / LITRES)
        taken = self.growth.nitrogen / LITRES
        block.first_nitrogen = pyo.Expression(
            expr=block.fresh_nitrogen * (1.0 - OUT_OF_REACH) - h / (1.0 - h) * taken * block.grown
        )
        gluconate_mass = unit.system.component(GLUCONATE).molar_mass
        self.gluconate_of = (1.0 - unit.keto) * gluconate_mass
        block.first_gluconate = pyo.Expression(
            expr=unit.entering_mass(GLUCONATE) + h / (1.0 - h) * self.gluconate_of * block.formed
        )

    def _product_at(self, glucose: Any, cells: Any, burnt: Any) -> Any:
        """Gluconate and ketogluconate formed since the start of the batch [mol/m3]."""
        unit = self.unit
        used = (unit.block.first_glucose - glucose - burnt) * self.per_mole
        return used - self.growth.glucose(self.unit.metabolism.growth_yield) * (
            cells - unit.block.first_cells
        )

    # ---- rates at the points of the grid

    def _rates(self) -> None:
        unit, block = self.unit, self.unit.block
        oxygen_mass = unit.system.gases[OXYGEN].molar_mass
        taken = self.growth.nitrogen / LITRES
        block.gluconate = pyo.Expression(self.points)
        block.nitrogen = pyo.Expression(self.points)
        block.growth_rate = pyo.Expression(self.points)
        block.product_rate = pyo.Expression(self.points)
        block.maintenance_rate = pyo.Expression(self.points)
        for i in self.points:
            cells = pyo.exp(self.ln_cells[i])
            formed = self._product_at(self.glucose[i] + OUT_OF_REACH, cells, self.burnt[i])
            block.gluconate[i] = block.first_gluconate + self.gluconate_of * formed
            block.nitrogen[i] = block.first_nitrogen - taken * (cells - block.first_cells)
            rates = unit.kinetic.rates(
                Broth(
                    cells,
                    self.glucose[i] * self.fresh,
                    block.gluconate[i],
                    pyo.exp(self.ln_oxygen[i]) * oxygen_mass,
                    block.nitrogen[i],
                )
            )
            block.growth_rate[i] = rates.growth
            block.product_rate[i] = rates.product
            block.maintenance_rate[i] = rates.maintenance

    def _per_volume(self, i: int) -> Turnover:
        """At a point of the grid, per volume of broth and hour."""
        block = self.unit.block
        rates = Turnover(block.growth_rate[i], block.product_rate[i], block.maintenance_rate[i])
        return rates.times(pyo.exp(self.ln_cells[i]))

    # ---- course

    def _course(self) -> None:
        unit, block, metabolism = self.unit, self.unit.block, self.unit.metabolism
        block.uptake = pyo.Expression(self.points, rule=lambda _, i: metabolism.oxygen(self._per_volume(i)))
        block.glucose_uptake = pyo.Expression(
            self.points, rule=lambda _, i: metabolism.glucose(self._per_volume(i)) / self.per_mole
        )
        block.grid_length = pyo.Expression(expr=self._grid_length())
        block.pace = pyo.Expression(self.points, rule=lambda _, i: block.grid_length / self._progress(i))
        unit.rows(
            "biomass_course",
            self.points,
            lambda i: self._slope(i, lambda j: self._cells_over(j, i)) - self._step(i) * block.growth_rate[i],
        )
        first = 1.0 * (block.first_glucose - OUT_OF_REACH)
        unit.rows(
            "glucose_course",
            self.points,
            lambda i: (
                self._slope(i, lambda j: self.glucose[j] if j else first)
                + self._step(i) * block.glucose_uptake[i]
            ),
        )
        unit.rows(
            "maintenance_course",
            self.points,
            lambda i: (
                self._slope(i, lambda j: self.burnt[j] if j else 0.0)
                - self._step(i) * block.maintenance_rate[i] * pyo.exp(self.ln_cells[i]) / self.per_mole
            ),
        )
        unit.rows(
            "oxygen_transfer",
            self.points,
            lambda i: oxygen_transfer(
                unit,
                pyo.exp(self.ln_oxygen[i]),
                block.uptake[i],
                metabolism.carbon_dioxide(self._per_volume(i)),
            ),
        )

    def _slope(self, i: int, value: Any) -> Any:
        """Derivative at a point, times an element's length, of what is `value(j)` at point j (0: start)."""
        element, point = divmod(i - 1, len(POINTS))
        places = (element * len(POINTS), *(element * len(POINTS) + k for k in range(1, len(POINTS) + 1)))
        return sum(a * value(j) for a, j in zip(_DERIVATIVE[point], places, strict=True))

    def _step(self, i: int) -> Any:
        """Time that an element takes at the pace of point i [h]."""
        return self.unit.block.pace[i] / self.unit.elements

    def _cells_over(self, j: int, i: int) -> Any:
        if j:
            return pyo.exp(self.ln_cells[j] - self.ln_cells[i])
        return self.unit.block.first_cells * pyo.exp(-self.ln_cells[i])

    def _halves(self) -> tuple[Any, Any]:
        """Where the grid is refined: half-saturations of glucose [over the medium's] and nitrogen [mol/L]."""
        p = self.unit.kinetic.constants
        return p["product.half_saturation"] / self.fresh, p["growth.nitrogen_half_saturation"]

    def _grid_length(self) -> Any:
        glucose, nitrogen = self._halves()
        block = self.unit.block

        def fall(first: Any, last: Any, half: Any) -> Any:
            return pyo.log(half + magnitude(first, half)) - pyo.log(half + magnitude(last, half))

        gone = fall(block.first_glucose - OUT_OF_REACH, self.glucose[self.last], glucose)
        gone = gone + fall(block.first_nitrogen, block.nitrogen[self.last], nitrogen)
        return 1.0 + DEPLETION_WEIGHT * gone

    def _progress(self, i: int) -> Any:
        """dx/dt times the grid's length [1/h]."""
        unit, block = self.unit, self.unit.block
        glucose, nitrogen = self._halves()
        eaten = _fall(block.glucose_uptake[i], self.glucose[i], glucose)
        taken = self.growth.nitrogen / LITRES * pyo.exp(self.ln_cells[i]) * block.growth_rate[i]
        taken = _fall(taken, block.nitrogen[i], nitrogen)
        return 1.0 / unit.fermentation_time + DEPLETION_WEIGHT * (eaten + taken)

    # ---- what a mean hour brings

    def _outcome(self) -> None:
        unit, block = self.unit, self.unit.block
        share = unit.volume_flow / (1.0 - unit.heel)
        burnt = self.burnt[self.last] * self.per_mole
        self.turnover = Turnover(share * block.grown, share * block.formed, share * burnt)
        self.leaving_cells, self.ln_cells_at_end = self.cells_at_end, self.ln_cells[self.last]
        self.ln_glucose_left = pyo.log(self.left) + unit.entering_ln("aqueous", GLUCOSE)
        self.mean_growth = pyo.log(self.cells_at_end / block.first_cells) / unit.fermentation_time
        self.dissolved_oxygen = None

    def profile(self, element: int) -> dict[str, Any]:
        """Time [h], concentrations and dissolved oxygen at the end of an element of the grid."""
        unit, block, i = self.unit, self.unit.block, element * len(POINTS)
        glucose, nitrogen = self._halves()
        gone = 0.0
        for first, now, half in (
            (block.first_glucose - OUT_OF_REACH, self.glucose[i], glucose),
            (block.first_nitrogen, block.nitrogen[i], nitrogen),
        ):
            gone = gone + pyo.log((half + magnitude(first, half)) / (half + magnitude(now, half)))
        return {
            "profile_time": unit.fermentation_time
            * (element / unit.elements * block.grid_length - DEPLETION_WEIGHT * gone),
            "profile_biomass": pyo.exp(self.ln_cells[i]),
            "profile_glucose": (self.glucose[i] + OUT_OF_REACH) * self.fresh,
            "profile_gluconate": block.gluconate[i],
            "profile_oxygen": pyo.exp(self.ln_oxygen[i]) / block.air_saturation,
        }

    def start(self) -> None:
        """Cold start: batches one after the other, integrated in time, until they repeat themselves."""
        from hydromet.bioleaching.start_data import start_culture

        names = {
            "biomass": [self.ln_cells[i].name for i in self.points],
            "glucose": [self.glucose[i].name for i in self.points],
            "maintenance": [self.burnt[i].name for i in self.points],
            "oxygen": [self.ln_oxygen[i].name for i in self.points],
        }
        needs = {"fermentation_time": self.unit.fermentation_time, "heel": self.unit.heel}
        start_culture(self.unit, {"mode": "batch", "nodes": names, "elements": self.unit.elements}, needs)


_DERIVATIVE = derivative_matrix()


def _fall(rate: Any, value: Any, half: Any) -> Any:
    """Rate at which ln(half + value) falls, where value falls at `rate`."""
    size = magnitude(value, half)
    return rate * value / size / (half + size)
