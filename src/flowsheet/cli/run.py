"""`flowsheet run`: solve a flowsheet, show the answer, write the files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.cli.messages import DONE, NOT_SOLVED, note, width
from flowsheet.cli.opening import memory, open_plant, warm_start
from flowsheet.cli.options import AsJson, Changes, File, NoCache, OutFolder, ScenarioName, WarmFile
from flowsheet.cli.output import ProgressLine, only_messages
from flowsheet.document.diagnostics import DiagnosticError

if TYPE_CHECKING:
    from flowsheet.results.solved import Solved
    from flowsheet.solve.case import Case

_STRUCTURAL = ("S201", "S202")


def run(
    file: File,
    /,
    *,
    changes: Changes = (),
    scenario: ScenarioName = None,
    json: AsJson = False,
    out: OutFolder = None,
    warm: WarmFile = None,
    no_cache: NoCache = False,
) -> int:
    """Solve a flowsheet: summary on the screen; report.html, workbook, result and input in a folder."""
    with only_messages(json), memory(not no_cache):
        progress = ProgressLine(width())
        progress.show("reading and compiling")
        try:
            case = open_plant(file, scenario, changes)
            from flowsheet.results.result import build_result

            state, remark = solve_case(case, warm, progress)
            result = build_result(state)
            diagnose(state, result)
        finally:
            progress.clear()
        if remark:
            note(remark)
        finish(state, result, out, json)
    if json:
        write_json(result)
    return DONE if result["status"] == "converged" else NOT_SOLVED


def solve_case(case: Case, warm: Path | None, progress: ProgressLine) -> tuple[Solved, str]:
    """Solve from the run in `warm`, else from what the last run kept; and a remark on the start.

    Where that run had the very same inputs, its solution is this one's.
    """
    from flowsheet.results.solved import findings, solved
    from flowsheet.solve.simulate import simulate
    from flowsheet.solve.solutions import keep_solution, kept_solution, solve_from

    start, remark = warm_start(case, warm) if warm is not None else (None, "")
    earlier = kept_solution(case) if warm is None else None
    if earlier is None:
        simulation = simulate(case.plant, case.p, start, progress=progress.show)
    else:
        simulation = solve_from(earlier, case, progress.show)
        if simulation is earlier.simulation:
            return solved(case, simulation, found=earlier.found), remark
    state = solved(case, simulation)
    keep_solution(case, simulation, findings(state))
    return state, remark


def diagnose(state: Solved, result: dict[str, Any]) -> None:
    """Add to a result that isn't one why it isn't; keep the compiled plant for the next run.

    Raises:
        DiagnosticError: the flowsheet has no solution by its structure, whatever its numbers.
    """
    from flowsheet.solve.case import remember
    from flowsheet.solve.explain import explain_failure

    found = (
        []
        if state.simulation.converged
        else explain_failure(state.case.plant, state.simulation, state.document)
    )
    if any(d.code in _STRUCTURAL for d in found):
        raise DiagnosticError(found, state.document.sources)
    result["diagnosis"] = [d.as_dict() for d in found]
    trouble = remember(state.case)
    if trouble:
        note(trouble)


def finish(state: Solved, result: dict[str, Any], out: Path | None, json: bool) -> None:
    """Write the files and show the summary; with `json` the JSON takes the summary's place."""
    from flowsheet.report.page.report import report_page
    from flowsheet.results.display import shown_for
    from flowsheet.results.write import write_run

    shown = shown_for(state.document)
    written = write_run(state, result, out, report_page(result, shown))
    for remark in written.notes:
        note(remark)
    if json:
        print(f"written to {written.folder}", file=sys.stderr)
        return
    from flowsheet.report.summary import print_summary

    print_summary(result, shown, str(written.folder), [f.name for f in written.files], width())


def write_json(result: dict[str, Any]) -> None:
    """The result alone, on standard output."""
    from flowsheet.results.write import as_json

    sys.stdout.write(as_json(result))
    sys.stdout.flush()
