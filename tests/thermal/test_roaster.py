"""Roaster: conservation, stoichiometry, heat against hand calculation, oxygen, dust, refusals."""

from __future__ import annotations

import math

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.warnings import collect_warnings
from flowsheet.solve.explain import explain_failure
from flowsheet.solve.simulate import simulate
from harness import assert_falling, assert_rising, attempt, compiled, solve
from leach_tanks_cases import parameter_file
from opened import ran
from sampling_by_hand import latin_hypercube

AIR = "N2: 79 %, O2: 21 %"


def roast(feed: str, settings: str, gas: str | None = "as needed") -> str:
    """A flowsheet with one roaster; `gas` is the flow of air, None for none."""
    air = f"  air: {{gas: {{flow: {gas}, composition: {{{AIR}}}}}}}" if gas else ""
    return f"""
flowsheet: roast
chemistry: rare_earth
feeds:
  cake: {{temperature: 25 degC, {feed}}}
{air}
units:
  kiln: {{unit: roaster, inlets: {{feed: cake{", gas: air" if gas else ""}}}, {settings}}}
"""


def solids(composition: str) -> str:
    return f"solid: {{flow: 10 kg/h, composition: {{{composition}}}}}"


MAGNET = roast(
    solids("Nd2Fe14B: balance, Pr2Fe14B: 12 %, Dy2Fe14B: 5 %, Ce2Fe14B: 1 %, Nd: 2 %, Fe: 3 %, Ni: 1 %"),
    "reactions: magnet_roasting, temperature: 800 degC, excess_oxygen: 100 %, dust_loss: 2 %",
)
CAKE = "aqueous: {flow: 4 kg/h, HCl: 0.2 mol/L, NdCl3: 0.01 mol/L, FeCl2: 0.02 mol/L}"
OXALATE = roast(
    solids("Nd2(C2O4)3.10H2O: balance, Dy2(C2O4)3.10H2O: 5 %, Ce2(C2O4)3.10H2O: 5 %, Pr2(C2O4)3.10H2O: 9 %")
    + f", {CAKE}",
    "reactions: calcination, temperature: 950 degC, stages: 3, "
    "stage_temperature: {1: 200 degC, 2: 500 degC}, excess_oxygen: 50 %, dust_loss: 2 %, "
    "off_gas_temperature: 200 degC, heating: fuel",
)
COPPER = roast(
    solids("Cu2O: 60 %, Cu: 10 %, Cu3(BO3)2: 10 %, Fe(OH)3: 20 %"),
    "reactions: calcination, temperature: 650 degC",
    "100 Nm3/h",
)
HYDROXIDE = roast(
    solids("Nd(OH)3: 50 %, Dy(OH)3(am): 20 %, Ce(OH)3: 10 %, Nd2(CO3)3: 20 %"),
    "reactions: calcination, temperature: 900 degC",
    "10 Nm3/h",
)
ADIABATIC = roast(solids("Nd2Fe14B: 100 %"), "reactions: magnet_roasting", "60 Nm3/h")


@pytest.mark.parametrize(
    "text",
    [MAGNET, OXALATE, COPPER, HYDROXIDE, ADIABATIC],
    ids=["magnet", "oxalate", "copper", "hydroxide", "adiabatic"],
)
def test_elements_electrons_and_energy_close(text):
    solve(text).check()


def test_a_magnet_becomes_hematite_ferrite_and_borate():
    case = solve(
        roast(solids("Nd2Fe14B: 100 %"), "reactions: magnet_roasting, temperature: 800 degC", "60 Nm3/h")
    )
    gone = case["kiln.extent.Nd2Fe14B"]
    made = {k: case.flow("kiln.product", "solid", k) / gone for k in ("Fe2O3", "NdFeO3", "NdBO3")}
    assert made == pytest.approx({"Fe2O3": 6.5, "NdFeO3": 1.0, "NdBO3": 1.0}, rel=1e-9)
    taken = case.flow("air", "gas", "O2") - case.flow("kiln.off_gas", "gas", "O2")
    assert taken == pytest.approx(12.75 * gone, rel=1e-9)
    # 1 kg of Nd2Fe14B (1.0811 kg/mol) takes up 12.75 x 0.031998 kg of oxygen
    assert case["kiln.mass_loss"] == pytest.approx(-0.999 * 12.75 * 0.031998 / 1.08113, rel=1e-4)


