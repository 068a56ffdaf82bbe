"""The index of runs follows the folders, and finds them by what came out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flowsheet.results.history import INDEX, History


def write(folder: Path, name: str, profit: float, made: str, status: str = "converged") -> None:
    amount = {"value": profit, "unit": "USD/h"}
    result = {
        "schema": "flowsheet.result/1",
        "flowsheet": {"name": "plant", "title": "A plant", "scenario": None},
        "status": status,
        "provenance": {"when": made},
        "economics": {"currency": "USD", "profit": amount},
        "recoveries": {"Ni": {"value": 0.9, "unit": "1"}},
        "products": {},
        "utilities": {},
        "streams": {},
        "units": {},
    }
    (folder / name).mkdir()
    (folder / name / "result.json").write_text(json.dumps(result), encoding="utf-8")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    write(tmp_path, "plant-001", 10.0, "2026-01-01T00:00:00+00:00")
    write(tmp_path, "plant-002", 30.0, "2026-01-02T00:00:00+00:00")
    return tmp_path


def test_runs_are_listed_the_latest_first(runs):
    with History(runs) as history:
        assert [r.folder for r in history.runs()] == ["plant-002", "plant-001"]
        assert history.metric("profit") == {"plant-001": (10.0, "USD/h"), "plant-002": (30.0, "USD/h")}


def test_the_index_follows_the_folders(runs):
    with History(runs):
        pass
    shutil.rmtree(runs / "plant-001")
    (runs / "plant-002").rename(runs / "kept")
    write(runs, "plant-003", 5.0, "2026-01-03T00:00:00+00:00")
    with History(runs) as history:
        assert [r.folder for r in history.runs()] == ["plant-003", "kept"]
        assert set(history.metric("profit")) == {"plant-003", "kept"}


def test_a_run_that_did_not_converge_has_no_metrics(runs):
    write(runs, "plant-003", 5.0, "2026-01-03T00:00:00+00:00", status="not_converged")
    with History(runs) as history:
        assert len(history.runs()) == 3
        assert "plant-003" not in history.metric("profit")


def test_what_is_no_result_is_left_out_and_a_lost_index_comes_back(runs):
    (runs / "notes").mkdir()
    (runs / "notes" / "result.json").write_text("{}", encoding="utf-8")
    (runs / "broken").mkdir()
    (runs / "broken" / "result.json").write_text("{", encoding="utf-8")
    with History(runs) as history:
        assert len(history.runs()) == 2
    (runs / INDEX).unlink()
    with History(runs) as history:
        assert len(history.runs()) == 2
