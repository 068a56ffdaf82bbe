"""Recycles on the way to their steady state, before all equations are solved at once.

A recycle starts as water with next to nothing dissolved, as in a plant's start-up, and fills over rounds of
substitution. Starting from below matters: a loop with a small bleed forgets an inventory that is far too
large only over hundreds of rounds, and the logarithmic balances of what the feeds hardly bring become
singular. What declines by the same share round after round is such an inventory; it is cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

WATER = "H2O"
_DILUTION = 10.0
"""Logarithm by which a recycle's solutes start below their estimate."""
_STEADY = 0.05
"""Relative difference of two rounds' changes that counts as the same."""
_CUT = 12.0


class Recycles:
    """The torn streams' aqueous flows in the vector of unknowns, and those that tanks are asked for.

    A tank is solved before the units that draw from it: what they draw is known from the round before.
    """

    def __init__(self, facts: Mapping[str, Any], torn: tuple[str, ...]) -> None:
        columns = facts.get("columns", {})
        self.demands = tuple(facts.get("demands", ()))
        aqueous = [columns.get(name, {}).get("aqueous", {}) for name in torn]
        demanded = [columns.get(name, {}).get("aqueous", {}) for name in self.demands]
        watched = {i for flows in (*aqueous, *demanded) for i in flows.values()}
        self.positions = np.array(sorted(watched), dtype=int)
        solutes = sorted(i for flows in aqueous for c, i in flows.items() if c != WATER)
        self.solutes = np.array(solutes, dtype=int)
        self.torn = torn
        self.last: np.ndarray | None = None

    @property
    def exist(self) -> bool:
        """Whether one pass over the units leaves anything open."""
        return bool(self.torn or self.demands)

    def without_leftovers(self, before: np.ndarray, after: np.ndarray, settled: float) -> np.ndarray:
        """The unknowns with inventories cut that only a bleed wears down, by the same share in two rounds."""
        step = after[self.solutes] - before[self.solutes]
        moved = after.copy()
        leftover = np.zeros(len(step), dtype=bool)
        if self.last is not None:
            leftover = (step < -settled) & (np.abs(step - self.last) < _STEADY * np.abs(step))
            moved[self.solutes[leftover]] -= _CUT
        self.last = np.where(leftover, np.inf, step)
        return moved

    def diluted(self, x: np.ndarray) -> np.ndarray:
        """The unknowns with the recycles' solutes far below their estimates."""
        x = x.copy()
        x[self.solutes] -= _DILUTION
        return x

    def change(self, before: np.ndarray, after: np.ndarray) -> float:
        """Largest change of a torn flow's logarithm over a round."""
        return float(np.max(np.abs(after[self.positions] - before[self.positions]), initial=0.0))
