"""Reading values of the declared kinds from the source tree; every fault becomes a diagnostic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from flowsheet.document.diagnostics import Collector, DiagnosticError, Span, suggest
from flowsheet.document.document import Price, Quantity
from flowsheet.document.expression import parse_comparison, parse_expression
from flowsheet.document.keys import SECTIONS
from flowsheet.document.price_index import price_factor
from flowsheet.document.quantity import QuantityError, parse_quantity, split_quantity, to_display
from flowsheet.document.section import Key, Section
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, kind_of
from flowsheet.document.syntax_tree import Comparison, Expression
from flowsheet.document.unit_of_measure import describe

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
Bounds = tuple[float | None, float | None]
Parsed = TypeVar("Parsed", Expression, Comparison)


@dataclass
class Reader:
    """Reads nodes; `rates` (USD per unit of other currencies) and the `year` of the run's money are filled in
    as soon as they are known."""

    found: Collector
    rates: dict[str, float] = field(default_factory=dict)
    year: int | None = None

    def mapping(self, node: Node | None, what: str, help: str = "") -> Mapping | None:
        """The node if it is a mapping."""
        if node is None or isinstance(node, Mapping):
            return node
        message = f"{what} must be a mapping (`key: value`), got {kind_of(node)}"
        self.found.error("E103", message, node.span, help)
        return None

    def section(
        self, node: Node, section: Section, what: str, further: Iterable[str] = ()
    ) -> dict[str, Entry]:
        """The entries of a section that are declared (or free names); reports unknown and missing keys."""
        mapping = self.mapping(node, what)
        if mapping is None:
            return {}
        known = [*section.keys, *further]
        entries: dict[str, Entry] = {}
        for entry in mapping:
            if entry.key not in section.keys and entry.key not in further and not section.names:
                help = suggest(entry.key, known, "keys")
                if " " in entry.key and isinstance(entry.value, Scalar) and entry.value.is_null:
                    help = f"a text with a comma needs quotes; {help}"
                self.found.error("E101", f"unknown key `{entry.key}` in {what}", entry.span, help)
            elif isinstance(entry.value, Scalar) and entry.value.is_null:
                self.found.error("E103", f"`{entry.key}` has no value", entry.span)
            else:
                entries[entry.key] = entry
        for key in section.keys.values():
            lacks = key.required and key.name not in mapping.entries
            if lacks and mapping.span not in self.found.incomplete:
                self.found.error(
                    "E102", f"{what} needs the key `{key.name}`", head(mapping.span), key.description
                )
        return entries

    def scalar(self, node: Node, what: str) -> Scalar | None:
        """The node if it is a single value."""
        if isinstance(node, Scalar):
            return node
        self.found.error("E103", f"{what} must be a single value, got {kind_of(node)}", head(node.span))
        return None

    def text(self, entry: Entry | None, default: str = "") -> str:
        """A text; the default when the key isn't there."""
        scalar = self.scalar(entry.value, f"`{entry.key}`") if entry else None
        return scalar.text if scalar else default

    def texts(self, entry: Entry | None) -> tuple[Scalar, ...]:
        """A text or a list of texts."""
        if entry is None:
            return ()
        nodes = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        read = (self.scalar(node, f"`{entry.key}`") for node in nodes)
        return tuple(scalar for scalar in read if scalar is not None)

    def integer(self, node: Node, what: str, bounds: Bounds = (None, None)) -> int | None:
        """A whole number within bounds."""
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        value = scalar.integer
        if value is None:
            self.found.error(
                "E201",
                f"{what} must be a whole number, got `{scalar.text}`",
                scalar.span,
                "for example 3, without quotes" if scalar.quoted else "for example 3, without a unit",
            )
        elif outside(value, bounds):
            self.found.error("E204", f"{what} is {value}; it must be {interval(bounds)}", scalar.span)
            return None
        return value

    def flag(self, node: Node, what: str) -> bool | None:
        """Yes or no."""
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        if scalar.flag is None:
            self.found.error("E103", f"{what} must be yes or no, got `{scalar.text}`", scalar.span)
        return scalar.flag

    def choice(self, node: Node, what: str, choices: Iterable[str]) -> str | None:
        """One of fixed words."""
        scalar = self.scalar(node, what)
        if scalar is None or scalar.text in choices:
            return scalar.text if scalar else None
        self.found.error(
            "E106",
            f"`{scalar.text}` isn't a choice for {what}",
            scalar.span,
            suggest(scalar.text, choices, "choices"),
        )
        return None

    def quantity(
        self, node: Node, what: str, units: tuple[str, ...], bounds: Bounds = (None, None), flow: bool = False
    ) -> Quantity | None:
        """A quantity in the first of `units` whose dimension fits (all units are canonical).

        Without `units`, any dimension.  A flow below zero is told apart from other values out of range.
        """
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        try:
            unit = _fitting_unit(scalar.text, units)
            value = parse_quantity(scalar.text, unit, self.rates)
        except QuantityError as error:
            self.found.error(error.code, f"{what}: {error.message}", scalar.span, error.help)
            return None
        if outside(value, bounds):
            if flow and value < 0:
                self.found.error(
                    "E205",
                    f"{what} is negative (`{scalar.text}`)",
                    scalar.span,
                    "a flow's direction is given by inlets and outlets, not by its sign",
                )
            else:
                self.found.error(
                    "E204",
                    f"{what} is {scalar.text}; it must be {interval(bounds, unit, scalar.text)}",
                    scalar.span,
                    _percent_meant(scalar.text, value, unit, bounds),
                )
            return None
        return Quantity(value, unit, scalar.text, scalar.span)

    def key_quantity(self, entry: Entry | None, key: Key, owner: str) -> Quantity | None:
        """The quantity of a declared key, its default (placed nowhere) when it isn't there."""
        if entry is None:
            if key.default is None:
                return None
            return Quantity(
                parse_quantity(key.default, key.units[0]), key.units[0], key.default, Span("default", 1, 1)
            )
        return self.quantity(
            entry.value, f"`{key.name}` of {owner}", key.units, key.range, key.name == "flow"
        )

    def key_choice(self, entry: Entry | None, key: Key, owner: str) -> str:
        """The choice of a declared key, its default when it isn't there or isn't valid."""
        value = self.choice(entry.value, f"`{key.name}` of {owner}", key.choices) if entry else None
        return value or str(key.default)

    def price(self, entry: Entry | None, units: tuple[str, ...], what: str) -> Price | None:
        """A price, or a section {value, year, source}; what is stated for another year is converted."""
        if entry is None:
            return None
        if not isinstance(entry.value, Mapping):
            quantity = self.quantity(entry.value, what, units)
            return Price(quantity) if quantity else None
        section = SECTIONS["price"]
        entries = self.section(entry.value, section, what)
        if "value" not in entries:
            return None
        quantity = self.quantity(entries["value"].value, what, units)
        year = entries.get("year")
        stated = self.integer(year.value, f"`year` of {what}", section.keys["year"].range) if year else None
        if quantity is None:
            return None
        return Price(self._in_this_year(quantity, stated, year), stated, self.text(entries.get("source")))

    def _in_this_year(self, quantity: Quantity, stated: int | None, entry: Entry | None) -> Quantity:
        if stated is None or self.year is None or entry is None:
            return quantity
        try:
            return replace(quantity, value=quantity.value * price_factor(stated, self.year))
        except QuantityError as error:
            self.found.error(error.code, error.message, entry.value.span, error.help)
            return quantity

    def prices(self, entry: Entry | None, units_of: Callable[[str], tuple[str, ...]]) -> dict[str, Price]:
        """Prices by name."""
        mapping = self.mapping(entry.value, f"`{entry.key}`") if entry else None
        read = {item.key: self.price(item, units_of(item.key), f"`{item.key}`") for item in mapping or ()}
        return {name: price for name, price in read.items() if price is not None}

    def expression(self, node: Node, what: str) -> Expression | None:
        return self._parsed(node, what, parse_expression)

    def comparison(self, node: Node, what: str) -> Comparison | None:
        return self._parsed(node, what, parse_comparison)

    def _parsed(
        self, node: Node, what: str, parse: Callable[[str, Span, dict[str, float]], Parsed]
    ) -> Parsed | None:
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        try:
            return parse(scalar.text, inner(scalar), self.rates)
        except DiagnosticError as error:
            for diagnostic in error.diagnostics:
                self.found.error(diagnostic.code, diagnostic.message, diagnostic.span, diagnostic.help)
            return None

    def name(self, entry: Entry, what: str) -> bool:
        """Whether a key can serve as a name (of a feed, a unit, a product); reports one that can't."""
        if _IDENTIFIER.fullmatch(entry.key):
            return True
        self.found.error(
            "E107",
            f"`{entry.key}` can't be the name of {what}",
            entry.span,
            "a name is made of letters, digits and _, and starts with a letter",
        )
        return False


