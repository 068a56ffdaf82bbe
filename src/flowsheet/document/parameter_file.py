"""Parameter sets: measured or fitted numbers in a YAML file, each with its source and range of use.

parameter_set: nmc_h2so4_h2o2
for: leach_train.kinetics
title: ...
sources: {some_paper: {citation: ..., doi: ...}}
values:
  activation_energy: {value: 65 kJ/mol, source: some_paper, range: {T: 20 degC to 90 degC}}
  order: {H: {value: 0.5, source: fit}}          # groups become dotted names: order.H
  rate: {expression: k0 * a[H+]**0.5, source: some_paper}
fit: {script: fits/leaching.py, data: [table.csv], held_out: [...], statistics: {points: 64, rmse: 0.06}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Collector, Diagnostic, DiagnosticError, Span, suggest
from flowsheet.document.document import Quantity
from flowsheet.document.keys import SECTIONS
from flowsheet.document.quantity import QuantityError, parse_quantity, split_quantity
from flowsheet.document.reader import Reader, head
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, read_file
from flowsheet.document.syntax_tree import Expression


@dataclass(frozen=True, slots=True)
class Source:
    """A paper, database or laboratory report."""

    key: str
    citation: str
    doi: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RangeOfUse:
    """Where a value was measured: a condition (T, pH, a concentration) between two numbers in `unit`."""

    condition: str
    lower: float
    upper: float
    unit: str

    def contains(self, value: float) -> bool:
        return self.lower <= value <= self.upper


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One number (or expression, or text) of a set; `uncertainty` is a standard one in the value's unit."""

    name: str
    quantity: Quantity | None
    expression: Expression | None
    text: str
    source: str
    confirmed: tuple[str, ...]
    ranges: tuple[RangeOfUse, ...]
    uncertainty: float | None
    basis: str
    conditions: str
    note: str
    span: Span

    @property
    def value(self) -> float:
        """The number in its canonical unit.  Raises TypeError for an expression or a text."""
        if self.quantity is None:
            raise TypeError(f"`{self.name}` isn't a number")
        return self.quantity.value


