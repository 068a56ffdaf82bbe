"""The compiled value gives what Pyomo would, and derivatives that finite differences confirm."""

import pickle

import numpy as np
import pyomo.environ as pyo
import pytest

from flowsheet.solve.compile import compile_model
from flowsheet.solve.newton import solve


def central_differences(function, point, step=1e-6):
    columns = []
    for index in range(len(point)):
        ahead, behind = point.copy(), point.copy()
        ahead[index] += step
        behind[index] -= step
        columns.append((function(ahead) - function(behind)) / (2 * step))
    return np.array(columns).T


def test_names_keep_the_order_of_declaration(two_tanks):
    assert two_tanks.unknowns.names == ("ln_c2", "c1")
    assert two_tanks.inputs.names == ("feed", "tau", "price")
    assert two_tanks.equations == ("second_tank", "first_tank")
    assert two_tanks.output_names == ("conversion", "cost")
    assert two_tanks.unknowns.is_log.tolist() == [True, False]


def test_an_input_that_no_row_uses_is_kept_and_an_unknown_that_none_uses_is_reported(two_tanks_pyomo):
    m = two_tanks_pyomo
    m.cost.deactivate()
    compiled = compile_model(m, inputs=[m.feed, m.tau, m.price], outputs=[m.conversion])
    assert "price" in compiled.inputs.names
    assert compiled.unused == ("idle",)


def test_compiling_leaves_the_pyomo_model_as_it_was(two_tanks_pyomo, two_tanks):
    assert two_tanks.equations  # compiled by the fixture
    names = [c.name for c in two_tanks_pyomo.component_data_objects(pyo.Constraint)]
    assert names == ["second_tank", "first_tank", "conversion", "cost"]


def test_values_agree_with_pyomo(two_tanks_pyomo, two_tanks):
    m = two_tanks_pyomo
    residual = two_tanks.residual(two_tanks.x0, two_tanks.p0)
    expected = [pyo.value(row.body) - pyo.value(row.upper) for row in (m.second_tank, m.first_tank)]
    assert residual == pytest.approx(expected)
    assert two_tanks.outputs(two_tanks.x0, two_tanks.p0) == pytest.approx([5 / 6, 15.0])


def test_jacobians_agree_with_finite_differences(two_tanks):
    x, p = np.array([0.3, 1.7]), np.array([5.0, 0.8, 2.5])
    for matrix, function, point in [
        (two_tanks.jacobian(x, p), lambda z: two_tanks.residual(z, p), x),
        (two_tanks.residual_by_input(x, p), lambda z: two_tanks.residual(x, z), p),
        (two_tanks.outputs_jacobian(x, p), lambda z: two_tanks.outputs(z, p), x),
        (two_tanks.outputs_by_input(x, p), lambda z: two_tanks.outputs(x, z), p),
    ]:
        np.testing.assert_allclose(matrix.toarray(), central_differences(function, point), atol=1e-8)


def test_the_hessian_is_the_lower_triangle_of_the_lagrangians(two_tanks):
    view = two_tanks.with_free(["feed", "tau"])
    x, p = np.array([0.3, 1.7, 5.0, 0.8]), np.array([2.5])
    by_equation, by_output = np.array([0.7, -1.3]), np.array([2.0, 0.4])

    def gradient(z):
        return view.jacobian(z, p).transposed_product(by_equation) + view.outputs_jacobian(
            z, p
        ).transposed_product(by_output)

    expected = central_differences(gradient, x)
    np.testing.assert_allclose(
        view.hessian(x, p, by_equation, by_output).toarray(), np.tril(expected), atol=1e-7
    )


def test_products_with_the_hessian_are_those_of_the_matrix(two_tanks):
    view = two_tanks.with_free(["feed", "tau"])
    x, p = np.array([0.3, 1.7, 5.0, 0.8]), np.array([2.5])
    weights = np.array([0.7, -1.3]), np.array([2.0, 0.4])
    directions = np.array([[1.0, 0.2], [0.0, -1.5], [0.5, 0.0], [-2.0, 3.0]])
    lower = view.hessian(x, p, *weights).toarray()
    whole = lower + np.tril(lower, -1).T
    np.testing.assert_allclose(view.hessian_products(x, p, *weights, directions), whole @ directions)


