"""Crystallisers by vacuum, duty and freezing; ice; enclosed liquor; mother liquor that goes round."""

import pytest

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.steam import latent_heat, saturation_pressure
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.solve.explain import explain_failure
from flowsheet.solve.simulate import simulate
from flowsheet.solve.speciation import Speciation
from harness import assert_falling, assert_rising, attempt, compiled, solve
from sampling import samples

TEXT = """
flowsheet: crystals
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, temperature: %s, aqueous: {flow: 1000 kg/h, %s}}
units:
  c: {unit: crystalliser, inlets: {feed: liquor}, %s}
"""
GLAUBER = "solids: [Na2SO4.10H2O]"


def text(salts, settings, temperature="20 degC"):
    return TEXT % (temperature, salts, settings)


def freezer(salts, solid, frozen):
    return text(salts, f"solids: [{solid}], operation: freezing, water_frozen: {frozen}")


FLASH = text("Na2SO4: 25 %", f"{GLAUBER}, operation: vacuum, pressure: 0.015 bar", "50 degC")
EUTECTIC = text("Na2SO4: 4.5 %", f"{GLAUBER}, operation: duty, ice_forms: yes, duty: -60 kW")


@pytest.mark.parametrize(
    "plant",
    [
        FLASH,
        EUTECTIC,
        freezer("Na2SO4: 4.5 %", "Na2SO4.10H2O", "50 %"),
        text("Na2SO4: 15 %", f"{GLAUBER}, operation: duty, duty: -30 kW", "40 degC"),
        text("Na2SO4: 4.5 %, Li2SO4: 2 %", f"{GLAUBER}, ice_forms: yes, temperature: -3 degC"),
    ],
)
def test_elements_electrons_and_energy_close(plant):
    case = solve(plant)
    case.check(1e-9)
    power = case.values.get("c.power", 0.0)
    given = case["c.steam_duty"] + power - case["c.cooling_duty"]
    assert given == pytest.approx(case["c.heat_duty"], rel=1e-9, abs=2e-3)


# ---- vacuum


def test_an_adiabatic_flash_boils_at_its_pressure_and_pays_for_the_vapour_by_cooling():
    case = solve(FLASH)
    temperature = case["c.slurry_temperature"]
    assert case["c.vapour_pressure"] == pytest.approx(0.015, rel=1e-4)
    vapour = case.flow("c.condensate", "aqueous", "H2O")
    assert 3600.0 * case["c.heat_duty"] == pytest.approx(-vapour * latent_heat(temperature), rel=1e-6)
    assert saturation_pressure(temperature) > 0.015
    assert_falling(case.response("c.pressure", [0.012, 0.02, 0.04], "c.crystals.Na2SO4.10H2O"))


def test_a_pressure_above_the_liquor_s_own_evaporates_nothing():
    case = solve(text("Na2SO4: 15 %", f"{GLAUBER}, operation: vacuum, pressure: 0.5 bar", "50 degC"))
    assert case.flow("c.condensate", "aqueous", "H2O") < 1e-5 * case.flow("liquor", "aqueous", "H2O")
    assert case["c.slurry_temperature"] == pytest.approx(323.15, abs=1e-3)
    assert case["c.vapour_pressure"] < 0.5


def test_heat_given_to_a_vacuum_crystalliser_evaporates_more():
    assert_rising(solve(FLASH).response("c.duty", [0.0, 50.0, 100.0], "c.cooling_duty"))


# ---- duty


def test_the_temperature_found_for_a_duty_is_the_one_that_takes_it():
    found = solve(text("Na2SO4: 15 %", f"{GLAUBER}, operation: duty, duty: -30 kW", "40 degC"))
    celsius = found["c.slurry_temperature"] - 273.15
    held = solve(text("Na2SO4: 15 %", f"{GLAUBER}, temperature: {celsius:.9f} degC", "40 degC"))
    assert held["c.heat_duty"] == pytest.approx(-30.0, rel=1e-6)


def test_at_a_eutectic_the_duty_decides_how_much_freezes_not_the_temperature():
    case = solve(EUTECTIC)
    further = case.again({"c.duty": -90.0})
    assert further["c.slurry_temperature"] == pytest.approx(case["c.slurry_temperature"], abs=1e-3)
    assert further["c.ice_formed"] > 1.3 * case["c.ice_formed"]
    assert further["c.crystals.Na2SO4.10H2O"] > 1.3 * case["c.crystals.Na2SO4.10H2O"]


