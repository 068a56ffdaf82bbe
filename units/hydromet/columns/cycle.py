"""The cycle of a column: its steps in order, and the levels of time that they are divided into.

Each step has a front part, in which the bed still gives the liquor that it held (its effluent goes where that
of the step before went), and a main part.  The last level of the cycle is the one before the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

LOAD = "feed"
"""The step in which the bed is loaded."""
FRONT, MAIN = "front", "main"


@dataclass(frozen=True)
class Level:
    """One step of time: which liquor enters, in which part of its step, and to which outlet the bed gives."""

    number: int
    step: str
    part: str
    outlet: str

    @property
    def pace(self) -> tuple[str, str]:
        """What has one length of time and one rate of flow."""
        return self.step, self.part


@dataclass(frozen=True)
class Cycle:
    """The steps of a cycle; `divisions` counts the levels by step and part, `outlets` are by step."""

    steps: tuple[str, ...]
    divisions: Mapping[tuple[str, str], int]
    outlets: Mapping[str, str]

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """Counted from 1."""
        made: list[Level] = []
        for place, step in enumerate(self.steps):
            before = self.steps[place - 1]
            for part, giver in ((FRONT, before), (MAIN, step)):
                for _ in range(self.divisions[step, part]):
                    made.append(Level(len(made) + 1, step, part, self.outlets[giver]))
        return tuple(made)

    def before(self, number: int) -> int:
        """The level before, that of the last cycle before the first."""
        return number - 1 if number > 1 else len(self.levels)

    def last_of(self, step: str) -> int:
        return max(level.number for level in self.levels if level.step == step)

    def end_of(self, outlet: str) -> int:
        """The last level that gives to an effluent: the one before another effluent's first."""
        following = {self.before(level.number): level for level in self.levels}
        return next(
            level.number
            for level in self.levels
            if level.outlet == outlet and following[level.number].outlet != outlet
        )


def cycle_of(
    outlets: Mapping[str, str], inlets: Sequence[str], load_levels: int, levels: int, front_levels: int
) -> Cycle:
    """The cycle of a column whose connected inlets are `inlets`; `outlets` by step, in the order of a cycle.

    >>> cycle = cycle_of({"feed": "raffinate", "eluent": "eluate"}, ["eluent", "feed"], 3, 2, 1)
    >>> [(level.step, level.outlet) for level in cycle.levels][:2], cycle.before(1)
    ([('feed', 'eluate'), ('feed', 'raffinate')], 7)
    """
    steps = tuple(step for step in outlets if step in inlets)
    divisions = {(step, FRONT): front_levels for step in steps}
    divisions |= {(step, MAIN): load_levels if step == LOAD else levels for step in steps}
    return Cycle(steps, divisions, {step: outlets[step] for step in steps})
