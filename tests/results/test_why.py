"""Why a number is what it is: its own equation, true slopes, and sources that exist."""

from __future__ import annotations

import numpy as np
import pytest

from example_plants import COBALT_EXTRACTION, IRON_REMOVAL
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.results.result import build_result
from flowsheet.results.why import why
from opened import at, ran


@pytest.fixture(scope="module")
def state():
    return ran(IRON_REMOVAL)


def test_a_streams_component_has_the_balance_of_the_unit_that_it_leaves(state):
    found = why(state, "iron_filter.filtrate.Ni")
    assert found.value == pytest.approx(state.flows["iron_filter.filtrate"].get("aqueous", "Ni"))
    assert found.unit == "mol/h"
    [equation] = found.equations
    assert (equation.unit, equation.family, equation.index) == ("iron_filter", "filtrate_balance", "Ni")
    assert equation.text.startswith("ln n_filtrate,c")
    assert abs(equation.residual) < 1e-8


def test_a_solid_is_determined_with_its_solubility_constant_and_its_source(state):
    found = why(state, "iron_removal.slurry.Fe(OH)3")
    assert {"Fe(OH)3"} <= {e.index for e in found.equations}
    [constant] = [c for c in found.constants if c.name == "Fe(OH)3"]
    assert constant.value.startswith("log10 K(25 degC) = ")
    assert "minteq" in constant.source.lower()


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("iron_filter.filtrate.Fe(III)", lambda s: s.flows["iron_filter.filtrate"].get("aqueous", "Fe(III)")),
        ("profit", lambda s: s.values["economics.profit"]),
        ("recovery(Ni)", lambda s: s.values["recovery.Ni"]),
        ("iron_removal.slurry.temperature", lambda s: s.flows["iron_removal.slurry"].temperature),
    ],
)
def test_what_moves_a_number_does_so_by_as_much_as_is_said(state, number, read):
    for mover in why(state, number).movers[:3]:
        value = state.simulation.p[state.case.plant.model.inputs.position[mover.name]]
        step = 1e-3 * mover.step["value"]
        up, down = (at(state.case, {mover.name: value + s}, state) for s in (step, -step))
        slope = (read(up) - read(down)) / 2e-3
        assert mover.effect == pytest.approx(slope, rel=2e-3, abs=1e-9 * abs(read(state)))


def test_settings_name_their_places_and_those_of_the_library_their_sources(state):
    settings = {s.name: s for s in why(state, "profit").settings}
    assert settings["iron_removal.pH"].source.endswith("plant.yaml:14:9")
    assert settings["liquor.flow"].value == pytest.approx(1.0)
    assert settings["charge.steam"].source


def test_numbers_of_parameter_sets_come_with_their_papers():
    constants = why(ran(COBALT_EXTRACTION), "sx.raffinate.Co").constants
    assert constants
    assert all("Co" in c.name and c.source.startswith("fitted by fits/extraction.py") for c in constants)


def test_an_unknown_number_has_a_suggestion(state):
    with pytest.raises(DiagnosticError) as refused:
        why(state, "iron_filter.filtrat.Ni")
    [found] = refused.value.diagnostics
    assert found.code == "E502"
    assert "iron_filter.filtrate.Ni" in found.help


def test_every_reported_number_can_be_asked(state):
    asked = [n for n in state.values if not n.startswith(("start:", "requirement:", "work:"))]
    assert len(asked) > 40
    for name in asked:
        assert np.isclose(why(state, name).value, state.values[name], equal_nan=True)


def test_masses_of_streams_can_be_asked(state):
    result = build_result(state)["streams"]["iron_filter.cake"]
    assert why(state, "iron_filter.cake.mass_flow").value == pytest.approx(result["mass_flow"]["value"])
    iron = why(state, "mass(iron_filter.cake, Fe)")
    assert iron.value == pytest.approx(result["elements"]["values"]["Fe"])
    assert {e.index for e in iron.equations} >= {"Fe(OH)3"}


def test_every_term_of_an_equation_can_be_asked_in_turn(state):
    asked = ["iron_removal.slurry.Fe(OH)3"]
    for name in asked:
        found = why(state, name)
        terms = [t for e in found.equations for t in e.terms]
        assert terms
        asked += dict.fromkeys(t.number for t in terms if t.number not in asked)
    assert len(asked) > 20


def test_an_unknown_is_determined_by_one_equation_that_holds_it(state):
    terms = why(state, "iron_removal.slurry.Fe(OH)3").equations[0].terms
    [unknown] = {t.number for t in terms if t.number == "iron_removal.slurry.Fe(OH)3"}
    [equation] = why(state, unknown).equations
    assert unknown in {t.number for t in equation.terms}
