"""The shipped black-mass plant end to end: cold, without a guess, with every balance closed."""

import pytest

from flowsheet.document.locate import locate
from flowsheet.results.result import build_result, solved
from flowsheet.solve.case import open_case
from flowsheet.solve.plant import simulate


@pytest.fixture(scope="module")
def result():
    case = open_case(locate("nmc_black_mass"), use_cache=False)
    return build_result(solved(case, simulate(case.plant, case.p)))


@pytest.mark.slow
def test_the_plant_converges_from_nothing(result):
    assert result["status"] == "converged", result["message"]


@pytest.mark.slow
def test_every_balance_closes_over_plant_and_units(result):
    worst = result["balances"]["worst"]
    assert abs(worst["plant"]["closure"]) < 1e-8
    assert abs(worst["unit"]["closure"]) < 1e-8


@pytest.mark.slow
def test_the_metals_are_recovered(result):
    recoveries = {e: r["value"] for e, r in result["recoveries"].items()}
    assert min(recoveries[e] for e in ("Ni", "Co", "Mn")) > 0.95
    assert recoveries["Li"] > 0.85


@pytest.mark.slow
def test_hydrogen_over_the_leach_stays_at_a_quarter_of_its_limit(result):
    over_limit = result["units"]["leach"]["results"]["hydrogen_over_limit"]["value"]
    assert over_limit == pytest.approx(0.25, rel=1e-6)
