"""The membrane contactor against closed forms, limits, and what must hold of any of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from flowsheet.results.warnings import collect_warnings
from flowsheet.solve.simulate import simulate
from harness import Case, assert_falling, assert_rising, attempt, compiled, solve
from hydromet.extraction.mass_action import load_extraction_system
from membranes.plants import CHLORIDE, LINEAR, PC88A, TRACE, cation_exchange, linear, plant, solvation
from opened import ran

ARRANGEMENTS = ("pores", "dispersion", "two_modules")
INNER_SHARE = 400.0 / 460.0
"""Of the fibres' surface, by which the lumen's coefficient counts."""


def unextracted(case: Case) -> float:
    return case.flow("msx.raffinate", "aqueous", "Nd") / case.flow("liquor", "aqueous", "Nd")


def exchanger(case: Case, area: float, films: tuple[float, float, float] = (0.03, 0.005, 0.01)) -> float:
    """Unextracted share in a counter-current exchanger of constant coefficients and linear isotherms.

    dC_f/dA = -K (C_f - m C_s)/Q_f,  1/K = 1/k_f + 1/(k_m H_f) + H_s/(k_s H_f),  m = H_s/H_f
    """
    cell = case.model.units["msx"].contacts.contactors[0].cells[0]
    h_feed, h_strip = distribution_ratios(case)
    feed, strip = (case.evaluate(side.liquor.volume) for side in (cell.near, cell.far))
    k_feed, k_wall, k_strip = films[0] * INNER_SHARE, films[1], films[2]
    overall = 1.0 / (1.0 / k_feed + 1.0 / (k_wall * h_feed) + h_strip / (k_strip * h_feed))
    units, ratio = overall * area / feed, feed * h_strip / (strip * h_feed)
    left = math.exp(-units * (1.0 - ratio))
    return (1.0 - ratio) * left / (1.0 - ratio * left)


@pytest.mark.parametrize("area", [0.5, 2.0])
def test_a_linear_isotherm_gives_the_closed_form_at_second_order(area):
    """Halving the cells' length quarters the error; three grids extrapolate to 1e-6."""
    cases = [solve(linear("area: 1 m2", cells), {"msx.area": area}) for cells in (10, 20, 40)]
    coarse, middle, fine = (unextracted(case) - exchanger(case, area) for case in cases)
    assert 3.8 < coarse / middle < 4.6
    assert 3.8 < middle / fine < 4.6
    assert abs(fine) < 2e-5
    second_order = ((4.0 * middle - coarse) / 3.0, (4.0 * fine - middle) / 3.0)
    assert abs((8.0 * second_order[1] - second_order[0]) / 7.0) < 1e-6


@pytest.mark.parametrize(
    ("stated", "kept"),
    [((1e-3, 1e2, 1e2), "feed_film"), ((1e2, 1e-5, 1e2), "membrane"), ((1e2, 1e2, 1e-5), "strip_film")],
)
def test_one_resistance_that_dominates_is_the_coefficient(stated, kept):
    names = ("feed_film_coefficient", "membrane_coefficient", "strip_film_coefficient")
    settings = ", ".join(f"{name}: {k} m/h" for name, k in zip(names, stated, strict=True))
    case = solve(plant(f"area: 1 m2, {settings}", TRACE, "HCl: 1 mol/L", LINEAR, cells=3))
    ratio, far = distribution_ratios(case)
    expected = {
        "feed_film": stated[0] * INNER_SHARE,
        "membrane": stated[1] * ratio,
        "strip_film": stated[2] * ratio / far,
    }
    assert case[f"msx.resistance.{kept}.Nd"] == pytest.approx(1.0, abs=1e-4)
    assert case["msx.overall_coefficient.3.Nd"] == pytest.approx(expected[kept], rel=1e-4)


def distribution_ratios(case: Case) -> tuple[float, float]:
    """D at the feed's and at the strip's surface in the first cell."""
    cell = case.model.units["msx"].contacts.contactors[0].cells[0]
    near, far = (
        case.evaluate(s.by_ratio["Nd"] / s.concentration("Nd")) for s in (cell.near.surface, cell.far.surface)
    )
    return near, far


