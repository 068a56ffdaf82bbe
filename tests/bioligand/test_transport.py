"""Breakthrough of a bed against closed solutions, and how its error falls with the grid."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import erfc, erfcx
from scipy.stats import ncx2

from bioligand_beds import Load
from hydromet.columns.transport import earlier_share

RETENTION = 20.0
"""Bed volumes at which a linear isotherm's front has passed: 1 of liquor and 19 bound."""
LINEAR = {"capacity": 5e-3, "feed": {"Nd": 1e-9}, "affinity": {"Nd": 19.0 / 5e-3}}
ISSUE = 0.005
"""Of the feed's concentration."""


def mean_over(edges, function):
    """A breakthrough curve's means between `edges`."""
    share = (np.arange(40) + 0.5) / 40
    return np.array([np.mean(function(a + share * (b - a))) for a, b in itertools.pairwise(edges)])


def dispersed(peclet):
    """Ogata and Banks: front of a linear isotherm in a long bed with axial dispersion."""

    def curve(volumes):
        time = volumes / RETENTION
        ahead = (1.0 - time) * np.sqrt(peclet / time) / 2.0
        behind = (1.0 + time) * np.sqrt(peclet / time) / 2.0
        return 0.5 * (erfc(ahead) + np.exp(-(ahead**2)) * erfcx(behind))

    return curve


def transferred(units, rate_volume):
    """Anzelius: linear isotherm and driving force in plug flow; N transfer units, k per bed volume."""

    def curve(volumes):
        time = rate_volume * np.maximum(volumes - 1.0, 0.0)
        return np.where(volumes > 1.0, 1.0 - ncx2.cdf(2.0 * units, 2, 2.0 * np.maximum(time, 1e-12)), 0.0)

    return curve


# ---- an ideal wave


@pytest.mark.parametrize("cells", [10, 20, 40])
def test_a_favourable_isotherms_front_passes_at_the_stoichiometric_volume(cells):
    """Conservation puts the front's centre there on any grid; its width falls with the cells."""
    bound = 5e-3 * 100.0 / 101.0
    stoichiometric = 1.0 + bound / 2e-4
    load = Load(cells, 2 * cells, 2.0 * stoichiometric, {"Nd": 2e-4}, {"Nd": 100.0 / 2e-4}, 5e-3)
    effluent = load.effluent("Nd")
    centre = np.sum(1.0 - effluent) * load.volumes / load.levels
    assert centre == pytest.approx(stoichiometric, rel=1e-5)
    assert np.max(effluent) < 1.0 + 1e-8, "concentrations overshoot"
    assert np.all(np.diff(effluent) > -1e-9)
    spread = np.interp([0.05, 0.95], effluent, load.edges()[1:])
    assert spread[1] - spread[0] < 5.0 * stoichiometric / cells


def test_the_stronger_bound_metal_displaces_the_other():
    """Equilibrium theory of a Langmuir pair: the weaker one leaves above its feed's concentration between two
    fronts; both balances close on the way."""
    load = Load(40, 120, 60.0, {"Nd": 1e-4, "Dy": 1e-4}, {"Nd": 5e6, "Dy": 5e5}, 5e-3)
    bed = load.run()
    nd, dy = (bed.leaving[m][1 : load.levels + 1] / 1e-4 for m in ("Nd", "Dy"))
    assert np.max(dy) > 1.5
    assert nd[-1] == pytest.approx(1.0, abs=1e-6)
    assert dy[-1] == pytest.approx(1.0, abs=1e-6)
    t = {"Nd": 500.0, "Dy": 50.0}
    for m, effluent in (("Nd", nd), ("Dy", dy)):
        held = 1.0 + 5e-3 * t[m] / (1.0 + sum(t.values())) / 1e-4
        assert np.sum(1.0 - effluent) * 0.5 == pytest.approx(held, rel=1e-4)


# ---- dispersion


def test_a_linear_isotherm_with_dispersion_is_ogata_and_banks():
    load = Load(60, 300, 32.0, peclet=60.0, **LINEAR)
    error = load.effluent("Nd") - mean_over(load.edges(), dispersed(60.0))
    assert np.max(np.abs(error)) < ISSUE


