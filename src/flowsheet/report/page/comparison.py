"""A comparison as one HTML file that opens without a network: differences first, then per kg of the basis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowsheet.report.differences import in_units, label
from flowsheet.report.page.report import asset, environment
from flowsheet.report.text import digits, percent
from flowsheet.results.differences import SECTIONS, change
from flowsheet.results.display import Shown

_STYLES = ("report.css", "comparison.css")
_TITLES = {"units": "unit operations"}
_AT_ONCE = ("units", "streams")
"""Sections that are folded: they say how the others come about."""
_WIDEST = 1.0
"""Size of a change whose bar fills its cell."""


@dataclass(frozen=True)
class Row:
    """A line of a table: what, unit of measure, texts by column; of a difference the change and its bar."""

    name: str
    unit: str
    texts: tuple[str, ...]
    change: str = ""
    bar: float = 0.0


def comparison_page(comparison: Mapping[str, Any]) -> str:
    """The page's text."""
    found, shown = comparison["differences"], Shown(**comparison["display"])
    return (
        environment()
        .get_template("comparison.html")
        .render(
            comparison=comparison,
            style="\n".join(asset(name) for name in _STYLES),
            letters=list(comparison["cases"]),
            compared=[at for at, case in comparison["cases"].items() if case["status"] == "converged"],
            found=found,
            choices=[] if found is None else [_choice(row) for row in found["choices"]],
            settings=[] if found is None else [_difference(row, found, shown) for row in found["settings"]],
            sections=[] if found is None else list(_sections(found, shown)),
            rows=list(_per_basis(comparison)),
        )
    )


def _sections(found: Mapping[str, Any], shown: Shown) -> Iterator[tuple[str, bool, list[Row]]]:
    """What came of it: all that matters together, most first, then units and streams, folded."""
    folded = {name: [r for r in found["results"] if r["section"] == name] for name in _AT_ONCE}
    first = [r for r in found["results"] if r["section"] in SECTIONS and r["section"] not in _AT_ONCE]
    if first:
        yield "what came of it, most first", False, [_difference(r, found, shown) for r in first]
    for name, rows in folded.items():
        if rows:
            yield _TITLES.get(name, name), True, [_difference(r, found, shown) for r in rows]


def _choice(row: Mapping[str, Any]) -> Row:
    return Row(row["name"], "", tuple("–" if v is None else v for v in row["values"].values()))


def _difference(row: Mapping[str, Any], found: Mapping[str, Any], shown: Shown) -> Row:
    unit, values = in_units(row, shown)
    texts = tuple(percent(v) if unit == "%" else digits(v) for v in values.values())
    others = [at for at in values if at != found["reference"]]
    changed = change(row, others[0], found["reference"]) if len(others) == 1 else ""
    return Row(
        label(row),
        "" if unit in ("1", "%") else unit,
        texts,
        changed,
        min(100.0 * row["size"] / _WIDEST, 100.0),
    )


def _per_basis(comparison: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Row]]]:
    """Sections of the table per kg of the basis, each with its unit."""
    sections: dict[str, list[Any]] = {}
    for row in comparison["rows"]:
        sections.setdefault(row["section"], []).append(row)
    for name, rows in sections.items():
        unit = rows[0]["unit"]
        write = percent if unit == "1" else digits
        yield (
            name,
            "" if unit == "1" else unit,
            [
                Row(row["name"], "", tuple("–" if v is None else write(v) for v in row["values"].values()))
                for row in rows
            ],
        )
