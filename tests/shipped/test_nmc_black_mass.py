"""The shipped black-mass plant end to end: cold, without a guess, balances closed, products as sold."""

import pytest

from flowsheet.document.locate import locate
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

pytestmark = pytest.mark.slow

PRODUCTS = ["nickel_sulfate", "cobalt_sulfate", "manganese_sulfate", "lithium_carbonate"]


@pytest.fixture(scope="module")
def case():
    return open_case(locate("nmc_black_mass"), use_cache=False)


@pytest.fixture(scope="module")
def result(case):
    return build_result(solved(case, simulate(case.plant, case.p)))


def test_the_plant_converges_from_nothing(result):
    assert result["status"] == "converged", result["message"]


def test_every_balance_closes_over_plant_and_units(result):
    worst = result["balances"]["worst"]
    assert abs(worst["plant"]["closure"]) < 1e-8
    assert abs(worst["unit"]["closure"]) < 1e-8


@pytest.mark.parametrize(("element", "least"), [("Ni", 0.95), ("Co", 0.95), ("Mn", 0.95), ("Li", 0.85)])
def test_the_metals_are_recovered(result, element, least):
    assert least <= result["recoveries"][element]["value"] <= 1.0


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_product_is_within_its_specification(result, name):
    product = result["products"][name]
    missed = {i: (e["value"], e["limit"]) for i, e in product["impurities"].items() if not e["within"]}
    assert not missed
    assert product["purity"]["value"] >= product["purity_at_least"]["value"]
    assert product["within_specification"]


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_limited_impurity_is_told_by_path(result, name):
    product = result["products"][name]
    assert set(product["impurity_paths"]) == set(product["impurities"])
    for impurity, paths in product["impurity_paths"].items():
        found = product["impurities"][impurity]["value"]
        assert sum(paths.values()) == pytest.approx(found, rel=1e-6, abs=1e-9)
        assert {"crystals", "retained mother liquor"} <= set(paths)


def test_metals_are_parted_over_thirty_equilibrium_stages_and_more(case):
    circuits = [u for u in case.document.units.values() if u.declaration.name == "solvent_extraction"]
    stages = [
        u.value(f"{section}_stages")
        for u in circuits
        for section in ("extraction", "scrub", "strip", "regeneration")
    ]
    assert len(circuits) >= 3
    assert sum(stages) >= 30


def test_hydrogen_over_the_leach_stays_at_a_quarter_of_its_limit(result):
    over_limit = result["units"]["leach"]["results"]["hydrogen_over_limit"]["value"]
    assert over_limit == pytest.approx(0.25, rel=1e-6)
