"""What is wrong with a case is said with its place and the nearest spelling, and ends with exit code 2."""

from __future__ import annotations

import pytest

import line_cases as cases
from flowsheet.cli import main

GOOD = cases.CASE.format(study="A")


def refused(suite, capsys) -> str:
    assert main(["validate", str(suite), "--jobs", "1"]) == 2
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("tolerance:", "tolerence:", "14:5", "did you mean `tolerance`?"),
        ("basis: stated", "basis: state", "13:43", "did you mean `stated`?"),
        ("line.py:y", "lime.py:y", "10:27", "there is no file `lime.py`"),
        ("line.py:y", "line.py:z", "10:27", "line.py has no function `z`"),
        ("column: x, unit", "column: xx, unit", "6:15", "did you mean `x`?"),
        ("unit: g/L", "unit: gL", "6:24", "unknown unit"),
        ("1 points", "1 g/L", "13:26", "expected"),
        ('shown_in: "%"', "shown_in: g/L", "12:15", "expected"),
        ("predicted: {function: line.py:y}", "predicted: leach.extraction.Ni", "10:16", "needs a flowsheet"),
        ("measured:", "expected:", "11:5", "in a case of kind `validation` the key is `measured`"),
    ],
)
def test_a_fault_is_shown_at_its_place(tmp_path, capsys, old, new, place, told):
    suite = cases.write(tmp_path, case=GOOD.replace(old, new))
    found = refused(suite, capsys)
    assert f"case.yaml:{place} " in found
    assert told in found


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ("x,y\n1,10,2\n", "line 2 of the table has 3 cells"),
        ("x,x,y\n1,10,2\n", "two columns `x`"),
        ("# nothing\n", "the table is empty"),
        ("x,y\n", "no row of the table is kept"),
    ],
)
def test_a_table_that_can_t_be_used(tmp_path, capsys, points, told):
    found = refused(cases.write(tmp_path, points=points), capsys)
    assert "case.yaml:4:10 " in found
    assert told in found


def test_a_folder_without_cases(tmp_path, capsys):
    assert "there is no case below" in refused(tmp_path, capsys)
    assert "there is no folder" in refused(tmp_path / "nowhere", capsys)


def test_an_unknown_case_is_suggested(tmp_path, capsys):
    assert main(["validate", str(cases.write(tmp_path)), "--case", "onne"]) == 2
    assert "did you mean `one`?" in capsys.readouterr().err


def test_one_quantity_is_compared_alike_everywhere(tmp_path, capsys):
    suite = cases.write(tmp_path)
    cases.write(
        tmp_path, "lines/two", case=GOOD.replace("shown_in:", "compared_as: remainder\n    shown_in:")
    )
    assert "E913" in refused(suite, capsys)


def test_accepting_needs_a_reason(tmp_path, capsys):
    assert main(["validate", str(cases.write(tmp_path)), "--accept", " "]) == 2
    assert "needs a reason" in capsys.readouterr().err


def test_rows_written_in_the_case_have_the_same_columns(tmp_path, capsys):
    rows = "rows:\n    - {x: 1, y: 10}\n    - {x: 2, z: 20}\n"
    suite = cases.write(tmp_path, case=GOOD.replace("table: points.csv\n", rows))
    assert "case.yaml:6:7 this row and the first differ in their columns: y, z" in refused(suite, capsys)
