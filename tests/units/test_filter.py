"""Filter: displacement wash, occlusion, and what it refuses."""

import numpy as np
import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.model.build import build_model
from flowsheet.model.catalogue import unit_classes
from harness import assert_falling, solve
from sampling import load

SLURRY = """
flowsheet: filter
chemistry: nmc_sulfate
feeds:
  slurry: {role: main_feed, temperature: 60 degC, solid: {flow: 30 kg/h, composition: {graphite: 100 %}},
           aqueous: {flow: 500 L/h, NiSO4: 120 g/L, Na2SO4: 20 g/L, H2SO4: 5 g/L}}
  water: {role: water, aqueous: {flow: 60 kg/h, Na2SO4: 1 g/L}}
units:
  press: {unit: filter, inlets: {slurry: slurry, wash: water}, cake_moisture: 40 %, occlusion: 0.01}
"""
UNWASHED = SLURRY.replace(", wash: water", "").replace(
    "  water: {role: water, aqueous: {flow: 60 kg/h, Na2SO4: 1 g/L}}\n", ""
)


@pytest.fixture(scope="module")
def press():
    return solve(SLURRY)


def test_elements_electrons_and_energy_close(press):
    press.check(1e-10)
    solve(UNWASHED).check(1e-10)


def test_remaining_mother_liquor_follows_the_wash_law(press):
    """(1 - E)^N, with N the wash over the liquor retained: 20 kg/h for 30 kg/h of solids at 40 % moisture."""
    for wash in (20.0, 60.0, 160.0):
        case = press.again({"water.flow": wash, "press.wash_efficiency": 0.7})
        assert case["press.remaining"] == pytest.approx(
            0.3 ** (wash / 20.0), rel=1e-3
        )  # the cloth holds 1e-6
        nickel = case.flow("press.cake", "aqueous", "Ni") / case.flow("slurry", "aqueous", "Ni")
        assert nickel == pytest.approx(case["press.retained"] + case["press.occluded"], rel=1e-9)
        assert case["press.occluded"] == pytest.approx(0.01 * 30.0 / mother(case), rel=1e-9)


def mother(case):
    return case.evaluate(case.model.streams["slurry"].mass_flow("aqueous"))


@pytest.mark.parametrize("efficiency", [0.3, 0.7, 0.95])
def test_a_thin_wash_displaces_no_more_than_itself(press, efficiency):
    for wash in (0.2, 2.0, 10.0, 25.0):
        case = press.again({"water.flow": wash, "press.wash_efficiency": efficiency})
        ratio = wash / 20.0
        assert case["press.remaining"] == pytest.approx(max((1 - efficiency) ** ratio, 1 - ratio), abs=2e-4)
        assert case["press.of_wash"] <= 1.0 + 1e-3
        assert case.flow("press.filtrate", "aqueous", "Na") > 0.0


def test_the_cake_has_the_stated_moisture(press):
    cake = press.model.streams["press.cake"]
    liquor, solids = press.evaluate(cake.mass_flow("aqueous")), press.evaluate(cake.mass_flow("solid"))
    moist = (liquor - 0.01 * solids) / (liquor + solids - 0.01 * solids)  # inclusions are no moisture
    assert moist == pytest.approx(0.4, rel=1e-4)
    assert press["press.wet_cake"] == pytest.approx(liquor + solids, rel=1e-12)
    assert press["press.area"] == pytest.approx(0.3, rel=1e-9)


def test_more_wash_leaves_less_and_a_wetter_cake_more(press):
    def nickel(name, values):
        case, found = press, []
        for value in values:
            case = case.again({name: value})
            found.append(case.flow("press.cake", "aqueous", "Ni"))
        return found

    assert_falling(nickel("water.flow", [5, 15, 40, 100]))
    assert_falling(nickel("press.wash_efficiency", [0.3, 0.6, 0.9]))
    assert_falling(nickel("press.cake_moisture", [0.6, 0.4, 0.2]))


def test_solids_that_vanish_leave_a_filter_that_still_solves(press):
    case = press.again({"slurry.solid.flow": 0.0}, cold=True)
    case.check(1e-9)
    assert np.isfinite(case.flow("press.cake", "aqueous", "Ni"))


def test_a_slurry_without_solids_is_refused():
    text = SLURRY.replace("solid: {flow: 30 kg/h, composition: {graphite: 100 %}},\n           ", "")
    classes = unit_classes()
    with pytest.raises(DiagnosticError, match="nothing to filter") as refused:
        build_model(load(text, classes), classes)
    assert refused.value.diagnostics[0].code == "E311"
    assert refused.value.diagnostics[0].span is not None


def test_a_stated_share_of_the_liquor_goes_through():
    case = solve(UNWASHED.replace("cake_moisture: 40 %, occlusion: 0.01", "liquor_recovery: 90 %"))
    case.check(1e-10)
    through = case.flow("press.filtrate", "aqueous", "Ni") / case.flow("slurry", "aqueous", "Ni")
    assert through == pytest.approx(0.9, rel=1e-9)
