"""Bias and scatter against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest

from flowsheet.validation.statistics import scatter_of


def test_bias_and_scatter_of_ratios():
    """ln(M/E) = 0.1, 0.3, 0.2: mean 0.2, variance 0.01; s_E = 0.05: s_M^2 = 0.0075, bias exp(0.2025)."""
    points = [(e * math.exp(d), e, 0.05 * e) for e, d in ((1.0, 0.1), (20.0, 0.3), (0.3, 0.2))]
    found = scatter_of(points)
    assert found.observed == pytest.approx(0.1, rel=1e-12)
    assert found.of_data == pytest.approx(0.05, rel=1e-12)
    assert found.scatter == pytest.approx(math.sqrt(0.0075), rel=1e-12)
    assert found.bias == pytest.approx(math.exp(0.2 + (0.0075 - 0.0025) / 2), rel=1e-12)
    assert not found.at_most


def test_a_model_is_not_shown_better_than_its_data():
    """Observed 0.1, data 0.09: 0.01 - 0.0081 would be less than the data's variance."""
    points = [(math.exp(d), 1.0, 0.09) for d in (0.1, 0.3, 0.2)]
    found = scatter_of(points)
    assert found.at_most
    assert found.scatter == pytest.approx(0.09, rel=1e-12)
    assert found.bias == pytest.approx(math.exp(0.2), rel=1e-12)


def test_near_complete_recoveries_are_compared_on_what_remains():
    """98 % for 99 %: twice what remains, though the recoveries differ by one per cent."""
    found = scatter_of([(0.98, 0.99, 0.0), (0.96, 0.98, 0.0)], "remainder")
    assert found.bias == pytest.approx(2.0, rel=1e-12)
    assert found.scatter == pytest.approx(0.0, abs=1e-12)


def test_what_can_t_be_told_from_zero_has_no_ratio():
    """A remainder within its standard deviation is left out; a prediction of none left counts as it."""
    found = scatter_of([(0.98, 1.0, 0.01), (1.0, 0.98, 0.01)], "remainder")
    assert (found.points, found.left_out, found.floored) == (1, 1, 1)
    assert found.bias == pytest.approx(0.5, rel=1e-12)


def test_logarithms_add():
    """M - E = 0.1, 0.3: mean 0.2, variance 0.02, data 0.06^2."""
    found = scatter_of([(1.1, 1.0, 0.06), (-0.7, -1.0, 0.06)], "logarithm")
    assert found.bias == pytest.approx(0.2, rel=1e-12)
    assert found.scatter == pytest.approx(math.sqrt(0.02 - 0.0036), rel=1e-12)


def test_numbers_without_a_ratio_are_counted_and_left_out():
    found = scatter_of([(1.0, 0.0, 0.1), (-1.0, 2.0, 0.0), (3.0, 2.0, 0.1)])
    assert (found.points, found.left_out) == (1, 2)
    assert found.bias == pytest.approx(1.5)
    assert found.scatter is None
