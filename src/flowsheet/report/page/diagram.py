"""The process flow diagram of a result, laid out by ELK, as one SVG element.

Units stand in the order in which the plant is solved, so that lines which run against it are its recycles.
Every feed stands beside the unit that takes it, as often as it is taken, and what leaves the plant stands
beside the unit that it leaves: lines across the sheet are the plant's own streams.  What units draw from one
of the plant's tanks stands beside them too, by the supply's name; the tank's outlet lists its supplies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from flowsheet.document.document import DRAWN
from flowsheet.report.page.elk import lay_out
from flowsheet.report.page.symbols import HEIGHT, WIDTH, symbol

ASPECT_RATIO = 1.41
"""Width over height that the layout aims at: a sheet of A4 on its side."""
_LARGEST = 1.5
"""Pixels per unit of length that a small plant is drawn with at most."""
_INSET = 4
_CHARACTER, _LINE = 6.1, 13.0
_TAG_HEIGHT, _TIP = 18.0, 6
_NUMBER_RADIUS = 8.0
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9)
"""Of a piece of a line, where its number may stand, best first."""
_OPTIONS = {
    "elk.algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.aspectRatio": f"{ASPECT_RATIO}",
    "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
    "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    "elk.layered.wrapping.additionalEdgeSpacing": "8",
    "elk.spacing.nodeNode": "16",
    "elk.spacing.edgeEdge": "7",
    "elk.layered.spacing.nodeNodeBetweenLayers": "26",
    "elk.layered.spacing.edgeNodeBetweenLayers": "10",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "7",
    "elk.padding": "[top=12,left=12,bottom=12,right=12]",
}
_WRAPPED = {"elk.layered.wrapping.strategy": "MULTI_EDGE"}
_LONG = 9
"""Units from which on a plant is folded into several rows."""
_QUICK = {"elk.layered.nodePlacement.strategy": "BRANDES_KOEPF"}
_MANY = 45
"""Units from which on boxes are placed the quick way: with 52 it takes 5 s in place of 127."""
KINDS = {
    "aqueous": "liquor",
    "slurry": "slurry",
    "solid": "solid",
    "gas": "gas",
    "organic": "organic",
}
"""Kinds of lines, by what a stream carries, and their names in the legend."""

OUTLET, SUPPLY = "outlet", "supply"
"""The kinds of an outlet that the flowsheet doesn't name, and of what is drawn from a tank of the plant."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Tag:
    """A feed or an outlet of the plant: what it is called, and whether it is a product or waste."""

    name: str
    kind: str


def kind_of(phases: Mapping[str, Any]) -> str:
    """The kind of line for a stream with these phases.

    >>> kind_of({"aqueous": {}, "solid": {}}), kind_of({"gas": {}})
    ('slurry', 'gas')
    """
    if "solid" in phases:
        return "slurry" if "aqueous" in phases else "solid"
    return next((k for k in ("organic", "aqueous", "gas") if k in phases), "aqueous")


def stream_numbers(result: Mapping[str, Any]) -> dict[str, int]:
    """The streams' numbers on the diagram and in the stream table, in the order of the result."""
    return {name: number for number, name in enumerate(result["streams"], 1)}


def recycles(result: Mapping[str, Any]) -> set[str]:
    """Streams that run against the order in which the units are solved."""
    position = {unit: i for i, unit in enumerate(result["units"])}
    return {
        name
        for name, stream in result["streams"].items()
        if stream["from"] in position
        and stream["to"] in position
        and position[stream["from"]] >= position[stream["to"]]
    }


def is_supplied(result: Mapping[str, Any], stream: str) -> bool:
    """Whether a unit draws it from a tank of the plant."""
    return DRAWN in stream and result["streams"][stream]["from"] in result["units"]


