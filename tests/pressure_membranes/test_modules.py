"""Modules driven by pressure: conservation, convergence of the channel, answers to pressure and area."""

from __future__ import annotations

from functools import cache

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.warnings import collect_warnings
from flowsheet.solve.explain import explain_failure
from flowsheet.solve.simulate import simulate
from harness import Case, assert_rising, attempt, compiled, refused, solve
from hydromet.pressure_membranes.wall import osmotic_pressure
from opened import ran
from sampling import samples

LEACH = "CoSO4: 0.3 mol/L, Li2SO4: 0.1 mol/L, H2SO4: 0.05 mol/L"
NEUTRAL = "MgSO4: 0.1 mol/L, Li2SO4: 0.1 mol/L"

RECYCLED = """
flowsheet: two stages with recycles
chemistry: nmc_sulfate
feeds:
  liquor:
    role: main_feed
    temperature: 25 degC
    aqueous: {flow: 10 m3/h, CoSO4: 0.2 mol/L, Li2SO4: 0.1 mol/L, H2SO4: 0.02 mol/L}
units:
  blend: {unit: mixer, inlets: {feed: [liquor, bleed.first, second.retentate]}}
  first: {unit: nanofiltration, inlets: {feed: blend.product}, area: 120 m2, elements: 6, pressure: 30 bar}
  bleed: {unit: splitter, inlets: {feed: first.retentate}, fraction: 50 %}
  second: {unit: nanofiltration, inlets: {feed: first.permeate}, area: 60 m2, elements: 6, pressure: 15 bar}
specs:
  - {vary: second.pressure, until: second.recovery = 60 %}
"""


def text(setting: str, feed: str = LEACH, unit: str = "nanofiltration", specs: str = "") -> str:
    return f"""
flowsheet: a membrane
chemistry: nmc_sulfate
feeds:
  liquor: {{role: main_feed, temperature: 25 degC, aqueous: {{flow: 10 m3/h, {feed}}}}}
units:
  nf: {{unit: {unit}, inlets: {{feed: liquor}}, {setting}}}
{specs}"""


@cache
def leach() -> Case:
    return solve(text("area: 100 m2, elements: 4, pressure: 25 bar"))


@cache
def desalination(energy_recovery: str = "none", area: float = 400.0, elements: int = 4) -> Case:
    path = 6.0 * min(area, 400.0) / 400.0
    setting = (
        f"area: {area} m2, elements: {elements}, pressure: 60 bar, energy_recovery: {energy_recovery}, "
        f"path_length: {path} m"
    )
    return solve(text(setting, "NaCl: 0.6 mol/L", "reverse_osmosis"))


FLUORIDE = "CoSO4: 0.3 mol/L, Li2SO4: 0.1 mol/L, H2SO4: 0.1 mol/L, HF: 0.02 mol/L"


@pytest.mark.parametrize(
    "feed", [LEACH, NEUTRAL, "MgSO4: 0.001 mol/L, NaCl: 0.5 mol/L", FLUORIDE + ", Al2(SO4)3: 0.015 mol/L"]
)
def test_a_module_conserves_from_a_cold_start(feed: str) -> None:
    case = solve(text("area: 100 m2, elements: 4, pressure: 25 bar", feed))
    case.check(work={"nf": case["nf.power"]})


@pytest.mark.parametrize(
    "law",
    [
        "transport: sieving, sieving: {Li: 0.9, Co: 0.1}",
        "transport: spiegler_kedem, reflection: {Co: 0.98, Li: 0.3}, "
        "permeability: {Co: 2 L/m2/h, Li: 50 L/m2/h}",
    ],
)
def test_stated_passages_are_driven_by_pressure_too(law: str) -> None:
    case = solve(text(f"area: 100 m2, elements: 4, pressure: 25 bar, {law}"))
    case.check(work={"nf": case["nf.power"]})
    assert case["nf.rejection.Co"] > 0.6 > 0.2 > case["nf.rejection.Li"]


