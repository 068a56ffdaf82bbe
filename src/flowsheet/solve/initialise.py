"""How a unit is started that start expressions alone don't start: a procedure of its own, and a continuation.

A procedure gives start values from numbers of the model (flows, settings), as a plain function of names to numbers.
A continuation is an input that is zero in every solution and makes the equations easy where it is large; the unit is
solved there first and followed down to zero.  Both are kept as plain values, so that a compiled plant stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.newton import NewtonOptions, NewtonResult, solve

_FIRST_REDUCTION = 0.3
_SMALLEST = 0.02
"""Share of the continuation's first value from which zero is tried."""
_ON_THE_WAY = NewtonOptions(residual_tolerance=1e-3, step_tolerance=np.inf, iteration_limit=40)


@dataclass(frozen=True, eq=False)
class Procedure:
    """A unit's own start.

    `factory`: `module:name` of a class that is made with `data` (plain JSON values) and called with the values of
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
    """The procedure's function, made once; the procedure is kept with it, so that its identity stays its own."""
    if id(procedure) not in _MADE:
        _MADE[id(procedure)] = (procedure, _class(procedure.factory)(procedure.data))
    return _MADE[id(procedure)][1]


@cache
def _class(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def follow(view: CompiledModel, x: np.ndarray, p: np.ndarray, continuation: Continuation,
           options: NewtonOptions) -> NewtonResult:
    """Solve a unit at the continuation's first value, then at ever smaller ones, then at zero.

    A step that fails is tried again half as long (in the logarithm), at most a few times over.
    """
    position = view.inputs.position[continuation.input]

    def at(value: float, start: np.ndarray, how: NewtonOptions) -> NewtonResult:
        inputs = p.copy()
        inputs[position] = value
        return solve(view, start, inputs, how)

    spent = 0
    result = at(continuation.first, x, replace(_ON_THE_WAY, iteration_limit=100))
    spent += result.iterations
    value, ratio, refusals = continuation.first, _FIRST_REDUCTION, 0
    while value > 0.0:
        following = value * ratio
        if following < _SMALLEST * continuation.first:
            final = at(0.0, result.x, replace(options, iteration_limit=50))
            spent += final.iterations
            if final.converged or refusals > 8:
                return replace(final, iterations=spent)
        attempt = at(following, result.x, _ON_THE_WAY)
        spent += attempt.iterations
        if attempt.converged or refusals > 8:
            value, result = following, attempt
            ratio = max(ratio**1.2, _FIRST_REDUCTION)
        else:
            refusals += 1
            ratio = ratio**0.5
        if value < 1e-6 * continuation.first:
            break
    final = at(0.0, result.x, options)
    return replace(final, iterations=spent + final.iterations)
