"""Quantities: what plants write is understood, what is ambiguous is refused, and nothing is lost."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsheet.document import unit_of_measure
from flowsheet.document.quantity import QuantityError, parse_quantity, split_quantity, to_display
from flowsheet.document.unit_expression import parse_unit
from flowsheet.document.unit_of_measure import SHIPPED, load_conversions, registry, save_conversions


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("70 degC", "K", 343.15),
        ("70 degree_Celsius", "K", 343.15),
        ("158 fahrenheit", "K", 343.15),
        ("70°C", "K", 343.15),
        ("158 degF", "K", 343.15),
        ("300 K", "K", 300.0),
        ("5 degC", "delta_K", 5.0),
        ("9 degF", "delta_K", 5.0),
        ("2 h", "h", 2.0),
        ("90 min", "h", 1.5),
        ("1 y", "h", 8766.0),
        ("650 L/h", "m3/h", 0.65),
        ("1 m3/d", "m3/h", 1 / 24),
        ("5 t/h", "kg/h", 5000.0),
        ("1 short_ton", "kg", 907.18474),
        ("2 kt/d", "kg/h", 2e6 / 24),
        ("58 %", "1", 0.58),
        ("30 wt%", "mass fraction", 0.3),
        ("30 mass %", "mass fraction", 0.3),
        ("21 mol %", "mole fraction", 0.21),
        ("50 ppm", "1", 50e-6),
        ("3 g/t", "1", 3e-6),
        ("4.0", "pH", 4.0),
        ("1.5", "1", 1.5),
        ("1.2 m3/m3", "1", 1.2),
        ("2 barg", "bar", 3.01325),
        ("1 atm", "bar", 1.01325),
        ("100 kPa", "bar", 1.0),
        ("5 kWh", "kJ", 18000.0),
        ("30 kWh/t", "kJ/kg", 108.0),
        ("1 MJ/h", "kW", 1 / 3.6),
        ("128 USD/t", "USD/kg", 0.128),
        ("2 kUSD", "USD", 2000.0),
        ("0.08 USD/kWh", "USD/kJ", 0.08 / 3600),
        ("400 USD/m3/y", "USD/m3/y", 400.0),
        ("1 Nm3/h", "mol/h", 44.61503),
        ("30 um", "m", 30e-6),
        ("30 µm", "m", 30e-6),
        ("2 mol/L", "mol/L", 2.0),
        ("2000 mol/m3", "mol/L", 2.0),
        ("2 M", "mol/L", 2.0),
        ("65 kJ/mol", "kJ/mol", 65.0),
        ("4.2 J/g/degC", "kJ/kg/K", 4.2),
        ("1.5 kW/(m2*K)", "kW/m2/K", 1.5),
        ("20 L m", "m3*m", None),
        ("1e-9 m^2/s", "m2/h", 3.6e-6),
        ("5 1/h", "1/h", 5.0),
        ("5 h-1", "1/h", 5.0),
    ],
)
def test_what_plants_write_is_understood(text, unit, value):
    if value is None:
        with pytest.raises(QuantityError) as caught:
            parse_quantity(text, unit)
        assert caught.value.code == "E202"
    else:
        assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-7)


@pytest.mark.parametrize(
    ("text", "unit", "code", "hint"),
    [
        ("2:1", "1", "E201", "0.25"),
        ("3 - 5 h", "h", "E201", "one number"),
        ("3 to 5 h", "h", "E201", "one number"),
        ("3-5 h", "h", "E201", "one number"),
        ("1,000 kg", "kg", "E201", "without a comma"),
        ("1,5 h", "h", "E201", "decimal point"),
        ("5 ± 1 h", "h", "E201", "uncertainty"),
        ("nan", "h", "E206", ""),
        (".inf h", "h", "E206", ""),
        ("1e999 h", "h", "E206", ""),
        ("two h", "h", "E201", ""),
        ("", "h", "E201", ""),
        ("5", "h", "E201", "2 h"),
        ("5 ton", "kg", "E207", "short_ton"),
        ("5 tons/h", "kg/h", "E207", "short_ton"),
        ("5 MT", "kg", "E207", "Mt"),
        ("5 $/kg", "USD/kg", "E207", "USD"),
        ("80 C", "K", "E207", "degC"),
        ("80 degree_Reaumur", "K", "E202", "degC"),
        ("5 kgg", "kg", "E202", "kg"),
        ("5 kg kg", "kg", "E202", "join"),
        ("5 kg//h", "kg/h", "E202", "join"),
        ("5 kg", "h", "E203", "2 h"),
        ("5 m3/h", "kg/h", "E203", "100 kg/h"),
        ("5 h", "1", "E203", "30 %"),
        ("4 %", "pH", "E203", "4.0"),
        ("30 mol %", "mass fraction", "E203", "mass %"),
        ("5 delta_degC", "K", "E203", "70 degC"),
        ("5 EUR/kg", "USD/kg", "E208", "exchange_rates"),
        ("2 ** 3 h", "h", "E202", ""),
        ("__import__('os')", "h", "E201", ""),
    ],
)
def test_what_is_ambiguous_or_wrong_is_refused_with_help(text, unit, code, hint):
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text, unit)
    assert caught.value.code == code
    assert hint in caught.value.help


UNITS = ["kg/h", "t/d", "g/min", "lb/h", "kt/y"]


@settings(deadline=None)
@given(st.floats(-1e12, 1e12, allow_subnormal=False), st.sampled_from(UNITS))
def test_a_quantity_survives_display_and_reading(value, unit):
    shown = to_display(value, "kg/h", unit)
    assert parse_quantity(f"{shown!r} {unit}", "kg/h") == pytest.approx(value, rel=1e-13, abs=1e-290)


@settings(deadline=None)
@given(st.floats(200, 700), st.sampled_from(["degC", "degF", "K"]))
def test_a_temperature_survives_display_and_reading(value, unit):
    assert parse_quantity(f"{to_display(value, 'K', unit)!r} {unit}", "K") == pytest.approx(value, rel=1e-13)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read_exactly(value):
    assert split_quantity(f"{value!r} kg").number == value


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="0123456789.,:+-eE kghtmlLC%/*^()°$ ", max_size=14))
def test_any_text_is_read_or_refused_but_never_crashes(text):
    with contextlib.suppress(QuantityError):
        assert isinstance(parse_quantity(text, "kg/h"), float)


def test_percent_is_exact():
    """58 * 0.01 isn't 0.58 in binary; 58 / 100 is, and hashes of inputs depend on it."""
    for number in range(1, 100):
        assert parse_quantity(f"{number} %", "1") == number / 100
        assert parse_quantity(f"{number} L/h", "m3/h") == number / 1000
        assert parse_quantity(f"{number} min", "h") == number / 60


