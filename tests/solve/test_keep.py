"""Compiled plants between runs: equal structure shares one; one from disk gives what a fresh one gives."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.document.kept import cache_folder
from flowsheet.document.structure import input_values, structure
from flowsheet.solve import keep
from flowsheet.solve.case import chemistry_of, load, open_case, remember
from flowsheet.solve.initialise import Continuation, Procedure
from flowsheet.solve.newton import NewtonOptions
from flowsheet.solve.plant import CompiledPlant, Section
from flowsheet.solve.rounds import initialise
from flowsheet.solve.simulate import simulate
from flowsheet.solve.solutions import keep_solution, kept_solution

SPECIFICATION = """specs:
  - {vary: bleed.fraction, until: bleed.first.mass_flow = 150 kg/h}
"""
PLANT = """
flowsheet: iron removal with a recycle
chemistry: nmc_sulfate
feeds:
  liquor:
    role: main_feed
    temperature: 60 degC
    aqueous: {flow: 1000 L/h, H2SO4: 0.1 mol/L, NiSO4: 70 g/L, "Fe2(SO4)3": 5 g/L}
  alkali: {role: reagent, price: 0.4 USD/kg, aqueous: {flow: as needed, NaOH: 30 %}}
units:
  blend: {unit: mixer, inlets: {feed: [liquor, bleed.first]}}
  tank:
    unit: precipitator
    inlets: {feed: blend.product, reagent: alkali}
    temperature: 60 degC
    pH: 3.5
    solids: [Fe(OH)3, Ni(OH)2]
  press: {unit: filter, inlets: {slurry: tank.slurry}, cake_moisture: 40 %}
  bleed: {unit: splitter, inlets: {feed: press.filtrate}, fraction: 10 %}
products:
  purified: {stream: bleed.second, price: 1 USD/kg}
SPECIFICATION
optimise:
  maximise: recovery(Ni)
  vary: {tank.temperature: [40 degC, 80 degC]}
