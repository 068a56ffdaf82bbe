"""A Pyomo model of equations becomes a `CompiledModel`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from flowsheet.solve.compiled import CompiledModel, Variables
from flowsheet.solve.nl import ImportedModel, import_model


def compile_model(
    model: Any,
    inputs: Sequence[Any] = (),
    outputs: Sequence[Any] | Mapping[str, Any] = (),
    *,
    log_variables: Iterable[Any] = (),
    nominal: Mapping[Any, float] | None = None,
    equation_scale: Mapping[Any, float] | None = None,
    shares: Mapping[Any, Any] | None = None,
) -> CompiledModel:
    """Compile a Pyomo model whose active constraints are equations in unknown variables.

    `inputs`: VarData held in a simulation; they stay variables of the compiled model and must not be fixed.
    `outputs`: equality ConstraintData whose body less right-hand side is a value to be reported, not an
    equation; a mapping gives them names of their own.
    `log_variables`: VarData that are natural logarithms (their steps are clipped).
    `nominal`: magnitude per VarData (a ComponentMap); default |value|, or 1 where that is 0 and for
    logarithms.
    `equation_scale`: magnitude per ConstraintData by which its residual is divided; default 1, since rows are
    to be relative by construction.
    `shares`: row, like an output's, per VarData of the part of its phase that it stands for (a ComponentMap).

    Unknowns and equations keep the model's order of declaration. Unfixed variables that no row uses are not
    unknowns; `unused` names them.

    Raises ValueError (a fixed input, an inequality among the equations), `UnsupportedExpression`,
    `IntegerVariable`.

    >>> import pyomo.environ as pyo
    >>> m = pyo.ConcreteModel()
    >>> m.x, m.feed = pyo.Var(initialize=1.0), pyo.Var(initialize=9.0)
    >>> m.balance = pyo.Constraint(expr=m.x**2 == m.feed)
    >>> m.twice = pyo.Constraint(expr=2 * m.x == 0)
    >>> compiled = compile_model(m, inputs=[m.feed], outputs=[m.twice])
    >>> compiled.residual(compiled.x0, compiled.p0).tolist()
    [-8.0]
    >>> compiled.unknowns.names, compiled.inputs.names, compiled.output_names
    (('x',), ('feed',), ('twice',))
    """
    import casadi as ca

    input_list = list(inputs)
    named = dict(outputs) if isinstance(outputs, Mapping) else {row.name: row for row in outputs}
    fixed = [variable.name for variable in input_list if variable.fixed]
    if fixed:
        raise ValueError(f"inputs must not be fixed when a model is compiled: {', '.join(fixed)}")
    with _anchored(model, input_list) as anchor:
        imported = import_model(model)

    column_of = {id(variable): index for index, variable in enumerate(imported.variables)}
    input_ids = {id(variable) for variable in input_list}
    unknown_list, unused = _declared_order(model, imported, column_of, input_ids)

    shares = shares or {}
    output_ids = {id(row) for row in (*named.values(), *shares.values())}
    row_of = {id(row): index for index, row in enumerate(imported.constraints)}
    equation_list = [row for row in _declared_rows(model) if id(row) not in output_ids and row is not anchor]
    inequalities = [row.name for row in equation_list if not row.equality]
    if inequalities:
        raise ValueError(f"inequalities cannot be compiled as equations: {', '.join(inequalities)}")

    x, p = ca.SX.sym("x", len(unknown_list)), ca.SX.sym("p", len(input_list))
    placed: list[Any] = [None] * len(imported.variables)
    for index, variable in enumerate(unknown_list):
        placed[column_of[id(variable)]] = x[index]
    for index, variable in enumerate(input_list):
        placed[column_of[id(variable)]] = p[index]
    rows = imported.constraint_values - ca.DM(imported.row_lower)
    rows = ca.Function("rows", [imported.columns], [rows])(ca.vertcat(*placed))
    equation_rows = [row_of[id(row)] for row in equation_list]
    output_rows = [row_of[id(row)] for row in named.values()]

    share_of = {id(variable): rows[row_of[id(row)], 0] for variable, row in shares.items()}
    stated = [share_of.get(id(variable), ca.SX(1)) for variable in unknown_list]

    logs = {id(variable) for variable in log_variables}
    scale = [1.0 if equation_scale is None else float(equation_scale.get(row, 1.0)) for row in equation_list]
    return CompiledModel(
        unknowns=describe(unknown_list, logs, nominal),
        inputs=describe(input_list, logs, nominal),
        equations=tuple(row.name for row in equation_list),
        equation_scale=np.array(scale, dtype=float),
        output_names=tuple(named),
        functions={
            "residual": _function("residual", x, p, rows[equation_rows, 0]),
            "outputs": _function("outputs", x, p, rows[output_rows, 0]),
        }
        | ({"shares": _function("shares", x, p, ca.vertcat(*stated))} if share_of else {}),
        unused=tuple(unused),
    )


def _function(name: str, x: Any, p: Any, values: Any) -> Any:
    """The values as a function, each sub-expression evaluated once.

    What Pyomo does not share by name is written out again each time. Taking it together costs some seconds
    on a large plant and wins more: its Jacobian is formed sooner and of half as many operations, its outputs
    are a tenth as long.
    """
    import casadi as ca

    return ca.Function(name, [x, p], [ca.cse(ca.densify(values))])


def describe(variables: Sequence[Any], logs: set[int], nominal: Mapping[Any, float] | None) -> Variables:
    """Names, start values, bounds and magnitudes of Pyomo variables."""
    is_log = np.array([id(variable) in logs for variable in variables], dtype=bool)
    lower = np.array([-np.inf if v.lb is None else float(v.lb) for v in variables], dtype=float)
    upper = np.array([np.inf if v.ub is None else float(v.ub) for v in variables], dtype=float)
    magnitude = np.ones(len(variables))
    start = np.zeros(len(variables))
    for index, variable in enumerate(variables):
        value = variable.value
        given = None if nominal is None else nominal.get(variable)
        if given is not None:
            magnitude[index] = abs(float(given))
        elif value is not None and value != 0.0 and not is_log[index]:
            magnitude[index] = abs(float(value))
        start[index] = float(value) if value is not None else (0.0 if is_log[index] else magnitude[index])
    names = tuple(variable.name for variable in variables)
    return Variables(names, np.clip(start, lower, upper), lower, upper, magnitude, is_log)


def _declared_order(
    model: Any, imported: ImportedModel, column_of: Mapping[int, int], input_ids: set[int]
) -> tuple[list[Any], list[str]]:
    """Unknowns in the order of their declaration (those declared elsewhere last), and the unused names."""
    from pyomo.core import Var

    unknowns, unused, seen = [], [], set()
    for variable in model.component_data_objects(Var, active=True, descend_into=True):
        if id(variable) in input_ids or id(variable) in seen:
            continue
        seen.add(id(variable))
        if id(variable) in column_of:
            unknowns.append(variable)
        elif not variable.fixed:
            unused.append(variable.name)
    unknowns += [v for v in imported.variables if id(v) not in seen and id(v) not in input_ids]
    return unknowns, unused


def _declared_rows(model: Any) -> Iterator[Any]:
    from pyomo.core import Constraint

    for row in model.component_data_objects(Constraint, active=True, descend_into=True):
        if row.has_lb() or row.has_ub():
            yield row


@contextmanager
def _anchored(model: Any, inputs: list[Any]) -> Iterator[Any]:
    """A row that holds every input while the model is written, since unused variables are not written."""
    if not inputs:
        yield None
        return
    from pyomo.common.modeling import unique_component_name
    from pyomo.core import Constraint

    name = unique_component_name(model, "input_anchor")
    model.add_component(name, Constraint(expr=sum(inputs) == 0))
    anchor = model.component(name)
    try:
        yield anchor
    finally:
        model.del_component(anchor)
