"""Textbook problems through Pyomo: optima and duals that are known, in Pyomo's signs."""

import pyomo.environ as pyo
import pytest
from pyomo.core.expr import Expr_if
from pyomo.gdp import Disjunct, Disjunction

import flowsheet.solve.plugin  # noqa: F401  (registers the solver)
from flowsheet.solve.nl import IntegerVariable, UnsupportedExpression


def with_suffixes(m):
    for name in ("dual", "ipopt_zL_out", "ipopt_zU_out"):
        m.add_component(name, pyo.Suffix(direction=pyo.Suffix.IMPORT))
    return m


def solve(m, **keywords):
    return pyo.SolverFactory("flowsheet_ipopt", options={"tol": 1e-10}).solve(m, **keywords)


def solved(m):
    results = solve(m)
    pyo.assert_optimal_termination(results)
    return m


def hs071(product=25.0, squares=40.0, x1_lower=1.0):
    m = pyo.ConcreteModel()
    m.x = pyo.Var([1, 2, 3, 4], bounds=(1, 5), initialize={1: 1, 2: 5, 3: 5, 4: 1})
    m.x[1].setlb(x1_lower)
    x = m.x
    m.cost = pyo.Objective(expr=x[1] * x[4] * (x[1] + x[2] + x[3]) + x[3])
    m.product = pyo.Constraint(expr=x[1] * x[2] * x[3] * x[4] >= product)
    m.squares = pyo.Constraint(expr=sum(x[i] ** 2 for i in x) == squares)
    return with_suffixes(m)


def test_hock_schittkowski_71():
    # Hock and Schittkowski (1981), problem 71: f* = 17.0140173
    m = solved(hs071())
    assert pyo.value(m.cost) == pytest.approx(17.0140173, abs=1e-6)
    assert [m.x[i].value for i in m.x] == pytest.approx([1.0, 4.7429994, 3.8211503, 1.3794082], abs=1e-6)


def test_duals_of_problem_71_are_finite_differences_of_its_optimum():
    m, step = solved(hs071()), 1e-4

    def slope(name, at):
        ahead, behind = (pyo.value(solved(hs071(**{name: at + d})).cost) for d in (step, -step))
        return (ahead - behind) / (2 * step)

    assert m.dual[m.product] == pytest.approx(slope("product", 25.0), rel=1e-4)
    assert m.dual[m.squares] == pytest.approx(slope("squares", 40.0), rel=1e-4)
    assert m.ipopt_zL_out[m.x[1]] == pytest.approx(slope("x1_lower", 1.0), rel=1e-4)
    assert m.dual[m.product] > 0
    assert m.ipopt_zU_out[m.x[1]] == pytest.approx(0.0, abs=1e-6)


def test_hock_schittkowski_35():
    # Problem 35: x* = (4/3, 7/9, 4/9), f* = 1/9, multiplier 2/9 for x1 + x2 + 2 x3 <= 3
    m = pyo.ConcreteModel()
    m.x = pyo.Var([1, 2, 3], within=pyo.NonNegativeReals, initialize=0.5)
    x = m.x
    quadratic = 2 * x[1] ** 2 + 2 * x[2] ** 2 + x[3] ** 2 + 2 * x[1] * x[2] + 2 * x[1] * x[3]
    m.cost = pyo.Objective(expr=9 - 8 * x[1] - 6 * x[2] - 4 * x[3] + quadratic)
    m.limit = pyo.Constraint(expr=x[1] + x[2] + 2 * x[3] <= 3)
    solved(with_suffixes(m))
    assert pyo.value(m.cost) == pytest.approx(1 / 9, abs=1e-7)
    assert [x[i].value for i in x] == pytest.approx([4 / 3, 7 / 9, 4 / 9], abs=1e-6)
    assert m.dual[m.limit] == pytest.approx(-2 / 9, abs=1e-6)


def production_plan(sense, sign):
    # max 3 a + 5 b, a <= 4, 2 b <= 12, 3 a + 2 b <= 18: a = 2, b = 6, value 36, shadow prices 0, 3/2, 1
    m = pyo.ConcreteModel()
    m.a, m.b = pyo.Var(bounds=(0, None), initialize=1.0), pyo.Var(bounds=(0, None), initialize=1.0)
    m.plant = pyo.ConstraintList()
    m.plant.add(m.a <= 4)
    m.plant.add(2 * m.b <= 12)
    m.plant.add(3 * m.a + 2 * m.b <= 18)
    m.value = pyo.Objective(expr=sign * (3 * m.a + 5 * m.b), sense=sense)
    return with_suffixes(m)


