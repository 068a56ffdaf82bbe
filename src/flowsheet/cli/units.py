"""`flowsheet units`: the catalogue of unit operations, and one unit's page."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import BAD_INPUT, DONE, complain, width
from flowsheet.cli.opening import memory
from flowsheet.cli.options import Libraries


def units(
    name: Annotated[
        str | None, Parameter(name="NAME", help="A unit operation; without one, all are listed.")
    ] = None,
    /,
    *,
    library: Libraries = (),
) -> int:
    """List the unit operations, or show one's ports, parameters and results."""
    from flowsheet.document.diagnostics import suggest
    from flowsheet.model.catalogue import declarations
    from flowsheet.report.unit_page import catalogue_page, unit_page

    with memory():
        known = declarations(tuple(library))
    if name is None:
        print(catalogue_page(known.values(), width()), end="")
        return DONE
    if name not in known:
        complain(f"there is no unit operation `{name}`", suggest(name, known, "unit operations"))
        return BAD_INPUT
    print(unit_page(known[name], width()), end="")
    return DONE
