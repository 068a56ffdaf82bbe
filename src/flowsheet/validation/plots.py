"""Parity plots: measured against predicted, one picture a quantity, as SVG.

A colour and a marker per study; calibration hollow, validation filled.  Shaded: the tolerance, and within it
one standard deviation of the measurement.  Remainders are drawn as 1 - X on logarithmic axes.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.validation.case import Comparison
from flowsheet.validation.outcome import NOT_RUN, CaseOutcome, PointOutcome
from flowsheet.validation.shown import difference_shown, value_shown

# Okabe and Ito's colours, told apart by those who see colours differently
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8B6914")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
_WIDE = 30.0
"""Ratio of the largest to the smallest number from which axes are logarithmic."""
_DECADES = 150.0
"""That ratio from which only decades are labelled."""
_TITLE = 46
"""Characters of a title's line, so that it ends before the legend."""
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


@dataclass(frozen=True)
class Marked:
    """A point to be drawn."""

    study: str
    stated: Comparison
    point: PointOutcome


def marked_points(outcomes: Iterable[CaseOutcome]) -> dict[str, list[Marked]]:
    """Points of cases against measurements that have a prediction, by quantity."""
    gathered: dict[str, list[Marked]] = {}
    for outcome in outcomes:
        if outcome.status == NOT_RUN or outcome.case.kind == "verification":
            continue
        for comparison in outcome.comparisons:
            for point in comparison.points:
                if point.error is not None:
                    marked = Marked(outcome.case.source.study, comparison.stated, point)
                    gathered.setdefault(comparison.stated.quantity, []).append(marked)
    return gathered


def parity_plot(quantity: str, points: Sequence[Marked], stamp: str) -> str:
    """The picture of one quantity, as an SVG element; `stamp` says of which revision it is."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    studies = list(dict.fromkeys(p.study for p in points))
    stated = points[0].stated
    remainder = stated.compared_as == "remainder"
    pairs = [_drawn(p) for p in points]
    with matplotlib.rc_context({**_SETTINGS, "svg.hashsalt": quantity}):
        figure = Figure(figsize=(6.6, 4.5), layout=ConstrainedLayoutEngine(w_pad=0.22, h_pad=0.08))
        axes = figure.add_subplot()
        _axes(axes, pairs, remainder)
        _bands(axes, points, pairs)
        for number, study in enumerate(studies):
            for role in ("validation", "calibration"):
                chosen = [
                    xy
                    for xy, p in zip(pairs, points, strict=True)
                    if (p.study, p.point.role) == (study, role)
                ]
                if chosen:
                    _markers(axes, chosen, number, study, role == "calibration")
        unit = f" [{stated.shown_in}]" if stated.shown_in else ""
        what = f"{quantity}: what remains, 1 - X" if remainder else quantity
        axes.set_xlabel(f"measured{unit}")
        axes.set_ylabel(f"predicted{unit}")
        axes.set_title(_wrapped(what, _TITLE), loc="left", fontsize=10, fontweight="bold")
        legend = figure.legend(loc="outside right upper", fontsize=8, frameon=False, borderaxespad=0.2)
        for text in legend.get_texts():
            text.set_color("#222222")
        figure.supxlabel(stamp, x=0.99, ha="right", fontsize=6.5, color="#777777")
        made = io.StringIO()
        figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None})
    return _inline(made.getvalue(), quantity)


def _drawn(marked: Marked) -> tuple[float, float]:
    stated, point = marked.stated, marked.point
    assert point.measured is not None
    assert point.predicted is not None
    measured, predicted = point.measured, point.predicted
    if stated.compared_as == "remainder":
        least = max(point.deviation, 1e-12)
        measured, predicted = max(1.0 - measured, least), max(1.0 - predicted, least)
    shown = [value_shown(v, stated.unit, stated.shown_in) for v in (measured, predicted)]
    return float(shown[0] or 0.0), float(shown[1] or 0.0)


def _axes(axes: Any, pairs: Sequence[tuple[float, float]], remainder: bool) -> None:
    """Square axes that hold all points, and the diagonal."""
    numbers = [v for pair in pairs for v in pair]
    low, high = min(numbers), max(numbers)
    logarithmic = low > 0.0 and (remainder or high / low > _WIDE)
    if logarithmic:
        margin = max((high / low) ** 0.05, 1.05)
        low, high = low / margin, high * margin
        _logarithmic(axes, high / low)
    else:
        margin = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
        low, high = (0.0 if 0.0 <= low < 0.3 * high else low - margin), high + margin
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    axes.grid(True, linewidth=0.4, color="#e3e3e3", zorder=0)
    axes.plot([low, high], [low, high], color="#555555", linewidth=0.9, zorder=2)


def _logarithmic(axes: Any, ratio: float) -> None:
    """Logarithmic axes with plain numbers: 1, 2, 5 in each decade, of many decades 1 alone."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if ratio < _DECADES else (1.0,)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())


