"""Sensitivities are those that solving again would show."""

import numpy as np
import pytest

from flowsheet.solve.newton import solve
from flowsheet.solve.sensitivity import output_sensitivities, output_slopes, unknown_sensitivities


def outputs_at(model, p):
    result = solve(model, p=p)
    assert result.converged
    return model.outputs(result.x, p)


def by_solving_again(model, p, step=1e-5):
    columns = []
    for index in range(len(p)):
        ahead, behind = p.copy(), p.copy()
        ahead[index] += step
        behind[index] -= step
        columns.append((outputs_at(model, ahead) - outputs_at(model, behind)) / (2 * step))
    return np.array(columns).T


def test_adjoints_agree_with_solving_again(two_tanks):
    p = np.array([5.0, 0.7, 2.0])
    x = solve(two_tanks, p=p).x
    expected = by_solving_again(two_tanks, p)
    np.testing.assert_allclose(output_sensitivities(two_tanks, x, p), expected, atol=1e-8)
    by_time = output_sensitivities(two_tanks, x, p, inputs=["tau"])
    np.testing.assert_allclose(by_time, expected[:, 1:2], atol=1e-8)
    assert output_sensitivities(two_tanks, x, p, outputs=[]).shape == (0, 3)
    one = output_sensitivities(two_tanks, x, p, outputs=["cost"], inputs=["price", "feed"])
    np.testing.assert_allclose(one, [[5.0, 2.0]], atol=1e-12)


def test_unknowns_move_as_the_quadratic_says(two_tanks):
    x = solve(two_tanks).x
    # c1 + c1^2 = feed at c1 = 2: dc1/dfeed = 1 / (1 + 2 c1)
    assert unknown_sensitivities(two_tanks, x, two_tanks.p0, ["feed"])[1, 0] == pytest.approx(1 / 5)


def test_slopes_and_moved_unknowns_make_up_the_sensitivities(two_tanks):
    p = np.array([5.0, 0.7, 2.0])
    x = solve(two_tanks, p=p).x
    by_unknown, by_input = output_slopes(two_tanks, x, p, two_tanks.output_names)
    moved = unknown_sensitivities(two_tanks, x, p, two_tanks.inputs.names)
    expected = output_sensitivities(two_tanks, x, p)
    np.testing.assert_allclose(by_unknown @ moved + by_input, expected, atol=1e-12)


def test_an_unknown_name_is_an_error(two_tanks):
    with pytest.raises(KeyError, match="nothing"):
        output_sensitivities(two_tanks, two_tanks.x0, two_tanks.p0, inputs=["nothing"])
    with pytest.raises(KeyError, match="nothing"):
        output_sensitivities(two_tanks, two_tanks.x0, two_tanks.p0, outputs=["nothing"])
