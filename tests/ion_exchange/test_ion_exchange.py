"""Ion exchange columns: cold, conservative, neutral on the resin, and as their mass action says."""

from __future__ import annotations

import math

import pytest

from harness import Case, assert_falling, solve
from ion_exchange.plants import GRID, LIQUOR, plant, softener

IONS = ("Ca", "Mg", "Na")


def shares(case: Case, ion: str) -> float:
    """What leaves of an ion over what enters, by all streams of the column."""
    entering = sum(
        case.flow(name, "aqueous", ion)
        for name, stream in case.model.streams.items()
        if not name.startswith("column.") and ion in stream.shape.names("aqueous")
    )
    leaving = sum(
        case.flow(name, "aqueous", ion)
        for name, stream in case.model.streams.items()
        if name.startswith("column.") and ion in stream.shape.names("aqueous")
    )
    return leaving / entering


@pytest.fixture(scope="module")
def softened() -> Case:
    return solve(plant(60.0))


# ---- balances


def test_a_cycle_closes(softened):
    softened.check(1e-9)
    for ion in IONS:
        assert shares(softened, ion) == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize("form", ["loaded_form", "regenerated_form"])
def test_the_resin_is_neutral(softened, form):
    """Charges of all ions and protons on the resin make up its sites, and none is negative."""
    held = [softened[f"column.{form}.{ion}"] for ion in (*IONS, "H")]
    assert min(held) > 0.0
    assert sum(held) == pytest.approx(1.0, abs=1e-9)


def test_sodium_comes_in_place_of_what_is_taken(softened):
    """Equivalents of calcium and magnesium that the product lacks are those that the resin gained."""
    gained = sum(
        softened[f"column.loaded_form.{ion}"] - softened[f"column.regenerated_form.{ion}"]
        for ion in ("Ca", "Mg")
    )
    assert softened["column.working_capacity"] == pytest.approx(2.0 * gained, rel=0.02), "liquor of the bed"


@pytest.mark.slow
def test_driving_force_and_back_mixing_close_as_well():
    settings = GRID + ", peclet: 4, mass_transfer: linear_driving_force, transfer_rate: 5 1/h"
    case = solve(plant(60.0, settings=settings))
    case.check(1e-9)
    assert case["column.leakage.Mg"] > 0.0


# ---- equilibrium


@pytest.mark.slow
def test_the_front_passes_at_the_stoichiometric_volume():
    """One trace in much sodium: its front is centred where equilibrium says, and the bed behind it
    is in that equilibrium."""
    liquor = {salt: c for salt, c in LIQUOR.items() if salt != "CaSO4"}
    case = solve(plant(3000.0, liquor, settings="cells: 4, load_levels: 16, levels: 4, front_levels: 2"))
    volumes = case["column.saturation_volumes.Mg"]
    assert case["column.breakthrough.Mg"] == pytest.approx(1.0, abs=0.02)
    assert case["column.removal.Mg"] * 3000.0 == pytest.approx(volumes, rel=0.03)
    held = 0.7 + case["column.loading.Mg"] / (1e-3 * liquor["MgSO4"])
    assert held == pytest.approx(volumes, rel=0.02)
    assert case["column.breakthrough_volumes.Mg"] < volumes


@pytest.mark.slow
def test_mass_action_against_the_softening_of_brine():
    """What the iminodiacetic resin was fitted to: 12 g/L of calcium at pH 10 with 5 mg/L in 5 M brine."""
    brine = {"NaCl": 5130.0, "CaCl2": 0.125, "NaOH": 0.1}
    case = solve(plant(60.0, brine))
    held = case["column.saturation_capacity"] / 2.0 * 40.08
    assert held == pytest.approx(12.0, rel=0.15), "pH and brine of the data are not known better"


# ---- responses


def test_calcium_is_held_before_magnesium(softened):
    assert softened["column.leakage.Ca"] < softened["column.leakage.Mg"]
    assert softened["column.removal.Ca"] > 0.999


def test_more_resin_leaks_less(softened):
    beds = [0.5e-3, 0.7e-3, 1e-3, 1.4e-3]
    assert_falling(softened.response("column.bed_volume", beds, "column.leakage.Mg"))