def test_conversions_agree_with_pint():
    """Our grammar and memo stand between the user and Pint: they must not change what it says."""
    ureg = registry()
    for text, unit in [
        ("kWh/t", "kJ/kg"),
        ("lb/gal", "kg/m3"),
        ("psi", "bar"),
        ("hp", "kW"),
        ("ft3/min", "m3/h"),
        ("cal/mol", "kJ/mol"),
        ("inch", "m"),
        ("mmol/mL", "mol/L"),
    ]:
        wanted = ureg.Quantity(1.0, parse_unit(text).key).to(parse_unit(unit).key).magnitude
        assert parse_quantity(f"1 {text}", unit) == pytest.approx(wanted, rel=1e-14)


def test_a_normal_cubic_metre_is_the_ideal_gas_at_0_degC_and_1_atm():
    """CODATA 2018 molar volume of ideal gas (273.15 K, 101.325 kPa): 22.41396954e-3 m3/mol."""
    assert 1 / parse_quantity("1 Nm3", "mol") == pytest.approx(22.41396954e-3, rel=1e-9)


def test_conversions_can_be_carried_to_the_next_run(tmp_path, monkeypatch):
    path = tmp_path / "cache" / "conversions.json"
    parse_quantity("3 furlong", "m")
    save_conversions(path)
    assert "furlong -> m" in json.loads(path.read_text())["conversions"]
    monkeypatch.setattr(unit_of_measure, "_CONVERSIONS", {})
    load_conversions(path)
    monkeypatch.setattr(unit_of_measure, "_convert_with_pint", None)
    assert parse_quantity("4 furlong", "m") == pytest.approx(804.672, rel=1e-5)


def test_a_broken_memory_of_conversions_is_ignored(tmp_path):
    path = tmp_path / "conversions.json"
    for text in ("{", "[]", '{"conversions": {"a": 3}}'):
        path.write_text(text)
        load_conversions(path)


def test_the_conversions_that_ship_are_pint_s():
    stored = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert len(stored["conversions"]) > 100
    ureg = registry()
    for key, (factor, offset) in stored["conversions"].items():
        unit, target = key.split(" -> ")
        wanted = ureg.Quantity(1.0, unit).to(parse_unit(target).key).magnitude
        assert (factor, offset) == (pytest.approx(wanted, rel=1e-14), 0.0), key
