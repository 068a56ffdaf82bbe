"""The expression language: what it computes, what it refuses, and where it says the fault is."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flowsheet.document.diagnostics import DiagnosticError, Span
from flowsheet.document.expression import parse_comparison, parse_expression
from flowsheet.document.syntax_tree import Call, Comparison, Name, Number, evaluate, names_in, plain_span


def value(text: str, **names: float) -> float:
    return evaluate(parse_expression(text, plain_span(text)), names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 ** 3 ** 2", 512.0),
        ("-2 ** 2", -4.0),
        ("2 ** -1", 0.5),
        ("8 / 4 / 2", 1.0),
        ("5 - 3 - 1", 1.0),
        ("+3 - -2", 5.0),
        ("exp(log(7))", 7.0),
        ("log10(100) + sqrt(9) + tanh(0) + abs(-4)", 9.0),
        ("1e-3 * 1000", 1.0),
        ("50 % + 0.5", 1.0),
        ("2 h", 2.0),
        ("90 min * 2", 3.0),
        ("25 degC", 298.15),
        ("100 g/L", 100.0),
    ],
)
def test_arithmetic_is_what_everyone_expects(text, expected):
    assert value(text) == pytest.approx(expected, rel=1e-15)


def test_an_arrhenius_law_reads_as_it_is_written():
    text = "k0 * exp(-E / R * (1 / T - 1 / T0)) * a[H+]**n"
    names = {"k0": 0.2, "E": 65.0, "R": 8.314e-3, "T": 343.15, "T0": 298.15, "a[H+]": 1.5, "n": 0.5}
    expected = 0.2 * math.exp(-65 / 8.314e-3 * (1 / 343.15 - 1 / 298.15)) * 1.5**0.5
    assert evaluate(parse_expression(text, plain_span(text)), names) == pytest.approx(expected, rel=1e-14)


def test_pyomo_expressions_pass_through():
    pyo = pytest.importorskip("pyomo.environ")
    model = pyo.ConcreteModel()
    model.x = pyo.Var(initialize=2.0)
    functions = {"exp": pyo.exp, "log": pyo.log, "log10": pyo.log10, "sqrt": pyo.sqrt, "tanh": pyo.tanh}
    text = "3 * exp(x) + log10(x)**2"
    built = evaluate(parse_expression(text, plain_span(text)), {"x": model.x}, functions)
    assert pyo.value(built) == pytest.approx(3 * math.exp(2) + math.log10(2) ** 2)


def test_functions_of_names_take_oxidation_states_and_formulas_as_they_are():
    for text, arguments in [
        ("recovery(Co)", ("Co",)),
        ("impurity(lithium_carbonate, Fe(II))", ("lithium_carbonate", "Fe(II)")),
        ("amount(leach.slurry, Fe(OH)3)", ("leach.slurry", "Fe(OH)3")),
        ("reagent_cost()", ()),
    ]:
        call = parse_expression(text, plain_span(text))
        assert isinstance(call, Call)
        assert call.names == arguments


def test_names_may_be_dotted_indexed_and_carry_oxidation_states():
    text = "co_sx.extraction[3].pH + leach.liquor.Fe(III) + c[Fe(OH)2+]"
    names = [name.text for name in names_in(parse_expression(text, plain_span(text)))]
    assert names == ["co_sx.extraction[3].pH", "leach.liquor.Fe(III)", "c[Fe(OH)2+]"]


def test_names_end_in_formulas_as_results_name_them():
    for name in ("tank.precipitated.Ni(OH)2", "a.made.Ca5(PO4)3OH", "a.made.FePO4.2H2O"):
        text = f"2 * {name} + 1"
        assert [found.text for found in names_in(parse_expression(text, plain_span(text)))] == [name]


def test_a_comma_that_yaml_took_for_its_own_is_explained():
    text = "recovery(Ni"  # what is left of `[recovery(Ni, liquor) >= 99 %]`
    with pytest.raises(DiagnosticError) as caught:
        parse_expression(text, plain_span(text))
    assert "in quotes" in caught.value.diagnostics[0].help


def test_comparisons_keep_both_sides_and_their_places():
    text = "recovery(Co) >= 97 %"
    comparison = parse_comparison(text, Span("plant.yaml", 7, 11, len(text)))
    assert isinstance(comparison, Comparison)
    assert comparison.operator == ">="
    assert isinstance(comparison.right, Number)
    assert (comparison.right.value, comparison.right.unit) == (0.97, "1")
    assert str(comparison.right.span) == "plant.yaml:7:27"
    assert parse_comparison("a.pH = 4.0", plain_span("a.pH = 4.0")).left == Name(
        "a.pH", Span("expression", 1, 1, 4)
    )


@pytest.mark.parametrize(
    ("text", "code", "column", "words"),
    [
        ("1 +", "E501", 3, "ends too early"),
        ("", "E501", 1, "empty"),
        ("(1 + 2", "E501", 6, "`)` is missing"),
        ("1 2", "E501", 3, "isn't expected"),
        ("a b", "E501", 3, "isn't expected"),
        ("a if b else c", "E503", 3, "no conditions"),
        ("asinh(x)", "E503", 1, "derivatives"),
        ("max(a, b)", "E503", 1, "derivatives"),
        ("2 ^ 3", "E503", 3, "power"),
        ("a; b", "E501", 2, "isn't understood"),
        ("'a'", "E501", 1, "isn't understood"),
        ("a.__class__", None, 0, ""),
        ("2 mol/Lx", "E202", 1, "unit"),
        ("5 ton", "E207", 1, "ton"),
        ("a >= 3", "E501", 3, "comparison"),
        ("recovery(Co", "E501", 9, "missing"),
    ],
)
def test_faults_are_placed(text, code, column, words):
    if code is None:
        # A name with underscores is only a name: nothing is ever looked up on an object.
        with pytest.raises(KeyError):
            value(text)
        return
    with pytest.raises(DiagnosticError) as caught:
        parse_expression(text, plain_span(text))
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.column) == (code, column)
    assert words in found.message


@pytest.mark.parametrize(
    ("text", "code"), [("a > 3", "E503"), ("a", "E501"), ("1 <= a <= 2", "E503"), ("a != 2", "E503")]
)
def test_constraints_have_one_comparison(text, code):
    with pytest.raises(DiagnosticError) as caught:
        parse_comparison(text, plain_span(text))
    assert caught.value.diagnostics[0].code == code


_numbers = st.floats(0.001, 1000).map(lambda number: f"{number:.6g}")
_trees = st.recursive(
    _numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"tanh({text})"),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(_trees)
def test_it_computes_what_python_computes(text):
    expected = eval(text, {"__builtins__": {}}, {"tanh": math.tanh})
    assert value(text) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=300)
@example("1 1")
@example("1 1/2")
@given(st.text(alphabet="ab1.5()[]+-*/^%=<> ,_'hkg", max_size=16))
def test_any_text_is_read_or_refused_but_never_crashes(text):
    for parse in (parse_expression, parse_comparison):
        with contextlib.suppress(DiagnosticError):
            parse(text, plain_span(text))
