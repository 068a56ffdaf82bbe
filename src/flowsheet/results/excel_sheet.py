"""A table of a workbook, and how it is written: header, a row of units of measure, rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_WIDEST = 60
Cell = str | float | int | bool | None


@dataclass
class Sheet:
    """A table: header, a row of units of measure, rows; the first `held` columns stay in sight."""

    name: str
    header: Sequence[str]
    units: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    held: int = 1


def write_sheets(workbook: Any, tables: Iterable[Sheet]) -> None:
    """Add a worksheet per table."""
    formats = {
        "header": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": False}),
        "unit": workbook.add_format({"italic": True, "font_color": "#666666", "bottom": 1}),
        "number": workbook.add_format({"num_format": "General"}),
    }
    for sheet in tables:
        _write(workbook.add_worksheet(sheet.name), sheet, formats)


def _write(worksheet: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    widths = [max(len(h), len(u)) for h, u in zip(sheet.header, sheet.units, strict=True)]
    for column, (title, unit) in enumerate(zip(sheet.header, sheet.units, strict=True)):
        worksheet.write_string(0, column, title, formats["header"])
        worksheet.write_string(1, column, unit, formats["unit"])
    for number, row in enumerate(sheet.rows, start=2):
        for column, cell in enumerate(row):
            if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
                continue
            if isinstance(cell, bool):
                worksheet.write_string(number, column, "yes" if cell else "no")
            elif isinstance(cell, str):
                worksheet.write_string(number, column, cell)
                widths[column] = max(widths[column], len(cell))
            else:
                worksheet.write_number(number, column, cell, formats["number"])
                widths[column] = max(widths[column], 11)
    for column, width in enumerate(widths):
        worksheet.set_column(column, column, min(width, _WIDEST) + 1)
    worksheet.freeze_panes(2, sheet.held)
