"""Names in expressions: that each is something that the plant or its results have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flowsheet.document.declaration import PHASES
from flowsheet.document.diagnostics import Diagnostic, suggest
from flowsheet.document.document import Feed, UnitEntry
from flowsheet.document.syntax_tree import (
    MATH_FUNCTIONS,
    Call,
    Comparison,
    Expression,
    Name,
    unknown_name,
    walk,
)
from flowsheet.document.vocabulary import ChemistryNames, Vocabulary


@dataclass(frozen=True)
class Plant:
    """What names may refer to; `declared` also holds feeds and units that have faults of their own."""

    units: Mapping[str, UnitEntry]
    feeds: Mapping[str, Feed]
    products: tuple[str, ...]
    declared: frozenset[str]
    chemistry: ChemistryNames
    vocabulary: Vocabulary

    def family(self, family: str) -> list[str]:
        """The names of a family that an argument may come from."""
        if family == "product":
            return list(self.products)
        if family == "feed":
            return list(self.feeds)
        if family == "unit":
            return list(self.units)
        if family == "stream":
            outlets = (f"{u.name}.{port}" for u in self.units.values() for port in u.declaration.outlets)
            return [*self.feeds, *outlets]
        return sorted(self.chemistry.of_family(family) or ())


def unanswered(node: Expression | Comparison, plant: Plant) -> Iterator[Diagnostic]:
    """The names and functions that nothing answers to."""
    for part in walk(node):
        finding = None
        if isinstance(part, Name):
            finding = _name(part, plant)
        elif isinstance(part, Call):
            finding = _function(part, plant)
        if finding is not None:
            yield finding


def _name(name: Name, plant: Plant) -> Diagnostic | None:
    owner, *rest = re.sub(r"\[.*?\]", "", name.text).split(".")
    if owner in plant.units:
        return _of_unit(name, plant.units[owner], rest, plant)
    if owner in plant.feeds or owner in plant.products:
        return _of_stream(name, owner, rest, plant)
    if owner in plant.declared:
        return None
    known = list(plant.vocabulary.quantities)
    if not rest and (not known or owner in known):
        return None
    return unknown_name(name, [*known, *plant.units, *plant.feeds, *plant.products], "name")


def _of_unit(name: Name, unit: UnitEntry, rest: list[str], plant: Plant) -> Diagnostic | None:
    """`unit.result`, `unit.parameter` or `unit.port.quantity`."""
    declaration = unit.declaration
    ports = [*declaration.outlets, *declaration.inlets]
    known = [*ports, *declaration.parameters, *declaration.results]
    if not rest:
        return Diagnostic(
            "E502", f"`{unit.name}` alone isn't a number", name.span, suggest("", known, "it has")
        )
    if rest[0] not in known:
        place = name.span.part(len(unit.name) + 1, len(name.text) - len(unit.name) - 1)
        return Diagnostic(
            "E502",
            f"`{unit.name}` ({declaration.name}) has no `{rest[0]}`",
            place,
            suggest(rest[0], known, "it has"),
        )
    if rest[0] in ports and rest[0] not in declaration.results:
        return _of_stream(name, f"{unit.name}.{rest[0]}", rest[1:], plant)
    return None


def _of_stream(name: Name, stream: str, rest: list[str], plant: Plant) -> Diagnostic | None:
    """A stream's quantity: pH, temperature, a flow, or a component."""
    quantities = list(plant.vocabulary.stream_quantities)
    known = [*quantities, *PHASES, *plant.chemistry.components]
    if not rest:
        return Diagnostic(
            "E502",
            f"`{stream}` alone isn't a number",
            name.span,
            suggest("", quantities or ["pH", "temperature"], "for example"),
        )
    if quantities and rest[0] not in known:
        return Diagnostic(
            "E502", f"a stream has no `{rest[0]}`", name.span, suggest(rest[0], known, "it has")
        )
    return None


def _function(call: Call, plant: Plant) -> Diagnostic | None:
    functions = plant.vocabulary.functions
    if call.function in MATH_FUNCTIONS or not functions:
        return None
    if call.function not in functions:
        return unknown_name(call, [*functions, *MATH_FUNCTIONS], "function")
    families = functions[call.function]
    repeated = bool(families) and families[-1].endswith("*")
    least = len(families) - repeated
    if len(call.arguments) < least or (len(call.arguments) > least and not repeated):
        form = f"{call.function}({', '.join(families)})"
        return Diagnostic("E501", f"`{call.function}` is written {form}", call.span)
    for index, argument in enumerate(call.arguments):
        family = families[min(index, len(families) - 1)].rstrip("*")
        known = plant.family(family)
        if known and isinstance(argument, Name) and argument.text not in known:
            return unknown_name(argument, known, family)
    return None
