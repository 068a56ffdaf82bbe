"""Names in expressions, specifications and what they can't ask."""

import re

import pytest

from example_plants import COBALT
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.solved import solved
from flowsheet.solve.explain import explain_failure
from flowsheet.solve.simulate import simulate
from opened import opened, ran

TANK = """
flowsheet: tank
chemistry: nmc_sulfate
feeds:
  acid: {role: reagent, aqueous: {flow: 100 L/h, H2SO4: 0.5 mol/L}}
  salt: {role: main_feed, aqueous: {flow: 100 L/h, NiSO4: 50 g/L, NaOH: 0.5 mol/L}}
units:
  tank: {unit: mixer, inlets: {feed: [acid, salt]}, temperature: 40 degC}
  press: {unit: evaporator, inlets: {feed: tank.product}, water_evaporated: 20 %}
"""


def spec(vary, until, more=""):
    return TANK + f'specs:\n  - {{vary: {vary}, until: "{until}"}}\n' + more


def test_a_concentration_is_met_and_the_variable_reported():
    state = ran(spec("press.water_evaporated", "press.concentrate.Ni = 25 g/L"))
    stream = state.flows["press.concentrate"]
    volume = state.values["stream.press.concentrate.volume_flow"]
    assert stream.get("aqueous", "Ni") * 0.0586934 / volume == pytest.approx(25.0, rel=1e-6)


def test_a_target_is_an_input_that_moves_without_compiling_anew():
    case = opened(spec("press.water_evaporated", "press.concentrate.Ni = 25 g/L"))
    state = ran(spec("press.water_evaporated", "press.concentrate.Ni = 25 g/L"))
    simulation = simulate(case.plant, case.plant.inputs({"specs.0.target": 40.0}), state.simulation.x)
    assert simulation.converged
    more = solved(case, simulation, speciate=False)
    assert more.flows["press.condensate"].get("aqueous", "H2O") > 1.2 * state.flows["press.condensate"].get(
        "aqueous", "H2O"
    )


def test_the_ph_of_a_stream_that_no_unit_speciates_can_be_asked():
    """The mixer has no speciation; its outlet is speciated for the question, as the result does it."""
    state = ran(spec("acid.flow", "tank.product.pH = 1.5"))
    assert state.liquors["tank.product"]["pH"] == pytest.approx(1.5, abs=1e-6)


@pytest.mark.parametrize(
    ("quantity", "value"), [("temperature = 330 K", None), ("mass_flow = 250 kg/h", 250.0)]
)
def test_temperature_and_flow_of_a_stream_can_be_asked(quantity, value):
    vary = "tank.temperature" if value is None else "acid.flow"
    state = ran(spec(vary, f"tank.product.{quantity}"))
    stream = state.flows["tank.product"]
    if value is None:
        assert stream.temperature == pytest.approx(330.0, abs=1e-6)
    else:
        species = state.case.plant.facts["species"]
        mass = sum(species["aqueous"][c]["molar_mass"] * n for c, n in stream.flows["aqueous"].items())
        assert mass == pytest.approx(value, rel=1e-8)


def test_recovery_purity_and_money_can_be_asked():
    state = ran(COBALT + 'specs:\n  - {vary: bleed.fraction, until: "recovery(Co) = 92 %"}\n')
    assert state.values["recovery.Co"] == pytest.approx(0.92, rel=1e-8)


@pytest.mark.parametrize(
    ("vary", "until", "code", "words"),
    [
        ("acid.flow", "tank.product.Co = 3 g/L", "E502", "Co"),
        ("acid.flow", "salt.pH = 3", "E502", "pH"),
        ("acid.CoSO4", "tank.product.pH = 3", "E5", "CoSO4"),
        ("press.heating", "tank.product.pH = 3", "E5", "heating"),
    ],
)
def test_what_has_no_number_is_an_error_at_its_place(vary, until, code, words):
    with pytest.raises(DiagnosticError) as refused:
        opened(spec(vary, until))
    found = refused.value.diagnostics[0]
    assert found.code.startswith(code)
    assert words in found.message + found.help
    assert found.span is not None


