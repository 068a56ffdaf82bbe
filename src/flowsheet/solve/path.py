"""From one solution to the next: the inputs are moved there in steps that Newton's method can follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.iterate import NewtonOptions, NewtonResult
from flowsheet.solve.natural_search import NaturalSearch

_FIRST = 0.25
"""Share of the way of the first step after a whole one failed."""
_EASY = 6
"""Iterations up to which the next step is twice as long."""
_ITERATIONS = 100
"""Most on one step: fronts in extraction cascades travel slowly, but they arrive."""


def follow_inputs(
    model: CompiledModel,
    x: np.ndarray,
    p_from: np.ndarray,
    p_to: np.ndarray,
    options: NewtonOptions | None = None,
    shortest: float = 2e-3,
) -> NewtonResult:
    """Solve at `p_to`, given the solution `x` at `p_from`: at once, else by steps between the two.

    A solution on the way starts the next, whose first Newton step is the tangent of the path.  Where the path
    turns back (inputs between the two have no solution near it) the result is not converged, and holds the
    last solution on the way.  `shortest`: share of the way below which no step is tried.
    """
    options = options or NewtonOptions(iteration_limit=_ITERATIONS)
    options = replace(options, iteration_limit=min(options.iteration_limit, _ITERATIONS))
    result = NaturalSearch(model, p_to, options).run(x)
    iterations, seconds = result.iterations, result.seconds
    done, step = 0.0, _FIRST
    while not result.converged and step >= shortest:
        target = min(done + step, 1.0)
        p = p_to if target == 1.0 else p_from + target * (p_to - p_from)
        attempt = NaturalSearch(model, p, options).run(x)
        iterations += attempt.iterations
        seconds += attempt.seconds
        if not attempt.converged:
            step *= 0.4
            continue
        x, done = attempt.x, target
        if target == 1.0:
            result = attempt
        elif attempt.iterations <= _EASY:
            step *= 2.0
    return replace(result, x=x if not result.converged else result.x, iterations=iterations, seconds=seconds)