# ---- ice


@pytest.fixture(scope="module")
def system():
    return load_system("nmc_sulfate")


# CRC Handbook of Chemistry and Physics, Freezing point lowering by electrolytes (after Smithsonian Physical
# Tables), read as reproduced on a web page: degC over mol/kg.
LOWERING = {
    "NaCl": ({"Na": 1, "Cl": 1}, {0.1: 0.35, 0.25: 0.85, 0.5: 1.68, 0.75: 2.60}),
    "MgSO4": ({"Mg": 1, "SO4": 1}, {0.1: 0.24, 0.25: 0.55, 0.5: 1.01, 1.0: 2.08, 1.5: 3.41}),
    "CuSO4": ({"Cu": 1, "SO4": 1}, {0.1: 0.23, 0.25: 0.47, 0.5: 0.96}),
    "K2SO4": ({"K": 2, "SO4": 1}, {0.1: 0.43, 0.25: 1.01, 0.5: 1.87}),
    "H2SO4": ({"SO4": 1}, {0.1: 0.39, 0.25: 0.96, 0.5: 1.95, 1.0: 4.28}),
}


@pytest.mark.parametrize("salt", LOWERING)
def test_liquors_freeze_where_the_handbook_says(system, salt):
    """At the handbook's freezing point the liquor's water is as active as ice's: within 0.25 K or 8 %."""
    ions, table = LOWERING[salt]
    liquor, ice = Speciation(system, list(ions), "pitzer"), system.solids["ice"].constants["pitzer"]
    for molality, lowering in table.items():
        temperature = 273.15 - lowering
        state = liquor.solve({c: n * molality for c, n in ions.items()}, temperature)
        kelvin = (state.ln_water_activity - float(ice.ln_k(temperature))) / 0.0097  # 0.97 % per K
        assert abs(kelvin) < max(0.03, min(0.25, 0.08 * lowering)), (molality, kelvin)


@pytest.mark.parametrize(
    ("salts", "solid", "frozen", "eutectic", "tolerance"),
    [
        ("NaCl: 15 %", "NaCl.2H2O", "50 %", -21.1, 1.1),  # Drebushchak et al. 2017 (abstract read)
        ("Na2SO4: 4.5 %", "Na2SO4.10H2O", "50 %", -1.15, 0.1),  # ColdChem, by PHREEQC
        ("MgSO4: 18 %", "MgSO4.11H2O", "40 %", -3.75, 0.1),  # ColdChem, by PHREEQC
    ],
)
def test_ice_and_salt_form_together_at_the_eutectic(salts, solid, frozen, eutectic, tolerance):
    case = solve(freezer(salts, solid, frozen))
    assert case[f"c.crystals.{solid}"] > 1.0
    assert case["c.slurry_temperature"] - 273.15 == pytest.approx(eutectic, abs=tolerance)
    share = case.flow("c.ice", "solid", "ice") / case.flow("liquor", "aqueous", "H2O")
    assert share == pytest.approx(float(frozen.removesuffix(" %")) / 100.0, rel=1e-9)


def test_phreeqc_finds_the_same_eutectics_with_its_cold_database():
    """The references above: ice and salt saturated at once in ColdChem (Toner and Catling)."""
    from pathlib import Path

    phreeqc = pytest.importorskip("phreeqc")
    from scipy.optimize import brentq

    engine = phreeqc.Phreeqc()
    assert engine.LoadDatabase(str(Path(phreeqc.__file__).parent / "databases" / "ColdChem.dat")) == 0

    def index(cation, count, molality, celsius, solid):
        engine.RunString(
            f"SOLUTION 1\n temp {celsius}\n units mol/kgw\n {cation} {count * molality}\n S(6) {molality}\n"
            f"SELECTED_OUTPUT\n -reset false\n -si {solid}\nEND\n"
        )
        return engine.GetSelectedOutput()[f"si_{solid}"][-1]

    for cation, count, solid, most, expected in (
        ("Na", 2, "Mirabilite", 0.6, -1.15),
        ("Mg", 1, "Meridianiite", 2.3, -3.75),
    ):

        def freezing(molality, cation=cation, count=count):
            return brentq(lambda t: index(cation, count, molality, t, "Ice(s)"), -45.0, 0.5)

        def excess(molality, cation=cation, count=count, solid=solid, freezing=freezing):
            return index(cation, count, molality, freezing(molality), solid)

        assert freezing(brentq(excess, 0.1, most)) == pytest.approx(expected, abs=0.01)


