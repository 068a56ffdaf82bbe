"""What the column says to settings that can't be, and to liquors outside its data."""

from __future__ import annotations

import pytest

from bioligand.plants import GRID, acid, plant
from flowsheet.results.result import build_result
from harness import attempt, refused
from opened import ran

ONE_STEP = [(acid(1.5), 6.0)]
SIMPLE = plant(20.0, ONE_STEP)


@pytest.mark.parametrize(
    ("found", "given", "said"),
    [
        ("ligand: mex_lanm", "ligand: mex_lam", "mex_lam"),
        ("cells: 6", "cells: 1", "cells"),
        ("load_levels: 8", "load_levels: 1", "load_levels"),
        ("cells: 6, load_levels: 8", "cells: 400, load_levels: 2000", "100000 is the most"),
        (
            "bed_volumes: {equilibrant: 3, eluent_1: 6.0}",
            "bed_volumes: {equilibrant: 3}",
            "doesn't say how much",
        ),
        ("bed_volumes: {equilibrant: 3", "bed_volumes: {feed: 20, equilibrant: 3", "is stated"),
        ("bed_volumes: {equilibrant: 3", "bed_volumes: {eluant_1: 2, equilibrant: 3", "eluant_1"),
        ("durations: {", "durations: {elution: 1 h, ", "elution"),
        ("cells: 6", "cells: 6, mass_transfer: linear_driving_force", "states no transfer rate"),
        (
            "inlets: {feed: liquor, equilibrant: ready, eluent_1: eluent1}",
            "inlets: {feed: liquor}",
            "nothing but the feed enters",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(found, given, said):
    assert found in SIMPLE
    assert said in refused(SIMPLE.replace(found, given))


def test_a_feed_without_a_metal_that_binds_is_refused():
    said = refused(plant(20.0, ONE_STEP, {"CoCl2": 1.0}))
    assert "nothing that enters binds to `mex_lanm`" in said


def test_a_chemistry_without_the_ligand_s_metals_is_refused():
    text = plant(20.0, [("H2SO4: 20 mmol/L", 6.0)], {"NiSO4": 1.0}, chemistry="nmc_sulfate")
    said = refused(text.replace("HCl", "H2SO4"))
    assert "nothing that enters binds to `mex_lanm`" in said


def test_less_liquor_than_the_bed_holds_is_named():
    case = attempt(plant(0.4, ONE_STEP))
    assert not case.simulation.converged
    assert any("displace what the bed holds" in r.message for r in case.model.registry.requirements)


def messages(text: str) -> list[str]:
    return [f"{w['code']} {w['message']}" for w in build_result(ran(text))["warnings"]]


def test_a_pH_outside_the_data_is_reported():
    said = messages(plant(20.0, [(acid(0.5), 6.0)]))
    assert any(m.startswith("W607") and "pH" in m for m in said), said


def test_a_pH_within_the_data_is_not():
    said = messages(plant(20.0, [(acid(1.48), 6.0)], ph=2.9))
    assert not any("pH" in m and m.startswith("W607") for m in said), said


def test_estimates_are_named():
    said = messages(plant(20.0, ONE_STEP, ligand="hans_lanm"))
    assert any(
        "no source was read for these values of `hans_lanm`" in m and "half_binding.pH" in m for m in said
    )


def test_cells_that_disperse_more_than_the_bed_are_reported():
    said = messages(plant(20.0, ONE_STEP, settings=GRID + ", peclet: 100"))
    assert any("plates of the bed per cell" in m for m in said), said
