"""Sankey diagrams: where an element, water or acid goes, with ribbons as wide as its flow.

What runs with the plant is placed by d3-sankey; recycles, which it does not take, run back below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from flowsheet.report.page.diagram import OUTLET, kind_of, outlet_of, recycles
from flowsheet.report.page.scripts import answer_of

WIDTH = 1200.0
_NODE, _PADDING, _ROW = 15.0, 12.0, 16.0
_CHARACTER, _LINE = 6.1, 11.0
_LEAST_HEIGHT, _LEAST_SHARE = 220.0, 1e-3
_RETURN = 6.0
_MARGIN = {"left": 4.0, "right": 150.0, "top": 12.0}
_PLACE = """
const layout = globalThis.d3.sankey().nodeId(n => n.id).nodeWidth(question.node).nodePadding(question.padding)
  .nodeAlign(globalThis.d3.sankeyCenter).nodeSort(null).linkSort(null).iterations(24)
  .extent([[question.left, question.top], [question.right, question.bottom]]);
const { nodes, links } = layout({ nodes: question.nodes, links: question.links });
return {
  nodes: nodes.map(n => ({ id: n.id, x0: n.x0, x1: n.x1, y0: n.y0, y1: n.y1 })),
  links: links.map(l => ({ stream: l.stream, source: l.source.id, target: l.target.id, width: l.width,
                           y0: l.y0, y1: l.y1 })),
};
"""


def element_amounts(result: Mapping[str, Any], element: str) -> dict[str, float]:
    """Mass flow of an element in each stream [kg/h]."""
    return {
        name: stream["elements"]["values"].get(element, 0.0) for name, stream in result["streams"].items()
    }


def water_amounts(result: Mapping[str, Any]) -> dict[str, float]:
    """Mass flow of water, as liquid and as vapour, in each stream [kg/h]."""
    return _component_amounts(result, "H2O", ("aqueous", "gas"), "mass_flows")


def acid_amounts(result: Mapping[str, Any]) -> dict[str, float]:
    """Protons that acids of each liquor can give, hydrogen sulfate's among them, less its alkali [mol/h]."""
    return _component_amounts(result, "H", ("aqueous",), "molar_flows")


def _component_amounts(
    result: Mapping[str, Any], component: str, phases: tuple[str, ...], table: str
) -> dict[str, float]:
    return {
        name: sum(
            stream["phases"][phase][table]["values"].get(component, 0.0)
            for phase in phases
            if phase in stream["phases"]
        )
        for name, stream in result["streams"].items()
    }


def sankey(
    result: Mapping[str, Any], amounts: Mapping[str, float], what: str, show: Callable[[float], str]
) -> str:
    """One diagram as an SVG element; empty where nothing flows.

    Args:
        result: a run's result.
        amounts: flow in each stream; what is negative or below a thousandth of the largest is left out.
        what: whose flow this is.
        show: writes a flow with its unit.
    """
    largest = max(amounts.values(), default=0.0)
    if largest <= 0:
        return ""
    flowing = {s: a for s, a in amounts.items() if a >= _LEAST_SHARE * largest}
    ends = {s: _ends(result, s) for s in flowing}
    back = recycles(result) & flowing.keys()
    through = _throughput(flowing, ends)
    height = max(_LEAST_HEIGHT, _ROW * _tallest_column(ends, back))
    placed = answer_of(
        ["d3-array.min.js", "d3-sankey.min.js"],
        _PLACE,
        {
            "node": _NODE,
            "padding": _PADDING,
            "left": _MARGIN["left"],
            "top": _MARGIN["top"],
            "right": WIDTH - _MARGIN["right"],
            "bottom": _MARGIN["top"] + height,
            "nodes": [{"id": n, "fixedValue": through[n]} for n in _in_order(result, ends)],
            "links": [
                {"stream": s, "source": ends[s][0], "target": ends[s][1], "value": a}
                for s, a in flowing.items()
                if s not in back
            ],
        },
    )
    return _draw(result, placed, flowing, back, ends, f"Where {what} goes", show)


def _ends(result: Mapping[str, Any], stream: str) -> tuple[str, str]:
    """The boxes that a stream runs between: units, feeds by name, and outlets each by itself."""
    entry, units = result["streams"][stream], result["units"]
    source = entry["from"] if entry["from"] in units else f"feed {entry['from']}"
    if entry["to"] in units:
        return source, entry["to"]
    outlet = outlet_of(result, stream)
    return source, f"out {outlet.kind} {outlet.name if outlet.kind != OUTLET else stream}"


def _in_order(result: Mapping[str, Any], ends: Mapping[str, tuple[str, str]]) -> list[str]:
    """Feeds, units as they are solved, outlets."""
    met = list(dict.fromkeys(n for pair in ends.values() for n in pair))
    units = [u for u in result["units"] if u in met]
    return [
        *(n for n in met if n.startswith("feed ")),
        *units,
        *(n for n in met if n.startswith("out ")),
    ]


def _throughput(flowing: Mapping[str, float], ends: Mapping[str, tuple[str, str]]) -> dict[str, float]:
    """The larger of what enters and what leaves each box, recycles included."""
    enters: dict[str, float] = {}
    leaves: dict[str, float] = {}
    for stream, amount in flowing.items():
        source, target = ends[stream]
        leaves[source] = leaves.get(source, 0.0) + amount
        enters[target] = enters.get(target, 0.0) + amount
    return {n: max(enters.get(n, 0.0), leaves.get(n, 0.0)) for n in {*enters, *leaves}}


