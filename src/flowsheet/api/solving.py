"""A case solved as `flowsheet run` does it: from what is known of it, with what the user should know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.results.solved import Solved, findings, solved
from flowsheet.results.write import read_solution
from flowsheet.solve.case import Case, remember
from flowsheet.solve.explain import explain_failure
from flowsheet.solve.simulate import Simulation, simulate
from flowsheet.solve.solutions import KeptSolution, keep_solution, kept_solution, solve_from

Progress = Callable[[str], None]

_LEAST_KNOWN = 0.5
"""Share of the unknowns that an earlier solution must have to be one of this flowsheet."""


@dataclass(frozen=True, eq=False)
class Solution:
    """A solved case, and remarks on how it was started."""

    state: Solved
    notes: tuple[str, ...] = ()


def solve_case(
    case: Case,
    start: Path | None = None,
    progress: Progress | None = None,
    known: KeptSolution | None = None,
) -> Solution:
    """Solve from the run in `start`, else from `known`, else from what the last run kept.

    Where that run had the very same inputs, its solution is this one's.

    Raises:
        DiagnosticError: E904, `start` is no solution of this flowsheet.
    """
    if start is not None:
        x, note = _read_start(case, start)
        simulation = simulate(case.plant, case.p, x, progress=progress)
        return Solution(_kept(case, simulation), (note,) if note else ())
    earlier = known or kept_solution(case)
    if earlier is None:
        return Solution(_kept(case, simulate(case.plant, case.p, progress=progress)))
    simulation = solve_from(earlier, case, progress)
    if simulation is earlier.simulation:
        return Solution(solved(case, simulation, found=earlier.found))
    return Solution(_kept(case, simulation))


def _kept(case: Case, simulation: Simulation) -> Solved:
    state = solved(case, simulation)
    keep_solution(case, simulation, findings(state))
    return state


def _read_start(case: Case, earlier: Path) -> tuple[np.ndarray, str]:
    """Unknowns to start from and a note where the earlier run doesn't have them all."""
    unknowns = case.plant.model.unknowns
    x, known = read_solution(earlier, unknowns.names, case.plant.model.x0)
    if known < _LEAST_KNOWN * len(unknowns):
        raise DiagnosticError(
            [
                Diagnostic(
                    "E904",
                    f"{earlier} is the solution of another flowsheet: it has {known} of this one's "
                    f"{len(unknowns)} unknowns",
                    None,
                    "leave --warm away to start cold",
                )
            ]
        )
    missing = len(unknowns) - known
    return x, f"{earlier} lacks {missing} of {len(unknowns)} unknowns; they start cold" if missing else ""


def diagnosis(state: Solved) -> tuple[Diagnostic, ...]:
    """Why a state isn't a solution; nothing where it is one."""
    if state.simulation.converged:
        return ()
    return tuple(explain_failure(state.case.plant, state.simulation, state.document))


def kept_plant(state: Solved) -> tuple[str, ...]:
    """Keep the compiled plant for the next run; returns what is to be said of it."""
    trouble = remember(state.case)
    return (trouble,) if trouble else ()
