"""Crystalliser: solubility, solid solution, hydrates, evaporation."""

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.model.build import build_model
from flowsheet.model.catalogue import unit_classes
from flowsheet.solve.speciation import Speciation
from harness import assert_falling, assert_rising, solve
from sampling import load

COBALT = """
flowsheet: cobalt sulfate
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, temperature: 60 degC, aqueous: {flow: 500 L/h, CoSO4: 250 g/L, MgSO4: 0.5 g/L,
           NiSO4: 1 g/L, Na2SO4: 5 g/L, H2SO4: 3 g/L}}
units:
  evap: {unit: crystalliser, inlets: {feed: liquor}, solids: [CoSO4.7H2O], temperature: 30 degC,
         water_evaporated: 45 %, solid_solution: {NiSO4.7H2O: 0.5, MgSO4.7H2O: 0.8}}
"""
NICKEL = """
flowsheet: nickel sulfate by cooling
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, temperature: 80 degC, aqueous: {flow: 500 L/h, NiSO4: 600 g/L}}
units:
  cool: {unit: crystalliser, inlets: {feed: liquor}, solids: [NiSO4.6H2O, NiSO4.7H2O], temperature: 25 degC}
"""


@pytest.fixture(scope="module")
def cobalt():
    return solve(COBALT)


@pytest.fixture(scope="module")
def nickel():
    return solve(NICKEL)


def liquor_of(case, stream, temperature):
    flows = {c: case.flow(stream, "aqueous", c) for c in case.model.streams[stream].shape.names("aqueous")}
    return Speciation(case.system, list(flows), "pitzer").solve(flows, temperature)


def test_elements_electrons_and_energy_close(cobalt, nickel):
    cobalt.check(1e-9)
    nickel.check(1e-9)


def test_the_mother_liquor_is_saturated_as_the_chemistry_says(cobalt):
    assert liquor_of(cobalt, "evap.slurry", 303.15).saturation_index["CoSO4.7H2O"] == pytest.approx(
        0.0, abs=1e-6
    )


@pytest.mark.parametrize(
    ("celsius", "stable"), [(10.0, "NiSO4.7H2O"), (25.0, "NiSO4.7H2O"), (50.0, "NiSO4.6H2O")]
)
def test_the_hydrate_that_is_stable_forms_and_the_other_does_not(nickel, celsius, stable):
    """NiSO4.7H2O turns into NiSO4.6H2O at 30.7 degC (CRC Handbook: solid phase of the solubility table)."""
    case = nickel.again({"cool.temperature": 273.15 + celsius})
    other = ({"NiSO4.6H2O", "NiSO4.7H2O"} - {stable}).pop()
    assert case[f"cool.crystals.{stable}"] > 1.0
    assert abs(case[f"cool.crystals.{other}"]) < 1e-4 * case[f"cool.crystals.{stable}"]


def test_solubility_of_nickel_sulfate_is_the_handbook_s(nickel):
    """CRC Handbook, 25 degC: 28.8 % by mass [validation/solubility], 2.61 mol/kg water; fitted to it."""
    molality = (
        nickel.flow("cool.slurry", "aqueous", "Ni") / nickel.flow("cool.slurry", "aqueous", "H2O") / 0.0180153
    )
    assert molality == pytest.approx(2.61, rel=0.03)


def test_solid_solution_takes_impurity_in_proportion_to_the_liquor(cobalt):
    cobalt_crystals = cobalt.flow("evap.slurry", "solid", "CoSO4.7H2O")
    for solid, element, coefficient in (("NiSO4.7H2O", "Ni", 0.5), ("MgSO4.7H2O", "Mg", 0.8)):
        in_crystal = cobalt.flow("evap.slurry", "solid", solid) / cobalt_crystals
        in_liquor = cobalt.flow("evap.slurry", "aqueous", element) / cobalt.flow(
            "evap.slurry", "aqueous", "Co"
        )
        assert in_crystal / in_liquor == pytest.approx(coefficient, rel=1e-6)


def test_evaporating_more_and_cooling_more_crystallise_more(cobalt, nickel):
    assert_rising(
        cobalt.response("evap.water_evaporated", [0.1, 0.3, 0.5, 0.6], "evap.crystals.CoSO4.7H2O"),
        strictly=False,
    )
    assert_falling(nickel.response("cool.temperature", [283.15, 293.15, 303.15], "cool.yield_per_pass.Ni"))


def test_a_liquor_below_saturation_gives_no_crystals(cobalt):
    thin = cobalt.again({"liquor.CoSO4": 30.0, "evap.water_evaporated": 0.1})
    assert abs(thin["evap.crystals.CoSO4.7H2O"]) < 1e-3
    assert liquor_of(thin, "evap.slurry", 303.15).saturation_index["CoSO4.7H2O"] < -0.3
    thin.check(1e-9)


def test_crystals_that_come_back_dissolve_in_a_thin_liquor():
    text = NICKEL.replace(
        "NiSO4: 600 g/L}}", "NiSO4: 100 g/L}, solid: {flow: 10 kg/h, composition: {NiSO4.6H2O: 100 %}}}"
    )
    case = solve(text)
    assert abs(case["cool.crystals.NiSO4.7H2O"]) < 1e-4
    assert case.flow("cool.slurry", "solid", "NiSO4.6H2O") < 1e-3
    brought = case.flow("liquor", "aqueous", "Ni") + case.flow("liquor", "solid", "NiSO4.6H2O")
    assert case.flow("cool.slurry", "aqueous", "Ni") == pytest.approx(brought, rel=1e-6)
    case.check(1e-9)


def test_heat_is_steam_less_cooling_and_the_vapour_space_is_below_water_s_pressure(cobalt):
    given = cobalt["evap.steam_duty"] - cobalt["evap.cooling_duty"]
    assert given == pytest.approx(cobalt["evap.heat_duty"], rel=1e-9)
    assert 0.7 * 0.04247 < cobalt["evap.vapour_pressure"] < 0.04247  # bar, water at 30 degC


def test_epsomite_is_saturated_in_its_saturated_solution(cobalt):
    """CRC Handbook, 25 degC: 26.3 % MgSO4 by mass, 2.965 mol/kg water; pitzer.dat's constant, not fitted."""
    flows = {"H2O": 55.508, "Mg": 2.9647, "SO4": 2.9647}
    found = Speciation(cobalt.system, list(flows), "pitzer").solve(flows, 298.15)
    assert found.saturation_index["MgSO4.7H2O"] == pytest.approx(0.0, abs=0.08)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("solids: [CoSO4.7H2O]", "solids: []"), "no solid to crystallise"),
        (("NiSO4.7H2O: 0.5", "CoSO4.7H2O: 0.5"), "is in `solids` as well"),
        (("solids: [CoSO4.7H2O]", "solids: [NMC622]"), "no solubility constant"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change, message):
    classes = unit_classes()
    with pytest.raises(DiagnosticError, match=message):
        build_model(load(COBALT.replace(*change), classes), classes)
