"""Both bands trip when they should, nothing that failed is dropped, and what has no data never passed."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import line_cases as cases
from flowsheet.cli import main


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    """Exit code and JSON of a validation."""
    code = main(["validate", *arguments, "--jobs", "1", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_case_in_band_passes(tmp_path, capsys):
    suite = cases.write(tmp_path)
    code, found = outcome(capsys, str(suite))
    assert code == 0
    (case,) = found["cases"]
    assert case["status"] == "in band"
    points = case["compared"][0]["points"]
    assert [p["predicted"] for p in points] == pytest.approx([0.1, 0.2, 0.4])
    assert [p["measured"] for p in points] == pytest.approx([0.102, 0.197, 0.404])
    assert [p["in_regression_band"] for p in points] == [None, None, None]
    (line,) = found["statistics"]
    assert line["mean_error"] == pytest.approx((-0.002 + 0.003 - 0.004) / 3)
    assert line["rms_error"] == pytest.approx(((4 + 9 + 16) / 3) ** 0.5 * 1e-3)


def test_a_measurement_moved_by_three_standard_deviations_trips_validation(tmp_path, capsys):
    suite = cases.write(tmp_path, points=cases.POINTS.replace("19.7", "22.7"))
    code, found = outcome(capsys, str(suite))
    assert code == 1
    assert found["cases"][0]["why"] == "outside the tolerance: y 1 of 3 (2.5 points)"


def test_a_prediction_moved_by_a_per_cent_trips_regression(tmp_path, capsys):
    suite = cases.write(tmp_path)
    assert outcome(capsys, str(suite), "--accept", "as first made")[0] == 0
    stored = suite / "lines" / "one" / "predictions.yaml"
    text = stored.read_text()
    assert '  reason: "as first made"' in text
    assert outcome(capsys, str(suite))[0] == 0
    stored.write_text(text.replace("line 3: 0.2", "line 3: 0.202"))
    code, found = outcome(capsys, str(suite))
    assert code == 1
    assert found["cases"][0]["why"] == "moved from the stored prediction: y 1 of 3"


def test_a_model_that_changes_trips_regression(tmp_path, capsys):
    suite = cases.write(tmp_path)
    outcome(capsys, str(suite), "--accept", "as first made")
    other = cases.write(tmp_path / "other", model=cases.LINE.replace("0.1", "0.101"))
    stored = (suite / "lines" / "one" / "predictions.yaml").read_text()
    (other / "lines" / "one" / "predictions.yaml").write_text(stored)
    code, found = outcome(capsys, str(other))
    assert code == 1
    assert found["cases"][0]["why"] == "moved from the stored prediction: y 3 of 3"


def test_points_that_come_and_go_are_said(tmp_path, capsys):
    suite = cases.write(tmp_path)
    outcome(capsys, str(suite), "--accept", "as first made")
    cases.write(tmp_path, points="x,y\n1,10.2\n")
    code, found = outcome(capsys, str(suite))
    assert code == 1
    assert "y 0 new, 2 gone" in found["cases"][0]["why"]


def test_a_share_of_points_may_be_outside(tmp_path, capsys):
    points = cases.POINTS.replace("19.7", "30")
    text = cases.CASE.format(study="A").replace("2.5 points,", "2.5 points, share: 60 %,")
    assert outcome(capsys, str(cases.write(tmp_path, case=text, points=points)))[0] == 0


def test_a_point_without_a_prediction_is_a_failure_in_sight(tmp_path, capsys):
    model = "def y(point):\n    return 0.1 * point['x'] if point['x'] < 3 else 1 / 0\n"
    code, found = outcome(capsys, str(cases.write(tmp_path, model=model)))
    assert code == 1
    assert "1 point without a prediction (line 4: y fails: ZeroDivisionError" in found["cases"][0]["why"]
    assert found["statistics"][0]["failed"] == 1
    assert found["statistics"][0]["share_in_band"] == pytest.approx(2 / 3)


def test_a_number_that_was_not_measured_is_not_compared(tmp_path, capsys):
    suite = cases.write(tmp_path, points=cases.POINTS.replace("19.7", ""))
    code, found = outcome(capsys, str(suite))
    assert code == 0
    assert [p["point"] for p in found["cases"][0]["compared"][0]["points"]] == ["line 2", "line 4"]
    cases.write(tmp_path, points="x,y\n1,\n")
    assert main(["validate", str(suite), "--jobs", "1"]) == 2
    assert "`y` is measured at no point" in capsys.readouterr().err


def test_a_column_with_any_name_may_stand_in_a_formula(tmp_path, capsys):
    text = cases.CASE.format(study="A").replace("{column: y,", "{formula: '`y (%), dry` + 0 * x',")
    points = cases.POINTS.replace("x,y", 'x,"y (%), dry"')
    code, found = outcome(capsys, str(cases.write(tmp_path, case=text, points=points)))
    assert code == 0
    assert found["cases"][0]["compared"][0]["points"][0]["measured"] == pytest.approx(0.102)


def test_a_comparison_may_keep_to_some_rows(tmp_path, capsys):
    text = cases.CASE.format(study="A").replace("    shown_in", "    where: {x: 2 to 4}\n    shown_in")
    _, found = outcome(capsys, str(cases.write(tmp_path, case=text)))
    assert [p["point"] for p in found["cases"][0]["compared"][0]["points"]] == ["line 3", "line 4"]


def test_tables_of_other_spreadsheets_are_read(tmp_path, capsys):
    suite = cases.write(tmp_path, points=cases.POINTS.replace(",", ";") + "8;80\n")
    assert outcome(capsys, str(suite))[0] == 0


def test_a_case_without_its_data_is_not_run_and_never_passes(tmp_path, capsys):
    suite = cases.write(tmp_path, points="")
    code, found = outcome(capsys, str(suite))
    assert code == 1
    assert found["cases"][0]["status"] == "not run"
    cases.write(tmp_path, "lines/two")
    code, found = outcome(capsys, str(suite))
    assert code == 0
    assert [c["status"] for c in found["cases"]] == ["not run", "in band"]


def test_a_case_without_a_package_that_it_needs_is_not_run(tmp_path, capsys):
    text = cases.CASE.format(study="A").replace("source:", "needs: [json, no_such_package]\nsource:")
    code, found = outcome(capsys, str(cases.write(tmp_path, case=text)))
    assert code == 1
    assert found["cases"][0]["why"] == "it needs the Python package no_such_package"


def test_data_are_read_from_the_folder_that_is_named(tmp_path, capsys):
    suite = cases.write(tmp_path / "suite", points="")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "points.csv").write_text("# a remark\n" + cases.POINTS)
    code, found = outcome(capsys, str(suite), "--data", str(tmp_path / "data"))
    assert code == 0
    assert found["cases"][0]["compared"][0]["points"][0]["point"] == "line 3"


def test_calibration_and_validation_stay_apart(tmp_path, capsys):
    text = cases.CASE.format(study="A").replace(
        "compare:", "role: {column: x, calibration: 1 to 2}\ncompare:"
    )
    _, found = outcome(capsys, str(cases.write(tmp_path, case=text)))
    assert [(f["role"], f["points"]) for f in found["statistics"]] == [("calibration", 2), ("validation", 1)]


def test_studies_are_counted_over_cases(tmp_path, capsys):
    suite = cases.write(tmp_path)
    cases.write(tmp_path, "lines/two")
    cases.write(tmp_path, "lines/three", case=cases.CASE.format(study="B"))
    _, found = outcome(capsys, str(suite))
    assert found["statistics"][0]["points"] == 9
    assert sorted(found["statistics"][0]["studies"]) == ["A", "B"]
    _, found = outcome(capsys, str(suite), "--case", "t*")
    assert [c["name"] for c in found["cases"]] == ["lines/three", "lines/two"]


def test_the_fast_part_is_what_is_marked(tmp_path, capsys):
    suite = cases.write(tmp_path, case=cases.CASE.format(study="A").replace("source:", "fast: yes\nsource:"))
    cases.write(tmp_path, "lines/two")
    _, found = outcome(capsys, str(suite), "--fast")
    assert [c["name"] for c in found["cases"]] == ["lines/one"]


def test_two_processes_find_the_same(tmp_path, capsys):
    suite = cases.write(tmp_path)
    cases.write(tmp_path, "lines/two", points=cases.POINTS.replace("19.7", "30"))
    _, alone = outcome(capsys, str(suite))
    code = main(["validate", str(suite), "--jobs", "2", "--json"])
    both = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [c["compared"] for c in both["cases"]] == [c["compared"] for c in alone["cases"]]


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def test_an_earlier_revision_s_predictions_are_shown_beside(tmp_path, capsys):
    suite = cases.write(tmp_path / "suite", model=cases.LINE.replace("0.1", "0.11"))
    outcome(capsys, str(suite), "--accept", "as first made")
    git(suite, "init", "-q")
    git(suite, "add", ".")
    git(suite, "commit", "-q", "-m", "first")
    other = tmp_path / "later"
    subprocess.run(["git", "clone", "-q", str(suite), str(other)], check=True, capture_output=True)
    cases.write(other)
    code, found = outcome(capsys, str(other), "--against", "HEAD")
    assert code == 1  # moved since it was accepted
    (before,), (now,) = found["before"], found["statistics"]
    assert before["worst_error"] == pytest.approx(0.44 - 0.404)
    assert now["worst_error"] == pytest.approx(0.4 - 0.404)


@pytest.mark.parametrize("named", ["nowhere", "HEAD"])
def test_a_revision_that_isn_t_there_is_bad_input(tmp_path, capsys, named):
    suite = cases.write(tmp_path)
    if named == "nowhere":
        git(suite, "init", "-q")
    assert main(["validate", str(suite), "--against", named]) == 2
    told = capsys.readouterr().err
    assert "error E915" in told
    assert ("no revision `nowhere`" if named == "nowhere" else "in no git repository") in " ".join(
        told.split()
    )


def test_the_report_shows_failures_first_and_every_point(tmp_path, capsys):
    suite = cases.write(tmp_path / "suite", points=cases.POINTS.replace("19.7", "30"))
    cases.write(tmp_path / "suite", "lines/two")
    assert main(["validate", str(suite), "--report", "--out", str(tmp_path / "out"), "--jobs", "1"]) == 1
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.index("Out of band (1)") < page.index("<h2>Parity plots") < page.index("<svg")
    assert page.count("<tr><td>line ") == 6
    ids = re.findall(r'<(?:section|figure|details) id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    summary = (tmp_path / "out" / "validation.md").read_text()
    assert "| lines/one: A straight line | outside the tolerance: y 1 of 3 (2.5 points) |" in summary