@pytest.mark.slow
def test_acid_costs_a_chelating_resin_its_capacity(softened):
    """pH 10, 4 and 3, each cold."""
    acid = [1e-9, 1e-4, 6e-4]
    held = [softened.again({"liquor.H2SO4": c}, cold=True)["column.saturation_capacity"] for c in acid]
    assert_falling(held)
    assert held[-1] < 0.01 * held[0]


def test_sodium_competes(softened):
    assert_falling(softened.response("liquor.Na2SO4", [0.5, 0.75, 1.0], "column.saturation_capacity"))


@pytest.mark.slow
def test_wear_and_design_follow_from_the_cycle():
    settings = (
        "cells: 4, load_levels: 6, levels: 4, front_levels: 2, capacity_loss: 0.01 %, bed_price: 20000 USD/m3"
    )
    case = solve(plant(60.0, settings=settings))
    cycles = math.log(0.8) / math.log(1.0 - 1e-4)
    assert case["column.bed_replacement"] == pytest.approx(1e-3 / 10.0 / cycles, rel=1e-9)
    assert case["column.replacement_cost"] == pytest.approx(20000.0 * case["column.bed_replacement"])
    assert case["column.regenerant_dose.eluent"] == pytest.approx(4.0, rel=1e-3)
    assert case["column.rinse_water"] == pytest.approx(6.0)
    assert case["column.bed_area"] == pytest.approx(1e-3 / 0.5)


# ---- limits


def test_a_resin_without_capacity_lets_the_liquor_pass():
    """A chelating resin in the hydrogen form at pH 1."""
    case = solve(plant(60.0, LIQUOR | {"H2SO4": 100.0}, converted=False))
    assert case["column.saturation_capacity"] < 1e-6
    for ion in ("Ca", "Mg"):
        assert case[f"column.removal.{ion}"] == pytest.approx(0.0, abs=0.02)
        assert case[f"column.breakthrough.{ion}"] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.slow
def test_a_resin_in_hydrogen_form_acidifies_the_product():
    """A sulfonic resin gives up a proton for each charge: the product of a salt is its acid."""
    case = solve(plant(20.0, {"NaCl": 5.0, "CaCl2": 1.0}, "sulfonic", converted=False))
    case.check(1e-9)
    assert case["column.regenerated_form.H"] > 0.9
    assert case["column.removal.Ca"] > 0.99
    assert case["column.removal.Na"] > 0.8
    assert case["column.effluent_pH.feed_4"] == pytest.approx(-math.log10(7e-3), abs=0.06)


# ---- sodium form


SULFATE = "Na2SO4: 700 mmol/L, CaSO4: 0.5 mmol/L, MgSO4: 0.5 mmol/L"


@pytest.mark.parametrize(
    "text",
    [softener(), softener(20.0, "NaCl: 2 mmol/L, CaCl2: 2 mmol/L, MgCl2: 1 mmol/L"), softener(60.0, SULFATE)],
)
def test_a_softener_between_neutral_liquors_starts_cold(text):
    """Nothing buffers it: neither resin nor liquor holds protons worth mentioning."""
    case = solve(text)
    case.check(1e-9)
    assert case["column.regenerated_form.H"] < 1e-4
    for ion in IONS:
        assert shares(case, ion) == pytest.approx(1.0, abs=1e-10)
    assert 5.0 < case["column.effluent_pH.feed_6"] < 9.0


def test_a_softener_gives_sodium_for_hardness():
    case = solve(softener())
    assert min(case["column.removal.Ca"], case["column.removal.Mg"]) > 0.99
    assert case["column.working_capacity"] == pytest.approx(60.0 * 3e-3, rel=0.01)
    assert case["column.regenerated_form.Na"] > 0.9
    assert case.again({"liquor.CaCl2": 3e-3})["column.leakage.Ca"] > case["column.leakage.Ca"]


def test_stronger_brine_regenerates_more_completely():
    """More than in proportion, too: sodium takes the sites of calcium by the square of its concentration."""
    case = solve(softener())
    dilute, strong = (case.again({"brine.NaCl": x}) for x in (0.06, 0.12))
    assert dilute["column.regenerated_form.Ca"] > 2.0 * strong["column.regenerated_form.Ca"]
