"""`flowsheet optimise`: the optimum that the file's `optimise:` block asks for, and what holds it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, NOT_SOLVED, complain, width
from flowsheet.cli.opening import memory, open_flowsheet
from flowsheet.cli.options import AsJson, Changes, File, NoCache, OutFolder, ScenarioName, WarmFile
from flowsheet.cli.output import ProgressLine, only_messages
from flowsheet.cli.run import finish, write_json


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
            asked = open_flowsheet(file, scenario, changes)
            result = asked.optimise(starts=starts, processes=processes, start=warm, progress=progress.show)
        finally:
            progress.clear()
        result.refuse_structural()
        report = result.optimisation
        if report is None:
            complain("there is nothing to optimise from: the base case does not converge")
        finish(result, out, json)
    if json:
        write_json(result.data)
    found = report is not None and report["status"] == "optimal"
    return DONE if found and result.converged else NOT_SOLVED
