"""Reagents as pure compounds, whatever basis they are stated in and whatever they share."""

import pytest

from flowsheet.chemistry.formula import parse
from flowsheet.results.reagents import compound_masses
from flowsheet.results.result import build_result
from opened import ran

PLANT = """
flowsheet: reagents
chemistry: nmc_sulfate
feeds:
  ore: {role: main_feed, solid: {flow: 20 kg/h, composition: {graphite: 100 %}}, aqueous: {flow: 10 kg/h}}
  mixed: {role: reagent, aqueous: {flow: 50 kg/h, NaOH: 10 %, Na2CO3: 4 %}}
  strong: {role: reagent, aqueous: {flow: 100 L/h, H2SO4: 2 mol/L, Na2SO4: 10 g/L}}
  salt: {role: reagent, aqueous: {flow: 100 kg/h, Na2SO4: 1 mol/kg}}
units:
  tank: {unit: mixer, inlets: {feed: [ore, mixed, strong, salt]}, temperature: 40 degC}
specs:
  - {vary: mixed.NaOH, until: "tank.product.Na = 30 g/L"}
"""


def test_each_compound_is_counted_once():
    state = ran(PLANT)
    assert compound_masses(state, "ore") == {"graphite": pytest.approx(20.0, rel=1e-9)}
    acid, sulfate = parse("H2SO4").molar_mass / 1000.0, parse("Na2SO4").molar_mass / 1000.0
    assert compound_masses(state, "strong") == {
        "H2SO4": pytest.approx(200.0 * acid, rel=1e-9),
        "Na2SO4": pytest.approx(1.0, rel=1e-9),
    }
    assert compound_masses(state, "salt") == {
        "Na2SO4": pytest.approx(100.0 * sulfate / (1.0 + sulfate), rel=1e-9)
    }
    mixed = compound_masses(state, "mixed")
    assert mixed["Na2CO3"] == pytest.approx(2.0, rel=1e-9)
    sodium = state.flows["mixed"].get("aqueous", "Na")  # NaOH is freed by the specification
    by_sodium = mixed["NaOH"] / parse("NaOH").molar_mass + 2.0 * mixed["Na2CO3"] / parse("Na2CO3").molar_mass
    assert by_sodium == pytest.approx(sodium / 1000.0, rel=1e-9)


def test_the_result_states_reagents_per_main_feed():
    table = build_result(ran(PLANT))["reagents"]
    assert set(table) == {"mixed", "strong", "salt"}
    assert table["mixed"]["per_main_feed"]["value"] == pytest.approx(50.0 / 30.0, rel=1e-9)
    assert table["strong"]["compounds"]["Na2SO4"]["per_main_feed"]["value"] == pytest.approx(
        1.0 / 30.0, rel=1e-9
    )
