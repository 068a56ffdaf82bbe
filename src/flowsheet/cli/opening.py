"""From a name on the command line to a checked flowsheet, with what earlier runs kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from flowsheet.document.kept import cache_folder
from flowsheet.document.locate import locate

if TYPE_CHECKING:
    from flowsheet.api.flowsheet import Flowsheet
    from flowsheet.document.document import Document

_CONVERSIONS = "conversions.json"


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


def open_flowsheet(file: str, scenario: str | None = None, changes: Sequence[str] = ()) -> Flowsheet:
    """Load and check a flowsheet, to be run.

    Raises:
        DiagnosticError: everything that is wrong with it.
    """
    from flowsheet.api.flowsheet import Flowsheet

    return Flowsheet(locate(file), scenario, changes)
