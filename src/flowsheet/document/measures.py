"""What an expression measures: the canonical unit that follows from the units of its names and numbers.

Sums and comparisons of different measures are found out.  Canonical units aren't coherent (mol/L times m3/h
is kmol/h, not mol/h): where a product of two dimensional quantities stands beside another measure of the same
dimension, one of them gets the factor between their units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from flowsheet.document.diagnostics import Diagnostic
from flowsheet.document.quantity import split_quantity
from flowsheet.document.references import Plant
from flowsheet.document.syntax_tree import (
    MATH_FUNCTIONS,
    Binary,
    Call,
    Comparison,
    Expression,
    Name,
    Negative,
    Number,
    walk,
)
from flowsheet.document.unit_expression import UnitError, parse_unit
from flowsheet.document.unit_of_measure import conversion, describe, target_text


def percent_of(unit: str | None) -> str:
    """% where a unit says that it measures a fraction, else nothing."""
    return "%" if unit is not None and unit.endswith("fraction") else ""


def unit_as_written(comparison: Comparison) -> str:
    """The unit of measure of the bound or target as it is written; % of a bare fraction, else nothing."""
    measured = target_text(comparison.unit or "").removeprefix("delta_")
    for node in walk(comparison.arranged().right):
        # a factor of another measure says nothing of the whole
        if isinstance(node, Number) and node.unit == measured and (unit := split_quantity(node.text).unit):
            return unit
    return percent_of(comparison.unit)


@dataclass
class Measures:
    """Works out units over a plant; `found` are the sums and comparisons that make no sense.

    A unit is "" for a number written without one, None where it isn't known.
    """

    plant: Plant
    found: list[Diagnostic] = field(default_factory=list)

    def compared(self, comparison: Comparison) -> Comparison:
        """With both sides in one unit, and that unit."""
        sides = (comparison.left, comparison.right)
        names = ("the left side", "the right side")
        unit = self._common(*(_Part(n, s, self.of(s)) for n, s in zip(names, sides, strict=True)))
        if self.found:
            return replace(comparison, unit=unit)
        parts = (_Part(n, *self.scaled(s)) for n, s in zip(names, sides, strict=True))
        left, right, common = self._alike(*parts)
        return replace(comparison, left=left, right=right, unit=unit or common)

    def of(self, node: Expression) -> str | None:
        """The unit of an expression."""
        if isinstance(node, Number):
            # what is written in K may be a temperature or a difference of two
            kelvin = node.unit == "K" and split_quantity(node.text).unit == "K"
            return "delta_K" if kelvin else node.unit or ""
        if isinstance(node, Name):
            return self._of_name(node)
        if isinstance(node, Negative):
            return self.of(node.operand)
        if isinstance(node, Call):
            return self._of_call(node)
        return self._of_binary(node)

    def scaled(self, node: Expression) -> tuple[Expression, str | None]:
        """The expression with the terms of every sum in one unit, and its unit; that of a product or quotient
        is written out: `kg*m-3*mol*kg-1`."""
        if isinstance(node, Negative):
            operand, unit = self.scaled(node.operand)
            return replace(node, operand=operand), unit
        if not isinstance(node, Binary) or node.operator == "**":
            return node, self.of(node)
        (left, first), (right, second) = self.scaled(node.left), self.scaled(node.right)
        if node.operator in ("*", "/"):
            known = first is not None and second is not None
            unit = _joined(first or "", second or "", node.operator == "/") if known else None
            return replace(node, left=left, right=right), self.of(node) or unit
        parts = (_Part("the first term", left, first), _Part("the second term", right, second))
        left, right, unit = self._alike(*parts)
        return replace(node, left=left, right=right), self.of(node) or unit

    def _alike(self, left: _Part, right: _Part) -> tuple[Expression, Expression, str | None]:
        """Both in one unit, that of the one that is no product, and the unit."""
        unchanged = (left.node, right.node, left.unit or right.unit)
        if left.unit is None or right.unit is None or left.unit == right.unit:
            return unchanged
        first = right.unit == "" or (left.unit != "" and self.of(left.node) is None)
        turned, kept = (left, right) if first else (right, left)
        if kept.unit == "" and self.of(turned.node) is not None:
            return unchanged  # `of` has looked at both
        try:
            factor, _ = conversion(parse_unit(_bare(turned.unit or "")), _bare(kept.unit or ""))
        except UnitError:
            if not self._lacks_unit(kept, turned) and kept.unit:
                self._differ(left, right)
            return unchanged
        if factor == 1.0:
            return unchanged
        scaled = Binary(
            "*", Number(factor, None, f"{factor:g}", turned.node.span), turned.node, turned.node.span
        )
        return (
            (scaled, right.node, kept.unit or "1")
            if turned is left
            else (left.node, scaled, kept.unit or "1")
        )

    def _of_call(self, call: Call) -> str | None:
        if call.function not in MATH_FUNCTIONS:
            return self.plant.vocabulary.function_units.get(call.function)
        argument = self.of(call.arguments[0])
        return argument if call.function == "abs" or argument is None else "1"

    def _of_binary(self, node: Binary) -> str | None:
        left, right = self.of(node.left), self.of(node.right)
        if node.operator in ("+", "-"):
            unit = self._common(
                _Part("the first term", node.left, left), _Part("the second term", node.right, right)
            )
            return "delta_K" if node.operator == "-" and left == right == "K" else unit
        if node.operator == "**":
            return "1" if _plain(left) else None
        if _plain(right):
            return left
        if node.operator == "*":
            return right if _plain(left) else None
        return "1" if left is not None and left == right else None

    def _common(self, left: _Part, right: _Part) -> str | None:
        """The unit of both; reports two that differ."""
        if left.unit is None or right.unit is None:
            return left.unit or right.unit
        for part, other in ((left, right), (right, left)):
            if self._lacks_unit(part, other):
                return other.unit
        if _plain(left.unit) and _plain(right.unit):
            return next((unit for unit in (left.unit, right.unit) if unit not in ("", "1")), "1")
        if left.unit == right.unit or "" in (left.unit, right.unit):
            return left.unit or right.unit
        if {left.unit, right.unit} == {"K", "delta_K"}:
            kelvin, difference = (left, right) if left.unit == "K" else (right, left)
            if isinstance(difference.node, Number) or not isinstance(kelvin.node, Number):
                return "K"
        self._differ(left, right)
        return None

    def _differ(self, left: _Part, right: _Part) -> None:
        wanted = describe(left.unit or "")
        self.found.append(
            Diagnostic(
                "E203",
                f"{left.text} is {wanted.name}, {right.text} is {describe(right.unit or '').name}",
                right.node.span,
                f"{wanted.name} is written, for example, `{wanted.example}`",
            )
        )

    def _lacks_unit(self, part: _Part, other: _Part) -> bool:
        """Report a bare number beside what has a unit; a fraction may be one, 98 is none."""
        number = part.node
        if part.unit != "" or other.unit is None or not isinstance(number, Number):
            return False
        fraction = other.unit.endswith("fraction")
        if number.value <= 1.0 if fraction else number.value == 0.0 and other.unit != "K":
            return False
        if _plain(other.unit) and not fraction:
            return False
        wanted = describe(other.unit)
        self.found.append(
            Diagnostic(
                "E201",
                f"`{number.text}` has no unit; {other.text} is {wanted.name}",
                number.span,
                f"write `{number.text} %`" if fraction else f"for example `{wanted.example}`",
            )
        )
        return True

    def _of_name(self, name: Name) -> str | None:
        vocabulary = self.plant.vocabulary
        owner, *rest = re.sub(r"\[.*?\]", "", name.text).split(".")
        if not rest:
            return vocabulary.quantities.get(owner)
        if owner in self.plant.feeds:
            return vocabulary.stream_quantities.get(rest[0])
        unit = self.plant.units.get(owner)
        if unit is None:
            return None
        declared = unit.declaration
        if rest[0] in declared.results:
            return declared.results[rest[0]].unit or "1"
        if rest[0] in declared.parameters:
            return declared.parameters[rest[0]].unit or "1"
        if rest[1:] and rest[1] in self.plant.chemistry.components:
            return "kg/m3"
        return vocabulary.stream_quantities.get(rest[1]) if rest[1:] else None


def _joined(left: str, right: str, divided: bool) -> str | None:
    """The unit of a product or quotient; None where one of them is money or has a factor of its own."""
    powers: dict[str, int] = {}
    for unit, sign in ((left, 1), (right, -1 if divided else 1)):
        expression = parse_unit(_bare(unit))
        if expression.currencies or expression.scale != 1.0:
            return None
        for name, power in expression.factors:
            powers[name] = powers.get(name, 0) + sign * power
    written = (f"{name}{'' if power == 1 else power}" for name, power in powers.items() if power)
    return "*".join(written) or "1"


def _bare(unit: str) -> str:
    """A unit as one of a product: without its special name, of a temperature as of a difference."""
    return target_text(unit).removeprefix("delta_")


def _plain(unit: str | None) -> bool:
    return unit is not None and target_text(unit) == "1"


@dataclass(frozen=True)
class _Part:
    """One of two expressions that should measure the same; `what` it is if it has no name."""

    what: str
    node: Expression
    unit: str | None

    @property
    def text(self) -> str:
        """As it would be written, where that is short."""
        if isinstance(self.node, (Number, Name)):
            return f"`{self.node.text}`"
        if isinstance(self.node, Call) and self.node.names:
            return f"`{self.node.function}({', '.join(self.node.names)})`"
        return self.what
