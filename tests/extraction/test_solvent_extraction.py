"""Solvent extraction circuits: conservation, chemistry in every stage, what moves which way, limits."""

import math

import numpy as np
import pyomo.environ as pyo
import pytest

from extraction_cascades import FEEDS, flowsheet
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.model.build import build_model
from flowsheet.model.catalogue import unit_classes
from harness import assert_falling, assert_rising, solve
from hydromet.extraction.mass_action import load_extraction_system
from sampling import load

LOOP = "feed: liquor, strip: acid, alkali: caustic"
MADE_UP = "extractant_make_up: d2ehpa, diluent_make_up: kerosene"
WHOLE = flowsheet(
    "extraction_stages: 3, scrub_stages: 2, strip_stages: 2, regeneration_stages: 1, bleed: 1 %, pH: 4.0",
    f"feed: liquor, strip: acid, alkali: alkali, scrub: scrub, regenerant: strong, {MADE_UP}",
)
PLAIN = flowsheet("extraction_stages: 4, strip_stages: 2", LOOP)


@pytest.fixture(scope="module")
def whole():
    return solve(WHOLE)


@pytest.fixture(scope="module")
def plain():
    return solve(PLAIN)


def test_elements_electrons_and_energy_close(whole, plain):
    whole.check(1e-9)
    plain.check(1e-9)


def test_metals_lost_with_droplets_and_bleed_are_counted(whole):
    """Every metal of the feed is in one of the four liquors, to rounding."""
    for metal in ("Mn", "Co", "Ni", "Li", "Zn", "Ca"):
        fed = whole.flow("liquor", "aqueous", metal) + whole.flow("scrub", "aqueous", metal)
        left = sum(
            whole.flow(f"sx.{port}", phase, metal)
            for port in ("raffinate", "strip_liquor", "spent_regenerant", "organic_bleed")
            for phase in ("aqueous", "organic")
        )
        assert left == pytest.approx(fed, rel=1e-11)


def test_make_up_is_what_leaves_of_the_organic(whole):
    ports = ("raffinate", "strip_liquor", "spent_regenerant", "organic_bleed")
    for feed, component in (
        ("d2ehpa@sx.extractant_make_up", "D2EHPA"),
        ("kerosene@sx.diluent_make_up", "diluent"),
    ):
        lost = sum(
            whole.flow(f"sx.{port}", phase, component) for port in ports for phase in ("aqueous", "organic")
        )
        assert whole.flow(feed, "organic", component) == pytest.approx(lost, rel=1e-12)


def test_mass_action_and_the_extractant_balance_hold_in_every_stage(whole):
    """Against the numbers-only functions of the extractant's parameter set."""
    system = load_extraction_system("d2ehpa")
    unit = whole.model.units["sx"]
    total = whole.evaluate(unit.block.extractant)
    for section in unit.sections:
        for stage in section.stages:
            ln_a = {c: whole.evaluate(stage.aqueous.ln_a[c]) for c in stage.extracted}
            ln_h = whole.evaluate(stage.aqueous.ln_a["H"])
            ln_free = system.ln_free_extractant(total, ln_a, ln_h, 298.15)
            assert whole.evaluate(stage.block.ln_free) == pytest.approx(ln_free, abs=1e-9)
            loading = system.loading(system.concentrations(ln_a, ln_h, ln_free, 298.15))
            for c in stage.extracted:
                assert whole.evaluate(stage.loading[c]) == pytest.approx(loading[c], rel=1e-9)


def test_liquors_leave_neutral_at_the_ph_of_their_last_stage(whole):
    """The stream's protons, by electroneutrality of its totals, are the speciation's (droplets apart)."""
    unit = whole.model.units["sx"]
    stage = unit.sections[0].stages[-1]
    state = stage.aqueous
    protons = state.m["H+"] + sum(
        s.composition.get("H", 0.0) * state.m[n] for n, s in state.complexes.items()
    )
    assert whole.evaluate(state.flow["H"]) == pytest.approx(whole.evaluate(protons * state.water), abs=1e-7)


