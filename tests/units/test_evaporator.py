"""Evaporator: boiling point, energy, and what the concentrate is near to."""

import math

import pytest

from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.solve.speciation import Speciation
from harness import assert_rising, solve

LIQUOR = """
flowsheet: evaporator
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, temperature: 60 degC,
           aqueous: {flow: 500 L/h, NiSO4: 80 g/L, Na2SO4: 30 g/L, H2SO4: 2 g/L}}
units:
  conc: {unit: evaporator, inlets: {feed: liquor}, water_evaporated: 60 %}
"""
STEAM = LIQUOR.replace("60 %}", "60 %, heating: steam}")


@pytest.fixture(scope="module")
def conc():
    return solve(LIQUOR)


def temperature(case, stream):
    return case.evaluate(case.model.streams[stream].temperature)


def amounts(case, stream):
    names = case.model.streams[stream].shape.names("aqueous")
    return {c: case.flow(stream, "aqueous", c) for c in names}


@pytest.mark.parametrize("text", [LIQUOR, STEAM])
def test_elements_electrons_and_energy_close(text):
    case = solve(text)
    case.check(1e-9)
    given = case["conc.steam_duty"] + case["conc.power"] - case["conc.cooling_duty"]
    assert given == pytest.approx(case["conc.heat_duty"], rel=1e-9)


def test_the_stated_share_of_the_water_leaves(conc):
    water = conc.flow("liquor", "aqueous", "H2O")
    assert conc.flow("conc.condensate", "aqueous", "H2O") == pytest.approx(0.6 * water, rel=1e-10)
    assert conc.flow("conc.concentrate", "aqueous", "Ni") == pytest.approx(
        conc.flow("liquor", "aqueous", "Ni"), rel=1e-10
    )


def test_the_boiling_point_is_where_water_s_activity_meets_the_pressure(conc):
    """a_w p_sat(T) = p with the activity that the chemistry gives for the concentrate at that temperature."""
    boiling = temperature(conc, "conc.concentrate")
    flows = amounts(conc, "conc.concentrate")
    activity = Speciation(conc.system, list(flows), "pitzer").solve(flows, boiling).water_activity
    assert activity * saturation_pressure(boiling) == pytest.approx(0.3, rel=1e-6)
    assert saturation_pressure(temperature(conc, "conc.condensate")) == pytest.approx(0.3, rel=1e-8)
    clausius = (
        -math.log(activity) * 8.314 * boiling**2 / 42.2e3
    )  # 42.2 kJ/mol: water's heat of vaporisation at 70 degC
    assert conc["conc.boiling_point_rise"] == pytest.approx(clausius, rel=0.02)
    assert conc.plant.units["conc.boiling_point_rise"] == "delta_K"  # shown as it is, not as degC


def test_the_boiling_point_rises_with_concentration_and_pressure(conc):
    assert_rising(conc.response("conc.water_evaporated", [0.1, 0.4, 0.7], "conc.boiling_point_rise"))
    temperatures = [
        temperature(conc.again({"conc.pressure": p}), "conc.concentrate") for p in (0.1, 0.3, 1.0)
    ]
    assert_rising(temperatures)


def test_recompression_takes_the_isentropic_work_of_real_steam(conc):
    """Cantera's equation of state for water; the unit's is an ideal gas with k = 1.33."""
    import cantera as ct

    steam, boiling = ct.Water(), temperature(conc, "conc.concentrate")
    steam.TP = boiling, 0.3e5
    before, entropy = steam.enthalpy_mass, steam.entropy_mass
    steam.SP = entropy, 1e5 * saturation_pressure(boiling + 8.0)
    work = (steam.enthalpy_mass - before) / 1000.0 / 3600.0 / 0.8  # kWh/kg
    vapour = 0.0180153 * conc.flow("conc.condensate", "aqueous", "H2O")
    assert conc["conc.power"] == pytest.approx(work * vapour, rel=0.02)


def test_recompression_of_a_dilute_liquor_costs_what_plants_report(conc):
    """20 to 30 kWh per m3 of distillate is what brine concentrators take; WaterTAP's model gives 22."""
    dilute = conc.again({"liquor.NiSO4": 5.0, "liquor.Na2SO4": 5.0, "conc.pressure": 0.7})
    assert 12.0 < dilute["conc.specific_energy"] < 30.0
    assert_rising(conc.response("conc.temperature_difference", [3.0, 6.0, 12.0], "conc.specific_energy"))
    assert_rising([-a for a in conc.response("conc.temperature_difference", [3.0, 6.0, 12.0], "conc.area")])


def test_live_steam_costs_the_latent_heat():
    case = solve(STEAM)
    vapour = 0.0180153 * case.flow("conc.condensate", "aqueous", "H2O")
    assert 3600.0 * case["conc.steam_duty"] / vapour == pytest.approx(2400.0, rel=0.05)
    assert case["conc.power"] == 0.0


def test_salts_that_would_form_are_told_by_their_saturation_index(conc):
    strong = conc.again({"conc.water_evaporated": 0.9})
    assert conc["conc.saturation_index.NiSO4.6H2O"] < 0.0 < strong["conc.saturation_index.NiSO4.6H2O"]
    flows = amounts(strong, "conc.concentrate")
    solved = Speciation(strong.system, list(flows), "pitzer").solve(
        flows, temperature(strong, "conc.concentrate")
    )
    assert strong["conc.saturation_index.Na2SO4"] == pytest.approx(
        solved.saturation_index["Na2SO4"], abs=1e-6
    )
    assert not [n for n in strong.values if "saturation_index.Ni(OH)2" in n]
