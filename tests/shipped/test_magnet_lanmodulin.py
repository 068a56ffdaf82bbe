"""Magnets separated by immobilised proteins, end to end: cold, balanced, pure, and better at its optimum."""

import pytest

from flowsheet.document.locate import locate
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import load, open_case
from flowsheet.solve.simulate import simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def state():
    case = open_case(locate("magnet_lanmodulin"), use_cache=False)
    return solved(case, simulate(case.plant, case.p))


@pytest.fixture(scope="module")
def result(state):
    return build_result(state)


def test_it_converges_from_nothing_and_closes(result):
    assert result["status"] == "converged", result["message"]
    for over in ("plant", "unit"):
        assert abs(result["balances"]["worst"][over]["closure"]) < 1e-8


def test_its_magnets_are_those_of_the_other_routes():
    def magnets(name):
        solid = load(locate(name)).feeds["magnets"].phases["solid"]
        return solid.flow.value, {k: getattr(x, "value", x) for k, x in solid.composition.items()}

    assert magnets("magnet_lanmodulin") == magnets("magnet_acid_free")


def test_rare_earths_are_recovered(result):
    for element, least in (("Nd", 0.88), ("Pr", 0.88), ("Dy", 0.6)):
        assert least < result["recoveries"][element]["value"] < 1.0


def test_the_columns_part_dysprosium_from_neodymium(state):
    """Moles of the metals in the two oxides: 25 to 1 as fed."""

    def metals(stream):
        flows = state.flows[stream].flows["solid"]
        system = state.case.plant.facts["species"]["solid"]
        return {m: sum(n * system[k]["elements"].get(m, 0) for k, n in flows.items()) for m in ("Nd", "Dy")}

    ndpr, dysprosium = metals("ndpr_kiln.product"), metals("dy_kiln.product")
    assert ndpr["Dy"] < 0.02 * ndpr["Nd"]
    assert dysprosium["Nd"] < 0.05 * dysprosium["Dy"]


def test_what_does_not_bind_leaves_with_the_bleed(state):
    fed = state.flows["iron_filter.filtrate"].flows["aqueous"]
    bled = state.flows["water_return.first"].flows["aqueous"]
    for component in ("B", "Co", "Ni"):
        assert bled[component] > 0.97 * fed[component]


def test_water_goes_round(state):
    returned = state.flows["water_return.second"].flows["aqueous"]["H2O"]
    assert returned > 0.3 * state.flows["conditioning.slurry"].flows["aqueous"]["H2O"]


def test_estimates_are_named(result):
    said = [w["message"] for w in result["warnings"] if w["code"] == "W606"]
    assert any("hans_lanm_r100k" in message for message in said)


def test_it_earns_more_at_its_optimum(state):
    _, report = optimise_case(state.case, state.simulation, starts=1)
    assert report["status"] == "optimal"
    assert report["objective"]["value"] > 1.05 * report["objective"]["base"]
    assert not any(c["missed"] for c in report["constraints"])