def test_an_oxalate_loses_what_its_formula_says():
    case = solve(
        roast(solids("Nd2(C2O4)3.10H2O: 100 %"), "reactions: calcination, temperature: 1100 degC", "60 Nm3/h")
    )
    loss = 1.0 - 0.336482 / 0.732687  # Nd2O3 over Nd2(C2O4)3.10H2O [kg/mol]
    assert case["kiln.mass_loss"] == pytest.approx(loss, rel=1e-4)
    fed = case.flow("cake", "solid", "Nd2(C2O4)3.10H2O")
    assert case.flow("kiln.off_gas", "gas", "H2O") == pytest.approx(10.0 * fed, rel=1e-5)
    carbon = sum(case.flow("kiln.off_gas", "gas", g) for g in ("CO", "CO2"))
    assert carbon == pytest.approx(6.0 * fed, rel=1e-4)


def test_stages_of_calcination_follow_the_temperature():
    """Found: oxycarbonate at 600 degC, neodymium oxide at 950 degC; heavy rare earths' oxides at 700 degC."""
    feed = solids("Nd2(C2O4)3.10H2O: 50 %, Dy2(C2O4)3.10H2O: 50 %")
    case = solve(roast(feed, "reactions: calcination, temperature: 600 degC", "60 Nm3/h"))

    def share(metal: str, solid: str, at) -> float:
        count = {f"{metal}2(C2O4)3.10H2O": 1.0, f"{metal}2O2CO3": 1.0, f"{metal}2O3": 1.0}
        total = sum(n * at.flow("kiln.product", "solid", k) for k, n in count.items())
        return at.flow("kiln.product", "solid", solid) / total

    assert share("Nd", "Nd2O2CO3", case) > 0.99
    cold, warm, hot = (case.again({"kiln.temperature": t + 273.15}) for t in (250.0, 700.0, 950.0))
    assert share("Nd", "Nd2(C2O4)3.10H2O", cold) > 0.99
    assert share("Dy", "Dy2O3", warm) > 0.98
    assert share("Nd", "Nd2O3", hot) > 0.999
    assert_rising(case.response("kiln.temperature", [700.0, 900.0, 1100.0], "kiln.mass_loss"))


def test_heat_is_that_of_a_hand_calculation():
    """CaCO3 to CaO and CO2 at 900 degC: heat of reaction at 25 degC and sensible heats."""
    case = solve(roast(solids("CaCO3: 100 %"), "reactions: calcination, temperature: 900 degC", None))
    system = case.system
    calcite, lime, gas = system.solids["CaCO3"], system.solids["CaO"], system.gases["CO2"]
    gone = case["kiln.extent.CaCO3"]
    left = case.flow("kiln.product", "solid", "CaCO3")
    heat = gone * (lime.delta_hf + gas.delta_hf - calcite.delta_hf)
    heat += 1e-3 * 875.0 * (gone * ((lime.cp or 0.0) + gas.cp) + left * (calcite.cp or 0.0))
    assert case["kiln.heat_duty"] == pytest.approx(heat / 3600.0, rel=1e-6)
    assert case["kiln.power"] == pytest.approx(heat / 3600.0 / 0.6, rel=1e-4)


def test_a_hot_off_gas_costs_heat():
    case = solve(OXALATE)
    assert_rising(case.response("kiln.off_gas_temperature", [400.0, 700.0, 1200.0], "kiln.fuel"))
    hot = case.again({"kiln.off_gas_temperature": 1223.15})
    stages = sum(hot[f"kiln.stage_heat.{s}"] for s in (1, 2, 3))
    assert hot["kiln.heat_duty"] == pytest.approx(stages, rel=1e-6)


@pytest.mark.parametrize("text", [MAGNET, COPPER, HYDROXIDE], ids=["cooled", "copper", "heated"])
def test_a_furnace_costs_by_the_heat_that_goes_in_or_out(text):
    charges = "furnace: 1000 USD/kW/y, power: 0 USD/kWh, cooling: 0 USD/kWh"
    values = ran(f"{text}economics: {{charges: {{{charges}}}}}").values
    load = values["kiln.heat_load"]
    assert load == pytest.approx(values["kiln.power"] + values["kiln.cooling"], rel=1e-9)
    duty = values["kiln.heat_duty"]
    assert load == pytest.approx(max(duty / 0.6, -duty), rel=1e-3)
    assert values["economics.equipment_cost.furnace"] == pytest.approx(1000.0 * load / 8000.0, rel=1e-9)


