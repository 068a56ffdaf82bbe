"""What moves the results, against solving again at changed inputs."""

import pytest

from example_plants import COBALT
from flowsheet.results.result import build_result
from flowsheet.results.sensitivities import LARGEST
from opened import at, ran

SPECIFIED = COBALT + 'specs:\n  - {vary: bleed.fraction, until: "recovery(Co) = 92 %"}\n'


@pytest.mark.parametrize("text", [COBALT, SPECIFIED], ids=["plain", "with a specification"])
def test_the_largest_slopes_are_those_that_solving_again_shows(text):
    """With a specification what it frees moves along, so that its target is held."""
    state = ran(text)
    assert {"economics.profit", "product.co.purity", "product.co.impurity.Ni"} <= set(state.sensitivities)
    for result in ("economics.profit", "product.co.dry_mass", "product.co.purity"):
        found = state.sensitivities[result]
        assert 3 < len(found) <= LARGEST
        for name in list(found)[:3]:
            slope, base = found[name]["value"], state.simulation.p
            held = base[state.case.plant.model.inputs.position[name]]
            step = 1e-3 * max(abs(held), 1e-3)
            ahead, behind = (
                at(state.case, {name: held + way * step}, state).values[result] for way in (1.0, -1.0)
            )
            assert (ahead - behind) / (2 * step) == pytest.approx(slope, rel=1e-3)


def test_a_held_recovery_is_moved_by_its_target_alone():
    moved = ran(SPECIFIED).sensitivities["recovery.Co"]
    assert next(iter(moved)) == "specs.0.target"
    assert moved["specs.0.target"]["value"] == pytest.approx(1.0, rel=1e-6)


def test_effects_are_ranked_and_have_units():
    moved = build_result(ran(COBALT))["sensitivities"]["economics.profit"]
    effects = [abs(entry["effect"]["value"]) for entry in moved.values()]
    assert effects == sorted(effects, reverse=True)
    price = moved["price.co"]
    assert price["unit"] == "(USD/h)/(USD/kg)"
    assert price["change"] == {"value": pytest.approx(0.05), "unit": "USD/kg"}
    assert price["value"] == pytest.approx(ran(COBALT).values["product.co.dry_mass"], rel=1e-9)
    assert {e["change"]["value"] for e in moved.values() if e["change"]["unit"] == "K"} <= {1.0}
