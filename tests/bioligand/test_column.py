"""The column as a unit: cold, conservative over its cycle, and as its binding constants say."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from bioligand.plants import GRID, acid, plant
from harness import Case, assert_falling, assert_rising, solve
from opened import ran

CAPACITY = 5.77e-3
SEPARATION = plant(26.0, [(acid(2.3), 8.0), (acid(1.5), 5.0)])
ONE_STEP = [(acid(1.5), 6.0)]


def left(case: Case, metal: str) -> dict[str, float]:
    """Share of what the feed brings of a metal, by outlet."""
    fed = case.flow("liquor", "aqueous", metal)
    outlets = [name for name in case.model.streams if name.startswith("column.")]
    return {
        name.removeprefix("column."): case.flow(name, "aqueous", metal) / fed
        for name in outlets
        if case.model.streams[name].shape.phases
    }


def purity(case: Case, metal: str, outlet: str) -> float:
    return case[f"column.eluate_share.{outlet}.{metal}"]


# ---- balances


@pytest.mark.parametrize("ligand", ["mex_lanm", "hans_lanm", "hans_lanm_r100k"])
def test_a_cycle_closes(ligand):
    """Elements, electrons and energy of the mean streams; each metal to 1e-10."""
    case = solve(SEPARATION.replace("ligand: mex_lanm", f"ligand: {ligand}"))
    case.check(1e-9)
    for metal in ("Nd", "Dy"):
        assert sum(left(case, metal).values()) == pytest.approx(1.0, abs=1e-10)


def test_the_cycle_ends_as_it_begins():
    """What the bed holds before the first level is what it holds after the last: no other inventory."""
    case = solve(SEPARATION)
    again = case.again({"column.bed_volumes.eluent_1": 9.0})
    for metal in ("Nd", "Dy"):
        assert sum(left(again, metal).values()) == pytest.approx(1.0, abs=1e-10)


def test_driving_force_back_mixing_and_other_stoichiometries_close_as_well():
    case = solve(
        plant(
            12.0,
            [("HCl: 1 mol/L", 4.0)],
            {"NdCl3": 5.0, "DyCl3": 0.5},
            GRID + ", mass_transfer: linear_driving_force, transfer_rate: 60 1/h, peclet: 8",
            "hdehp_silica",
        )
    )
    case.check(1e-9)
    assert left(case, "Dy")["raffinate"] < left(case, "Nd")["raffinate"]


# ---- binding


def test_half_of_the_sites_are_taken_at_the_half_binding_pH():
    """A bed that is loaded until its effluent is its feed, at the published pH and concentration."""
    case = solve(plant(150.0, ONE_STEP, {"NdCl3": 0.2}, ph=2.164))
    assert case["column.breakthrough.Nd"] == pytest.approx(1.0, abs=1e-3)
    assert case["column.effluent_pH.feed_10"] == pytest.approx(2.2, abs=0.005)
    assert case["column.capacity_used"] == pytest.approx(0.5, abs=0.01)


def test_a_bed_takes_its_capacity_at_pH_3_and_next_to_nothing_at_pH_1_7():
    full = solve(plant(60.0, ONE_STEP, {"NdCl3": 0.2}))
    assert full["column.loading.Nd"] == pytest.approx(CAPACITY, rel=0.01)
    acidic = solve(plant(60.0, ONE_STEP, {"NdCl3": 0.2}, ph=1.7))
    assert acidic["column.capacity_used"] < 0.05


def test_binding_gives_up_a_proton_per_charge():
    """While the metal is held, its three charges leave as acid."""
    case = solve(plant(10.0, ONE_STEP, {"NdCl3": 0.2}))
    assert case["column.breakthrough.Nd"] < 1e-5
    acid_left = 10.0 ** -case["column.effluent_pH.feed_10"]
    assert acid_left == pytest.approx(1.0e-3 + 3 * 0.2e-3, rel=0.06), "activities against concentrations"


def test_the_front_passes_where_the_capacity_is_used_up():
    """The bed's liquor and its sites over the feed's concentration, as for an ideal wave."""
    case = solve(plant(40.0, ONE_STEP, {"NdCl3": 0.2}))
    levels = range(1, 11)
    volumes = [case[f"column.effluent_volume.feed_{k}"] for k in levels]
    edges = [0.0]
    for middle in volumes:
        edges.append(2.0 * middle - edges[-1])
    passing = [1.0 - case[f"column.effluent.Nd.feed_{k}"] / 0.2e-3 for k in levels]
    retained = np.sum(np.diff(edges) * passing)
    assert edges[-1] == pytest.approx(40.0, rel=1e-6)
    assert retained == pytest.approx(1.0 + case["column.loading.Nd"] / 0.2e-3, rel=0.02)


@pytest.mark.parametrize("factor", [8.12, 12.7])
def test_the_separation_factor_is_the_measured_one(factor):
    """Both metals at equilibrium with one liquor: a saturated bed."""
    name = {8.12: "hans_lanm", 12.7: "hans_lanm_r100k"}[factor]
    case = solve(plant(200.0, ONE_STEP, {"NdCl3": 0.1, "DyCl3": 0.1}, ligand=name))
    assert case["column.loading.Nd"] / case["column.loading.Dy"] == pytest.approx(factor, rel=0.02)


# ---- elution


def test_a_weak_acid_takes_dysprosium_first():
    case = solve(SEPARATION)
    assert purity(case, "Dy", "eluate_1") > 4.0 * purity(case, "Dy", "eluate_2")
    assert purity(case, "Nd", "eluate_2") > 0.995


def test_more_acid_elutes_more():
    eluted = [
        left(solve(plant(20.0, [(acid(ph), 8.0), (acid(1.5), 5.0)])), "Nd")["eluate_1"]
        for ph in (2.5, 2.2, 1.9)
    ]
    assert_rising(eluted)
    assert eluted[0] < 0.2
    assert eluted[2] > 0.9


def test_citrate_elutes_where_acid_alone_does_not():
    """A ligand in the eluent competes with the sites for the metal."""
    plain = solve(plant(20.0, [(acid(3.0), 8.0), (acid(1.5), 5.0)]))
    citrate = solve(plant(20.0, [("H3C6H5O7: 15 mmol/L, NaCl: 1 mmol/L", 8.0), (acid(1.5), 5.0)]))
    citrate.check(1e-9)
    assert left(plain, "Nd")["eluate_1"] < 0.1
    assert left(citrate, "Nd")["eluate_1"] > 3.0 * left(plain, "Nd")["eluate_1"]


def test_base_metals_pass():
    """They have no constant: all of them leave with the load, as published, but for what the bed's liquor
    holds when the elution begins."""
    case = solve(plant(26.0, ONE_STEP, extra=", CoCl2: 1 mmol/L, NaCl: 10 mmol/L"))
    case.check(1e-9)
    assert left(case, "Co")["raffinate"] > 0.95


# ---- responses


def test_loading_on_lets_more_through_and_uses_more_of_the_bed():
    case = solve(SEPARATION)
    volumes = [
        case.simulation.p[case.plant.model.inputs.position["liquor.flow"]] * f for f in (0.8, 1.0, 1.2)
    ]
    assert_rising(case.response("liquor.flow", volumes, "column.breakthrough.Nd"))
    assert_rising(case.response("liquor.flow", volumes, "column.capacity_used"))


def test_a_worn_bed_lets_more_through():
    case = solve(SEPARATION)
    assert_falling(case.response("column.capacity_left", [0.7, 0.8, 0.9, 1.0], "column.breakthrough.Nd"))


def test_slow_transfer_lets_more_through():
    case = solve(
        plant(26.0, ONE_STEP, settings=GRID + ", mass_transfer: linear_driving_force, transfer_rate: 500 1/h")
    )
    assert_falling(case.response("column.transfer_rate", [20.0, 100.0, 500.0], "column.breakthrough.Nd"))


def test_design_numbers_follow_from_the_cycle():
    text = SEPARATION.replace("cells: 6", "cells: 6, capacity_loss: 0.1 %, bed_price: 1000 USD/L")
    case = solve(text)
    assert case["column.cycle_time"] == pytest.approx(1.0)
    assert case["column.volumes_passed.feed"] == pytest.approx(26.0, rel=1e-6)
    assert case["column.liquor_per_cycle.eluent_1"] == pytest.approx(8e-3, rel=1e-9)
    worn = 1e-3 * math.log(1.0 - 1e-3) / math.log(0.8)
    assert case["column.bed_replacement"] == pytest.approx(worn, rel=1e-9)
    assert case["column.replacement_cost"] == pytest.approx(1e6 * worn, rel=1e-9)
    paid = ran(text)
    values = paid.case.plant.values(paid.simulation.x, paid.simulation.p)
    assert values["economics.equipment_cost.wear"] == pytest.approx(1e6 * worn, rel=1e-9)
    double = case.again({"column.bed_height": 2.0 * 0.5})
    drop = [c["column.pressure_drop.feed"] for c in (case, double)]
    assert 4.0 < drop[1] / drop[0] < 4.2, "twice the height at twice the velocity, hardly any inertia"


# ---- the grid


@pytest.mark.slow
def test_finer_grids_converge():
    """At one Peclet number: what is eluted first, as cells and levels double."""
    found = []
    for cells, load, levels in ((6, 10, 8), (12, 20, 16), (24, 40, 32)):
        grid = (
            f"cells: {cells}, load_levels: {load}, levels: {levels}, front_levels: {levels // 4}, peclet: 12"
        )
        case = solve(plant(26.0, [(acid(2.3), 8.0), (acid(1.5), 5.0)], settings=grid))
        shares = left(case, "Dy")
        found.append(np.array([shares["raffinate"], shares["eluate_1"], shares["eluate_2"]]))
    steps = [np.max(np.abs(b - a)) for a, b in pairwise(found)]
    assert steps[1] < 0.6 * steps[0]
    assert steps[1] < 0.03
