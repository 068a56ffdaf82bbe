"""Money by hand: prices times masses, charges times sizes over the operating hours."""

import pytest

from example_plants import COBALT
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.structure import structure
from flowsheet.economics.defaults import default_prices
from flowsheet.results.result import build_result
from opened import at, opened, ran


@pytest.fixture(scope="module")
def state():
    return ran(COBALT)


def money(state, name):
    return state.values[f"economics.{name}"]


def mass(state, stream):
    species = state.case.plant.facts["species"]
    return sum(
        species[p][c]["molar_mass"] * n for p, f in state.flows[stream].flows.items() for c, n in f.items()
    )


def test_revenue_is_price_times_dry_mass(state):
    assert money(state, "revenue") == pytest.approx(5.0 * state.values["product.co.dry_mass"], rel=1e-10)


def test_feeds_cost_price_times_mass_or_volume(state):
    assert money(state, "feed_cost") == pytest.approx(2.0 * mass(state, "liquor"), rel=1e-10)
    volume = state.values["stream.water.volume_flow"]
    assert money(state, "reagent_cost") == pytest.approx(1.5 * volume, rel=1e-10)


def test_equipment_costs_its_charge_over_the_operating_hours(state):
    by_hand = (
        500.0 * state.values["spin.area"]
        + 900.0 * state.values["evap.volume"]
        + 400.0 * state.values["dry.volume"]
    ) / 8000.0
    assert money(state, "equipment_cost") == pytest.approx(by_hand, rel=1e-10)


def test_utilities_cost_their_rate(state):
    steam = state.values["evap.steam_duty"] + state.values["dry.fuel"]
    assert state.values["utilities.steam"] == pytest.approx(steam, rel=1e-10)
    assert money(state, "utility_cost") == pytest.approx(
        0.03 * steam + 0.002 * state.values["evap.cooling_duty"], rel=1e-9
    )


def test_waste_costs_what_its_negative_price_says_and_unnamed_liquors_count_as_effluent(state):
    waste = 0.03 * mass(state, "bleed.first")
    effluent = 2.0 * state.values["stream.evap.condensate.volume_flow"]
    assert money(state, "disposal_cost") == pytest.approx(waste + effluent, rel=1e-9)


def test_profit_is_what_is_left(state):
    costs = ("feed_cost", "reagent_cost", "utility_cost", "equipment_cost", "disposal_cost")
    assert money(state, "profit") == pytest.approx(
        money(state, "revenue") - sum(money(state, c) for c in costs), rel=1e-12
    )
    for total in ("revenue", *costs):
        items = [v for n, v in state.values.items() if n.startswith(f"economics.{total}.")]
        assert sum(items) == pytest.approx(money(state, total), rel=1e-12)


def test_prices_and_charges_are_inputs(state):
    dearer = at(opened(COBALT), {"price.co": 6.0, "charge.steam": 0.0}, state)
    assert money(dearer, "revenue") == pytest.approx(1.2 * money(state, "revenue"), rel=1e-10)
    assert money(dearer, "utility_cost") < money(state, "utility_cost")


REAGENTS = """
flowsheet: reagents by compound
chemistry: nmc_sulfate
feeds:
  ore: {role: main_feed, aqueous: {flow: 10 kg/h, NiSO4: 100 g/L}}
  blend: {role: reagent, aqueous: {flow: 100 kg/h, H2SO4: 10 %, Na2SO4: 5 %}}
  soda: {role: reagent, aqueous: {flow: 50 kg/h, NaOH: 20 %}}
  both: {role: reagent, aqueous: {flow: 50 kg/h, NaOH: 10 %, Na2CO3: 10 %}}
  water: {role: water, aqueous: {flow: 200 kg/h}}
units:
  tank: {unit: mixer, inlets: {feed: [ore, blend, soda, both, water]}, temperature: 40 degC}
"""


def test_a_reagent_without_price_costs_what_its_compounds_do():
    state = ran(REAGENTS)
    prices = {k: p.value for k, p in default_prices().items()}
    assert money(state, "reagent_cost.soda") == pytest.approx(10.0 * prices["NaOH"], rel=1e-9)
    assert money(state, "reagent_cost.water") == pytest.approx(200.0 * prices["water"], rel=1e-9)
    assert money(state, "reagent_cost.blend") == pytest.approx(10.0 * prices["H2SO4"], rel=1e-9)
    assert money(state, "reagent_cost.both") == pytest.approx(
        5.0 * (prices["NaOH"] + prices["Na2CO3"]), rel=1e-9
    )


def test_what_has_no_price_is_named():
    unpriced = ran(REAGENTS).case.plant.facts["unpriced"]
    assert "ore" in unpriced
    assert "blend: Na2SO4" in unpriced
    assert "tank (charge)" in unpriced


def test_a_price_of_another_year_is_brought_to_the_run_s():
    """CEPCI by hand: 797.9 in 2023, 556.8 in 2015, 708.0 in 2021."""
    old = COBALT.replace("price: 5 USD/kg", "price: {value: 5 USD/kg, year: 2015, source: a broker}")
    state = ran(old)
    price = 5.0 * 797.9 / 556.8
    assert money(state, "revenue") == pytest.approx(price * state.values["product.co.dry_mass"], rel=1e-9)
    listed = build_result(state)["economics"]
    assert listed["year"] == 2023
    assert listed["prices"]["price.co"] == {
        "value": pytest.approx(price, rel=1e-9),
        "unit": "USD/kg",
        "year": 2015,
        "source": "a broker",
    }
    earlier = ran(old.replace("  operating_hours", "  year: 2021\n  operating_hours"))
    assert money(earlier, "revenue") == pytest.approx(money(state, "revenue") * 708.0 / 797.9, rel=1e-9)


def test_shipped_prices_are_brought_to_the_run_s_year_and_name_their_source():
    assert default_prices()["Na2S"].in_year(2023) == pytest.approx(0.655 * 797.9 / 596.2, rel=1e-12)
    early, late = ran(REAGENTS + "economics: {year: 2020}\n"), ran(REAGENTS)
    assert structure(early.document) != structure(late.document)  # not the same compiled plant
    assert money(early, "reagent_cost") == pytest.approx(money(late, "reagent_cost") * 596.2 / 797.9)
    prices = build_result(late)["economics"]["prices"]
    assert (prices["price.NaOH"]["year"], prices["price.NaOH"]["source"]) == (2023, "everbatt2023")
    assert prices["charge.effluent"]["value"] == pytest.approx(0.00625 / 3.785411784e-3, rel=1e-9)


def test_a_year_without_an_index_is_refused_only_where_it_matters():
    with pytest.raises(DiagnosticError) as refused:
        opened(REAGENTS + "economics: {year: 2031}\n")
    assert refused.value.diagnostics[0].code == "E209"
    assert "2000 to 2023" in refused.value.diagnostics[0].help
    with pytest.raises(DiagnosticError) as refused:
        opened(COBALT.replace("price: 5 USD/kg", "price: {value: 5 USD/kg, year: 1995}"))
    found = refused.value.diagnostics[0]
    assert found.code == "E209"
    assert found.span is not None
    own = COBALT.replace("  charges: {", "  year: 2031\n  charges: {power: 0.1 USD/kWh, ")
    assert build_result(ran(own))["economics"]["year"] == 2031
