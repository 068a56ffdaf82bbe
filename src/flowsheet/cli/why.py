"""`flowsheet why`: which equations, settings, constants and sources a number rests on."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, NOT_SOLVED, complain, width
from flowsheet.cli.opening import memory, open_flowsheet
from flowsheet.cli.options import AsJson, Changes, File, NoCache, ScenarioName
from flowsheet.cli.output import ProgressLine, only_messages


def why(
    file: File,
    name: Annotated[
        str, Parameter(name="NUMBER", help="co_sx.raffinate.Co, leach.volume, recovery(Co), profit ...")
    ],
    /,
    *,
    changes: Changes = (),
    scenario: ScenarioName = None,
    json: AsJson = False,
    no_cache: NoCache = False,
) -> int:
    """Say why a number is what it is: its equations, settings, constants with sources, and what moves it."""
    with only_messages(json), memory(not no_cache):
        progress = ProgressLine(width())
        progress.show("reading and compiling")
        try:
            result = open_flowsheet(file, scenario, changes).run(progress=progress.show)
        finally:
            progress.clear()
        if not result.converged:
            complain(
                "the flowsheet has no solution whose numbers could be explained", f"flowsheet run {file}"
            )
            return NOT_SOLVED
        found = result.why(name).found
    if json:
        import json as encoder

        sys.stdout.write(encoder.dumps(asdict(found), indent=2, ensure_ascii=False) + "\n")
        return DONE
    from flowsheet.report.why import print_why

    print_why(found, result.shown, width())
    return DONE
