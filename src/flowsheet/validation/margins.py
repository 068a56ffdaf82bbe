"""Units of compared numbers, and widths about them: `2 points`, `3 %`, `0.1 g/L`, `0.2`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flowsheet.document.diagnostics import Span
from flowsheet.document.quantity import QuantityError, parse_quantity, split_quantity
from flowsheet.document.reader import Reader
from flowsheet.document.section import Section
from flowsheet.document.source import Entry, Scalar
from flowsheet.document.source import Mapping as Tree
from flowsheet.document.unit_expression import UnitError, parse_unit
from flowsheet.document.unit_of_measure import canonical_unit, conversion
from flowsheet.validation.case import Margin, Tolerance, Uncertainty, Value
from flowsheet.validation.keys import REGRESSION

POINTS = ("points", "point")
"""Percentage points: a hundredth of a fraction, absolute."""


def canonical_of(unit: str, span: Span, reader: Reader) -> str:
    """The canonical unit of a unit as written; an unknown one is reported."""
    try:
        return canonical_unit(parse_unit(unit))
    except UnitError as error:
        reader.found.error(error.code, error.message, span, error.help)
        return "1"


def margin_of(number: float, unit: str, quantity_unit: str, text: str) -> Margin:
    """A width from a number and a unit.  Raises QuantityError.

    >>> margin_of(2.0, "points", "1", "2 points").at(0.9), margin_of(3.0, "%", "1", "3 %").at(0.5)
    (0.02, 0.015)
    """
    if number < 0:
        raise QuantityError("E204", f"`{text}` is negative")
    if unit in POINTS:
        if quantity_unit != "1":
            raise QuantityError("E203", f"`{text}`: points are of a percentage", "write it in its own unit")
        return Margin(number / 100.0, False, text)
    if unit == "%":
        return Margin(number / 100.0, True, text)
    difference = "delta_K" if quantity_unit == "K" else quantity_unit
    return Margin(parse_quantity(f"{number!r} {unit}".strip(), difference), False, text)


@dataclass
class MarginReader:
    """Reads units and widths of one comparison; faults go to the reader."""

    reader: Reader
    sections: Mapping[str, Section]

    def units(
        self, measured: Value | None, shown: Entry | None, side: Entry | None
    ) -> tuple[Value | None, str, str]:
        """The measurement with its unit known, its canonical unit, and the unit of reports."""
        if measured is None:
            return None, "1", ""
        if measured.text:
            try:
                parts = split_quantity(measured.text)
                measured = replace(measured, unit=parts.unit, canonical=parts.canonical_unit())
            except QuantityError as error:
                self.reader.found.error(error.code, error.message, measured.span, error.help)
                return None, "1", ""
        unit = self.reader.text(shown).strip() if shown else measured.unit
        if shown is not None:
            try:
                conversion(parse_unit(unit), measured.canonical)
            except UnitError as error:
                self.reader.found.error(error.code, error.message, shown.value.span, error.help)
        return measured, measured.canonical, unit

    def margin(self, entry: Entry | None, unit: str) -> Margin | None:
        scalar = self.reader.scalar(entry.value, f"`{entry.key}`") if entry else None
        if scalar is None:
            return None
        try:
            parts = split_quantity(scalar.text)
            return margin_of(parts.number, parts.unit, unit, scalar.text)
        except QuantityError as error:
            help = error.help or "for example `2 points`, `3 %`, or a number in the quantity's own unit"
            self.reader.found.error(error.code, error.message, scalar.span, help)
            return None

    def uncertainty(self, entry: Entry | None, unit: str) -> Uncertainty | None:
        if entry is None:
            return None
        section = self.sections["uncertainty"]
        read = self.reader.section(entry.value, section, "`uncertainty`")
        if not isinstance(entry.value, Tree):
            return None
        if ("value" in read) == ("column" in read):
            self.reader.found.error("E102", "`uncertainty` needs one of `value`, `column`", entry.span)
        margin = self.margin(read.get("value"), unit)
        basis = (
            self.reader.choice(read["basis"].value, "`basis`", section.keys["basis"].choices)
            if "basis" in read
            else ""
        )
        return Uncertainty(
            margin,
            self.reader.text(read.get("column")),
            self.reader.text(read.get("unit")),
            basis or "",
            self.reader.text(read.get("why")).strip(),
            entry.span,
        )

    def tolerance(self, entry: Entry | None, unit: str) -> Tolerance | None:
        if entry is None:
            return None
        read = self.reader.section(entry.value, self.sections["tolerance"], "`tolerance`")
        margin = self.margin(read.get("value"), unit)
        share = 1.0
        if "share" in read:
            quantity = self.reader.quantity(read["share"].value, "`share`", ("1",), (0.0, 1.0))
            share = quantity.value if quantity else 1.0
        why = self.reader.text(read.get("why")).strip()
        return None if margin is None else Tolerance(margin, share, why)

    def regression(self, entry: Entry | None, unit: str) -> Margin | None:
        if entry is None:
            return margin_of(split_quantity(REGRESSION).number, "%", unit, REGRESSION)
        if not isinstance(entry.value, Scalar):
            self.reader.scalar(entry.value, "`regression`")
            return None
        return self.margin(entry, unit)
