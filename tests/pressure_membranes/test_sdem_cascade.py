"""Diafiltration cascades whose ions share a field: against single modules, closed forms and themselves."""

from __future__ import annotations

from functools import cache

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.warnings import collect_warnings
from harness import Case, assert_rising, attempt, solve
from opened import ran
from pressure_membranes.membranes_alone import LEFT_OUT

LEACH = "H2SO4: 0.9 %, Li2SO4: 0.9 %, NiSO4: 3.7 %, CoSO4: 1.3 %, MnSO4: 1.1 %"
THREE_SALTS = "H2SO4: 0.9 %, Li2SO4: 0.9 %, NiSO4: 3.7 %"
COUNTER_CURRENT = "stages: 3, feed_stage: 3, diafiltrate_share: {1: 100 %}"
LENGTHS = {1: 64.0, 2: 68.0, 3: 92.0}
STATED = "polarisation: stated, mass_transfer_coefficient: 0.05 m/h"
METALS = ("Li", "Co", "Mn", "Ni")


def feeds(liquor: str = LEACH, temperature: str = "35 degC") -> str:
    return f"""
flowsheet: diafiltration of a leach liquor
chemistry: nmc_sulfate
feeds:
  liquor: {{role: main_feed, temperature: {temperature}, aqueous: {{flow: 1500 kg/h, {liquor}}}}}
  wash: {{role: water, temperature: {temperature}, aqueous: {{flow: 1500 kg/h}}}}
units:
"""


def cascade(settings: str, elements: int = 3, inlets: str = "{feed: liquor, diafiltrate: wash}") -> str:
    return f"""
  cascade: {{unit: diafiltration_cascade, inlets: {inlets}, transport: sdem, width: 1 m,
            elements: {elements}, flux: 25 L/m2/h, activity_model: pitzer, {settings}}}
"""


def lengths(**changes: float) -> str:
    of = LENGTHS | {int(k.removeprefix("l")): v for k, v in changes.items()}
    return "length: {" + ", ".join(f"{k}: {v} m" for k, v in of.items()) + "}"


@cache
def counter_current(film: str = STATED) -> Case:
    return solve(feeds() + cascade(f"{COUNTER_CURRENT}, {lengths()}, {film}"))


def temperature(case: Case) -> float:
    return case.evaluate(case.model.streams["cascade.retentate"].temperature)


def modules(at: float, film: str) -> str:
    """The counter-current cascade out of single modules, with retentates and permeates led between them."""
    each = f"area: {{}} m2, elements: 3, flux: 25 L/m2/h, activity_model: pitzer, {film}"
    return feeds(temperature=f"{at!r} K") + (
        f"  third: {{unit: nanofiltration, inlets: {{feed: [liquor, second.permeate]}}, {each.format(92)}}}\n"
        "  second: {unit: nanofiltration, inlets: {feed: [third.retentate, first.permeate]}, "
        f"{each.format(68)}}}\n"
        f"  first: {{unit: nanofiltration, inlets: {{feed: [second.retentate, wash]}}, {each.format(64)}}}\n"
    )


@pytest.mark.parametrize(
    ("film", "tolerance"),
    [(STATED, 1e-9), ("polarisation: none", 1e-9), ("polarisation: spacer", 1e-4)],
    ids=["stated", "none", "spacer"],
)
def test_a_cascade_is_the_plant_of_its_single_modules(film: str, tolerance: float) -> None:
    """At the temperature that the pumps' work gives the cascade; single modules give that heat off.

    With a spacer a module takes the volume of its inlets one by one, the cascade that of their mixture.
    """
    whole = counter_current(film)
    plant = solve(modules(temperature(whole), film))
    for c in ("H2O", "H", "SO4", *METALS):
        for outlet, of in (("retentate", "first"), ("permeate", "third")):
            found = whole.flow(f"cascade.{outlet}", "aqueous", c)
            assert found == pytest.approx(plant.flow(f"{of}.{outlet}", "aqueous", c), rel=tolerance)
    assert whole["cascade.wall_pH.2"] == pytest.approx(plant["second.wall_pH"], rel=tolerance)
    without_friction = plant["first.operating_pressure"] - plant["first.pressure_drop"]
    assert whole["cascade.needed_pressure.1"] == pytest.approx(without_friction, rel=tolerance)


def test_one_stage_is_a_module() -> None:
    settings = f"stages: 1, feed_stage: 1, {STATED}"
    text = feeds() + cascade(settings + ", length: {1: 40 m}", inlets="{feed: liquor}")
    stage = solve(text.replace("  wash:", "  #"))
    each = f"area: 40 m2, elements: 3, flux: 25 L/m2/h, activity_model: pitzer, {STATED}"
    one = feeds(temperature=f"{temperature(stage)!r} K").replace("  wash:", "  #")
    module = solve(one + f"  nf: {{unit: nanofiltration, inlets: {{feed: liquor}}, {each}}}\n")
    for c in METALS:
        kept = stage[f"cascade.recovery_in_retentate.{c}"]
        fed, left = module.flow("liquor", "aqueous", c), module.flow("nf.retentate", "aqueous", c)
        assert kept == pytest.approx(left / fed, rel=1e-9)


