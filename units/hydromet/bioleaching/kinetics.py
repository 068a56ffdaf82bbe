"""Rates of growth, of gluconic acid and of maintenance, per kg of dry cells.

    mu  = mu_max S/(K_S + S) N/(K_N + N) O/(K_O + O) f_growth                 [1/h]
    q_P = (alpha mu + beta S/(K_P + S) O/(K_O + O)) f_product                 [mol/kg/h]
    q_m = m S/(K_S + S) O/(K_O + O)                                           [mol/kg/h], glucose burnt

S glucose, O dissolved oxygen [kg/m3], N nitrogen source [mol/L]; alpha growth-associated, beta other product
(Luedeking and Piret).  f_growth and f_product are what a parameter set states as `inhibition`: expressions of
`glucose`, `gluconate` and `biomass` [kg/m3] (written with their units: `exp(-glucose / 94 g/L)`), 1 without.
Every function takes floats, NumPy arrays or Pyomo expressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsheet.chemistry.operators import exp, log, sqrt
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.expression import evaluate, parse_expression
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from flowsheet.document.syntax_tree import (
    Call,
    Expression,
    Name,
    Negative,
    Number,
    plain_span,
    unknown_name,
    walk,
)
from hydromet.bioleaching.metabolism import Turnover

PARAMETER_UNITS: Mapping[str, str] = {
    "growth.rate": "1/h",
    "growth.half_saturation": "kg/m3",
    "growth.nitrogen_half_saturation": "mol/L",
    "growth.yield": "1",
    "product.growth_associated": "mol/kg",
    "product.rate": "mol/kg/h",
    "product.half_saturation": "kg/m3",
    "maintenance.rate": "mol/kg/h",
    "oxygen.half_saturation": "kg/m3",
}
"""Numbers of a parameter set, with the unit in which the equations take each."""
INHIBITIONS = ("growth.inhibition", "product.inhibition")
_NAMES = ("glucose", "gluconate", "biomass")
_FUNCTIONS = {
    "exp": exp,
    "log": log,
    "log10": lambda x: log(x) / 2.302585092994046,
    "sqrt": sqrt,
    "abs": abs,
}
_FOLDER = Path(__file__).parent / "parameters"
_CORNER = 1e-4
"""Of a half-saturation: where the rate law passes zero concentration smoothly."""


@dataclass(frozen=True)
class Broth:
    """Concentrations in the broth: kg/m3 but for `nitrogen` [mol/L]."""

    biomass: Any
    glucose: Any
    gluconate: Any
    oxygen: Any
    nitrogen: Any


def load(name: str | Path) -> ParameterSet:
    """A shipped set by name, or a user's own by path.  Raises DiagnosticError."""
    return find_parameter_set(name, _FOLDER)


def read_parameters(parameter_set: ParameterSet) -> dict[str, float]:
    """The set's numbers in PARAMETER_UNITS.  Raises DiagnosticError where one is missing or misfits."""
    return {name: parameter_set.value(name, unit) for name, unit in PARAMETER_UNITS.items()}


def read_inhibitions(parameter_set: ParameterSet) -> dict[str, str]:
    """Texts of the inhibition factors that the set states, by name.

    Raises:
        DiagnosticError: E502, a factor names something else than the broth's concentrations.
    """
    texts = {}
    for key in INHIBITIONS:
        value = parameter_set.values.get(key)
        if value is None:
            continue
        if value.expression is None:
            message = f"`{key}` of parameter set `{parameter_set.name}` must be an expression"
            raise DiagnosticError([Diagnostic("E703", message, value.span)])
        for part in walk(value.expression):
            if isinstance(part, Name) and part.text not in _NAMES:
                raise DiagnosticError([unknown_name(part, list(_NAMES), "concentration")])
        texts[key] = written(value.expression)
    return texts


def written(node: Expression) -> str:
    """An expression as text, its numbers in canonical units.

    >>> written(parse_expression("exp(-glucose / 94 g/L)", plain_span("")))
    'exp((-(glucose) / 94.0))'
    """
    if isinstance(node, Number):
        return repr(node.value)
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Negative):
        return f"-({written(node.operand)})"
    if isinstance(node, Call):
        return f"{node.function}({', '.join(written(a) for a in node.arguments)})"
    return f"({written(node.left)} {node.operator} {written(node.right)})"


class Kinetics:
    """The rate laws with given constants.

    >>> from hydromet.bioleaching.kinetics import *
    >>> constants = dict.fromkeys(PARAMETER_UNITS, 1.0)
    >>> rates = Kinetics(constants, {}).rates(Broth(1.0, 1.0, 0.0, 1.0, 1.0))
    >>> round(rates.growth, 6), round(rates.product, 6)
    (0.125, 0.375)
    """

    def __init__(self, constants: Mapping[str, Any], inhibitions: Mapping[str, str]) -> None:
        self.constants = constants
        self.inhibitions: dict[str, Expression] = {
            key: parse_expression(text, plain_span(text)) for key, text in inhibitions.items()
        }

    def rates(self, broth: Broth) -> Turnover:
        """Per kg of cells and hour."""
        p = self.constants
        oxygen = broth.oxygen / (p["oxygen.half_saturation"] + broth.oxygen)
        feeding = saturation(broth.glucose, p["growth.half_saturation"])
        growth = p["growth.rate"] * feeding * oxygen
        growth = growth * saturation(broth.nitrogen, p["growth.nitrogen_half_saturation"])
        growth = growth * self._inhibition("growth.inhibition", broth)
        product = p["product.rate"] * saturation(broth.glucose, p["product.half_saturation"]) * oxygen
        product = product + p["product.growth_associated"] * growth
        product = product * self._inhibition("product.inhibition", broth)
        return Turnover(growth, product, p["maintenance.rate"] * feeding * oxygen)

    def _inhibition(self, name: str, broth: Broth) -> Any:
        if name not in self.inhibitions:
            return 1.0
        return evaluate(self.inhibitions[name], {n: getattr(broth, n) for n in _NAMES}, _FUNCTIONS)


def saturation(concentration: Any, half: Any) -> Any:
    """c/(K + |c|): Monod's law, odd in c, so that rounding below zero brings nothing.

    The corner of |c| is rounded over K/10000, which changes the law by less than a part in a million above
    K/50.

    >>> saturation(1.0, 1.0) == 1.0 / (1.0 + (1.0 + 1e-8) ** 0.5), saturation(-2.0, 1.0) < 0.0
    (True, True)
    """
    return concentration / (half + magnitude(concentration, half))


def magnitude(concentration: Any, half: Any) -> Any:
    """|c|, its corner rounded."""
    return sqrt(concentration * concentration + (_CORNER * half) ** 2)