@pytest.mark.slow
def test_two_stages_with_recycles_start_cold() -> None:
    """What the second stage and half of the first hold back returns; a pressure follows a recovery."""
    solution = ran(RECYCLED)
    assert solution.values["second.recovery"] == pytest.approx(0.6, abs=1e-8)
    assert solution.values["second.rejection.Co"] > 0.9


def test_reverse_osmosis_conserves() -> None:
    case = desalination("pressure_exchanger")
    case.check(work={"nf": case["nf.power"]})


def test_the_channel_converges_as_the_square_of_its_elements() -> None:
    found = [
        solve(text(f"area: 100 m2, elements: {n}, pressure: 20 bar", NEUTRAL))["nf.rejection.Li"]
        for n in (2, 4, 8)
    ]
    first, second = abs(found[1] - found[0]), abs(found[2] - found[1])
    assert second < 0.4 * first
    assert second < 2e-3


def test_flux_and_rejection_rise_with_pressure() -> None:
    """Of little membrane: along much of it, the richer liquor takes the gain back."""
    pressures = [18.0, 22.0, 26.0, 30.0]
    case = leach().again({"nf.area": 10.0, "nf.path_length": 1.0})
    assert_rising(case.response("nf.pressure", pressures, "nf.mean_flux"))
    assert_rising(case.response("nf.pressure", pressures, "nf.rejection.Co"))


def test_the_retentate_gets_richer_with_area() -> None:
    case = leach()
    held = [case.again({"nf.area": a}) for a in (40.0, 80.0, 120.0)]
    assert_rising([c["nf.recovery"] for c in held])
    assert_rising([c.concentration("nf.retentate", "Co") for c in held])
    assert_rising([c["nf.osmotic_pressure"] for c in held])


def test_acid_and_lithium_pass_where_cobalt_stays() -> None:
    case = leach()
    acid = case.flow("nf.permeate", "aqueous", "H") / case.flow("liquor", "aqueous", "H")
    assert acid > 3.0 * case.flow("nf.permeate", "aqueous", "Co") / case.flow("liquor", "aqueous", "Co")
    assert case["nf.rejection.Li"] < 0.4 < 0.85 < case["nf.rejection.Co"]


def test_acid_carries_sulfate_through_as_bisulfate() -> None:
    """Sulfate is held back less the more acid the liquor, as measured by Siew et al. 2020 below pH 3."""
    rejections = []
    for acid in (0.2, 0.05, 0.002):
        feed = f"CoSO4: 0.2 mol/L, H2SO4: {acid} mol/L"
        case = solve(text("area: 60 m2, elements: 4, pressure: 25 bar", feed))
        rejections.append(case["nf.rejection.SO4"])
    assert_rising(rejections)


def test_fluoride_stays_where_aluminium_holds_it() -> None:
    """Free it is HF, a molecule that passes; AlF+2 is held back as other ions of two charges are."""
    rejections = []
    for aluminium in (1e-6, 0.01, 0.04):
        feed = f"{FLUORIDE}, Al2(SO4)3: {aluminium} mol/L"
        case = solve(text("area: 60 m2, elements: 4, flux: 15 L/m2/h", feed))
        rejections.append(case["nf.rejection.F"])
    assert_rising(rejections)
    assert rejections[0] < 0.1
    assert rejections[-1] > 0.8 * case["nf.rejection.Al"]


def test_the_osmotic_pressure_is_the_published_one() -> None:
    """1 mol/kg sulfuric acid at 25 degC: phi = 0.7194 of nu = 3 (Clegg, Rard and Pitzer 1994)."""
    published = 0.7194 * 3.0 * 997.05 * 8.31446e-5 * 298.15
    setting = "area: 4 m2, elements: 1, pressure: 100 bar, path_length: 0.05 m, activity_model: pitzer"
    case = solve(text(setting, "H2SO4: 8.932 %", "reverse_osmosis"))
    feed = case.model.units["nf"].liquors["feed"].state
    volume = case.model.units["nf"].module.block.water_volume
    assert case.evaluate(osmotic_pressure(feed, volume)) == pytest.approx(published, rel=0.01)