@dataclass(frozen=True, slots=True)
class Fit:
    """How fitted values came about."""

    script: str
    data: tuple[str, ...]
    held_out: tuple[str, ...]
    statistics: Map[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """A whole parameter file; `reactions` is passed on as the family wants it."""

    name: str
    families: tuple[str, ...]
    title: str
    sources: Map[str, Source]
    values: Map[str, ParameterValue]
    reactions: Node | None
    fit: Fit | None
    path: Path

    def value(self, name: str, unit: str) -> float:
        """A number in `unit`.  Raises DiagnosticError E703 (missing) or E203 (wrong dimension)."""
        if name not in self.values:
            raise DiagnosticError(
                [
                    Diagnostic(
                        "E703",
                        f"parameter set `{self.name}` has no value `{name}`",
                        Span(str(self.path), 1, 1),
                        suggest(name, self.values, "values"),
                    )
                ]
            )
        quantity = self.values[name].quantity
        if quantity is None:
            raise DiagnosticError(
                [
                    Diagnostic(
                        "E703",
                        f"`{name}` must be a number, not an expression or a text",
                        self.values[name].span,
                    )
                ]
            )
        try:
            return parse_quantity(quantity.text, unit)
        except QuantityError as error:
            raise DiagnosticError(
                [Diagnostic(error.code, f"`{name}`: {error.message}", quantity.span, error.help)]
            ) from None

    def sources_used(self) -> tuple[Source, ...]:
        """The sources that values name, for reports."""
        named = {key for value in self.values.values() for key in (value.source, *value.confirmed)}
        return tuple(source for key, source in self.sources.items() if key in named)


def load_parameter_set(path: Path) -> ParameterSet:
    """Read and check a parameter file.  Raises DiagnosticError with all findings."""
    found = Collector()
    node = read_file(path, found)
    parameters = _SetReader(Reader(found), path).read(node) if node is not None else None
    found.raise_errors()
    if parameters is None:
        raise DiagnosticError(found.diagnostics, found.sources)
    return parameters


def find_parameter_set(name: str | Path, folder: Path) -> ParameterSet:
    """A set by the name of its file in a unit library's folder, or a user's own by its path.

    Raises:
        DiagnosticError: there is none, or something is wrong in it.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        path = folder / f"{name}.yaml"
    if not path.is_file():
        known = sorted(file.stem for file in folder.glob("*.yaml"))
        raise DiagnosticError(
            [Diagnostic("E701", f"unknown parameter set `{name}`", None, suggest(str(name), known, "sets"))]
        )
    return load_parameter_set(path)


class _SetReader:
    """Reads one file; faults are collected."""

    def __init__(self, reader: Reader, path: Path) -> None:
        self.reader = reader
        self.found = reader.found
        self.path = path
        self.sources: dict[str, Source] = {}
        self.fit: Fit | None = None
        self.values: dict[str, ParameterValue] = {}

    def read(self, node: Node) -> ParameterSet:
        entries = self.reader.section(node, SECTIONS["parameter_set"], "the parameter set")
        self._read_sources(entries.get("sources"))
        if "fit" in entries:
            self._read_fit(entries["fit"])
        if "values" in entries:
            self._group(entries["values"].value, "")
        reactions = entries.get("reactions")
        return ParameterSet(
            self.reader.text(entries.get("parameter_set")),
            tuple(scalar.text for scalar in self.reader.texts(entries.get("for"))),
            self.reader.text(entries.get("title")),
            self.sources,
            self.values,
            reactions.value if reactions else None,
            self.fit,
            self.path,
        )

    def _read_sources(self, entry: Entry | None) -> None:
        mapping = self.reader.mapping(entry.value, "`sources`") if entry else None
        for item in mapping or ():
            keys = self.reader.section(item.value, SECTIONS["source"], f"source `{item.key}`")
            self.sources[item.key] = Source(
                item.key, *(self.reader.text(keys.get(k)) for k in ("citation", "doi", "note"))
            )

    def _read_fit(self, entry: Entry) -> None:
        keys = self.reader.section(entry.value, SECTIONS["fit"], "`fit`")
        statistics = keys.get("statistics")
        mapping = self.reader.mapping(statistics.value, "`statistics`") if statistics else None
        self.fit = Fit(
            self.reader.text(keys.get("script")),
            tuple(s.text for s in self.reader.texts(keys.get("data"))),
            tuple(s.text for s in self.reader.texts(keys.get("held_out"))),
            mapping.plain() if mapping else {},
        )

    def _group(self, node: Node, prefix: str) -> None:
        """Values, and groups of values under a common name."""
        mapping = self.reader.mapping(node, f"`{prefix.rstrip('.') or 'values'}`")
        for entry in mapping or ():
            name = f"{prefix}{entry.key}"
            if not isinstance(entry.value, Mapping):
                self.found.error(
                    "E702",
                    f"`{name}` has no source",
                    entry.value.span,
                    f"write `{entry.key}: {{value: ..., source: ...}}`",
                )
            elif entry.value.entries.keys() & {"value", "expression", "text"}:
                self._value(name, entry)
            elif entry.value.entries.keys() & SECTIONS["parameter_value"].keys.keys():
                self.found.error(
                    "E102", f"`{name}` needs the key `value`, `expression` or `text`", entry.span
                )
            else:
                self._group(entry.value, f"{name}.")

    def _value(self, name: str, entry: Entry) -> None:
        keys = self.reader.section(entry.value, SECTIONS["parameter_value"], f"`{name}`")
        forms = [form for form in ("value", "expression", "text") if form in keys]
        for second in forms[1:]:
            message = f"`{name}` has a {forms[0]} and a {second}"
            self.found.error("E403", message, keys[second].span, "remove one of them")
        quantity = expression = None
        if "value" in keys:
            quantity = self.reader.quantity(keys["value"].value, f"`{name}`", ())
        if "expression" in keys:
            expression = self.reader.expression(keys["expression"].value, f"`{name}`")
        self.values[name] = ParameterValue(
            name=name,
            quantity=quantity,
            expression=expression,
            text=self.reader.text(keys.get("text")),
            source=self._source(name, keys.get("source"), entry),
            confirmed=tuple(self._known(scalar) for scalar in self.reader.texts(keys.get("confirmed"))),
            ranges=tuple(self._ranges(name, keys.get("range"))),
            uncertainty=self._uncertainty(keys.get("uncertainty"), quantity, name),
            basis=self.reader.text(keys.get("basis")),
            conditions=self.reader.text(keys.get("conditions")),
            note=self.reader.text(keys.get("note")),
            span=entry.span,
        )

    def _source(self, name: str, entry: Entry | None, owner: Entry) -> str:
        source = self.reader.text(entry)
        if entry is None or not source:
            self.found.error(
                "E702",
                f"`{name}` has no source",
                owner.span,
                "name one of `sources`, or `fit` with a `fit:` section",
            )
        elif source.partition(":")[0] == "fit":
            if self.fit is None:
                self.found.error(
                    "E702",
                    f"`{name}` is fitted, but there is no `fit:` section",
                    entry.value.span,
                    "add `fit: {script: ..., data: [...]}`",
                )
        elif isinstance(entry.value, Scalar):
            self._known(entry.value)
        return source

    def _known(self, scalar: Scalar) -> str:
        """A source's key, reported when there is no such source."""
        if scalar.text not in self.sources:
            help = suggest(scalar.text, self.sources, "sources")
            self.found.error("E702", f"unknown source `{scalar.text}`", scalar.span, help)
        return scalar.text

    def _uncertainty(self, entry: Entry | None, quantity: Quantity | None, name: str) -> float | None:
        if entry is None or quantity is None:
            return None
        scalar = self.reader.scalar(entry.value, f"`uncertainty` of `{name}`")
        if scalar is None:
            return None
        relative = scalar.text.rstrip().endswith("%") and quantity.unit != "1"
        unit = "1" if relative else "delta_K" if quantity.unit == "K" else quantity.unit
        read = self.reader.quantity(scalar, f"`uncertainty` of `{name}`", (unit,), (0.0, None))
        return None if read is None else read.value * (abs(quantity.value) if relative else 1.0)

    def _ranges(self, name: str, entry: Entry | None) -> list[RangeOfUse]:
        mapping = self.reader.mapping(entry.value, f"`range` of `{name}`") if entry else None
        read = (self._range(item) for item in mapping or ())
        return [found for found in read if found is not None]

    def _range(self, item: Entry) -> RangeOfUse | None:
        """`20 degC to 90 degC`, `0 to 2.5 mol/L`, or [lower, upper]."""
        ends: list[str] = []
        if isinstance(item.value, Sequence):
            ends = [node.text for node in item.value.items if isinstance(node, Scalar)]
        elif isinstance(item.value, Scalar):
            ends = re.split(r"\s+to\s+", item.value.text)
        if len(ends) != 2:
            self.found.error(
                "E703",
                f"the range of `{item.key}` can't be read",
                head(item.value.span),
                "write `20 degC to 90 degC` or [20 degC, 90 degC]",
            )
            return None
        try:
            upper = split_quantity(ends[1])
            unit = upper.canonical_unit()
            lower_text = ends[0] if split_quantity(ends[0]).unit else f"{ends[0]} {upper.unit}"
            lower, top = parse_quantity(lower_text, unit), parse_quantity(ends[1], unit)
        except QuantityError as error:
            self.found.error(
                error.code, f"range of `{item.key}`: {error.message}", item.value.span, error.help
            )
            return None
        if lower > top:
            self.found.error("E505", f"the range of `{item.key}` is reversed", item.value.span)
        return RangeOfUse(item.key, lower, top, unit)
