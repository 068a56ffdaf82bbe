"""A flowsheet in Python: changed, run and optimised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.api.changes import change_texts
from flowsheet.document.diagnostics import Diagnostic
from flowsheet.document.locate import locate
from flowsheet.solve.case import Case, case_of, inputs_of
from flowsheet.solve.case import load as load_document

if TYPE_CHECKING:
    from flowsheet.api.result import Result
    from flowsheet.api.solving import Progress
    from flowsheet.document.document import Document
    from flowsheet.results.solved import Solved
    from flowsheet.solve.solutions import KeptSolution

Changes = Mapping[str, Any]


def load(
    file: str | Path,
    scenario: str | None = None,
    changes: Changes | None = None,
    /,
    **keywords: Any,
) -> Flowsheet:
    """Load and check a flowsheet: a file, or the name of one that ships.

    Args:
        file: a path, else a name that ships (`nmc_black_mass`).
        scenario: a scenario of the file, applied first.
        changes: values by path, `{"units.leach.temperature": "80 degC"}`, as `--set` takes them.
        keywords: the same with `__` for a path's dots, `leach__temperature="80 degC"`.

    Raises:
        DiagnosticError: everything that is wrong with the file, at its places.

    >>> import flowsheet
    >>> plant = flowsheet.load("magnet_acid_free", first_dissolution__temperature="75 degC")
    >>> plant.name, len(plant.units) > 5
    ('magnet_acid_free', True)
    """
    return Flowsheet(locate(str(file)), scenario, change_texts(changes, keywords))


class Flowsheet:
    """A flowsheet that has been read and checked; compiled when it is first run.

    It doesn't change: `changed` gives another one.  All that come from one share what they have compiled and
    solved, so that a run with other numbers starts from the nearest in time.
    """

    def __init__(
        self,
        path: Path,
        scenario: str | None = None,
        changes: Sequence[str] = (),
        memory: _Memory | None = None,
    ) -> None:
        self.path, self.scenario, self.changes = path, scenario, tuple(changes)
        self.document: Document = load_document(path, scenario, self.changes)
        self._memory = memory or _Memory()

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.document.name

    @property
    def title(self) -> str:
        """What the file says it is."""
        return self.document.title or self.name

    @property
    def units(self) -> tuple[str, ...]:
        """Tags of the unit operations, in the file's order."""
        return tuple(self.document.units)

    @property
    def feeds(self) -> tuple[str, ...]:
        """Names of the feeds."""
        return tuple(self.document.feeds)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios that the file states."""
        return tuple(self.document.scenarios)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What checking found that is no error."""
        return tuple(self.document.warnings)

    @cached_property
    def case(self) -> Case:
        """The document with its compiled plant."""
        return self._memory.case(self.document)

    def changed(
        self, changes: Changes | None = None, /, *, scenario: str | None = None, **keywords: Any
    ) -> Flowsheet:
        """The flowsheet with further changes, or in a scenario.

        Raises:
            DiagnosticError: everything that is wrong with it then.
        """
        return self.changed_by(change_texts(changes, keywords), scenario)

    def changed_by(self, texts: Sequence[str], scenario: str | None = None) -> Flowsheet:
        """The flowsheet with further changes as `--set` takes them, `["leach.temperature=80 degC"]`."""
        if not texts and scenario in (None, self.scenario):
            return self
        return Flowsheet(self.path, scenario or self.scenario, (*self.changes, *texts), self._memory)

    def run(
        self,
        changes: Changes | None = None,
        /,
        *,
        scenario: str | None = None,
        start: Path | None = None,
        progress: Progress | None = None,
        **keywords: Any,
    ) -> Result:
        """Solve it, with changes for this run.

        Args:
            changes: values by path; `keywords`: with `__` for a path's dots.
            scenario: a scenario of the file.
            start: an earlier run to start from, its folder or its solution.json.
            progress: called with a line on what is being done.

        Raises:
            DiagnosticError: everything that is wrong with the changes.

        A run that doesn't converge gives a result all the same: see `Result.converged` and
        `Result.diagnosis`.
        """
        from flowsheet.api.result import Result
        from flowsheet.api.solving import solve_case

        asked = self.changed(changes, scenario=scenario, **keywords)
        solution = solve_case(asked.case, start, progress, asked._memory.known(asked.case))
        asked._memory.keep(asked.case, solution.state)
        return Result(solution.state, notes=solution.notes)

    def optimise(
        self,
        changes: Changes | None = None,
        /,
        *,
        scenario: str | None = None,
        starts: int | None = None,
        processes: int | None = None,
        start: Path | None = None,
        progress: Progress | None = None,
        **keywords: Any,
    ) -> Result:
        """Find the optimum that its `optimise:` block asks for, with changes.

        Args:
            starts: starting points; the file's, else 10.
            processes: processes that share the starts; one per core.
            start: an earlier run from which the base case starts.

        Raises:
            DiagnosticError: a change is wrong, or (E902) the file asks for no optimum.

        `Result.optimisation` is None where the base case doesn't converge.
        """
        from flowsheet.api.optimising import optimised

        asked = self.changed(changes, scenario=scenario, **keywords)
        return optimised(asked, starts, processes, start, progress)

    def __repr__(self) -> str:
        stated = [f"scenario={self.scenario!r}"] if self.scenario else []
        return f"<{', '.join([f'Flowsheet {self.name}', *stated, *self.changes])}>"


class _Memory:
    """The last compiled plant and the last solution, of all flowsheets that come from one."""

    def __init__(self) -> None:
        self._case: Case | None = None
        self._solution: tuple[Case, KeptSolution] | None = None

    def case(self, document: Document) -> Case:
        """The document with its plant; the last one's where the structure is the same."""
        from flowsheet.solve.keep import plant_key, reworded

        last = self._case
        if last is not None and last.key == plant_key(document):
            plant = replace(last.plant, facts=reworded(last.plant.facts, document))
            self._case = Case(document, plant, inputs_of(document, plant), {}, True, last.key)
        else:
            self._case = case_of(document)
        return self._case

    def known(self, case: Case) -> KeptSolution | None:
        """The last solution, if it is one of this plant."""
        if self._solution is None or self._solution[0].plant.model is not case.plant.model:
            return None
        return self._solution[1]

    def keep(self, case: Case, state: Solved) -> None:
        """Remember a solution that converged."""
        from flowsheet.results.solved import findings
        from flowsheet.solve.solutions import METHOD, KeptSolution

        if state.simulation.converged:
            known = replace(state.simulation, method=METHOD, seconds={})
            self._solution = (case, KeptSolution(known, findings(state)))
