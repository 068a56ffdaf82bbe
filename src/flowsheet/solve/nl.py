"""Pyomo model -> NL text (Pyomo's own writer) -> CasADi expressions.

The NL file is only a carrier: nothing of it is kept. Rows and columns are identified by the objects
that the writer reports, never by position in the model, because the writer orders them as it likes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import casadi as ca

_IMPORTED_OPERATORS = frozenset([0, 1, 2, 3, 5, 15, 16, *range(37, 47), 49, 51, 53, 54])
"""NL operator numbers that CasADi reads and differentiates: + - * / ** abs neg tanh tan sqrt sinh sin log10
log exp cosh cos atan asin acos sum. Not among them: floor, ceil (no derivative), if, asinh, acosh, atanh."""

_NL_FUNCTION_NAMES = {"asinh", "acosh", "atanh", "ceil", "floor"}


class UnsupportedExpression(ValueError):
    """An equation holds a function that cannot be differentiated on this path.

    Attributes: `component` (name of the constraint or objective), `function` (what it holds).
    """

    def __init__(self, component: str, function: str) -> None:
        self.component = component
        self.function = function
        super().__init__(
            f"{component} uses {function}, which cannot be compiled: "
            "write it with + - * / **, exp, log, log10, sqrt, abs, tanh, sin, cos, tan and their like"
        )


class IntegerVariable(ValueError):
    """A discrete variable was left free in a model that is to be solved as a continuous one."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(f"discrete variables must be fixed before a continuous solve: {', '.join(names)}")


@dataclass(frozen=True)
class ImportedModel:
    """A Pyomo model as CasADi expressions, columns and rows tagged by their Pyomo objects.

    `constraint_values[i]` is the body of `constraints[i]` less the constant that the writer moved into the
    row's bounds `row_lower`, `row_upper`. `objective_value` has the sign that the modeller wrote.
    """

    variables: list[Any]
    constraints: list[Any]
    columns: ca.SX
    constraint_values: ca.SX
    row_lower: np.ndarray
    row_upper: np.ndarray
    objective: Any | None
    objective_value: ca.SX | None


def import_model(model: Any) -> ImportedModel:
    """Translate all active constraints and the objective of a Pyomo model.

    Fixed variables and parameters enter as numbers. Variables that no row uses are not among `variables`.

    Raises `UnsupportedExpression` (naming constraint and function) and `IntegerVariable`.
    """
    import casadi as ca
    from pyomo.core import maximize
    from pyomo.repn.plugins.nl_writer import NLWriter

    with tempfile.TemporaryDirectory(prefix="flowsheet-") as folder:
        path = Path(folder) / "model.nl"
        try:
            with path.open("w", encoding="ascii", newline="\n") as stream:
                # The presolve would drop variables, and trivial rows (constant outputs) are wanted too.
                info = NLWriter().write(
                    model, stream, linear_presolve=False, scale_model=False, skip_trivial_constraints=False
                )
        except (ValueError, TypeError, RuntimeError, KeyError) as error:
            _refuse_unsupported(model, cause=error)
            raise
        discrete = [variable.name for variable in info.variables if not variable.is_continuous()]
        if discrete:
            raise IntegerVariable(discrete)
        if info.external_function_libraries or _foreign_operators(path.read_text(encoding="ascii")):
            _refuse_unsupported(model, cause=None)
        builder = ca.NlpBuilder()
        builder.import_nl(str(path), {})

    columns = ca.vertcat(*builder.x) if builder.x else ca.MX(0, 1)
    objective = info.objectives[0] if info.objectives else None
    rows = [builder.f if objective is not None else ca.MX(0), *builder.g]
    function = ca.Function("rows", [columns], [ca.vertcat(*rows)]).expand()
    symbols = ca.SX.sym("z", len(info.variables))
    values = function(symbols)
    objective_value = None
    if objective is not None:
        objective_value = -values[0] if objective.sense == maximize else values[0]
    return ImportedModel(
        variables=list(info.variables),
        constraints=list(info.constraints),
        columns=symbols,
        constraint_values=values[1:, 0],
        row_lower=np.array(builder.g_lb, dtype=float),
        row_upper=np.array(builder.g_ub, dtype=float),
        objective=objective,
        objective_value=objective_value,
    )


def _foreign_operators(text: str) -> bool:
    used = {int(number) for number in re.findall(r"^o(\d+)", text, flags=re.MULTILINE)}
    return not used <= _IMPORTED_OPERATORS


def _refuse_unsupported(model: Any, cause: Exception | None) -> None:
    """Find the constraint that holds what CasADi cannot read, and say so."""
    from pyomo.core import Constraint, Objective

    for kind in (Constraint, Objective):
        for component in model.component_data_objects(kind, active=True, descend_into=True):
            expression = component.body if kind is Constraint else component.expr
            for function in _unsupported_functions(expression):
                raise UnsupportedExpression(component.name, function) from cause


def _unsupported_functions(expression: Any) -> Iterator[str]:
    from pyomo.core.expr import (
        Expr_ifExpression,
        ExternalFunctionExpression,
        MaxExpression,
        MinExpression,
        UnaryFunctionExpression,
    )

    conditionals = {Expr_ifExpression: "a conditional expression", MaxExpression: "max", MinExpression: "min"}
    pending, seen = [expression], set()
    while pending:
        node = pending.pop()
        if id(node) in seen or not hasattr(node, "is_expression_type") or not node.is_expression_type():
            continue
        seen.add(id(node))
        if type(node) in conditionals:
            yield conditionals[type(node)]
        elif isinstance(node, ExternalFunctionExpression):
            yield f"the external function {node.getname()}"
        elif isinstance(node, UnaryFunctionExpression) and node.getname() in _NL_FUNCTION_NAMES:
            yield node.getname()
        pending.extend(node.args)
