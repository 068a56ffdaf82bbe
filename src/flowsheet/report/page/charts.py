"""Pictures of a unit's profiles, as its declaration asks for them (see `document.declaration.Chart`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from flowsheet.report.page.figure import COLOURS, MARKERS, label_decades, picture
from flowsheet.results.display import Shown
from flowsheet.results.profiles import placed

_WIDE = 100.0
"""Ratio of the largest to the smallest number from which an axis is logarithmic."""
_LEAST = 1e-6
"""Of a picture's largest number, below which a line isn't drawn: a trace that says nothing."""
_LINES = 8
_PH = "[pH]"
_CROWDED = 60
"""Characters of the positions' names from which on they are written at a slant."""
_NUMBERS = 20
"""Positions that have room for their numbers; of more, every second or third is numbered."""
_APART = 0.045
"""Of the width of a picture, less than which two stages can't be told apart by their numbers."""
_SIZE = (5.6, 3.4)
Point = tuple[float, float]
Series = dict[str, dict[str, dict[str, float]]]


def charts(tag: str, unit: Mapping[str, Any], shown: Shown) -> Iterator[tuple[str, str]]:
    """Title and SVG element of each picture for which the unit has numbers."""
    values = _series(unit, shown)
    for chart in unit.get("charts", ()):
        wanted = [q for q in chart["quantities"] if q in values]
        if wanted and (chart["kind"] == "along" or len(wanted) == len(chart["quantities"])):
            yield from _KINDS[chart["kind"]](tag, chart["title"], wanted, values, _units(unit, shown))


def _series(unit: Mapping[str, Any], shown: Shown) -> Series:
    """The profiles' numbers by quantity, component ("" without) and position."""
    found: Series = {}
    for key, value in unit["results"].items():
        name, _, index = key.partition(".")
        parts = unit.get("profiles", {}).get(name)
        if parts is not None and value["value"] is not None:
            _, position, component = placed(parts, index)
            number = shown.value(value["value"], value["unit"])
            found.setdefault(name, {}).setdefault(component, {})[position] = number
    return found


def _units(unit: Mapping[str, Any], shown: Shown) -> dict[str, str]:
    units: dict[str, str] = {}
    for key, value in unit["results"].items():
        name = key.partition(".")[0]
        units.setdefault(name, shown.unit(value["unit"]).replace("delta_", ""))
    return units


