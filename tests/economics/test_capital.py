"""Purchase costs, installation and what a year bears of them, by hand."""

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.structure import structure
from flowsheet.results.result import build_result
from opened import at, opened, ran

PLANT = """
flowsheet: a tank and its filter, priced by what they cost to buy
chemistry: nmc_sulfate
feeds:
  ore: {role: main_feed, price: 0 USD/kg, aqueous: {flow: 2 m3/h, Na2SO4: 100 g/L},
        solid: {flow: 100 kg/h, composition: {MnO2: 100 %}}}
  wash: {role: water, price: 0 USD/kg, aqueous: {flow: 10 m3/h}}
units:
  tank: {unit: mixer, inlets: {feed: [ore, wash]}, temperature: 40 degC}
  press: {unit: filter, inlets: {slurry: tank.product}, cake_moisture: 20 %}
products:
  liquor: {stream: press.filtrate, role: byproduct, price: 0 USD/kg}
  cake: {stream: press.cake, role: byproduct, price: 0 USD/kg}
economics:
  year: 2021
  operating_hours: 8000 h/y
  charges: {tank: 900 USD/m3/y, filter: 500 USD/m2/y, steam: 0 USD/kWh}
  capital:
    installation: 3
    interest: 8 %
    life: 20 y
    maintenance: 4 %
    equipment:
      pump: {size: wash.volume_flow, cost: {value: 30000 USD, source: a vendor}, at: 5 m3/h, exponent: 0.39,
             sizes: [1 m3/h, 8 m3/h]}
      vessel: {size: tank.volume / 2, cost: 4000 USD/m3, fixed: 1000 USD, installation: 1.5, replaced: 20 %}
"""
ANNUITY = 0.08 / (1.0 - 1.08**-20)


@pytest.fixture(scope="module")
def state():
    return ran(PLANT)


def by_hand(state):
    pump = 30000.0 * 2.0**0.39
    vessel = 1000.0 + 4000.0 * state.values["tank.volume"] / 2.0
    installed = 3.0 * pump + 1.5 * vessel
    return pump, vessel, installed, (ANNUITY + 0.04) * installed + 0.2 * vessel


def test_a_year_bears_annuity_maintenance_and_replacement(state):
    pump, vessel, installed, yearly = by_hand(state)
    assert state.values["equipment.pump.purchase"] == pytest.approx(pump, rel=1e-10)
    assert state.values["equipment.vessel.purchase"] == pytest.approx(vessel, rel=1e-10)
    assert state.values["all_equipment.installed"] == pytest.approx(installed, rel=1e-10)
    assert state.values["economics.capital_cost"] == pytest.approx(yearly / 8000.0, rel=1e-10)


def test_capital_is_a_cost_like_the_others(state):
    money = {n: state.values[f"economics.{n}"] for n in ("revenue", "total_cost", "profit", "capital_cost")}
    assert money["profit"] == pytest.approx(money["revenue"] - money["total_cost"], rel=1e-12)
    others = sum(state.values[f"economics.{n}_cost"] for n in ("equipment", "utility"))
    assert money["total_cost"] == pytest.approx(others + money["capital_cost"], rel=1e-12)


def test_what_equipment_is_priced_by_is_not_charged_again(state):
    """The tank's volume makes a size, the filter's area doesn't."""
    charged = {n for n in state.values if n.startswith("economics.equipment_cost.")}
    assert charged == {"economics.equipment_cost.filter"}


def test_the_result_lists_every_piece_with_its_source(state):
    economics = build_result(state)["economics"]
    pump, _, installed, yearly = by_hand(state)
    pieces = economics["capital"]["equipment"]
    assert pieces["pump"]["size"] == {"value": pytest.approx(10.0, rel=1e-6), "unit": "m3/h"}
    assert pieces["pump"]["maintenance"] == {"value": pytest.approx(0.04 * 3.0 * pump), "unit": "USD/y"}
    assert economics["capital"]["installed"] == {"value": pytest.approx(installed), "unit": "USD"}
    assert economics["prices"]["cost.pump"]["source"] == "a vendor"
    hours = economics["total_cost"]["value"] * 8000.0
    assert economics["capital"]["annual_cost"]["value"] == pytest.approx(hours, rel=1e-12)
    assert hours > yearly


def test_a_size_beyond_the_range_of_its_cost_is_told(state):
    told = [w["message"] for w in build_result(state)["warnings"] if w["code"] == "W607"]
    assert told == ["size of pump of 10 m3/h is outside 1 to 8 m3/h, the range of its cost"]


def test_costs_and_rates_are_inputs(state):
    assert structure(opened(PLANT.replace("8 %", "9 %")).document) == structure(state.document)
    dearer = at(opened(PLANT), {"cost.pump": 60000.0, "capital.interest": 0.04}, state)
    pump, vessel, _, _ = by_hand(state)
    annuity = 0.04 / (1.0 - 1.04**-20)
    yearly = (annuity + 0.04) * (6.0 * pump + 1.5 * vessel) + 0.2 * vessel
    assert dearer.values["economics.capital_cost"] == pytest.approx(yearly / 8000.0, rel=1e-10)


def test_numbers_within_a_size_are_structure(state):
    assert structure(opened(PLANT.replace("volume / 2", "volume / 3")).document) != structure(state.document)


def test_without_interest_capital_is_paid_back_in_equal_parts(state):
    free = ran(PLANT.replace("interest: 8 %", "interest: 0 %"))
    _, vessel, installed, _ = by_hand(state)
    yearly = (1.0 / 20.0 + 0.04) * installed + 0.2 * vessel
    assert free.values["economics.capital_cost"] == pytest.approx(yearly / 8000.0, rel=1e-10)


def test_a_cost_of_another_year_is_brought_to_the_run_s(state):
    """CEPCI by hand: 556.8 in 2015, 708.0 in 2021."""
    old = ran(PLANT.replace("source: a vendor", "year: 2015, source: a vendor"))
    assert old.values["equipment.pump.purchase"] == pytest.approx(
        state.values["equipment.pump.purchase"] * 708.0 / 556.8, rel=1e-9
    )


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("    life: 20 y\n", ""), "E102", "either `annualisation`, or `interest` and `life`"),
        (("    life: 20 y\n", "    annualisation: 10 %\n"), "E403", "either `annualisation`"),
        ((", at: 5 m3/h, exponent: 0.39", ""), "E102", "needs the key `at`"),
        (("fixed: 1000 USD", "exponent: 0.6"), "E102", "`exponent` of equipment `vessel` needs the key `at`"),
        (("4000 USD/m3", "4000 USD/m2"), "E203", "`cost` of equipment `vessel`"),
        (("tank.volume / 2", "tank.size"), "E502", "has no `size`"),
        (("tank.volume / 2", "tank.volume * press.area"), "E203", "expected a quantity in USD/m5"),
        (("[1 m3/h, 8 m3/h]", "[8 m3/h, 1 m3/h]"), "E505", "in the wrong order"),
        (("[1 m3/h, 8 m3/h]", "8 m3/h"), "E103", "[least, most]"),
    ],
)
def test_bad_capital_is_refused_where_it_stands(change, code, words):
    assert change[0] in PLANT
    with pytest.raises(DiagnosticError) as refused:
        opened(PLANT.replace(*change))
    found = refused.value.diagnostics[0]
    assert found.code == code
    assert words in found.message
    assert found.span is not None