def test_shadow_prices_of_a_maximisation_are_money_gained_per_unit():
    m = solved(production_plan(pyo.maximize, 1))
    assert pyo.value(m.value) == pytest.approx(36.0)
    assert [m.dual[m.plant[i]] for i in (1, 2, 3)] == pytest.approx([0.0, 1.5, 1.0], abs=1e-6)


def test_the_same_plan_as_a_minimisation_turns_the_signs():
    m = solved(production_plan(pyo.minimize, -1))
    assert [m.dual[m.plant[i]] for i in (1, 2, 3)] == pytest.approx([0.0, -1.5, -1.0], abs=1e-6)


@pytest.mark.parametrize(("sense", "sign"), [(pyo.maximize, 1), (pyo.minimize, -1)])
def test_duals_have_the_signs_of_another_pyomo_solver(sense, sign):
    theirs, ours = production_plan(sense, sign), solved(production_plan(sense, sign))
    pyo.SolverFactory("appsi_highs").solve(theirs)
    for i in (1, 2, 3):
        assert ours.dual[ours.plant[i]] == pytest.approx(theirs.dual[theirs.plant[i]], abs=1e-6)


def test_bound_multipliers_of_a_maximisation():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(bounds=(1, 3), initialize=2.0)
    m.y = pyo.Var(bounds=(1, 3), initialize=2.0)
    m.gain = pyo.Objective(expr=m.x**2 - 2 * m.y, sense=pyo.maximize)
    solved(with_suffixes(m))
    assert (m.x.value, m.y.value) == pytest.approx((3.0, 1.0))
    assert m.ipopt_zU_out[m.x] == pytest.approx(6.0, abs=1e-6)
    assert m.ipopt_zL_out[m.y] == pytest.approx(-2.0, abs=1e-6)


def test_rosenbrock_from_the_classical_start():
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(initialize=-1.2), pyo.Var(initialize=1.0)
    m.valley = pyo.Objective(expr=100 * (m.y - m.x**2) ** 2 + (1 - m.x) ** 2)
    solved(m)
    assert (m.x.value, m.y.value) == pytest.approx((1.0, 1.0), abs=1e-6)


def test_a_ranged_row_has_the_dual_of_its_active_side():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=2.5)
    m.band = pyo.Constraint(expr=(2, m.x + 1, 4))
    m.cost = pyo.Objective(expr=m.x**2)
    solved(with_suffixes(m))
    assert m.x.value == pytest.approx(1.0)
    assert m.dual[m.band] == pytest.approx(2.0, abs=1e-6)
    m.cost.set_value(-(m.x**2))
    solved(m)
    assert m.x.value == pytest.approx(3.0)
    assert m.dual[m.band] == pytest.approx(-6.0, abs=1e-6)


def test_fixed_variables_and_parameters_are_numbers_and_stay_as_they_are():
    m = pyo.ConcreteModel()
    m.x, m.held, m.apart = pyo.Var(initialize=1.0), pyo.Var(initialize=3.0), pyo.Var()
    m.target = pyo.Param(initialize=5.0, mutable=True)
    m.held.fix()
    m.row = pyo.Constraint(expr=m.x * m.held >= m.target)
    m.already_true = pyo.Constraint(expr=m.held * 2 <= 6)
    m.cost = pyo.Objective(expr=m.x)
    solved(m)
    assert m.x.value == pytest.approx(5 / 3)
    assert (m.held.value, m.apart.value) == (3.0, None)
    m.target = 6.0
    solved(m)
    assert m.x.value == pytest.approx(2.0)


def test_a_constant_row_that_is_violated_is_infeasible():
    m = pyo.ConcreteModel()
    m.x, m.held = pyo.Var(initialize=1.0), pyo.Var(initialize=3.0)
    m.held.fix()
    m.never = pyo.Constraint(expr=m.held * 2 <= 5)
    m.cost = pyo.Objective(expr=m.x**2)
    results = solve(m)
    assert results.solver.termination_condition == pyo.TerminationCondition.infeasible
    assert "never" in results.solver.message


def test_a_model_with_nothing_left_to_vary():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=1.0)
    m.x.fix()
    m.cost = pyo.Objective(expr=m.x**2)
    pyo.assert_optimal_termination(solve(m))


def test_a_square_system_without_objective_is_solved():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=1.0)
    m.row = pyo.Constraint(expr=m.x**3 == 8)
    assert solved(m).x.value == pytest.approx(2.0)


def test_an_infeasible_model_is_called_so():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=1.0, bounds=(0, 1))
    m.row = pyo.Constraint(expr=m.x**2 == 4)
    m.cost = pyo.Objective(expr=m.x)
    assert solve(m).solver.termination_condition == pyo.TerminationCondition.infeasible