def test_the_distribution_of_a_batch_test_is_mass_action(plain):
    """One stage, metal-free organic: D of a shaken flask equals the parameter set's own functions."""
    one = solve(flowsheet("extraction_stages: 1, strip_stages: 4, phase_ratio: 0.5", LOOP))
    system, stage = load_extraction_system("d2ehpa"), one.model.units["sx"].sections[0].stages[0]
    ln_a = {c: one.evaluate(stage.aqueous.ln_a[c]) for c in stage.extracted}
    ln_h = one.evaluate(stage.aqueous.ln_a["H"])
    ln_free = system.ln_free_extractant(
        one.evaluate(one.model.units["sx"].block.extractant), ln_a, ln_h, 298.15
    )
    loading = system.loading(system.concentrations(ln_a, ln_h, ln_free, 298.15))
    litres = 1000.0 * one.evaluate(stage.volume)
    for c in ("Mn", "Co", "Ni", "Li"):
        expected = loading[c] / (one.evaluate(stage.flow[c]) / litres)
        assert one[f"sx.distribution_ratio.extraction_1.{c}"] == pytest.approx(expected, rel=1e-9)


def test_raffinate_ph_falls_as_loading_rises_without_alkali():
    """Metals on the organic give their charge to the liquor as acid."""
    case = solve(flowsheet("extraction_stages: 3, strip_stages: 3", "feed: liquor, strip: acid"))
    fractions = [0.05, 0.1, 0.2, 0.35]
    assert_rising([case.again({"sx.extractant_fraction": f})["sx.extracted.Mn"] for f in fractions])
    assert_falling([case.again({"sx.extractant_fraction": f})["sx.raffinate_pH"] for f in fractions])


def test_more_stages_extract_more():
    lost = []
    for stages in (1, 2, 4, 8):
        case = solve(flowsheet(f"extraction_stages: {stages}, strip_stages: 3", LOOP))
        lost.append(case.flow("sx.raffinate", "aqueous", "Mn"))
    assert_falling(lost)
    assert lost[-1] < 1e-4 * lost[0]


def test_less_than_full_efficiency_extracts_less(plain):
    case = solve(flowsheet("extraction_stages: 4, strip_stages: 2, stage_efficiency: 100 %", LOOP))
    assert case["sx.extracted.Mn"] == pytest.approx(plain["sx.extracted.Mn"], rel=1e-9)
    lost = [
        case.again({"sx.stage_efficiency": eta}).flow("sx.raffinate", "aqueous", "Mn")
        for eta in (1.0, 0.9, 0.7)
    ]
    assert_rising(lost)


def test_a_starved_extractant_is_crowded_with_what_it_likes_best():
    """At the loading ceiling zinc and manganese push cobalt and nickel off."""
    text = flowsheet(
        "extraction_stages: 6, strip_stages: 3, phase_ratio: 1, saponification: 60 %",
        "feed: liquor, strip: acid, alkali: alkali",
    )
    plenty = solve(text)
    fractions = [0.2, 0.08, 0.04, 0.02]
    cases = [plenty.again({"sx.extractant_fraction": f}, cold=True) for f in fractions]
    assert_falling([case["sx.extracted.Co"] for case in cases])
    name = "sx.organic_concentration.extraction_1"
    over_cobalt = [case[f"{name}.Mn"] / case[f"{name}.Co"] for case in cases]
    assert_rising(over_cobalt[:3])
    assert over_cobalt[3] == pytest.approx(
        over_cobalt[2], rel=0.01
    )  # both at the ceiling: the separation factor's
    assert cases[-1]["sx.extracted.Zn"] > 0.99
    ceiling = load_extraction_system("d2ehpa").loading_ceiling("Mn")
    for case in cases:
        unit = case.model.units["sx"]
        first = unit.sections[0].stages[0]
        equivalents = case.evaluate(sum(case.system.charge_of(c) * first.loading[c] for c in first.extracted))
        assert equivalents < max(2.0 * ceiling, 2.0) * case.evaluate(unit.block.extractant)
        assert 0.0 < case["sx.loading"] < 1.0


