"""`flowsheet schema`: the JSON schema of the flowsheet file, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE
from flowsheet.cli.opening import memory


def schema(
    *,
    out: Annotated[
        Path | None, Parameter(name="--out", help="File to write; without it, standard output.")
    ] = None,
) -> int:
    """Print the JSON schema of the flowsheet file, with the units that are installed."""
    text = schema_text()
    if out is None:
        print(text, end="")
        return DONE
    from flowsheet.cli.new import write_file

    write_file(out, text.encode())
    print(f"written to {out}")
    return DONE


def schema_text() -> str:
    """The schema as JSON text."""
    from flowsheet.document.schema import json_schema
    from flowsheet.model.catalogue import declarations
    from flowsheet.model.knowledge import Chemistries

    with memory():
        return json.dumps(json_schema(declarations(), Chemistries().system_names()), indent=2) + "\n"