def test_an_adiabatic_roast_warms_by_its_heat():
    case = solve(ADIABATIC)
    temperature = case["kiln.stage_temperatures.1"]
    assert 1000.0 < temperature < 1400.0
    held = solve(ADIABATIC.replace("magnet_roasting", f"magnet_roasting, temperature: {temperature} K"))
    assert held["kiln.heat_duty"] == pytest.approx(0.0, abs=1e-6)
    assert_falling(case.response("air.flow", [2500.0, 4000.0, 6000.0], "kiln.stage_temperatures.1"))


def test_air_as_needed_brings_the_excess():
    case = solve(MAGNET)
    fed = case.flow("air@kiln.gas", "gas", "O2")
    left = case.flow("kiln.off_gas", "gas", "O2")
    assert fed == pytest.approx(2.0 * (fed - left), rel=1e-9)
    assert_rising(case.response("kiln.excess_oxygen", [0.1, 0.5, 2.0], "kiln.oxygen_left"))


def test_dust_takes_its_share_of_every_solid():
    case = solve(MAGNET)
    for k in ("Fe2O3", "NdFeO3", "Ni"):
        dust, product = (case.flow(f"kiln.{port}", "solid", k) for port in ("dust", "product"))
        assert dust / (dust + product) == pytest.approx(0.02, rel=1e-9)
    assert case["kiln.dust_flow"] > 0.0


def test_what_the_liquor_holds_does_not_vanish():
    case = solve(OXALATE)
    assert case.flow("kiln.off_gas", "gas", "HCl") == pytest.approx(
        case.flow("cake", "aqueous", "Cl"), rel=1e-9
    )
    iron = 2.0 * sum(case.flow(f"kiln.{port}", "solid", "Fe2O3") for port in ("product", "dust"))
    assert iron == pytest.approx(case.flow("cake", "aqueous", "Fe(II)"), rel=1e-9)


