"""What the page shows of a stream or a unit that is pointed at: label and text, in the reader's units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowsheet.report.text import digits, percent
from flowsheet.results.display import Shown

Card = dict[str, Any]
_LEAST = 1e-9
"""Share of a phase below which a component is left out."""
_ROWS = 14


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


def stream_card(name: str, stream: Mapping[str, Any], number: int, shown: Shown) -> Card:
    """State of a stream, and what each of its phases holds, the most first."""
    state = [
        ("flow", quantity(stream["mass_flow"], shown)),
        ("temperature", quantity(stream["temperature"], shown)),
    ]
    if "volume_flow" in stream:
        state.append(("volume", quantity(stream["volume_flow"], shown)))
    if "pH" in stream:
        state.append(("pH", digits(stream["pH"])))
    return {
        "title": f"{number}  {name}",
        "subtitle": f"{stream['from']} to {stream['to'] or 'outside'}",
        "state": state,
        "tables": [_phase(phase, entry, shown) for phase, entry in stream["phases"].items()],
    }


def _phase(phase: str, entry: Mapping[str, Any], shown: Shown) -> Card:
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
        ]
        for component in held[:_ROWS]
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


def unit_card(tag: str, unit: Mapping[str, Any], shown: Shown) -> Card:
    """A unit's results that aren't profiles."""
    rows = list(_results(unit, shown))
    return {
        "title": tag,
        "subtitle": unit["unit"],
        "state": rows[: 2 * _ROWS],
        "tables": [],
        "more": max(len(rows) - 2 * _ROWS, 0),
    }


def _results(unit: Mapping[str, Any], shown: Shown) -> Iterator[tuple[str, str]]:
    profiles = unit.get("profiles", {})
    for name, value in unit["results"].items():
        if name.partition(".")[0] not in profiles:
            yield name.replace("_", " ").replace(".", " "), quantity(value, shown)
