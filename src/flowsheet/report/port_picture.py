"""A unit as a box with its ports: what enters at the left, what leaves at the right, optional ones dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from flowsheet.document.declaration import Port, UnitDeclaration


@dataclass(frozen=True)
class _Strokes:
    """What lines are drawn with: corners from the upper left on, sides, a whole and a dashed arrow."""

    corners: str
    across: str
    down: str
    arrow: str
    dashed: str


_DRAWN = _Strokes("┌┐└┘", "─", "│", "───▶", "╌╌╌▷")
_TYPED = _Strokes("++++", "-", "|", "--->", "- ->")


def port_picture(declared: UnitDeclaration, width: int, plain: bool = False) -> str:
    """The picture; `plain`: of ASCII characters alone.  Phases stand under a port where the width allows.

    >>> from flowsheet.document.declaration import Port, UnitDeclaration
    >>> inlets = {"feed": Port("feed", ("aqueous",), "inlet")}
    >>> outlets = {"first": Port("first", ("aqueous",), "outlet")}
    >>> outlets["gas"] = Port("gas", ("gas",), "outlet", optional=True)
    >>> print(port_picture(UnitDeclaration("splitter", "", "", inlets, outlets, {}), 80, plain=True))
                       +----------+
    feed (aqueous) --->|          |---> first (aqueous)
                       | splitter |- -> gas (gas)
                       +----------+
    --->  must be connected    - ->  optional
    """
    strokes = _TYPED if plain else _DRAWN
    inlets, outlets = list(declared.inlets.values()), list(declared.outlets.values())
    inside = len(declared.name) + 2
    labels = _labels(inlets, outlets, width - inside - 2 - 2 * (len(strokes.arrow) + 1))
    left = max((len(labels[port.name, "inlet"]) for port in inlets), default=0)
    margin = " " * (left + 1 + len(strokes.arrow) if inlets else 0)
    rows = max(len(inlets), len(outlets))
    lines = [f"{margin}{strokes.corners[0]}{strokes.across * inside}{strokes.corners[1]}"]
    for number, (inlet, outlet) in enumerate(zip_longest(inlets, outlets)):
        enters, leaves = margin, ""
        if inlet is not None:
            enters = f"{labels[inlet.name, 'inlet'].rjust(left)} {_arrow(inlet, strokes)}"
        if outlet is not None:
            leaves = f"{_arrow(outlet, strokes)} {labels[outlet.name, 'outlet']}"
        middle = declared.name if number == rows // 2 else ""
        lines.append(f"{enters}{strokes.down}{middle.center(inside)}{strokes.down}{leaves}")
    lines.append(f"{margin}{strokes.corners[2]}{strokes.across * inside}{strokes.corners[3]}")
    if any(port.optional for port in (*inlets, *outlets)):
        lines.append(f"{strokes.arrow}  must be connected    {strokes.dashed}  optional")
    return "\n".join(lines)


def _labels(inlets: Sequence[Port], outlets: Sequence[Port], room: int) -> dict[tuple[str, str], str]:
    """Each port's name, with its phases where both sides then fit."""
    labels: dict[tuple[str, str], str] = {}
    for shown in (lambda p: f"{p.name} ({', '.join(p.phases)})", lambda p: p.name):
        labels = {(p.name, p.direction): shown(p) for p in (*inlets, *outlets)}
        sides = (
            max((len(labels[p.name, p.direction]) for p in ports), default=0) for ports in (inlets, outlets)
        )
        if sum(sides) <= room:
            break
    return labels


def _arrow(port: Port, strokes: _Strokes) -> str:
    return strokes.dashed if port.optional else strokes.arrow
