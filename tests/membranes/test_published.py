"""Beside published membrane extraction of rare earths, as far as what was published can be predicted.

The table gives neither fibres nor extractant strength nor flows of most works: the highest flux and what it
depends on can be held against it, and purities that hardly depend on what is missing.
"""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import numpy as np
import pytest

from harness import Case, assert_rising, solve
from membranes.plants import plant

PROJECT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FLOWSHEET_SHARED_DATA", PROJECT.parent / "shared" / "data"))
TABLE = SHARED / "ree" / "membrane_solvent_extraction.csv"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not TABLE.is_file(), reason="needs the measurement tables, which are not shipped"),
]
MOLAR_MASS = {"Nd": 144.24, "Pr": 140.91, "Dy": 162.50}
"""g/mol"""
CHLORIDE = {"Nd": 250.60, "Pr": 247.27, "Dy": 268.86}
"""g/mol of the trichlorides"""


def measured(variable: str) -> list[float]:
    """The numbers of a row, in their order."""
    with TABLE.open(encoding="utf-8") as table:
        row = next(r for r in csv.DictReader(table) if r["variable"] == variable)
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", row["value"])]


@pytest.fixture(scope="module")
def todga():
    """Neodymium in 3 mol/L hydrochloric acid on one side of a little membrane with 0.1 mol/L TODGA, where its
    constants were measured; dilute acid on the other."""
    settings = "extractant_fraction: 6.4 %, area: 0.1 m2"
    return solve(plant(settings, "NdCl3: 80 g/L, HCl: 3 mol/L", "HCl: 0.05 mol/L", "todga", cells=3))


def test_the_highest_flux_is_of_the_measured_magnitude(todga):
    """9.3 g/h/m2 of a feed of 46 g/L.  Within a factor of two: what the wall passes of a loaded extractant
    goes with its strength, porosity over tortuosity and the wall's thickness, none of which was published."""
    (feed,), (highest,) = measured("max feed REE"), measured("max extraction rate")
    case = todga.again({"liquor.NdCl3": feed / 1000.0 / MOLAR_MASS["Nd"] * CHLORIDE["Nd"]})
    assert case["msx.extractant_concentration"] == pytest.approx(0.1, rel=0.01)
    assert case["msx.loading"] > 0.7
    assert 0.5 * highest < 1000.0 * case["msx.flux.Nd"] < 2.0 * highest


def test_the_flux_depends_strongly_on_the_feed_s_concentration(todga):
    """As was found: nearly in proportion, until the extractant is loaded."""
    feeds = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 80.0]
    fluxes = todga.response("liquor.NdCl3", feeds, "msx.flux.Nd")
    assert_rising(fluxes)
    orders = np.diff(np.log(fluxes)) / np.diff(np.log(feeds))
    assert orders[0] > 0.8
    assert orders[-1] < 0.5


def strip_purity(case: Case, feed: dict[str, float]) -> dict[str, float]:
    """Shares by mass in the strip liquor, from a feed in g/L."""
    inputs = {f"liquor.{m}Cl3": c * CHLORIDE[m] / MOLAR_MASS[m] for m, c in feed.items()}
    solved = case.again(inputs)
    held = {m: solved.concentration("msx.strip_liquor", m) for m in feed}
    return {m: c / sum(held.values()) for m, c in held.items()}


@pytest.mark.parametrize("area", [0.5, 20.0])
@pytest.mark.parametrize("total", [1.0, 10.0])
def test_dysprosium_is_purified_in_two_cycles(area, total):
    """Non-dispersive extraction with 0.5 mol/L EHEHPA from 0.3 mol/L acid: 20, 83, then over 97 % Dy.

    We have 86 to 88 and 99 %, whatever the area and the feed's strength, which weren't published.  Tolerance
    6 points: 0.29 in each metal's log K, the constants' own, would allow 72 to 94 %.  Constants for chloride
    stand in for the nitrate.
    """
    first, after_one, after_two = measured("Dy purity feed -> cycle1 -> cycle2")[-3:]
    share = first / 100.0
    feed = {"Nd": 0.9 * (1.0 - share) * total, "Pr": 0.1 * (1.0 - share) * total, "Dy": share * total}
    salts = ", ".join(f"{m}Cl3: {c} g/L" for m, c in feed.items())
    settings = "area: 2 m2, arrangement: two_modules, extractant_fraction: 16.04 %"
    case = solve(plant(settings, f"{salts}, HCl: 0.3 mol/L", "HCl: 3 mol/L", "pc88a_ree"), {"msx.area": area})
    assert case["msx.extractant_concentration"] == pytest.approx(0.25, rel=0.01)
    once = strip_purity(case, feed)
    assert 100.0 * once["Dy"] == pytest.approx(after_one, abs=6.0)
    twice = strip_purity(case, {m: x * total for m, x in once.items()})
    assert 100.0 * twice["Dy"] > after_two
