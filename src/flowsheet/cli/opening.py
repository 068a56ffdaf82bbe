"""From a name on the command line to a checked document and a compiled plant, with what earlier runs kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.cli.messages import refusal
from flowsheet.document.kept import cache_folder
from flowsheet.document.locate import locate

if TYPE_CHECKING:
    from flowsheet.document.document import Document
    from flowsheet.solve.case import Case

_CONVERSIONS = "conversions.json"
_LEAST_KNOWN = 0.5
"""Share of the unknowns that an earlier solution must have to be one of this flowsheet."""


@contextmanager
def memory(use: bool = True) -> Iterator[None]:
    """While it lasts, what earlier runs kept is at hand; not `use`: nothing is, and nothing is kept."""
    if use:
        with _conversions_kept():
            yield
        return
    before = os.environ.get("FLOWSHEET_CACHE")
    with tempfile.TemporaryDirectory(prefix="flowsheet-") as folder:
        os.environ["FLOWSHEET_CACHE"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["FLOWSHEET_CACHE"]
            else:
                os.environ["FLOWSHEET_CACHE"] = before


@contextmanager
def _conversions_kept() -> Iterator[None]:
    from flowsheet.document.unit_of_measure import load_conversions, save_conversions

    file = cache_folder() / _CONVERSIONS
    load_conversions(file)
    try:
        yield
    finally:
        with suppress(OSError):  # the next run converts again
            save_conversions(file)


def open_document(file: str, scenario: str | None = None, changes: Sequence[str] = ()) -> Document:
    """Load and check a flowsheet.

    Raises:
        DiagnosticError: everything that is wrong with it.
    """
    from flowsheet.solve.case import load

    return load(locate(file), scenario, changes)


def open_plant(file: str, scenario: str | None = None, changes: Sequence[str] = ()) -> Case:
    """Load a flowsheet; build and compile it, unless an earlier run did.

    Raises:
        DiagnosticError: everything that is wrong with it.
    """
    from flowsheet.solve.case import open_case

    return open_case(locate(file), scenario, changes)


def warm_start(case: Case, earlier: Path) -> tuple[Any, str]:
    """Unknowns to start from and a note where the earlier run doesn't have them all.

    Raises:
        DiagnosticError: E904, the file is not a solution, or of another flowsheet.
    """
    from flowsheet.results.write import read_solution

    unknowns = case.plant.model.unknowns
    x, known = read_solution(earlier, unknowns.names, case.plant.model.x0)
    if known < _LEAST_KNOWN * len(unknowns):
        raise refusal(
            "E904",
            f"{earlier} is the solution of another flowsheet: it has {known} of this one's "
            f"{len(unknowns)} unknowns",
            "leave --warm away to start cold",
        )
    missing = len(unknowns) - known
    return x, f"{earlier} lacks {missing} of {len(unknowns)} unknowns; they start cold" if missing else ""
