"""Diafiltration cascades against closed equations, and what must hold of them."""

from functools import cache

import numpy as np
import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.solve.explain import explain_failure
from flowsheet.solve.speciation import Speciation
from harness import assert_rising, attempt, solve
from pressure_membranes.diafiltration_by_hand import Cascade

PLANT = """
flowsheet: lithium from cobalt
chemistry: {chemistry}
feeds:
  liquor: {{role: main_feed, aqueous: {{flow: 100 m3/h, Li: 1.7 g/L, Co: 17 g/L, {anion}: {fed}}}}}
  wash: {{role: water, aqueous: {{flow: 30 m3/h, Li: 0.1 g/L, Co: 0.2 g/L, {anion}: {washed}}}}}
units:
  cascade:
    unit: diafiltration_cascade
    inlets: {{feed: liquor, diafiltrate: wash}}
    flux: 100 L/m2/h
    sieving: {{Li: 1.3, Co: 0.5}}
    osmosis: {osmosis}
    {settings}
"""
CASE = "stages: 3, feed_stage: 3, feed_position: 90 %, length: {1: 754 m, 2: 758 m, 3: 756 m}"
SULFATE = {"anion": "SO4", "fed": "39.5 g/L", "washed": "1.02 g/L"}
CHLORIDE = {"anion": "Cl", "fed": "30 g/L", "washed": "0.8 g/L"}


def plant(settings=CASE, chemistry="lithium_cobalt", anion=SULFATE, osmosis="neglected", **changes):
    entries = dict(pair.split(": ", 1) for pair in _pairs(settings)) | changes
    lines = "\n    ".join(f"{key}: {value}" for key, value in entries.items())
    return PLANT.format(chemistry=chemistry, settings=lines, osmosis=osmosis, **anion)


def _pairs(settings):
    """Split at commas outside braces."""
    depth, pair = 0, ""
    for character in settings:
        depth += (character == "{") - (character == "}")
        if character == "," and not depth:
            yield pair.strip()
            pair = ""
        else:
            pair += character
    yield pair.strip()


@cache
def case():
    return solve(plant())


@cache
def real():
    chemistry = "{system: nmc_sulfate, activity_model: pitzer}"
    return solve(plant(chemistry=chemistry, osmosis="counted", water_permeability="3 L/m2/h/bar"))


def test_what_enters_leaves():
    with_pumps = solve(plant(water_permeability="3 L/m2/h/bar", stage_pressure="{2: 20 bar, 3: 12 bar}"))
    with_pumps.check(work={"cascade": with_pumps["cascade.pump_power"]})
    case().check()


def test_a_purity_is_a_metal_s_mass_over_that_of_all_metals():
    found = case()
    for outlet in ("permeate", "retentate"):
        mass = {m: found.concentration(f"cascade.{outlet}", m) for m in ("Li", "Co")}
        for metal in mass:
            purity = found[f"cascade.purity_in_{outlet}.{metal}"]
            assert purity == pytest.approx(mass[metal] / sum(mass.values()), rel=1e-9)
    assert found["cascade.purity_in_retentate.Co"] > 0.99


def test_what_enters_leaves_with_real_volumes_and_heats():
    real().check(work={"cascade": real()["cascade.pump_power"]})


@pytest.mark.parametrize("length", [50.0, 300.0, 600.0])
def test_one_stage_without_diafiltrate_is_a_closed_form(length):
    """c = c_0 (Q/Q_0)^(S - 1)"""
    text = plant(f"stages: 1, feed_stage: 1, length: {{1: {length} m}}", inlets="{feed: liquor}")
    found = solve(
        text.replace("    inlets: {feed: liquor, diafiltrate: wash}\n", "").replace("  wash:", "  #")
    )
    left = 1.0 - 0.15 * length / 100.0
    for metal, sieving, fed in (("Li", 1.3, 1.7), ("Co", 0.5, 17.0)):
        concentration = found[f"cascade.retentate_concentration.{metal}.1"]
        assert concentration == pytest.approx(fed * left ** (sieving - 1.0), rel=1e-9)
        assert found[f"cascade.recovery_in_retentate.{metal}"] == pytest.approx(left**sieving, rel=1e-9)


def agrees(found, by_hand, lengths):
    stages = range(1, len(lengths) + 1)
    flows = [found[f"cascade.retentate_flow.{i}"] for i in stages]
    kept = [q * (1.0 - r) for (*_, q), r in zip(by_hand.flows(lengths), by_hand.recycle, strict=True)]
    assert flows == pytest.approx(kept, rel=1e-9)
    for metal in ("Li", "Co"):
        recoveries = [found[f"cascade.recovery_in_{o}.{metal}"] for o in ("retentate", "permeate")]
        assert recoveries == pytest.approx(by_hand.recovery(lengths, metal), rel=1e-8)
        retentate, permeate = by_hand.masses(lengths, metal)
        passing = [found[f"cascade.permeate_concentration.{metal}.{i}"] for i in stages]
        volumes = [found[f"cascade.permeate_flow.{i}"] for i in stages]
        assert np.multiply(passing, volumes) == pytest.approx(permeate, rel=1e-8)
        leaving = [found[f"cascade.retentate_concentration.{metal}.{i}"] for i in stages]
        whole = [q for *_, q in by_hand.flows(lengths)]
        assert np.multiply(leaving, whole) == pytest.approx(retentate, rel=1e-8)


