"""Many cases, one after the other or shared among processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.validation.case import ValidationCase
from flowsheet.validation.outcome import CaseOutcome
from flowsheet.validation.run import Progress, run_case

_Answer = CaseOutcome | tuple[tuple[Diagnostic, ...], dict[str, str]]


def run_cases(
    cases: Sequence[ValidationCase], suite: Path, data: Path, processes: int, progress: Progress
) -> list[CaseOutcome]:
    """Run all cases; what is wrong with any of them is found before this ends.

    Raises:
        DiagnosticError: cases that don't fit their tables or flowsheets.
    """
    answers: dict[int, _Answer] = {}
    if min(processes, len(cases)) <= 1:
        for number, case in enumerate(cases):
            answers[number] = _answer(case, suite, data, progress)
    else:
        # spawned, not forked, so that no thread of a library is copied
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(processes, len(cases)), mp_context=context) as pool:
            running = {pool.submit(_answer, c, suite, data, _quiet): n for n, c in enumerate(cases)}
            for future in as_completed(running):
                answers[running[future]] = future.result()
                progress(f"{len(answers)} of {len(cases)} cases: {cases[running[future]].name}")
    outcomes = [a for _, a in sorted(answers.items()) if isinstance(a, CaseOutcome)]
    faults = [a for _, a in sorted(answers.items()) if not isinstance(a, CaseOutcome)]
    if faults:
        found = list(dict.fromkeys(d for diagnostics, _ in faults for d in diagnostics))
        raise DiagnosticError(found, {k: v for _, texts in faults for k, v in texts.items()})
    return outcomes


def _answer(case: ValidationCase, suite: Path, data: Path, progress: Progress) -> _Answer:
    try:
        return run_case(case, suite, data, progress)
    except DiagnosticError as error:  # does not survive the way between processes by itself
        return error.diagnostics, {**case.texts, **error.sources}


def _quiet(text: str) -> None:
    """A process of its own shows no progress."""
