"""Solve a compiled plant: from an earlier solution if there is one, else unit by unit, then all at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from flowsheet.solve.arc import follow_arc
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.newton import NewtonOptions, NewtonResult, solve
from flowsheet.solve.plant import CompiledPlant
from flowsheet.solve.rounds import initialise, move

WARM_START = "warm start"
_COMPILED_SOLUTION = "solution at the compiled inputs"
_LAST_RESORT = 50
"""Iterations of the descent in the residual of all equations: slow, seldom of use where all else failed."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """The outcome of a solve: the best iterate, and whether it is a solution."""

    status: Literal["converged", "not_converged"]
    x: np.ndarray
    p: np.ndarray
    newton: NewtonResult
    method: str
    seconds: Mapping[str, float]
    failed_sections: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def converged(self) -> bool:
        return self.status == "converged"


def simulate(
    plant: CompiledPlant,
    p: np.ndarray | None = None,
    warm: np.ndarray | None = None,
    options: NewtonOptions | None = None,
    progress: Callable[[str], None] | None = None,
    warm_inputs: np.ndarray | None = None,
) -> Simulation:
    """Solve the plant at inputs `p`; from `warm` (an earlier solution) if given, else cold.

    With `warm_inputs`, of which `warm` is the solution, the plant is moved from there to `p`.  A warm start
    that fails is followed by a cold one.
    """
    model = plant.model
    p = model.p0 if p is None else p
    options = options or NewtonOptions()
    seconds: dict[str, float] = {}
    if warm is not None:
        if warm_inputs is None:
            result = NaturalSearch(model, p, options).run(warm)
        else:
            result = _moved(plant, warm, warm_inputs, p, options)
        seconds["warm"] = result.seconds
        if result.converged:
            return Simulation("converged", result.x, p, result, WARM_START, seconds, ())
    began = time.perf_counter()
    x, failed = initialise(plant, p, progress)
    seconds["initialise"] = time.perf_counter() - began
    result = NaturalSearch(model, p, options).run(x)
    seconds["newton"] = result.seconds
    method = "unit by unit, then all equations"
    if not result.converged and not np.array_equal(p, model.p0):
        began = time.perf_counter()
        followed = _followed_from_compiled(plant, p, options, progress)
        seconds["followed"] = time.perf_counter() - began
        if followed is not None and followed.converged:
            result, failed, method = followed, [], "followed from the values it was compiled with"
    if not result.converged:
        last_resort = replace(options, iteration_limit=min(options.iteration_limit, _LAST_RESORT))
        result = solve(model, x, p, last_resort)
        seconds["newton"] += result.seconds
    status: Literal["converged", "not_converged"] = "converged" if result.converged else "not_converged"
    return Simulation(status, result.x, p, result, method, seconds, tuple(failed))


def _followed_from_compiled(
    plant: CompiledPlant, p: np.ndarray, options: NewtonOptions, progress: Callable[[str], None] | None
) -> NewtonResult | None:
    """The solution at `p` followed from that at the inputs the plant was compiled with, if it has one there.

    That solution is found once per compiled plant.
    """
    model = plant.model
    if _COMPILED_SOLUTION not in model._buffers:
        x, _ = initialise(plant, model.p0, progress)
        model._buffers[_COMPILED_SOLUTION] = solve(model, x, model.p0, options)
    known: NewtonResult = model._buffers[_COMPILED_SOLUTION]
    return _moved(plant, known.x, model.p0, p, options) if known.converged else None


def _moved(
    plant: CompiledPlant, x: np.ndarray, p_from: np.ndarray, p_to: np.ndarray, options: NewtonOptions
) -> NewtonResult:
    """The solution at `p_to` from `x`, that at `p_from`: by rounds, else along the curve between the two."""
    result = move(plant, x, p_from, p_to, options)
    return result if result.converged else follow_arc(plant.model, x, p_from, p_to, options)