def test_an_area_can_follow_a_recovery() -> None:
    specs = "specs:\n  - {vary: nf.area, until: nf.recovery = 40 %}\n"
    solution = ran(text("area: 30 m2, elements: 4, pressure: 25 bar", specs=specs))
    assert solution.values["nf.recovery"] == pytest.approx(0.4, abs=1e-8)


def test_energy_recovery_saves_in_its_order_and_never_beats_thermodynamics() -> None:
    energies = [
        desalination(kind)["nf.specific_energy"] for kind in ("pressure_exchanger", "turbine", "none")
    ]
    assert_rising(energies)
    case = desalination()
    assert case["nf.specific_energy_without_recovery"] == pytest.approx(energies[-1])
    assert 0.0 < case["nf.minimum_work"] < energies[0]


def test_the_least_work_of_the_first_drop_is_the_osmotic_pressure() -> None:
    """W_min -> pi per volume of permeate at no recovery and full rejection; here 98 % and 1 %."""
    case = desalination(area=4.0, elements=1)
    assert case["nf.recovery"] < 0.02
    osmotic = (
        -8.31446e-5
        * 298.15
        / 1.8069e-5
        * case.evaluate(case.model.units["nf"].liquors["feed"].state.ln_water_activity)
    )
    assert case["nf.minimum_work"] == pytest.approx(osmotic / 36.0, rel=0.06)


def test_a_pressure_below_the_feed_s_osmotic_pressure_separates_little_and_is_told() -> None:
    setting = "area: 400 m2, elements: 4, pressure: 20 bar, activity_model: pitzer"
    solution = ran(text(setting, "NaCl: 4 mol/L", "reverse_osmosis"))
    assert solution.values["nf.feed_osmotic_pressure"] == pytest.approx(230.0, rel=0.1)
    assert solution.values["nf.recovery"] < 1e-3
    assert solution.values["nf.rejection.Na"] < 0.1
    told = [w["message"] for w in collect_warnings(solution) if w["code"] == "W608"]
    assert any("osmotic pressure over that on the membrane" in m for m in told)
    fair = ran(text("area: 100 m2, elements: 4, pressure: 60 bar", "NaCl: 0.6 mol/L", "reverse_osmosis"))
    assert not [w for w in collect_warnings(fair) if w["code"] == "W608"]


def test_a_channel_too_narrow_for_its_flow_says_so() -> None:
    case = attempt(text("area: 2 m2, elements: 2, pressure: 25 bar"))
    findings = explain_failure(case.plant, case.simulation, case.model.document)
    assert any(f.code == "S203" and "friction" in f.message for f in findings)


def test_pressure_and_scaling_limits_are_warned_of() -> None:
    feed = "Na2SO4: 0.3 mol/L, CaSO4: 0.015 mol/L"
    solution = ran(text("area: 300 m2, elements: 4, pressure: 90 bar", feed, "reverse_osmosis"))
    told = [w["message"] for w in collect_warnings(solution) if w["code"] == "W608"]
    assert any("pressure on the membrane" in m for m in told)
    assert any("gypsum" in m for m in told)


@pytest.mark.parametrize(
    ("feed", "acid"), [("NaCl: 0.6 mol/L", False), ("NaCl: 0.3 mol/L, HCl: 0.1 mol/L", True)]
)
def test_acid_that_polyamide_does_not_stand_is_said(feed: str, acid: bool) -> None:
    """Makers allow pH 2 to 11 for long."""
    solution = ran(text("area: 100 m2, elements: 4, pressure: 60 bar", feed, "reverse_osmosis"))
    told = [w["message"] for w in collect_warnings(solution) if w["code"] == "W607"]
    assert any("continuous operation of seawater_ro" in m for m in told) is acid
    assert (solution.values["nf.wall_pH"] < 2.0) is acid


