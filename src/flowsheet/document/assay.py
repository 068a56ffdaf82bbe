"""A composition from an Excel or CSV file: one row per solid, a column of names and one of values."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import suggest
from flowsheet.document.document import Quantity
from flowsheet.document.keys import SECTIONS
from flowsheet.document.quantity import QuantityError, parse_quantity
from flowsheet.document.reader import Reader
from flowsheet.document.source import Entry, Node


class AssayError(Exception):
    """A table that can't be used; the text says why, `help` what there is instead."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


def read_assay(node: Node, folder: Path, what: str, reader: Reader) -> tuple[dict[str, Quantity], bool]:
    """Mass fractions by name from the table that `node` describes, and whether to normalise them.

    All faults are reported at the key that names the file.
    """
    section = SECTIONS["assay"]
    entries = reader.section(node, section, what)
    if "file" not in entries:
        return {}, False
    file = reader.scalar(entries["file"].value, f"`file` of {what}")
    normalise = reader.flag(entries["normalise"].value, "`normalise`") if "normalise" in entries else False
    if file is None:
        return {}, False
    unit = reader.text(entries.get("unit"), str(section.keys["unit"].default))
    fractions: dict[str, Quantity] = {}
    try:
        path = reader.found.file(file.text, file.span, folder)
        rows = _read_table(path, _optional(reader, entries.get("sheet")))
        pairs = _columns(
            rows,
            _optional(reader, entries.get("name_column")),
            _optional(reader, entries.get("value_column")),
        )
    except AssayError as error:
        reader.found.error("E405", f"{file.text}: {error}", file.span, error.help)
        return {}, False
    for row, name, cell in pairs:
        text = cell if isinstance(cell, str) and not _is_number(cell) else f"{cell} {unit}"
        try:
            value = parse_quantity(text, "mass fraction")
        except QuantityError as error:
            reader.found.error(
                "E405", f"{file.text}, row {row}, `{name}`: {error.message}", file.span, error.help
            )
            continue
        if name in fractions:
            reader.found.error("E405", f"{file.text}, row {row}: `{name}` is given twice", file.span)
        fractions[name] = Quantity(value, "mass fraction", text, file.span)
    return fractions, bool(normalise)


def _optional(reader: Reader, entry: Entry | None) -> str | None:
    return reader.text(entry) if entry else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read_table(path: Path, sheet: str | None) -> list[list[Any]]:
    """The cells of a table, row by row.  Raises AssayError."""
    if not path.is_file():
        raise AssayError("there is no such file", f"looked for {path}")
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _read_workbook(path, sheet)
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        raise AssayError(f"files of type `{path.suffix}` aren't read", "save it as .xlsx or .csv")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise AssayError("it isn't UTF-8 text", "save it as CSV UTF-8") from None
    first = text.splitlines()[0] if text else ""
    delimiter = max(",;\t", key=first.count)
    return [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), delimiter=delimiter)]


def _read_workbook(path: Path, sheet: str | None) -> list[list[Any]]:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError):
        raise AssayError("it isn't an Excel workbook") from None
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise AssayError(f"there is no sheet `{sheet}`", suggest(sheet, book.sheetnames, "sheets"))
        page = book[sheet] if sheet is not None else book.worksheets[0]
        return [
            [c.strip() if isinstance(c, str) else c for c in row] for row in page.iter_rows(values_only=True)
        ]
    finally:
        book.close()


def _columns(
    rows: list[list[Any]], name_column: str | None, value_column: str | None
) -> list[tuple[int, str, Any]]:
    """(row number, name, value) below the headings; rows without a name or a value are passed over."""
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(c not in (None, "") for c in row)]
    if not filled:
        raise AssayError("the table is empty")
    headings = [str(c) if c is not None else "" for c in filled[0][1]]

    def index(heading: str | None, position: int) -> int:
        if heading is None:
            if position >= len(headings):
                raise AssayError("the table needs a column of names and a column of values")
            return position
        if heading not in headings:
            raise AssayError(
                f"there is no column `{heading}`", suggest(heading, [h for h in headings if h], "columns")
            )
        return headings.index(heading)

    names, values = index(name_column, 0), index(value_column, 1)
    found = []
    for number, row in filled[1:]:
        name = row[names] if names < len(row) else None
        value = row[values] if values < len(row) else None
        if name not in (None, "") and value not in (None, ""):
            found.append((number, str(name), value))
    if not found:
        raise AssayError("no row has both a name and a value")
    return found
