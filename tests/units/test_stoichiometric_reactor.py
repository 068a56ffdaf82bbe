"""Stoichiometric reactor: stated conversions, reagents used up, balances, and what it refuses."""

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from harness import solve

PLANT = """
flowsheet: oxalate by stated shares
chemistry: coal_refuse
feeds:
  liquor: {role: main_feed,
           aqueous: {flow: 100 L/h, HCl: 0.1 mol/L, Nd: 10 mmol/L, Ca: 2 mmol/L, Al: 5 mmol/L}}
  oxalate: {solid: {flow: as needed, composition: {oxalate: 100 %}}}
units:
  tank: {unit: stoichiometric_reactor, inlets: {feed: liquor, reagent: oxalate},
         reactions: coal_refuse_oxalate, temperature: 25 degC}
"""
SHARES = {"Nd": 0.8155, "Ca": 0.205, "Al": 0.009}


@pytest.fixture(scope="module")
def tank():
    return solve(PLANT)


def test_stated_shares_precipitate_and_all_else_stays(tank):
    tank.check(1e-10)
    for metal, share in SHARES.items():
        fed = tank.flow("liquor", "aqueous", metal)
        assert tank.flow("tank.product", "aqueous", metal) == pytest.approx((1.0 - share) * fed, rel=1e-9)
        assert tank[f"tank.conversion.{metal}"] == pytest.approx(share)
    assert tank.flow("tank.product", "solid", "Nd2(C2O4)3") == pytest.approx(0.5 * 0.8155, rel=1e-9)


def test_the_reagent_as_needed_is_used_up(tank):
    taken = 1.5 * 0.8155 + 0.2 * 0.205 + 1.5 * 0.5 * 0.009
    assert tank.flow("oxalate@tank.reagent", "solid", "oxalate") == pytest.approx(taken, rel=1e-9)
    charge = tank.flow("tank.product", "aqueous", "surplus of anions")
    brought = tank.flow("liquor", "aqueous", "surplus of anions")
    assert charge == pytest.approx(2.0 * taken + brought, rel=1e-9)
    assert "oxalate" not in tank.model.streams["tank.product"].shape.names("solid")
    free_acid = tank.flow("tank.product", "aqueous", "H")
    assert free_acid == pytest.approx(tank.flow("liquor", "aqueous", "H"), rel=1e-9)


def test_an_excess_leaves_with_the_solids(tank):
    generous = solve(PLANT.replace("temperature: 25", "excess: 10 %, temperature: 25"))
    generous.check(1e-10)
    exact = tank.flow("oxalate@tank.reagent", "solid", "oxalate")
    assert generous.flow("tank.product", "solid", "oxalate") == pytest.approx(0.1 * exact, rel=1e-8)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("reactions: coal_refuse_oxalate, ", ""), "which reactions run isn't stated"),
        ((", Nd: 10 mmol/L, Ca: 2 mmol/L, Al: 5 mmol/L", ""), "none of the reactions"),
        ((", reagent: oxalate", ""), "lacks oxalate"),
        (("flow: as needed", "flow: 1 kg/h"), "`excess` is of a reagent as needed"),
    ],
)
def test_what_cannot_run_is_refused(change, told):
    text = PLANT.replace(*change)
    if "1 kg/h" in change[1]:
        text = text.replace("temperature: 25 degC}", "temperature: 25 degC, excess: 5 %}")
    with pytest.raises(DiagnosticError) as refused:
        solve(text)
    assert any(told in d.message for d in refused.value.diagnostics)