@pytest.mark.parametrize(
    "settings",
    [
        COUNTER_CURRENT,
        "stages: 3, feed_stage: 3, feed_position: 60 %",
        "stages: 3, feed_stage: 2, recycle: {1: 60 %, 3: 40 %}, diafiltrate_share: {1: 50 %, 3: 50 %}",
    ],
    ids=["counter-current", "feed inside", "recycles"],
)
def test_what_enters_leaves_from_a_cold_start(settings: str) -> None:
    case = solve(feeds() + cascade(f"{settings}, {lengths()}"))
    case.check(work={"cascade": case["cascade.pump_power"]})


@pytest.mark.parametrize(
    "liquor",
    [
        "Li2SO4: 0.9 %, NiSO4: 3.7 %",
        "LiCl: 1 %, MgCl2: 1 %, NaCl: 0.5 %",
        "H2SO4: 8 %, NiSO4: 2 %, CuSO4: 1e-6 %",
    ],
    ids=["neutral", "chlorides", "acid with a trace"],
)
def test_other_liquors_start_cold_and_balance(liquor: str) -> None:
    case = solve(feeds(liquor) + cascade(f"{COUNTER_CURRENT}, {lengths()}", 2))
    case.check(work={"cascade": case["cascade.pump_power"]})


def test_elements_converge_as_their_square() -> None:
    settings = f"{COUNTER_CURRENT}, {lengths()}, polarisation: none, pressure: 0 bar"
    found = {}
    for n in (2, 4, 8):
        case = solve(feeds(THREE_SALTS) + cascade(settings, n))
        found[n] = [case[f"cascade.recovery_in_retentate.{c}"] for c in ("Ni", "SO4")]
    for two, four, eight in zip(found[2], found[4], found[8], strict=True):
        assert abs(eight - four) < 0.4 * abs(four - two)
        assert abs(eight - four) < 3e-3


def test_a_single_salt_passes_as_its_sieving_form_says() -> None:
    """P_s/(P_s + J), P_s = 2 P+ P-/(P+ + P-) of a 1:1 salt; without a pump's heat, at 25 degC."""
    salt = feeds("NaCl: 1 %", "25 degC")
    common = f"{COUNTER_CURRENT}, {lengths()}, pressure: 0 bar, polarisation: none"
    own = "permeance: {Na: 40 L/m2/h, Cl: 10 L/m2/h}"
    ions = solve(salt + cascade(f"{common}, {own}", 16))
    apart = cascade(f"{common}, sieving: {{Na: {16.0 / 41.0!r}}}", 1)
    stated = solve(salt + apart.replace("transport: sdem", "transport: sieving"))
    for side in ("permeate", "retentate"):
        name = f"cascade.recovery_in_{side}.Na"
        assert ions[name] == pytest.approx(stated[name], rel=2e-3)


def test_without_membrane_nothing_is_parted() -> None:
    tiny = {"l1": 0.01, "l2": 0.01, "l3": 0.01}
    case = solve(
        feeds(THREE_SALTS) + cascade(f"{COUNTER_CURRENT}, {lengths(**tiny)}, {STATED}, pressure: 0 bar")
    )
    for c in ("Li", "Ni"):
        assert case[f"cascade.recovery_in_retentate.{c}"] == pytest.approx(1.0, abs=1e-3)


def test_lithium_and_acid_pass_where_divalent_metals_stay() -> None:
    case = counter_current()
    passed = {c: case[f"cascade.recovery_in_permeate.{c}"] for c in METALS}
    acid = case.flow("cascade.permeate", "aqueous", "H") / case.flow("liquor", "aqueous", "H")
    assert min(passed["Li"], acid) > 0.7
    assert max(passed[c] for c in ("Co", "Mn", "Ni")) < 0.6 * passed["Li"]


def test_lithium_leaves_more_completely_the_more_permeable_it_is() -> None:
    case = solve(
        feeds(THREE_SALTS) + cascade(f"{COUNTER_CURRENT}, {lengths()}, {STATED}, permeance: {{Li: 0.1 m/h}}")
    )
    name = "cascade.recovery_in_permeate.Li"
    assert_rising(case.response("cascade.permeance.Li", [0.1, 0.2, 0.4], name))


def test_what_is_estimated_and_beyond_the_data_is_said_once() -> None:
    solution = ran(feeds() + cascade(f"{COUNTER_CURRENT}, {lengths()}", 1))
    told = [w["message"] for w in collect_warnings(solution)]
    assert sum("only estimates permeances of" in m for m in told) == 1
    assert any("ionic strength at the membrane" in m for m in told)


def test_a_film_without_its_coefficient_and_an_ion_without_permeance_are_refused() -> None:
    with pytest.raises(DiagnosticError, match="needs `mass_transfer_coefficient`"):
        attempt(feeds() + cascade(f"{COUNTER_CURRENT}, {lengths()}, polarisation: stated"))
    with pytest.raises(DiagnosticError, match="no permeance for"):
        attempt(
            feeds("NiSO4: 1 %, H3PO4: 1 %")
            + cascade(f"{COUNTER_CURRENT}, {lengths()}, membrane: {LEFT_OUT / 'without_nacl.yaml'}")
        )
