"""The way through the NL file keeps every value, sign and name."""

import math

import casadi as ca
import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.core.expr import Expr_if

from flowsheet.solve.nl import IntegerVariable, UnsupportedExpression, import_model

SUPPORTED = {
    "exp": pyo.exp,
    "log": pyo.log,
    "log10": pyo.log10,
    "sqrt": pyo.sqrt,
    "tanh": pyo.tanh,
    "sinh": pyo.sinh,
    "cosh": pyo.cosh,
    "sin": pyo.sin,
    "cos": pyo.cos,
    "tan": pyo.tan,
    "asin": pyo.asin,
    "acos": pyo.acos,
    "atan": pyo.atan,
    "abs": lambda x: abs(x - 1.0),
    "fractional power": lambda x: x**0.37,
    "variable exponent": lambda x: x**x,
    "variable exponent of a number": lambda x: 2.0**x,
    "quotient": lambda x: (1 + x) / (2 - x),
    "long sum": lambda x: x + x**2 + x**3 + pyo.exp(x) + 4,
    "negated": lambda x: -pyo.exp(x),
}

UNSUPPORTED = {
    "asinh": lambda x: pyo.asinh(x),
    "acosh": lambda x: pyo.acosh(1 + x),
    "atanh": lambda x: pyo.atanh(x),
    "floor": lambda x: pyo.floor(x),
    "ceil": lambda x: pyo.ceil(x),
    "a conditional expression": lambda x: Expr_if(x >= 0.5, x, x**2),
}


@pytest.mark.parametrize("name", SUPPORTED)
def test_a_function_keeps_its_value(name):
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=0.3)
    m.y = pyo.Var(initialize=1.7)
    m.row = pyo.Constraint(expr=SUPPORTED[name](m.x) * m.y + m.y == 4)
    imported = import_model(m)
    point = [variable.value for variable in imported.variables]
    value = ca.Function("f", [imported.columns], [imported.constraint_values])(point)
    assert float(value) - imported.row_lower[0] == pytest.approx(pyo.value(m.row.body) - 4, rel=1e-14)


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_a_function_that_cannot_be_compiled_is_named_with_its_constraint(name):
    m = pyo.ConcreteModel()
    m.unit = pyo.Block()
    m.unit.x = pyo.Var(initialize=0.3)
    m.unit.inner = pyo.Expression(expr=UNSUPPORTED[name](m.unit.x) + 1)
    m.unit.harmless = pyo.Constraint(expr=m.unit.x**2 == 1)
    m.unit.offending = pyo.Constraint(expr=3 * m.unit.inner == 4)
    with pytest.raises(UnsupportedExpression) as caught:
        import_model(m)
    assert (caught.value.component, caught.value.function) == ("unit.offending", name)


def test_an_external_function_is_refused_by_name():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=0.3)
    m.steam = pyo.ExternalFunction(lambda x: x, lambda args, fixed, mode: (args[0], [1.0], [0.0]))
    m.row = pyo.Constraint(expr=m.steam(m.x) == 4)
    with pytest.raises(UnsupportedExpression, match=r"row uses the external function"):
        import_model(m)


def test_a_free_integer_is_refused_and_a_fixed_one_is_a_number():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=0.3)
    m.pumps = pyo.Var(domain=pyo.Integers, initialize=3)
    m.row = pyo.Constraint(expr=m.x * m.pumps == 4)
    with pytest.raises(IntegerVariable, match="pumps"):
        import_model(m)
    m.pumps.fix()
    imported = import_model(m)
    assert [variable.name for variable in imported.variables] == ["x"]
    assert float(ca.Function("f", [imported.columns], [imported.constraint_values])(2.0)) == 6.0


@pytest.mark.parametrize("sense", [pyo.minimize, pyo.maximize])
def test_the_objective_keeps_the_sign_that_was_written(sense):
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=2.0)
    m.profit = pyo.Objective(expr=m.x**3 + 5, sense=sense)
    imported = import_model(m)
    assert float(ca.Function("f", [imported.columns], [imported.objective_value])(2.0)) == 13.0


def test_rows_are_known_by_name_however_the_writer_orders_them():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(4), initialize=lambda m, i: 1.0 + i)
    m.linear = pyo.Constraint(expr=m.x[3] - m.x[0] == 1)
    m.curved = pyo.Constraint(expr=m.x[1] * m.x[2] == 2)
    m.constant = pyo.Constraint(expr=0 * m.x[0] == 0)
    m.ranged = pyo.Constraint(expr=(1, m.x[0] + m.x[2] ** 2 + 3, 9))
    imported = import_model(m)
    assert [row.name for row in imported.constraints] != ["linear", "curved", "constant", "ranged"]
    point = [variable.value for variable in imported.variables]
    values = np.array(ca.Function("f", [imported.columns], [imported.constraint_values])(point)).ravel()
    slack = dict(zip([row.name for row in imported.constraints], values - imported.row_lower, strict=True))
    assert slack == pytest.approx({"linear": 2.0, "curved": 4.0, "constant": 0.0, "ranged": 12.0})


def test_the_message_says_what_to_write_instead():
    message = str(UnsupportedExpression("mixer.balance", "asinh"))
    assert message.startswith("mixer.balance uses asinh")
    assert "exp, log" in message


def test_nothing_is_lost_in_the_numbers():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=1.0)
    m.row = pyo.Constraint(expr=math.pi * m.x + m.x**2 * 1e-23 == 1 / 3)
    imported = import_model(m)
    value = ca.Function("f", [imported.columns], [imported.constraint_values])(1.0)
    assert float(value) - imported.row_lower[0] == math.pi + 1e-23 - 1 / 3
