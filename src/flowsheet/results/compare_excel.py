"""A comparison as a workbook: the table, the main feeds, what was compared, what to know of it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from flowsheet.results.differences import change
from flowsheet.results.excel_sheet import Sheet, write_sheets

_PERCENT = {"1": ("%", 100.0)}
"""Unit and factor in which plain shares are written."""


def comparison_workbook(comparison: Mapping[str, Any]) -> bytes:
    """The workbook's bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "nan_inf_to_errors": True})
    workbook.set_properties({"title": f"comparison per {comparison['basis']['description']}"})
    write_sheets(workbook, _sheets(comparison))
    workbook.close()
    return buffer.getvalue()


def _sheets(comparison: Mapping[str, Any]) -> Iterable[Sheet]:
    cases = comparison["cases"]
    yield from _differences(comparison["differences"])
    labels = [f"{at} {case['name']}" for at, case in cases.items()]
    blank = [""] * len(labels)
    table = Sheet(
        "comparison",
        ("section", "item", "unit of measure", *labels),
        ("", f"per {comparison['basis']['description']}", "", *blank),
        held=3,
    )
    for row in comparison["rows"]:
        unit, factor = _PERCENT.get(row["unit"], (row["unit"], 1.0))
        values = (None if v is None else factor * v for v in row["values"].values())
        table.rows.append((row["section"], row["name"].strip(), unit, *values))
    yield table
    yield _feeds(comparison["feed"]["cases"], labels)
    yield Sheet(
        "flowsheets",
        (
            "column",
            "flowsheet",
            "title",
            "scenario",
            "source",
            "earlier run",
            "status",
            "basis",
            "money of",
            "no price",
        ),
        ("", "", "", "", "", "", "", "kg/h", "", ""),
        [
            (
                at,
                case["name"],
                case["title"],
                case["scenario"] or "",
                case["source"],
                case["earlier_run"],
                case["status"],
                case["basis_amount"]["value"],
                case["money_of"],
                ", ".join(case["unpriced"]),
            )
            for at, case in cases.items()
        ],
    )
    notes = Sheet("notes", ("column", "note"), ("", ""))
    notes.rows += [(note["case"] or "", note["message"]) for note in comparison["notes"]]
    yield notes


def _differences(found: Mapping[str, Any] | None) -> Iterable[Sheet]:
    """What was asked otherwise, and what came of it, most first; nothing of plants that are not alike."""
    if found is None:
        return
    rows = found["results"] or found["settings"] or found["choices"]
    letters = list(rows[0]["values"]) if rows else []
    asked = Sheet("asked otherwise", ("item", "unit of measure", *letters), ("", "", *("" for _ in letters)))
    asked.rows += [(r["name"], "", *r["values"].values()) for r in found["choices"]]
    asked.rows += [(r["name"], r["unit"], *r["values"].values()) for r in found["settings"]]
    yield asked
    others = [at for at in letters if at != found["reference"]]
    came = Sheet(
        "differences",
        ("section", "item", "unit of measure", *letters, *(f"change of {at}" for at in others)),
        ("", "", "", *("" for _ in (*letters, *others))),
        held=3,
    )
    for row in found["results"]:
        changes = (change(row, at, found["reference"]) for at in others)
        came.rows.append((row["section"], row["name"], row["unit"], *row["values"].values(), *changes))
    yield came


def _feeds(tables: Mapping[str, Any], labels: list[str]) -> Sheet:
    elements = dict.fromkeys(e for t in tables.values() if t for e in t["mass_fractions"]["values"])
    sheet = Sheet("main feeds", ("item", "unit of measure", *labels), ("", "", *("" for _ in labels)), held=2)
    sheet.rows.append(("feeds", "", *(", ".join(t["feeds"]) if t else None for t in tables.values())))
    sheet.rows.append(
        ("mass flow", "kg/h", *(t["mass_flow"]["value"] if t else None for t in tables.values()))
    )
    for element in elements:
        shares = (t["mass_fractions"]["values"].get(element, 0.0) if t else None for t in tables.values())
        sheet.rows.append((element, "%", *(None if s is None else 100.0 * s for s in shares)))
    return sheet
