"""`flowsheet units`: the catalogue of unit operations, and one unit's page."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import BAD_INPUT, DONE, complain, width
from flowsheet.cli.opening import memory
from flowsheet.cli.options import Libraries
from flowsheet.cli.output import can_draw


def units(
    name: Annotated[
        str | None, Parameter(name="NAME", help="A unit operation; without one, all are listed.")
    ] = None,
    /,
    *,
    library: Libraries = (),
) -> int:
    """List the unit operations, or show one's ports, equations, parameters and results."""
    from flowsheet.document.diagnostics import suggest
    from flowsheet.model.catalogue import declarations
    from flowsheet.report.unit_page import catalogue_page, unit_page
    from flowsheet.solve.case import vocabulary

    with memory():
        known = declarations(tuple(library))
        sets = vocabulary().parameter_sets
    if name is None:
        print(catalogue_page(known.values(), width()), end="")
        return DONE
    if name not in known:
        complain(f"there is no unit operation `{name}`", suggest(name, known, "unit operations"))
        return BAD_INPUT
    print(unit_page(known[name], width(), sets, plain=not can_draw()), end="")
    return DONE
