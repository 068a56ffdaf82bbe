"""Texts become solved plants: the last wins, other numbers start from the last solution, faults are told."""

from __future__ import annotations

import time

import numpy as np
import pytest

from flowsheet.edit.session import Session
from flowsheet.solve.case import case_of, load
from flowsheet.solve.simulate import simulate


@pytest.fixture
def session(plant):
    opened = Session(plant)
    yield opened
    opened.end()


def answer(session, text, revision, *states):
    """What is told last of a text that is checked and solved."""
    checked = session.check(text)
    assert checked.document is not None, checked.diagnostics
    session.solve(checked, revision)
    after, until = 0, time.monotonic() + 60
    while time.monotonic() < until:
        for news in session.news(after, 1.0):
            after = news.number
            if news.revision == revision and news.state in states:
                return news
            assert news.revision != revision or not news.diagnostics, news.diagnostics
    raise AssertionError(f"no {states} of revision {revision}")


def test_moved_from_the_last_solution_it_is_the_plant_that_a_fresh_run_finds(session, plant):
    text = plant.read_text()
    answer(session, text, 1, "solved")
    changed = text.replace("flow: 20 kg/h", "flow: 170 kg/h").replace('"50 %"', '"20 %"')
    assert answer(session, changed, 2, "solved").page["status"] == "converged"
    warm = session._solved.simulation
    assert warm.method == "warm start"
    case = case_of(load(plant, text=changed), use_cache=False)
    fresh = simulate(case.plant, case.p)
    assert fresh.converged
    np.testing.assert_allclose(warm.x, fresh.x, rtol=1e-6, atol=1e-9)


def test_changes_count_from_the_first_plant_until_another_is_taken(session, plant):
    text = plant.read_text()
    first = answer(session, text, 1, "solved").page
    assert all(figure["change"] is None for figure in first["figures"])
    more = answer(session, text.replace("flow: 20 kg/h", "flow: 40 kg/h"), 2, "solved").page
    assert more["streams"]["water"]["change"] == {"text": "100 %", "direction": 1, "size": 0.5}
    assert more["streams"]["slurry"]["change"] is None
    session.take_reference()
    again = session.news(0, 1.0)
    assert [n.page["streams"]["water"]["change"] for n in again if n.state == "solved"] == [None]


def test_what_a_constraint_asks_is_shown_as_met_or_not(session, plant):
    text = plant.read_text()
    (short,) = (row for row in answer(session, text, 1, "solved").page["limits"])
    assert (short["what"], short["met"]) == ("recovery(Ni) >= 99.9 %", False)
    washed = text.replace("flow: 20 kg/h", "flow: 300 kg/h")
    (kept,) = answer(session, washed, 2, "solved").page["limits"]
    assert kept["met"] is True
    assert kept["change"]["direction"] == 1


def test_a_text_with_errors_tells_their_places_and_is_not_solved(session, plant):
    checked = session.check(plant.read_text().replace("cake_moisture: [", "cake_moistur: ["))
    session.solve(checked, 1)
    assert checked.document is None
    (error,) = checked.diagnostics
    assert (error.code, error.span.line, error.span.column) == ("E504", 26, 11)
    assert "cake_moisture" in error.help
    assert session.news(0, 0.3) == []


def test_what_can_t_be_solved_says_why_and_leaves_the_last_plant_on_view(session, plant):
    text = plant.read_text()
    good = answer(session, text, 1, "solved")
    asked = "specs: [{vary: press.wash_efficiency, until: recovery(Ni) = 100.5 %}]\nscenarios:"
    impossible = text.replace("scenarios:", asked)
    failed = answer(session, impossible, 2, "failed", "solved")
    assert failed.state == "failed"
    assert failed.diagnostics[0].code.startswith("S2")
    plants = [n for n in session.news(0, 1.0) if n.state == "solved"]
    assert [n.revision for n in plants] == [good.revision]
    assert answer(session, text, 3, "failed", "solved").state == "solved"


def test_equations_that_no_numbers_solve_are_told_as_such(session, plant):
    asked = "specs: [{vary: press.filtration_rate, until: recovery(Ni) = 99 %}]\nscenarios:"
    told = answer(session, plant.read_text().replace("scenarios:", asked), 1, "faulty", "failed", "solved")
    assert told.state == "faulty"
    assert {d.code for d in told.diagnostics} <= {"S201", "S202"}


def test_of_texts_that_come_while_one_is_solved_the_last_wins(session, plant):
    text = plant.read_text()
    answer(session, text, 1, "solved")
    texts = [text.replace("flow: 20 kg/h", f"flow: {flow} kg/h") for flow in range(21, 61)]
    for revision, changed in enumerate(texts, 2):
        session.solve(session.check(changed), revision)
    after, told = 0, []
    while not told or told[-1].revision < 41:
        for news in session.news(after, 10.0):
            after = news.number
            told += [news] if news.state == "solved" else []
    assert told[-1].page["streams"]["water"]["flow"] == "60.00 kg/h"


def test_other_titles_and_bounds_take_effect_without_a_fresh_plant(session, plant):
    text = plant.read_text()
    answer(session, text, 1, "solved")
    renamed = answer(session, text.replace("Wash a residue", "Rinse a residue"), 2, "solved")
    assert renamed.page["title"].startswith("Rinse")
    assert len(session._plants) == 1