def test_a_dilute_liquor_gives_ice_alone_and_the_more_the_colder():
    case = solve(freezer("Na2SO4: 1 %", "Na2SO4.10H2O", "30 %"))
    assert abs(case["c.crystals.Na2SO4.10H2O"]) < 1e-3
    temperatures = case.response("c.water_frozen", [0.1, 0.3, 0.5], "c.slurry_temperature")
    assert_falling(temperatures)
    held = text("Na2SO4: 1 %", f"{GLAUBER}, ice_forms: yes, temperature: {temperatures[1] - 273.15:.9f} degC")
    assert solve(held)["c.ice_formed"] == pytest.approx(
        0.3 * 0.018015 * case.flow("liquor", "aqueous", "H2O"), rel=1e-3
    )


def test_refrigeration_pays_carnot():
    case = solve(freezer("Na2SO4: 4.5 %", "Na2SO4.10H2O", "50 %"))
    cold = case["c.slurry_temperature"] - 10.0
    assert case["c.refrigeration_cop"] == pytest.approx(0.5 * cold / (308.15 - cold), rel=1e-9)
    assert case["c.power"] * case["c.refrigeration_cop"] == pytest.approx(case["c.refrigeration_duty"])
    assert case["c.refrigeration_duty"] == pytest.approx(-case["c.heat_duty"], rel=1e-6)
    ice = case["c.ice_formed"] / 3600.0 * 333.6  # kW, heat of fusion
    assert ice < case["c.refrigeration_duty"] < 2.0 * ice


# ---- impurities


def test_enclosed_liquor_takes_impurities_along_in_proportion_to_what_is_in_it():
    settings = (
        "solids: [NiSO4.6H2O], water_evaporated: 50 %, temperature: 50 degC, "
        "included: [Na2SO4, Li2SO4.H2O], inclusion: 1e-5 m3/kg"
    )
    case = solve(text("NiSO4: 28 %, Na2SO4: 2 %, Li2SO4: 1 %", settings, "50 degC"))
    case.check(1e-9)
    crystals = case["c.crystals.NiSO4.6H2O"]
    volume = 1e-5 * crystals  # m3/h
    for salt, cation, molar_mass, per in (
        ("Na2SO4", "Na", 22.99e-3, 2.0),
        ("Li2SO4.H2O", "Li", 6.94e-3, 2.0),
    ):
        dissolved = case.concentration("c.slurry", cation) / molar_mass * volume
        assert case.flow("c.slurry", "solid", salt) == pytest.approx(dissolved / per, rel=2e-3)
    assert_rising(case.response("c.inclusion", [1e-6, 1e-5, 1e-4], "c.included_share"))


def test_the_median_size_is_that_of_a_mixed_suspension():
    case = solve(
        text("Na2SO4: 25 %", f"{GLAUBER}, growth_rate: 3.7e-8 m/s, residence_time: 1.02 h", "50 degC")
    )
    assert case["c.median_size"] == pytest.approx(0.5e-3, rel=0.01)  # WaterTAP's own sizing example


LOOP = """
flowsheet: sodium sulfate with its mother liquor going round
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, temperature: 60 degC, aqueous: {flow: 1000 kg/h, Na2SO4: 20 %, KCl: 0.05 %}}
units:
  blend: {unit: mixer, inlets: {feed: [liquor, purge.second]}}
  c: {unit: crystalliser, inlets: {feed: blend.product}, solids: [Na2SO4], temperature: 90 degC,
      water_evaporated: 50 %}
  centrifuge: {unit: filter, inlets: {slurry: c.slurry}, cake_moisture: 0.5 %}
  purge: {unit: splitter, inlets: {feed: centrifuge.filtrate}, fraction: 20 %}
"""


