"""What the page shows of a stream or a unit that is pointed at: label and text, in the reader's units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowsheet.report.text import digits, percent
from flowsheet.results.display import Shown

Card = dict[str, Any]
_LEAST = 1e-9
"""Share of a phase below which a component is left out."""
ROWS = 14


def quantity(entry: Mapping[str, Any], shown: Shown, kind: str | None = None) -> str:
    """A number with its unit.

    >>> quantity({"value": 338.15, "unit": "K"}, Shown()), quantity({"value": 2.0, "unit": "pH"}, Shown())
    ('65.00 degC', '2.000')
    """
    unit = shown.unit(entry["unit"], kind)
    if entry["value"] is None:
        return "-"
    number = digits(shown.value(entry["value"], entry["unit"], kind))
    return number if unit in ("1", "pH", "") else f"{number} {unit}"


def stream_card(
    name: str, stream: Mapping[str, Any], number: int, shown: Shown, ask: Callable[[str], str] = str
) -> Card:
    """State of a stream, and what each of its phases holds, the most first; each with the name to ask for."""
    state = [
        ("flow", quantity(stream["mass_flow"], shown), ask(f"{name}.mass_flow")),
        ("temperature", quantity(stream["temperature"], shown), ask(f"{name}.temperature")),
    ]
    if "volume_flow" in stream:
        state.append(("volume", quantity(stream["volume_flow"], shown), ask(f"{name}.volume_flow")))
    if stream.get("pH") is not None:
        state.append(("pH", digits(stream["pH"]), ask(f"{name}.pH")))
    return {
        "title": f"{number}  {name}",
        "subtitle": f"{stream['from']} to {stream['to'] or 'outside'}",
        "state": state,
        "tables": [_phase(name, phase, entry, shown, ask) for phase, entry in stream["phases"].items()],
    }


def _phase(
    stream: str, phase: str, entry: Mapping[str, Any], shown: Shown, ask: Callable[[str], str]
) -> Card:
    masses, fractions = entry["mass_flows"]["values"], entry["mass_fractions"]["values"]
    concentrations = entry.get("concentrations", {}).get("values", {})
    held = sorted((c for c in masses if abs(fractions[c]) > _LEAST), key=lambda c: -abs(masses[c]))
    rows = [
        [
            component,
            digits(shown.value(masses[component], "kg/h")),
            digits(shown.value(concentrations[component], "kg/m3"))
            if component in concentrations
            else percent(fractions[component]),
            ask(f"{stream}.{component}"),
        ]
        for component in held[:ROWS]
    ]
    return {
        "header": [
            phase,
            shown.unit("kg/h"),
            shown.unit("kg/m3") if concentrations else "mass",
        ],
        "rows": rows,
        "more": len(held) - len(rows),
    }


def unit_card(tag: str, kind: str, rows: list[tuple[str, str, str]]) -> Card:
    """A unit's results: label, text, and the name to ask for; as many as there is room for."""
    return {
        "title": tag,
        "subtitle": kind,
        "state": rows[: 2 * ROWS],
        "tables": [],
        "more": max(len(rows) - 2 * ROWS, 0),
    }