def test_cells_of_an_endless_contactor_are_equilibrium_stages():
    """Kremser's cascade of as many stages, at their exact number."""
    case = solve(linear("area: 1 m2"), {"msx.area": 1e6})
    near, far = distribution_ratios(case)
    flows = [case.evaluate(case.model.streams[s].volume_flow("aqueous")) for s in ("liquor", "acid")]
    factor = flows[1] * near / (flows[0] * far)
    stages = case.model.units["msx"].cells
    assert unextracted(case) == pytest.approx((factor - 1.0) / (factor ** (stages + 1) - 1.0), rel=1e-3)


def test_an_endless_contactor_short_of_strip_liquor_pinches_at_the_feed():
    """The strip liquor leaves at equilibrium with the feed that enters."""
    case = solve(linear("area: 1 m2"), {"msx.area": 1000.0, "acid.flow": 1e-4})
    near, far = distribution_ratios(case)
    fed, left = (case.concentration(s, "Nd") for s in ("liquor", "msx.strip_liquor"))
    assert left == pytest.approx(fed * near / far, rel=1e-6)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_no_driving_force_no_flux(arrangement):
    """The same liquor on both sides; an organic that runs comes to equilibrium with it."""
    case = solve(plant(f"area: 5 m2, arrangement: {arrangement}", CHLORIDE, CHLORIDE, PC88A, cells=3))
    assert case["msx.raffinate_pH"] == pytest.approx(case["msx.strip_liquor_pH"], abs=1e-9)
    for metal in ("Nd", "Pr", "Dy"):
        assert abs(case[f"msx.extracted.{metal}"]) < 1e-10


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("chemistry", [cation_exchange, solvation])
def test_elements_electrons_and_energy_close(arrangement, chemistry):
    solve(chemistry(f"area: 10 m2, arrangement: {arrangement}")).check(1e-9)


@pytest.mark.parametrize(
    ("extractant", "feed", "strip", "leads"),
    [
        ("pc88a_ree", "HCl: 0.03 mol/L", "HCl: 3 mol/L", "Dy"),
        ("d2ehpa_ree", "HCl: 0.1 mol/L", "HCl: 4 mol/L", "Dy"),
        ("todga", "HCl: 3 mol/L", "HCl: 0.1 mol/L", "Dy"),
        ("cyanex272", "HCl: 1e-4 mol/L", "HCl: 1 mol/L", "Co"),
    ],
)
def test_the_extractants_that_ship_extract(extractant, feed, strip, leads):
    """Heavy rare earths before light ones, cobalt by the phosphinic acid; fluxes as membranes have them."""
    metals = "NdCl3: 10 g/L, DyCl3: 1 g/L, CoCl2: 0.5 g/L"
    case = solve(plant("area: 5 m2", f"{metals}, {feed}", strip, extractant))
    case.check(1e-9)
    extracted = {m: case.values.get(f"msx.extracted.{m}", 0.0) for m in ("Nd", "Dy", "Co")}
    assert max(extracted, key=extracted.__getitem__) == leads
    total = 1000.0 * sum(case.values.get(f"msx.flux.{m}", 0.0) for m in ("Nd", "Dy"))
    assert total < 20.0
    assert total > 2.0 or leads == "Co"


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_twice_the_flows_on_twice_the_area_do_the_same(arrangement):
    case = solve(cation_exchange(f"area: 10 m2, arrangement: {arrangement}"))
    double = case.again({"msx.area": 20.0, "liquor.flow": 0.02, "acid.flow": 0.01})
    for metal in ("Nd", "Pr", "Dy"):
        assert double[f"msx.transferred.{metal}"] == pytest.approx(case[f"msx.transferred.{metal}"], rel=1e-9)
        assert double[f"msx.flux.{metal}"] == pytest.approx(case[f"msx.flux.{metal}"], rel=1e-9)
    assert double["msx.pump_power"] == pytest.approx(2.0 * case["msx.pump_power"], rel=1e-9)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_more_area_extracts_more(arrangement):
    case = solve(cation_exchange(f"area: 10 m2, arrangement: {arrangement}"))
    areas = [0.3, 1.0, 3.0, 10.0, 30.0]
    assert_rising(case.response("msx.area", areas, "msx.extracted.Nd"))
    assert_falling(case.response("msx.area", areas, "msx.raffinate_pH"))


