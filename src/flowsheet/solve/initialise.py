"""How a unit is started that start expressions alone don't start: a procedure of its own, and a continuation.

A procedure gives start values from numbers of the model (flows, settings), as a plain function of names to
numbers. A continuation is an input that is zero in every solution and makes the equations easy where it is
large; the unit is solved there first and followed down to zero.  Both are kept as plain values, so that a
compiled plant stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from flowsheet.solve.arc import follow_arc
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.newton import NewtonOptions, NewtonResult, solve

_FIRST_RATIO, _SMALLEST_RATIO, _EASY, _VERY_EASY = 0.2, 0.05, 6, 3
"""By how much the continued input is reduced from one solution to the next: at first, and at most, after a
solution that took no more than so many iterations."""
_SMALLEST = 2e-3
"""Value of the continued input from which zero is tried."""
_REFUSALS, _SHORTEST_RATIO = 6, 0.999
"""Steps that may fail one after the other, and a ratio too near to 1: there the curve is taken to turn."""
_LAST_RESCUES = 30
_LONGEST_PREDICTION = 1.5
"""Longest extrapolation, in units of the step that it is taken from."""
_ON_THE_WAY = NewtonOptions(
    residual_tolerance=1e-6, step_tolerance=np.inf, iteration_limit=15, shortest_step=0.3, rescues=3
)


@dataclass(frozen=True, eq=False)
class Procedure:
    """A unit's own start.

    `factory`: `module:name` of a class that is made with `data` (plain JSON values) and called with the
    values of
    `needs` (name to the model's output); it returns start values by the unknown's name.
    """

    factory: str
    data: Mapping[str, Any]
    needs: Mapping[str, str]


@dataclass(frozen=True)
class Continuation:
    """`input` runs from `first` down to zero, where the solution is."""

    input: str
    first: float


def start_values(procedure: Procedure, output: Callable[[str], float]) -> Mapping[str, float]:
    """Run a unit's procedure; `output` gives the model's numbers by name."""
    made = _made(procedure)
    return made({need: output(name) for need, name in procedure.needs.items()})


_MADE: dict[int, tuple[Procedure, Any]] = {}


def _made(procedure: Procedure) -> Any:
    """The procedure's function, made once; the procedure is kept with it, so that its id stays its own."""
    if id(procedure) not in _MADE:
        _MADE[id(procedure)] = (procedure, _class(procedure.factory)(procedure.data))
    return _MADE[id(procedure)][1]


@cache
def _class(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def follow(
    view: CompiledModel,
    x: np.ndarray,
    p: np.ndarray,
    continuation: Continuation,
    options: NewtonOptions,
) -> NewtonResult:
    """Solve a unit at the continuation's first value, then at ever smaller ones, then at zero.

    Each solution but the first is predicted from the two before it, in the logarithm of the continued input.
    It is solved tightly: where profiles hold steep fronts, a small residual can stand for a front that is
    stages away.  A step that fails is tried again half as long, in the logarithm, and then by descent in the
    residual too.  Where short ones fail, the curve of solutions turns back: it is followed by its length.
    """
    position = view.inputs.position[continuation.input]
    spent = 0

    def with_value(value: float) -> np.ndarray:
        inputs = p.copy()
        inputs[position] = value
        return inputs

    def at(value: float, start: np.ndarray, how: NewtonOptions, short: bool = False) -> NewtonResult:
        nonlocal spent
        inputs = with_value(value)
        result = NaturalSearch(view, inputs, how).run(start) if short else solve(view, start, inputs, how)
        spent += result.iterations
        return result

    value = continuation.first
    first = at(value, x, replace(_ON_THE_WAY, iteration_limit=60, rescues=60))
    latest = first.x
    before: tuple[np.ndarray, float] | None = None
    ratio, refusals, refused, was_refused = _FIRST_RATIO, 0, False, False
    while value > _SMALLEST and refusals < _REFUSALS and ratio < _SHORTEST_RATIO:
        following = value * ratio
        guess = latest
        if before is not None:
            share = float(np.log(following / value) / np.log(value / before[1]))
            guess = latest + min(share, _LONGEST_PREDICTION) * (latest - before[0])
        attempt = at(following, guess, _ON_THE_WAY, short=not refused)
        if attempt.converged:
            before, latest, value = (latest, value), attempt.x, following
            if attempt.iterations <= (_VERY_EASY if was_refused else _EASY):
                ratio = max(ratio**1.5, _SMALLEST_RATIO)
            was_refused, refused, refusals = refused, False, 0
        else:
            refused = was_refused = True
            refusals += 1
            ratio = ratio**0.5
    if value > _SMALLEST and (before is not None or first.converged):
        round_turns = follow_arc(view, latest, with_value(value), p, options)
        spent += round_turns.iterations
        if round_turns.converged:
            return replace(round_turns, iterations=spent)
    final = at(0.0, latest, replace(options, rescues=_LAST_RESCUES))
    return replace(final, iterations=spent)
