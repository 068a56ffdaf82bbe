"""The plant as a graph: what streams can carry, in which order units are solved, where recycles are torn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations

from flowsheet.model.stream import Shape

_EXHAUSTIVE = 7
"""Recycle loops of up to this many units have their smallest tear set found by trying all orders."""
_FORWARD_COST = 4
"""What tearing a stream that goes forward in the file costs, a recycle costing 1."""


def propagate(
    order: Sequence[str],
    inlets: Mapping[str, Mapping[str, Sequence[str]]],
    shapes_of: Mapping[str, Callable[[Mapping[str, Shape]], Mapping[str, Shape]]],
    feeds: Mapping[str, Shape],
) -> dict[str, Shape]:
    """Shapes of all streams: the smallest that the feeds and the units' reactions can fill.

    Starting from nothing, every unit's outlets are worked out again until no shape grows; the sets are finite
    and only grow, so this ends.  `inlets[unit][port]` are stream names, `shapes_of[unit]` maps inlet shapes
    to outlet shapes.
    """
    shapes: dict[str, Shape] = dict(feeds)
    changed = True
    while changed:
        changed = False
        for unit in order:
            entering = {}
            for port, names in inlets[unit].items():
                total = Shape.of()
                for name in names:
                    total = total | shapes.get(name, Shape.of())
                entering[port] = total
            for port, shape in shapes_of[unit](entering).items():
                name = f"{unit}.{port}"
                grown = shapes.get(name, Shape.of()) | shape
                if grown != shapes.get(name):
                    shapes[name] = grown
                    changed = True
    return shapes


def solving_order(units: Sequence[str], arcs: Sequence[tuple[str, str, str]]) -> tuple[list[str], list[str]]:
    """An order of the units along the flow, and the streams that it tears.

    `arcs` are (producer, consumer, stream).  Units outside loops come in flow order; within a loop the order
    that tears least is taken (all orders are tried in small loops, a greedy order in large ones).  A stream
    that goes back in the file's own order is a recycle in its author's eyes and costs less to tear than one
    that goes forward: recycles start empty more naturally than the main flow does.

    >>> solving_order(["a", "b"], [("a", "b", "a.out"), ("b", "a", "b.back")])
    (['a', 'b'], ['b.back'])
    """
    reached = {u: _reached(u, arcs) for u in units}
    loops: dict[str, list[str]] = {}
    for u in units:
        first = next((v for v in loops if v in reached[u] and u in reached[v]), u)
        loops.setdefault(first, []).append(u)
    order: list[str] = []
    while loops:
        first = next(u for u in loops if not any(u in reached[v] for v in loops if v != u))
        members = loops.pop(first)
        order += members if len(members) == 1 else _loop_order(members, arcs)
    rank = {u: i for i, u in enumerate(order)}
    torn = [stream for producer, consumer, stream in arcs if rank[producer] >= rank[consumer]]
    return order, torn


def _reached(unit: str, arcs: Sequence[tuple[str, str, str]]) -> set[str]:
    """The units that lie downstream of one."""
    found: set[str] = set()
    edge = {unit}
    while edge:
        edge = {consumer for producer, consumer, _ in arcs if producer in edge} - found
        found |= edge
    return found


def _loop_order(members: list[str], arcs: Sequence[tuple[str, str, str]]) -> list[str]:
    pairs = [(u, v) for u, v, _ in arcs if u != v and u in members and v in members]
    written = {u: i for i, u in enumerate(members)}

    def torn(order: Iterable[str]) -> int:
        rank = {u: i for i, u in enumerate(order)}
        return sum(1 if written[u] >= written[v] else _FORWARD_COST for u, v in pairs if rank[u] >= rank[v])

    if len(members) <= _EXHAUSTIVE:
        return list(min(permutations(members), key=torn))
    return list(min((members, _greedy(members, pairs)), key=torn))


def _greedy(members: list[str], pairs: list[tuple[str, str]]) -> list[str]:
    """Eades, Lin and Smyth 1993: sinks to the end, sources to the front, else the unit that gives most."""
    left: list[str] = []
    right: list[str] = []
    remaining = list(members)
    while remaining:
        present = set(remaining)
        live = [(u, v) for u, v in pairs if u in present and v in present]
        gives = {u: sum(a == u for a, _ in live) for u in remaining}
        takes = {u: sum(b == u for _, b in live) for u in remaining}
        if sinks := [u for u in remaining if not gives[u]]:
            right = [*sinks, *right]
            remaining = [u for u in remaining if u not in sinks]
        elif sources := [u for u in remaining if not takes[u]]:
            left += sources
            remaining = [u for u in remaining if u not in sources]
        else:
            best = max(remaining, key=lambda u: gives[u] - takes[u])
            left.append(best)
            remaining.remove(best)
    return left + right