def _tallest_column(ends: Mapping[str, tuple[str, str]], back: set[str]) -> int:
    """Boxes in the fullest column, by the longest way from a feed."""
    forward = [pair for stream, pair in ends.items() if stream not in back]
    depth = {n: 0 for pair in ends.values() for n in pair}
    for _ in depth:
        moved = False
        for source, target in forward:
            if depth[target] <= depth[source]:
                depth[target], moved = depth[source] + 1, True
        if not moved:
            break
    columns = list(depth.values())
    return max(columns.count(c) for c in columns)


def _draw(
    result: Mapping[str, Any],
    placed: Mapping[str, Any],
    flowing: Mapping[str, float],
    back: set[str],
    ends: Mapping[str, tuple[str, str]],
    title: str,
    show: Callable[[float], str],
) -> str:
    nodes = {n["id"]: n for n in placed["nodes"]}
    scale = _scale(placed, flowing)
    bottom = max(n["y1"] for n in nodes.values())
    left, entered = _used(placed)
    ribbons = [
        _ribbon(result, link["stream"], flowing, show, _forward(link, nodes)) for link in placed["links"]
    ]
    lane = bottom + _PADDING
    for stream in sorted(back, key=lambda s: flowing[s]):
        width = max(flowing[stream] * scale, 0.5)
        source, target = (nodes[n] for n in ends[stream])
        y0 = source["y0"] + left.get(source["id"], 0.0) + width / 2
        y1 = target["y0"] + entered.get(target["id"], 0.0) + width / 2
        left[source["id"]] = left.get(source["id"], 0.0) + width
        entered[target["id"]] = entered.get(target["id"], 0.0) + width
        lane += width / 2
        shape = (_backward(source["x1"], y0, target["x0"], y1, lane), width)
        ribbons.append(_ribbon(result, stream, flowing, show, shape))
        lane += width / 2 + _RETURN
    height = lane + _PADDING
    return (
        f'<svg class="sankey" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" '
        f'role="img" aria-label="{escape(title)}">{"".join(ribbons)}{_boxes(nodes.values())}</svg>'
    )


def _scale(placed: Mapping[str, Any], flowing: Mapping[str, float]) -> float:
    """Width of a ribbon per flow."""
    link = max(placed["links"], key=lambda a: a["width"])
    return float(link["width"] / flowing[link["stream"]])


def _used(placed: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """How much of each box's right and left side the ribbons take that don't run back."""
    right: dict[str, float] = {}
    left: dict[str, float] = {}
    for link in placed["links"]:
        right[link["source"]] = right.get(link["source"], 0.0) + link["width"]
        left[link["target"]] = left.get(link["target"], 0.0) + link["width"]
    return right, left


def _forward(link: Mapping[str, Any], nodes: Mapping[str, Mapping[str, float]]) -> tuple[str, float]:
    x0, x1 = nodes[link["source"]]["x1"], nodes[link["target"]]["x0"]
    middle = (x0 + x1) / 2
    path = f"M{x0:.1f} {link['y0']:.1f}C{middle:.1f} {link['y0']:.1f} {middle:.1f} {link['y1']:.1f} "
    return f"{path}{x1:.1f} {link['y1']:.1f}", link["width"]


def _backward(x0: float, y0: float, x1: float, y1: float, lane: float) -> str:
    """A line that leaves to the right, runs back in its lane below, and enters from the left."""
    turn = 14.0
    return (
        f"M{x0:.1f} {y0:.1f}C{x0 + turn:.1f} {y0:.1f} {x0 + turn:.1f} {lane:.1f} {x0:.1f} {lane:.1f}"
        f"L{x1:.1f} {lane:.1f}C{x1 - turn:.1f} {lane:.1f} {x1 - turn:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    )


def _ribbon(
    result: Mapping[str, Any],
    stream: str,
    flowing: Mapping[str, float],
    show: Callable[[float], str],
    shape: tuple[str, float],
) -> str:
    path, width = shape
    kind = kind_of(result["streams"][stream]["phases"])
    return (
        f'<path class="ribbon {kind}" data-stream="{escape(stream)}" d="{path}" '
        f'stroke-width="{max(width, 0.5):.2f}">'
        f"<title>{escape(stream)}: {escape(show(flowing[stream]))}</title></path>"
    )


def _boxes(nodes: Iterable[Mapping[str, Any]]) -> str:
    """All boxes, the largest first: what has no room for its name shows it when pointed at."""
    written: list[tuple[float, float, float]] = []
    drawn = []
    for node in sorted(nodes, key=lambda n: n["y0"] - n["y1"]):
        kind, _, name = node["id"].rpartition(" ")
        height, length = max(node["y1"] - node["y0"], 0.5), _CHARACTER * len(name)
        x, y = node["x0"] + _NODE / 2, (node["y0"] + node["y1"]) / 2
        label = ""
        if height >= length + 6:
            label = f'<text class="inside" transform="translate({x + 3.5:.1f} {y:.1f}) rotate(-90)">'
        else:
            place = (node["x1"] + 3, node["x1"] + 3 + length, y)
            if not any(a < place[1] and place[0] < b and abs(y - c) < _LINE for a, b, c in written):
                written.append(place)
                label = f'<text x="{place[0]:.1f}" y="{y + 3.5:.1f}">'
        drawn.append(
            f'<g class="box {kind}"><title>{escape(name)}</title><rect x="{node["x0"]:.1f}" '
            f'y="{node["y0"]:.1f}" width="{_NODE:g}" height="{height:.1f}"/>'
            + (f"{label}{escape(name)}</text>" if label else "")
            + "</g>"
        )
    return "".join(drawn)