def test_a_freed_inputs_column_is_the_derivative_by_it(two_tanks):
    view = two_tanks.with_free(["tau"])
    x, p = np.array([0.3, 1.7]), np.array([5.0, 0.8, 2.5])
    whole = view.jacobian(*view.gather(x, p)).toarray()
    np.testing.assert_allclose(whole[:, :2], two_tanks.jacobian(x, p).toarray())
    np.testing.assert_allclose(whole[:, 2], two_tanks.residual_by_input(x, p).toarray()[:, 1])


def test_fewer_outputs_are_the_same_outputs(two_tanks):
    cost = two_tanks.with_outputs_only(["cost"])
    assert cost.output_names == ("cost",)
    assert cost.output("cost", cost.x0, cost.p0) == two_tanks.output("cost", cost.x0, cost.p0)


def test_a_swapped_specification_solves_the_same_equations_backwards(two_tanks):
    view = two_tanks.with_free(["feed"], ["ln_c2"])
    assert view.unknowns.names == ("c1", "feed")
    assert view.inputs.names == ("tau", "price", "ln_c2")
    x, p = view.gather(np.array([0.0, 1.0]), two_tanks.p0 * [2.0, 1.0, 1.0])
    result = solve(view, x, p)
    assert result.x == pytest.approx([2.0, 6.0])
    parent_x, parent_p = view.scatter(result.x, two_tanks.x0, two_tanks.p0)
    assert np.abs(two_tanks.residual(parent_x, parent_p)).max() < 1e-9


def test_a_block_holds_only_what_its_rows_use(two_tanks):
    block = two_tanks.block(["second_tank"], ["ln_c2"])
    assert block.inputs.names == ("c1", "tau")
    x, p = block.gather(np.array([1.0, 2.0]), two_tanks.p0)
    result = solve(block, x, p)
    assert result.x == pytest.approx([0.0], abs=1e-9)
    parent_x, parent_p = block.scatter(result.x, np.array([1.0, 2.0]), two_tanks.p0)
    assert parent_x == pytest.approx([0.0, 2.0], abs=1e-9)
    assert parent_p.tolist() == two_tanks.p0.tolist()


def test_further_outputs_are_expressions_of_those_that_there_are(two_tanks):
    more = two_tanks.with_outputs({"ratio": lambda o: o["cost"] / o["conversion"]})
    assert more.outputs(more.x0, more.p0)[2] == pytest.approx(18.0)


def test_it_can_be_sent_to_a_worker(two_tanks):
    two_tanks.jacobian(two_tanks.x0, two_tanks.p0)
    copy = pickle.loads(pickle.dumps(two_tanks))
    np.testing.assert_array_equal(
        copy.jacobian(copy.x0, copy.p0).toarray(), two_tanks.jacobian(two_tanks.x0, two_tanks.p0).toarray()
    )


def test_a_fixed_input_and_an_inequality_are_refused(two_tanks_pyomo):
    m = two_tanks_pyomo
    m.ceiling = pyo.Constraint(expr=m.c1 <= 3)
    with pytest.raises(ValueError, match="ceiling"):
        compile_model(m, inputs=[m.feed, m.tau, m.price], outputs=[m.conversion, m.cost])
    m.feed.fix()
    with pytest.raises(ValueError, match="feed"):
        compile_model(m, inputs=[m.feed])
    assert [c.name for c in m.component_data_objects(pyo.Constraint)][-1] == "ceiling"


def test_a_vector_of_the_wrong_length_is_refused(two_tanks):
    with pytest.raises(ValueError, match="3 needed"):
        two_tanks.residual(two_tanks.x0, np.zeros(2))


def test_outputs_may_be_constants(two_tanks_pyomo):
    m = two_tanks_pyomo
    m.fixed_charge = pyo.Constraint(expr=m.k * 12 + 0 * m.feed == 0)
    outputs = {"charge": m.fixed_charge, "X": m.conversion, "cost": m.cost}
    compiled = compile_model(m, [m.feed, m.tau, m.price], outputs)
    assert compiled.output("charge", compiled.x0, compiled.p0) == 12.0