""".replace("SPECIFICATION\n", SPECIFICATION)

VALUES = {
    "a feed's flow": ("1000 L/h", "900 L/h"),
    "a feed's flow in another unit": ("1000 L/h", "1 m3/h"),
    "a concentration": ("70 g/L", "60 g/L"),
    "a temperature": ("    temperature: 60 degC\n    pH", "    temperature: 70 degC\n    pH"),
    "a unit's setting": ("pH: 3.5", "pH: 3.2"),
    "a price": ("0.4 USD/kg", "0.5 USD/kg"),
    "a specification's target": ("150 kg/h", "170 kg/h"),
    "a title": ("iron removal with a recycle", "another title"),
    "a comment": ("feeds:\n", "feeds:  # what comes in\n"),
}
STRUCTURES = {
    "a component that is gone": ("70 g/L", "0 g/L"),
    "a further component": ("H2SO4: 0.1 mol/L", "H2SO4: 0.1 mol/L, CoSO4: 2 g/L"),
    "a concentration of another kind": ("NiSO4: 70 g/L", "NiSO4: 6 %"),
    "another solid": ("Ni(OH)2]", "Ni(OH)2, goethite]"),
    "an optional setting": ("    pH: 3.5\n", "    pH: 3.5\n    residual_index: {Ni(OH)2: 0.1}\n"),
    "another activity model": ("    pH: 3.5\n", "    pH: 3.5\n    activity_model: pitzer\n"),
    "another connection": ("feed: [liquor, bleed.first]", "feed: liquor"),
    "a stated flow": ("flow: as needed, NaOH", "flow: 100 kg/h, NaOH"),
    "another question": ("bleed.first.mass_flow = 150 kg/h", "bleed.first.volume_flow = 150 L/h"),
    "another objective": ("recovery(Ni)", "bleed.second.mass_flow"),
    "the optimiser's bounds": ("[40 degC, 80 degC]", "[40 degC, 90 degC]"),
    "a product that is disposed of": ("price: 1 USD/kg", "price: -1 USD/kg"),
    "another product": ("{stream: bleed.second, price: 1 USD/kg}", "{stream: press.cake, price: 1 USD/kg}"),
}


@pytest.fixture
def written(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "cache"))

    def write(right: str = "", wrong: str = "") -> Path:
        assert right in PLANT
        path = tmp_path / "plant.yaml"
        path.write_text(PLANT.replace(right, wrong, 1) if right else PLANT)
        return path

    return write


@pytest.mark.parametrize("change", VALUES)
def test_a_value_is_no_structure(change, written):
    before, after = load(written()), load(written(*VALUES[change]))
    assert structure(after) == structure(before)
    assert keep.plant_key(after) == keep.plant_key(before)


@pytest.mark.parametrize("change", STRUCTURES)
def test_what_decides_the_equations_is_structure(change, written):
    before, after = load(written()), load(written(*STRUCTURES[change]))
    assert structure(after) != structure(before)
    assert keep.plant_key(after) != keep.plant_key(before)


@pytest.mark.parametrize("other", ["3 * bleed.second.mass_flow", "2 * press.filtrate.mass_flow"])
def test_what_a_target_is_made_of_is_structure(other, written):
    before, after = (load(written("= 150 kg/h", f"= {t}")) for t in ("2 * bleed.second.mass_flow", other))
    assert structure(after) != structure(before)


def test_values_reach_the_inputs_of_their_names(written):
    values = input_values(load(written("pH: 3.5", "pH: 3.2")))
    assert values["tank.pH"] == 3.2
    assert values["liquor.flow"] == pytest.approx(1.0)
    assert values["liquor.temperature"] == pytest.approx(333.15)
    assert values["specs.0.target"] == pytest.approx(150.0)
    assert values["price.alkali"] == pytest.approx(0.4)


def test_every_stated_value_is_an_input_of_the_compiled_plant(written):
    case = open_case(written())
    freed = {"bleed.fraction"}
    stated = {n for n in input_values(case.document) if not n.startswith(("economics.", "charge."))}
    assert stated - freed <= set(case.plant.model.inputs.names)


def test_a_plant_from_disk_gives_what_a_fresh_one_gives_at_other_values(written):
    first = open_case(written())
    assert not first.from_cache
    assert simulate(first.plant, first.p).converged
    assert remember(first) == ""

    changed = written("pH: 3.5", "pH: 3.2")
    again, fresh = open_case(changed), open_case(changed, use_cache=False)
    assert again.from_cache
    assert not fresh.from_cache
    solved = [simulate(case.plant, case.p) for case in (again, fresh)]
    assert all(s.converged for s in solved)
    old, new = (case.plant.values(s.x, s.p) for case, s in zip((again, fresh), solved, strict=True))
    assert old["tank.liquor_pH"] == pytest.approx(3.2, abs=1e-8)
    assert old.keys() == new.keys()
    for name, value in new.items():
        assert old[name] == pytest.approx(value, rel=1e-7, abs=1e-9), name


def test_a_plant_from_disk_starts_as_a_fresh_one_does(written):
    fresh = open_case(written())
    assert any(section.procedure for section in fresh.plant.sections)
    remember(fresh)
    again = open_case(written())
    assert again.from_cache
    assert [asdict(s) for s in again.plant.sections] == [asdict(s) for s in fresh.plant.sections]
    assert again.plant.torn == fresh.plant.torn
    starts = [initialise(case.plant, case.p)[0] for case in (again, fresh)]
    np.testing.assert_allclose(*starts, rtol=1e-9)


def test_procedures_and_continuations_survive_the_round_trip(two_tanks, written):
    sections = (
        Section("a", ("first_tank",), ("c1",), Procedure("math:inf", {"n": 1}, {"x": "out"})),
        Section("b", ("second_tank",), ("ln_c2",), None, Continuation("feed", 3.0)),
    )
    facts = {"k": [1, 2], "targets": {"specifications": []}}
    plant = CompiledPlant(two_tanks, sections, ("b",), {"out": "kg/h"}, {"out": "flow"}, facts)
    assert keep.save_plant(plant, "abc") == ""
    again = keep.load_plant("abc", load(written(SPECIFICATION, "")))
    assert again is not None
    assert [asdict(s) for s in again.sections] == [asdict(s) for s in sections]
    assert (again.torn, again.units, again.facts) == (plant.torn, plant.units, plant.facts)


def test_a_plant_from_disk_speaks_of_the_target_in_the_file(written):
    remember(open_case(written()))
    again = open_case(written("= 150 kg/h", "= 170 kg/h"))
    assert again.from_cache
    (specification,) = again.plant.facts["targets"]["specifications"]
    assert specification["text"] == "bleed.first.mass_flow = 170 kg/h"


@pytest.mark.parametrize("damage", ["gone", "truncated", "older"])
def test_a_damaged_entry_counts_as_absent(damage, two_tanks, written):
    keep.save_plant(CompiledPlant(two_tanks, (), (), {}, {}), "abc")
    entry = cache_folder() / "abc.plant.json"
    if damage == "gone":
        entry.unlink()
    elif damage == "truncated":
        entry.write_text(entry.read_text()[:20])
    else:
        entry.write_text('{"sections": [{"owner": "a"}]}')
    assert keep.load_plant("abc", load(written())) is None


def test_a_changed_file_of_the_user_s_is_another_plant(written, tmp_path):
    library = tmp_path / "mine" / "my_units.py"
    library.parent.mkdir()
    library.write_text('"""None yet."""\n')
    path = written("feeds:\n", "unit_libraries: [mine/my_units.py]\nfeeds:\n")
    before = keep.plant_key(load(path))
    library.write_text('"""None at all."""\n')
    assert keep.plant_key(load(path)) != before


@pytest.mark.parametrize("damage", ["gone", "truncated", "of another plant", "lacks a part"])
def test_a_damaged_solution_counts_as_absent(damage, written):
    case = open_case(written())
    simulation = simulate(case.plant, case.p)
    keep_solution(case, simulation, {"values": {}})
    again = kept_solution(case)
    assert again is not None
    assert again.answers(case)
    np.testing.assert_array_equal(again.simulation.x, simulation.x)
    (entry,) = cache_folder().glob("solution-*.json")
    stored = json.loads(entry.read_text())
    if damage == "gone":
        entry.unlink()
    elif damage == "truncated":
        entry.write_text(entry.read_text()[:50])
    else:
        if damage == "lacks a part":
            del stored["value"]["found"]
        else:
            stored["value"]["x"].pop()
        entry.write_text(json.dumps(stored))
    assert kept_solution(case) is None


def test_what_did_not_converge_is_not_kept(written):
    case = open_case(written())
    keep_solution(case, simulate(case.plant, case.p, options=NewtonOptions(iteration_limit=0)), {})
    assert kept_solution(case) is None


def test_every_chemistry_file_and_what_it_includes_is_in_the_key(written, tmp_path):
    path = written("chemistry: nmc_sulfate", "chemistry: {system: nmc_sulfate, files: [one.yaml, two.yaml]}")
    entry = "sit: [{pair: [Ni+2, Cl-], epsilon: EPSILON, source: s}]\n"
    (tmp_path / "one.yaml").write_text("sources: {s: {citation: c}}\n")
    (tmp_path / "two.yaml").write_text("include: [piece.yaml]\n")
    keys, coefficients = [], []
    for epsilon in ("0.1", "0.2"):
        (tmp_path / "piece.yaml").write_text(entry.replace("EPSILON", epsilon))
        document = load(path)
        keys.append(keep.plant_key(document))
        coefficients.append(chemistry_of(document).sit[frozenset(("Ni+2", "Cl-"))])
    assert keys[0] != keys[1]
    assert coefficients == [0.1, 0.2]


def test_chemistry_may_be_added_in_place(written):
    added = "chemistry: {system: nmc_sulfate, add: {sit: [{pair: [Ni+2, Cl-], epsilon: 0.3, source: s}]}}"
    document = load(written("chemistry: nmc_sulfate", added))
    assert chemistry_of(document).sit[frozenset(("Ni+2", "Cl-"))] == 0.3
    assert keep.plant_key(document) != keep.plant_key(load(written()))


def test_wrong_chemistry_in_place_is_a_diagnostic_at_its_line(written):
    path = written("chemistry: nmc_sulfate", "chemistry:\n  system: nmc_sulfate\n  add:\n    solid: []")
    with pytest.raises(DiagnosticError) as refused:
        load(path)
    (found,) = refused.value.diagnostics
    assert found.code == "E406"
    assert "`add`: unknown key `solid`" in found.message
    assert found.span.line == 6


def test_a_folder_that_cannot_be_written_is_said_and_costs_nothing_else(written, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "file"))
    case = open_case(written())
    assert "not kept" in remember(case)
    assert simulate(case.plant, case.p).converged
