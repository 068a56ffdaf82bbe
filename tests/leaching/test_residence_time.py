"""Particles in tanks in series against closed forms, integrals and random particles."""

import math

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy.integrate import quad

from hydromet.leaching.residence_time import SizeClasses, TankCascade, one_tank_sphere, shrinking


@pytest.mark.parametrize("a", [0.05, 0.3, 1.0, 4.0, 9.9, 10.1, 50.0])
def test_one_tank_of_shrinking_spheres_meets_the_closed_form(a):
    assert TankCascade().unreacted([a], shrinking(3))[0] == pytest.approx(one_tank_sphere(a), abs=1e-9)


def test_closed_form_meets_the_integral_over_residence_times():
    for a in (0.02, 0.7, 10.5):
        integral, _ = quad(lambda x, a=a: math.exp(-x) * (1 - a * x) ** 3, 0, 1 / a, epsabs=1e-13)
        assert one_tank_sphere(a) == pytest.approx(integral, rel=1e-8)


def test_two_unlike_tanks_meet_the_double_integral():
    a, b = 0.35, 0.8
    density = lambda x: (math.exp(-x / b) - math.exp(-x / a)) / (b - a)  # noqa: E731 (sum of two exponentials)
    integral, _ = quad(lambda x: density(x) * (1 - x) ** 3, 0, 1, epsabs=1e-13)
    assert TankCascade().unreacted([a, b], shrinking(3))[1] == pytest.approx(integral, abs=1e-10)


def test_order_of_tanks_does_not_matter_at_the_end():
    cascade = TankCascade()
    there = cascade.unreacted([0.1, 0.6, 0.3], shrinking(3))[-1]
    back = cascade.unreacted([0.3, 0.6, 0.1], shrinking(3))[-1]
    assert there == pytest.approx(back, abs=1e-11)


def test_four_tanks_meet_random_particles():
    # Four standard errors of the mean of 400 000 particles.
    ratios = [0.15, 0.4, 0.25, 0.6]
    rng = np.random.default_rng(7)
    age = sum(a * rng.exponential(size=400_000) for a in ratios)
    left = np.clip(1 - age, 0, None) ** 3
    expected = TankCascade().unreacted(ratios, shrinking(3))[-1]
    assert abs(left.mean() - expected) < 4 * left.std() / math.sqrt(left.size)


def test_error_falls_spectrally_with_the_number_of_points():
    a = [0.2, 0.5]
    exact = TankCascade(48).unreacted(a, shrinking(3))[-1]
    errors = [abs(TankCascade(n).unreacted(a, shrinking(3))[-1] - exact) for n in (4, 8, 12)]
    assert errors[1] < 1e-3 * errors[0]
    assert errors[2] < 1e-3 * errors[1]


def test_rows_in_pyomo_give_the_same_answer_with_the_ratio_a_variable():
    cascade = TankCascade(12)
    a = pyo.Var(initialize=0.45)
    a.construct()
    profile = cascade.profiles([0.45], shrinking(3))[0]
    u = pyo.Var(range(cascade.unknowns), initialize=dict(enumerate(profile)))
    u.construct()
    rows = cascade.rows([u[i] for i in range(cascade.unknowns)], cascade.fresh(shrinking(3)), a)
    assert max(abs(pyo.value(row)) for row in rows) < 1e-10


@pytest.mark.parametrize(
    ("classes", "mean"),
    [
        (SizeClasses.lognormal(0.6, 9), math.exp(0.6**2 / 2)),
        (SizeClasses.rosin_rammler(1.4, 60), math.gamma(1 + 1 / 1.4)),
    ],
)
def test_size_classes_reproduce_the_mean_size(classes, mean):
    # The tail of the largest particles limits the quadrature in the mass passing.
    assert classes.average(classes.relative_size) == pytest.approx(mean, rel=2e-3)


def test_spread_of_sizes_leaves_more_unreacted_than_the_median_size():
    classes = SizeClasses.lognormal(0.8)
    cascade = TankCascade(24)
    left = classes.average([cascade.unreacted([a] * 3, shrinking(3))[-1] for a in classes.age_ratios(0.6)])
    assert left > 2 * cascade.unreacted([0.6] * 3, shrinking(3))[-1]


@pytest.mark.parametrize(
    "call",
    [
        lambda: TankCascade(1),
        lambda: TankCascade().profiles([-1.0], shrinking(3)),
        lambda: shrinking(0.5),
        lambda: one_tank_sphere(-0.1),
        lambda: SizeClasses.lognormal(-1),
        lambda: SizeClasses.rosin_rammler(0),
        lambda: TankCascade(4).rows([1.0], [1.0], 1.0),
    ],
)
def test_senseless_arguments_are_refused(call):
    with pytest.raises(ValueError, match=r"."):
        call()
