"""Every value that a run rests on is told with its source."""

from __future__ import annotations

import pytest

from example_plants import COBALT_EXTRACTION
from flowsheet.results.display import Shown
from flowsheet.results.parameters_used import parameters_used
from opened import at, ran


@pytest.fixture(scope="module")
def state():
    return ran(COBALT_EXTRACTION)


@pytest.fixture(scope="module")
def groups(state):
    return {(g.kind, g.name): g for g in parameters_used(state, Shown())}


def test_each_unit_set_and_system_has_its_values(groups):
    kinds = {kind for kind, _ in groups}
    assert kinds == {"feeds", "prices", "unit", "parameter set", "chemistry"}
    assert groups["parameter set", "cyanex272"].used_by == ("sx.extractant",)


def test_every_value_has_a_source(groups):
    unsourced = [(g.name, v.name) for g in groups.values() for v in g.values if not v.source]
    assert unsourced == []


def test_what_the_file_says_names_its_place_and_a_default_says_so(groups):
    values = {v.name: v for v in groups["unit", "sx"].values}
    assert values["phase_ratio"].source.endswith("plant.yaml:15:18")
    assert values["phase_ratio"].value == "1"
    assert values["entrained_organic"].source.startswith("default: ")
    assert "0.001 to 1000" in values["phase_ratio"].conditions


def test_the_value_is_that_of_the_run(state):
    moved = at(state.case, {"sx.phase_ratio": 1.1}, state)
    values = {v.name: v for g in parameters_used(moved, Shown()) if g.name == "sx" for v in g.values}
    assert values["phase_ratio"].value == "1.1"


def test_chemistry_holds_what_the_plant_can_form_and_nothing_else(groups):
    names = " ".join(v.name for g in groups.values() if g.kind == "chemistry" for v in g.values)
    assert "CoSO4" in names
    assert "Nd" not in names
    assert "Al" not in names
