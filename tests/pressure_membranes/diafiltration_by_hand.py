"""Diafiltration cascades by their own closed equations: constant flux, constant passages, volumes that add.

Written apart from the library, to hold its cascade against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import brentq, minimize_scalar


@dataclass(frozen=True)
class Cascade:
    """Flows in m3/h, concentrations in kg/m3, width in m; stages count from the retentate's end."""

    feed: float = 100.0
    feed_concentration: Mapping[str, float] = field(default_factory=lambda: {"Li": 1.7, "Co": 17.0})
    wash: float = 30.0
    wash_concentration: Mapping[str, float] = field(default_factory=lambda: {"Li": 0.1, "Co": 0.2})
    passage: Mapping[str, float] = field(default_factory=lambda: {"Li": 1.3, "Co": 0.5})
    flux: float = 0.1
    width: float = 1.5
    feed_stage: int = 3
    position: float = 0.9
    shares: Sequence[float] = (0.0, 0.0, 1.0)
    recycle: Sequence[float] = (0.0, 0.0, 0.0)

    def flows(self, lengths: Sequence[float]) -> list[tuple[float, float, float, float]]:
        """Of each stage: volume at its inlet, before and after the feed, and at its end [m3/h]."""
        passing = [self.flux * self.width * length for length in lengths]
        onward = 0.0
        found = []
        for i in reversed(range(len(lengths))):
            onward += self.shares[i] * self.wash + (passing[i - 1] if i else 0.0)
            fed = self.feed if i + 1 == self.feed_stage else 0.0
            kept = onward + fed - passing[i]
            back = kept * self.recycle[i] / (1.0 - self.recycle[i])
            position = self.position if fed else 0.0
            before = onward + back - position * passing[i]
            found.append((onward + back, before, before + fed, kept + back))
            onward = kept
        return found[::-1]

    def masses(self, lengths: Sequence[float], solute: str) -> tuple[np.ndarray, np.ndarray]:
        """Of each stage: what its retentate (before any recycle) and its permeate carry [kg/h].

        Balances of the inlets, linear in what enters each: a = 1, and of the retentate t a + b.
        """
        count, s = len(lengths), self.passage[solute]
        fed = self.feed * self.feed_concentration[solute]
        washed = self.wash * self.wash_concentration[solute]
        slope, offset, joins = np.zeros(count), np.zeros(count), np.zeros(count)
        for i, (q_in, q_before, q_after, q_out) in enumerate(self.flows(lengths)):
            first, second = (q_before / q_in) ** s, (q_out / q_after) ** s
            slope[i] = first * second
            if i + 1 == self.feed_stage:
                offset[i], joins[i] = fed * second, fed
        system, right = np.eye(count), np.array(self.shares) * washed
        for i in range(count):
            system[i, i] -= self.recycle[i] * slope[i]
            right[i] += self.recycle[i] * offset[i]
            if i + 1 < count:
                system[i, i + 1] -= (1.0 - self.recycle[i + 1]) * slope[i + 1]
                right[i] += (1.0 - self.recycle[i + 1]) * offset[i + 1]
            if i > 0:
                system[i, i - 1] -= 1.0 - slope[i - 1]
                right[i] += joins[i - 1] - offset[i - 1]
        inlet = np.linalg.solve(system, right)
        retentate = slope * inlet + offset
        return retentate, inlet + joins - retentate

    def recovery(self, lengths: Sequence[float], solute: str) -> tuple[float, float]:
        """In the retentate of stage 1 and in the permeate of the last stage, over all that enters."""
        retentate, permeate = self.masses(lengths, solute)
        entering = self.feed * self.feed_concentration[solute] + self.wash * self.wash_concentration[solute]
        return (1.0 - self.recycle[0]) * retentate[0] / entering, permeate[-1] / entering


def annual_cost(lengths: Sequence[float], flux: float = 0.1, width: float = 1.5) -> float:
    """Of the published case [USD/y]."""
    area = width * sum(lengths)
    pumped = 30.0 + flux * width * lengths[1]
    equipment = 50.0 * area + 26859.0 * ((100.0 / 31.5) ** 0.39 + (pumped / 31.5) ** 0.39)
    return 0.13 * 2.0 * equipment + 10.0 * area + 114445.0 + 491.05 * pumped


def least_cost(lithium: float = 0.95, cobalt: float = 0.635) -> tuple[float, list[float]]:
    """Of the published case: annual cost and lengths.

    Both recoveries bind, which leaves one length free: the others follow from it by bisection.
    """
    case = Cascade()

    def met(second: float) -> list[float]:
        def third_of(first: float) -> float:
            def missed(third: float) -> float:
                return case.recovery([first, second, third], "Li")[1] - lithium

            # the feed's place must not run dry, nor the last retentate
            return float(brentq(missed, 400.0, _driest(first, second), xtol=1e-12, rtol=1e-15))

        def missed(first: float) -> float:
            return case.recovery([first, second, third_of(first)], "Co")[0] - cobalt

        first = float(brentq(missed, 900.0, 1400.0, xtol=1e-11, rtol=1e-15))
        return [first, second, third_of(first)]

    best = minimize_scalar(
        lambda l2: annual_cost(met(l2)), bounds=(540.0, 640.0), method="bounded", options={"xatol": 1e-6}
    )
    return float(best.fun), met(float(best.x))


def _driest(first: float, second: float) -> float:
    """Longest third stage that leaves water."""
    before_feed = (30.0 + 0.15 * second) / (0.9 * 0.15)
    return min(before_feed, 130.0 / 0.15) - 1e-6
