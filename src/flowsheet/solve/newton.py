"""Damped Newton iteration for residual(x, p) = 0 at given inputs.

Two searches in turn. The natural one measures a step by the Newton correction that is left after it, which
no scaling of the equations changes and in which a trace weighs as little as it matters (`natural_search`).
Where it stalls, the same start is tried by descent in the residual's norm, which keeps on where the Jacobian
is singular (`residual_search`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.iterate import Iteration, NewtonOptions, NewtonResult
from flowsheet.solve.natural_search import NaturalSearch
from flowsheet.solve.residual_search import ResidualSearch

__all__ = ["Iteration", "NewtonOptions", "NewtonResult", "solve"]


def solve(
    model: CompiledModel,
    x: np.ndarray | None = None,
    p: np.ndarray | None = None,
    options: NewtonOptions | None = None,
    progress: Callable[[Iteration], None] | None = None,
) -> NewtonResult:
    """Find x with |residual(x, p)| / equation_scale <= residual_tolerance.

    Starts at `x` (default: the model's start values), with inputs `p` (default: the model's). Always returns
    the best iterate; `status` says whether that is a solution. Raises ValueError if the model is not square.

    >>> import pyomo.environ as pyo
    >>> from flowsheet.solve.compile import compile_model
    >>> m = pyo.ConcreteModel()
    >>> m.x, m.feed = pyo.Var(initialize=1.0), pyo.Var(initialize=9.0)
    >>> m.balance = pyo.Constraint(expr=m.x**2 == m.feed)
    >>> result = solve(compile_model(m, inputs=[m.feed]))
    >>> result.status, round(float(result.x[0]), 9)
    ('converged', 3.0)
    """
    if model.degrees_of_freedom != 0:
        raise ValueError(f"{len(model.equations)} equations cannot determine {len(model.unknowns)} unknowns")
    start = model.x0 if x is None else np.asarray(x, dtype=float)
    start = np.clip(start, model.unknowns.lower, model.unknowns.upper)
    inputs = model.p0 if p is None else np.asarray(p, dtype=float)
    options = options or NewtonOptions()
    natural = NaturalSearch(model, inputs, options).run(start, progress)
    if natural.converged:
        return natural
    other = ResidualSearch(model, inputs, options).run(start, progress)
    best = min(other, natural, key=lambda result: (not result.converged, result.residual_norm))
    return replace(
        best,
        status=other.status,
        message=other.message,
        iterations=natural.iterations + other.iterations,
        history=natural.history + other.history,
        seconds=natural.seconds + other.seconds,
    )
