"""The last solution of every plant on disk: the start of a later run, and all of it where nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from flowsheet.document.kept import read_kept, write_kept
from flowsheet.solve.case import Case
from flowsheet.solve.newton import NewtonResult
from flowsheet.solve.simulate import WARM_START, Simulation, simulate

_KIND = "solution"
METHOD = "kept solution"
FOLLOWED = "followed from the last run"


@dataclass(frozen=True, eq=False)
class KeptSolution:
    """A converged simulation of an earlier run, with what was found from it (plain JSON values)."""

    simulation: Simulation
    found: Mapping[str, Any]

    def answers(self, case: Case) -> bool:
        """Whether it was found at the very inputs of this case."""
        return np.array_equal(self.simulation.p, case.p)


def solve_from(
    earlier: KeptSolution, case: Case, progress: Callable[[str], None] | None = None
) -> Simulation:
    """The solution at the case's inputs: the earlier one if they are the same, else followed from it.

    Where it can't be followed the case is solved cold.
    """
    if earlier.answers(case):
        return earlier.simulation
    known = earlier.simulation
    found = simulate(case.plant, case.p, known.x, progress=progress, warm_inputs=known.p)
    return replace(found, method=FOLLOWED) if found.method == WARM_START else found


def keep_solution(case: Case, simulation: Simulation, found: Mapping[str, Any]) -> None:
    """Keep a converged simulation in place of an earlier one of the same plant."""
    if not case.key or not simulation.converged:
        return
    newton = simulation.newton
    value = {
        "x": simulation.x.tolist(),
        "p": simulation.p.tolist(),
        "residual_norm": newton.residual_norm,
        "worst": [list(equation) for equation in newton.worst],
        "failed_sections": list(simulation.failed_sections),
        "notes": list(simulation.notes),
        "found": dict(found),
    }
    write_kept(_KIND, case.key, value)


def kept_solution(case: Case) -> KeptSolution | None:
    """The solution that an earlier run of this plant kept, or None."""
    stored = read_kept(_KIND, case.key) if case.key else None
    if stored is None:
        return None
    try:
        x, p = np.array(stored["x"], dtype=float), np.array(stored["p"], dtype=float)
        newton = NewtonResult(
            status="converged",
            x=x,
            iterations=0,
            residual_norm=stored["residual_norm"],
            worst=tuple((name, size) for name, size in stored["worst"]),
            history=(),
            seconds=0.0,
            message="",
        )
        notes, failed = tuple(stored["notes"]), tuple(stored["failed_sections"])
        simulation = Simulation("converged", x, p, newton, METHOD, {}, failed, notes)
        found = stored["found"]
    except (KeyError, TypeError, ValueError):
        return None
    if len(x) != len(case.plant.model.unknowns) or len(p) != len(case.p):
        return None
    return KeptSolution(simulation, found)