def test_a_trace_at_constant_distribution_follows_kremser():
    """Magnesium with a stated D: raffinate over feed is (F - 1)/(F^(N+1) - 1), F = D O/A, no droplets."""
    ratio, stages = 1.7, 5
    parameters = TRACE.replace("RATIO", str(ratio))
    case = solve_with_parameters(
        parameters,
        f"extraction_stages: {stages}, strip_stages: 6, phase_ratio: 1, "
        "entrained_aqueous: 1e-7 %, entrained_organic: 1e-7 %",
    )
    unit = case.model.units["sx"]
    volumes = [case.evaluate(stage.volume) for stage in unit.sections[0].stages]
    factor = ratio * case["sx.organic_circulation"] / float(np.mean(volumes))
    returned = case.evaluate(unit.sections[-1].stages[0].loading["Mg"])
    assert max(volumes) / min(volumes) < 1.03  # the tolerance below comes from this
    left = case.flow("sx.raffinate", "aqueous", "Mg") - 1000.0 * returned * case["sx.organic_circulation"]
    share = left / case.flow("liquor", "aqueous", "Mg")
    assert share == pytest.approx((factor - 1.0) / (factor ** (stages + 1) - 1.0), rel=0.06)


TRACE = """parameter_set: trace
for: solvent_extraction.extractant
title: magnesium by a stated distribution ratio that a strong acid undoes
sources: {test: {citation: a round number}}
extractant:
  name: D2EHPA
  formula: C16H35O4P
  molar_mass: {value: 322.43 g/mol, source: test}
  density: {value: 975 kg/m3, source: test}
  diluent_density: {value: 800 kg/m3, source: test}
complexes:
- {reaction: Mn+2 + 2 (HA)2 = MnA2(HA)2 + 2 H+, log_k: {value: -3.4, source: test}}
distribution: {Mg: "RATIO / (1 + (10 ** (1.5 - pH)) ** 4)"}
"""


def solve_with_parameters(parameters, unit):
    import tempfile
    from pathlib import Path

    folder = Path(tempfile.mkdtemp())
    path = folder / "trace.yaml"
    path.write_text(parameters, encoding="utf-8")
    return solve(flowsheet(f"extractant: {path}, {unit}", "feed: liquor, strip: acid"))


def test_a_ph_set_point_that_is_exceeded_takes_no_alkali():
    text = flowsheet(
        "extraction_stages: 3, strip_stages: 2, pH: 4.0", "feed: liquor, strip: acid, alkali: alkali"
    )
    served = solve(text)
    assert served["sx.raffinate_pH"] == pytest.approx(4.0, abs=1e-6)
    assert served["sx.alkali_saturated"] == pytest.approx(0.0, abs=1e-6)
    exceeded = served.again({"sx.pH": 1.0}, cold=True)
    assert exceeded["sx.raffinate_pH"] > 1.0
    assert exceeded["sx.alkali_flow"] < 1e-4 * served["sx.alkali_flow"]
    assert exceeded["sx.alkali_saturated"] == pytest.approx(1.0, abs=1e-3)


def test_every_stage_can_hold_its_own_ph():
    case = solve(
        flowsheet(
            "extraction_stages: 3, strip_stages: 2, pH: 3.5, pH_at: every_stage",
            "feed: liquor, strip: acid, alkali: alkali",
        )
    )
    ph = [case[f"sx.stage_pH.extraction_{k}"] for k in (1, 2, 3)]
    doses = [case.evaluate(case.model.units["sx"].dosing.doses[k]) for k in (1, 2, 3)]
    for value, dose in zip(ph, doses, strict=True):
        assert value == pytest.approx(3.5, abs=1e-6) or (value > 3.5 and dose < 1e-6 * sum(doses))
    case.check(1e-9)


