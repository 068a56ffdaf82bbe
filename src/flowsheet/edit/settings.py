"""The variables of `optimise:` as sliders, and a slider's number put into the text at its place.

Numbers keep the unit of measure that the file writes them in; comments and everything else stay as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flowsheet.document.changes import full_path
from flowsheet.document.diagnostics import Collector
from flowsheet.document.document import Document, Quantity
from flowsheet.document.parts import TEMPLATES
from flowsheet.document.quantity import split_quantity
from flowsheet.document.source import Mapping, Node, Scalar, read_text
from flowsheet.document.structure import input_values, variable_input
from flowsheet.document.unit_expression import UnitError, parse_unit
from flowsheet.document.unit_of_measure import conversion

_STEPS = 100
"""A slider has at least as many places; each is a power of ten, so that numbers stay short."""
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")


@dataclass(frozen=True)
class Slider:
    """A variable between its bounds, in the unit that the file states it in.

    `fixed` says why it can't be moved here, else is empty; `decimals` is how finely.
    """

    name: str
    kind: Literal["range", "count"]
    lower: float
    upper: float
    value: float
    unit: str
    decimals: int
    fixed: str = ""


@dataclass(frozen=True)
class Edit:
    """A replacement in a text: characters `start` to `end` become `insert`."""

    start: int
    end: int
    insert: str

    def applied(self, text: str) -> str:
        return text[: self.start] + self.insert + text[self.end :]


class NoPlace(Exception):
    """A number that this text can't state; says why."""


def sliders(document: Document, text: str) -> list[Slider]:
    """Every variable of the document's optimisation, those that vary before those that are counted."""
    optimisation = document.optimisation
    if optimisation is None:
        return []
    values = input_values(document)
    found = []
    for stated in optimisation.vary:
        name = stated.variable.name
        unit, fixed = _written(document, text, name, stated.lower)
        factor, offset = _conversion(unit, stated.lower.unit)
        lower, upper = ((bound.value - offset) / factor for bound in (stated.lower, stated.upper))
        value = values.get(variable_input(document, stated.variable), math.nan)
        if math.isnan(value):
            fixed = fixed or "has no value yet"
            value = stated.lower.value
        decimals = math.ceil(math.log10(_STEPS / (upper - lower)) - 1e-9) if upper > lower else 0
        shown = ((value - offset) / factor, lower, upper)
        value, lower, upper = (_tidy(number) for number in shown)
        found.append(Slider(name, "range", lower, upper, value, unit, decimals, fixed))
    for choice in optimisation.choose:
        count = document.units[choice.unit].value(choice.parameter)
        _, fixed = _written(document, text, choice.name, None)
        found.append(Slider(choice.name, "count", choice.least, choice.most, count, "", 0, fixed))
    return found


def moved(document: Document, text: str, slider: Slider, value: float) -> Edit:
    """What puts a slider's value into the text.

    Where the file states the number, its digits are replaced, in a scenario those of the scenario.  Where it
    is a default, or comes from a template that others share, the key is added to the entry itself.

    Raises:
        NoPlace: another file states the number.
    """
    number = _formatted(value, slider)
    place = _stated(document, text, slider.name)
    if place is not None:
        start = _offset(text, place.span.line, place.span.column) + place.quoted
        match = _NUMBER.match(place.text)
        if match is None or text[start : start + len(place.text)] != place.text:
            raise NoPlace(f"`{place.text}` isn't a number that can be replaced")
        return Edit(start + match.start(1), start + match.end(1), number)
    return _added(document, text, slider, f"{number} {slider.unit}".strip())


def _formatted(value: float, slider: Slider) -> str:
    """
    >>> _formatted(3.1400001, Slider("a.b", "range", 3, 4, 3, "", 2))
    '3.14'
    >>> _formatted(12340.0, Slider("a.b", "range", 1e4, 9e4, 1e4, "", -2))
    '12300'
    """
    bounded = min(max(value, slider.lower), slider.upper)
    if slider.kind == "count":
        return str(round(bounded))
    rounded = round(bounded, slider.decimals)
    rounded = min(max(rounded, slider.lower), slider.upper)
    return (
        f"{rounded:.{max(slider.decimals, 0)}f}".rstrip("0").rstrip(".")
        if slider.decimals > 0
        else (f"{rounded:g}" if abs(rounded) < 1e5 else f"{rounded:.0f}")
    )


