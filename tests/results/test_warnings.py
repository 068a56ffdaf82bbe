"""What a result must not keep to itself: extrapolation, limits of safe design, supersaturation."""

import pytest

from flowsheet.document.diagnostics import all_codes
from flowsheet.report import codes
from flowsheet.results.result import build_result
from flowsheet.results.warnings import collect_warnings
from opened import at, ran

LEACH = """
flowsheet: leach
chemistry: nmc_sulfate
feeds:
  black_mass:
    solid: {flow: 100 kg/h, composition: {LCO: 30 %, NMC622: 30 %, LiF: 6 %, Al: 2 %, graphite: balance}}
  acid: {aqueous: {flow: 900 L/h, H2SO4: 2 mol/L}}
  peroxide: {aqueous: {flow: 60 kg/h, H2O2: 30 %}}
  air: {gas: {flow: 1 kg/h, composition: {N2: 79 %, O2: 21 %}}}
units:
  leach:
    unit: leach_train
    inlets: {solids: black_mass, acid: acid, reductant: peroxide, air: air}
    tanks: 1
    temperature: 60 degC
"""
LIQUOR = """
flowsheet: hard water
chemistry: nmc_sulfate
feeds:
  salt: {role: main_feed, aqueous: {flow: 20 L/h, Na2SO4: 1.5 mol/L}}
  hard: {role: reagent, aqueous: {flow: 100 L/h, CaSO4: 1.8 g/L}}
units:
  tank: {unit: mixer, inlets: {feed: [salt, hard]}, temperature: 40 degC}
"""


def told(state, code):
    return [(w["where"], w["message"]) for w in collect_warnings(state) if w["code"] == code]


@pytest.fixture(scope="module")
def leach():
    return ran(LEACH)


def test_hydrogen_and_fluoride_beyond_safe_limits_are_told(leach):
    hydrogen, fluoride = leach.values["leach.hydrogen_over_limit"], leach.values["leach.fluoride_fraction"]
    assert hydrogen > 0.25
    assert fluoride > 3.0
    messages = told(leach, "W608")
    assert [where for where, _ in messages] == ["leach", "leach"]
    assert messages[0][1] == (
        "the ratio of hydrogen in the dry off-gas to its lower flammability limit is "
        f"{hydrogen:.3g}; safe design allows at most 0.25"
    )
    assert messages[1][1] == f"HF in the off-gas is {fluoride:.3g} ppm; safe design allows at most 3 ppm"


def test_enough_air_silences_the_warning_of_hydrogen(leach):
    plenty = at(leach.case, {"air.flow": 5e4}, leach)
    assert plenty.values["leach.hydrogen_over_limit"] < 0.25
    assert not [m for _, m in told(plenty, "W608") if "hydrogen" in m]


def test_rates_beyond_the_temperature_of_their_data_are_told(leach):
    assert not told(leach, "W607")
    hot = at(leach.case, {"leach.temperature": 360.0}, leach)
    found = told(hot, "W607")
    assert {where for where, _ in found} == {"leach"}
    [message] = [m for _, m in found if "k_layered" in m]
    assert message.startswith("temperature of 86.85 degC is outside 25 to 75 degC, the range of ")


def test_an_oxide_beyond_the_fitted_nickel_is_noted(leach):
    messages = [m for _, m in told(leach, "W606")]
    assert any("LCO (0)" in m and "delithiation_nickel" in m for m in messages)
    assert not any("NMC622" in m for m in messages)


def test_a_liquor_above_saturation_is_told_once_per_solid():
    state = ran(LIQUOR)
    [(where, message)] = told(state, "W609")
    assert where == "tank.product"
    assert message.startswith("gypsum would form, but nothing lets it")


def test_a_slurry_is_saturated_by_right_and_so_is_its_filtrate():
    text = LIQUOR.replace(
        "{unit: mixer, inlets: {feed: [salt, hard]}, temperature: 40 degC}",
        "{unit: precipitator, inlets: {feed: [salt, hard]}, solids: [gypsum], "
        "residual_index: {gypsum: 0.02}, temperature: 40 degC}",
    )
    text += "  press: {unit: filter, inlets: {slurry: tank.slurry}, cake_moisture: 40 %}\n"
    state = ran(text)
    assert state.flows["tank.slurry"].get("solid", "gypsum") > 0.0
    assert not told(state, "W609")
    streams = build_result(state)["streams"]
    for name in ("tank.slurry", "press.filtrate"):
        by_solid = {near["solid"]: near["verdict"] for near in streams[name]["near_saturation"]}
        assert by_solid["gypsum"] == "by right"


def test_a_volume_beyond_the_densities_is_told():
    state = ran(LIQUOR.replace("Na2SO4: 1.5 mol/L", "NaOH: 60 %"))
    assert any("NaOH" in message and "% solutes" in message for _, message in told(state, "W610"))
    assert not told(ran(LIQUOR), "W610")


@pytest.mark.parametrize("code", ["W606", "W607", "W608", "W609", "W610"])
def test_every_code_is_explained(code):
    codes.register_all()
    assert all_codes()[code].text