def test_saponification_draws_the_alkali_it_says():
    case = solve(
        flowsheet(
            "extraction_stages: 3, strip_stages: 2, saponification: 30 %",
            "feed: liquor, strip: acid, alkali: alkali",
        )
    )
    sodium = case.flow("alkali@sx.alkali", "aqueous", "Na")
    extractant = 2000.0 * case["sx.organic_circulation"] * case["sx.extractant_concentration"]
    assert sodium == pytest.approx(0.3 * extractant, rel=1e-9)


def test_entrained_feed_liquor_carries_lithium_to_the_strip_liquor(plain):
    """Strip liquor's lithium is what the loaded organic holds and what its droplets bring."""
    for share in (5e-4, 5e-3, 2e-2):
        wet = plain.again({"sx.entrained_aqueous": share})
        first = wet.model.units["sx"].sections[0].stages[0]
        held = wet.evaluate(1000.0 * (first.loading["Li"] + share * first.concentration("Li")))
        brought = held * wet["sx.organic_circulation"]
        # what the regenerated organic and its droplets take back is below 1 %
        assert wet.flow("sx.strip_liquor", "aqueous", "Li") == pytest.approx(brought, rel=1e-2)


def test_losses_of_a_part_in_a_million_million_converge():
    """Ten stages leave 1e-12 of the zinc; its balance closes all the same."""
    case = solve(flowsheet("extraction_stages: 10, strip_stages: 6, entrained_organic: 1e-6 %", LOOP))
    assert case.flow("sx.raffinate", "aqueous", "Zn") < 1e-12 * case.flow("liquor", "aqueous", "Zn")
    case.check(1e-9)


def test_sizes_add_up(plain):
    stages = [f"extraction_{k}" for k in range(1, 5)] + ["strip_1", "strip_2"]
    assert plain["sx.mixer_volume"] == pytest.approx(sum(plain[f"sx.stage_mixer_volume.{s}"] for s in stages))
    assert plain["sx.settler_area"] == pytest.approx(sum(plain[f"sx.stage_settler_area.{s}"] for s in stages))
    flow = plain["sx.organic_circulation"] + plain.evaluate(
        plain.model.units["sx"].sections[0].stages[0].volume
    )
    assert plain["sx.stage_mixer_volume.extraction_1"] == pytest.approx(3.0 / 60.0 * flow)


@pytest.mark.parametrize(
    ("unit", "inlets", "message"),
    [
        ("scrub_stages: 2", LOOP, "no liquor"),
        ("scrub_stages: 0", f"{LOOP}, scrub: scrub", "no stages"),
        ("pH: 4", LOOP, "as needed"),
        ("pH: 4, saponification: 30 %", "feed: liquor, strip: acid, alkali: alkali", "either"),
        ("extraction_stages: 2", "feed: liquor, strip: acid, alkali: alkali", "either"),
        ("extraction_stages: 2", f"{LOOP}, extractant_make_up: d2ehpa", "together"),
        ("extraction_stages: 2", f"{LOOP}, extractant_make_up: kerosene, diluent_make_up: d2ehpa", "pure"),
    ],
)
def test_contradictions_are_refused(unit, inlets, message):
    classes = unit_classes()
    with pytest.raises(DiagnosticError) as refused:
        build_model(load(flowsheet(unit, inlets, FEEDS), classes), classes)
    assert message in str(refused.value.diagnostics[0].message)


def test_constants_beyond_their_range_are_reported(whole):
    validities = whole.plant.facts["validities"]
    assert any(v["of"] == "the constants of d2ehpa" for v in validities)
    names = {name for v in validities for name in v["outputs"]}
    assert names <= set(whole.values)
    assert math.isfinite(sum(whole[name] for name in names))


def test_back_mixing_is_no_setting(whole):
    """It helps cold starts and is zero in every solution."""
    assert pyo.value(whole.model.units["sx"].block.back_mixing) == 0.0
    assert "sx.back_mixing" in whole.plant.model.inputs.names
    assert "sx.back_mixing" not in whole.plant.facts["settings"]
    assert "sx.back_mixing" not in whole.model.registry.inputs
