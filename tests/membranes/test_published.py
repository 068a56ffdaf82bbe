"""Beside published membrane extraction of rare earths, as far as what was published can be predicted.

The table gives neither fibres nor extractant strength nor flows, so that only magnitudes and trends can be
held against it: the highest flux, and that it depends on the feed's concentration.  Its purities and
recoveries need the liquors' analyses.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from harness import assert_rising, solve
from membranes.plants import TODGA, plant

PROJECT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FLOWSHEET_SHARED_DATA", PROJECT.parent / "shared" / "data"))
TABLE = SHARED / "ree" / "membrane_solvent_extraction.csv"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not TABLE.is_file(), reason="needs the measurement tables, which are not shipped"),
]
NEODYMIUM = 144.24
"""g/mol"""
TENTH_MOLAR = 0.064
"""By volume, of TODGA in the organic: 0.1 mol/L, the strength of the distribution ratios that are known."""


def measured(variable: str) -> float:
    with TABLE.open(encoding="utf-8") as table:
        row = next(r for r in csv.DictReader(table) if r["variable"] == variable)
    return float(row["value"].lstrip("><~"))


@pytest.fixture(scope="module")
def contactor():
    """Neodymium nitrate in 3 mol/L nitric acid on one side of a little membrane, dilute acid on the other."""
    feed = "'Nd(NO3)3': 0.3 mol/L, HNO3: 3 mol/L"
    settings = f"extractant_fraction: {TENTH_MOLAR}, area: 0.1 m2"
    return solve(plant(settings, feed, "HNO3: 0.05 mol/L", TODGA, cells=3))


def test_the_highest_flux_is_of_the_measured_magnitude(contactor):
    """A loaded tenth-molar extractant in the default fibre, beside 9.3 g/h/m2 of a feed of 46 g/L: within a
    factor of two, since what the wall passes goes with extractant, porosity over tortuosity and wall, none of
    which was published."""
    concentration = measured("max feed REE") / 1000.0 / NEODYMIUM
    case = contactor.again({"liquor.Nd(NO3)3": concentration})
    assert case["msx.extractant_concentration"] == pytest.approx(0.1, rel=0.01)
    assert case["msx.loading"] > 0.95
    highest = measured("max extraction rate")
    assert 0.5 * highest < 1000.0 * case["msx.flux.Nd"] < 2.0 * highest


def test_the_flux_depends_on_the_feed_s_concentration(contactor):
    """As was found: strongly while the film or a free extractant limits, little once the wall is loaded."""
    fluxes = contactor.response("liquor.Nd(NO3)3", [0.001, 0.003, 0.01, 0.03, 0.1, 0.3], "msx.flux.Nd")
    assert_rising(fluxes)
    assert fluxes[1] / fluxes[0] > 1.8
    assert fluxes[-1] / fluxes[-2] < 1.2