def _bands(axes: Any, points: Sequence[Marked], pairs: Sequence[tuple[float, float]]) -> None:
    """The widest tolerance of the cases about the diagonal, and the measurement's standard deviation."""
    low, high = axes.get_xlim()
    logarithmic = axes.get_xscale() == "log"
    x = np.geomspace(low, high, 80) if logarithmic else np.linspace(low, high, 80)
    widest = max(points, key=lambda p: p.point.width)
    margins = list(dict.fromkeys(p.stated.tolerance.margin.text for p in points))
    tolerance = [_half(p, p.point.width) for p in points]
    deviation = [_half(p, p.point.deviation) for p in points]
    text = margins[0] if len(margins) == 1 else f"{widest.stated.tolerance.margin.text}, the widest"
    for halves, colour, label in (
        (tolerance, "#e8eef5", f"tolerance ({text})"),
        (deviation, "#c9d8e8", "one s.d. of the measurement"),
    ):
        if not any(halves):
            continue
        width = _over(x, [a for a, _ in pairs], halves)
        lower = np.maximum(x - width, low) if logarithmic else x - width
        axes.fill_between(x, lower, x + width, color=colour, linewidth=0, zorder=1, label=label)


def _half(marked: Marked, width: float) -> float:
    stated = marked.stated
    return abs(difference_shown(width, stated.unit, stated.shown_in) or 0.0)


def _over(x: np.ndarray, at: Sequence[float], halves: Sequence[float]) -> np.ndarray:
    """Half the band over the axis: as wide as the points' own, relative where they grow with the number."""
    found, there = np.array(halves), np.array(at)
    if np.ptp(found) <= 1e-9 * found.max():
        return np.full(x.shape, found.max())
    relative = found / np.maximum(np.abs(there), 1e-300)
    if np.ptp(relative) <= 1e-6 * relative.max():
        return relative.max() * np.abs(x)
    edges = np.argsort(there)
    running = np.interp(x, there[edges], np.maximum.accumulate(found[edges]))
    widest: np.ndarray = np.maximum(running, np.median(found))
    return widest


def _markers(axes: Any, chosen: Sequence[tuple[float, float]], number: int, study: str, hollow: bool) -> None:
    colour = _COLOURS[number % len(_COLOURS)]
    axes.plot(
        [x for x, _ in chosen],
        [y for _, y in chosen],
        linestyle="none",
        marker=_MARKERS[number % len(_MARKERS)],
        markersize=4.5,
        markerfacecolor="white" if hollow else colour,
        markeredgecolor=colour,
        markeredgewidth=0.9,
        alpha=0.85,
        zorder=3,
        label=_wrapped(f"{study}{' (calibration)' if hollow else ''}"),
    )


def _wrapped(text: str, width: int = 26) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def _inline(svg: str, quantity: str) -> str:
    """The SVG element alone, scalable, with ids of its own so that several fit into one page."""
    start = svg.index("<svg")
    prefix = re.sub(r"\W+", "_", quantity)
    body = re.sub(r'(id="|url\(#|href="#)', lambda m: m.group(1) + prefix + "_", svg[start:])
    return re.sub(r'<svg ([^>]*?)height="[^"]*" ([^>]*?)width="[^"]*"', r"<svg \1\2", body, count=1)


def spread(points: Sequence[Marked]) -> str:
    """The range of the measurements, in words."""
    numbers = [_drawn(p)[0] for p in points]
    unit = points[0].stated.shown_in
    ends = dict.fromkeys((_short(min(numbers)), _short(max(numbers))))
    return f"{' to '.join(ends)} {unit}".rstrip()


def _short(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "-"
