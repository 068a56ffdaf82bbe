"""What expressions measure, by the units of what they name."""

from __future__ import annotations

import pytest

from flowsheet.document.measures import unit_as_written
from flowsheet.document.syntax_tree import evaluate

CONSTRAINT = "recovery(Co) >= 97 %"
TARGET = "neutraliser.slurry.pH = 4.0"


@pytest.mark.parametrize(
    ("objective", "unit"),
    [
        ("profit", "USD/h"),
        ("revenue - 2 * reagent_cost", "USD/h"),
        ("-profit / reagent_cost", "1"),
        ("recovery(Co)", "fraction"),
        ("log(recovery(Co))", "1"),
        ("abs(profit)", "USD/h"),
        ("leach.temperature", "K"),
        ("leach.temperature - neutraliser.slurry.temperature", "delta_K"),
        ("leach.temperature + 10 K", "K"),
        ("neutraliser.slurry.Ni", "kg/m3"),
        ("neutraliser.slurry.mass_flow", "kg/h"),
        ("neutraliser.pH", "pH"),
        ("leach.tanks", "1"),
        ("profit * leach.residence_time", "USD"),
    ],
)
def test_an_objective_has_the_unit_of_its_names(load, plant, objective, unit):
    found = load(plant.replace("maximise: profit", f"maximise: {objective}")).optimisation
    assert found.objective_unit == unit
    assert found.objective_text == objective


@pytest.mark.parametrize(
    ("constraint", "operator", "bound", "unit"),
    [
        ("leach.temperature <= 60 degC", "<=", 333.15, "K"),
        ("60 degC >= leach.temperature", "<=", 333.15, "K"),
        ("leach.temperature <= 340 K", "<=", 340.0, "K"),
        ("leach.temperature - neutraliser.slurry.temperature <= 5 K", "<=", 5.0, "delta_K"),
        ("profit >= 0", ">=", 0.0, "USD/h"),
        ("0.97 <= recovery(Co)", ">=", 0.97, "fraction"),
        ("neutraliser.slurry.Ni >= 2 * 30 g/L", ">=", 60.0, "kg/m3"),
        ("reagent_cost <= revenue", ">=", None, "USD/h"),
        ("revenue >= reagent_cost", ">=", None, "USD/h"),
    ],
)
def test_a_constraint_has_its_number_on_the_right_and_a_unit(load, plant, constraint, operator, bound, unit):
    text = plant.replace(CONSTRAINT, constraint)
    assert text != plant
    found = load(text).optimisation.subject_to[0]
    assert (found.operator, found.unit) == (operator, unit)
    assert found.bound == pytest.approx(bound)
    assert found.text == constraint


@pytest.mark.parametrize(
    ("constraint", "code", "place"),
    [
        ("leach.temperature <= 60", "E201", "60"),
        ("leach.temperature >= 0", "E201", "0"),
        ("leach.temperature <= 2 h", "E203", "2 h"),
        ("leach.temperature - neutraliser.slurry.temperature <= 5 degC", "E203", "5 degC"),
        ("neutraliser.slurry.Ni >= 1 mol/L", "E203", "1 mol/L"),
        ("97 <= recovery(Co)", "E201", "97"),
        ("profit + recovery(Co) >= 0", "E203", "recovery(Co)"),
        ("2 kJ/kg * neutraliser.slurry.mass_flow <= 5 kg/h", "E203", "5 kg/h"),
        ("2 kJ/kg * neutraliser.slurry.mass_flow <= 5", "E201", "5"),
        ("2 kJ/kg * neutraliser.slurry.mass_flow + profit >= 0", "E203", "profit"),
    ],
)
def test_unlike_things_are_not_compared(faults, plant, constraint, code, place):
    text = plant.replace(CONSTRAINT, constraint)
    [found] = faults(text).diagnostics
    assert found.code == code
    line = text.splitlines()[found.span.line - 1]
    assert line[found.span.column - 1 :][: found.span.length] == place


@pytest.mark.parametrize(
    ("constraint", "unit"),
    [
        ("leach.temperature <= 60 degC", "degC"),
        ("60 degC >= leach.temperature", "degC"),
        ("recovery(Co) >= 0.97", "%"),
        ("reagent_cost <= 0.5 * revenue", ""),
        ("profit >= 2 USD/kg * neutraliser.slurry.mass_flow", ""),
        ("leach.temperature >= neutraliser.slurry.temperature + 5 K", "K"),
    ],
)
def test_a_bound_is_shown_in_the_unit_in_which_it_is_written(load, plant, constraint, unit):
    found = load(plant.replace(CONSTRAINT, constraint)).optimisation.subject_to[0]
    assert unit_as_written(found) == unit


@pytest.mark.parametrize(
    ("constraint", "left", "bound", "unit"),
    [
        ("2 kJ/kg * neutraliser.slurry.mass_flow <= 0.1 kW", 2.0 / 3600.0, 0.1, "kW"),
        ("0.1 kW >= 2 kJ/kg * neutraliser.slurry.mass_flow", 2.0 / 3600.0, 0.1, "kW"),
        ("neutraliser.slurry.mass_flow / (1.1 kg/L) <= 3 L/h", 1.0 / 1100.0, 0.003, "m3/h"),
        ("2 kJ/kg * neutraliser.slurry.mass_flow + 1 kW <= 2 kW", 1.0 + 2.0 / 3600.0, 2.0, "kW"),
        ("-(2 kJ/kg * neutraliser.slurry.mass_flow) / (1 kW) >= -3", -2.0 / 3600.0, -3.0, "1"),
        ("2 kJ/kg * neutraliser.slurry.mass_flow / (1 kW) <= 3", 2.0 / 3600.0, 3.0, "1"),
        ("2 kJ/kg * neutraliser.slurry.mass_flow >= 0", 2.0, 0.0, "kJ*h-1"),
        ("2 kJ/kg * neutraliser.slurry.mass_flow >= 3 kW * 2 h / (1 h)", 2.0 / 3600.0, 6.0, "kW"),
    ],
)
def test_a_product_is_compared_in_the_unit_of_its_bound(load, plant, constraint, left, bound, unit):
    """With 1 kg/h; canonical units aren't coherent: 1 kJ/h is 1/3600 kW."""
    found = load(plant.replace(CONSTRAINT, constraint)).optimisation.subject_to[0]
    assert found.unit == unit
    assert found.bound == pytest.approx(bound)
    assert evaluate(found.left, {"neutraliser.slurry.mass_flow": 1.0}) == pytest.approx(left)


def test_a_specification_is_compared_in_the_unit_of_its_target(load, plant):
    text = plant.replace(TARGET, "2 kJ/kg * neutraliser.slurry.mass_flow = 0.1 kW")
    assert text != plant
    until = load(text).specifications[0].until
    assert until.unit == "kW"
    assert evaluate(until.left, {"neutraliser.slurry.mass_flow": 1.0}) == pytest.approx(2.0 / 3600.0)


def test_other_money_is_converted_at_the_rates_of_the_file(load, faults, plant):
    text = plant.replace(CONSTRAINT, "reagent_cost <= 100 EUR/h")
    [refused] = faults(text).diagnostics
    assert (refused.code, "exchange_rates" in refused.help) == ("E208", True)
    stated = load(text + "economics: {exchange_rates: {EUR: 1.1 USD}}\n").optimisation.subject_to[0]
    assert (stated.bound, stated.unit) == (pytest.approx(110.0), "USD/h")
