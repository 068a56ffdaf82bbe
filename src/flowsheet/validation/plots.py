"""Parity plots: measured against predicted, one picture a quantity, as SVG.

A colour and a marker per study; calibration hollow, validation filled.  Shaded: the tolerance, and within it
one standard deviation of the measurement.  Remainders are drawn as 1 - X on logarithmic axes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.report.page.figure import COLOURS, MARKERS, label_decades, picture
from flowsheet.validation.case import Comparison
from flowsheet.validation.outcome import NOT_RUN, CaseOutcome, PointOutcome
from flowsheet.validation.shown import difference_shown, value_shown

_WIDE = 30.0
"""Ratio of the largest to the smallest number from which axes are logarithmic."""
_DECADES = 150.0
"""That ratio from which only decades are labelled."""
_TITLE = 46
"""Characters of a title's line, so that it ends before the legend."""


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
    studies = list(dict.fromkeys(p.study for p in points))
    stated = points[0].stated
    remainder = stated.compared_as == "remainder"
    pairs = [_drawn(p) for p in points]

    def draw(figure: Any) -> None:
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

    return picture(quantity, (6.6, 4.5), draw, {"w_pad": 0.22, "h_pad": 0.08})


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
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            label_decades(axis, plain=high / low < _DECADES)
    else:
        margin = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
        low, high = (0.0 if 0.0 <= low < 0.3 * high else low - margin), high + margin
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    axes.grid(True, linewidth=0.4, color="#e3e3e3", zorder=0)
    axes.plot([low, high], [low, high], color="#555555", linewidth=0.9, zorder=2)


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
    colour = COLOURS[number % len(COLOURS)]
    axes.plot(
        [x for x, _ in chosen],
        [y for _, y in chosen],
        linestyle="none",
        marker=MARKERS[number % len(MARKERS)],
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


def spread(points: Sequence[Marked]) -> str:
    """The range of the measurements, in words."""
    numbers = [_drawn(p)[0] for p in points]
    unit = points[0].stated.shown_in
    ends = dict.fromkeys((_short(min(numbers)), _short(max(numbers))))
    return f"{' to '.join(ends)} {unit}".rstrip()


def _short(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "-"