def test_estimated_permeances_are_said() -> None:
    told = [w["message"] for w in collect_warnings(ran(text("area: 100 m2, elements: 4, pressure: 25 bar")))]
    assert any("only estimates permeances of" in m and "Co+2" in m for m in told)


def test_leaving_what_was_measured_is_said() -> None:
    told = [w["message"] for w in collect_warnings(ran(text("area: 100 m2, elements: 4, pressure: 25 bar")))]
    assert any("ionic strength at the membrane" in m for m in told)
    assert any("pressure of 25 bar" in m for m in told)


@pytest.mark.parametrize(
    ("flow", "said"), [("10 m3/h", "water without anything dissolved"), ("0 m3/h", "no liquor comes in")]
)
def test_what_holds_nothing_to_separate_is_refused(flow: str, said: str) -> None:
    plain = text("area: 100 m2", "NaCl: 0.1 mol/L").replace("flow: 10 m3/h, NaCl: 0.1 mol/L", f"flow: {flow}")
    assert said in refused(plain)


def test_an_ion_without_a_permeance_is_refused() -> None:
    with pytest.raises(DiagnosticError, match="no permeance for"):
        solve(text("area: 100 m2", "NiSO4: 0.1 mol/L, H3PO4: 0.1 mol/L", "reverse_osmosis"))


SPREAD = {
    "nf.path_length": (0.5, 4.0),
    "nf.channel_height": (5e-4, 1.5e-3),
    "nf.feed_pressure": (0.0, 5.0),
}
COLD = {
    "acid": (
        text("area: 100 m2, elements: 6, pressure: 25 bar"),
        {"nf.area": (20.0, 300.0), "nf.pressure": (10.0, 60.0)},
    ),
    "neutral": (
        text("area: 100 m2, elements: 6, pressure: 20 bar", NEUTRAL),
        {"nf.area": (20.0, 200.0), "nf.pressure": (8.0, 40.0)},
    ),
    "reverse osmosis": (
        text(
            "area: 400 m2, elements: 6, pressure: 60 bar, energy_recovery: pressure_exchanger",
            "Na2SO4: 0.2 mol/L, Li2SO4: 0.05 mol/L, CaSO4: 0.002 mol/L",
            "reverse_osmosis",
        ),
        {"nf.area": (100.0, 1000.0), "nf.pressure": (30.0, 80.0)},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", COLD)
def test_cold_starts_over_the_declared_ranges(name: str) -> None:
    """Solved, or said to be impossible; of 100, 40 and 40 all were, 74, 33 and 38 of them solved."""
    plain, ranges = COLD[name]
    model, plant = compiled(plain)
    number = 100 if name == "acid" else 40
    failed, solved = [], 0
    for values in samples(plain, number, SPREAD | ranges):
        simulation = simulate(plant, plant.inputs(values))
        if simulation.converged:
            solved += 1
            continue
        reasons = explain_failure(plant, simulation, model.document)
        if not all(d.code == "S203" for d in reasons):
            failed.append((values, [d.message for d in reasons]))
    assert len(failed) <= 1, failed[:3]
    assert solved > 0.65 * number


def test_the_liquor_at_the_membrane_is_richer_than_what_flows_past() -> None:
    case = leach()
    assert all(case[f"nf.polarisation_factor.{k}"] > 1.0 for k in range(1, 5))


def test_retentate_and_permeate_are_told_along_the_module() -> None:
    """The permeate of all elements, mixed, is what leaves; cobalt rises along the channel."""
    case = leach()
    retentate = [case[f"nf.retentate_concentration.Co.{k}"] for k in range(1, 5)]
    assert_rising(retentate)
    assert retentate[-1] > case["nf.permeate_concentration.Co.4"]
    volumes = [case[f"nf.water_flux.{k}"] * 25.0 for k in range(1, 5)]
    passed = sum(v * case[f"nf.permeate_concentration.Co.{k}"] for k, v in enumerate(volumes, start=1))
    mass = 0.058933 * case.flow("nf.permeate", "aqueous", "Co")
    assert passed == pytest.approx(mass, rel=1e-5)
