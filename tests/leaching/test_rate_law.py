"""Rate laws of a parameter set: units, logarithms, names."""

from __future__ import annotations

import math

import pyomo.environ as pyo
import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.expression import parse_expression
from flowsheet.document.syntax_tree import plain_span
from hydromet.leaching.rate_law import LEFT, Amount, LawNames, evaluate_law, rate_unit_factor


def law(text: str):
    return parse_expression(text, plain_span(text))


def amounts(**values: float):
    """Positive amounts with their logarithms, `c[H+]` as c_H."""
    table = {"c_H": "c[H+]", "left": LEFT}
    known = {table.get(k, k): Amount(v, math.log(v)) for k, v in values.items()}
    return known.__getitem__


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 * c[H+]**0.5 - 1", 0.0),
        ("c[H+] / (1 mol/L)", 0.25),
        ("(2 * c[H+])**2", 0.25),
        ("(c[H+]**2)**0.5", 0.25),
        ("log10(c[H+] / 2.5)", -1.0),
        ("sqrt(c[H+])", 0.5),
        ("tanh(c[H+] - 0.25) + exp(-c[H+] + 0.25)", 1.0),
        ("(1 - X)**(2/3)", 0.25),
        ("abs(-c[H+])", 0.25),
        ("3 mm/h / (1 mm/h)", 3.0),
        ("(1 kJ/mol) / (1000 J/mol)", 1.0),
        ("0 * c[H+]", 0.0),
    ],
)
def test_a_law_has_its_value(text, value):
    assert evaluate_law(law(text), amounts(c_H=0.25, left=0.125)) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("unit", "canonical", "factor"),
    [("mm/h", "m/h", 1e3), ("L/mol/h", "m3*mol-1*h-1", 1e3), ("mol/kg/h", "mol*kg-1*h-1", 1.0),
     ("W/m3", "kW/m3", 1e-3), ("mm*L/mol/h", "m4*mol-1*h-1", 1e6), ("kg/L", "kg/m3", 1e-3)],
)  # fmt: skip
def test_numbers_count_in_millimetres_and_litres(unit, canonical, factor):
    assert rate_unit_factor(canonical) == pytest.approx(factor)


def test_powers_of_a_vanishing_concentration_have_derivatives():
    model = pyo.ConcreteModel()
    model.ln_c = pyo.Var(initialize=-600.0)
    text = "c[H+]**0.3 * (1 - X)**(2/3)"
    known = {"c[H+]": Amount(pyo.exp(model.ln_c), model.ln_c), LEFT: Amount(1.0, 0.0)}
    expression = evaluate_law(law(text), known.__getitem__)
    from pyomo.core.expr.calculus.derivatives import differentiate

    assert pyo.value(expression) == pytest.approx(math.exp(-180.0))
    assert differentiate(expression, wrt=model.ln_c) == pytest.approx(0.3 * math.exp(-180.0))


def test_an_absent_species_makes_a_product_zero_and_a_power_zero():
    known = {"c[Cl]": Amount(0.0), "k": Amount(2.0)}
    assert evaluate_law(law("k * c[Cl]**0.5"), known.__getitem__) == 0.0
    assert evaluate_law(law("k / (k + c[Cl])"), known.__getitem__) == 1.0


def test_an_unknown_name_is_told_with_what_is_known():
    with pytest.raises(DiagnosticError) as caught:
        LawNames({}, {}, {}.__getitem__).evaluate(law("k * pHH"))
    (found,) = caught.value.diagnostics
    assert found.code == "E502"
    assert "unknown name" in found.message
