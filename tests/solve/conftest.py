"""Small models whose solutions and derivatives are known on paper."""

from typing import Any

import pyomo.environ as pyo
import pytest

from flowsheet.solve.compile import compile_model
from flowsheet.solve.compiled import CompiledModel


@pytest.fixture
def two_tanks_pyomo() -> Any:
    """Two tanks in series with second-order decay: every solution is a root of a quadratic.

    feed = c[1] + k tau c[1]^2 and c[1] = c[2] + k tau c[2]^2, with c[2] = exp(ln_c2).
    """
    m = pyo.ConcreteModel()
    m.feed = pyo.Var(initialize=6.0, bounds=(0, None))
    m.tau = pyo.Var(initialize=1.0, bounds=(0, None))
    m.price = pyo.Var(initialize=2.0)
    m.ln_c2 = pyo.Var(initialize=0.0)
    m.c1 = pyo.Var(initialize=1.0, bounds=(0, 100))
    m.idle = pyo.Var(initialize=7.0)
    m.k = pyo.Param(initialize=1.0, mutable=True)
    m.second_tank = pyo.Constraint(expr=m.c1 == pyo.exp(m.ln_c2) + m.k * m.tau * pyo.exp(2 * m.ln_c2))
    m.first_tank = pyo.Constraint(expr=m.c1 + m.k * m.tau * m.c1**2 == m.feed)
    m.conversion = pyo.Constraint(expr=1 - pyo.exp(m.ln_c2) / m.feed == 0)
    m.cost = pyo.Constraint(expr=m.price * m.feed + 3 == 0)
    return m


@pytest.fixture
def two_tanks(two_tanks_pyomo: Any) -> CompiledModel:
    m = two_tanks_pyomo
    return compile_model(
        m, inputs=[m.feed, m.tau, m.price], outputs=[m.conversion, m.cost], log_variables=[m.ln_c2]
    )
