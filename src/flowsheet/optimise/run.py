"""Optimise a case and say what holds the optimum."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from flowsheet.document.measures import percent_of
from flowsheet.document.unit_of_measure import target_text
from flowsheet.optimise.attempts import Tell, attempt_all
from flowsheet.optimise.problem import Problem
from flowsheet.optimise.search import Attempt, is_better
from flowsheet.results.solved import Solved, number, solved
from flowsheet.solve.case import Case
from flowsheet.solve.simulate import Simulation, simulate

DEFAULT_STARTS = 10
_ACTIVE = 1e-6
"""Distance from a bound, relative to the range (or to 1 for logarithms), at which it counts as active."""


class BaseNotSolved(Exception):
    """The base case can't be simulated, so that there is nothing to start from."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        super().__init__(simulation.newton.message)


def optimise_case(
    case: Case,
    base: Simulation | None = None,
    starts: int | None = None,
    progress: Tell | None = None,
    processes: int = 1,
    origin: Simulation | None = None,
) -> tuple[Solved, dict[str, Any]]:
    """Optimise from several starts; return the plant at the best optimum and the report for the result.

    The first start is `origin`, the base case if there is none, and the others are moved from it.  With
    several `processes` the starts share them (see `attempt_all`).  The plant is simulated again at the
    optimum's inputs, so that what is reported is a solution as `flowsheet run` would find it.

    Raises:
        NothingToOptimise: the document states no optimisation.
        BaseNotSolved: the base case does not converge.
    """
    began = time.perf_counter()
    problem = Problem.of(case)
    base = base or simulate(case.plant, case.p)
    if not base.converged:
        raise BaseNotSolved(base)
    stated = case.document.optimisation
    count = starts or (stated.starts if stated is not None and stated.starts else DEFAULT_STARTS)
    first = origin if origin is not None and origin.converged else base
    attempts = attempt_all(problem, first.x, first.p, count, progress, processes)
    best = best_of(problem, attempts)
    final = simulate(case.plant, best.p, warm=best.x)
    state = solved(case, final)
    report = _report(problem, base, best, attempts, final)
    report["seconds"] = time.perf_counter() - began
    return state, report


def best_of(problem: Problem, attempts: list[Attempt]) -> Attempt:
    """The best optimum; where there is none, the attempt that misses least."""
    good = [a for a in attempts if a.succeeded]
    if not good:

        def missed(attempt: Attempt) -> float:
            optimum = attempt.optimum
            return np.inf if optimum is None else optimum.bound_violation + optimum.equation_error

        return min(attempts, key=missed)
    best = good[0]
    for attempt in good[1:]:
        if is_better(problem.sense, attempt.objective, best.objective):
            best = attempt
    return best


def _report(
    problem: Problem, base: Simulation, best: Attempt, attempts: list[Attempt], final: Simulation
) -> dict[str, Any]:
    optimum = best.optimum
    assert optimum is not None
    objective, bounded = problem.measures(final.x, final.p)
    base_objective, base_bounded = problem.measures(base.x, base.p)
    stated = problem.case.document.optimisation
    assert stated is not None
    reached = sorted((a.objective for a in attempts if a.succeeded), reverse=problem.sense == "maximise")
    missing = [c.text for c in problem.constraints if c.violation(bounded[c.output]) > _ACTIVE * c.scale]
    together = " together" if len(problem.constraints) > 1 else ""
    return {
        "status": "optimal" if best.succeeded and final.converged else "not_optimal",
        "message": optimum.message
        if not missing
        else f"can't be met{together}; missed: {'; '.join(missing)}",
        "sense": problem.sense,
        "objective": {
            "text": stated.objective_text,
            **number(objective, target_text(stated.objective_unit or "")),
            "shown_in": percent_of(stated.objective_unit),
            "base": base_objective,
        },
        "reproduced": {"objective_of_optimiser": optimum.objective, "objective_of_simulation": objective},
        "variables": _variables(problem, base, final, best),
        "constraints": constraint_table(problem, bounded, base_bounded, optimum.output_multipliers),
        "dual_infeasibility": optimum.dual_infeasibility,
        "equation_error": optimum.equation_error,
        "iterations": best.iterations,
        "backend": optimum.backend,
        "starts": [_attempt(a) for a in attempts],
        "spread": {
            "reached": len(reached),
            "of": len(attempts),
            "best": reached[0] if reached else None,
            "worst": reached[-1] if reached else None,
        },
    }


def _variables(problem: Problem, base: Simulation, final: Simulation, best: Attempt) -> dict[str, Any]:
    optimum = best.optimum
    assert optimum is not None
    position = problem.free_model.unknowns.position
    before, after = problem.settings(base.p), problem.settings(final.p)
    table = {}
    for variable, was, value in zip(problem.variables, before, after, strict=True):
        span = variable.upper - variable.lower
        active = (
            "lower"
            if value - variable.lower <= _ACTIVE * span
            else ("upper" if variable.upper - value <= _ACTIVE * span else None)
        )
        where = position[variable.name]
        multiplier = optimum.lower_multipliers[where] + optimum.upper_multipliers[where]
        table[variable.name] = {
            **number(float(value), variable.unit),
            "shown_in": variable.shown_in,
            "base": float(was),
            "lower": variable.lower,
            "upper": variable.upper,
            "active": active,
            "multiplier": float(multiplier),
        }
    return table


def constraint_table(
    problem: Problem,
    bounded: Mapping[str, float],
    base: Mapping[str, float],
    multipliers: Mapping[str, float],
) -> list[dict[str, Any]]:
    """What each constraint bounds, in the user's terms, at a solution and at the base case.

    Args:
        problem: whose constraints they are.
        bounded: the constrained outputs, as `Problem.measures` gives them.
        base: those of the base case.
        multipliers: d objective / d output's bound, by output; none where nothing was optimised.
    """
    table = []
    for constraint in problem.constraints:
        value = bounded[constraint.output]
        slack = min(value - constraint.lower, constraint.upper - value)
        multiplier = float(multipliers.get(constraint.output, 0.0))
        table.append(
            {
                "text": constraint.text,
                "form": constraint.form,
                "bound": constraint.stated.bound,
                **number(constraint.shown(value), target_text(constraint.stated.unit or "")),
                "shown_in": constraint.shown_in,
                "base": constraint.shown(base[constraint.output]),
                "slack": slack,
                "missed": constraint.violation(value) > _ACTIVE * constraint.scale,
                "active": slack <= _ACTIVE * constraint.scale,
                "multiplier": constraint.shown_multiplier(multiplier, value),
            }
        )
    return table


def _attempt(attempt: Attempt) -> dict[str, Any]:
    optimum = attempt.optimum
    return {
        "start": attempt.start.label,
        "start_objective": attempt.start.objective,
        "start_violation": attempt.start.violation,
        "status": optimum.status if optimum else "failed",
        "objective": attempt.objective,
        "iterations": attempt.iterations,
        "seconds": attempt.seconds,
    }