def inner(scalar: Scalar) -> Span:
    """The span of a scalar's text, inside its quotes."""
    return scalar.span.part(1, len(scalar.text)) if scalar.quoted else scalar.span


def head(span: Span) -> Span:
    """The first character of a span; a whole mapping is too much to underline."""
    return span.part(0, 1)


def outside(value: float, bounds: Bounds) -> bool:
    lower, upper = bounds
    # A bound that was converted from the user's own unit may miss by rounding.
    slack = 1e-12 * max(1.0, abs(value))
    return (lower is not None and value < lower - slack * (lower != 0)) or (
        upper is not None and value > upper + slack * (upper != 0)
    )


def interval(bounds: Bounds, unit: str = "1", example: str = "") -> str:
    """Bounds in words, in the unit of `example`.

    >>> interval((0.05, 0.6), "1", "70 %")
    'between 5 and 60 %'
    """
    shown_unit = split_quantity(example).unit if example else ""

    def shown(value: float) -> str:
        return f"{to_display(value, unit, shown_unit) if shown_unit else value:.6g}"

    suffix = f" {shown_unit}" if shown_unit else ""
    lower, upper = bounds
    if lower is None:
        return f"at most {shown(upper)}{suffix}" if upper is not None else "finite"
    if upper is None:
        return f"at least {shown(lower)}{suffix}"
    return f"between {shown(lower)} and {shown(upper)}{suffix}"


