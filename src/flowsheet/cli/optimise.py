"""`flowsheet optimise`: the optimum that the file's `optimise:` block asks for, and what holds it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, NOT_SOLVED, complain, note, refusal, width
from flowsheet.cli.opening import memory, open_document, open_plant
from flowsheet.cli.options import AsJson, Changes, File, NoCache, OutFolder, ScenarioName, WarmFile
from flowsheet.cli.output import ProgressLine, only_messages
from flowsheet.cli.run import diagnose, finish, solve_case, write_json

if TYPE_CHECKING:
    from flowsheet.solve.case import Case
    from flowsheet.solve.ipopt import Progress


def optimise(
    file: File,
    /,
    *,
    starts: Annotated[
        int | None, Parameter(help="Starting points. [default: the file's, else 10]", show_default=False)
    ] = None,
    processes: Annotated[
        int | None,
        Parameter(help="Processes that share the starts. [default: one per core]", show_default=False),
    ] = None,
    changes: Changes = (),
    scenario: ScenarioName = None,
    json: AsJson = False,
    out: OutFolder = None,
    warm: WarmFile = None,
    no_cache: NoCache = False,
) -> int:
    """Find the optimum that the file's `optimise:` block asks for."""
    with only_messages(json), memory(not no_cache):
        progress = ProgressLine(width())
        progress.show("reading and compiling")
        try:
            _must_ask(file, scenario, changes)
            case = open_plant(file, scenario, changes)
            from flowsheet.optimise.choices import choose_counts
            from flowsheet.optimise.run import BaseNotSolved, optimise_case
            from flowsheet.results.result import build_result
            from flowsheet.results.solved import solved

            solution, remark = solve_case(case, warm, progress)
            base = solution.simulation

            def tell(label: str, step: Progress) -> None:
                progress.show(_line(label, step))

            try:
                if _chooses(case):
                    state, report = choose_counts(
                        lambda counts: open_plant(file, scenario, (*changes, *counts)),
                        case,
                        base,
                        starts,
                        tell,
                        processes or cores(),
                    )
                else:
                    state, report = optimise_case(case, base, starts, tell, processes or cores())
                if base.converged:
                    report["base"] = _for_comparison(build_result(solved(case, base, speciate=False)))
                result = build_result(state, report)
            except BaseNotSolved:
                state = solved(case, base)
                result, report = build_result(state), {}
            diagnose(state, result)
        finally:
            progress.clear()
        if remark:
            note(remark)
        if not report:
            complain("there is nothing to optimise from: the base case does not converge")
        finish(state, result, out, json)
    if json:
        write_json(result)
    return DONE if report.get("status") == "optimal" and result["status"] == "converged" else NOT_SOLVED


def _must_ask(file: str, scenario: str | None, changes: tuple[str, ...]) -> None:
    """Refuse a file without an objective before anything is compiled."""
    document = open_document(file, scenario, changes)
    if document.optimisation is None:
        raise refusal(
            "E902",
            f"{document.path} has no `optimise:` block",
            "say what is wanted: `optimise: {maximise: profit, vary: {...}, subject_to: [...]}`",
        )


def _chooses(case: Case) -> bool:
    stated = case.document.optimisation
    return stated is not None and bool(stated.choose)


def cores() -> int:
    """Cores that this process may use."""
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available else os.cpu_count() or 1


def _line(label: str, step: Progress) -> str:
    phase = "  restoring feasibility" if step.in_restoration else ""
    return (
        f"{label}: iteration {step.number}, objective {step.objective:.6g}, "
        f"misses constraints by {step.infeasibility:.1e}{phase}"
    )


def _for_comparison(base: dict[str, object]) -> dict[str, object]:
    """Of the base case, what the optimum is compared with."""
    return {key: base[key] for key in ("products", "recoveries", "reagents", "utilities", "economics")}
