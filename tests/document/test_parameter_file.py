"""Parameter sets: numbers with sources and ranges, and no number without a source."""

from __future__ import annotations

import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.parameter_file import load_parameter_set
from flowsheet.document.syntax_tree import evaluate

SET = """\
parameter_set: example
for: leach_train.kinetics
title: An example
sources:
  paper: {citation: "A. Author, J. Leach. 1 (2020) 1, table 2", doi: 10.1/x, note: as read}
  other: {citation: "B. Other, handbook, page 3"}
values:
  activation_energy: {value: 65 kJ/mol, source: paper, uncertainty: 5 %,
                      range: {T: 20 degC to 90 degC, H: "0 to 2.5 mol/L"}}
  reference: {value: 25 degC, source: paper, uncertainty: 2 K}
  order:
    H: {value: 0.5, source: fit, uncertainty: 0.1}
  reaction: {text: Cu+2 + Fe = Cu + Fe+2, source: paper, confirmed: [other], basis: per mol Cu}
  rate: {expression: "k0 * a[H+]**0.5", source: paper, note: of nickel}
fit: {script: fits/x.py, data: [table.csv], held_out: [series 3], statistics: {points: 12, rmse: 0.05}}
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str):
        path = tmp_path / "set.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_values_arrive_with_unit_source_range_and_uncertainty(write):
    parameters = load_parameter_set(write(SET))
    energy = parameters.values["activation_energy"]
    assert (energy.value, energy.quantity.unit, energy.source) == (65.0, "kJ/mol", "paper")
    assert energy.uncertainty == pytest.approx(3.25)
    temperature, acid = energy.ranges
    assert (temperature.lower, temperature.upper, temperature.unit) == (293.15, 363.15, "K")
    assert (acid.lower, acid.upper, acid.unit) == (0.0, 2.5, "mol/L")
    assert temperature.contains(300)
    assert not temperature.contains(400)
    assert parameters.values["reference"].uncertainty == 2.0
    assert parameters.values["order.H"].value == 0.5
    assert parameters.value("activation_energy", "kJ/mol") == 65.0
    assert [source.doi for source in parameters.sources_used()] == ["10.1/x", ""]
    assert parameters.families == ("leach_train.kinetics",)
    assert parameters.values["reaction"].text == "Cu+2 + Fe = Cu + Fe+2"
    assert parameters.values["reaction"].confirmed == ("other",)
    assert parameters.fit.held_out == ("series 3",)
    assert parameters.fit.statistics == {"points": 12, "rmse": 0.05}


def test_an_expression_may_stand_for_a_number(write):
    rate = load_parameter_set(write(SET)).values["rate"]
    assert evaluate(rate.expression, {"k0": 2.0, "a[H+]": 4.0}) == 4.0
    with pytest.raises(TypeError):
        _ = rate.value


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        (", source: paper, uncertainty: 5 %", "", "E702"),
        ("{value: 0.5, source: fit, uncertainty: 0.1}", "0.5", "E702"),
        ("source: paper, uncertainty: 2 K", "source: papre", "E702"),
        ("fit: {script", "# fit: {script", "E702"),
        ("value: 65 kJ/mol", "value: 65 kJ/mole/", "E202"),
        ("value: 65 kJ/mol", "valeu: 65 kJ/mol", "E102"),
        ("confirmed: [other]", "confirmed: [othr]", "E702"),
        ("note: of nickel", "notes: of nickel", "E101"),
        ("note: of nickel", "value: 3", "E403"),
        ("20 degC to 90 degC", "warm", "E703"),
        ("20 degC to 90 degC", "90 degC to 20 degC", "E505"),
        ("20 degC to 90 degC", "20 kg to 90 degC", "E203"),
        ("k0 * a[H+]", "k0 ^ a[H+]", "E503"),
        ("citation:", "cite:", "E101"),
    ],
)
def test_faults_are_diagnostics(write, right, wrong, code):
    assert right in SET
    with pytest.raises(DiagnosticError) as caught:
        load_parameter_set(write(SET.replace(right, wrong, 1)))
    assert code in [d.code for d in caught.value.diagnostics]


def test_asking_for_what_is_not_there_is_a_diagnostic(write):
    parameters = load_parameter_set(write(SET))
    for name, unit, code in [
        ("activation_enrgy", "kJ/mol", "E703"),
        ("activation_energy", "h", "E203"),
        ("rate", "1/h", "E703"),
    ]:
        with pytest.raises(DiagnosticError) as caught:
            parameters.value(name, unit)
        assert caught.value.diagnostics[0].code == code