def _tidy(value: float) -> float:
    """Without what conversion there and back leaves in the last digits."""
    return float(f"{value:.12g}")


def _written(document: Document, text: str, name: str, bound: Quantity | None) -> tuple[str, str]:
    """The unit that a number is stated in (of a default, its bounds' unit), and why it can't be moved."""
    otherwise = split_quantity(bound.text).unit if bound is not None else ""
    try:
        place = _stated(document, text, name)
    except NoPlace as why:
        return otherwise, str(why)
    if place is None:
        return otherwise, ""
    match = _NUMBER.match(place.text)
    if match is None:
        return otherwise, f"`{place.text}` isn't a plain number"
    return place.text[match.end() :].strip(), ""


def _conversion(unit: str, canonical: str) -> tuple[float, float]:
    """Factor and offset that take a number in `unit` to the canonical one."""
    try:
        return conversion(parse_unit(unit), canonical) if unit else (1.0, 0.0)
    except UnitError:  # money of another currency: its numbers are shown as they count
        return 1.0, 0.0


def _stated(document: Document, text: str, name: str) -> Scalar | None:
    """The value that counts, where this text states it for this entry alone; None where it has to be added.

    Raises:
        NoPlace: another file states it.
    """
    assert document.tree is not None
    node: Node | None = _at(document.tree, full_path(document.tree, name))
    if isinstance(node, Mapping):  # a price with its year
        node = node.get("value")
    if not isinstance(node, Scalar):
        return None
    own = _tree(text, document)
    if node.span.file != own.span.file:
        raise NoPlace(f"is stated in {node.span.file}")
    templates = own.get(TEMPLATES)
    inside = list(_scalars(templates)) if templates is not None else []
    return None if any(scalar.span == node.span for scalar in inside) else node


def _added(document: Document, text: str, slider: Slider, value: str) -> Edit:
    """The key, put after the first key of the entry that lacks it.

    Raises:
        NoPlace: the entry stands in another file.
    """
    own = _tree(text, document)
    *owner, key = full_path(own, slider.name)
    entry = _at(own, owner)
    if not isinstance(entry, Mapping) or not entry.entries:
        raise NoPlace("belongs to an entry of another file")
    first = next(iter(entry))
    lines = text.split("\n")
    before = lines[first.span.line - 1][: first.span.column - 1]
    start = _offset(text, first.span.line, first.span.column)
    if before.strip():  # within braces
        return Edit(start, start, f"{key}: {value}, ")
    if not isinstance(first.value, Scalar):
        return Edit(start, start, f"{key}: {value}\n{before}")
    end = _offset(text, first.value.span.line, len(lines[first.value.span.line - 1]) + 1)
    return Edit(end, end, f"\n{before}{key}: {value}")


def _tree(text: str, document: Document) -> Mapping:
    """The text's own keys, without imports, scenario and templates."""
    name = next(iter(document.sources))
    tree = read_text(text, name, Collector())
    assert isinstance(tree, Mapping)
    return tree


def _at(node: Node | None, path: list[str]) -> Node | None:
    """What stands at a path; of names that hold dots the longest that is there."""
    if not path or node is None:
        return node
    if not isinstance(node, Mapping):
        return None
    for length in range(len(path), 0, -1):
        entry = node.entries.get(".".join(path[:length]))
        if entry is not None:
            return _at(entry.value, path[length:])
    return None


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
        return
    for child in (entry.value for entry in node) if isinstance(node, Mapping) else node.items:
        yield from _scalars(child)


def _offset(text: str, line: int, column: int) -> int:
    """Characters before a place; lines and columns count from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1