def flow_diagram(result: Mapping[str, Any]) -> str:
    """The diagram as an SVG element, sized by its viewBox."""
    drawn = lay_out(_graph(result))
    numbers = stream_numbers(result)
    back = {name for name in recycles(result) if not is_supplied(result, name)}
    nodes = {n["id"]: n for n in drawn["children"]}
    width, height = drawn["width"], drawn["height"]
    routes = {edge["id"]: _points(edge) for edge in drawn["edges"]}
    marks = _number_places(routes)
    lines = [
        _stream(name, result["streams"][name], route, numbers[name], name in back)
        for name, route in routes.items()
    ]
    tops = [_mark(name, result["streams"][name], marks[name], numbers[name], name in back) for name in routes]
    units = [_unit(nodes[f"unit:{name}"], name, unit) for name, unit in result["units"].items()]
    tags = [
        _tag(nodes[key], tag, result["streams"][name], name)
        for name in result["streams"]
        for key, tag in _tags(result, name).items()
    ]
    return (
        f'<svg class="diagram" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="max-width: {_LARGEST * width:.0f}px" '
        f'role="img" aria-label="Process flow diagram of {escape(result["flowsheet"]["title"])}">'
        f"<defs>{_arrowheads()}</defs>" + "".join((*lines, *tops, *units, *tags)) + "</svg>"
    )


def _graph(result: Mapping[str, Any]) -> dict[str, Any]:
    """Boxes, ports and lines in ELK's form; boxes in the order that decides which lines are recycles."""
    streams, units = result["streams"], result["units"]
    ports: dict[str, list[dict[str, Any]]] = {name: [] for name in units}
    sources: list[dict[str, Any]] = []
    sinks: list[dict[str, Any]] = []
    edges = []
    for name, stream in streams.items():
        ends = {}
        for end, side in (("from", "EAST"), ("to", "WEST")):
            unit = stream[end]
            if unit in units and not (end == "from" and is_supplied(result, name)):
                port = f"{name}>{side}"
                ports[unit].append(
                    {"id": port, "width": 0, "height": 0, "layoutOptions": {"elk.port.side": side}}
                )
                ends[end] = port
        for key, tag in _tags(result, name).items():
            box = {"id": key, "width": _CHARACTER * len(tag.name) + 20, "height": _TAG_HEIGHT}
            (sources if key.startswith("feed:") else sinks).append(box)
            ends["from" if key.startswith("feed:") else "to"] = key
        edges.append({"id": name, "sources": [ends["from"]], "targets": [ends["to"]]})
    boxes = [
        {
            "id": f"unit:{name}",
            "width": WIDTH + 2 * _INSET,
            "height": HEIGHT + 2 * _INSET,
            "ports": ports[name],
            "labels": [{"text": name, "width": _CHARACTER * len(name), "height": _LINE}],
            "layoutOptions": {
                "elk.portConstraints": "FIXED_SIDE",
                "elk.nodeLabels.placement": "OUTSIDE V_BOTTOM H_CENTER",
            },
        }
        for name in units
    ]
    options = _OPTIONS | (_WRAPPED if len(units) >= _LONG else {}) | (_QUICK if len(units) >= _MANY else {})
    return {
        "id": "plant",
        "layoutOptions": options,
        "children": [*sources, *boxes, *sinks],
        "edges": edges,
    }


def outlet_of(result: Mapping[str, Any], stream: str) -> Tag:
    """What a stream that leaves the plant is called: the product or waste that it is, else its port."""
    for name, product in result["products"].items():
        if product["stream"] == stream:
            return Tag(name, product["role"])
    first, *others = (result["streams"][stream]["to"] or stream.partition(".")[2]).split(", ")
    return Tag(f"{first} and {len(others)} more" if others else first, OUTLET)


def _tags(result: Mapping[str, Any], stream: str) -> dict[str, Tag]:
    """The tags at a stream's ends that no unit stands at, by the box that they are drawn in."""
    units, ends = result["units"], result["streams"][stream]
    tags = {}
    if is_supplied(result, stream):
        tags[f"feed:{stream}"] = Tag(stream.partition(DRAWN)[0], SUPPLY)
    elif ends["from"] not in units:
        role = "main" if ends["from"] in result["main_feed"]["feeds"]["values"] else "feed"
        tags[f"feed:{stream}"] = Tag(ends["from"], role)
    if ends["to"] not in units:
        tags[f"out:{stream}"] = outlet_of(result, stream)
    return tags