def test_cation_exchange_wants_a_feed_of_little_acid_and_a_strip_of_much():
    case = solve(cation_exchange(), {"msx.area": 1.0})
    assert_falling(case.response("liquor.HCl", [0.003, 0.01, 0.03, 0.1, 0.3], "msx.extracted.Nd"))
    loaded = solve(cation_exchange(), {"msx.area": 30.0})
    assert_rising(loaded.response("acid.HCl", [0.3, 1.0, 3.0], "msx.extracted.Nd"))


def test_solvation_wants_a_feed_of_much_nitrate_and_a_strip_of_little():
    """With the extractant far from loaded; and nitric acid goes along."""
    dilute = {"msx.area": 1.0, "liquor.Nd(NO3)3": 0.01, "liquor.Dy(NO3)3": 0.01}
    case = solve(solvation(), dilute | {"liquor.HNO3": 0.1})
    assert_rising(case.response("liquor.HNO3", [0.1, 0.2, 0.4, 0.8], "msx.extracted.Nd"))
    endless = case.again({"msx.area": 300.0, "liquor.HNO3": 0.8})
    assert_falling(endless.response("acid.HNO3", [0.1, 0.5, 2.0], "msx.extracted.Nd"))
    assert case["msx.transferred.NO3"] > 0.0


def test_protons_come_back_for_metals():
    """Three for each, to the mole: what the feed loses of metals' charge it gains as acid."""
    case = solve(cation_exchange())
    metals = sum(
        3.0 * (case.flow("liquor", "aqueous", m) - case.flow("msx.raffinate", "aqueous", m))
        for m in ("Nd", "Pr", "Dy")
    )
    acid = case.flow("msx.raffinate", "aqueous", "H") - case.flow("liquor", "aqueous", "H")
    assert acid == pytest.approx(metals, rel=1e-10)
    assert case.flow("msx.raffinate", "aqueous", "Cl") == pytest.approx(case.flow("liquor", "aqueous", "Cl"))


@pytest.mark.parametrize("chemistry", [cation_exchange, solvation])
def test_mass_action_holds_at_both_surfaces(chemistry):
    """Against the numbers-only functions of the extractant's parameter set, at the extractant there."""
    case = solve(chemistry())
    unit = case.model.units["msx"]
    system = load_extraction_system(str(unit.extractant))
    for cell in unit.contacts.contactors[0].cells:
        for side in (cell.near, cell.far):
            stage = side.surface
            ln_a = {c: case.evaluate(stage.aqueous.ln_a[c]) for c in stage.aqueous.solutes}
            ln_h = case.evaluate(stage.aqueous.ln_a["H"])
            total = case.evaluate(stage.extractant)
            ln_free = system.ln_free_extractant(total, ln_a, ln_h, 298.15)
            assert case.evaluate(stage.block.ln_free) == pytest.approx(ln_free, abs=1e-9)
            for name, c in system.concentrations(ln_a, ln_h, ln_free, 298.15).items():
                assert case.evaluate(stage.complexes[name]) == pytest.approx(c, rel=1e-9)


def test_extractant_that_goes_comes_back_and_the_pores_hold_what_was_weighed_in():
    case = solve(cation_exchange())
    unit = case.model.units["msx"]
    for cell in unit.contacts.contactors[0].cells:
        sums = []
        for side in (cell.near, cell.far):
            held = side.concentrations
            sums.append(
                sum(
                    (1.0 if name == "free" else unit.contacts.species[name].extractants)
                    * case.evaluate(cell.transfer.conductance[name] * c)
                    for name, c in held.items()
                )
            )
        assert sums[0] == pytest.approx(sums[1], rel=1e-10)
        local = [case.evaluate(side.surface.extractant) for side in (cell.near, cell.far)]
        assert sum(local) / 2.0 == pytest.approx(case.evaluate(unit.block.extractant), rel=1e-10)


