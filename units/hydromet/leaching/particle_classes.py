"""Which particles there are and how they shrink: sizes and shapes of a set, or of the user's.

Particles of one size, shape and rate are one population, whatever solid they are of: the phases of an alloy
dissolve together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyomo.environ as pyo

from flowsheet.chemistry.operators import exp, log
from flowsheet.model.unit import Unit
from hydromet.leaching.particles import aged, shrinkage, shrunk_share
from hydromet.leaching.rate_law import law_text
from hydromet.leaching.reaction_network import ReactionNetwork
from hydromet.leaching.residence_time import SizeClasses, TankCascade, shrinking

ORDER = 10
"""Collocation intervals: error of the unreacted fraction below 2e-7 for spheres."""
_MM_PER_M = 1000.0
_FIRST_LOSS = 0.01
"""Of the size, where a cold start begins."""


class InTank(NamedTuple):
    """Shares of what enters the first tank: dissolved in a tank, left after it."""

    dissolved: Any
    left: Any


@dataclass
class ParticleClasses:
    """Particles by solid.

    size: diameter, or thickness of a plate [m]; dimension: in how many it shrinks; spread: standard deviation
    of ln(size), None for one size; is_batch: all particles stay for the same time.
    """

    size: Mapping[str, Any]
    dimension: Mapping[str, int]
    spread: Any = None
    classes: int = 5
    is_batch: bool = False
    cascade: TankCascade = field(default_factory=lambda: TankCascade(ORDER))
    population: dict[str, str] = field(default_factory=dict)
    _done: dict[tuple[int, str], InTank] = field(default_factory=dict)

    @property
    def sizes(self) -> list[tuple[Any, float]]:
        """Relative sizes with their mass fractions."""
        if self.spread is None:
            return [(1.0, 1.0)]
        unit = SizeClasses.lognormal(1.0, self.classes)
        return [(d**self.spread, w) for d, w in zip(unit.relative_size, unit.mass_fraction, strict=True)]

    # ---- unknowns

    def unknowns(self, unit: Unit, network: ReactionNetwork, tanks: Sequence[int]) -> None:
        """Add the populations' unknowns: age over full-reaction time, what is left by age or of the size."""
        self.unit = unit
        self._populations(network)
        names = sorted(set(self.population.values()))
        keys = [(t, k, j) for t in tanks for k in names for j in range(len(self.sizes))]
        self.ln_age = unit.var(
            "ln_age", [(t, k) for t in tanks for k in names], log=True, start=log(_FIRST_LOSS)
        )
        if self.is_batch:
            self.size_left = unit.var(
                "size_left", keys, nominal=1.0, bounds=(-0.1, 1.1), start=1.0 - _FIRST_LOSS
            )
            return
        self.ln_depletion = unit.var("ln_depletion", keys, log=True, start=lambda key: -_FIRST_LOSS * key[0])
        self.loss = unit.var(
            "loss", keys, nominal=1.0, start=lambda key: float(self.dimension[key[1]]), bounds=(-0.1, 10.0)
        )
        self.unreacted = unit.var(
            "unreacted",
            [(*key, i) for key in keys for i in range(self.cascade.unknowns)],
            nominal=1.0,
            bounds=(-0.1, 10.0),
            start=self._fresh_at,
        )

    def _populations(self, network: ReactionNetwork) -> None:
        first: dict[tuple[Any, ...], str] = {}
        for k in network.particles:
            laws = [law_text(r.rate) for r in network.reactions if k in r.solids and r.rate is not None]
            same = (tuple(sorted(laws)), id(self.size[k]), self.dimension[k])
            self.population[k] = first.setdefault(same, k)

    def _fresh(self, k: str) -> list[float]:
        return self.cascade.fresh(shrinking(self.dimension[k]))

    def _fresh_at(self, key: tuple[int, str, int, int]) -> float:
        return self._fresh(key[1])[key[3]]

    def age(self, t: int, solid: str) -> Any:
        """Residence time in a tank over a particle's full-reaction time at its rate."""
        return exp(self.ln_age[t, self.population[solid]])

    def residue_size(self, t: int, solid: str) -> Any:
        """Mean size of what is left after a tank, by volume over surface (Sauter) [m].

        With u the unreacted fraction by age s (over the full-reaction time) that is left of one class,

            volume : surface   u(0) : -u'(0)/D        size/first size = D u(0)/(-u'(0))
        """
        k = self.population[solid]
        volume: Any = 0.0
        surface: Any = 0.0
        for j, (size, weight) in enumerate(self.sizes):
            if self.is_batch:
                now = self.size_left[t, k, j]
                one = weight * now ** (self.dimension[k] - 1)
                volume, surface = volume + one * now, surface + one / size
            else:
                there = weight * exp(self.ln_depletion[t, k, j])
                volume = volume + there * self.unreacted[t, k, j, 0]
                surface = surface + there * self.loss[t, k, j] / (self.dimension[k] * size)
        return self.size[k] * volume / surface

    # ---- rows

    def in_tank(self, solid: str, t: int, rate: Any, time: Any) -> InTank:
        """What dissolves of a solid's particles; adds the rows of its population once.

        rate: recession [mm/h]; time: mean residence time in the tank [h].
        """
        k = self.population[solid]
        if (t, k) not in self._done:
            age = time * rate / (0.5 * _MM_PER_M * self.size[k])
            self.unit.rows(f"particle_rate_{t}_{k}", None, lambda: self.ln_age[t, k] - log(age))
            dissolved: Any = 0.0
            left: Any = 0.0
            for j, (size, weight) in enumerate(self.sizes):
                gone, rest = (self._batch if self.is_batch else self._mixed)(
                    k, t, j, exp(self.ln_age[t, k]) / size
                )
                dissolved, left = dissolved + weight * gone, left + weight * rest
            shares = pyo.Expression([0, 1], initialize={0: dissolved, 1: left})
            self.unit.block.add_component(f"particle_shares_{t}_{k}", shares)
            self._done[t, k] = InTank(shares[0], shares[1])
        return self._done[t, k]

    def _mixed(self, k: str, t: int, j: int, a: Any) -> tuple[Any, Any]:
        points = range(self.cascade.unknowns)
        v = [self.unreacted[t, k, j, i] for i in points]
        before = self._fresh(k) if t == 1 else [self.unreacted[t - 1, k, j, i] for i in points]
        now = aged(self.cascade, v, before, a)
        ln_d, ln_before = self.ln_depletion[t, k, j], self.ln_depletion[t - 1, k, j] if t > 1 else 0.0
        self.unit.rows(f"particle_age_{t}_{k}_{j}", points, lambda i: now.rows[i])
        self.unit.rows(f"particle_depletion_{t}_{k}_{j}", None, lambda: ln_d - ln_before + log(1.0 + a))
        self.unit.rows(f"particle_loss_{t}_{k}_{j}", None, lambda: self.loss[t, k, j] - now.loss)
        return exp(ln_d) * a * self.loss[t, k, j], exp(ln_d) * now.left

    def _batch(self, k: str, t: int, j: int, a: Any) -> tuple[Any, Any]:
        now, dimension = self.size_left[t, k, j], self.dimension[k]
        before = self.size_left[t - 1, k, j] if t > 1 else 1.0
        gone = shrinkage(before, a)
        self.unit.rows(f"particle_size_{t}_{k}_{j}", None, lambda: now - (before - gone))
        return shrunk_share(dimension, before, now, gone), now**dimension
