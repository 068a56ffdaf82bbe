"""An ideal mixed crystal: Raoult's law for its end members, and what it does that pure solids don't."""

from __future__ import annotations

import math

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from harness import Case, solve

TANK = """
flowsheet: oxalates of neodymium, praseodymium and dysprosium
chemistry: rare_earth
feeds:
  liquor:
    aqueous: {flow: 1000 L/h, HCl: 0.2 mol/L, NdCl3: 0.15 mol/L, PrCl3: 0.05 mol/L, DyCl3: 0.0005 mol/L}
  acid: {aqueous: {flow: as needed, H2C2O4: 8 %}}
units:
  tank:
    unit: precipitator
    inlets: {feed: liquor, reagent: acid}
    temperature: 25 degC
    dose: {Nd: 1.6, Pr: 1.6}
    dose_of: [oxalate]
"""
MEMBERS = [f"{m}2(C2O4)3.10H2O" for m in ("Nd", "Pr", "Dy")]
NAMED = "[" + ", ".join(MEMBERS) + "]"
MIXED = TANK + f"    solids: []\n    solid_solution: {NAMED}\n"
PURE = TANK + f"    solids: {NAMED}\n"


def crystal(plant: Case) -> dict[str, float]:
    return {k: plant.flow("tank.slurry", "solid", k) for k in MEMBERS}


def test_elements_and_energy_close_over_a_mixed_crystal() -> None:
    solve(MIXED).check()


def test_the_activity_of_an_end_member_is_its_fraction_squared() -> None:
    """Two cations per formula unit, each on its own site."""
    plant = solve(MIXED)
    amounts = crystal(plant)
    unit = plant.model.units["tank"]
    for k, n in amounts.items():
        fraction = n / sum(amounts.values())
        ln_saturation = plant.evaluate(unit.block.ln_saturation[k])
        assert ln_saturation == pytest.approx(2.0 * math.log(fraction), abs=1e-8)


def test_cations_part_by_their_solubility_products_alone() -> None:
    """Nd and Pr have the same constant, and go alike but for their activities in the liquor."""
    plant = solve(MIXED)
    amounts = crystal(plant)
    liquor = {m: plant.flow("tank.slurry", "aqueous", m) for m in ("Nd", "Pr", "Dy")}
    in_crystal = amounts[MEMBERS[0]] / amounts[MEMBERS[1]]
    assert in_crystal == pytest.approx(liquor["Nd"] / liquor["Pr"], rel=0.05)
    k = {m: solve(MIXED).system.solids[f"{m}2(C2O4)3.10H2O"].constants["sit"].log_k for m in ("Nd", "Dy")}
    of_dysprosium = (amounts[MEMBERS[2]] / amounts[MEMBERS[0]]) / (liquor["Dy"] / liquor["Nd"])
    assert math.log10(of_dysprosium) == pytest.approx((k["Nd"] - k["Dy"]) / 2.0, abs=0.3)


def test_a_trace_goes_with_the_crystal_that_would_stay_behind_beside_pure_ones() -> None:
    mixed, pure = solve(MIXED), solve(PURE)
    assert crystal(mixed)[MEMBERS[2]] > 0.1
    assert crystal(pure)[MEMBERS[2]] < 1e-6


def test_an_undersaturated_liquor_keeps_all() -> None:
    plant = solve(MIXED.replace("HCl: 0.2 mol/L", "HCl: 3 mol/L").replace("1.6, Pr: 1.6", "0.01, Pr: 0.01"))
    assert sum(crystal(plant).values()) < 1e-4
    unit = plant.model.units["tank"]
    assert plant.evaluate(unit.block.weight_sum) < 1.0


def test_one_end_member_alone_is_the_pure_solid() -> None:
    alone = TANK + f"    solids: []\n    solid_solution: [{MEMBERS[0]}]\n"
    pure = TANK + f"    solids: [{MEMBERS[0]}]\n"
    found = [solve(text).flow("tank.slurry", "aqueous", "Nd") for text in (alone, pure)]
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_a_solid_that_is_named_twice_is_refused() -> None:
    with pytest.raises(DiagnosticError, match="as well"):
        solve(TANK + f"    solids: {NAMED}\n    solid_solution: {NAMED}\n")


def test_an_end_member_of_two_cations_is_refused() -> None:
    text = TANK.replace("HCl: 0.2 mol/L", "HCl: 0.2 mol/L, Na2SO4: 0.1 mol/L")
    with pytest.raises(DiagnosticError, match="one kind of cation"):
        solve(text + "    solids: []\n    solid_solution: [NaNd(SO4)2.H2O]\n")
