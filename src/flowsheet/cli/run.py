"""`flowsheet run`: solve a flowsheet, show the answer, write the files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.cli.messages import DONE, NOT_SOLVED, note, width
from flowsheet.cli.opening import memory, open_flowsheet
from flowsheet.cli.options import AsJson, Changes, File, NoCache, OutFolder, ScenarioName, WarmFile
from flowsheet.cli.output import ProgressLine, only_messages

if TYPE_CHECKING:
    from flowsheet.api.result import Result


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
            result = open_flowsheet(file, scenario, changes).run(start=warm, progress=progress.show)
        finally:
            progress.clear()
        result.refuse_structural()
        finish(result, out, json)
    if json:
        write_json(result.data)
    return DONE if result.converged else NOT_SOLVED


def finish(result: Result, out: Path | None, json: bool) -> None:
    """Write the files and show the summary; with `json` the JSON takes the summary's place."""
    written = result.write(out)
    for remark in (*result.notes, *written.notes):
        note(remark)
    if json:
        print(f"written to {written.folder}", file=sys.stderr)
        return
    from flowsheet.report.summary import print_summary

    print_summary(result.data, result.shown, str(written.folder), [f.name for f in written.files], width())


def write_json(result: dict[str, Any]) -> None:
    """The result alone, on standard output."""
    from flowsheet.results.write import as_json

    sys.stdout.write(as_json(result))
    sys.stdout.flush()
