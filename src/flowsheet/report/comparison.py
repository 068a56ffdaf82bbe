"""A comparison on the screen: what is compared, a table with a column each, what to know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.differences import difference_parts
from flowsheet.report.text import console, digits, paragraph, percent, table
from flowsheet.results.display import Shown

_COLUMN, _LABELS = 11, 36
"""Characters that a column of numbers takes, and those that item and unit take."""
_NOTHING = 1e-7
"""Share of the largest number of a row below which another is the rounding of a smooth switch."""

Comparison = Mapping[str, Any]


def print_comparison(comparison: Comparison, folder: str, files: Sequence[str], width: int) -> None:
    """Print a comparison on standard output."""
    out = console(width)
    for part in comparison_parts(comparison, width):
        out.print(part)
        out.print()
    out.print(paragraph(f"{folder}: {', '.join(files)}", width, " " * 12, "written     "), soft_wrap=True)


def comparison_parts(comparison: Comparison, width: int) -> Iterator[RenderableType]:
    """Legend, differences, as many tables side by side as it takes, notes."""
    yield _legend(comparison["cases"], width)
    if comparison["differences"] is not None:
        yield from difference_parts(comparison["differences"], Shown(**comparison["display"]), width)
    yield Text(paragraph(f"per {comparison['basis']['description']}", width), style="bold")
    compared = [at for at, case in comparison["cases"].items() if case["status"] == "converged"]
    room = max(1, (width - _LABELS) // _COLUMN)
    for first in range(0, len(compared), room):
        yield _table(comparison, compared[first : first + room])
    notes = [paragraph(_told(note), width, "    ", "  ") for note in comparison["notes"]]
    if notes:
        yield Text("\n".join(["notes", *notes]))


def _legend(cases: Mapping[str, Any], width: int) -> RenderableType:
    lines = []
    for at, case in cases.items():
        told = ["earlier run"] if case["earlier_run"] else []
        told += [] if case["status"] == "converged" else [case["status"].replace("_", " ")]
        status = f" ({', '.join(told)})" if told else ""
        title = f": {case['title']}" if case["title"] else ""
        lines.append(paragraph(f"{case['name']}{status}{title}", width, "   ", at.ljust(3)))
    return Text("\n".join(lines))


def _table(comparison: Comparison, columns: Sequence[str]) -> RenderableType:
    basis, feeds = comparison["basis"]["name"], comparison["feed"]["cases"]
    amounts = [comparison["cases"][at]["basis_amount"]["value"] for at in columns]
    lines: list[Sequence[str | Text]] = [
        ("main feed", "kg/h", *(digits(feeds[at]["mass_flow"]["value"]) for at in columns)),
    ]
    if basis != "feed":
        lines.append((basis, "kg/h", *(digits(a) for a in amounts)))
    section = ""
    for row in comparison["rows"]:
        values = [row["values"][at] for at in columns]
        if row["section"] != section:
            section = row["section"]
            unit = "" if row["unit"] == "1" else row["unit"]
            lines.append((Text(section, style="bold"), unit, *("" for _ in columns)))
        lines.append((Text(f"  {row['name']}"), "", *_numbers(values, row["unit"])))
    return table(("", "", *columns), lines, right=range(2, 2 + len(columns)))


def _numbers(values: Sequence[float | None], unit: str) -> list[str]:
    if unit == "1":
        return [percent(v) for v in values]
    largest = max((abs(v) for v in values if v is not None), default=0.0)
    return ["-" if v is None else digits(v if abs(v) > _NOTHING * largest else 0.0) for v in values]


def _told(note: Mapping[str, Any]) -> str:
    return f"{note['case']}: {note['message']}" if note["case"] else str(note["message"])
