"""`flowsheet explain`: the long text behind a code."""

from __future__ import annotations

import textwrap
from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import BAD_INPUT, DONE, complain, width


def explain(
    code: Annotated[
        str | None, Parameter(name="CODE", help="A code such as E104; without one, all are listed.")
    ] = None,
    /,
) -> int:
    """Say what a code of an error or a warning means."""
    from flowsheet.document.diagnostics import all_codes, suggest
    from flowsheet.report import codes
    from flowsheet.validation import codes as validation_codes

    codes.register_all()
    validation_codes.register_all()
    known = all_codes()
    if code is None:
        for entry in known.values():
            print(f"{entry.code}  {entry.title}")
        return DONE
    found = known.get(code.upper())
    if found is None:
        complain(f"there is no code `{code}`", suggest(code.upper(), known, "codes"))
        return BAD_INPUT
    print(f"{found.code} {found.title}\n")
    print(textwrap.fill(found.text, width()))
    return DONE
