"""A rare-earth concentrate to four oxides by long cascades: cold, closed, pure, metals in their place."""

import pytest

from flowsheet.document.locate import locate
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

pytestmark = pytest.mark.slow

METALS = ("La", "Ce", "Pr", "Nd", "Sm", "Gd", "Tb", "Dy", "Y")


@pytest.fixture(scope="module")
def state():
    case = open_case(locate("ree_separation"), use_cache=False)
    return solved(case, simulate(case.plant, case.p))


@pytest.fixture(scope="module")
def result(state):
    return build_result(state)


def flow(state, stream, *names):
    flows = state.flows[stream].flows["aqueous"]
    return sum(flows[c] for c in names)


def test_the_plant_converges_from_nothing_with_its_balances_closed(result):
    assert result["status"] == "converged", result["message"]
    for over in ("plant", "unit"):
        assert abs(result["balances"]["worst"][over]["closure"]) < 1e-8


def test_every_oxide_is_pure(result):
    products = ("lanthanum_oxide", "cerium_oxide", "ndpr_oxide", "dysprosium_oxide")
    for product in products:
        assert result["products"][product]["purity"]["value"] > 0.99
        assert result["products"][product]["within_specification"]


@pytest.mark.parametrize(
    ("element", "least"), [("La", 0.97), ("Ce", 0.97), ("Pr", 0.95), ("Nd", 0.95), ("Dy", 0.93)]
)
def test_most_of_what_is_sold_is_recovered(result, element, least):
    assert least < result["recoveries"][element]["value"] < 1.0


@pytest.mark.parametrize(("circuit", "feed"), [("ce_pr", "nd_sm.raffinate"), ("la_ce", "ce_pr.raffinate")])
def test_a_circuit_takes_up_what_its_acid_and_alkali_leave_room_for(state, circuit, feed):
    """Two protons per metal, since its complex holds a chloride: what the file says beside its cuts.

    Metal leaving in the strip liquor = (alkali - reflux * strip acid + acid of raffinate - of feed) / 2.
    """

    def acid(stream):
        return flow(state, stream, "Cl") - flow(state, stream, "Na") - 3.0 * flow(state, stream, *METALS)

    raffinate, product = f"{circuit}.raffinate", f"{circuit}.strip_liquor"
    reflux = state.case.document.units[circuit].parameters["reflux"].value.value
    alkali = flow(state, raffinate, "Na") - flow(state, feed, "Na")
    room = alkali - reflux * flow(state, f"{circuit}_acid", "Cl") + acid(raffinate) - acid(feed)
    assert flow(state, product, *METALS) == pytest.approx(room / 2.0, rel=0.01)


def test_long_cascades_resolve_neighbours(state):
    """Mole ratios of the worst neighbour to what each circuit's two ends are for."""
    ends = (
        ("nd_sm.raffinate", "Sm", "Nd", 1e-4),
        ("nd_sm.strip_liquor", "Nd", "Sm", 0.1),
        ("ce_pr.raffinate", "Pr", "Ce", 1e-3),
        ("ce_pr.strip_liquor", "Ce", "Pr", 0.05),
        ("la_ce.raffinate", "Ce", "La", 1e-2),
        ("la_ce.strip_liquor", "La", "Ce", 1e-2),
        ("tb_dy.strip_liquor", "Tb", "Dy", 1e-4),
        ("dy_y.raffinate", "Y", "Dy", 2e-2),
    )
    for stream, impurity, metal, most in ends:
        assert flow(state, stream, impurity) < most * flow(state, stream, metal), stream


def test_the_optimum_earns_more_within_its_constraints(state):
    _, report = optimise_case(state.case, state.simulation, starts=1)
    assert report["status"] == "optimal"
    assert report["objective"]["value"] > 1.01 * report["objective"]["base"]
    assert not any(c["missed"] for c in report["constraints"])