def test_the_cells_own_dispersion_is_two_cells():
    """N cells are N = Pe/2 plates: the front of a linear isotherm has the variance R^2/N."""
    load = Load(24, 480, 60.0, **LINEAR)
    passed = 1.0 - load.effluent("Nd")
    middle = 0.5 * (load.edges()[1:] + load.edges()[:-1])
    width = load.volumes / load.levels
    mean = np.sum(passed) * width
    assert mean == pytest.approx(RETENTION, rel=1e-4)
    assert 2.0 * np.sum(passed * middle) * width - mean**2 == pytest.approx(RETENTION**2 / 24, rel=0.01)


def test_the_error_is_of_second_order_in_time():
    """At a fixed bed of cells, halving the levels quarters what time adds."""
    fine = Load(20, 640, 40.0, **LINEAR).effluent("Nd").reshape(40, 16).mean(axis=1)
    errors = [
        np.max(np.abs(Load(20, n, 40.0, **LINEAR).effluent("Nd").reshape(40, n // 40).mean(axis=1) - fine))
        for n in (40, 80, 160)
    ]
    assert errors[0] > 3.0 * errors[1] > 9.0 * errors[2]


@pytest.mark.slow
def test_more_cells_at_one_peclet_number_converge():
    errors = []
    for cells, levels in ((30, 150), (60, 300), (120, 1200)):
        load = Load(cells, levels, 32.0, peclet=60.0, **LINEAR)
        errors.append(np.max(np.abs(load.effluent("Nd") - mean_over(load.edges(), dispersed(60.0)))))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.003, "what is left is the end of the bed, which Ogata and Banks's bed doesn't have"


# ---- mass transfer


@pytest.mark.slow
def test_a_linear_driving_force_is_anzelius_and_hiester_vermeulen():
    volumes, units = 50.0, 6.0
    rate = units / (RETENTION - 1.0)
    load = Load(160, 100, volumes, transfer_rate=rate * volumes, **LINEAR)
    error = load.effluent("Nd") - mean_over(load.edges(), transferred(units, rate))
    assert np.max(np.abs(error)) < ISSUE


def test_mass_transfer_in_ever_more_cells_tends_to_plug_flow():
    volumes, units = 50.0, 6.0
    rate = units / (RETENTION - 1.0)
    exact, effluents = None, []
    for cells in (20, 40, 80):
        load = Load(cells, 100, volumes, transfer_rate=rate * volumes, **LINEAR)
        exact = mean_over(load.edges(), transferred(units, rate))
        effluents.append(load.effluent("Nd"))
    errors = [np.max(np.abs(e - exact)) for e in effluents]
    assert errors[0] > 1.7 * errors[1] > 2.9 * errors[2]
    extrapolated = 2.0 * effluents[2] - effluents[1]
    assert np.max(np.abs(extrapolated - exact)) < ISSUE


def test_slow_transfer_spreads_a_front_and_fast_transfer_is_equilibrium():
    """Fast transfer is of first order in time: more levels bring it nearer to equilibrium."""
    apart = []
    for levels in (60, 240):
        equilibrium = Load(20, levels, 40.0, **LINEAR).effluent("Nd")
        fast = Load(20, levels, 40.0, transfer_rate=1e5, **LINEAR).effluent("Nd")
        apart.append(np.max(np.abs(fast - equilibrium)))
    assert apart[1] < 0.025
    assert apart[0] > 3.0 * apart[1]
    slow = Load(20, 240, 40.0, transfer_rate=10.0, **LINEAR).effluent("Nd")
    assert slow[40] > 10.0 * equilibrium[40]
    assert np.sum(1.0 - slow[:80]) < np.sum(1.0 - equilibrium[:80])


def test_no_cell_gives_more_than_it_holds():
    for moved in np.logspace(-3, 6, 50):
        assert 0.0 < earlier_share(moved) * moved <= 0.5
        assert 0.0 < earlier_share(1e-3, moved) * moved <= 0.5
