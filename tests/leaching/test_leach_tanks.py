"""Leach tanks: conservation, forms of rates, gas, responses, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.result import build_result
from flowsheet.results.warnings import collect_warnings
from harness import Case, assert_falling, assert_rising, attempt, solve
from leach_tanks_cases import ACID, BLOWN, COPPER, EXCESS, GLUCONIC, ROASTED, bare, leach, parameter_file
from opened import opened, ran


def said(text: str, code: str) -> list[str]:
    """Messages of the warnings with a code."""
    return [w["message"] for w in collect_warnings(ran(text)) if w["code"] == code]


@pytest.mark.parametrize(
    "text",
    [
        ACID,
        ACID.replace("temperature: 40 degC, ", ""),
        ACID.replace("HCl: 3", "H2SO4: 1.5").replace(
            "tanks: 2", "tanks: 4, contacting: batch, turnaround: 1 h"
        ),
        ACID.replace("HCl", "HNO3").replace("temperature: 40 degC", "tank_temperature: {2: 60 degC}"),
        ROASTED,
        GLUCONIC.replace("HC6H11O7: 0.2 mol/L", "HC6H11O7: 0.1 mol/L, H3C6H5O7: 0.05 mol/L"),
        COPPER,
        COPPER.replace("temperature: 60 degC", "uptake: {O2: 10 %}, gas_split: {1: 60 %, 2: 40 %}"),
    ],
    ids=["HCl", "adiabatic", "batch", "HNO3", "roasted", "organic", "copper", "adiabatic, stated uptake"],
)
def test_elements_electrons_and_energy_close(text):
    solve(text).check()


# ---- forms


def forms(tmp_path: Path, reaction: str, values: str = "k: {value: 1 1/h, source: mine}") -> Case:
    own = parameter_file(tmp_path, values, reaction)
    return solve(leach("Nd2O3: 100 %", "flow: 2 m3/h, HCl: 1 mol/L", f"reactions: {own}, tanks: 2, "
                       "residence_time: 3 h, temperature: 25 degC"))  # fmt: skip


NEODYMIUM = 'reaction: "Nd2O3 + 6 H+ = 2 Nd+3 + 3 H2O"'


def test_first_order_leaves_one_over_one_plus_k_tau_per_tank(tmp_path):
    case = forms(tmp_path, f"{NEODYMIUM}, form: first_order, rate: k")
    assert 1.0 - case["leach.conversion.Nd2O3"] == pytest.approx(2.5**-2, rel=1e-9)


def test_a_complete_reaction_takes_the_scarcer_reactant(tmp_path):
    case = forms(tmp_path, f"{NEODYMIUM}, form: complete")
    assert 1.0 - case["leach.conversion.Nd2O3"] < 1e-7
    starved = case.again({"acid.HCl": 0.05})  # mol/L: 100 mol/h of acid for 59.4 mol/h of Nd2O3
    fed = starved.flow("acid", "aqueous", "Cl")
    entering = starved.flow("magnets", "solid", "Nd2O3")
    # 2 % more: neodymium hydrolyses a little where its acid ends.
    assert starved["leach.conversion.Nd2O3"] == pytest.approx(fed / 6.0 / entering, rel=0.03)


def test_a_volume_rate_uses_what_its_names_say(tmp_path):
    rate = '"k * eps * (1 - X)**(2/3) * c[Cl]**0.5 * exp(-E/R * (1/T - 1/(25 degC)))"'
    case = forms(
        tmp_path,
        f"{NEODYMIUM}, form: volume, rate: {rate}",
        "k: {value: 0.7 mol/kg/h, source: mine}, E: {value: 50 kJ/mol, source: mine}",
    )
    warm = case.again({"leach.temperature": 308.15})
    factor = math.exp(-50.0 / 8.31446261815324e-3 * (1 / 308.15 - 1 / 298.15))
    for at, arrhenius in ((case, 1.0), (warm, factor)):
        tanks = at.model.units["leach"].series
        total = 0.0
        for t in (1, 2):
            left = at.evaluate(tanks.solid[t, "Nd2O3"])
            slurry = 1000.0 * at.evaluate(tanks.block.volume[t] / tanks.block.tau[t])
            eps = left * 0.336482 / slurry
            chloride = at.evaluate(tanks.flow[t, "Cl"]) / (1000.0 * math.exp(at.evaluate(tanks.ln_liquor[t])))
            share = left / at.flow("magnets", "solid", "Nd2O3")
            rate_now = 0.7 * eps * share ** (2 / 3) * chloride**0.5 * arrhenius
            total += rate_now * 1000.0 * at[f"leach.tank_volumes.{t}"]
        assert at["leach.extent.Nd2O3"] == pytest.approx(total, rel=1e-5)


def test_a_solid_at_equilibrium_is_saturated_where_it_is_there():
    text = ROASTED.replace("HCl: 1 mol/L", "HCl: 0.1 mol/L")
    case = solve(text)
    tanks = case.model.units["leach"].series
    for t in (1, 2, 3):
        index = case.evaluate(tanks.states[t].ln_saturation("Fe(OH)3"))
        amount = case.evaluate(tanks.solid[t, "Fe(OH)3"])
        assert index < 1e-6
        assert amount < 1e-3 or index == pytest.approx(0.0, abs=1e-6)
    assert case.flow("leach.slurry", "solid", "Fe(OH)3") > 0.5
    assert case["leach.extraction.Fe"] < 0.02 < case["leach.extraction.Nd"]


def test_precipitates_of_the_setting_form_too():
    text = bare("tanks: 1, residence_time: 1 h, particle_size: 20 um, precipitates: [NaNd(SO4)2.H2O]",
                "flow: 100 L/h, H2SO4: 0.5 mol/L, Na2SO4: 1 mol/L", "5 kg/h")  # fmt: skip
    case = solve(text)
    case.check()
    assert case.flow("leach.slurry", "solid", "NaNd(SO4)2.H2O") > 0.5 * case.flow(
        "magnets", "solid", "Nd2Fe14B"
    )


# ---- tank volume, reagents


def test_a_tank_volume_is_the_residence_time_that_it_gives():
    by_time = solve(ROASTED)
    volume = by_time["leach.tank_volumes.1"]
    by_volume = solve(ROASTED.replace("residence_time: 10 h", f"tank_volume: {volume!r} m3"))
    assert by_volume["leach.volume"] == pytest.approx(3 * volume, rel=1e-12)
    assert by_volume["leach.tank_residence_time.1"] == pytest.approx(10 / 3, rel=1e-9)
    slurry = by_volume.model.units["leach"].series
    for t in (2, 3):
        expected = volume / math.exp(by_volume.evaluate(slurry.ln_slurry[t]))
        assert by_volume[f"leach.tank_residence_time.{t}"] == pytest.approx(expected, rel=1e-9)


AS_NEEDED = ACID.replace("flow: 150 L/h, HCl: 3", "flow: as needed, HCl: 3")


@pytest.mark.parametrize(
    ("setting", "output", "value"),
    [("pH: 1.5", "leach.liquor_pH.2", 1.5), ("free_acid: 0.5 mol/L", "leach.free_proton.2", 0.5),
     ("pulp_density: 50 kg/m3", "leach.pulp", 50.0)],
)  # fmt: skip
def test_lixiviant_as_needed_keeps_its_set_point(setting, output, value):
    case = solve(AS_NEEDED.replace("tanks: 2", f"tanks: 2, {setting}"))
    case.check()
    assert case[output] == pytest.approx(value, rel=1e-6)


def test_a_dose_counts_what_the_solids_can_take_up():
    case = solve(AS_NEEDED.replace("tanks: 2", "tanks: 2, dose: {H: 1.2}"))
    demand = sum(34 * case.flow("magnets", "solid", f"{r}2Fe14B") for r in ("Nd", "Pr", "Dy"))
    demand += 3 * case.flow("magnets", "solid", "Nd")
    demand += 2 * sum(case.flow("magnets", "solid", k) for k in ("Ni", "Fe"))
    assert case.flow("acid@leach.lixiviant", "aqueous", "Cl") == pytest.approx(1.2 * demand, rel=1e-9)


# ---- gas


def test_a_mole_of_magnet_gives_its_hydrogen():
    case = solve(bare("tanks: 2, residence_time: 5 h, particle_size: 20 um", flow="1 kg/h"))
    gone = case["leach.conversion.Nd2Fe14B"] * case.flow("magnets", "solid", "Nd2Fe14B")
    assert case.flow("leach.off_gas", "gas", "H2") == pytest.approx(18.5 * gone, rel=1e-9)
    assert case["leach.hydrogen_formed"] == pytest.approx(18.5 * gone, rel=1e-9)


def test_air_as_needed_dilutes_hydrogen_in_every_tank():
    case = solve(ACID)
    # The least ventilation is above what hydrogen asks for by a thousandth at most.
    for tank in (1, 2):
        assert case[f"leach.hydrogen_over_limit.{tank}"] == pytest.approx(0.25, rel=1e-3)
    assert_falling(case.response("leach.hydrogen_share", [0.1, 0.25, 0.5], "leach.dilution_air"))


def test_too_little_air_is_reported():
    told = said(ACID.replace("flow: as needed, composition: {N2", "flow: 20 Nm3/h, composition: {N2"), "W608")
    assert any("hydrogen" in message for message in told)


def test_oxygen_is_used_by_stoichiometry():
    case = solve(COPPER)
    alloy = sum(case[f"leach.extent.{r}2Fe14B"] for r in ("Nd", "Pr", "Dy"))
    used = 10.5 * alloy + case["leach.extent.iron_oxidation"] + 0.5 * case["leach.extent.cuprite"]
    blown = case.flow("blown", "gas", "O2") - case.flow("leach.off_gas", "gas", "O2")
    dissolved = case.flow("leach.slurry", "aqueous", "O2")
    assert blown == pytest.approx(used + dissolved, rel=1e-8)
    assert case["leach.gas_used.O2"] == pytest.approx(blown / case.flow("blown", "gas", "O2"), rel=1e-9)


def test_stirring_and_air_bring_more_oxygen():
    case = solve(COPPER)
    assert_rising(case.response("leach.agitation", [0.3, 1.0, 3.0], "leach.conversion.Nd2Fe14B"))
    assert_rising(case.response("blown.flow", [400.0, 900.0, 3000.0], "leach.conversion.Nd2Fe14B"))
    assert all(0.0 < case[f"leach.dissolved_gas.O2.{t}"] < 1.0 for t in (1, 2, 3))


def test_a_stated_uptake_is_what_dissolves():
    case = solve(COPPER.replace("temperature: 60", "uptake: {O2: 12 %}, temperature: 60"))
    assert case["leach.gas_used.O2"] == pytest.approx(0.12, rel=1e-9)


def test_without_oxygen_copper_does_not_dissolve_the_magnet():
    starved = solve(COPPER.replace(", gas: blown", "").replace(BLOWN, ""))
    assert "leach.conversion.Nd2Fe14B" not in starved.values  # no oxygen, no such reaction
    assert starved["leach.conversion.Nd"] > 0.5


# ---- responses


def test_time_acid_warmth_and_fineness_dissolve_more():
    case = solve(ACID.replace("residence_time: 4 h", "residence_time: 0.5 h"))
    for name, values in (
        ("leach.residence_time", [0.05, 0.2, 1.0]),
        ("acid.HCl", [1.0, 2.0, 4.0]),
        ("leach.temperature", [290.0, 310.0, 330.0]),
    ):
        assert_rising(case.response(name, values, "leach.conversion.Nd2Fe14B"))
    assert_falling(case.response("leach.particle_size", [1e-4, 3e-4, 1e-3], "leach.conversion.Nd2Fe14B"))


def test_more_tanks_of_the_same_time_dissolve_more():
    conversions = [
        solve(bare(f"tanks: {n}, residence_time: 0.4 h, particle_size: 200 um"))["leach.conversion.Nd2Fe14B"]
        for n in (1, 2, 4)
    ]
    batch = solve(bare("tanks: 4, contacting: batch, residence_time: 0.4 h, particle_size: 200 um"))
    assert_rising([*conversions, batch["leach.conversion.Nd2Fe14B"]])


def test_ligands_carry_rare_earths_of_a_bioleach():
    case = solve(GLUCONIC)
    state = case.model.units["leach"].series.states[3]
    free, total = case.evaluate(state.m["Nd+3"]), case.evaluate(state.total["Nd"])
    assert free < 0.3 * total
    stronger = case.again({"acid.HC6H11O7": 0.4})
    assert stronger["leach.conversion.Nd2Fe14B"] > case["leach.conversion.Nd2Fe14B"]


def test_iron_stays_where_little_acid_is_given_to_a_roasted_magnet():
    """n(HCl)/n(Ln) of 3.5 in place of an excess, as Vander Hoogerstraete et al. 2014 lead it."""
    case = solve(ROASTED)
    rare_earths = 2.0 * case.flow("magnets", "solid", "Dy2O3") + sum(
        case.flow("magnets", "solid", k) for k in ("NdFeO3", "NdBO3")
    )
    lean = case.again({"acid.HCl": 3.5 * rare_earths / 60.0, "leach.residence_time": 300.0})
    rich = case.again({"acid.HCl": 10.0 * rare_earths / 60.0, "leach.residence_time": 300.0})
    assert lean["leach.extraction.Nd"] > 0.9
    assert lean["leach.extraction.Fe"] < 0.1 < rich["leach.extraction.Fe"]


# ---- what is refused, what is said


REFUSED = [
    ('reaction: "Nd2O3 + 6 H+ = 2 Nd+3 + 2 H2O", form: first_order, rate: k', "balance: right less left"),
    ('reaction: "Nd2O3 + 6 H+ = 2 Nd+2 + 3 H2O", form: first_order, rate: k', "no Nd+2"),
    (f"{NEODYMIUM}, form: surface, rate: k", "no size of the particles of Nd2O3"),
    (f"{NEODYMIUM}, form: fast, rate: k", "isn't a choice for `form`"),
    (f"{NEODYMIUM}, form: volume", "the form volume has no `rate`"),
    (f"{NEODYMIUM}, form: complete, rate: k", "the form complete takes no `rate`"),
    (f'{NEODYMIUM}, form: volume, rate: "k * c[Zz]"', "unknown name `c[Zz]`"),
    (f'{NEODYMIUM}, form: surface, rate: "k * (1 - X)"', "knows no conversion X"),
    ('reaction: "Nd2O3 + 6 H+ = 2 Nd+3 + 3 H2O + H2 - H2", form: complete', "is not `number name`"),
    ('reaction: "Nd2O3 + 6 H+ = 2 Nd+3 + 3 H2O", form: equilibrium', "has no solubility constant"),
    ('reaction: "Nd+3 + 3 H2O = Nd(OH)3 + 3 H+", form: transfer, rate: k', "the form transfer reads"),
    ('reaction: "2 H+ + Fe = Fe+2 + H2", form: complete', "write `H2(g)`"),
]  # fmt: skip


@pytest.mark.parametrize(("reaction", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_a_faulty_reaction_is_refused_by_name(reaction, message, tmp_path):
    with pytest.raises(DiagnosticError) as caught:
        forms(tmp_path, reaction)
    assert any(message in f"{d.message} {d.help}" for d in caught.value.diagnostics)


def test_contradicting_forms_of_one_solid_are_refused(tmp_path):
    own = parameter_file(tmp_path, "k: {value: 1 1/h, source: mine}", f"{NEODYMIUM}, form: surface, rate: k",
                         f"{NEODYMIUM}, name: second, form: first_order, rate: k")  # fmt: skip
    with pytest.raises(DiagnosticError, match="dissolves as particles"):
        solve(leach("Nd2O3: 100 %", EXCESS, f"reactions: {own}, residence_time: 1 h, particle_size: 1 mm"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("residence_time: 4 h, ", ""), "either `residence_time` or `tank_volume`"),
        (("tanks: 2", "tanks: 2, tank_volume: 1 m3"), "either `residence_time` or `tank_volume`"),
        (("tanks: 2", "tanks: 2, tank_temperature: {3: 50 degC}"), "`3` is no tank of 2"),
        (("reactions: magnet_acid, ", ""), "which reactions run isn't stated"),
        (("tanks: 2", "tanks: 2, pH: 2"), "`pH` has no feed to act on"),
        (("flow: 150 L/h, HCl", "flow: as needed, HCl"), "lixiviant as needed takes one of"),
        (("tanks: 2", "tanks: 2, precipitates: [Fe2O3]"), "`Fe2O3` has no solubility constant"),
        (("tanks: 2", "tanks: 0"), "`tanks` of `leach` is 0"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused(change, message):
    with pytest.raises(DiagnosticError) as caught:
        attempt(ACID.replace(*change))
    assert any(message in d.message for d in caught.value.diagnostics)


def test_a_reaction_of_a_solid_that_the_chemistry_lacks_is_left_out_and_said(tmp_path):
    samarium = 'reaction: "SmCo5 + 13 H+ = Sm+3 + 5 Co+2 + 6.5 H2(g)"'
    forms_of = [f"{text}, form: first_order, rate: k" for text in (NEODYMIUM, samarium)]
    own = parameter_file(tmp_path, "k: {value: 1 1/h, source: mine}", *forms_of)
    text = leach("Nd2O3: 100 %", EXCESS, f"reactions: {own}, residence_time: 1 h, temperature: 25 degC")
    assert any("SmCo5" in note for note in said(text, "W606"))


def test_estimates_and_extrapolation_are_said():
    warm = ACID.replace("40 degC", "70 degC")
    assert any("k_nickel" in message for message in said(warm, "W606"))
    assert any("E_acid" in message for message in said(warm, "W607"))


def test_gas_that_carries_off_all_water_is_explained():
    def margin(inputs: dict[str, float]) -> float:
        case = attempt(COPPER, inputs)
        position = case.plant.model.output_position["requirement:leach.evaporation"]
        return float(case.plant.model.outputs(case.simulation.x, case.simulation.p)[position])

    assert margin({}) > 0.9
    assert margin({"acid.flow": 0.03, "blown.flow": 9000.0, "leach.temperature": 355.0}) < 0.0


def test_results_reach_the_user_by_tank():
    results = build_result(ran(ACID))["units"]["leach"]["results"]
    assert {"liquor_pH.1", "liquor_pH.2"} <= set(results)
    assert opened(ACID).plant.units["leach.free_proton.1"] == "mol/L"
    assert np.isclose(results["hydrogen_over_limit.1"]["value"], 0.25, rtol=1e-3)
