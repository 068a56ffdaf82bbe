"""Formulas, valences and reactions as they are written."""

import pytest

from flowsheet.chemistry.formula import FormulaError, parse
from flowsheet.chemistry.reaction import EquilibriumConstant, parse_reaction


@pytest.mark.parametrize(
    ("text", "elements", "charge"),
    [
        ("SO4-2", {"S": 1, "O": 4}, -2),
        ("Al(OH)2+", {"Al": 1, "O": 2, "H": 2}, 1),
        ("Ni4(OH)4+4", {"Ni": 4, "O": 4, "H": 4}, 4),
        ("NaFe3(SO4)2(OH)6", {"Na": 1, "Fe": 3, "S": 2, "O": 14, "H": 6}, 0),
        ("CoSO4.7H2O", {"Co": 1, "S": 1, "O": 11, "H": 14}, 0),
        ("Li0.5CoO2", {"Li": 0.5, "Co": 1, "O": 2}, 0),
        ("MgSO4.0.5H2O", {"Mg": 1, "S": 1, "O": 4.5, "H": 1}, 0),
        ("SiO2(am)", {"Si": 1, "O": 2}, 0),
        ("H+", {"H": 1}, 1),
    ],
)
def test_formula_gives_elements_and_charge(text: str, elements: dict[str, float], charge: int) -> None:
    found = parse(text)
    assert found.elements == elements
    assert found.charge == charge


@pytest.mark.parametrize("text", ["", "ni", "Ni(OH", "NiOH)2", "2", "Ni SO4", "Ni#"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


def test_an_unknown_element_is_named() -> None:
    with pytest.raises(FormulaError, match="Qq"):
        _ = parse("QqO2").molar_mass


@pytest.mark.parametrize(
    ("text", "electrons"),
    [
        ("Cu", 2),
        ("Fe", 3),
        ("Fe+2", 1),
        ("MnO2", -2),
        ("H2O2", -2),
        ("O2", -4),
        ("H2", 2),
        ("H2O", 0),
        ("SO4-2", 0),
    ],
)
def test_electrons_count_from_the_reference_valences(text: str, electrons: float) -> None:
    assert parse(text).electrons == pytest.approx(electrons)


@pytest.mark.parametrize("text", ["A + B", "A = B = C", "A + = C", "two A = C"])
def test_what_is_no_reaction_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a reaction|not `number name`"):
        parse_reaction(text)


def test_constant_follows_van_t_hoff_with_a_heat_capacity() -> None:
    """d ln K/dT = (dH + dCp (T - T0))/(R T^2)."""
    constant = EquilibriumConstant(-3.0, delta_h=40.0, delta_cp=-150.0)
    for temperature in (285.0, 298.15, 350.0):
        slope = (constant.ln_k(temperature + 0.01) - constant.ln_k(temperature - 0.01)) / 0.02
        enthalpy = 40.0 - 0.150 * (temperature - 298.15)
        assert slope == pytest.approx(enthalpy / (8.314462618e-3 * temperature**2), rel=1e-5)