def test_three_stages_agree_with_equations_written_apart():
    agrees(case(), Cascade(), [754.0, 758.0, 756.0])


def test_feed_in_the_middle_shared_diafiltrate_and_recycles_agree_too():
    lengths = [400.0, 300.0, 500.0, 200.0]
    settings = (
        "stages: 4, feed_stage: 2, feed_position: 35 %, length: {1: 400 m, 2: 300 m, 3: 500 m, 4: 200 m}, "
        "diafiltrate_share: {3: 20 %, 4: 60 %}, recycle: {1: 60 %, 3: 20 %}, elements: 7"
    )
    by_hand = Cascade(
        wash=60.0, feed_stage=2, position=0.35, shares=(0.0, 0.0, 0.25, 0.75), recycle=(0.6, 0.0, 0.2, 0.0)
    )
    agrees(solve(plant(settings), {"wash.flow": 60.0}), by_hand, lengths)


@pytest.mark.parametrize("elements", [1, 20, 100])
def test_the_number_of_elements_changes_nothing(elements):
    other = solve(plant(elements=elements))
    for name in ("recovery_in_permeate.Li", "recovery_in_retentate.Co", "retentate_concentration.Co.1"):
        assert other[f"cascade.{name}"] == pytest.approx(case()[f"cascade.{name}"], rel=1e-10)


@pytest.mark.parametrize(
    "anion", [SULFATE, CHLORIDE, {**SULFATE, "fed": "45 g/L"}], ids=["SO4", "Cl", "acid"]
)
def test_the_ion_that_balances_charge_moves_no_metal(anion):
    """The published case doesn't name it."""
    volume = "{water_density: {value: 1 kg/L, source: case}}"
    chemistry = f"{{system: nmc_sulfate, add: {{sources: {{case: {{citation: a test}}}}, volume: {volume}}}}}"
    found = solve(plant(chemistry=chemistry, anion=anion))
    for name in ("recovery_in_permeate.Li", "recovery_in_retentate.Co"):
        assert found[f"cascade.{name}"] == pytest.approx(case()[f"cascade.{name}"], rel=1e-7)


def test_without_area_nothing_is_separated():
    tiny = solve(plant(length="{1: 1 mm, 2: 1 mm, 3: 1 mm}", feed_position="0 %"))
    entering = (100.0 * 17.0 + 30.0 * 0.2) / 130.0
    assert tiny["cascade.recovery_in_retentate.Co"] == pytest.approx(1.0, abs=1e-5)
    assert tiny["cascade.retentate_concentration.Co.1"] == pytest.approx(entering, rel=1e-5)


def test_stages_may_differ_in_flux():
    """A stage of twice the flux and half the length is the same stage."""
    halved = solve(plant(stage_flux="{2: 200 L/m2/h}", length="{1: 754 m, 2: 379 m, 3: 756 m}"))
    for name in ("recovery_in_permeate.Li", "retentate_concentration.Co.2"):
        assert halved[f"cascade.{name}"] == pytest.approx(case()[f"cascade.{name}"], rel=1e-9)


def spiegler_kedem(**changes):
    passing = "{Li: 100 L/m2/h, Co: 20 L/m2/h}"
    return solve(plant(transport="spiegler_kedem", permeability=passing, reflection="{Co: 90 %}", **changes))


def test_spiegler_and_kedem_s_passages_follow_the_flux():
    found = spiegler_kedem()
    leak = 0.1
    passages = {"Li": 0.1 / (0.1 + 0.1), "Co": leak / (1.0 - 0.9 * np.exp(-leak * 0.1 / 0.02))}
    agrees(found, Cascade(passage=passages), [754.0, 758.0, 756.0])


def test_a_film_lets_more_through():
    """S e/(S e + 1 - S), e = exp(J/k)."""
    stated = solve(plant(mass_transfer_coefficient="0.2 m/h"))
    e = np.exp(0.1 / 0.2)
    agrees(
        stated,
        Cascade(passage={c: s * e / (s * e + 1.0 - s) for c, s in (("Li", 1.3), ("Co", 0.5))}),
        [754.0, 758.0, 756.0],
    )


