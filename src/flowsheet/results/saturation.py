"""Solids that liquors are saturated with: by right, or because nothing lets them form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from flowsheet.results.display import count

if TYPE_CHECKING:
    from flowsheet.results.flows import StreamFlows
    from flowsheet.results.solved import Solved

_TOLERANCE = 0.01
"""Saturation index that counts as equilibrium."""


def supersaturated(state: Solved) -> list[tuple[str, str]]:
    """One (stream, message) per solid: the stream that is furthest above saturation with it."""
    found: dict[str, list[tuple[float, str]]] = {}
    for name, liquor in state.liquors.items():
        for near in liquor["near_saturation"]:
            if verdict(state, name, near) == "supersaturated":
                found.setdefault(near["solid"], []).append((near["saturation_index"], name))
    messages = []
    for solid, places in sorted(found.items(), key=lambda item: -max(item[1])[0]):
        index, name = max(places)
        more = f", less in {count(len(places) - 1, 'more stream')}" if len(places) > 1 else ""
        messages.append(
            (name, f"{solid} would form, but nothing lets it: saturation index {index:.2f}{more}")
        )
    return messages


def verdict(
    state: Solved, name: str, near: Mapping[str, Any]
) -> Literal["by right", "supersaturated", "near"]:
    """What to make of a stream that is at or near saturation with a solid.

    `by right`: it carries the solid, or comes from such a stream; `supersaturated`: the solid would form, but
    nothing lets it; `near`: else, and where the solid is slow to form by itself.
    """
    if _carried(state, name, near["solid"], set()):
        return "by right"
    slow = near["solid"] in state.case.plant.facts["chemistry"]["slow_solids"]
    return "near" if slow or near["saturation_index"] <= _TOLERANCE else "supersaturated"


def _carried(state: Solved, name: str, solid: str, seen: set[str]) -> bool:
    seen.add(name)
    if state.flows[name].flows.get("solid", {}).get(solid, 0.0) > 0.0:
        return True
    liquor = state.liquors.get(name, {"near_saturation": ()})
    if solid not in [near["solid"] for near in liquor["near_saturation"]]:
        return False
    return any(_carried(state, n, solid, seen) for n in _upstream(state, name) if n not in seen)


def _upstream(state: Solved, name: str) -> list[str]:
    """Streams into the unit that a stream comes from."""
    connections: Mapping[str, Any] = state.case.plant.facts["connections"]
    owner = name.partition(".")[0]
    flows: Mapping[str, StreamFlows] = state.flows
    return [n for n in flows if n in connections and connections[n][0] == owner]
