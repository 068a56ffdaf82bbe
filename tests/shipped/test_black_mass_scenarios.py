"""The black-mass plant's scenarios: each converges cold, and shows what it is there to show."""

from functools import cache

import pytest

from flowsheet.document.locate import locate
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

pytestmark = pytest.mark.slow

BASE = ""
SCENARIOS = ["no_peroxide", "pilot", "mixed_hydroxide", "least_reagents"]
METALS = ("Ni", "Co", "Mn", "Li")


@cache
def result(scenario: str) -> dict:
    case = open_case(locate("nmc_black_mass"), scenario or None, use_cache=False)
    return build_result(solved(case, simulate(case.plant, case.p)))


def recoveries(scenario: str) -> list[float]:
    return [result(scenario)["recoveries"][element]["value"] for element in METALS]


def flows(scenario: str, stream: str, phase: str) -> dict[str, float]:
    return result(scenario)["streams"][stream]["phases"][phase]["molar_flows"]["values"]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_converges_from_nothing_with_its_balances_closed(scenario):
    found = result(scenario)
    assert found["status"] == "converged", found["message"]
    assert abs(found["balances"]["worst"]["plant"]["closure"]) < 1e-8
    assert abs(found["balances"]["worst"]["unit"]["closure"]) < 1e-8


def test_without_peroxide_manganese_stays_behind_as_its_dioxide():
    left = flows("no_peroxide", "leach_filter.cake", "solid")
    delithiated = sum(n for solid, n in left.items() if solid.startswith("NMC622-"))
    cathode = flows("no_peroxide", "black_mass", "solid")["NMC622"]
    assert left["NMC622"] < 0.01 * cathode  # all of it has reacted: what is left are its residues
    assert left["MnO2"] > 0.1 * cathode
    assert 0.2 * cathode < delithiated < 0.6 * cathode
    nickel, cobalt, manganese, lithium = recoveries("no_peroxide")
    assert manganese < 0.1
    assert nickel < 0.7
    assert cobalt < 0.7
    assert lithium > 0.85  # lithium leaves the oxide without a reductant


def test_the_pilot_is_the_plant_made_smaller():
    assert recoveries("pilot") == pytest.approx(recoveries(BASE), abs=1e-6)
    for product in ("nickel_sulfate", "lithium_carbonate"):
        small, large = (result(s)["products"][product]["mass_flow"]["value"] for s in ("pilot", BASE))
        assert 20.0 * small == pytest.approx(large, rel=1e-6)


def test_the_mixed_hydroxide_holds_the_metals_and_little_else():
    product = flows("mixed_hydroxide", "mixed_dryer.product", "solid")
    assert set(product) <= {"Ni(OH)2", "Co(OH)2", "Mn(OH)2", "Mg(OH)2", "Cu(OH)2", "Fe(OH)2", "Fe(OH)3"}
    iron = 0.055845 * sum(product.get(solid, 0.0) for solid in ("Fe(OH)2", "Fe(OH)3"))  # kg/h
    assert iron < 0.001 * result("mixed_hydroxide")["products"]["mixed_hydroxide"]["mass_flow"]["value"]
    metals = sum(product[f"{m}(OH)2"] for m in ("Ni", "Co", "Mn"))
    assert metals > 0.99 * sum(product.values())
    nickel, cobalt, manganese, lithium = recoveries("mixed_hydroxide")
    assert min(nickel, cobalt, manganese) > 0.98
    assert lithium > 0.9


def test_the_mixed_hydroxide_s_least_reagents_are_found_and_meet_what_is_asked():
    case = open_case(locate("nmc_black_mass"), "mixed_hydroxide", use_cache=False)
    state, report = optimise_case(case, starts=1)
    assert report["status"] == "optimal", report["message"]
    assert report["objective"]["value"] < 0.9 * report["objective"]["base"]
    for constraint in report["constraints"]:
        assert constraint["slack"] > -1e-6, constraint["text"]
    acid = build_result(state, report)["reagents"]["acid"]["compounds"]["H2SO4"]["per_cathode"]["value"]
    assert acid > 1.5 * 98.08 / 96.93 * 0.97  # stoichiometry of the cathode, less what is not recovered
