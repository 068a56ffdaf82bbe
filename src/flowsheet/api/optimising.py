"""The optimum of a flowsheet as `flowsheet optimise` finds it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.api.result import Result
from flowsheet.api.solving import Progress, solve_case
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.optimise.choices import choose_counts
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import Solved, solved
from flowsheet.solve.ipopt import Progress as Step
from flowsheet.solve.processes import cores

if TYPE_CHECKING:
    from flowsheet.api.flowsheet import Flowsheet
    from flowsheet.document.document import Document
    from flowsheet.solve.case import Case
    from flowsheet.solve.simulate import Simulation

_COMPARED = ("products", "recoveries", "reagents", "utilities", "economics")
"""Of the base case, what the optimum is compared with."""


def optimised(
    flowsheet: Flowsheet,
    starts: int | None = None,
    processes: int | None = None,
    start: Path | None = None,
    progress: Progress | None = None,
) -> Result:
    """Solve the base case, then search from it; see `Flowsheet.optimise`.

    Raises:
        DiagnosticError: E902, there is nothing to optimise for.
    """
    _must_ask(flowsheet.document)
    case = flowsheet.case
    solution = solve_case(case, start, progress)
    base = solution.state.simulation
    if not base.converged:
        return Result(solution.state, notes=solution.notes)
    state, report = _best(flowsheet, case, base, starts, processes, progress)
    known = build_result(solved(case, base, speciate=False))
    report["base"] = {key: known[key] for key in _COMPARED}
    return Result(state, report, solution.notes)


def _best(
    flowsheet: Flowsheet,
    case: Case,
    base: Simulation,
    starts: int | None,
    processes: int | None,
    progress: Progress | None,
) -> tuple[Solved, dict[str, Any]]:
    def tell(label: str, step: Step) -> None:
        if progress is not None:
            progress(_line(label, step))

    stated = case.document.optimisation
    if stated is None or not stated.choose:
        return optimise_case(case, base, starts, tell, processes or cores())

    def chosen(counts: Sequence[str]) -> Case:
        return flowsheet.changed_by(counts).case

    return choose_counts(chosen, case, base, starts, tell, processes or cores())


def _must_ask(document: Document) -> None:
    """Refuse a file without an objective before anything is compiled."""
    if document.optimisation is None:
        raise DiagnosticError(
            [
                Diagnostic(
                    "E902",
                    f"{document.path} has no `optimise:` block",
                    None,
                    "say what is wanted: `optimise: {maximise: profit, vary: {...}, subject_to: [...]}`",
                )
            ]
        )


def _line(label: str, step: Step) -> str:
    phase = "  restoring feasibility" if step.in_restoration else ""
    return (
        f"{label}: iteration {step.number}, objective {step.objective:.6g}, "
        f"misses constraints by {step.infeasibility:.1e}{phase}"
    )
