"""Where a cold bioreactor starts: its culture integrated in time, in plain numbers.

A chemostat runs from a grown culture until it no longer changes; batches follow one
another until they repeat.  A culture that dies out on the way starts at next to no cells, by which a unit
knows washout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from flowsheet.chemistry.system import WATER
from flowsheet.solve.liquor_start import LiquorStart
from hydromet.bioleaching.batch import DEPLETION_WEIGHT, OUT_OF_REACH
from hydromet.bioleaching.collocation import places
from hydromet.bioleaching.culture_start import Culture, cells_of
from hydromet.bioleaching.integration import Path, State, between, integrate
from hydromet.bioleaching.kinetics import magnitude
from hydromet.bioleaching.metabolism import Turnover
from hydromet.bioleaching.stoichiometry import (
    BIOMASS,
    CARBON_DIOXIDE,
    GLUCONATE,
    GLUCOSE,
    KETOGLUCONATE,
    OXYGEN,
)

_SETTLED, _MOST_BATCHES, _RESIDENCE_TIMES = 1e-4, 60, 400.0
LN_WASHED_OUT = -45.0
"""ln of cells [kg/m3] below which a culture is gone: what the start says of one that dies out."""
_DIED = 7.0
"""By how much the logarithm of the cells has fallen when a culture that still falls is given up."""
_LEAST = 1e-12


class CultureStart:
    """Start procedure (see `flowsheet.solve.initialise.Procedure`) of a bioreactor."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.liquor = LiquorStart(data["liquor"])

    def __call__(self, needs: Mapping[str, float]) -> dict[str, float]:
        if not all(math.isfinite(value) for value in needs.values()):
            return {}
        culture = Culture(self.liquor.system, self.data["source"], self.data["inhibitions"], needs)
        run = self._continuous if self.data["mode"] == "continuous" else self._batch
        values, turnover = run(culture, needs)
        return values | self._outlets(culture, needs, turnover)

    def _continuous(self, culture: Culture, needs: Mapping[str, float]) -> tuple[dict[str, float], Turnover]:
        """Values of the unknowns, and the turnover of an hour."""
        tau, kept = needs["residence_time"], needs["retention"]

        def change(y: State) -> State:
            brought = culture.cells / cells_of(y)
            outflow = np.array([brought - (1.0 - kept), 1.0 - OUT_OF_REACH - y[1], -y[2]]) / tau
            return culture.change(y) + outflow

        first = culture.grown()
        y, _ = integrate(change, first, _RESIDENCE_TIMES * tau / (1.0 - kept))
        if y[0] < first[0] - _DIED and change(y)[0] * tau < -_SETTLED:
            y = np.array([LN_WASHED_OUT - 1.0, y[1], y[2]])
        rates, oxygen = culture.at(y)
        names = self.data["nodes"]
        values = {names["biomass"]: float(y[0]), names["oxygen"]: math.log(oxygen)}
        return values, rates.times(cells_of(y) * tau * needs["volume_flow"])

    def _batch(self, culture: Culture, needs: Mapping[str, float]) -> tuple[dict[str, float], Turnover]:
        h, duration = needs["heel"], needs["fermentation_time"]
        ended = beginning = culture.grown()
        fell = 0.0
        path: Path = []
        for _ in range(_MOST_BATCHES):
            before = ended
            cells = (1.0 - h) * culture.cells + h * cells_of(ended)
            left = max(float(ended[1]), 0.0) + OUT_OF_REACH
            first = np.array([math.log(max(cells, _LEAST)), 1.0 - h + h * left - OUT_OF_REACH, 0.0])
            culture.begin(cells_of(first), float(first[1]), h)
            ended, path = integrate(culture.change, first, duration)
            fell = float(before[0] - ended[0])
            if float(np.max(np.abs(ended - before))) < _SETTLED or ended[0] < beginning[0] - _DIED:
                break
        if ended[0] < beginning[0] - _DIED and fell > _SETTLED:
            path = [(t, np.array([LN_WASHED_OUT - 1.0, *y[1:]]), 0.0 * f) for t, y, f in path]
        grown = cells_of(ended) - cells_of(path[0][1])
        burnt = max(float(ended[2]), 0.0) * culture.per_mole
        turnover = Turnover(grown, culture.product(ended), burnt).times(needs["volume_flow"] / (1.0 - h))
        return self._at_nodes(culture, path, duration), turnover

    def _at_nodes(self, culture: Culture, path: Path, duration: float) -> dict[str, float]:
        """The course at the points of the grid, whose coordinate is that of `hydromet.bioleaching.batch`."""
        times, states = between(path)
        coordinate = times / duration
        for value, half in zip(culture.depletion(states), culture.halves, strict=True):
            size = np.log(half + magnitude(value, half))
            coordinate = coordinate + DEPLETION_WEIGHT * np.maximum.accumulate(size[0] - size)
        coordinate /= coordinate[-1]
        names = self.data["nodes"]
        values: dict[str, float] = {}
        for number, place in enumerate(places(self.data["elements"])):
            y = np.array([np.interp(place, coordinate, states[:, k]) for k in range(3)])
            values[names["biomass"][number]] = float(y[0])
            values[names["glucose"][number]] = float(y[1])
            values[names["maintenance"][number]] = float(y[2])
            values[names["oxygen"][number]] = math.log(culture.at(y)[1])
        return values

    def _outlets(self, culture: Culture, needs: Mapping[str, float], turnover: Turnover) -> dict[str, float]:
        """Streams that leave, and the broth's speciation."""
        keto, metabolism = needs["keto"], culture.metabolism
        totals = {n[2:]: v for n, v in needs.items() if n.startswith("N:")}
        gas = {g: needs[f"air:{g}"] for g in self.data["gas"]}
        gas[OXYGEN] -= metabolism.oxygen(turnover)
        gas[CARBON_DIOXIDE] += metabolism.carbon_dioxide(turnover)
        dry = sum(n for g, n in gas.items() if g != WATER)
        vapour = dry * needs["vapour_fraction"] / (1.0 - needs["vapour_fraction"])
        change = {
            GLUCOSE: -metabolism.glucose(turnover),
            self.data["source"]: -metabolism.nitrogen(turnover),
            GLUCONATE: (1.0 - keto) * turnover.product,
            KETOGLUCONATE: keto * turnover.product,
            WATER: metabolism.water(turnover) - vapour + gas[WATER],
        }
        gas[WATER] = vapour
        least = 1e-9 * totals[GLUCOSE]
        totals = {c: max(n + change.get(c, 0.0), 1e-7 * n, least) for c, n in totals.items()}
        values = {self.data["gas"][g]: n for g, n in gas.items()}
        mass = self.liquor.system.solids[BIOMASS].molar_mass
        values[self.data["biomass"]] = needs["cells"] + turnover.growth / mass
        liquor = {f"N:{c}": n for c, n in totals.items()} | {"temperature": needs["temperature"]}
        return values | self.liquor(liquor)
