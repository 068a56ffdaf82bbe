"""`flowsheet schema`: the JSON schema of the flowsheet file, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flowsheet.cli.messages import DONE
from flowsheet.cli.opening import memory
from flowsheet.cli.options import Libraries


def schema(
    *,
    out: Annotated[
        Path | None, Parameter(name="--out", help="File to write; without it, standard output.")
    ] = None,
    library: Libraries = (),
    part: Annotated[bool, Parameter(negative="", help="The schema of files that flowsheets import.")] = False,
    case: Annotated[bool, Parameter(negative="", help="The schema of validation cases instead.")] = False,
) -> int:
    """Print the JSON schema of the flowsheet file, with the units that are installed."""
    text = case_schema_text() if case else schema_text(library, part)
    if out is None:
        print(text, end="")
        return DONE
    from flowsheet.cli.new import write_file

    write_file(out, text.encode())
    print(f"written to {out}")
    return DONE


def case_schema_text() -> str:
    """The schema of a validation case as JSON text."""
    from flowsheet.document.schema import sections_schema
    from flowsheet.validation.keys import CASE_SECTIONS

    return _text(sections_schema(CASE_SECTIONS, "case", "Validation case"))


def schema_text(libraries: tuple[Path, ...] = (), part: bool = False) -> str:
    """The schema as JSON text; `libraries`: files with units that aren't installed."""
    from flowsheet.solve.known_names import flowsheet_schema

    with memory():
        return _text(flowsheet_schema(libraries, part))


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
