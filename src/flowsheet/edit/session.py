"""From the text in the editor to a solved plant: checked at once, solved one after another, the newest first.

A text is checked where it arrives; one without errors waits for the worker, and a newer one takes its place.
The worker keeps the compiled plants of the last structures and the solution of each, so that other numbers
take a few Newton steps from there.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import Document
from flowsheet.edit.standing import Standing, standing
from flowsheet.report.page.diagram import flow_diagram
from flowsheet.results.result import build_result
from flowsheet.results.solved import Solved, findings, solved
from flowsheet.solve.case import Case, case_of, inputs_of, load, remember
from flowsheet.solve.explain import explain_failure
from flowsheet.solve.keep import plant_key
from flowsheet.solve.simulate import Simulation, simulate
from flowsheet.solve.solutions import KeptSolution, keep_solution, kept_solution

_PLANTS = 4
"""Compiled plants at hand: those of the counts that one steps to and fro between."""
_IDLE = 0.35
"""[s] without a newer text after which pH and saturation of all liquors are found out too."""


_AT_REST = 3.0
"""[s] without a newer text after which a large plant is written to the cache, which takes seconds."""


class _Superseded(Exception):
    """A newer text has come."""


@dataclass(frozen=True)
class Checked:
    """A text as it was found: its document (none where it has errors) and everything to say about it."""

    text: str
    document: Document | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class News:
    """What the page is told.  `number` rises by one each time; `revision` is of the text that it is about.

    `state`: working (`doing` says what), ready (after work that brought nothing new), solved, failed (no
    solution) or faulty (errors that only the equations show).
    """

    number: int
    revision: int
    state: str
    doing: str = ""
    seconds: float = 0.0
    page: Mapping[str, Any] | None = None
    diagram: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, eq=False)
class _Task:
    revision: int
    document: Document
    came: float


@dataclass(eq=False)
class _Plant:
    """A compiled plant with its last solution; `kept` is that of an earlier run, with all found from it."""

    case: Case
    kept: KeptSolution | None
    known: Simulation | None
    is_remembered: bool = False


class Session:
    """One file in one editor.

    Args:
        path: the file, from where its paths count.
        scenario: that is edited, or None.
    """

    def __init__(self, path: Path, scenario: str | None = None) -> None:
        self.path, self.scenario = path, scenario
        self._plants: OrderedDict[str, _Plant] = OrderedDict()
        self._reference: Mapping[str, float] = {}
        self._solved: Solved | None = None
        self._drawn: tuple[Any, str] | None = None
        self._checking = threading.Lock()
        self._changed = threading.Condition()
        self._waiting: _Task | None = None
        self._news: dict[str, News] = {}
        self._number = 0
        self._ended = False
        self._worker = threading.Thread(target=self._work, name="solve", daemon=True)
        self._worker.start()

    def check(self, text: str) -> Checked:
        """Read a text as `flowsheet check` does, short of building its equations."""
        with self._checking:
            try:
                document = load(self.path, self.scenario, text=text)
            except DiagnosticError as error:
                return Checked(text, None, error.diagnostics)
            return Checked(text, document, document.warnings)

    def solve(self, checked: Checked, revision: int) -> None:
        """Have a text solved that has no errors, in place of any that waits."""
        if checked.document is None:
            return
        with self._changed:
            self._waiting = _Task(revision, checked.document, time.perf_counter())
            self._changed.notify_all()

    def take_reference(self) -> None:
        """From now on, changes are counted from the plant that was solved last."""
        with self._changed:
            last = self._solved
        if last is not None:
            self._reference = standing(last, {}).measures
            self._tell_solved(last, self._news["plant"])

    def news(self, after: int, timeout: float) -> list[News]:
        """What is new since a number: the last words on the plant and on the work; waits for some."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > after or self._ended, timeout)
            return sorted((n for n in self._news.values() if n.number > after), key=lambda n: n.number)

    def end(self) -> None:
        """Let the worker and all who wait for news go."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        return self._ended

    def _tell(self, revision: int, state: str, **more: Any) -> None:
        with self._changed:
            self._number += 1
            news = News(self._number, revision, state, **more)
            self._news["plant" if state == "solved" else "work"] = news
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting is not None or self._ended)
                if self._ended:
                    return
                task, self._waiting = self._waiting, None
            assert task is not None
            try:
                self._answer(task)
            except _Superseded:
                continue
            except DiagnosticError as error:
                self._tell(task.revision, "faulty", diagnostics=error.diagnostics)
            except Exception as error:  # a text must not end the session that it is edited in
                said = Diagnostic("S205", f"unexpected {type(error).__name__}: {error}")
                self._tell(task.revision, "failed", diagnostics=(said,))

    def _answer(self, task: _Task) -> None:
        plant = self._plant(task)
        case = replace(plant.case, document=task.document, p=inputs_of(task.document, plant.case.plant))
        if plant.kept is not None and plant.kept.answers(case):
            state = solved(case, plant.kept.simulation, found=plant.kept.found)
            plant.known = plant.kept.simulation
            self._tell_solved(state, None, task)
            self._draw(state, task)
            if not self._superseded():  # unpack the equations, so that the first change finds them ready
                simulate(case.plant, case.p, plant.known.x, warm_inputs=plant.known.p)
            return
        simulation = self._simulated(plant, case, task)
        if not simulation.converged:
            self._tell(task.revision, "working", doing="looking for the reason")
            found = explain_failure(case.plant, simulation, task.document)
            _raise_structural(found)
            self._tell(
                task.revision, "failed", diagnostics=tuple(found), seconds=time.perf_counter() - task.came
            )
            return
        plant.known = simulation
        state = solved(case, simulation, speciate=False)
        self._tell_solved(state, None, task)
        self._draw(state, task)
        if self._superseded(_IDLE):
            return
        state = solved(case, simulation, progress=lambda _: self._stop_if_superseded())
        self._tell_solved(state, self._news["plant"])
        if not plant.is_remembered and not self._superseded(_AT_REST):
            self._tell(task.revision, "working", doing="keeping the equations for the next time")
            remember(plant.case)
            if plant.kept is None:
                keep_solution(case, simulation, findings(state))
            plant.is_remembered = True
            self._tell(task.revision, "ready")

    def _plant(self, task: _Task) -> _Plant:
        """The plant of a document's structure: one that is at hand, else from the cache, else compiled."""
        key = plant_key(task.document)
        plant = self._plants.get(key)
        if plant is None:
            self._tell(task.revision, "working", doing="compiling the equations")
            case = case_of(task.document)
            earlier = kept_solution(case)
            known = earlier.simulation if earlier is not None else None
            plant = self._plants[key] = _Plant(case, earlier, known)
            if len(self._plants) > _PLANTS:
                self._plants.popitem(last=False)
        self._plants.move_to_end(key)
        return plant

    def _simulated(self, plant: _Plant, case: Case, task: _Task) -> Simulation:
        def progress(doing: str) -> None:
            self._stop_if_superseded()
            self._tell(task.revision, "working", doing=doing)

        self._stop_if_superseded()
        if plant.known is None:
            self._tell(task.revision, "working", doing="solving for the first time")
            return simulate(case.plant, case.p, progress=progress)
        self._tell(task.revision, "working", doing="solving")
        return simulate(case.plant, case.p, plant.known.x, progress=progress, warm_inputs=plant.known.p)

    def _tell_solved(self, state: Solved, before: News | None, task: _Task | None = None) -> None:
        """Show a plant; `before` is what was told of it already, whose time and diagram stay."""
        shown: Standing = standing(state, self._reference)
        if not self._reference:
            self._reference = shown.measures
        self._solved = state
        if before is None:
            assert task is not None
            seconds = time.perf_counter() - task.came
            self._tell(
                task.revision, "solved", page=shown.shown, seconds=seconds, diagram=self._diagram(state)
            )
        else:
            self._tell(
                before.revision, "solved", page=shown.shown, seconds=before.seconds, diagram=before.diagram
            )

    def _diagram(self, state: Solved) -> str | None:
        """The last diagram, where it is of this plant."""
        return self._drawn[1] if self._drawn is not None and self._drawn[0] == _drawing(state) else None

    def _draw(self, state: Solved, task: _Task) -> None:
        if self._diagram(state) is not None:
            return
        self._tell(task.revision, "working", doing="drawing the flow diagram")
        self._drawn = (_drawing(state), flow_diagram(build_result(state)))
        told = self._news["plant"]
        self._tell(told.revision, "solved", page=told.page, seconds=told.seconds, diagram=self._drawn[1])

    def _superseded(self, within: float = 0.0) -> bool:
        """Whether a newer text waits, or comes within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting is not None or self._ended, within)

    def _stop_if_superseded(self) -> None:
        if self._superseded():
            raise _Superseded


def _raise_structural(found: list[Diagnostic]) -> None:
    """Raises DiagnosticError where the equations can't be solved whatever the numbers."""
    structural = [d for d in found if d.code in ("S201", "S202")]
    if structural:
        raise DiagnosticError(structural)


def _drawing(state: Solved) -> Any:
    """What a diagram depends on: connections, products' names and roles, the phases that flow."""
    facts = state.case.plant.facts
    products = {n: (p.stream.name, p.role) for n, p in state.document.products.items()}
    feeds = {n: f.role for n, f in state.document.feeds.items()}
    phases = {name: tuple(stream.flows) for name, stream in state.flows.items()}
    return facts["connections"], facts["unit_types"], products, feeds, phases, state.document.title