def _unit(node: Mapping[str, Any], name: str, unit: Mapping[str, Any]) -> str:
    x, y, width, height = node["x"], node["y"], node["width"], node["height"]
    label = node["labels"][0]
    return (
        f'<g class="unit" data-unit="{escape(name)}" tabindex="0">'
        f"<title>{escape(name)}: {escape(unit['unit'])}</title>"
        f'<rect class="card" x="{x:.1f}" y="{y:.1f}" width="{width:g}" height="{height:g}" rx="4"/>'
        + symbol(unit["symbol"], x + _INSET, y + _INSET)
        + f'<text class="name" x="{x + label["x"] + label["width"] / 2:.1f}" y="{y + label["y"] + 10:.1f}" '
        f'text-anchor="middle">{escape(name)}</text></g>'
    )


def _tag(node: Mapping[str, Any], tag: Tag, stream: Mapping[str, Any], name: str) -> str:
    x, y, width, height = node["x"], node["y"], node["width"], node["height"]
    side, half = width - _TIP, height / 2
    outline = f"M{x:.1f} {y:.1f}h{side:.1f}l{_TIP} {half:g}l-{_TIP} {half:g}h-{side:.1f}z"
    flow = stream["mass_flow"]
    return (
        f'<g class="tag {escape(tag.kind)}" data-stream="{escape(name)}">'
        f"<title>{escape(tag.name)}: {flow['value']:.5g} {flow['unit']}</title>"
        f'<path d="{outline}"/><text x="{x + _TIP:.1f}" y="{y + half + 3.8:.1f}">{escape(tag.name)}</text>'
        "</g>"
    )


def _points(edge: Mapping[str, Any]) -> list[Point]:
    section = edge["sections"][0]
    return [
        (p["x"], p["y"]) for p in (section["startPoint"], *section.get("bendPoints", ()), section["endPoint"])
    ]


def _number_places(routes: Mapping[str, list[Point]]) -> dict[str, Point]:
    """Where each line has its number: on its longest piece, or wherever else no other number stands."""
    taken: list[Point] = []
    found = {}
    for name, route in sorted(routes.items(), key=lambda item: _longest(item[1])):
        pieces = sorted(pairwise(route), key=_length, reverse=True)
        places = [
            (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            for a, b in pieces
            for share in _SHARES
            if _length((a, b)) * min(share, 1 - share) >= _NUMBER_RADIUS
        ] or [((pieces[0][0][0] + pieces[0][1][0]) / 2, pieces[0][0][1])]
        free = (p for p in places if all(math.dist(p, t) > 2 * _NUMBER_RADIUS for t in taken))
        found[name] = next(free, places[0])
        taken.append(found[name])
    return found


def _length(piece: tuple[Point, Point]) -> float:
    return math.dist(*piece)


def _longest(route: list[Point]) -> float:
    return max(map(_length, pairwise(route)))


def _stream(name: str, stream: Mapping[str, Any], route: list[Point], number: int, back: bool) -> str:
    """A line with its arrow head."""
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in route)
    kind, flow = kind_of(stream["phases"]), stream["mass_flow"]
    title = f"{number}  {name}: {flow['value']:.5g} {flow['unit']}{', recycled' if back else ''}"
    return (
        f'<g class="stream {kind}{" recycle" if back else ""}" data-stream="{escape(name)}" tabindex="0">'
        f"<title>{escape(title)}</title>"
        f'<path class="reach" d="{path}"/><path class="line" d="{path}" marker-end="url(#arrow-{kind})"/></g>'
    )


def _mark(name: str, stream: Mapping[str, Any], place: Point, number: int, back: bool) -> str:
    """A line's number, above all lines."""
    x, y = place
    kind = kind_of(stream["phases"])
    return (
        f'<g class="mark {kind}{" recycle" if back else ""}" data-stream="{escape(name)}">'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_NUMBER_RADIUS:g}"/>'
        f'<text class="number" x="{x:.1f}" y="{y + 3.3:.1f}" text-anchor="middle">{number}</text></g>'
    )


def _arrowheads() -> str:
    return "".join(
        f'<marker id="arrow-{kind}" class="head {kind}" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0.5L8 4L0 7.5z"/></marker>'
        for kind in KINDS
    )
