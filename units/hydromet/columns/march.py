"""The bed marched through its cycle in numbers, by the same equations as in the model (`bed`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hydromet.columns.cycle import Cycle
from hydromet.columns.level import LevelEquations
from hydromet.columns.liquor import Blend, ColumnChemistry
from hydromet.columns.transport import FOREIGN, earlier_share, leaving

_SOLVED = 1e-8
"""Residual of a level below which it counts as solved."""
_NEARLY = 1e-5
"""Of one that no way solves better: where nothing buffers, its pH is lost in the rounding of its salt."""
_PARTS = 8
_LEAST = 1e-280
_FIRST_GROWTH, _LEAST_GROWTH = 0.1, 1e-4
"""Shares of a level by which one is grown that wasn't solved at once."""
_EMPTY = -138.0
"""ln of a metal's concentration in a fresh bed: about what `FOREIGN` leaves."""
_PLAIN, _NEUTRAL, _WATER_IONS, _BISECTIONS = 1e-6, 1e-7, 1e-14, 200
"""What a liquor holds that counts as water [mol/L]; ions of water [mol/kg, mol2/kg2]; halvings of a share."""
_SAME_SHARE = 1e-9
"""Change over a cycle of a liquor's share, of itself: traces too must repeat."""


@dataclass(frozen=True)
class MarchedBed:
    """One cycle: logarithms by cell and level, as the unknowns of `bed`; what leaves the last cell by level.

    `worst`: largest residual of a level of the last cycle.
    """

    ln_share: dict[str, np.ndarray]
    ln_metal: dict[str, np.ndarray]
    ln_bound: dict[str, np.ndarray]
    ln_ligand: dict[str, np.ndarray]
    ln_proton: np.ndarray
    ln_vacant: np.ndarray
    leaving: dict[str, np.ndarray]
    cycles: int
    worst: float

    def fields(self, name: str) -> Iterator[tuple[str, np.ndarray]]:
        """Values of one family of unknowns: (name of the substance, cells by levels)."""
        found = getattr(self, name)
        yield from found.items() if isinstance(found, dict) else [("", found)]


@dataclass(frozen=True)
class MarchSettings:
    """Numbers of one bed; `rate` and `lapse` by pace, `entering` [mol/L] by step in the order of the
    metals.
    """

    liquors: Mapping[str, Blend]
    ln_k: Mapping[str, float]
    entering: Mapping[str, np.ndarray]
    rate: Mapping[tuple[str, str], float]
    lapse: Mapping[tuple[str, str], float]
    capacity: float
    liquor_fraction: float
    back_mixing: float
    transfer_rate: float


