"""Starts shared among processes reach what they reach one after the other."""

import pytest

from flowsheet.optimise import attempts
from flowsheet.optimise.attempts import attempt_all
from flowsheet.optimise.problem import Problem
from flowsheet.solve.simulate import simulate
from opened import opened

WASH = """
flowsheet: washing
chemistry: nmc_sulfate
feeds:
  liquor: {role: main_feed, price: 0 USD/kg, aqueous: {flow: 1000 L/h, H2SO4: 0.02 mol/L, NiSO4: 60 g/L}}
  caustic: {price: 0.5 USD/kg, aqueous: {flow: 4 kg/h, NaOH: 30 %}}
units:
  tank: {unit: precipitator, inlets: {feed: liquor, reagent: caustic}, solids: [Ni(OH)2]}
  press: {unit: filter, inlets: {slurry: tank.slurry}, cake_moisture: 1 %}
products:
  liquor_out: {stream: press.filtrate, as: NiSO4}
  cake: {stream: press.cake, role: waste}
optimise:
  maximise: tank.liquor_pH
  vary: {caustic.flow: [1 kg/h, 20 kg/h]}
  subject_to:
    - recovery(Ni, liquor_out) >= 99 %
"""


@pytest.fixture(scope="module")
def base():
    case = opened(WASH)
    return Problem.of(case), simulate(case.plant, case.p)


def test_two_processes_find_what_one_does_and_report_on_the_way(base, monkeypatch):
    problem, solved = base
    monkeypatch.setattr(attempts, "_LARGE", 0)
    told = []
    shared = attempt_all(problem, solved.x, solved.p, 3, lambda label, step: told.append(label), processes=2)
    alone = attempt_all(problem, solved.x, solved.p, 3)
    assert [a.start.label for a in shared] == [a.start.label for a in alone]
    assert [a.objective for a in shared] == pytest.approx([a.objective for a in alone], rel=1e-9)
    assert all(a.succeeded for a in shared)
    assert set(told) == {a.start.label for a in shared}


def test_a_small_plant_stays_in_one_process(base, monkeypatch):
    problem, solved = base
    monkeypatch.setattr(attempts, "_in_processes", None)
    assert len(attempt_all(problem, solved.x, solved.p, 2, processes=2)) == 2
