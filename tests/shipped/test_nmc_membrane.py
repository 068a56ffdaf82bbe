"""Black mass with lithium taken early and sodium sulfate split: cold, balanced, pure, and what it saves."""

import pytest

from flowsheet.document.locate import locate
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

pytestmark = pytest.mark.slow

PRODUCTS = ["nickel_sulfate", "cobalt_sulfate", "manganese_sulfate", "lithium_carbonate"]
MODULES = ["nf_1", "nf_2", "nf_3", "nf_polish"]


def solve(name):
    case = open_case(locate(name), use_cache=False)
    return solved(case, simulate(case.plant, case.p))


@pytest.fixture(scope="module")
def state():
    return solve("nmc_membrane")


@pytest.fixture(scope="module")
def result(state):
    return build_result(state)


@pytest.fixture(scope="module")
def without():
    """The plant that buys its acid and alkali."""
    return build_result(solve("nmc_black_mass"))


def value(result, unit, name):
    return result["units"][unit]["results"][name]["value"]


def flow(result, stream, component):
    return result["streams"][stream]["phases"]["aqueous"]["molar_flows"]["values"].get(component, 0.0)


def test_it_converges_from_nothing_and_closes(result):
    assert result["status"] == "converged", result["message"]
    for over in ("plant", "unit"):
        assert abs(result["balances"]["worst"][over]["closure"]) < 1e-8


@pytest.mark.parametrize(("metal", "least"), [("Ni", 0.98), ("Co", 0.98), ("Mn", 0.98), ("Li", 0.938)])
def test_the_metals_are_recovered(result, metal, least):
    assert least <= result["recoveries"][metal]["value"] <= 1.0


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_product_is_within_its_specification(result, name):
    product = result["products"][name]
    missed = {i: (e["value"], e["limit"]) for i, e in product["impurities"].items() if not e["within"]}
    assert not missed
    assert product["within_specification"]


def test_lithium_passes_the_membranes_and_the_others_stay(result):
    passing = {
        m: flow(result, "nf_polish.permeate", m) / flow(result, "leach_filter.filtrate", m)
        for m in ("Li", "Ni", "Co", "Mn", "Al")
    }
    assert passing.pop("Li") > 0.9
    assert max(passing.values()) < 0.3


def test_the_modules_and_the_stack_stay_within_what_they_bear(result):
    assert all(value(result, module, "operating_pressure") < 41.0 for module in MODULES)
    assert value(result, "splitting", "hardness_over_limit") < 1.0
    assert not [w for w in result["warnings"] if w["code"] == "W608"]


def test_acid_and_alkali_circulate(result):
    """What has to be bought beside is a small part of what the tanks give."""
    for tank, bought, carrier in (
        ("acid_tank", "bought_acid", "SO4"),
        ("alkali_tank", "bought_alkali", "Na"),
    ):
        given = flow(result, f"{tank}.liquor", carrier)
        assert flow(result, f"{bought}@{tank}.make_up", carrier) < 0.05 * given


def test_less_is_bought_and_less_sodium_sulfate_leaves_than_without(result, without):
    ours, theirs = (r["emissions"]["sodium_sulfate"]["per_cathode"]["value"] for r in (result, without))
    assert ours < 0.4 * theirs
    ours, theirs = (r["economics"]["reagent_cost"]["value"] for r in (result, without))
    assert ours < 0.5 * theirs


def test_a_stronger_current_buys_less_acid(state):
    """The tanks' make-up falls with what the stack makes, the electricity rises."""
    plant, known = state.case.plant, state.simulation
    weaker = plant.inputs({"splitting.current_density": 500.0})
    moved = simulate(plant, weaker, known.x, warm_inputs=known.p)
    assert moved.converged
    weak = solved(state.case, moved, speciate=False).values
    assert weak["bought_acid.flow"] > state.values["bought_acid.flow"]
    assert weak["splitting.power"] < state.values["splitting.power"]
