"""The table of how each impurity came into a product."""

import pytest

from example_plants import COBALT
from flowsheet.results.paths import impurity_paths
from flowsheet.results.result import build_result
from opened import at, opened, ran


@pytest.fixture(scope="module")
def state():
    return ran(COBALT)


@pytest.mark.parametrize("impurity", ["Na", "Ni", "Mg", "SO4"])
def test_ppm_by_path_sum_to_the_product_s_impurity(state, impurity):
    paths = impurity_paths(state, "co", [impurity])[impurity]
    assert sum(paths.values()) == pytest.approx(
        1e6 * state.values[f"product.co.impurity.{impurity}"], rel=1e-9
    )
    assert min(paths.values()) >= 0.0


def test_each_path_is_what_its_cause_brings(state):
    paths = impurity_paths(state, "co", ["Na", "Ni"])
    assert paths["Na"]["crystals"] == 0.0
    assert paths["Ni"]["crystals"] > 10.0 * paths["Ni"]["retained mother liquor"]  # the solid solution
    assert paths["Na"]["wash liquor"] > 0.0
    case = opened(COBALT)
    none = impurity_paths(at(case, {"spin.occlusion": 0.0}, state), "co", ["Na"])["Na"]
    assert none["liquor shut in the crystals"] == 0.0
    clean = impurity_paths(at(case, {"water.Na2SO4": 1e-12}, state), "co", ["Na"])["Na"]
    assert clean["wash liquor"] < 1e-6
    washed = impurity_paths(at(case, {"water.flow": 40.0}, state), "co", ["Na"])["Na"]
    assert washed["retained mother liquor"] < 0.2 * paths["Na"]["retained mother liquor"]


def test_the_result_holds_the_table_beside_the_limits(state):
    product = build_result(state)["products"]["co"]
    assert set(product["impurity_paths"]) == {"Na", "Ni", "Mg", "SO4"}
    assert product["impurities"]["Na"]["limit"] == pytest.approx(100.0)
    assert product["within_specification"] == (
        product["purity"]["value"] >= 0.995 and all(i["within"] for i in product["impurities"].values())
    )