class BedMarch:
    """Marches beds of one structure; its functions are made once."""

    def __init__(
        self,
        chemistry: ColumnChemistry,
        cycle: Cycle,
        cells: int,
        sites: Mapping[str, float],
        has_back_mixing: bool,
        has_transfer: bool,
        together: bool,
    ) -> None:
        self.chemistry, self.cycle, self.cells = chemistry, cycle, cells
        self.has_transfer = has_transfer
        liquors = len(cycle.steps)
        self.whole = LevelEquations(chemistry, liquors, cells, sites, has_back_mixing, has_transfer, together)
        self.single = LevelEquations(chemistry, liquors, 1, sites, False, has_transfer, together)

    def run(self, settings: MarchSettings, cycles: int, periodic: float, share_cycles: int) -> MarchedBed:
        """March until a cycle repeats the one before, or `cycles` have gone by."""
        steps, levels, metals = self.cycle.steps, self.cycle.levels, self.chemistry.metals
        shares, share_out = self._shares(settings, share_cycles)
        numbers = self.whole.numbers([settings.liquors[s] for s in steps])
        ln_k = np.array([settings.ln_k[j.name] for j in self.chemistry.species])

        def given(level: Any, past: np.ndarray) -> list[Any]:
            share = shares[:, :, level.number - 1]
            scalars = self._scalars(settings, level.pace)
            return [past, share, numbers, ln_k, settings.entering[level.step], scalars]

        share = shares[:, :, -1]
        y = self._empty(settings.liquors[steps[-1]], self._ligand_molality(share, numbers))
        past = self.whole.after(y, given(levels[-1], np.full((2 * len(metals), self.cells), 1.0)))[0]
        record = np.zeros((self.whole.width, self.cells, len(levels)))
        bound = np.zeros((len(metals), self.cells, len(levels)))
        out = np.zeros((len(metals), len(levels)))
        if self.whole.together:
            past[len(metals) :] = self._regenerated(settings)[:, None]
        marched, worst = 0, np.inf
        while marched < cycles:
            marched += 1
            earlier, worst = bound.copy(), 0.0
            for level in levels:
                n, known = level.number - 1, given(level, past)
                y, left = self._level(y, known, share)
                share = known[1]
                worst = max(worst, left)
                state, out[:, n] = self.whole.after(y, known)
                past, record[:, :, n] = np.maximum(state, _LEAST), y
                bound[:, :, n] = past[len(metals) :]
            if np.max(np.abs(bound - earlier)) < periodic * settings.capacity:
                break
        of = {name: record[k] for k, name in enumerate(self.whole.rows)}
        return MarchedBed(
            ln_share={s: np.log(np.maximum(shares[k], _LEAST)) for k, s in enumerate(steps)},
            ln_metal={m: of[m] for m in metals},
            ln_bound={m: np.log(np.maximum(bound[k], _LEAST)) for k, m in enumerate(metals)},
            ln_ligand={c: of[c] for c in self.chemistry.ligands},
            ln_proton=of["proton"],
            ln_vacant=record[len(of)] if self.whole.has_vacant else np.zeros((0, 0)),
            leaving={s: share_out[k] for k, s in enumerate(steps)}
            | {m: out[k] for k, m in enumerate(metals)},
            cycles=marched,
            worst=worst,
        )

    def _level(self, y: np.ndarray, given: list[Any], share_before: np.ndarray) -> tuple[np.ndarray, float]:
        """All cells at once from where the level before ended; where that fails, from neutralised cells, from
        what an exchanger holds, then through shorter levels that grow to this one; else cell after cell,
        which back-mixing then only corrects.
        """
        carried = self._carried(y, share_before, given)
        ways: list[Callable[[], tuple[np.ndarray, float]]] = [
            lambda: self.whole.solve(carried, given),
            lambda: self.whole.solve_unguarded(carried, given),
        ]
        if self.whole.together and self.whole.has_vacant:
            ways += [
                lambda: self.whole.solve(self._from_resin(carried, given), given),
                lambda: self.whole.solve_unguarded(self._from_resin(carried, given), given),
            ]
        ways += [
            lambda: self._in_parts(y, given, share_before),
            lambda: self._grown(y, given, share_before),
            lambda: self._swept(carried, given),
        ]
        attempts: list[tuple[np.ndarray, float]] = []
        for way in ways:
            attempts.append(way())
            if attempts[-1][1] < (_SOLVED if len(attempts) == 1 else _NEARLY):
                break
        return min(attempts, key=lambda found: found[1])

    def _in_parts(
        self, y: np.ndarray, given: list[Any], share_before: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """The level as several shorter ones one after the other, whose end is the start of the whole."""
        past, share, numbers, ln_k, entering, scalars = given
        rate, mixing, held, capacity, transfer = scalars
        shorter, at = [rate / _PARTS, mixing, held, capacity, transfer / _PARTS], share_before
        for k in range(1, _PARTS + 1):
            mixed = share_before + (share - share_before) * k / _PARTS
            part = [past, mixed, numbers, ln_k, entering, shorter]
            carried = self._carried(y, at, part)
            tried, worst = self.whole.solve(carried, part)
            if worst > _NEARLY:
                tried, worst = self.whole.solve_unguarded(carried, part)
            if worst > _NEARLY:
                return y, np.inf
            y, at = tried, mixed
            past = np.maximum(self.whole.after(y, part)[0], _LEAST)
        found = self.whole.solve(y, given)
        return found if found[1] < _NEARLY else self.whole.solve_unguarded(y, given)

    def _swept(self, y: np.ndarray, given: list[Any]) -> tuple[np.ndarray, float]:
        """Cell after cell from the first."""
        swept = y.copy()
        past, share, numbers, ln_k, entering, scalars = given
        for i in range(self.cells):
            cell = slice(i, i + 1)
            own = [past[:, cell], share[:, cell], numbers, ln_k, entering, scalars]
            swept[:, cell] = self.single.solve(swept[:, cell], own)[0]
            entering = self.single.after(swept[:, cell], own)[1]
        return self.whole.solve(swept, given)

    def _grown(self, y: np.ndarray, given: list[Any], share_before: np.ndarray) -> tuple[np.ndarray, float]:
        """The level followed from one of no length, which changes nothing."""
        past, share, numbers, ln_k, entering, scalars = given
        length, step, at, worst = 0.0, _FIRST_GROWTH, share_before, np.inf
        while length < 1.0 and step > _LEAST_GROWTH:
            longer = min(length + step, 1.0)
            mixed = (1.0 - longer) * share_before + longer * share
            rate, mixing, held, capacity, transfer = scalars
            shorter = [longer * rate, mixing, held, capacity, longer * transfer]
            part = [past, mixed, numbers, ln_k, entering, shorter]
            tried, worst = self.whole.solve(self._carried(y, at, part), part)
            if worst < _SOLVED:
                y, at, length, step = tried, mixed, longer, 2.0 * step
            else:
                step *= 0.5
        return y, worst if length == 1.0 else np.inf

    def _carried(self, y: np.ndarray, share_before: np.ndarray, given: list[Any]) -> np.ndarray:
        """Unknowns as a start for a level: free ligands in proportion to their totals."""
        start = y.copy()
        if self.chemistry.ligands:
            share, numbers = given[1], given[2]
            before = self._ligand_molality(share_before, numbers)
            first = len(self.chemistry.metals) + 1
            start[first : first + len(before)] += np.log(self._ligand_molality(share, numbers) / before)
        return start

    def _ligand_molality(self, share: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Totals of the ligands (ligand, cell) [mol/kg]."""
        layout = self.whole.layout
        water = numbers[layout.index(("water", ""))] @ share
        rows = [layout.index(("total", c)) for c in self.chemistry.ligands]
        return np.maximum(numbers[rows] @ share / water, _LEAST)

    def _scalars(self, settings: MarchSettings, pace: tuple[str, str]) -> list[float]:
        transfer = settings.transfer_rate * settings.lapse[pace] if self.has_transfer else 0.0
        return [
            settings.rate[pace],
            settings.back_mixing,
            settings.liquor_fraction,
            settings.capacity,
            transfer,
        ]

    def _empty(self, liquor: Blend, ligand_molality: np.ndarray) -> np.ndarray:
        """A bed with next to no metal, full of a liquor whose acid its charges leave."""
        rows = self.whole.rows
        y = np.full((self.whole.width, self.cells), _EMPTY)
        acid = max((liquor.negative - liquor.positive) / liquor.water, 1e-7)
        y[rows.index("proton")] = np.log(acid)
        for c, total in zip(self.chemistry.ligands, ligand_molality, strict=True):
            y[rows.index(c)] = np.log(total) - 1.0
        if self.whole.has_vacant:
            y[len(rows)] = 0.0
        return y

    def _regenerated(self, settings: MarchSettings) -> np.ndarray:
        """Bound ions of a bed in equilibrium with the last liquor of a cycle that isn't plain water."""
        charge = np.array([self.chemistry.charge[m] for m in self.chemistry.metals], dtype=float)
        sites = np.array([self.whole.sites[m] for m in self.chemistry.metals])
        for step in reversed(self.cycle.steps):
            liquor, ions = settings.liquors[step], settings.entering[step]
            acid = (liquor.negative - liquor.positive - charge @ ions) / liquor.water
            if np.max(ions) > _PLAIN or abs(acid) > _PLAIN:
                break
        proton = max(acid, _WATER_IONS / max(-acid, _NEUTRAL))
        ln_k = np.array([liquor.ln_binding[m] for m in self.chemistry.metals])
        affinity = np.exp(ln_k + np.log(ions / liquor.water) - charge * np.log(proton))
        low, high = 0.0, 1.0
        for _ in range(_BISECTIONS):
            vacant = 0.5 * (low + high)
            if vacant + np.sum(sites * affinity * vacant**sites) > 1.0:
                high = vacant
            else:
                low = vacant
        return np.maximum(settings.capacity * affinity * low**sites, _LEAST)

    def _from_resin(self, y: np.ndarray, given: list[Any]) -> np.ndarray:
        """Cells whose resin keeps what it holds, with as many dissolved ions as a neutral liquor needs.

            c_M = w q_M/(q_max K_M r^z),   r = v/a_H,   sum_M z_M c_M = what the other ions leave

        Where salt enters or is rinsed out of a resin that holds no protons, nothing else says how much of
        each ion is dissolved, and the pH is what the last 1e-7 of them leaves.
        """
        past, share, numbers, _, _, (_, _, _, capacity, _) = given
        metals = self.chemistry.metals
        charge = np.array([self.chemistry.charge[m] for m in metals], dtype=float)[:, None]
        row = dict(zip(self.whole.layout, numbers @ share, strict=True))
        water = row["water", ""]
        wanted = np.log(np.maximum(row["negative", ""] - row["positive", ""], _NEUTRAL * water))
        ln_k = np.array([row["ln_binding", m] for m in metals])
        ln_first = np.log(past[len(metals) :] * water / capacity) - ln_k
        low, high = np.full(self.cells, -100.0), np.full(self.cells, 100.0)
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            ln_all = np.logaddexp.reduce(np.log(charge) + ln_first - charge * middle, axis=0)
            low, high = np.where(ln_all > wanted, middle, low), np.where(ln_all > wanted, high, middle)
        start, proton = y.copy(), self.whole.rows.index("proton")
        start[: len(metals)] = ln_first - charge * low
        start[len(self.whole.rows)] = np.minimum(low + start[proton], 0.0)
        return start

    # ---- shares of the liquors

    def _shares(self, settings: MarchSettings, cycles: int) -> tuple[np.ndarray, np.ndarray]:
        """Shares of the liquors (liquor, cell, level) and what leaves the last cell (liquor, level)."""
        steps, levels = self.cycle.steps, self.cycle.levels
        share = np.full((len(steps), self.cells), FOREIGN)
        share[-1] = 1.0
        found = np.zeros((len(steps), self.cells, len(levels)))
        out = np.zeros((len(steps), len(levels)))
        operators = {pace: self._share_operators(settings, rate) for pace, rate in settings.rate.items()}
        entering = {s: np.where(np.array(steps) == s, 1.0, FOREIGN) for s in steps}
        for _ in range(cycles):
            start = share
            for level in levels:
                advance, before, weight = operators[level.pace]
                right = share @ before.T
                right[:, 0] += settings.rate[level.pace] * entering[level.step]
                now = np.linalg.solve(advance, right.T).T
                found[:, :, level.number - 1] = now
                out[:, level.number - 1] = leaving(now[:, -1], share[:, -1], weight)
                share = now
            if np.max(np.abs(np.log(share / start))) < _SAME_SHARE:
                break
        return found, out

    def _share_operators(self, settings: MarchSettings, rate: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Matrices A, B of A share = B share_before + entering."""
        n, mixing, held = self.cells, settings.back_mixing, settings.liquor_fraction
        fronts = (1.0 + 2.0 * mixing) * rate / held
        weight = float(earlier_share(fronts, fronts))
        flow = np.diag(np.full(n, 1.0 + 2.0 * mixing))
        flow[0, 0] -= mixing
        flow[-1, -1] -= mixing
        flow -= np.diag(np.full(n - 1, 1.0 + mixing), -1) + np.diag(np.full(n - 1, mixing), 1)
        bed = held * np.eye(n)
        return bed + rate * (1.0 - weight) * flow, bed - rate * weight * flow, weight
