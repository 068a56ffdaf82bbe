"""Which particles there are and how they shrink: sizes and shapes of a set, or of the user's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from flowsheet.model.unit import Unit
from hydromet.leaching.particles import aged, shrinkage, shrunk_share
from hydromet.leaching.residence_time import SizeClasses, TankCascade, shrinking

ORDER = 10
"""Collocation intervals: error of the unreacted fraction below 2e-7 for spheres."""
_MM_PER_M = 1000.0
_FIRST_LOSS = 0.01
"""Of the size in a batch, where a cold start begins."""


@dataclass
class ParticleClasses:
    """Particles by solid.

    size: diameter, or thickness of a plate [m]; dimension: in how many it shrinks; spread: standard deviation
    of ln(size), None for one size; is_batch: all particles stay for the same time.

    `left`: share of what enters the first tank by (tank, solid), once the tanks are built.
    """

    size: Mapping[str, Any]
    dimension: Mapping[str, int]
    spread: Any = None
    classes: int = 5
    is_batch: bool = False
    left: Any = None
    cascade: TankCascade = field(default_factory=lambda: TankCascade(ORDER))

    @property
    def sizes(self) -> list[tuple[Any, float]]:
        """Relative sizes with their mass fractions."""
        if self.spread is None:
            return [(1.0, 1.0)]
        unit = SizeClasses.lognormal(1.0, self.classes)
        return [(d**self.spread, w) for d, w in zip(unit.relative_size, unit.mass_fraction, strict=True)]

    def unknowns(self, unit: Unit, solids: Iterable[str], tanks: Sequence[int]) -> None:
        """Add the particles' unknowns: what is left by age, or the size that is left."""
        self.unit, b = unit, unit.block
        keys = [(t, k, j) for t in tanks for k in solids for j in range(len(self.sizes))]
        if self.is_batch:
            self.size_left = unit.var(
                "size_left", keys, nominal=1.0, bounds=(-0.1, 1.1), start=1.0 - _FIRST_LOSS
            )
        else:
            self.unreacted = unit.var(
                "unreacted",
                [(*key, i) for key in keys for i in range(self.cascade.unknowns)],
                nominal=1.0,
                bounds=(-0.1, 10.0),
                start=self._fresh_at,
            )
        b.age_ratio = pyo.Expression([(t, k) for t in tanks for k in solids])
        b.depletion = pyo.Expression(keys)
        b.left = pyo.Expression([(t, k) for t in tanks for k in solids])
        b.path = pyo.Expression(pyo.Any)
        self.left = b.left

    def _fresh_at(self, key: tuple[int, str, int, int]) -> float:
        return self.cascade.fresh(shrinking(self.dimension[key[1]]))[key[3]]

    def in_tank(self, k: str, t: int, rates: Mapping[str, Any], time: Any, entering: Any) -> dict[str, Any]:
        """Particles of a solid that dissolve in a tank by path [mol/h]; adds the rows of their ages.

        rates: recession by path [mm/h]; time: mean residence time in the tank [h].
        """
        b = self.unit.block
        for path, rate in rates.items():
            b.path[t, k, path] = rate
        rates = {path: b.path[t, k, path] for path in rates}
        total = sum(rates.values())
        b.age_ratio[t, k] = time * total / (0.5 * _MM_PER_M * self.size[k])
        dissolved: Any = 0.0
        left: Any = 0.0
        for j, (size, weight) in enumerate(self.sizes):
            gone, rest = (self._batch if self.is_batch else self._mixed)(k, t, j, b.age_ratio[t, k] / size)
            dissolved, left = dissolved + weight * gone, left + weight * rest
        b.left[t, k] = left
        return {path: entering * dissolved * rate / total for path, rate in rates.items()}

    def _mixed(self, k: str, t: int, j: int, a: Any) -> tuple[Any, Any]:
        b, points = self.unit.block, range(self.cascade.unknowns)
        v = [self.unreacted[t, k, j, i] for i in points]
        fresh = self.cascade.fresh(shrinking(self.dimension[k]))
        now = aged(self.cascade, v, fresh if t == 1 else [self.unreacted[t - 1, k, j, i] for i in points], a)
        self.unit.rows(f"particle_age_{t}_{k}_{j}", points, lambda i: now.rows[i])
        b.depletion[t, k, j] = (b.depletion[t - 1, k, j] if t > 1 else 1.0) / (1.0 + a)
        return b.depletion[t, k, j] * now.dissolved, b.depletion[t, k, j] * now.left

    def _batch(self, k: str, t: int, j: int, a: Any) -> tuple[Any, Any]:
        now, dimension = self.size_left[t, k, j], self.dimension[k]
        before = self.size_left[t - 1, k, j] if t > 1 else 1.0
        gone = shrinkage(before, a)
        self.unit.rows(f"particle_size_{t}_{k}_{j}", None, lambda: now - (before - gone))
        return shrunk_share(dimension, before, now, gone), now**dimension
