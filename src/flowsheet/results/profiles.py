"""Numbers of a unit by position (stage, tank, level of time) as sheets: a row per position, a column per
quantity and component.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowsheet.results.display import Shown
from flowsheet.results.excel_sheet import Cell, Sheet

_COMPONENT = "component"
_LONGEST = 31
"""Characters of a sheet's name, as Excel allows."""
_FORBIDDEN = "[]:*?/\\\\"


def profile_sheets(units: Mapping[str, Any], shown: Shown) -> Iterator[Sheet]:
    """A sheet per unit and kind of position, of what its declaration calls a profile."""
    names: set[str] = set()
    for tag, entry in units.items():
        tables: dict[str, _Table] = {}
        for key, value in entry["results"].items():
            name, _, index = key.partition(".")
            parts = entry.get("profiles", {}).get(name)
            if parts is None:
                continue
            kind, position, component = placed(parts, index)
            tables.setdefault(kind, _Table()).add(name, component, position, value, shown)
        for kind, table in tables.items():
            yield table.sheet(_unique(f"{tag} by {kind}", names), kind)


def placed(parts: str, index: str) -> tuple[str, str, str]:
    """Kind of position, position and component of an index.

    >>> placed("stage.component", "scrub_2.Nd"), placed("component.level", "Nd.feed_3"), placed("tank", "1")
    (('stage', 'scrub_2', 'Nd'), ('level', 'feed_3', 'Nd'), ('tank', '1', ''))
    """
    first, _, second = parts.partition(".")
    if not second:
        return first, index, ""
    if first == _COMPONENT:
        component, _, position = index.rpartition(".")
        return second, position, component
    position, _, component = index.partition(".")
    return first, position, component


class _Table:
    """Columns by quantity and component, rows by position, both in the order in which they come."""

    def __init__(self) -> None:
        self.units: dict[tuple[str, str], str] = {}
        self.cells: dict[str, dict[tuple[str, str], Cell]] = {}

    def add(self, name: str, component: str, position: str, value: Mapping[str, Any], shown: Shown) -> None:
        self.units[name, component] = shown.unit(value["unit"])
        number = None if value["value"] is None else shown.value(value["value"], value["unit"])
        self.cells.setdefault(position, {})[name, component] = number

    def sheet(self, name: str, kind: str) -> Sheet:
        quantities = list(dict.fromkeys(quantity for quantity, _ in self.units))
        columns = sorted(self.units, key=lambda column: quantities.index(column[0]))
        header = [kind, *(f"{quantity} {component}".strip() for quantity, component in columns)]
        units = ["", *(self.units[column] for column in columns)]
        sheet = Sheet(name, header, units)
        sheet.rows += [[position, *map(row.get, columns)] for position, row in self.cells.items()]
        return sheet


def _unique(name: str, taken: set[str]) -> str:
    """A name that Excel accepts and that no other sheet has, whatever its case."""
    clean = "".join("_" if c in _FORBIDDEN else c for c in name).strip("'")
    short, number = clean[:_LONGEST], 1
    while short.lower() in taken:
        number += 1
        short = f"{clean[: _LONGEST - len(str(number)) - 1]} {number}"
    taken.add(short.lower())
    return short