def test_an_organic_that_runs_carries_from_one_module_to_the_other():
    """What it takes up in the one it gives off in the other; the loop closes."""
    case = solve(cation_exchange("area: 10 m2, arrangement: two_modules"))
    contacts = case.model.units["msx"].contacts
    extraction, stripping = contacts.organic
    for salt, (metal, _) in contacts.bulks[0].salts.key.items():
        loaded, stripped = case.evaluate(extraction.outlet(salt)), case.evaluate(stripping.outlet(salt))
        taken = case.flow("liquor", "aqueous", metal) - case.flow("msx.raffinate", "aqueous", metal)
        assert loaded - stripped == pytest.approx(taken, rel=1e-9)


def test_two_endless_modules_do_what_the_organic_allows():
    """More organic, more extracted; the organic leaves at equilibrium with the feed's surface."""
    settings = "arrangement: two_modules, organic_film_coefficient: 1 m/h"
    case = solve(cation_exchange(f"area: 3000 m2, {settings}", cells=4))
    assert_rising(case.response("msx.phase_ratio", [0.2, 0.5, 1.0, 2.0], "msx.extracted.Nd"))
    for cell in case.model.units["msx"].contacts.contactors[0].cells:
        for metal in ("Nd", "Pr", "Dy"):
            assert case.evaluate(cell.far.driving(metal)) == pytest.approx(
                case.evaluate(cell.near.surface.loading[metal]), rel=0.01
            )


# ---- what leaves


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize(
    ("chemistry", "acid"), [(cation_exchange, "3 mol/L"), (cation_exchange, "0.6 mol/L"), (solvation, "")]
)
def test_the_reported_pH_is_that_of_the_stream_that_leaves(arrangement, chemistry, acid):
    """Against the equilibrium of the outlet's own totals, solved apart from the contactor."""
    text = chemistry(f"area: 10 m2, arrangement: {arrangement}")
    state = ran(text.replace("HCl: 3 mol/L", f"HCl: {acid}") if acid else text)
    for port, name in (("raffinate", "raffinate_pH"), ("strip_liquor", "strip_liquor_pH")):
        own = state.liquors[f"msx.{port}"]["pH"]
        assert state.values[f"msx.{name}"] == pytest.approx(own, abs=1e-6)


def test_the_leaving_strip_liquor_has_less_acid_than_its_last_cell():
    """The mean over the cell hides what the liquor lost on its way through it."""
    values = ran(stripped_by("0.15 mol/L")).values
    assert values["msx.strip_liquor_pH"] > values["msx.bulk_pH.strip_1"] + 0.1


def stripped_by(strength: str) -> str:
    """A feed of little acid, whose metals take 0.1 mol/L of the strip's."""
    feed = CHLORIDE.replace("HCl: 0.01 mol/L", "HCl: 1e-4 mol/L")
    return plant("area: 30 m2", feed, f"HCl: {strength}", "pc88a_ree")


def told_of_acid(strength: str) -> list[str]:
    return [
        w["message"]
        for w in collect_warnings(ran(stripped_by(strength)))
        if w["code"] == "W607" and w["where"] == "msx" and "share of its acid" in w["message"]
    ]


def test_the_acid_left_is_what_the_metals_did_not_take():
    """Two protons for each rare earth that crosses with a chloride, to the mole."""
    state = ran(stripped_by("0.3 mol/L"))
    fed, left = (state.flows[s].flows["aqueous"] for s in ("acid", "msx.strip_liquor"))
    taken = sum(2.0 * left[m] for m in ("Nd", "Pr", "Dy")) + left.get("Na", 0.0)
    assert state.values["msx.strip_acid_left"] == pytest.approx(1.0 - taken / fed["Cl"], rel=1e-6)


@pytest.mark.parametrize(
    ("strength", "told"),
    [("0.3 mol/L", False), ("0.15 mol/L", False), ("0.1 mol/L", True), ("0.05 mol/L", True)],
)
def test_a_strip_short_of_acid_is_told(strength, told):
    """Where acid ends no cell can be trusted: hydroxides, or more across than equilibrium allows."""
    assert bool(told_of_acid(strength)) is told
    assert (ran(stripped_by(strength)).values["msx.strip_liquor_pH"] > 3.0) is told


