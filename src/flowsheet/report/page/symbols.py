"""What units are drawn as: outlines of the equipment as flow diagrams have them, in a box of 64 by 44."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from flowsheet.document.declaration import Symbol

WIDTH, HEIGHT = 64, 44


def _path(*lines: str) -> str:
    return "".join(f'<path d="{line}"/>' for line in lines)


def _dashed(line: str) -> str:
    return f'<path d="{line}" stroke-dasharray="4 3"/>'


_VESSEL = "M12 8V34Q12 42 32 42Q52 42 52 34V8"
_AGITATOR = "M32 2V32M23 32q4.5-4 9 0q4.5 4 9 0M27 2h10"
_SIGN = '<text x="{x}" y="26" font-size="11" text-anchor="middle">{sign}</text>'

DRAWINGS: Mapping[Symbol, str] = {
    "box": '<rect x="8" y="6" width="48" height="32" rx="2"/>',
    "tank": _path(_VESSEL, "M12 18H52"),
    "stirred_tank": _path(_VESSEL, "M12 16H52", _AGITATOR),
    "fermenter": _path("M14 14Q14 4 32 4Q50 4 50 14V34Q50 42 32 42Q14 42 14 34Z", _AGITATOR)
    + "".join(
        f'<circle cx="{x}" cy="{y}" r="1.6"/>' for x, y in ((22, 37), (32, 38), (42, 37), (20, 25), (44, 25))
    ),
    "mixer": _path("M12 6L52 22L12 38Z"),
    "splitter": _path("M52 6L12 22L52 38Z"),
    "heat_exchanger": '<circle cx="32" cy="22" r="16"/>' + _path("M6 22H22L28 12L36 32L42 22H58"),
    "filter": '<rect x="8" y="8" width="48" height="28"/>' + _dashed("M8 36L56 8"),
    "thickener": _path("M4 10H60V20L35 38H29L4 20Z", "M32 4V32M16 25L32 32L48 25"),
    "mixer_settler": '<rect x="4" y="12" width="16" height="22"/><rect x="20" y="12" width="40" height="22"/>'
    + _path("M12 5V27M8 27h8", "M20 23H60"),
    "column": '<rect x="20" y="2" width="24" height="40" rx="9"/>' + _path("M20 12H44L20 32H44L20 12"),
    "membrane": '<rect x="3" y="11" width="58" height="22" rx="5"/>'
    + _dashed("M3 22H61")
    + _path("M32 33V39"),
    "hollow_fibre": '<rect x="3" y="10" width="58" height="24" rx="6"/>'
    + _path("M10 16H54M10 20H54M10 24H54M10 28H54"),
    "electrodialysis": '<rect x="8" y="6" width="48" height="32"/>'
    + _path("M16 6V38M48 6V38")
    + _dashed("M24 6V38M32 6V38M40 6V38")
    + _SIGN.format(x=12, sign="+")
    + _SIGN.format(x=52, sign="−"),
    "crystalliser": _path("M14 4H50V22L36 41H28L14 22Z", "M32 4V26M26 26h12")
    + _path("M24 16l3 4l-3 4l-3-4Z", "M40 16l3 4l-3 4l-3-4Z", "M32 29l2.5 3.5l-2.5 3.5l-2.5-3.5Z"),
    "evaporator": _path("M18 14Q18 2 32 2Q46 2 46 14V18H41V42H23V18H18Z", "M27 20V40M32 20V40M37 20V40"),
    "dryer": _path("M6 14L54 10V30L6 34Z", "M54 12h5v16h-5M1 16h5v16H1")
    + _path("M18 40q3-3 0-6M30 39q3-3 0-6M42 38q3-3 0-6"),
    "kiln": _path("M6 14L50 8V28L6 34Z", "M6 16H1V32H6M50 10h5v16h-5")
    + _path("M28 41q-6-5 0-11q1 4 4 4q3 3-4 7Z"),
}


def symbol(name: str, x: float = 0.0, y: float = 0.0) -> str:
    """A symbol as a group whose upper left corner is at (x, y); one that isn't known is drawn as a box."""
    drawing = DRAWINGS.get(name, DRAWINGS["box"])  # type: ignore[call-overload]
    return f'<g class="symbol" data-symbol="{escape(name)}" transform="translate({x:g} {y:g})">{drawing}</g>'
