"""What of a document is structure, and what are the values of its inputs.

Structure decides the equations; values only move them.  Two documents of equal `structure` share one compiled
model, whose inputs are then set from `input_values`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Span
from flowsheet.document.document import (
    Capital,
    Document,
    Feed,
    Price,
    Quantity,
    Specification,
    UnitEntry,
    VariableReference,
)
from flowsheet.document.syntax_tree import Comparison, Number

_NOT_STRUCTURE = {
    "path",
    "scenarios",
    "scenario",
    "overrides",
    "warnings",
    "sources",
    "display_units",
    "note",
    "title",
    "name_of_file",
    "standard",
    "objective_text",
    "source",
    "currency",
    "exchange_rates",
    "tree",
    "files",
}


def structure(document: Document) -> dict[str, Any]:
    """The document without the numbers that are inputs, as plain JSON values.

    Of a held quantity it keeps its unit and whether it is exactly zero.  Quantities that specifications free,
    numbers within expressions, bounds and constraints of the optimisation keep their values; a
    specification's target does not where it is a plain number, since it is an input then.
    """
    kept = {f.name: getattr(document, f.name) for f in fields(document) if f.name not in _NOT_STRUCTURE}
    optimisation, specifications = kept.pop("optimisation"), kept.pop("specifications")
    asked = kept.pop("asked")
    freed = {s.vary.name for s in document.specifications}
    values = {n: v for n, v in input_values(document).items() if n in freed}
    capital = document.economics.capital
    return {
        **{k: _plain(v, with_values=False) for k, v in kept.items()},
        "sizes": {
            n: _plain(e.size, with_values=True) for n, e in (capital.equipment if capital else {}).items()
        },
        "optimisation": _plain(optimisation, with_values=True),
        "asked": _plain(asked, with_values=True),
        "freed": values,
        "specifications": [_specification(s) for s in specifications],
    }


def _specification(specification: Specification) -> list[Any]:
    until = specification.until
    target = _plain(until.right, with_values=not isinstance(until.right, Number))
    return [
        _plain(specification.vary, with_values=False),
        until.operator,
        _plain(until.left, with_values=True),
        target,
    ]


def _plain(value: Any, with_values: bool) -> Any:
    if isinstance(value, Quantity):
        return [value.value, value.unit] if with_values else [value.value == 0.0, value.unit]
    if isinstance(value, Price):  # what is sold at less than nothing is disposed of
        return [value.quantity.value < 0.0, *_plain(value.quantity, with_values)]
    if isinstance(value, Number):
        return [value.value, "number"] if with_values else ["number"]
    if isinstance(value, Span):
        return None
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "plain"):
        return value.plain()
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _plain(getattr(value, f.name), with_values)
            for f in fields(value)
            if f.name not in _NOT_STRUCTURE
            and f.name not in ("span", "declaration")
            and not (f.name == "text" and isinstance(value, Comparison))
        } | ({"unit": value.declaration.name} if isinstance(value, UnitEntry) else {})
    if isinstance(value, Mapping):
        return {str(k): _plain(v, with_values) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v, with_values) for v in value]
    return value


def input_values(document: Document) -> dict[str, float]:
    """Values of the model's inputs by their names, as far as the document states them."""
    values: dict[str, float] = {}
    for feed in document.feeds.values():
        values.update(_feed(feed))
    values.update({f"{s.name}.flow": s.flow.value for s in document.supplies.values() if s.flow is not None})
    for unit in document.units.values():
        values.update(_unit(unit))
    economics = document.economics
    if economics.operating_hours is not None:
        values["economics.operating_hours"] = economics.operating_hours.value
    for name, price in economics.charges.items():
        values[f"charge.{name}"] = price.quantity.value
    values.update(_prices(document))
    if economics.capital is not None:
        values.update(_capital(economics.capital))
    for number, specification in enumerate(document.specifications):
        if isinstance(specification.until.right, Number):
            values[f"specs.{number}.target"] = specification.until.right.value
    return values


def feed_input(feed: Feed, phase: str, setting: str) -> str:
    """The model's name of a feed's input: `acid.H2SO4`, with the phase where the feed has several."""
    return f"{feed.name}.{phase}.{setting}" if len(feed.phases) > 1 else f"{feed.name}.{setting}"


def variable_input(document: Document, reference: VariableReference) -> str:
    """The model's name of the input that a variable of the document is."""
    feed = document.feeds.get(reference.owner)
    if feed is not None and reference.phase:
        return feed_input(feed, reference.phase, reference.key or reference.setting)
    if feed is not None and reference.setting == "price":
        return f"price.{feed.name}"
    return ".".join(part for part in (reference.owner, reference.setting, reference.key) if part)


def _feed(feed: Feed) -> Iterator[tuple[str, float]]:
    yield f"{feed.name}.temperature", feed.temperature.value
    for phase, entry in feed.phases.items():
        if entry.flow is not None:
            yield feed_input(feed, phase, "flow"), entry.flow.value
        for name, share in entry.composition.items():
            yield feed_input(feed, phase, name), share.value


def _unit(unit: UnitEntry) -> Iterator[tuple[str, float]]:
    for name, setting in unit.parameters.items():
        if isinstance(setting.value, Quantity):
            yield f"{unit.name}.{name}", setting.value.value
        elif isinstance(setting.value, Mapping):
            for key, value in setting.value.items():
                if isinstance(value, Quantity):
                    yield f"{unit.name}.{name}.{key}", value.value


def _prices(document: Document) -> Iterator[tuple[str, float]]:
    stated: dict[str, Price | None] = {
        n: f.price or document.economics.prices.get(n) for n, f in document.feeds.items()
    }
    for name, product in document.products.items():
        stated[name] = product.price or document.economics.prices.get(product.formula or name)
    for name, price in stated.items():
        if price is not None:
            yield f"price.{name}", price.quantity.value


def _capital(capital: Capital) -> Iterator[tuple[str, float]]:
    whole = {
        n: getattr(capital, n) for n in ("installation", "annualisation", "interest", "life", "maintenance")
    }
    for name, stated in whole.items():
        if stated is not None:
            yield f"capital.{name}", stated.value
    for name, item in capital.equipment.items():
        for setting in ("cost", "fixed"):
            price: Price | None = getattr(item, setting)
            if price is not None:
                yield f"{setting}.{name}", price.quantity.value
        for setting in ("at", "exponent", "installation", "replaced"):
            quantity: Quantity | None = getattr(item, setting)
            if quantity is not None:
                yield f"{setting}.{name}", quantity.value