def failure(text):
    case = opened(text)
    simulation = simulate(case.plant, case.p)
    assert not simulation.converged
    return explain_failure(case.plant, simulation, case.document)


def test_a_target_out_of_reach_is_told_with_the_range_that_is_reached_in_its_unit():
    """Without evaporation the hot concentrate has 9.3 g/L of nickel; it can't be made thinner."""
    [found] = failure(spec("press.water_evaporated", "press.concentrate.Ni = 5000 mg/L"))
    assert found.code == "S204"
    assert "press.concentrate.Ni = 5000 mg/L" in found.message
    assert "press.water_evaporated" in found.message
    told = re.search(r"goes from (\S+) mg/L to \S+ mg/L where the right side is 5000 mg/L$", found.message)
    assert told is not None
    assert float(told.group(1)) == pytest.approx(9300, rel=0.01)
    assert found.span is not None
    assert found.span.line == TANK.count("\n") + 2


def test_a_specification_that_its_variable_does_not_touch_is_structural():
    found = failure(spec("press.temperature_difference", "tank.product.Ni = 5 g/L"))
    assert {d.code for d in found} == {"S201", "S202"}
    assert "specification `tank.product.Ni = 5 g/L`" in found[0].message
    assert "`press.temperature_difference`" in found[1].message


def test_two_specifications_of_one_balance_are_told_together():
    text = spec(
        "acid.flow",
        "tank.product.pH = 1.5",
        '  - {vary: press.temperature_difference, until: "tank.product.SO4 = 40 g/L"}\n',
    )
    found = failure(text)
    assert "S201" in {d.code for d in found}
    message = next(d.message for d in found if d.code == "S201")
    assert "tank.product.SO4 = 40 g/L" in message


def optimising(constraint):
    return (
        COBALT
        + f"""
optimise:
  maximise: profit
  vary: {{bleed.fraction: [5 %, 50 %]}}
  subject_to: ["{constraint}"]
"""
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("recovery(Li) >= 90 %", "no feed brings Li"),
        ("recovery(SO4) >= 90 %", "no feed brings SO4"),
        ("2 * loss(Fe(II)) <= 1 %", "no feed brings Fe(II)"),
        ("impurity(co, Fe(II)) <= 10 ppm", "`Fe(II)` is none of them"),
    ],
)
@pytest.mark.parametrize("kind", ["constraint", "specification"])
def test_an_element_that_no_feed_brings_is_told_at_its_place(asked, words, kind):
    """Its recovery would be nothing over nothing."""
    text = optimising(asked)
    if kind == "specification":
        equation = asked.replace(">", "").replace("<", "")
        text = COBALT + f'specs:\n  - {{vary: bleed.fraction, until: "{equation}"}}\n'
    with pytest.raises(DiagnosticError) as refused:
        opened(text)
    [found] = refused.value.diagnostics
    assert found.code == "E502"
    assert words in found.message
    assert "Co" in found.help
    place = text.splitlines()[found.span.line - 1][found.span.column - 1 :]
    assert place.startswith(words.split("`")[1] if "`" in words else words.split()[-1])


@pytest.mark.parametrize("asked", ["impurity(co, Li) <= 10 ppm", "impurity(co, SO4) <= 90 %"])
def test_what_a_product_may_not_hold_is_bounded_even_where_nothing_brings_it(asked):
    assert opened(optimising(asked)).plant.facts["targets"]["constraints"][0]["text"] == asked


def test_a_limit_of_what_is_no_element_is_told_at_its_place():
    with pytest.raises(DiagnosticError) as refused:
        opened(COBALT.replace("limits: {Na: 100 ppm,", "limits: {Fe(II): 100 ppm,"))
    [found] = refused.value.diagnostics
    assert "`Fe(II)` is none of them" in found.message
    assert found.span is not None
