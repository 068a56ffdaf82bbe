"""The strip liquor concentrated before its oxalates: cold, balanced, pure, on the plain route's terms."""

import pytest

from flowsheet.document.locate import locate
from flowsheet.optimise.run import optimise_case
from flowsheet.results.result import build_result
from flowsheet.results.solved import solved
from flowsheet.results.warnings import collect_warnings
from flowsheet.solve.case import load, open_case
from flowsheet.solve.simulate import simulate
from harness import assert_falling

RARE_EARTHS = ("Nd", "Pr", "Dy")
AREAS = (20.0, 30.0, 45.0)


@pytest.fixture(scope="module")
def state():
    case = open_case(locate("magnet_msx_concentrate"), use_cache=False)
    return solved(case, simulate(case.plant, case.p))


@pytest.fixture(scope="module")
def result(state):
    return build_result(state)


@pytest.fixture(scope="module")
def by_area(state):
    """The plant's outputs by area of the reverse osmosis."""
    plant, x, found = state.case.plant, state.simulation.x, []
    for area in AREAS:
        simulation = simulate(plant, plant.inputs({"reverse_osmosis.area": area}), x)
        assert simulation.converged, simulation.newton.message
        found.append(solved(state.case, simulation, speciate=False).values)
    return found


def value(result, unit, name):
    return result["units"][unit]["results"][name]["value"]


def molality(state, stream):
    """Rare earths in a stream [mol/kg water]."""
    flows = state.flows[stream].flows["aqueous"]
    return sum(flows[c] for c in RARE_EARTHS) / (0.018015 * flows["H2O"])


def test_it_converges_from_nothing_and_closes(result):
    assert result["status"] == "converged", result["message"]
    for over in ("plant", "unit"):
        assert abs(result["balances"]["worst"][over]["closure"]) < 1e-8


def test_it_stands_on_the_terms_of_the_route_without():
    """Feeds, prices and charges are those of `magnet_bioleach_msx`; only what takes the water off is new."""
    ours, theirs = (load(locate(name)) for name in ("magnet_msx_concentrate", "magnet_bioleach_msx"))

    def terms(feed):
        price = feed.price and (feed.price.quantity.text, feed.price.year)
        flows = {p: f.flow and f.flow.text for p, f in feed.phases.items()}
        shares = {
            (p, k): getattr(x, "text", x) for p, f in feed.phases.items() for k, x in f.composition.items()
        }
        return price, flows, shares

    assert set(theirs.feeds) - set(ours.feeds) == {"oxalate_wash"}
    for name in set(theirs.feeds) - {"oxalate_wash", "strip_acid"}:
        assert terms(ours.feeds[name]) == terms(theirs.feeds[name]), name
    asked, charged = ({k: v.quantity.text for k, v in d.economics.charges.items()} for d in (ours, theirs))
    assert charged.items() <= asked.items()
    assert set(asked) - set(charged) == {"evaporator", "heat_exchanger"}
    assert ours.products["oxides"].price.quantity.text == theirs.products["oxides"].price.quantity.text


def test_oxides_are_as_pure_as_published(result):
    """Over 99.5 % (10.1021/acs.est.9b05695)."""
    assert result["products"]["oxides"]["purity"]["value"] > 0.995


@pytest.mark.parametrize("element", RARE_EARTHS)
def test_rare_earths_are_recovered(result, element):
    assert 0.95 < result["recoveries"][element]["value"] < 1.0


def test_each_step_concentrates(state):
    stripped, held, product = (
        molality(state, s)
        for s in ("msx.strip_liquor", "reverse_osmosis.retentate", "evaporator.concentrate")
    )
    assert held > 1.5 * stripped
    assert product > 1.5 * held


def test_osmotic_pressure_stops_the_membrane_and_not_its_area(state, result):
    """The last of the area is next to idle: what is left to take off is the evaporator's."""
    osmotic, pressure = (
        value(result, "reverse_osmosis", n) for n in ("osmotic_pressure", "operating_pressure")
    )
    assert value(result, "reverse_osmosis", "net_driving_pressure") < 0.05 * pressure
    assert osmotic > 0.95 * pressure


def test_water_comes_back(state, result):
    """Permeate thins the strip acid with the little that passes; condensate, which holds nothing, washes."""
    permeate = state.flows["reverse_osmosis.permeate"].flows["aqueous"]
    stripped = state.flows["msx.strip_liquor"].flows["aqueous"]
    assert all(permeate[c] < 0.03 * stripped[c] for c in RARE_EARTHS)
    wash = state.flows["oxalate_wash@oxalate_filter.wash"].flows["aqueous"]
    assert sum(n for c, n in wash.items() if c != "H2O") < 1e-6 * wash["H2O"]
    assert value(result, "permeate_tank", "surplus") < 1e-6
    assert value(result, "condensate_tank", "surplus") < 1e-6


def test_it_says_that_polyamide_does_not_stand_this_acid(result):
    told = [w for w in result["warnings"] if w["code"] == "W607" and w["where"] == "reverse_osmosis"]
    assert ["continuous operation of seawater_ro" in w["message"] for w in told] == [True]
    assert value(result, "reverse_osmosis", "wall_pH") < 2.0


def test_the_strip_liquor_leaves_with_acid(state):
    assert state.values["msx.strip_liquor_pH"] == pytest.approx(
        state.liquors["msx.strip_liquor"]["pH"], abs=1e-6
    )
    assert state.values["msx.strip_acid_left"] > 0.1


def test_more_membrane_leaves_less_to_boil_and_takes_less_energy(by_area):
    assert_falling([o["evaporator.effect_distillate.1"] for o in by_area])
    energy = ("evaporator.power", "evaporator.steam_duty", "reverse_osmosis.power")
    assert_falling([sum(o[k] for k in energy) for o in by_area])


def test_acid_and_not_water_decides_what_stays_dissolved(by_area):
    """The least liquor loses the most: its acid holds more rare earth beside the oxalate."""
    assert_falling([-o["oxalate_precipitation.residue.Nd"] for o in by_area])


@pytest.mark.slow
def test_at_its_optimum_it_hardly_concentrates(state):
    """Two starts, one optimum: a strip liquor of the least water, next to no membrane, nothing evaporated."""
    there, report = optimise_case(state.case, state.simulation, starts=2)
    assert report["status"] == "optimal"
    reached = [s["objective"] for s in report["starts"] if s["status"] == "optimal"]
    assert len(reached) == 2
    assert max(reached) - min(reached) < 1e-6 * max(reached)
    assert report["objective"]["value"] > 1.05 * report["objective"]["base"]
    assert not any(c["missed"] for c in report["constraints"])
    optimum = {name: v["value"] for name, v in report["variables"].items()}
    assert optimum["evaporator.water_evaporated"] < 0.01
    assert optimum["reverse_osmosis.area"] < 5.0
    assert there.values["msx.strip_liquor_pH"] < 1.0
    told = {w["where"] for w in collect_warnings(there) if w["code"] == "W609"}
    assert "msx.strip_liquor" not in told
