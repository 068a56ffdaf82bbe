"""`flowsheet explain`: the long text behind a code."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import BAD_INPUT, DONE, complain, width


def explain(
    code: Annotated[
        str | None, Parameter(name="CODE", help="A code such as E104; without one, all are listed.")
    ] = None,
    /,
) -> int:
    """Say what a code of an error or a warning means, with an example."""
    from flowsheet.document.diagnostics import suggest
    from flowsheet.report.code_page import code_list, code_page, known_codes
    from flowsheet.validation import codes as validation_codes

    validation_codes.register_all()
    known = known_codes()
    if code is None:
        print(code_list(known.values(), width()), end="")
        return DONE
    found = known.get(code.upper())
    if found is None:
        complain(f"there is no code `{code}`", suggest(code.upper(), known, "codes"))
        return BAD_INPUT
    print(code_page(found, width()), end="")
    return DONE