def test_a_solvating_extractant_needs_no_acid_in_the_strip():
    state = ran(solvation())
    assert "msx.strip_acid_left" not in state.values


@pytest.mark.slow
def test_finer_cells_change_little():
    """A grid of ten is within one percent of one twice as fine, nonlinear isotherms included."""
    coarse, fine = (solve(cation_exchange(cells=cells), {"msx.area": 3.0}) for cells in (10, 20))
    for metal in ("Nd", "Pr"):
        assert coarse[f"msx.extracted.{metal}"] == pytest.approx(fine[f"msx.extracted.{metal}"], rel=1e-2)


def test_organics_lost_are_made_up():
    text = """
flowsheet: membrane contactor
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, aqueous: {flow: 100 L/h, CoSO4: 5 g/L, MnSO4: 3 g/L, H2SO4: 0.001 mol/L}}
  acid: {aqueous: {flow: 50 L/h, H2SO4: 1.5 mol/L}}
  d2ehpa: {organic: {flow: as needed, D2EHPA: 100 %}}
  kerosene: {organic: {flow: as needed, diluent: 100 %}}
units:
  msx: {unit: membrane_solvent_extraction, extractant: d2ehpa, cells: 4, area: 20 m2,
        inlets: {feed: liquor, strip: acid, extractant_make_up: d2ehpa, diluent_make_up: kerosene}}
"""
    case = solve(text)
    case.check(1e-9)
    for feed, component in (
        ("d2ehpa@msx.extractant_make_up", "D2EHPA"),
        ("kerosene@msx.diluent_make_up", "diluent"),
    ):
        lost = sum(case.flow(f"msx.{port}", "aqueous", component) for port in ("raffinate", "strip_liquor"))
        assert case.flow(feed, "organic", component) == pytest.approx(lost, rel=1e-12)
    assert_rising(case.response("msx.organic_loss", [1e-6, 1e-5, 1e-4], "msx.diluent_loss"))


# ---- cold starts


def scattered(text: str, number: int) -> list[bool]:
    """Whether it converges cold from anywhere: area, acids, extractant, temperature, flow over decades."""
    _, compiled_plant = compiled(text)
    generator, answers = np.random.default_rng(3), []
    for area, feed, strip, fraction, temperature, flow in generator.random((number, 6)):
        acid = "HCl" if "HCl" in text else "HNO3"
        inputs = {
            "msx.area": 10.0 ** (-2.0 + 6.0 * area),
            f"liquor.{acid}": 10.0 ** (-4.0 + 4.5 * feed),
            f"acid.{acid}": 10.0 ** (-2.0 + 2.7 * strip),
            "msx.extractant_fraction": 0.01 * 60.0**fraction,
            "msx.temperature": 283.0 + 50.0 * temperature,
            "acid.flow": 10.0 ** (-3.0 + 2.0 * flow),
        }
        answers.append(simulate(compiled_plant, compiled_plant.inputs(inputs)).converged)
    return answers


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("chemistry", [cation_exchange, solvation])
def test_it_converges_cold_from_anywhere(arrangement, chemistry):
    assert all(scattered(chemistry(f"area: 10 m2, arrangement: {arrangement}"), 5))


@pytest.mark.slow
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("chemistry", [cation_exchange, solvation])
def test_it_converges_cold_from_fifty_places(arrangement, chemistry):
    assert all(scattered(chemistry(f"area: 10 m2, arrangement: {arrangement}", 12), 50))


def test_a_cold_start_is_the_warm_one():
    text = cation_exchange()
    warm = solve(text).again({"msx.area": 30.0, "liquor.HCl": 0.1})
    cold = attempt(text, {"msx.area": 30.0, "liquor.HCl": 0.1})
    for metal in ("Nd", "Pr", "Dy"):
        name = f"msx.extracted.{metal}"
        assert cold[name] == pytest.approx(warm[name], rel=1e-8)
