"""The published Li/Co cascade against its own closed equations, solved apart from the library."""

from functools import cache

import pytest

from flowsheet.document.locate import locate
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate
from pressure_membranes.diafiltration_by_hand import Cascade, annual_cost, least_cost

HOURS = 8766.0
LENGTHS = [f"cascade.length.{i}" for i in (1, 2, 3)]


@cache
def opened(*changes, scenario=None):
    return open_case(locate("lico_diafiltration"), scenario, changes, use_cache=False)


@cache
def optimum(*changes, starts=1):
    state, report = optimise_case(opened(*changes), starts=starts)
    assert report["status"] == "optimal", report["message"]
    return state, report


@cache
def by_hand(lithium=0.95, cobalt=0.635):
    return least_cost(lithium, cobalt)


def lengths_of(report):
    return [report["variables"][name]["value"] for name in LENGTHS]


def test_the_square_case_agrees_with_its_own_equations():
    case = opened(scenario="even")
    state = solved(case, simulate(case.plant, case.p))
    lengths = [754.0, 758.0, 756.0]
    assert state.values["economics.total_cost"] * HOURS == pytest.approx(annual_cost(lengths), rel=1e-8)
    recoveries = [
        state.values["cascade.recovery_in_permeate.Li"],
        state.values["cascade.recovery_in_retentate.Co"],
    ]
    wanted = [Cascade().recovery(lengths, "Li")[1], Cascade().recovery(lengths, "Co")[0]]
    assert recoveries == pytest.approx(wanted, rel=1e-8)


def test_the_optimum_is_that_of_the_closed_equations():
    cost, lengths = by_hand()
    state, report = optimum()
    assert state.values["economics.total_cost"] * HOURS == pytest.approx(cost, rel=1e-7)
    assert lengths_of(report) == pytest.approx(lengths, rel=1e-6)
    assert [c["active"] for c in report["constraints"]] == [True, True]
    listed = build_result(state)["economics"]["capital"]
    assert listed["annual_cost"] == {"value": pytest.approx(annual_cost(lengths), rel=1e-7), "unit": "USD/y"}


@pytest.mark.parametrize("elements", [20, 100])
def test_the_optimum_does_not_depend_on_the_number_of_elements(elements):
    state, report = optimum(f"units.cascade.elements={elements}")
    assert state.values["economics.total_cost"] == pytest.approx(
        optimum()[0].values["economics.total_cost"], rel=1e-10
    )
    assert lengths_of(report) == pytest.approx(lengths_of(optimum()[1]), rel=1e-6)


@pytest.mark.slow
def test_ten_starts_find_one_optimum():
    _, report = optimum(starts=10)
    spread = report["spread"]
    assert (spread["reached"], spread["of"]) == (10, 10)
    assert spread["worst"] == pytest.approx(spread["best"], rel=1e-9)


def test_multipliers_say_what_recovery_costs():
    """Against central differences of the closed equations' optimum, per unit of recovery."""
    step = 1e-4
    slopes = [
        (by_hand(lithium=0.95 + step)[0] - by_hand(lithium=0.95 - step)[0]) / (2 * step),
        (by_hand(cobalt=0.635 + step)[0] - by_hand(cobalt=0.635 - step)[0]) / (2 * step),
    ]
    found = [abs(c["multiplier"]) * HOURS for c in optimum()[1]["constraints"]]
    assert found == pytest.approx(slopes, rel=1e-4)


def test_real_liquors_recover_alike():
    """Sulfates of nmc_sulfate take room; sieving coefficients count per volume of water."""
    case = opened(scenario="real_liquor")
    state = solved(case, simulate(case.plant, case.p))
    assert state.simulation.converged
    assert state.values["cascade.recovery_in_permeate.Li"] == pytest.approx(0.95, abs=0.01)
