"""Options that several verbs share, spelt alike everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

File = Annotated[str, Parameter(name="FILE", help="A flowsheet file, or the name of a flowsheet that ships.")]
Changes = Annotated[
    tuple[str, ...],
    Parameter(
        name="--set",
        negative="",
        consume_multiple=False,
        show_default=False,
        help='Change one key: --set units.leach.temperature="80 degC". Repeatable.',
    ),
]
ScenarioName = Annotated[str | None, Parameter(name="--scenario", help="Apply a scenario of the file.")]
AsJson = Annotated[
    bool, Parameter(name="--json", negative="", help="Print the result alone, as JSON, on standard output.")
]
OutFolder = Annotated[
    Path | None,
    Parameter(
        name="--out", help="Folder for the files. [default: a new one under runs/]", show_default=False
    ),
]
WarmFile = Annotated[
    Path | None, Parameter(name="--warm", help="Start from an earlier run: its folder or its solution.json.")
]
NoCache = Annotated[
    bool,
    Parameter(name="--no-cache", negative="", help="Use nothing that earlier runs kept on this computer."),
]
Libraries = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--library",
        negative="",
        consume_multiple=False,
        show_default=False,
        help="A Python file with units of your own. Repeatable.",
    ),
]