def _percent_meant(text: str, value: float, unit: str, bounds: Bounds) -> str:
    """Help where a number without its percent sign would be in range with it."""
    bare = text.strip().replace(".", "", 1).isdigit()
    if not bare or describe(unit).unit not in ("1", "mass fraction", "mole fraction"):
        return ""
    return "" if outside(value / 100.0, bounds) else f"for {text.strip()} percent write `{text.strip()} %`"


def _fitting_unit(text: str, units: tuple[str, ...]) -> str:
    """Which of several canonical units a text fits; raises QuantityError when none does."""
    if len(units) == 1:
        return units[0]
    parts = split_quantity(text)
    canonical = parts.canonical_unit()
    if not units or canonical in units:
        return canonical
    if canonical == "1" and (fractions := [unit for unit in units if unit.endswith("fraction")]):
        if parts.unit:
            return fractions[0]
        raise QuantityError("E201", f"`{text}` has no unit", f"write one of: {_examples(units)}")
    if not parts.unit:
        raise QuantityError("E201", f"`{text}` has no unit", f"write one of: {_examples(units)}")
    wanted = ", ".join(describe(unit).name for unit in units[:-1]) + f" or {describe(units[-1]).name}"
    raise QuantityError(
        "E203",
        f"expected {wanted}, got `{parts.unit}`, {describe(canonical).name}",
        f"for example {_examples(units)}",
    )


def _examples(units: tuple[str, ...]) -> str:
    return ", ".join(f"`{describe(unit).example}`" for unit in units)
