"""A small safe language for objectives, constraints, specifications, rate laws and distribution ratios.

    recovery(Co) >= 97 %                       neutraliser.liquor.pH = 4.0
    impurity(lithium_carbonate, Na) <= 250 ppm revenue - reagent_cost
    k0 * exp(-E / (R * T)) * a[H+]**0.5        log10(K) + 2 * pH

Names may be dotted (`unit.port.quantity`), carry an oxidation state (`Fe(II)`) and end in an index in square
brackets (`co_sx.extraction[3].pH`, `c[Fe(OH)2+]`).  exp, log, log10, sqrt, tanh and abs take expressions;
every other function takes names.  A number may carry a unit, without spaces around the unit's `/` and `*`.
Nothing else is understood: no conditionals, no assignments, no attribute access, so that any text is safe.

>>> from flowsheet.document.syntax_tree import plain_span
>>> tree = parse_expression("2 * exp(-x) + 50 %", plain_span("2 * exp(-x) + 50 %"))
>>> evaluate(tree, {"x": 0.0})
2.5
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span
from flowsheet.document.syntax_tree import (
    MATH_FUNCTIONS,
    Binary,
    Call,
    Comparison,
    Expression,
    Name,
    Negative,
    Number,
    evaluate,
)

__all__ = ["evaluate", "parse_comparison", "parse_expression"]

_REFUSED_FUNCTIONS = {
    "asinh",
    "acosh",
    "atanh",
    "sinh",
    "cosh",
    "min",
    "max",
    "where",
    "floor",
    "ceil",
    "round",
    "sign",
}
_REFUSED_WORDS = {"if", "else", "and", "or", "not", "lambda", "for", "in", "is"}


def parse_expression(text: str, span: Span, rates: Mapping[str, float] | None = None) -> Expression:
    """Parse an expression; raises DiagnosticError with one finding, placed inside `span`.

    `rates` gives USD per unit of other currencies.
    """
    parser = _Parser(text, span, rates)
    node = parser.sum()
    token = parser.peek()
    if token.kind == "compare":
        raise parser.failure("E501", "a comparison isn't expected here", token, "give the expression alone")
    parser.finish()
    return node


def parse_comparison(text: str, span: Span, rates: Mapping[str, float] | None = None) -> Comparison:
    """Parse a constraint such as `recovery(Co) >= 97 %`; see parse_expression."""
    parser = _Parser(text, span, rates)
    left = parser.sum()
    token = parser.peek()
    if token.kind != "compare":
        raise parser.failure(
            "E501",
            "a comparison (=, <= or >=) is expected",
            token if token.text else None,
            "for example `recovery(Co) >= 97 %`",
        )
    parser.take()
    operator = {"==": "=", "≤": "<=", "≥": ">="}.get(token.text, token.text)
    if operator not in ("=", "<=", ">="):
        raise parser.failure(
            "E503",
            f"`{operator}` can't be used in a constraint",
            token,
            f"write `{operator[0]}=`" if operator in "<>" else "use =, <= or >=",
        )
    right = parser.sum()
    if parser.peek().kind == "compare":
        raise parser.failure("E503", "only one comparison is allowed", parser.peek(), "write two constraints")
    parser.finish()
    return Comparison(operator, left, right, text, span)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


_STATE = r"(?:\((?:I|II|III|IV|V|VI|VII)\))?"
_INDEX = r"(?:\[[^\]]*\])?"
_GROUPS = r"(?:\(\w+\)\w*)*"  # of a formula: tank.precipitated.Ni(OH)2
_UNIT_WORD = r"(?:[A-Za-zµ°Ωμ$€][A-Za-z_µ°]*(?:\^?-?\d+)?|1)"
_UNIT = rf"(?:(?:mass|mol|vol|wt) ?%|%|{_UNIT_WORD}(?:[/*·]{_UNIT_WORD})*)"
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<number>{_NUMBER})(?:\ *(?P<unit>{_UNIT}))?
    |(?P<name>[A-Za-z_]\w*{_STATE}{_INDEX}(?:\.\w+{_GROUPS}{_INDEX})*)
    |(?P<compare><=|>=|==|!=|[<>=≤≥])
    |(?P<operator>\*\*|[-+*/^(),])""",
    re.VERBOSE,
)


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str, span: Span, rates: Mapping[str, float] | None) -> None:
        self.text = text
        self.span = span
        self.rates = rates
        self.position = 0

    def failure(self, code: str, message: str, token: _Token | None, help: str = "") -> DiagnosticError:
        place = self.span.part(token.start, len(token.text)) if token and self.text else self.span
        return DiagnosticError([Diagnostic(code, message, place, help)])

    def peek(self) -> _Token:
        """The next token, without taking it."""
        while True:
            if self.position >= len(self.text):
                return _Token("end", "", max(len(self.text) - 1, 0))
            match = _TOKEN.match(self.text, self.position)
            if match is None:
                bad = _Token("bad", self.text[self.position], self.position)
                raise self.failure("E501", f"`{bad.text}` isn't understood here", bad)
            if match.lastgroup != "space":
                break
            self.position = match.end()
        kind = "number" if match.group("number") else str(match.lastgroup)
        return _Token(kind, match.group(), match.start())

    def take(self) -> _Token:
        token = self.peek()
        self.position = token.start + len(token.text)
        return token

    def finish(self) -> None:
        token = self.peek()
        if token.kind == "end":
            return
        if token.text in _REFUSED_WORDS:
            raise self.failure(
                "E503",
                f"`{token.text}` isn't allowed: an expression has no conditions",
                token,
                "use a smooth form, e.g. tanh, or state the range in the parameter set",
            )
        raise self.failure(
            "E501", f"`{token.text}` isn't expected here", token, "an operator or a comma may be missing"
        )

    def around(self, start: int) -> Span:
        return self.span.part(start, self.position - start)

    def sum(self) -> Expression:
        start = self.peek().start
        left = self.product()
        while (token := self.peek()).text in ("+", "-"):
            self.take()
            right = self.product()
            left = Binary(token.text, left, right, self.around(start))  # type: ignore[arg-type]
        return left

    def product(self) -> Expression:
        start = self.peek().start
        left = self.signed()
        while (token := self.peek()).text in ("*", "/"):
            self.take()
            right = self.signed()
            left = Binary(token.text, left, right, self.around(start))  # type: ignore[arg-type]
        return left

    def signed(self) -> Expression:
        token = self.peek()
        if token.text in ("+", "-"):
            self.take()
            operand = self.signed()
            return Negative(operand, self.around(token.start)) if token.text == "-" else operand
        return self.power()

    def power(self) -> Expression:
        start = self.peek().start
        base = self.atom()
        token = self.peek()
        if token.text == "^":
            raise self.failure("E503", "`^` isn't a power here", token, "write `**`")
        if token.text == "**":
            self.take()
            return Binary("**", base, self.signed(), self.around(start))
        return base

    def atom(self) -> Expression:
        token = self.take()
        if token.kind == "number":
            return self.number(token)
        if token.text == "(":
            inside = self.sum()
            self.expect(")")
            return inside
        if token.kind == "name" and token.text not in _REFUSED_WORDS:
            if self.text[self.position : self.position + 1] == "(":
                return self.call(token)
            return Name(token.text, self.around(token.start))
        if token.text in _REFUSED_WORDS:
            raise self.failure(
                "E503",
                f"`{token.text}` isn't allowed: an expression has no conditions",
                token,
                "use a smooth form, e.g. tanh",
            )
        if token.kind == "end":
            raise self.failure(
                "E501",
                "the expression ends too early" if self.text.strip() else "the expression is empty",
                token,
            )
        raise self.failure(
            "E501", f"`{token.text}` isn't expected here", token, "a number, a name or `(` is expected"
        )

    def number(self, token: _Token) -> Number:
        from flowsheet.document.quantity import QuantityError, parse_quantity, split_quantity

        if re.fullmatch(_NUMBER, token.text):
            return Number(float(token.text), None, token.text, self.around(token.start))
        try:
            unit = split_quantity(token.text).canonical_unit()
            value = parse_quantity(token.text, unit, self.rates)
            return Number(value, unit, token.text, self.around(token.start))
        except QuantityError as error:
            help = error.help
            if error.code == "E202":
                help = "a unit is written without spaces (`mol/L`); between a number and a name write ` * `"
            raise self.failure(error.code, error.message, token, help) from None

    def expect(self, text: str) -> None:
        token = self.peek()
        if token.text != text:
            raise self.failure("E501", f"`{text}` is missing", token)
        self.take()

    def call(self, name: _Token) -> Call:
        """A function; the parenthesis follows its name at once."""
        if name.text in _REFUSED_FUNCTIONS:
            raise self.failure(
                "E503",
                f"`{name.text}` can't be used: the solver has no derivatives for it",
                name,
                f"functions: {', '.join(MATH_FUNCTIONS)}",
            )
        if name.text in MATH_FUNCTIONS:
            self.take()
            argument = self.sum()
            self.expect(")")
            return Call(name.text, (argument,), self.around(name.start))
        return self.call_of_names(name)

    def call_of_names(self, name: _Token) -> Call:
        """Arguments are texts between balanced parentheses: `impurity(salt, Fe(II))`, `sum_of(Fe(OH)3)`."""
        opening = self.position
        depth, start, arguments = 0, opening + 1, []
        for index in range(opening, len(self.text)):
            character = self.text[index]
            depth += (character == "(") - (character == ")")
            if (character == "," and depth == 1) or depth == 0:
                raw = self.text[start:index]
                lead = len(raw) - len(raw.lstrip())
                if raw.strip():
                    arguments.append(Name(raw.strip(), self.span.part(start + lead, len(raw.strip()))))
                start = index + 1
            if depth == 0:
                self.position = index + 1
                return Call(name.text, tuple(arguments), self.around(name.start))
        raise self.failure(
            "E501",
            "`)` is missing",
            _Token("operator", "(", opening),
            "between [ ] or { } a comma ends the entry: put an expression with a comma in quotes",
        )
