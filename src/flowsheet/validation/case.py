"""A validation case as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flowsheet.document.diagnostics import Span
from flowsheet.document.source import Node
from flowsheet.document.syntax_tree import Expression

ComparedAs = Literal["ratio", "remainder", "logarithm"]
Role = Literal["validation", "calibration", "verification"]


@dataclass(frozen=True)
class Source:
    """Where the numbers were read; `study` is what cases of one study share."""

    study: str
    citation: str
    doi: str = ""
    where: str = ""
    read: str = ""


@dataclass(frozen=True)
class FunctionReference:
    """A Python function of the point, in a file of the case."""

    file: Path
    name: str
    span: Span


@dataclass(frozen=True)
class Value:
    """Where a value comes from at each point: a text, a column, a formula over columns, or a function.

    `unit` is as written; `canonical` is the canonical unit of the value; `within` is a text that it is put
    into at {}; `where` are the rows that have it; `quoted` the columns that names of the formula stand for.
    """

    span: Span
    text: str = ""
    column: str = ""
    formula: Expression | None = None
    function: FunctionReference | None = None
    unit: str = ""
    canonical: str = "1"
    values: Mapping[str, str] = field(default_factory=dict)
    within: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quoted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """A key of the flowsheet, as in `--set`, and where its value comes from."""

    key: str
    value: Value
    span: Span


@dataclass(frozen=True)
class Margin:
    """A width: `amount` in the canonical unit of the quantity, or relative to the value that it is about."""

    amount: float
    relative: bool
    text: str

    def at(self, value: float) -> float:
        """The width about a value, in its canonical unit."""
        return self.amount * abs(value) if self.relative else self.amount


@dataclass(frozen=True)
class Uncertainty:
    """One standard deviation of the measurement: a margin, or a column (`unit` points, % or its own)."""

    margin: Margin | None
    column: str
    unit: str
    basis: str
    why: str
    span: Span


@dataclass(frozen=True)
class Tolerance:
    """The validation band: its width about the measurement, the least share of points in it, and why."""

    margin: Margin
    share: float
    why: str


@dataclass(frozen=True)
class RoleOf:
    """The role of points: one for all, or calibration where `column` has one of `calibration`."""

    all: Role = "validation"
    column: str = ""
    calibration: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """One number, measured (or expected) and predicted."""

    name: str
    quantity: str
    predicted: Node | FunctionReference
    measured: Value
    unit: str
    shown_in: str
    compared_as: ComparedAs
    role: RoleOf
    where: Mapping[str, tuple[str, ...]]
    uncertainty: Uncertainty | None
    tolerance: Tolerance
    regression: Margin
    span: Span


@dataclass(frozen=True)
class Points:
    """The rows: of a table (with the rows kept), or written in the case; one empty row without either."""

    table: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: tuple[Mapping[str, str], ...] = ()
    label: str = ""
    span: Span | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True)
class ValidationCase:
    """A case file, checked; `texts` are the files that its spans point into."""

    folder: Path
    name: str
    title: str
    kind: Literal["validation", "verification"]
    family: str
    fast: bool
    needs: tuple[str, ...]
    source: Source
    flowsheet: Path | None
    scenario: Value | None
    points: Points
    settings: tuple[Setting, ...]
    comparisons: tuple[Comparison, ...]
    range_of_use: str
    known_limits: str
    notes: str
    texts: Mapping[str, str]
    span: Span
