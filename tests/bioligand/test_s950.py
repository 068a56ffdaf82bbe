"""The resin S950: the stored set is what the script finds; the column says what the closed form does."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from harness import solve

PROJECT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("FLOWSHEET_SHARED_DATA", PROJECT.parent / "shared" / "data"))
needs_tables = pytest.mark.skipif(not (DATA / "ree").is_dir(), reason="needs tables that are not shipped")
VOLUMES, CONTACT = 120.0, 2.94


def script():
    path = PROJECT / "fits" / "breakthrough_s950.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared_data
@needs_tables
def test_the_stored_values_are_what_the_script_finds():
    fits = script()
    stored = fits.stored_set()
    found = fits.fit(fits.Curves(DATA), stored)
    assert found["transfer_rate"] == pytest.approx(stored["transfer_rate"], rel=1e-3)
    for metal, log_k in stored["log_k"].items():
        assert found["log_k"][metal] == pytest.approx(log_k, abs=2e-3)


@pytest.mark.shared_data
@needs_tables
def test_held_out_curves_are_predicted_within_their_scatter():
    fits = script()
    found = fits.statistics(fits.Curves(DATA), fits.stored_set())
    assert found["calibration"]["rmse"] < 0.035
    assert found["held_out"]["rmse"] < 0.055
    assert abs(found["held_out"]["bias"]) < 0.02


@pytest.mark.slow
def test_the_column_with_this_set_gives_the_closed_form_s_curve():
    """Traces of La at the pH of the data; 40 cells spread a front a little more than plug flow."""
    hours = VOLUMES * CONTACT
    text = f"""
flowsheet: breakthrough of S950
chemistry: {{system: rare_earth, activity_model: ideal}}
feeds:
  water:
    role: main_feed
    aqueous: {{flow: {VOLUMES / (hours + 1010.0)} L/h, LaCl3: 1e-6 mmol/L, HCl: 0.1 mmol/L}}
  acid: {{aqueous: {{flow: as needed, HCl: 50 mmol/L}}}}
  ready: {{aqueous: {{flow: as needed, HCl: 0.1 mmol/L}}}}
units:
  column:
    unit: bioligand_column
    inlets: {{feed: water, regenerant: acid, equilibrant: ready}}
    ligand: s950
    mass_transfer: linear_driving_force
    bed_volume: 1 L
    columns: 1
    idle_time: 0 h
    bed_volumes: {{regenerant: 200, equilibrant: 30}}
    durations: {{feed: {hours} h, regenerant: 1000 h, equilibrant: 10 h}}
    cells: 40
    load_levels: 40
    levels: 20
    front_levels: 2
"""
    case = solve(text)
    fits = script()
    stored = fits.stored_set()
    retention = fits.retention_of(stored, "La")
    bed_volumes = np.array([case[f"column.effluent_volume.feed_{k}"] for k in range(3, 43)])
    curve = np.array([case[f"column.effluent.La.feed_{k}"] for k in range(3, 43)]) / 1e-9
    expected = fits.effluent(bed_volumes, 0.8, retention, stored["transfer_rate"] * retention * CONTACT)
    assert np.max(np.abs(curve - expected)) < 0.04
