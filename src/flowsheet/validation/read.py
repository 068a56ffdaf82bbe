"""From a case file to a checked ValidationCase, or to everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from flowsheet.document.diagnostics import Collector, DiagnosticError, Span, suggest
from flowsheet.document.locate import locate
from flowsheet.document.reader import Reader, head
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, kind_of, read_file
from flowsheet.document.syntax_tree import MATH_FUNCTIONS, Call, walk
from flowsheet.validation.case import (
    Comparison,
    FunctionReference,
    Points,
    RoleOf,
    Setting,
    Source,
    ValidationCase,
    Value,
)
from flowsheet.validation.keys import CASE_FILE, CASE_SECTIONS
from flowsheet.validation.margins import MarginReader, canonical_of

Entries = Map[str, Entry]
_ORIGINS = ("column", "formula", "function")


def read_case(folder: Path, name: str) -> ValidationCase:
    """Read and check the case of a folder.

    Raises:
        DiagnosticError: everything that is wrong with its file, but for what table and flowsheet tell.
    """
    found = Collector()
    path = folder / CASE_FILE
    tree = read_file(path, found, str(path))
    reader = Reader(found)
    mapping = reader.mapping(tree, "a case file")
    case = _CaseReader(reader, folder).case(mapping, name) if mapping is not None else None
    found.raise_errors()
    assert case is not None
    return case


@dataclass
class _CaseReader:
    reader: Reader
    folder: Path

    def entries(self, node: Node, section: str, what: str) -> Entries:
        return self.reader.section(node, CASE_SECTIONS[section], what)

    def text(self, entries: Entries, key: str) -> str:
        return self.reader.text(entries.get(key)).strip()

    def choice(self, entries: Entries, section: str, key: str, what: str) -> Any:
        return self.reader.key_choice(entries.get(key), CASE_SECTIONS[section].keys[key], what)

    def error(self, code: str, message: str, span: Span, help: str = "") -> None:
        self.reader.found.error(code, message, span, help)

    def case(self, tree: Mapping, name: str) -> ValidationCase:
        entries = self.entries(tree, "case", "the case")
        kind = self.choice(entries, "case", "kind", "the case")
        flag = self.reader.flag(entries["fast"].value, "`fast`") if "fast" in entries else False
        role = self.role(entries.get("role")) or RoleOf()
        if kind == "verification":
            role = RoleOf("verification")
        flowsheet = self.flowsheet(entries.get("flowsheet"))
        settings = self.settings(entries.get("settings"))
        return ValidationCase(
            folder=self.folder,
            name=name,
            title=self.text(entries, "case"),
            kind=kind,
            family=self.text(entries, "family") or self.folder.parent.name,
            fast=bool(flag),
            needs=tuple(s.text for s in self.reader.texts(entries.get("needs"))),
            source=self.source(entries.get("source")),
            flowsheet=flowsheet,
            scenario=self.value(entries["scenario"], "setting", "`scenario`")
            if "scenario" in entries
            else None,
            points=self.points(entries.get("points")),
            settings=settings,
            comparisons=self.comparisons(entries.get("compare"), kind, role, "flowsheet" in entries),
            range_of_use=self.text(entries, "range_of_use"),
            known_limits=self.text(entries, "known_limits"),
            notes=self.text(entries, "notes"),
            texts=dict(self.reader.found.sources),
            span=head(tree.span),
        )

    def source(self, entry: Entry | None) -> Source:
        if entry is None:
            return Source("", "")
        read = self.entries(entry.value, "source", "`source`")
        return Source(*(self.text(read, key) for key in CASE_SECTIONS["source"].keys))

    def flowsheet(self, entry: Entry | None) -> Path | None:
        """A file beside the case wins over a shipped flowsheet."""
        scalar = self.reader.scalar(entry.value, "`flowsheet`") if entry else None
        if scalar is None:
            return None
        beside = self.folder / scalar.text
        if beside.is_file():
            return beside
        try:
            return locate(scalar.text)
        except DiagnosticError as error:
            for each in error.diagnostics:
                self.error(each.code, each.message, scalar.span, each.help)
            return None

    def points(self, entry: Entry | None) -> Points:
        if entry is None:
            return Points()
        read = self.entries(entry.value, "points", "`points`")
        if "table" in read and "rows" in read:
            self.error("E403", "`points` has a table and rows of its own", read["rows"].span, "keep one")
        if "table" not in read and "rows" not in read:
            self.error("E102", "`points` needs a `table` or `rows`", head(entry.value.span))
        where, spans = self.where(read.get("where"))
        if "label" in read:
            spans.setdefault(self.text(read, "label"), read["label"].value.span)
        span = read["table"].value.span if "table" in read else entry.span
        rows = self.rows(read.get("rows"))
        return Points(self.text(read, "table"), where, rows, self.text(read, "label"), span, spans)

    def where(self, entry: Entry | None) -> tuple[dict[str, tuple[str, ...]], dict[str, Span]]:
        """What each column must be, and where that is said."""
        kept = self.reader.mapping(entry.value, "`where`") if entry is not None else None
        wanted = {item.key: tuple(s.text for s in self.reader.texts(item)) for item in kept or ()}
        return wanted, {item.key: item.span for item in kept or ()}

    def rows(self, entry: Entry | None) -> tuple[Map[str, str], ...]:
        """Rows written in the case; each has the same columns."""
        if entry is None:
            return ()
        if not isinstance(entry.value, Sequence) or not entry.value.items:
            self.error("E103", f"`rows` must be a list of rows, got {kind_of(entry.value)}", entry.span)
            return ()
        rows: list[Map[str, str]] = []
        for node in entry.value.items:
            mapping = self.reader.mapping(node, "a row")
            cells = {e.key: self.reader.text(e) for e in mapping or ()}
            if rows and set(cells) != set(rows[0]):
                differ = ", ".join(sorted(set(cells) ^ set(rows[0])))
                self.error(
                    "E910", f"this row and the first differ in their columns: {differ}", head(node.span)
                )
            rows.append(cells)
        return tuple(rows)

    def settings(self, entry: Entry | None) -> tuple[Setting, ...]:
        mapping = self.reader.mapping(entry.value, "`settings`") if entry else None
        read = ((e, self.value(e, "setting", f"`{e.key}`")) for e in mapping or ())
        return tuple(Setting(e.key, value, e.span) for e, value in read if value is not None)

    def value(self, entry: Entry, section: str, what: str) -> Value | None:
        """A plain text, or a section that says where the value comes from."""
        if isinstance(entry.value, Scalar):
            return Value(entry.value.span, text=entry.value.text)
        read = self.entries(entry.value, section, what)
        given = [read[k] for k in _ORIGINS if k in read]
        if not given and "text" in read and section == "setting":
            return Value(
                read["text"].value.span, self.text(read, "text"), where=self.where(read.get("where"))[0]
            )
        if len(given) != 1:
            if not self.reader.found.errors:
                origins = ", ".join(f"`{k}`" for k in _ORIGINS if k in CASE_SECTIONS[section].keys)
                self.error("E102", f"{what} needs one of {origins}", head(entry.value.span))
            return None
        unit = self.text(read, "unit")
        canonical = canonical_of(unit, read["unit"].value.span if "unit" in read else entry.span, self.reader)
        mapping = self.reader.mapping(read["values"].value, "`values`") if "values" in read else None
        values = {e.key: self.reader.text(e) for e in mapping or ()}
        quoted: dict[str, str] = {}
        formula = self.formula(read["formula"], quoted) if "formula" in read else None
        function = self.function(read["function"]) if "function" in read else None
        column = self.text(read, "column")
        within = self.text(read, "text")
        if within and "{}" not in within:
            self.error("E910", "`text` has no {} for the value", read["text"].value.span)
        where = self.where(read.get("where"))[0]
        return Value(
            given[0].value.span,
            "",
            column,
            formula,
            function,
            unit,
            canonical,
            values,
            within,
            where,
            quoted,
        )

    def formula(self, entry: Entry, quoted: dict[str, str]) -> Any:
        """An expression over columns; a name in backquotes may hold anything, and goes into `quoted`."""
        scalar = self.reader.scalar(entry.value, "`formula`")
        if scalar is None:
            return None

        def placeholder(match: re.Match[str]) -> str:
            # as long as what it stands for, so that places in the text stay
            name = f"q{len(quoted)}".ljust(len(match[0]), "_")
            quoted[name] = match[1]
            return name

        text = re.sub(r"`([^`]+)`", placeholder, scalar.text)
        expression = self.reader.expression(Scalar(text, scalar.span, scalar.quoted), "`formula`")
        for part in walk(expression) if expression is not None else ():
            if isinstance(part, Call) and part.function not in MATH_FUNCTIONS:
                help = suggest(part.function, MATH_FUNCTIONS, "functions")
                self.error("E502", f"unknown function `{part.function}`", part.span, help)
        return expression

    def function(self, entry: Entry) -> FunctionReference | None:
        """`FILE.py:NAME`, checked as far as the file being there."""
        scalar = self.reader.scalar(entry.value, "`function`")
        if scalar is None:
            return None
        file, _, name = scalar.text.rpartition(":")
        if not file.endswith(".py") or not name.isidentifier():
            self.error(
                "E911", f"`{scalar.text}` isn't FILE.py:NAME", scalar.span, "e.g. `kremser.py:raffinate`"
            )
            return None
        path = self.folder / file
        if not path.is_file():
            self.error("E911", f"there is no file `{file}`", scalar.span, "it counts from the case's folder")
            return None
        return FunctionReference(path, name, scalar.span)

    def role(self, entry: Entry | None) -> RoleOf | None:
        if entry is None:
            return None
        if isinstance(entry.value, Scalar):
            word = self.reader.choice(entry.value, "`role`", ("validation", "calibration"))
            return RoleOf(cast(Any, word or "validation"))
        read = self.entries(entry.value, "role", "`role`")
        texts = tuple(s.text for s in self.reader.texts(read.get("calibration")))
        return RoleOf("validation", self.text(read, "column"), texts)

    def comparisons(
        self, entry: Entry | None, kind: str, role: RoleOf, has_flowsheet: bool
    ) -> tuple[Comparison, ...]:
        if entry is None:
            return ()
        if not isinstance(entry.value, Sequence) or not entry.value.items:
            self.error(
                "E103", f"`compare` must be a list, got {kind_of(entry.value)}", head(entry.value.span)
            )
            return ()
        read = [self.comparison(node, kind, role, has_flowsheet) for node in entry.value.items]
        named: dict[str, Span] = {}
        for each in read:
            if each is not None and named.setdefault(each.name, each.span) is not each.span:
                message = f"`{each.name}` is compared twice; the first is in line {named[each.name].line}"
                self.error("E003", message, each.span, "give each a `name` of its own")
        return tuple(each for each in read if each is not None)

    def comparison(self, node: Node, kind: str, role: RoleOf, has_flowsheet: bool) -> Comparison | None:
        what = "a comparison"
        read = self.entries(node, "comparison", what)
        side, other = ("expected", "measured") if kind == "verification" else ("measured", "expected")
        if other in read:
            help = f"in a case of kind `{kind}` the key is `{side}`"
            self.error("E101", f"`{other}` in a case of kind `{kind}`", read[other].span, help)
        elif side not in read:
            self.error("E102", f"{what} needs the key `{side}`", head(node.span))
        if "uncertainty" not in read and kind == "validation":
            self.error(
                "E102", f"{what} needs the key `uncertainty`", head(node.span), "that of the measurement"
            )
        predicted = self.predicted(read.get("predicted"), has_flowsheet)
        measured = self.value(read[side], "number", f"`{side}`") if side in read else None
        margins = MarginReader(self.reader, CASE_SECTIONS)
        measured, unit, shown = margins.units(measured, read.get("shown_in"), read.get(side))
        uncertainty = margins.uncertainty(read.get("uncertainty"), unit)
        tolerance = margins.tolerance(read.get("tolerance"), unit)
        regression = margins.regression(read.get("regression"), unit)
        as_ = self.choice(read, "comparison", "compared_as", what)
        own = self.role(read.get("role"))
        if predicted is None or measured is None or tolerance is None or regression is None:
            return None
        text = predicted.text if isinstance(predicted, Scalar) else cast(FunctionReference, predicted).name
        name = self.text(read, "name") or text
        if as_ == "remainder" and unit != "1":
            self.error("E203", "only a fraction has a remainder 1 - X", read["compared_as"].value.span)
        return Comparison(
            name,
            self.text(read, "quantity"),
            predicted,
            measured,
            unit,
            shown,
            as_,
            own if own is not None and kind == "validation" else role,
            self.where(read.get("where"))[0],
            uncertainty,
            tolerance,
            regression,
            head(node.span),
        )

    def predicted(self, entry: Entry | None, has_flowsheet: bool) -> Node | FunctionReference | None:
        if entry is None:
            return None
        if isinstance(entry.value, Scalar):
            if not has_flowsheet:
                help = "name a `flowsheet`, or predict by {function: FILE.py:NAME}"
                self.error("E102", "an expression needs a flowsheet to answer it", entry.value.span, help)
            return entry.value
        read = self.entries(entry.value, "prediction", "`predicted`")
        return self.function(read["function"]) if "function" in read else None
