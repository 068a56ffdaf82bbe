"""Starts shared among processes reach what they reach one after the other."""

import pytest

from flowsheet.optimise import attempts
from flowsheet.optimise.attempts import attempt_all


def test_two_processes_find_what_one_does_and_report_on_the_way(onset, monkeypatch):
    problem, solved = onset
    monkeypatch.setattr(attempts, "_LARGE", 0)
    told = []
    shared = attempt_all(problem, solved.x, solved.p, 3, lambda label, step: told.append(label), processes=2)
    alone = attempt_all(problem, solved.x, solved.p, 3)
    assert [a.start.label for a in shared] == [a.start.label for a in alone]
    assert [a.objective for a in shared] == pytest.approx([a.objective for a in alone], rel=1e-9)
    assert all(a.succeeded for a in shared)
    assert set(told) == {a.start.label for a in shared}


def test_a_small_plant_stays_in_one_process(onset, monkeypatch):
    problem, solved = onset
    monkeypatch.setattr(attempts, "_in_processes", None)
    assert len(attempt_all(problem, solved.x, solved.p, 2, processes=2)) == 2