def test_mother_liquor_goes_round_from_a_cold_start_and_impurities_rise_as_the_purge_falls():
    """Chloride leaves with the purge, and with what little liquor the cake holds."""
    case = solve(LOOP)
    case.check(1e-8)
    entering = case.flow("liquor", "aqueous", "Cl")
    for fraction in (0.4, 0.2, 0.1, 0.05):
        case = case.again({"purge.fraction": fraction})
        circulating = case.flow("centrifuge.filtrate", "aqueous", "Cl")
        held = case.flow("centrifuge.cake", "aqueous", "Cl")
        assert circulating == pytest.approx((entering - held) / fraction, rel=1e-6)
        assert held < 0.1 * entering
    yields = case.response("purge.fraction", [0.1, 0.2, 0.4], "c.crystals.Na2SO4")
    assert_falling(yields)


def test_boric_acid_crystallises_and_its_yield_is_boron_s():
    settings = "solids: [sassolite], temperature: 20 degC, activity_model: sit"
    case = solve(text("H3BO3: 12 %", settings, "80 degC").replace("nmc_sulfate", "rare_earth"))
    case.check(1e-9)
    left = case.flow("c.slurry", "aqueous", "B") / case.flow("liquor", "aqueous", "B")
    assert case["c.yield_per_pass.B"] == pytest.approx(1.0 - left, rel=1e-9)
    assert 0.3 < case["c.yield_per_pass.B"] < 0.8


# ---- starts and refusals


@pytest.mark.parametrize(
    ("salts", "settings", "spread"),
    [
        (
            "Na2SO4: 8 %, Li2SO4: 1 %",
            f"{GLAUBER}, operation: freezing",
            {"c.water_frozen": (0.02, 0.7), "c.duty": (0.0, 0.0), "liquor.temperature": (275.0, 330.0)},
        ),
        (
            "Na2SO4: 18 %",
            "solids: [Na2SO4.10H2O, Na2SO4], operation: vacuum",
            {"c.pressure": (0.01, 0.3), "c.duty": (0.0, 100.0), "liquor.flow": (500.0, 2000.0)},
        ),
        (
            "Na2SO4: 6 %",
            f"{GLAUBER}, operation: duty, ice_forms: yes",
            {"c.duty": (-60.0, 20.0), "liquor.flow": (800.0, 2000.0), "liquor.temperature": (280.0, 320.0)},
        ),
    ],
)
def test_cold_starts(salts, settings, spread):
    plant_text = text(salts, settings)
    model, plant = compiled(plant_text)
    failed = []
    for values in samples(plant_text, 15, {"liquor.Na2SO4": (0.01, 0.2), **spread}):
        simulation = simulate(plant, plant.inputs(values))
        if not simulation.converged and {
            d.code for d in explain_failure(plant, simulation, model.document)
        } != {"S203"}:
            failed.append((values, simulation.newton.message))
    assert len(failed) <= 1, failed[:3]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("solids: [ice]", "ice is no crystal"),
        (f"{GLAUBER}, operation: vacuum, water_evaporated: 10 %", "vapour follows"),
        (f"{GLAUBER}, inclusion: 1e-5 m3/kg", "dries to is not given"),
        (f"{GLAUBER}, included: [Li2SO4.H2O]", "is not given"),
        (f"{GLAUBER}, included: [ice], inclusion: 1e-5 m3/kg", "nothing but water"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said):
    with pytest.raises(DiagnosticError, match=said):
        compiled(text("Na2SO4: 15 %, Li2SO4: 1 %", settings))


def test_freezing_more_water_than_the_hydrate_leaves_says_so():
    case = attempt(freezer("Na2SO4: 15 %", "Na2SO4.10H2O", "90 %"))
    assert not case.simulation.converged
    reasons = explain_failure(case.plant, case.simulation, case.model.document)
    assert [d.code for d in reasons] == ["S203"]
    assert "frozen" in reasons[0].message


def test_a_slurry_below_its_freezing_point_that_is_not_let_freeze_is_told_of():
    from flowsheet.results.warnings import collect_warnings
    from opened import ran

    cold = collect_warnings(ran(text("NaCl: 5 %", "solids: [NaCl.2H2O], temperature: -5 degC")))
    told = [w["message"] for w in cold if w["code"] == "W607" and w["where"] == "c"]
    assert len(told) == 1
    assert "supersaturation in ice" in told[0]
    warmer = collect_warnings(ran(text("NaCl: 5 %", "solids: [NaCl.2H2O], temperature: 1 degC")))
    assert not [w for w in warmer if w["code"] == "W607" and w["where"] == "c"]
