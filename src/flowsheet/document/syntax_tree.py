"""The syntax tree of an expression: its nodes, how to walk it, and its value.

`evaluate` works alike with floats and with Pyomo expressions; the namespace supplies the values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from flowsheet.document.diagnostics import Diagnostic, Span, suggest

MATH_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "abs": abs,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `unit` is the canonical unit of its value, None when it was written without one."""

    value: float
    unit: str | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name, as written (`unit.port[3].pH`)."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A function of expressions (math) or of names (all others)."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span

    @property
    def names(self) -> tuple[str, ...]:
        """The arguments of a function of names."""
        return tuple(a.text for a in self.arguments if isinstance(a, Name))


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus an expression."""

    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions joined by + - * / or **."""

    operator: Literal["+", "-", "*", "/", "**"]
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """A constraint: left =, <= or >= right.

    `unit` is the canonical unit of both sides, None where it isn't known.
    """

    operator: Literal["=", "<=", ">="]
    left: Expression
    right: Expression
    text: str
    span: Span
    unit: str | None = None

    @property
    def bound(self) -> float | None:
        """The value of the right side where nothing in it varies and it has one (1/0 has none)."""
        if not is_constant(self.right):
            return None
        try:
            value = evaluate(self.right, {})
        except (ArithmeticError, ValueError):
            return None
        return value if isinstance(value, float) and math.isfinite(value) else None

    def arranged(self) -> Comparison:
        """What varies on the left; where both sides do, and one is to be the larger, that one.

        >>> from flowsheet.document.expression import parse_comparison
        >>> [parse_comparison(t, plain_span(t)).arranged().operator for t in ("2 >= x", "x <= 2", "x <= y")]
        ['<=', '<=', '>=']
        """
        if is_constant(self.right) or (self.operator != "<=" and not is_constant(self.left)):
            return self
        return replace(self, operator=_TURNED[self.operator], left=self.right, right=self.left)


_TURNED: Mapping[str, Literal["=", "<=", ">="]] = {"=": "=", "<=": ">=", ">=": "<="}
Expression = Number | Name | Call | Negative | Binary


def plain_span(text: str) -> Span:
    """A span for a text that comes from no file."""
    return Span("expression", 1, 1, len(text))


def walk(node: Expression | Comparison) -> Iterator[Expression]:
    """All nodes of an expression, from the outside in; of a function of names, not its arguments."""
    if isinstance(node, Comparison):
        yield from walk(node.left)
        yield from walk(node.right)
        return
    yield node
    if isinstance(node, Negative):
        yield from walk(node.operand)
    elif isinstance(node, Binary):
        yield from walk(node.left)
        yield from walk(node.right)
    elif isinstance(node, Call) and node.function in MATH_FUNCTIONS:
        for argument in node.arguments:
            yield from walk(argument)


def names_in(node: Expression | Comparison) -> tuple[Name, ...]:
    """The names that need a value."""
    return tuple(part for part in walk(node) if isinstance(part, Name))


def is_constant(node: Expression) -> bool:
    """Whether nothing in it needs a value."""
    return all(
        not isinstance(part, Name) and (not isinstance(part, Call) or part.function in MATH_FUNCTIONS)
        for part in walk(node)
    )


def evaluate(
    node: Expression,
    namespace: Mapping[str, Any] | Callable[[str], Any],
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Any:
    """The value of an expression.

    `namespace` gives the value of a name (float, Pyomo Var or expression); `functions` overrides the math
    functions (with pyomo.environ's) and adds functions of names, which are called with texts.  Raises
    KeyError with the name that is missing.

    >>> from flowsheet.document.expression import parse_expression
    >>> text = "recovery(Co) - x**2"
    >>> evaluate(parse_expression(text, plain_span(text)), {"x": 3.0}, {"recovery": lambda metal: 9.5})
    0.5
    """
    known: Mapping[str, Callable[..., Any]] = {**MATH_FUNCTIONS, **(functions or {})}
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return namespace(node.text) if callable(namespace) else namespace[node.text]
    if isinstance(node, Negative):
        return -evaluate(node.operand, namespace, functions)
    if isinstance(node, Call):
        if node.function in MATH_FUNCTIONS:
            return known[node.function](evaluate(node.arguments[0], namespace, functions))
        return known[node.function](*node.names)
    left = evaluate(node.left, namespace, functions)
    right = evaluate(node.right, namespace, functions)
    if node.operator == "+":
        return left + right
    if node.operator == "-":
        return left - right
    if node.operator == "*":
        return left * right
    if node.operator == "/":
        return left / right
    return left**right


def unknown_name(name: Name | Call, known: list[str], what: str) -> Diagnostic:
    """The finding that a name or function isn't known."""
    text = name.function if isinstance(name, Call) else name.text
    return Diagnostic("E502", f"unknown {what} `{text}`", name.span.part(0, len(text)), suggest(text, known))