def test_more_diafiltrate_washes_more_out():
    flows = [25.0, 30.0, 40.0, 60.0]
    assert_rising(case().response("wash.flow", flows, "cascade.recovery_in_permeate.Li")[::-1])
    washed = case().again({"wash.flow": 60.0, "cascade.length.3": 956.0})
    assert washed["cascade.recovery_in_permeate.Li"] > case()["cascade.recovery_in_permeate.Li"]


def test_pumps_take_flow_times_pressure():
    pumped = solve(
        plant(
            water_permeability="3 L/m2/h/bar",
            feed_pump_efficiency="100 %",
            stage_pressure="{2: 0 bar, 3: 10 bar}",
        )
    )
    assert pumped["cascade.operating_pressure"] == pytest.approx(100.0 / 3.0, rel=1e-12)
    assert pumped["cascade.feed_pump_power"] == pytest.approx(100.0 / 3.0 * 100.0 / 36.0, rel=1e-9)
    assert pumped["cascade.stage_pump_power.3"] == pytest.approx(10.0 * 143.7 / 36.0 / 0.8, rel=1e-9)
    assert pumped["cascade.pump_power"] == pytest.approx(
        pumped["cascade.feed_pump_power"] + pumped["cascade.stage_pump_power.3"], rel=1e-12
    )


def test_the_pressure_overcomes_osmosis_where_the_liquor_is_most_concentrated():
    """Against the osmotic pressures of the two liquors speciated by themselves."""
    pressures = {}
    for side in ("retentate", "permeate"):
        totals = {c: real().flow(f"cascade.{side}", "aqueous", c) for c in ("H2O", "Li", "Co", "SO4")}
        stage = {"retentate": "1", "permeate": "3"}[side]
        liquor = Speciation(real().system, list(totals), "pitzer").solve(totals, 298.15)
        ln_activity = liquor.ln_water_activity
        pressures[stage] = -8.31446261815324e-5 * 298.15 * ln_activity / (0.0180153 / 997.05)
    needed = [real()[f"cascade.needed_pressure.{i}"] for i in (1, 2, 3)]
    assert real()["cascade.operating_pressure"] == max(needed) == needed[0]
    assert 0.0 < needed[0] - 100.0 / 3.0 < pressures["1"]
    assert real()["cascade.osmotic_pressure.1"] == pytest.approx(needed[0] - 100.0 / 3.0, rel=1e-9)
    assert pressures["1"] > pressures["3"] > 0.0


def test_scaling_is_told_of_every_stage():
    indices = [real()[f"cascade.saturation_index.{i}.CoSO4.7H2O"] for i in (1, 2, 3)]
    assert 0.0 > indices[0] > indices[1]  # stage 1 holds the most cobalt


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        ((754.0, 20.0, 500.0), "stage 3 runs dry before the feed joins"),
        ((10.0, 758.0, 900.0), "stage 2 runs dry"),
        ((754.0, 758.0, 900.0), "stage 1 runs dry"),
    ],
)
def test_a_membrane_that_takes_all_the_water_is_named(lengths, words):
    dry = attempt(plant(), {f"cascade.length.{i}": length for i, length in enumerate(lengths, start=1)})
    assert not dry.simulation.converged
    findings = explain_failure(dry.plant, dry.simulation, dry.model.document)
    assert {finding.code for finding in findings} == {"S203"}
    assert words in findings[0].message


def test_cold_starts_from_any_lengths_that_leave_water():
    generator = np.random.default_rng(3)
    tried = 0
    while tried < 25:
        lengths = generator.uniform((50.0, 50.0, 50.0), (3000.0, 3000.0, 860.0))
        if min(min(stage) for stage in Cascade().flows(lengths)) < 0.5:
            continue
        tried += 1
        found = solve(plant(), {f"cascade.length.{i}": x for i, x in enumerate(lengths, start=1)})
        assert found["cascade.recovery_in_retentate.Co"] == pytest.approx(
            Cascade().recovery(lengths, "Co")[0], rel=1e-7
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"length": "{1: 10 m, 2: 10 m}"}, "stage 3 has no length"),
        ({"length": "{1: 10 m, 2: 10 m, 3: 10 m, 4: 10 m}"}, "`4` is no stage of 3"),
        ({"feed_stage": "4"}, "no stage 4 of 3"),
        ({"sieving": "{Li: 1.3}"}, "no coefficients for Co, SO4"),
        ({"sieving": "{Li: 1.3, Co: 0.5, SO4: 0.5}"}, "every ion has a coefficient"),
    ],
)
def test_bad_settings_are_refused(change, words):
    text = (
        plant(**change)
        if "sieving" not in change
        else plant().replace("{Li: 1.3, Co: 0.5}", change["sieving"])
    )
    with pytest.raises(DiagnosticError) as refused:
        attempt(text)
    assert words in refused.value.diagnostics[0].message
