"""The coal-refuse plant and its parts against a second model of them in plain numbers."""

from itertools import product

import numpy as np
import pytest

import shipped.coal_refuse_by_hand as by_hand
from flowsheet.chemistry.formula import parse
from flowsheet.document.locate import locate
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate
from shipped.coal_refuse_by_hand import METALS, Liquor

ATOMIC_WEIGHTS = 3e-6
"""What the last digits of atomic weights make of a flow."""


def ran(name, *changes):
    case = open_case(locate(name), overrides=changes, use_cache=False)
    state = solved(case, simulate(case.plant, case.p))
    assert state.simulation.converged, state.simulation.newton.message
    return state


def assert_alike(state, stream, liquor, tolerance=ATOMIC_WEIGHTS):
    flows = state.flows[stream].flows["aqueous"]
    found = [flows["H"], flows.get("SO4", 0.0), flows.get("Cl", 0.0)]
    found += [flows["Fe(III)" if m == "Fe" else m] for m in METALS]
    expected = [liquor.hydrogen, liquor.sulfate, liquor.chloride, *liquor.metals]
    assert found == pytest.approx(expected, rel=tolerance)
    assert flows["H2O"] * by_hand.WATER_LITRES == pytest.approx(liquor.volume, rel=1e-9)


@pytest.mark.parametrize("tanks", [1, 2])
def test_the_leach_alone(tanks):
    state = ran("ree_coal_refuse_leach", f"units.leach.tanks={tanks}")
    fed, inert = by_hand.refuse()
    liquor, oxides = Liquor(224.3, 22.43, 11.215), fed
    for _ in range(tanks):
        liquor, oxides = by_hand.leach_tank(liquor, oxides, fed, inert)
    assert_alike(state, "leach.slurry", liquor)
    solids = state.flows["leach.slurry"].flows["solid"]
    assert [solids[o] for o in by_hand.OXIDES] == pytest.approx(oxides, rel=ATOMIC_WEIGHTS)


def test_the_extraction_alone():
    state = ran("ree_coal_refuse_extraction")
    liquor = state.flows["liquor"].flows["aqueous"]
    organic = state.flows["organic"].flows["organic"]
    names = ["Fe(III)" if m == "Fe" else m for m in METALS]
    feed = Liquor(62.01, liquor["H"], liquor["SO4"], metals=np.array([liquor[m] for m in names]))
    section = by_hand.Section(3, 62.01, 48.79 / parse("C16H35O4P").molar_mass)
    section.sweep(feed, np.array([organic[m] for m in names]), times=60)
    assert feed.hydrogen == pytest.approx(62.01 * (0.01075 + 10.0 / 97.0), rel=1e-7)
    assert_alike(state, "extraction.raffinate", section.liquors[-1], 1e-9)
    loaded = state.flows["extraction.organic_out"].flows["organic"]
    assert [loaded[m] for m in names] == pytest.approx(section.organics[0], rel=1e-9)


@pytest.fixture(scope="module")
def plant():
    return ran("ree_coal_refuse")


def test_the_plant_converges_from_nothing_and_closes(plant):
    result = build_result(plant)
    assert result["status"] == "converged"
    for over in ("plant", "unit"):
        assert abs(result["balances"]["worst"][over]["closure"]) < 1e-8


@pytest.mark.slow
def test_the_plant_is_that_of_the_plain_model(plant):
    expected = by_hand.plant()
    for stream, liquor in {
        "leach.slurry": expected.leached,
        "rougher.raffinate": expected.raffinate,
        "rougher.scrub_liquor": expected.scrub_liquor,
        "rougher.strip_liquor": expected.strip_liquor,
        "cleaner.raffinate": expected.cleaner_raffinate,
        "cleaner.strip_liquor": expected.cleaner_strip,
        "oxalate_filter.filtrate": expected.filtrate,
    }.items():
        assert_alike(plant, stream, liquor)
    oxides = plant.flows["roaster.product"].flows["solid"]
    assert [oxides[o] for o in by_hand.OXIDES] == pytest.approx(expected.product, rel=ATOMIC_WEIGHTS)
    assert set(oxides) == set(by_hand.OXIDES)


@pytest.mark.slow
@pytest.mark.parametrize("factors", list(product((0.5, 2.0), repeat=5)))
def test_it_converges_with_every_feed_and_acid_at_half_and_at_double(plant, factors):
    case = plant.case
    feeds = ("refuse", "leach_acid", "scrub_acid", "rougher_acid", "cleaner_acid")
    p = case.p.copy()
    for feed, factor in zip(feeds, factors, strict=True):
        p[case.plant.model.inputs.position[f"{feed}.flow"]] *= factor
    assert simulate(case.plant, p).converged


def improves(state, by):
    _, report = optimise_case(state.case, state.simulation, starts=1)
    assert report["status"] == "optimal"
    assert report["objective"]["value"] > report["objective"]["base"] + by
    assert not any(c["missed"] for c in report["constraints"])


def test_more_neodymium_comes_at_less_iron(plant):
    improves(plant, by=0.03)


@pytest.mark.parametrize(("part", "by"), [("leach", 0.06), ("extraction", 0.02)])
def test_more_neodymium_comes_at_little_aluminium(part, by):
    improves(ran(f"ree_coal_refuse_{part}"), by)
