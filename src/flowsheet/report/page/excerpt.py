"""What a notebook shows of a result beneath a cell: key figures and the flow diagram, in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from flowsheet.report.page.diagram import flow_diagram
from flowsheet.report.page.key_figures import key_figures
from flowsheet.report.page.report import asset, environment
from flowsheet.results.display import Shown

_STYLES = ("report.css", "diagram.css")
_HEIGHT = 640


def excerpt(result: Mapping[str, Any], shown: Shown) -> str:
    """The element's text; the page within can neither run scripts nor load anything."""
    flowsheet = result["flowsheet"]
    page = (
        environment()
        .get_template("excerpt.html")
        .render(
            result=result,
            title=flowsheet["title"] or flowsheet["name"],
            style="\n".join(asset(name) for name in _STYLES),
            figures=list(key_figures(result, shown)) if result["status"] == "converged" else [],
            diagram=flow_diagram(result),
        )
    )
    frame = f'sandbox width="100%" height="{_HEIGHT}" style="border: 0"'
    return f'<iframe {frame} srcdoc="{escape(page)}"></iframe>'
