"""The stream table in Excel: numbers as numbers, a units row, the units that the user chose."""

from __future__ import annotations

import io
import math

import openpyxl
import pytest

from flowsheet.results.display import Shown
from flowsheet.results.excel import stream_workbook


def amount(value: float, unit: str) -> dict:
    return {"value": value, "unit": unit}


@pytest.fixture
def result() -> dict:
    phase = {
        "mass_flow": amount(120.0, "kg/h"),
        "mass_flows": {"unit": "kg/h", "values": {"H2O": 100.0, "Ni": 20.0}},
        "mass_fractions": {"unit": "1", "values": {"H2O": 5 / 6, "Ni": 1 / 6}},
        "concentrations": {"unit": "kg/m3", "values": {"H2O": 1000.0, "Ni": 200.0}},
    }
    return {
        "flowsheet": {"name": "x", "title": "", "scenario": None},
        "status": "converged",
        "message": "",
        "solver": {"equations": 3, "iterations": 2, "residual": 1e-12},
        "provenance": {"versions": {"python": "3"}, "input": {"files": {}}},
        "streams": {
            "acid": {
                "temperature": amount(298.15, "K"),
                "mass_flow": amount(120.0, "kg/h"),
                "pH": math.nan,
                "phases": {"aqueous": phase},
            }
        },
        "products": {
            "salt": {
                "stream": "acid",
                "role": "product",
                "as": "NiSO4",
                "mass_flow": amount(20.0, "kg/h"),
                "purity": amount(0.995, "1"),
                "within_specification": False,
                "impurities": {"Na": {"value": 30.0, "unit": "ppm", "limit": 10.0, "within": False}},
                "impurity_paths": {"Na": {"crystals": 10.0, "wash liquor": 20.0}},
            }
        },
        "recoveries": {"Ni": amount(0.97, "1")},
        "reagents": {},
        "utilities": {"steam": amount(5.0, "kW")},
        "water": {"in": {"unit": "kg/h", "values": {"acid": 100.0}}, "out": {"unit": "kg/h", "values": {}}},
        "emissions": {"sodium_sulfate": {"mass_flow": amount(1.0, "kg/h")}, "off_gas": {}},
        "economics": {"currency": "EUR", "year": 2023, "profit": amount(11.0, "USD/h"), "unpriced": ["lime"]},
        "units": {},
        "set_points": [],
        "specifications": [],
        "warnings": [],
        "balances": {"overall": {}, "units": {}},
    }


@pytest.fixture
def workbook(result):
    data = stream_workbook(result, Shown({"mass_flow": "t/d"}, "EUR", 1.1))
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_second_row_holds_units_and_the_header_stays_in_sight(workbook):
    sheet = workbook["streams"]
    assert [c.value for c in sheet[2]][1:4] == ["degC", "t/d", "m3/h"]
    assert all(s.freeze_panes == "B3" for s in workbook)


def test_numbers_are_numbers_in_the_units_chosen(workbook):
    row = [c.value for c in workbook["streams"][3]]
    assert row[0] == "acid"
    assert row[1:3] == pytest.approx([25.0, 2.88])
    assert workbook["economics"]["C3"].value == pytest.approx(10.0)


def test_what_is_not_finite_is_left_empty(workbook):
    assert workbook["streams"]["E3"].value is None


def test_the_paths_of_impurities_have_a_sheet(workbook):
    assert [c.value for c in workbook["impurity paths"][3]] == ["salt", "Na", 10.0, 20.0]


def test_an_optimum_has_a_sheet(result):
    report = {
        "sense": "maximise",
        "status": "optimal",
        "objective": {"text": "profit", "value": 12.0, "unit": "USD/h", "base": 11.0, "shown_in": ""},
        "variables": {
            "acid.flow": {
                "value": 0.4,
                "unit": "m3/h",
                "shown_in": "L/h",
                "base": 0.3,
                "lower": 0.1,
                "upper": 0.4,
                "active": "upper",
                "multiplier": 5.0,
            }
        },
        "constraints": [
            {
                "text": "recovery(Ni) >= 98 %",
                "value": 0.97,
                "unit": "1",
                "shown_in": "%",
                "bound": 0.98,
                "base": 0.9,
                "active": True,
                "missed": True,
                "multiplier": -3.0,
            }
        ],
    }
    data = stream_workbook(result | {"optimisation": report}, Shown())
    rows = list(openpyxl.load_workbook(io.BytesIO(data))["optimum"].iter_rows(min_row=3, values_only=True))
    assert rows[0][:2] == ("maximise", "profit")
    assert rows[1][:3] + rows[1][7:] == ("vary", "acid.flow", "L/h", "upper", pytest.approx(0.005))
    assert rows[1][3:7] == pytest.approx((100.0, 300.0, 400.0, 400.0))
    assert rows[2][:2] + rows[2][4:6] + rows[2][7:] == (
        "subject to",
        "recovery(Ni) >= 98 %",
        pytest.approx(90.0),
        pytest.approx(97.0),
        "missed",
        pytest.approx(-0.03),
    )


def test_recoveries_are_in_percent_as_purities_are(workbook):
    assert [c.value for c in workbook["recoveries"]["B"]][1:] == ["%", pytest.approx(97.0)]


# ---- profiles


def by_position(result, tags):
    """A column and a leach train of these names; what is declared a profile, and what looks like one."""
    column = {
        "cycle_time": amount(2.0, "h"),
        "share.1": amount(0.5, "1"),
        "effluent_pH.feed_1": amount(9.0, "pH"),
        "effluent.Ca.feed_1": amount(1e-6, "mol/L"),
        "effluent.Fe(II).feed_1": amount(2e-6, "mol/L"),
        "effluent_pH.feed_2": amount(8.0, "pH"),
        "effluent.Ca.feed_2": amount(3e-6, "mol/L"),
        "tank_volume.1": amount(3.0, "m3"),
    }
    profiles = {"effluent": "component.level", "effluent_pH": "level", "tank_volume": "tank"}
    units = {tag: {"unit": "column", "results": column, "profiles": profiles} for tag in tags}
    return openpyxl.load_workbook(io.BytesIO(stream_workbook(result | {"units": units}, Shown())))


def test_a_profile_has_a_sheet_with_a_row_per_position(result):
    book = by_position(result, ["bed"])
    rows = list(book["bed by level"].values)
    assert rows[0] == ("level", "effluent_pH", "effluent Ca", "effluent Fe(II)")
    assert rows[1][2:] == ("mol/L", "mol/L")
    assert rows[2:] == [("feed_1", 9.0, 1e-6, 2e-6), ("feed_2", 8.0, 3e-6, None)]
    assert book["bed by level"].freeze_panes == "B3"
    assert next(book["bed by tank"].iter_rows(min_row=3, values_only=True)) == ("1", 3.0)


def test_only_what_is_declared_a_profile_leaves_the_list_of_units(result):
    rows = by_position(result, ["bed"])["units"].iter_rows(min_row=3, values_only=True)
    assert [row[2] for row in rows] == ["cycle_time", "share.1"]


def test_sheets_of_profiles_have_names_that_excel_takes(result):
    long = "a_very_long_name_of_a_column_of_resin"
    book = by_position(result, [f"{long}_1", f"{long}_2", "a/b", "A_B"])
    names = [n for n in book.sheetnames if n.lower().startswith("a")]
    assert len(names) >= 8
    assert all(len(n) <= 31 for n in names)
    assert len({n.lower() for n in book.sheetnames}) == len(book.sheetnames)
