"""What is shown of a plant that did not converge: where it is stuck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.text import paragraph, table
from flowsheet.results.display import Shown

_SHOWN = 8
_SOLVED = 1e-9


def failure(result: Mapping[str, Any], shown: Shown, width: int) -> Iterator[RenderableType]:
    """Residual per feed and unit, what could not be started, and that the numbers are no answer."""
    solver = result["solver"]
    off = {o: r for o, r in solver["residual_by_owner"].items() if not r <= _SOLVED}
    for finding in result["diagnosis"]:
        place = finding["where"]
        at = f" {place['file']}:{place['line']}:{place['column']}" if place else ""
        yield Text(
            paragraph(f"{finding['code']}{at} {finding['message']}", width, "  ", "")
            + ("\n" + paragraph(f"help: {finding['help']}", width, "      ", "") if finding["help"] else "")
        )
    if off:
        failed = set(solver["failed_sections"])
        rows = [
            (owner, f"{size:.1e}", "no solution from its inlets" if owner in failed else "")
            for owner, size in list(off.items())[:_SHOWN]
        ]
        yield table(("where", "residual", ""), rows, right=(1,))
        if len(off) > _SHOWN:
            yield Text(f"and {len(off) - _SHOWN} more; all others are solved")
    elif result["message"]:
        yield Text(paragraph(result["message"], width))
    yield Text(
        paragraph(
            "The files hold the best iterate, marked as not converged: it shows where the plant is stuck and "
            "is no answer. Next: look at the unit named first; ask whether its target can be met (one that "
            "would need a negative flow can't); go from a case that works in small steps, with --warm.",
            width,
        )
    )
