"""A wrong number of specifications is found before any number is computed, and by name."""

import pyomo.environ as pyo

from flowsheet.solve.compile import compile_model
from flowsheet.solve.structure import diagnose


def test_a_sound_model_is_ordered_into_what_can_be_solved_in_turn(two_tanks):
    structure = diagnose(two_tanks)
    assert structure.is_sound
    assert structure.blocks == ((("first_tank",), ("c1",)), (("second_tank",), ("ln_c2",)))
    assert structure.matching == {"first_tank": "c1", "second_tank": "ln_c2"}


def test_one_specification_too_many_and_one_missing_elsewhere_are_told_apart():
    m = pyo.ConcreteModel()
    m.flow = pyo.Var(range(3), initialize=1.0)
    m.acid, m.base, m.heat, m.area = (pyo.Var(initialize=1.0) for _ in range(4))
    m.split = pyo.Constraint(expr=m.flow[0] == m.flow[1] + m.flow[2])
    m.ratio = pyo.Constraint(expr=m.flow[1] == 2 * m.flow[2])
    m.rate = pyo.Constraint(expr=m.flow[0] == 3)
    m.set_point = pyo.Constraint(expr=m.flow[1] ** 2 == 9)
    m.neutral = pyo.Constraint(expr=m.acid == m.base * 1.5)
    m.duty = pyo.Constraint(expr=m.heat == m.area**2 + 1)
    m.size = pyo.Constraint(expr=m.heat * m.area == 2)
    structure = diagnose(compile_model(m))
    assert not structure.is_sound
    assert set(structure.overdetermined_equations) == {"split", "ratio", "rate", "set_point"}
    assert set(structure.overdetermined_unknowns) == {"flow[0]", "flow[1]", "flow[2]"}
    assert len(structure.surplus_equations) == 1
    assert structure.underdetermined_equations == ("neutral",)
    assert set(structure.underdetermined_unknowns) == {"acid", "base"}
    assert len(structure.free_unknowns) == 1
    assert structure.blocks == ((("duty", "size"), ("heat", "area")),) or structure.blocks == (
        (("duty", "size"), ("area", "heat")),
    )


def test_a_recycle_is_one_block():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(5), initialize=1.0)
    m.feed = pyo.Constraint(expr=m.x[0] == 1)
    m.mixer = pyo.Constraint(expr=m.x[1] == m.x[0] + m.x[3])
    m.reactor = pyo.Constraint(expr=m.x[2] == m.x[1] ** 2)
    m.splitter = pyo.Constraint(expr=m.x[3] == 0.1 * m.x[2])
    m.product = pyo.Constraint(expr=m.x[4] == 0.9 * m.x[2])
    structure = diagnose(compile_model(m))
    assert [set(rows) for rows, _ in structure.blocks] == [
        {"feed"},
        {"mixer", "reactor", "splitter"},
        {"product"},
    ]


def test_an_equation_without_unknowns_is_surplus():
    m = pyo.ConcreteModel()
    m.x, m.feed = pyo.Var(initialize=1.0), pyo.Var(initialize=1.0)
    m.balance = pyo.Constraint(expr=m.x == m.feed)
    m.wish = pyo.Constraint(expr=m.feed == 3)
    structure = diagnose(compile_model(m, inputs=[m.feed]))
    assert structure.surplus_equations == ("wish",)
    assert structure.overdetermined_unknowns == ()
