"""Choose counts (stages, tanks, columns) with the continuous optimum at each choice: a compass search.

Each combination of counts is a plant of its own, compiled and optimised from one start, that of the
combination it was reached from.  From the best combination known, each count is moved up and down by a step;
a better one becomes the best, and where none is, the step is halved.  The search ends at a combination whose
neighbours, one more and one less of each count, are all worse: a local optimum over the whole numbers
(T. G. Kolda, R. M. Lewis, V. Torczon, SIAM Rev. 45 (2003) 385-482, doi:10.1137/S003614450242889).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.document.document import Choice
from flowsheet.optimise.attempts import Tell
from flowsheet.optimise.problem import Problem
from flowsheet.optimise.run import optimise_case
from flowsheet.optimise.search import is_better, search
from flowsheet.optimise.starts import base_start
from flowsheet.results.solved import Solved
from flowsheet.solve.case import Case
from flowsheet.solve.ipopt import Progress
from flowsheet.solve.simulate import Simulation, simulate

Counts = tuple[int, ...]
Open = Callable[[Sequence[str]], Case]
"""A case with changes (`units.sx.extraction_stages=12`)."""

_LARGEST_STEP = 8


@dataclass(frozen=True, eq=False)
class Combination:
    """What became of one choice of counts: the optimum over the continuous variables, if there is one.

    `settings`: its continuous variables; `missed`: by how much it misses constraints.
    """

    counts: Counts
    status: str
    objective: float
    missed: float
    settings: np.ndarray
    seconds: float

    @property
    def found(self) -> bool:
        return self.status == "optimal"

    def inputs(self, problem: Problem) -> np.ndarray:
        """Inputs of a case of any counts with these continuous variables."""
        p = problem.case.p
        return problem.with_settings(p, self.settings) if self.settings.size else p


def choose_counts(
    open_case: Open,
    case: Case,
    base: Simulation,
    starts: int | None = None,
    progress: Tell | None = None,
    processes: int = 1,
) -> tuple[Solved, dict[str, Any]]:
    """The best combination of the counts in `choose`, optimised there from several starts.

    `case` has the file's own counts and `base` is its simulation, with which the optimum is compared.
    Returns the plant and the report of the optimisation, with `choices` and `combinations` added.
    Combinations without an optimum (no solution, constraints missed) lose against any with one, and among one
    another by how much they miss.

    Raises:
        BaseNotSolved: not even the chosen plant can be simulated.
    """
    began = time.perf_counter()
    stated = case.document.optimisation
    assert stated is not None
    trial = _Trial(open_case, stated.choose, stated.sense, progress)
    own = tuple(case.document.units[c.unit].value(c.parameter) for c in stated.choose)
    best = _compass(trial, stated.choose, own)
    chosen = trial.case(best.counts)
    origin = simulate(chosen.plant, best.inputs(Problem.of(chosen)))
    state, report = optimise_case(chosen, None, starts, progress, processes, origin)
    if base.converged:
        _compare(report, Problem.of(case), base)
    report["choices"] = {
        choice.name: {"value": count, "base": was, "lower": choice.least, "upper": choice.most}
        for choice, count, was in zip(stated.choose, best.counts, own, strict=True)
    }
    report["combinations"] = [
        {
            "counts": dict(zip((c.name for c in stated.choose), tried.counts, strict=True)),
            "status": tried.status,
            "objective": tried.objective if tried.found else None,
            "seconds": tried.seconds,
        }
        for tried in trial.known.values()
    ]
    report["seconds"] = time.perf_counter() - began
    return state, report


def _compare(report: dict[str, Any], problem: Problem, base: Simulation) -> None:
    """Put the base case of the file's own counts into the report, in place of that of the chosen ones."""
    objective, bounded = problem.measures(base.x, base.p)
    report["objective"]["base"] = objective
    for row, constraint in zip(report["constraints"], problem.constraints, strict=True):
        row["base"] = constraint.shown(bounded[constraint.output])


class _Trial:
    """Combinations tried so far."""

    def __init__(self, open_case: Open, choices: Sequence[Choice], sense: str, progress: Tell | None) -> None:
        self.open_case, self.choices, self.sense, self.progress = open_case, choices, sense, progress
        self.known: dict[Counts, Combination] = {}

    def case(self, counts: Counts) -> Case:
        return self.open_case(
            [f"units.{c.name}={n}" for c, n in zip(self.choices, counts, strict=True)],
        )

    def at(self, counts: Counts, near: Combination | None = None) -> Combination:
        """The optimum at these counts, from the continuous variables of a combination `near` it."""
        if counts not in self.known:
            began = time.perf_counter()
            self.known[counts] = self._optimised(counts, near, began)
        return self.known[counts]

    def _optimised(self, counts: Counts, near: Combination | None, began: float) -> Combination:
        label = ", ".join(f"{c.name} {n}" for c, n in zip(self.choices, counts, strict=True))
        case = self.case(counts)
        problem = Problem.of(case)
        p = case.p if near is None else near.inputs(problem)
        base = simulate(case.plant, p)
        if not base.converged:
            return Combination(counts, base.status, np.nan, np.inf, np.zeros(0), time.perf_counter() - began)

        def tell(step: Progress) -> None:
            if self.progress is not None:
                self.progress(label, step)

        attempt = search(problem, base_start(problem, base.x, base.p), tell)
        status = "optimal" if attempt.succeeded else "not_optimal"
        reached = attempt.p if attempt.optimum is not None else p
        missed = attempt.optimum.bound_violation if attempt.optimum is not None else np.inf
        return Combination(
            counts,
            status,
            attempt.objective,
            missed,
            problem.settings(reached),
            time.perf_counter() - began,
        )

    def better(self, one: Combination, other: Combination) -> bool:
        """Whether one combination beats another."""
        if one.found != other.found:
            return one.found
        if not one.found:
            return one.missed < other.missed
        return is_better(self.sense, one.objective, other.objective)


def _compass(trial: _Trial, choices: Sequence[Choice], own: Counts) -> Combination:
    best = trial.at(own)
    widest = max(choice.most - choice.least for choice in choices)
    step = min(_LARGEST_STEP, 1 << max((widest // 4).bit_length() - 1, 0))
    while step:
        moved = False
        for counts in _neighbours(best.counts, choices, step):
            tried = trial.at(counts, best)
            if trial.better(tried, best):
                best, moved = tried, True
                break
        if not moved:
            step //= 2
    return best


def _neighbours(counts: Counts, choices: Sequence[Choice], step: int) -> Iterator[Counts]:
    """Each count up and down by a step, as far as its range goes."""
    for position, choice in enumerate(choices):
        for change in (-step, step):
            moved = min(max(counts[position] + change, choice.least), choice.most)
            if moved != counts[position]:
                yield (*counts[:position], moved, *counts[position + 1 :])
