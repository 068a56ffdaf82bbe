"""Options that several verbs share, spelt alike everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

File = Annotated[str, Parameter(name="FILE", help="A flowsheet file, or the name of a flowsheet that ships.")]


def repeatable(name: str, help: str) -> Parameter:
    """An option that may be given several times, one value each."""
    return Parameter(
        name=name, negative="", consume_multiple=False, show_default=False, help=f"{help} Repeatable."
    )


Changes = Annotated[
    tuple[str, ...], repeatable("--set", 'Change one key: --set units.leach.temperature="80 degC".')
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
Libraries = Annotated[tuple[Path, ...], repeatable("--library", "A Python file with units of your own.")]