def test_first_order_is_plug_flow_with_arrhenius(tmp_path):
    own = parameter_file(
        tmp_path,
        "k: {value: 2 1/h, source: mine}, E: {value: 150 kJ/mol, source: mine}",
        'reaction: "CaCO3 = CaO + CO2(g)", form: first_order, rate: "k * exp(-E/R * (1/T - 1/(800 degC)))"',
    )
    stages = "residence_time: 1.5 h, stages: 2, stage_temperature: {1: 790 degC}"
    settings = f"reactions: {own}, temperature: 820 degC, {stages}"
    text = roast(solids("CaCO3: 100 %"), settings, None)
    case = solve(text)
    ages = [
        2.0 * 0.75 * math.exp(-150.0 / 8.31446261815324e-3 * (1 / (t + 273.15) - 1 / 1073.15))
        for t in (790, 820)
    ]
    assert 1.0 - case["kiln.conversion.CaCO3"] == pytest.approx(math.exp(-sum(ages)), rel=1e-9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MAGNET.replace("reactions: magnet_roasting, ", ""), "which reactions run isn't stated"),
        (MAGNET.replace("excess_oxygen: 100 %, ", ""), "nothing decides how much gas enters"),
        (COPPER.replace("650 degC", "650 degC, excess_oxygen: 10 %"), "`excess_oxygen` has no gas to act on"),
        (OXALATE.replace("{1: 200 degC, 2: 500 degC}", "{1: 200 degC}"), "stage 2 has no temperature"),
        (OXALATE.replace("2: 500 degC", "2: 500 degC, 3: 600 degC"), "there is no stage `3` before the last"),
        (OXALATE.replace("HCl: 0.2 mol/L", "KCl: 0.2 mol/L"), "brings K, which no reaction turns"),
        (ADIABATIC.replace("magnet_roasting", "magnet_roasting, stages: 2, stage_temperature: {1: 500 degC}"),
         "an adiabatic roaster has one stage"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused(text, message):
    with pytest.raises(DiagnosticError) as caught:
        attempt(text)
    assert any(message in d.message for d in caught.value.diagnostics)


def test_too_little_oxygen_is_explained():
    case = attempt(MAGNET.replace("flow: as needed", "flow: 5 Nm3/h").replace("excess_oxygen: 100 %, ", ""))
    if not case.simulation.converged:
        reasons = explain_failure(case.plant, case.simulation, case.model.document)
        assert any("take more O2" in d.message for d in reasons)
    else:
        pytest.fail("oxygen was taken that is not there")


def test_a_temperature_outside_the_data_is_said():
    told = [w["message"] for w in collect_warnings(ran(MAGNET.replace("800 degC", "600 degC")))]
    assert any("X_magnet" in message for message in told)


def test_only_reactions_that_run_have_ranges_and_estimates_to_report():
    """Hydroxides and copper have ranges that end below 1300 degC; an oxalate's reactions have none."""
    feed = solids("Nd2(C2O4)3.10H2O: 100 %")
    setting = "reactions: calcination, temperature: 1300 degC"
    told = [w["message"] for w in collect_warnings(ran(roast(feed, setting, "60 Nm3/h")))]
    assert not any("X_copper" in t or "X_hydroxide" in t for t in told)
    mixed = solids("Nd2(C2O4)3.10H2O: 80 %, Fe(OH)3: 20 %")
    told = [w["message"] for w in collect_warnings(ran(roast(mixed, setting, "60 Nm3/h")))]
    assert any("the range of X_hydroxide" in t for t in told)


def sodium_cake(salts: str) -> str:
    """Oxalate that holds a liquor of sodium."""
    liquor = f"aqueous: {{flow: 5 kg/h, {salts}}}"
    return roast(
        f"{solids('Nd2(C2O4)3.10H2O: 100 %')}, {liquor}",
        "reactions: calcination, temperature: 950 degC",
        "60 Nm3/h",
    )


@pytest.mark.parametrize(
    ("salts", "becomes"),
    [
        ("Na2SO4: 0.1 mol/kg, NaCl: 0.2 mol/kg", {"Na2SO4": 0.1, "NaCl": 0.2}),
        ("Na2SO4: 0.1 mol/kg, HCl: 0.2 mol/kg", {"Na2SO4": 0.1}),
        ("H2SO4: 0.1 mol/kg, NaCl: 0.5 mol/kg", {"Na2SO4": 0.1, "NaCl": 0.3}),
        ("NaNO3: 0.3 mol/kg", {"Na2CO3": 0.15}),
        ("NaOH: 0.3 mol/kg", {"Na2CO3": 0.15}),
        (
            "Na2SO4: 0.01 mol/kg, NaCl: 0.02 mol/kg, NaNO3: 0.2 mol/kg",
            {"Na2SO4": 0.01, "NaCl": 0.02, "Na2CO3": 0.1},
        ),
    ],
)
def test_sodium_takes_sulfate_then_chloride_then_carbonate(salts, becomes):
    case = solve(sodium_cake(salts))
    case.check()
    water = case.flow("cake", "aqueous", "H2O") * 0.018015
    found = {k: case.flow("kiln.product", "solid", k) / water for k in ("Na2SO4", "NaCl", "Na2CO3", "NaOH")}
    wanted = {k: becomes.get(k, 0.0) for k in found}
    assert found == pytest.approx(wanted, rel=2e-4, abs=1e-6)


@pytest.mark.parametrize("acid", [1e-6, 0.05, 0.1, 0.2, 5.0])
def test_scarcest_is_the_smaller_of_two_and_leaves_none_of_it(acid):
    """Chloride from far below the sodium to far above it, through where both are equal."""
    case = solve(sodium_cake(f"NaNO3: 0.1 mol/kg, HCl: {acid} mol/kg"))
    sodium, chloride = (case.flow("cake", "aqueous", c) for c in ("Na", "Cl"))
    salt = case.flow("kiln.product", "solid", "NaCl")
    assert salt == pytest.approx(min(sodium, chloride), rel=1e-6)
    assert salt + case.flow("kiln.off_gas", "gas", "HCl") == pytest.approx(chloride, rel=1e-12)
    assert case.flow("kiln.product", "solid", "Na2CO3") == pytest.approx(
        0.5 * (sodium - salt), abs=1e-6 * sodium
    )


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('reaction: "CaCO3 = CaO + CO2(g)", form: scarcest', "two reactants"),
        ('reaction: "CaO + CO2(g) = CaCO3", form: scarcest, rate: "0.5"', "takes no `rate`"),
    ],
)
def test_scarcest_is_of_two_reactants_and_without_a_rate(tmp_path, entry, says):
    own = parameter_file(tmp_path, "", entry)
    with pytest.raises(DiagnosticError, match=says):
        compiled(roast(solids("CaCO3: 100 %"), f"reactions: {own}, temperature: 900 degC", None))


@pytest.mark.parametrize("text", [MAGNET, OXALATE], ids=["magnet", "oxalate"])
def test_cold_starts_over_wide_ranges(text):
    _, plant = compiled(text)
    ranges = {
        "cake.temperature": (280.0, 400.0),
        "kiln.temperature": (600.0, 1600.0),
        "kiln.excess_oxygen": (0.01, 10.0),
        "kiln.dust_loss": (0.0, 0.4),
        "kiln.residence_time": (0.01, 50.0),
    }
    for inputs in latin_hypercube(ranges, 100):
        assert simulate(plant, plant.inputs(inputs)).converged, inputs
