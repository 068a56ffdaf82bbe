"""Rate laws written as expressions in a parameter set.

    rate: k_acid * c[H+] / (1 mol/L)
    rate: eps * B.Nd2O3 * c[H+]**A.Nd2O3 * (1 - X)**(2/3)
    rate: k * exp(-E/R * (1/T - 1/(25 degC))) * m[Fe+2] * p[O2]

    c[Fe(III)]    a component's total in the liquor; c[Fe+3] the free species         [mol/L]
    m[Fe+3]       molality of a free species                                           [mol/kg]
    a[Fe+3]       its activity
    p[O2]         partial pressure of a gas in the bubbles of the tank                 [bar]
    pH, T         -log10 of the proton's activity; temperature                         [K]
    X             conversion of the reaction's solid at the tank's outlet
    eps           solids per volume of slurry                                          [kg/L]
    power         agitation per volume of slurry                                       [kW/L]
    gas_velocity  superficial velocity of the gas that is blown in                     [mm/h]
    R             gas constant                                                         [kJ/mol/K]

and the set's own values by their names.  Values and numbers with a unit count in mol, kg, L, mm, h, K, kJ,
bar: a length in mm, a volume in L.  What the liquor can't hold counts as zero.

A power of a concentration, an activity or 1 - X is taken by its logarithm, x**n = exp(n ln x), so that it
has derivatives however small x is.

>>> from flowsheet.document.expression import parse_expression
>>> from flowsheet.document.syntax_tree import plain_span
>>> law = parse_expression("k * (1 - X)**(2/3) * c[H+]**0.5", plain_span("k * (1 - X)**(2/3) * c[H+]**0.5"))
>>> names = {"k": Amount(2.0), "c[H+]": Amount(0.25, math.log(0.25)), LEFT: Amount(1.0, 0.0)}
>>> evaluate_law(law, names.__getitem__)
1.0
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from flowsheet.chemistry.operators import exp, log, sqrt
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, suggest
from flowsheet.document.syntax_tree import Binary, Call, Expression, Name, Negative, Number, names_in
from flowsheet.document.unit_expression import parse_unit
from flowsheet.document.unit_of_measure import target_text

if TYPE_CHECKING:
    from flowsheet.document.parameter_file import ParameterValue

LEFT = "1 - X"
"""Name of the share of a solid that is left."""
PLAIN = ("pH", "T", "X", "eps", "R", "power", "gas_velocity")
KINDS = ("c", "m", "a", "p")
_KNOWN = (*PLAIN, *(f"{kind}[...]" for kind in KINDS))
_INDEXED = re.compile(r"([a-z])\[(.+)\]")
_MM_PER_M = 1000.0


class Amount(NamedTuple):
    """A number or Pyomo expression, with its logarithm where that is known without taking it."""

    value: Any
    ln: Any = None


def indexed(name: str) -> tuple[str, str] | None:
    """Kind and what it is of: `c[Fe+3]` is ("c", "Fe+3"); None for a plain name.

    >>> indexed("c[Fe(III)]"), indexed("pH")
    (('c', 'Fe(III)'), None)
    """
    found = _INDEXED.fullmatch(name)
    return (found.group(1), found.group(2)) if found else None


def rate_unit_factor(canonical: str) -> float:
    """What turns a number in a canonical unit into mol, kg, L, mm, h, K, kJ, bar.

    >>> rate_unit_factor("m/h"), rate_unit_factor("mol/L"), rate_unit_factor("m3*mol-1*h-1")
    (1000.0, 1.0, 1000.0)
    """
    power = sum(p for name, p in parse_unit(target_text(canonical)).factors if name == "m")
    length = (power + 1) % 3 - 1
    return _MM_PER_M ** (length + (power - length) // 3)


def evaluate_law(node: Expression, amount: Callable[[str], Amount]) -> Any:
    """Value of a rate law; `amount` gives the value of a name (`LEFT` among them)."""
    if isinstance(node, Number):
        return node.value * (1.0 if node.unit is None else rate_unit_factor(node.unit))
    if isinstance(node, Name):
        return amount(node.text).value
    if isinstance(node, Negative):
        return -evaluate_law(node.operand, amount)
    if isinstance(node, Call):
        return _call(node, amount)
    if _is_left(node):
        return amount(LEFT).value
    if node.operator == "**":
        return _power(node, amount)
    left, right = evaluate_law(node.left, amount), evaluate_law(node.right, amount)
    if node.operator == "+":
        return left + right
    if node.operator == "-":
        return left - right
    if node.operator == "*":
        return 0.0 if _is_zero(left) or _is_zero(right) else left * right
    return left / right


def law_text(node: Expression) -> str:
    """A law without its layout, by which equal laws are known.

    >>> from flowsheet.document.expression import parse_expression
    >>> from flowsheet.document.syntax_tree import plain_span
    >>> law_text(parse_expression("k*c[H+] / (1 mol/L)", plain_span("k*c[H+] / (1 mol/L)")))
    '((k * c[H+]) / 1.0 mol/L)'
    """
    if isinstance(node, Number):
        return f"{node.value!r} {node.unit or ''}".strip()
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Negative):
        return f"-{law_text(node.operand)}"
    if isinstance(node, Call):
        return f"{node.function}({', '.join(law_text(a) for a in node.arguments)})"
    return f"({law_text(node.left)} {node.operator} {law_text(node.right)})"


def _is_zero(value: Any) -> bool:
    return isinstance(value, (int, float)) and value == 0.0


def _is_left(node: Expression) -> bool:
    """Whether it reads 1 - X."""
    return (
        isinstance(node, Binary)
        and node.operator == "-"
        and isinstance(node.left, Number)
        and node.left.value == 1.0
        and isinstance(node.right, Name)
        and node.right.text == "X"
    )


def _power(node: Binary, amount: Callable[[str], Amount]) -> Any:
    exponent = evaluate_law(node.right, amount)
    ln = _logarithm(node.left, amount)
    if ln is not None:
        return exp(exponent * ln)
    base = evaluate_law(node.left, amount)
    return base if _is_zero(base) else base**exponent


def _call(node: Call, amount: Callable[[str], Amount]) -> Any:
    (argument,) = node.arguments
    if node.function in ("log", "log10", "sqrt"):
        ln = _logarithm(argument, amount)
        if ln is None:
            value = evaluate_law(argument, amount)
            return sqrt(value) if node.function == "sqrt" else log(value) / _base(node.function)
        return exp(0.5 * ln) if node.function == "sqrt" else ln / _base(node.function)
    value = evaluate_law(argument, amount)
    if node.function == "exp":
        return exp(value)
    if node.function == "abs":
        return abs(value)
    if isinstance(value, (int, float)):
        return math.tanh(value)
    import pyomo.environ as pyo

    return pyo.tanh(value)


def _base(function: str) -> float:
    return math.log(10.0) if function == "log10" else 1.0


def _logarithm(node: Expression, amount: Callable[[str], Amount]) -> Any:
    """Logarithm of a product of what has one; None for anything else."""
    if isinstance(node, Number):
        value = evaluate_law(node, amount)
        return math.log(value) if value > 0.0 else None
    if isinstance(node, Name):
        found = amount(node.text)
        if found.ln is None and isinstance(found.value, (int, float)) and found.value > 0.0:
            return math.log(found.value)
        return found.ln
    if not isinstance(node, Binary):
        return None
    if _is_left(node):
        return amount(LEFT).ln
    if node.operator not in ("*", "/", "**"):
        return None
    left = _logarithm(node.left, amount)
    if left is None:
        return None
    if node.operator == "**":
        return evaluate_law(node.right, amount) * left
    right = _logarithm(node.right, amount)
    if right is None:
        return None
    return left + right if node.operator == "*" else left - right


class LawNames:
    """What the names in the rate laws of a parameter set stand for.

    Args:
        values: the set's values; an expression among them is evaluated where it is met.
        numbers: its numbers by name, as the model holds them, in canonical units.
        quantity: value of any other name; raises KeyError for an unknown one.
        known: such names, for the help with an unknown one.
    """

    def __init__(
        self,
        values: Mapping[str, ParameterValue],
        numbers: Mapping[str, Any],
        quantity: Callable[[str], Amount],
        known: Iterable[str] = _KNOWN,
    ) -> None:
        self.values, self.numbers, self.quantity, self.known = values, numbers, quantity, tuple(known)
        self._open: list[str] = []

    def evaluate(self, law: Expression) -> Any:
        """Value of a law.

        Raises:
            DiagnosticError: it names something unknown (E502), or a value that is defined by itself (E703).
        """
        spans = {name.text: name.span for name in names_in(law)}

        def amount(name: str) -> Amount:
            try:
                return self._constant(name) if name in self.values else self.quantity(name)
            except KeyError:
                help = suggest(name, [*self.known, *self.values], "names")
                found = Diagnostic("E502", f"unknown name `{name}` in a rate", spans.get(name), help)
                raise DiagnosticError([found]) from None

        return evaluate_law(law, amount)

    def _constant(self, name: str) -> Amount:
        value = self.values[name]
        if value.quantity is not None:
            return Amount(self.numbers[name] * rate_unit_factor(value.quantity.unit))
        if value.expression is None:
            raise KeyError(name)
        if name in self._open:
            message = f"`{name}` is defined by itself"
            raise DiagnosticError([Diagnostic("E703", message, value.span)])
        self._open.append(name)
        found = self.evaluate(value.expression)
        self._open.pop()
        return Amount(found)


def constants_of(laws: Iterable[Expression], values: Mapping[str, ParameterValue]) -> list[str]:
    """Names of the numbers that laws use, by way of other values too, in the order of the set."""
    used: set[str] = set()
    waiting = [name.text for law in laws for name in names_in(law)]
    while waiting:
        name = waiting.pop()
        if name in used or name not in values:
            continue
        used.add(name)
        expression = values[name].expression
        if expression is not None:
            waiting += [other.text for other in names_in(expression)]
    return [name for name, value in values.items() if name in used and value.quantity is not None]
