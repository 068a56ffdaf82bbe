"""The stored kinetics are what the committed script finds on the tables, and its integration is accurate."""

import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FLOWSHEET_SHARED_DATA", PROJECT.parent / "shared" / "data"))
FINE = np.concatenate([[0.0], np.logspace(-4, 0, 400)])  # the fit takes 60 steps
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not SHARED.is_dir(), reason="needs the measurement tables, which are not shipped"),
]


@pytest.fixture(scope="module")
def script():
    sys.path.insert(0, str(PROJECT / "fits"))  # the script imports what stands beside it
    spec = importlib.util.spec_from_file_location("nmc_leaching", PROJECT / "fits" / "nmc_leaching.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def runs(script):
    return script.Experiments(SHARED)


def test_stored_statistics_are_those_of_the_stored_values(script, runs):
    stored = YAML(typ="safe").load(script.PARAMETER_FILE.read_text(encoding="utf-8"))["fit"]["statistics"]
    found = script.statistics(script.stored(), runs)
    for group, row in found.items():
        # Values are stored with four digits: 0.2 points of recovery.
        assert [stored[group][m] for m in script.METALS] == pytest.approx(
            [row[m] for m in script.METALS], abs=0.2
        )


def test_integration_is_converged(script, runs):
    p = script.stored()
    error = np.abs(script.predict(p, runs) - script.predict(p, runs, FINE))
    # Where peroxide is used up within a step the second-order method loses most.
    assert error.mean() < 2e-3
    assert error.max() < 0.01


def test_no_prediction_dissolves_more_charge_than_there_is_acid(script, runs):
    recovery = script.predict(script.stored(), runs, FINE)
    oxide, acid = runs.oxide[runs.batch], runs.acid[runs.batch]
    metals = recovery[:, 1] - runs.manganese[runs.batch] * (recovery[:, 1] - recovery[:, 2])
    assert np.all(oxide * (recovery[:, 0] + 2 * metals) <= acid * (1 + 1e-3))


def test_series_account_for_every_line_of_the_table_once(script, runs):
    lines = [line for series in script.SERIES.values() for line in series.lines]
    assert sorted(lines) == list(range(2, 2 + len(runs.measured)))


@pytest.mark.parametrize(
    ("case", "powder"),
    [
        ("nmc111_strong_acid", "NMC 111"),
        ("nmc111_peroxide", "NMC 111"),
        ("nmc622_strong_acid", "NMC 622"),
        ("nmc811_strong_acid", "NMC 811"),
        ("nmc811_peroxide", "NMC 811"),
    ],
)
def test_validation_cases_take_the_sizes_that_were_fitted(script, case, powder):
    path = PROJECT / "validation/cases/leaching" / case / "case.yaml"
    settings = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["settings"]
    assert settings["leach.particle_size"] == script.stored()[script.SIZES[powder]]
