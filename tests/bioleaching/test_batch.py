"""A bioreactor's batch: its course against integration by SciPy, its heel, its time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from fermentations import BATCH, fermentation
from harness import Case, assert_falling, assert_rising, solve
from hydromet.bioleaching.stoichiometry import Growth

GLUCOSE_MASS = 0.180156  # kg/mol


@pytest.fixture(scope="module")
def batch() -> Case:
    return solve(fermentation(BATCH))


def course(case: Case, points: np.ndarray) -> np.ndarray:
    """X, S, E (kg/m3, kg/m3, mol/m3) of the case's last batch by SciPy, the rate laws written out anew."""
    p = {
        n.removeprefix("tank.kinetics."): v
        for n, v in zip(case.plant.model.inputs.names, case.simulation.p, strict=True)
    }
    system, volume = case.system, case.flow("tank.broth", "aqueous", "glucose")
    volume = volume * GLUCOSE_MASS / case["tank.glucose_concentration"]
    growth = Growth(system.solids["biomass"].formula, system.components["NH4"].formula)
    y, heel = p["growth.yield"], p["tank.heel"]
    kla, block = case["tank.oxygen_transfer_coefficient"], case.model.units["tank"].block
    solubility, gas_oxygen, gas_dry = (
        case.evaluate(e) for e in (block.solubility, block.gas_oxygen, block.gas_dry)
    )
    fed_nitrogen = case.flow("medium", "aqueous", "NH4") / volume
    cells_end = case["tank.cells_in_vessel"]
    nitrogen_first = fed_nitrogen - heel / (1.0 - heel) * growth.nitrogen * (cells_end - heel * cells_end)
    first = np.array(
        [
            heel * cells_end,
            (1 - heel) * case["tank.initial_glucose"] + heel * case["tank.glucose_concentration"],
            0.0,
        ]
    )

    def rates(x: float, s: float, oxygen: float) -> tuple[float, float, float]:
        nitrogen = 1e-3 * (nitrogen_first - growth.nitrogen * (x - first[0]))
        breathing = oxygen * 0.031998 / (p["oxygen.half_saturation"] + oxygen * 0.031998)
        fed = s / (p["growth.half_saturation"] + s)
        mu = p["growth.rate"] * fed * breathing * math.exp(-s / 93.6)
        mu *= nitrogen / (p["growth.nitrogen_half_saturation"] + nitrogen)
        q = (
            p["product.rate"] * s / (p["product.half_saturation"] + s) * breathing
            + p["product.growth_associated"] * mu
        )
        return mu, q * math.exp(-s / 76.7), p["maintenance.rate"] * fed * breathing

    def transfer(oxygen: float, x: float, s: float) -> float:
        mu, q, m = rates(x, s, oxygen)
        uptake = x * (growth.oxygen(y) * mu + 0.5 * q + 6.0 * m)
        share = (gas_oxygen - uptake) / (gas_dry - uptake + x * (growth.carbon_dioxide(y) * mu + 6.0 * m))
        return kla * (solubility * share - oxygen) - uptake

    def change(_: float, state: np.ndarray) -> list[float]:
        x, s = state[0], max(state[1], 0.0)
        highest = solubility * gas_oxygen / gas_dry
        oxygen = brentq(transfer, 0.0, highest, args=(x, s), xtol=1e-16, rtol=1e-14) if s > 0 else highest
        mu, q, m = rates(x, s, oxygen)
        return [mu * x, -GLUCOSE_MASS * x * (growth.glucose(y) * mu + q + m), m * x]

    done = solve_ivp(
        change, (0.0, points[-1]), first, method="Radau", t_eval=points, rtol=1e-10, atol=1e-11, max_step=0.5
    )
    assert done.success
    return done.y


@pytest.mark.parametrize(
    ("settings", "rest", "inputs"),
    [
        (BATCH + ", elements: 64", "(NH4)2SO4: 2 g/L", {}),
        (BATCH + ", elements: 64", "(NH4)2SO4: 0.1 g/L", {}),
        (BATCH + ", elements: 64, kla: 60 1/h", "(NH4)2SO4: 2 g/L", {"tank.fermentation_time": 40.0}),
        (BATCH + ", elements: 64", "(NH4)2SO4: 2 g/L", {"tank.fermentation_time": 11.0}),
    ],
    ids=["glucose runs out", "nitrogen runs out", "short of oxygen", "unfinished"],
)
def test_a_batch_runs_as_scipy_integrates_it(settings: str, rest: str, inputs: dict[str, float]) -> None:
    case = solve(fermentation(settings, rest=rest), inputs)
    elements = range(8, 65, 8)
    times = np.array([case[f"tank.profile_time.{i}"] for i in elements])
    cells, glucose, _ = course(case, times)
    scale = case["tank.initial_glucose"]
    for number, i in enumerate(elements):
        assert case[f"tank.profile_biomass.{i}"] == pytest.approx(cells[number], rel=1e-6)
        assert case[f"tank.profile_glucose.{i}"] == pytest.approx(glucose[number], abs=1e-6 * scale)


def test_a_finer_grid_changes_little(batch: Case) -> None:
    fine = solve(fermentation(BATCH + ", elements: 64"))
    for name in ("gluconate_concentration", "cells_in_vessel", "gluconate_yield", "oxygen_uptake"):
        assert batch[f"tank.{name}"] == pytest.approx(fine[f"tank.{name}"], rel=5e-5)


def test_the_profile_ends_with_the_batch_and_glucose_falls(batch: Case) -> None:
    times = [batch[f"tank.profile_time.{i}"] for i in range(1, 25)]
    assert_rising(times)
    assert times[-1] == pytest.approx(24.0, rel=1e-9)
    assert_falling([batch[f"tank.profile_glucose.{i}"] for i in range(1, 25)], strictly=False)
    assert_rising([batch[f"tank.profile_gluconate.{i}"] for i in range(1, 25)], strictly=False)
    assert batch["tank.profile_gluconate.24"] == pytest.approx(
        batch["tank.gluconate_concentration"], rel=1e-7
    )


def test_the_heel_is_the_next_batch_s_inoculum(batch: Case) -> None:
    """ln(1/h) = mean growth rate times fermentation time; the cycle time counts the turnaround."""
    assert batch["tank.growth_rate"] * 24.0 == pytest.approx(math.log(10.0), rel=1e-9)
    assert batch["tank.cycle_time"] == 27.0
    volume = batch["tank.working_volume"] * batch["tank.dilution_rate"]
    assert batch["tank.working_volume"] == pytest.approx(volume * 27.0 / 0.9, rel=1e-9)


def test_longer_batches_convert_more() -> None:
    case = solve(fermentation(BATCH), {"tank.fermentation_time": 11.0, "tank.kinetics.product.rate": 8.0})
    assert_rising(case.response("tank.fermentation_time", [11.0, 12.0, 14.0], "tank.conversion"))
