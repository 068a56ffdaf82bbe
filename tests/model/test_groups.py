"""A product sold as a group of elements: rare-earth oxide of a dried oxalate cake."""

import pytest

from flowsheet.chemistry.formula import atomic_weight
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.flows import element_flows
from flowsheet.results.result import build_result
from opened import opened, ran

CONCENTRATE = """
flowsheet: a wet concentrate dried
chemistry: {system: rare_earth, activity_model: sit}
feeds:
  concentrate:
    role: main_feed
    solid: {flow: 10 kg/h, composition: {Nd2O3: 60 %, Dy2O3: 10 %, SiO2: balance}}
  water: {role: water, aqueous: {flow: 2 kg/h}}
units:
  pulp: {unit: mixer, inlets: {feed: [concentrate, water]}}
  press: {unit: filter, inlets: {slurry: pulp.product}, cake_moisture: 5 %}
products:
  oxides: {stream: press.cake, as: REO, purity: ">= 90 %", price: 10 USD/kg}
  water: {stream: press.filtrate, role: waste}
"""
OPTIMISE = """
optimise:
  maximise: profit
  vary: {water.flow: [1 kg/h, 4 kg/h]}
  subject_to: ["recovery(REO) >= 90 %", "purity(oxides) >= 60 %"]
"""


@pytest.fixture(scope="module")
def state():
    return ran(CONCENTRATE)


def test_purity_is_the_mass_of_the_oxides_over_the_dry_mass(state):
    stream = state.flows["press.cake"]
    found = element_flows(stream, state.case.plant.facts["species"])
    oxide = sum(found[e] * (atomic_weight(e) + 1.5 * atomic_weight("O")) / 1000.0 for e in ("Nd", "Dy"))
    assert state.values["product.oxides.purity"] == pytest.approx(
        oxide / state.values["product.oxides.dry_mass"], rel=1e-10
    )
    assert state.values["product.oxides.purity"] == pytest.approx(0.70, rel=1e-6)


def test_recovery_of_the_group_weighs_its_elements(state):
    shares = {"Nd": 0.6, "Dy": 0.1}
    expected = sum(shares[e] * state.values[f"recovery.{e}"] for e in shares) / sum(shares.values())
    assert state.values["recovery.REO"] == pytest.approx(expected, rel=1e-9)
    assert state.values["recovery.REO"] + state.values["loss.REO"] == pytest.approx(1.0, abs=1e-9)


def test_the_result_judges_purity_and_names_the_factors(state):
    result = build_result(state)
    product = result["products"]["oxides"]
    assert (product["as"], product["within_specification"]) == ("REO", False)
    assert result["groups"]["REO"]["values"]["Nd"] == pytest.approx(1.16638, abs=1e-5)


def test_constraints_may_name_a_group():
    values = ran(CONCENTRATE + OPTIMISE).values
    assert values["optimise.constraint.0"] == pytest.approx(values["recovery.REO"] - 0.9, abs=1e-9)
    assert values["optimise.constraint.1"] == pytest.approx(values["product.oxides.purity"] - 0.6, abs=1e-9)


def test_a_misspelt_group_is_refused():
    with pytest.raises(DiagnosticError) as refused:
        opened(CONCENTRATE.replace("as: REO", "as: REOs"))
    assert "REO" in str(refused.value.diagnostics[0].help)