def _along(
    tag: str, title: str, quantities: Sequence[str], values: Series, units: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """A picture for all quantities of one unit of measure; a line for each of them and each component."""
    for unit in dict.fromkeys(units[q] for q in quantities):
        alike = [q for q in quantities if units[q] == unit]
        lines = {
            " ".join(filter(None, (_words(q) if len(alike) > 1 or not c else "", c))): points
            for q in alike
            for c, points in values[q].items()
        }
        positions = list(dict.fromkeys(p for points in lines.values() for p in points))
        if len(positions) < 2:
            continue
        what = title if len(alike) == len(quantities) else _words(alike[0])
        draw = partial(_draw_along, _largest(lines), positions, what, f"[{unit}]" if unit != "1" else "")
        yield what, picture(f"{tag} {what} {unit}", _SIZE, draw)


def _draw_along(
    lines: Mapping[str, Mapping[str, float]], positions: Sequence[str], title: str, unit: str, figure: Any
) -> None:
    axes = figure.add_subplot()
    places = {p: i for i, p in enumerate(positions)}
    for number, (label, points) in enumerate(lines.items()):
        named = label
        for _, section in groupby(points.items(), key=lambda point: point[0].rpartition("_")[0]):
            there, numbers = zip(*section, strict=True)
            _line(axes, [places[p] for p in there], numbers, number, named)
            named = ""
    _name_positions(axes, positions)
    _finish(figure, axes, title, "", unit, lines.values())


def _name_positions(axes: Any, positions: Sequence[str]) -> None:
    """The positions below the axis; those of several sections by number, each section's name beneath."""
    sections = [position.rpartition("_")[0] for position in positions]
    if len(set(sections)) < 2 or not all(p.rpartition("_")[2].isdigit() for p in positions):
        axes.set_xticks(range(len(positions)), [_words(p) for p in positions])
        if max(map(len, positions)) * len(positions) > _CROWDED:
            axes.tick_params("x", rotation=55)
        return
    each = -(-len(positions) // _NUMBERS)
    ticks = [i for i, p in enumerate(positions) if (int(p.rpartition("_")[2]) - 1) % each == 0]
    axes.set_xticks(ticks, [positions[i].rpartition("_")[2] for i in ticks])
    for section, places in groupby(range(len(positions)), key=lambda i: sections[i]):
        there = list(places)
        middle = (there[0] + there[-1]) / 2
        below = axes.get_xaxis_transform()
        axes.text(middle, -0.11, _words(section), transform=below, ha="center", va="top", fontsize=8)


def _over(
    tag: str, title: str, quantities: Sequence[str], values: Series, units: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The second quantity over the first, a line per component."""
    over, quantity = quantities
    places = next(iter(values[over].values()))
    lines = _largest(values[quantity])
    draw = partial(_draw_over, places, lines, title, _with_unit(over, units), _with_unit(quantity, units))
    yield title, picture(f"{tag} {title}", _SIZE, draw)


def _draw_over(
    places: Mapping[str, float],
    lines: Mapping[str, Mapping[str, float]],
    title: str,
    x: str,
    y: str,
    figure: Any,
) -> None:
    axes = figure.add_subplot()
    for number, (label, points) in enumerate(lines.items()):
        there = [p for p in points if p in places]
        _line(axes, [places[p] for p in there], [points[p] for p in there], number, label)
    _finish(figure, axes, title, x, y, lines.values())


def _mccabe_thiele(
    tag: str, title: str, quantities: Sequence[str], values: Series, units: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Operating line, equilibrium line and the stages' steps between them, per component and section."""
    liquor, organic, equal_liquor, equal_organic = (values[q] for q in quantities)
    for component in liquor:
        least = _LEAST * max(organic[component].values())
        for section in dict.fromkeys(p.rpartition("_")[0] for p in liquor[component]):
            operating = _points(liquor[component], organic[component], section)
            equilibrium = _points(equal_liquor[component], equal_organic[component], section)
            if max(y for _, y in operating) < least:  # a section that meets traces
                continue
            name = f"{component}, {section.replace('_', ' ')}"
            draw = partial(_draw_stages, operating, equilibrium, name, units[quantities[0]])
            yield f"{title}: {name}", picture(f"{tag} {title} {name}", _SIZE, draw)


def _draw_stages(
    operating: Sequence[Point], equilibrium: Sequence[Point], title: str, unit: str, figure: Any
) -> None:
    axes = figure.add_subplot()
    _step(axes, operating, equilibrium)
    _line(axes, *_columns(sorted(equilibrium)), 0, "equilibrium")
    _line(axes, *_columns(sorted(operating)), 1, "operation")
    columns = _columns((*operating, *equilibrium))
    if all(map(_spans_decades, columns)):
        for axis, numbers in zip((axes.xaxis, axes.yaxis), columns, strict=True):
            _logarithmic(axis, numbers)
    _number_stages(axes, equilibrium)
    _finish(figure, axes, title, f"liquor [{unit}]", f"organic [{unit}]", ())


def _number_stages(axes: Any, points: Sequence[Point]) -> None:
    """The stages' numbers beside their points, as far as they stand apart."""
    axes.autoscale_view()  # else the axes' ends are found when it is drawn
    placed: list[Point] = []
    for number, point in enumerate(points, 1):
        x, y = axes.transAxes.inverted().transform(axes.transData.transform(point))
        if all(math.hypot(x - a, y - b) > _APART for a, b in placed):
            axes.annotate(f"{number}", point, textcoords="offset points", xytext=(4, 4), fontsize=7.5)
            placed.append((x, y))


def _points(x: Mapping[str, float], y: Mapping[str, float], section: str) -> list[Point]:
    return [(x[p], y[p]) for p in x if p.rpartition("_")[0] == section]


def _columns(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _step(axes: Any, operating: Sequence[Point], equilibrium: Sequence[Point]) -> None:
    """The steps: from the point of operation before a stage over its equilibrium to the one after it."""
    path = [operating[0]]
    for (_, before), (x, y), after in zip(operating, equilibrium, operating[1:], strict=False):
        path += [(x, before), (x, y), after]
    xs, ys = _columns(path)
    axes.plot(xs, ys, color="#777777", linewidth=0.7, zorder=1)


_KINDS: Mapping[str, Callable[..., Iterator[tuple[str, str]]]] = {
    "along": _along,
    "over": _over,
    "mccabe_thiele": _mccabe_thiele,
}


def _largest(lines: Mapping[str, Mapping[str, float]]) -> dict[str, Mapping[str, float]]:
    """The lines that say most: the largest, as many as can be told apart."""
    size = {label: max(map(abs, points.values()), default=0.0) for label, points in lines.items()}
    floor = _LEAST * max(size.values(), default=0.0)
    kept = sorted((label for label in lines if size[label] > floor), key=lambda n: -size[n])[:_LINES]
    return {label: lines[label] for label in lines if label in kept}


def _line(axes: Any, x: Sequence[float], y: Sequence[float], number: int, label: str) -> None:
    axes.plot(
        x,
        y,
        color=COLOURS[number % len(COLOURS)],
        marker=MARKERS[number % len(MARKERS)] if len(x) <= 40 else "",
        markersize=4,
        linewidth=1.2,
        label=label,
        zorder=2,
    )


def _finish(figure: Any, axes: Any, title: str, x: str, y: str, lines: Any) -> None:
    """Title, names of the axes, grid, legend; a logarithmic axis where the numbers span decades."""
    numbers = [v for points in lines for v in points.values()]
    if _spans_decades(numbers) and y != _PH:  # a pH is a logarithm
        _logarithmic(axes.yaxis, numbers)
    axes.set_title(title, loc="left", fontsize=9.5, fontweight="bold")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(True, linewidth=0.4, color="#e3e3e3", zorder=0)
    labels = axes.get_legend_handles_labels()[1]
    room = 0.012 * max(map(len, labels)) + 0.07 if len(labels) > 1 else 0.03
    slanted = any(label.get_rotation() for label in axes.get_xticklabels())
    figure.subplots_adjust(left=0.15, right=1.0 - room, bottom=0.27 if slanted else 0.15, top=0.91)
    if len(labels) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8, frameon=False, borderpad=0.0)


def _spans_decades(numbers: Sequence[float]) -> bool:
    return bool(numbers) and min(numbers) > 0 and max(numbers) / min(numbers) > _WIDE


def _logarithmic(axis: Any, numbers: Sequence[float]) -> None:
    """A logarithmic axis that ends where numbers become traces."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    label_decades(axis, plain=False)
    low, high = max(min(numbers), _LEAST * max(numbers)), max(numbers)
    axis.axes.set(**{f"{axis.axis_name}lim": (low / 2, high * 2)})


def _words(name: str) -> str:
    return name.replace("_", " ")


def _with_unit(quantity: str, units: Mapping[str, str]) -> str:
    unit = units[quantity]
    return f"{_words(quantity)} [{unit}]" if unit not in ("1", "pH") else _words(quantity)
