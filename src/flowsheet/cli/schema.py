"""`flowsheet schema`: the JSON schema of the flowsheet file, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

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
    case: Annotated[bool, Parameter(negative="", help="The schema of validation cases instead.")] = False,
) -> int:
    """Print the JSON schema of the flowsheet file, with the units that are installed."""
    text = case_schema_text() if case else schema_text(library)
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

    return json.dumps(sections_schema(CASE_SECTIONS, "case", "Validation case"), indent=2) + "\n"


def schema_text(libraries: tuple[Path, ...] = ()) -> str:
    """The schema as JSON text; `libraries`: files with units that aren't installed."""
    from flowsheet.document.schema import json_schema
    from flowsheet.model.catalogue import declarations
    from flowsheet.model.knowledge import Chemistries

    with memory():
        return json.dumps(json_schema(declarations(libraries), Chemistries().system_names()), indent=2) + "\n"
