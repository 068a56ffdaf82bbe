"""Pictures by matplotlib as SVG elements that stand in a page: text stays text, ids are the picture's own."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

# Okabe and Ito's colours, told apart by those who see colours differently
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8B6914")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
_SETTINGS = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["Helvetica", "Arial", "DejaVu Sans"],
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.edgecolor": "#555555",
    "xtick.color": "#333333",
    "ytick.color": "#333333",
}


def picture(
    name: str,
    size: tuple[float, float],
    draw: Callable[[Any], None],
    margins: Mapping[str, Any] | None = None,
) -> str:
    """An SVG element that scales with its place.

    Args:
        name: distinguishes the picture from others of the page.
        size: [inch].
        draw: draws on the figure that it is given.
        margins: of matplotlib's constrained layout, which draws everything twice; without them, what is drawn
            keeps its places.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context({**_SETTINGS, "svg.hashsalt": name}):
        layout = None if margins is None else ConstrainedLayoutEngine(**margins)
        figure = Figure(figsize=size, layout=layout)
        draw(figure)
        made = io.StringIO()
        figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None})
    return _inline(made.getvalue(), name)


def _inline(svg: str, name: str) -> str:
    start = svg.index("<svg")
    prefix = re.sub(r"\W+", "_", name)
    body = re.sub(r'(id="|url\(#|href="#)', lambda m: m.group(1) + prefix + "_", svg[start:])
    return re.sub(r'<svg ([^>]*?)height="[^"]*" ([^>]*?)width="[^"]*"', r"<svg \1\2", body, count=1)


def label_decades(axis: Any, plain: bool = True) -> None:
    """Plain numbers on a logarithmic axis: 1, 2, 5 in each decade, or not `plain` the decades alone."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if plain else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
    if not plain:
        axis.set_minor_locator(NullLocator())
