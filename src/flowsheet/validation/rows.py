"""The points of a case: rows of a table, or rows written in the case."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span, suggest
from flowsheet.document.syntax_tree import names_in
from flowsheet.validation.case import ValidationCase, Value

LINE = "line"
"""Column that every table has: the number of the line in its file."""
DATA_FOLDER = "FLOWSHEET_SHARED_DATA"
_RANGE = re.compile(r"\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(?:to|-)\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*")


class NotThere(Exception):
    """The table of a case is not on this computer."""


@dataclass(frozen=True)
class Row:
    """One point: its name, which stored predictions are kept by, what reports call it, and its cells."""

    name: str
    label: str
    cells: Mapping[str, str]


def data_folder(stated: Path | None = None) -> Path:
    """Where tables lie that don't ship: as stated, else FLOWSHEET_SHARED_DATA, else beside the checkout."""
    if stated is not None:
        return stated
    named = os.environ.get(DATA_FOLDER)
    return Path(named) if named else Path(__file__).resolve().parents[4] / "shared" / "data"


def read_rows(case: ValidationCase, suite: Path, data: Path) -> tuple[Row, ...]:
    """The points of a case, in the order of its table.

    Raises:
        NotThere: its table is in none of the places where it may lie.
        DiagnosticError: the table has no such column, or none of its rows is kept.
    """
    points = case.points
    if not points.table:
        rows = [Row(f"row {i}", f"row {i}", {LINE: str(i), **c}) for i, c in enumerate(points.rows, 1)]
        rows = rows or [Row("point", "point", {})]
    else:
        rows = [_named(line, cells) for line, cells in _table(case, _find(case, suite, data))]
    if rows:
        _check_columns(case, rows[0].cells)
    kept = [r for r in rows if is_kept(r, points.where)]
    if not kept:
        raise _bad(case, "E910", "no row of the table is kept", points.span, "look at `where`")
    return tuple(Row(r.name, r.cells[points.label], r.cells) if points.label else r for r in kept)


def _find(case: ValidationCase, suite: Path, data: Path) -> Path:
    for folder in (case.folder, suite.parent, data):
        if (folder / case.points.table).is_file():
            return folder / case.points.table
    raise NotThere(f"its table {case.points.table} is not there")


def _table(case: ValidationCase, path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """Rows of a CSV file by the number of the line they end on; lines that start with # are passed over.

    Columns are parted by commas, or by what a spreadsheet of other countries takes: semicolons, tabs.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(case, "E910", f"the table can't be read: {error}", case.points.span) from None
    kept = [(n, text) for n, text in enumerate(lines, 1) if text.strip() and not text.startswith("#")]
    if not kept:
        raise _bad(case, "E910", "the table is empty", case.points.span)
    reader = csv.reader((text for _, text in kept), delimiter=max(",;\t", key=kept[0][1].count))
    heading = [c.strip() for c in next(reader)]
    twice = sorted({name for name in heading if name and heading.count(name) > 1})
    if twice:
        raise _bad(case, "E910", f"the table has two columns `{twice[0]}`", case.points.span)
    for cells in reader:
        line = kept[reader.line_num - 1][0]
        if len(cells) > len(heading):
            message = f"line {line} of the table has {len(cells)} cells, its first {len(heading)}"
            raise _bad(case, "E910", message, case.points.span, "a text with a comma needs quotes there too")
        padded = [*(c.strip() for c in cells), *[""] * (len(heading) - len(cells))]
        yield line, dict(zip(heading, padded, strict=True))


def _named(line: int, cells: Mapping[str, str]) -> Row:
    return Row(f"line {line}", f"line {line}", {LINE: str(line), **cells})


def _check_columns(case: ValidationCase, cells: Mapping[str, str]) -> None:
    """Refuse columns that the rows don't have, each at its place in the case."""
    known = list(cells)
    found = [
        Diagnostic("E910", f"the points have no column `{name}`", span, suggest(name, known, "columns"))
        for name, span in _columns(case)
        if name not in cells
    ]
    if found:
        raise DiagnosticError(found, case.texts)


def _columns(case: ValidationCase) -> Iterable[tuple[str, Span | None]]:
    """Every column that the case names, with its place."""
    yield from ((name, case.points.spans.get(name)) for name in case.points.where)
    if case.points.label:
        yield case.points.label, case.points.spans.get(case.points.label)
    for value in (case.scenario, *(s.value for s in case.settings)):
        if value is not None:
            yield from _of_value(value)
    for comparison in case.comparisons:
        yield from _of_value(comparison.measured)
        yield from ((name, comparison.span) for name in comparison.where)
        if comparison.role.column:
            yield comparison.role.column, comparison.span
        if comparison.uncertainty is not None and comparison.uncertainty.column:
            yield comparison.uncertainty.column, comparison.uncertainty.span


def _of_value(value: Value) -> Iterable[tuple[str, Span]]:
    yield from ((name, value.span) for name in value.where)
    if value.column:
        yield value.column, value.span
    if value.formula is not None:
        yield from ((value.quoted.get(n.text, n.text), n.span) for n in names_in(value.formula))


def is_kept(row: Row, where: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether every column is as wanted."""
    return all(matches(row.cells[column], wanted) for column, wanted in where.items())


def matches(text: str, wanted: tuple[str, ...]) -> bool:
    """Whether a cell is one of the texts or numbers, or within one of the ranges `3 to 7`.

    >>> matches("5", ("3 to 7",)), matches("2.0", ("2", "3")), matches("He", ("Shi",))
    (True, True, False)
    """
    value = _number(text)
    for each in wanted:
        bounds = _RANGE.fullmatch(each)
        if bounds is not None and value is not None and float(bounds[1]) <= value <= float(bounds[2]):
            return True
        if text == each or (value is not None and value == _number(each)):
            return True
    return False


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _bad(case: ValidationCase, code: str, message: str, span: Span | None, help: str = "") -> DiagnosticError:
    return DiagnosticError([Diagnostic(code, message, span or case.span, help)], case.texts)