def test_too_many_equations_are_called_so():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=1.0)
    m.rows = pyo.Constraint([1, 2], rule=lambda m, i: m.x**2 == i)
    m.cost = pyo.Objective(expr=m.x)
    results = solve(m)
    assert results.solver.termination_condition == pyo.TerminationCondition.other
    assert "degrees of freedom" in results.solver.message


def test_variable_values_are_the_start():
    m = solved(hs071())
    assert solve(m, options={"mu_init": 1e-8, "bound_push": 1e-9}).solver.iterations <= 5


def test_duals_left_from_an_earlier_run_do_no_harm():
    m = hs071()
    m.del_component("dual")
    m.dual = pyo.Suffix(direction=pyo.Suffix.IMPORT_EXPORT)
    first = solved(m).dual[m.product]
    assert solved(m).dual[m.product] == pytest.approx(first, rel=1e-5)


def test_a_solution_can_be_loaded_later():
    m = hs071()
    results = solve(m, load_solutions=False)
    assert m.x[2].value == 5
    m.solutions.load_from(results)
    assert m.x[2].value == pytest.approx(4.7429994, abs=1e-6)
    assert m.dual[m.squares] == pytest.approx(-0.1614686, abs=1e-6)


def test_what_the_path_cannot_take_is_named():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(initialize=1.0)
    m.cost = pyo.Objective(expr=Expr_if(m.x >= 1, m.x, m.x**2))
    with pytest.raises(UnsupportedExpression, match="cost uses a conditional expression"):
        solve(m)
    m.cost.set_value(pyo.asinh(m.x))
    with pytest.raises(UnsupportedExpression, match="cost uses asinh"):
        solve(m)
    m.n = pyo.Var(within=pyo.Binary, initialize=1)
    m.cost.set_value(m.x**2 + m.n)
    with pytest.raises(IntegerVariable, match="n"):
        solve(m)


def test_tee_shows_ipopts_log_and_silence_is_silent(capfd):
    solve(hs071())
    assert capfd.readouterr().out == ""
    solve(hs071(), tee=True)
    assert "inf_pr" in capfd.readouterr().out


def test_a_disjunctive_model_with_gdpopt_and_highs():
    """A reactor and a dryer, each in two makes; the dear reactor and the cheap dryer are best together."""
    m = pyo.ConcreteModel()
    m.volume = pyo.Var(bounds=(0.1, 20), initialize=1.0)
    m.conversion = pyo.Var(bounds=(0, 0.99), initialize=0.5)
    m.area = pyo.Var(bounds=(0.1, 20), initialize=1.0)
    m.reactor_charge, m.dryer_charge = pyo.Var(bounds=(0, 50)), pyo.Var(bounds=(0, 50))
    m.slow, m.fast, m.plain, m.finned = Disjunct(), Disjunct(), Disjunct(), Disjunct()
    m.slow.rate = pyo.Constraint(expr=m.conversion <= 1 - pyo.exp(-0.2 * m.volume))
    m.slow.price = pyo.Constraint(expr=m.reactor_charge == 1)
    m.fast.rate = pyo.Constraint(expr=m.conversion <= 1 - pyo.exp(-0.5 * m.volume))
    m.fast.price = pyo.Constraint(expr=m.reactor_charge == 4)
    m.plain.duty = pyo.Constraint(expr=m.area >= 1)
    m.plain.price = pyo.Constraint(expr=m.dryer_charge == 1)
    m.finned.duty = pyo.Constraint(expr=m.area >= 0.5)
    m.finned.price = pyo.Constraint(expr=m.dryer_charge == 9)
    m.reactor = Disjunction(expr=[m.slow, m.fast])
    m.dryer = Disjunction(expr=[m.plain, m.finned])
    m.cost = pyo.Objective(
        expr=m.reactor_charge + m.dryer_charge + m.volume + m.area + 30 * (1 - m.conversion)
    )
    gdpopt = pyo.SolverFactory("gdpopt.loa")
    results = gdpopt.solve(m, mip_solver="appsi_highs", nlp_solver="flowsheet_ipopt")
    assert results.solver.termination_condition == pyo.TerminationCondition.optimal
    # V + 30 exp(-k V) is least at V = ln(30 k) / k, where it is V + 1/k: 13.96 slow, 7.416 fast.
    assert m.fast.indicator_var.value
    assert m.plain.indicator_var.value
    assert m.volume.value == pytest.approx(5.4161, abs=1e-3)
    assert pyo.value(m.cost) == pytest.approx(4 + 1 + 1 + 5.41610 + 2, abs=1e-4)
