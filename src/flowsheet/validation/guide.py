"""The validation guide: one HTML file with pictures, and a summary in Markdown."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowsheet.validation.outcome import CaseOutcome
from flowsheet.validation.statistics import QuantityStatistics
from flowsheet.validation.stored import revision
from flowsheet.validation.suite import Suite, checkout

FAMILY_TEXT = "about.md"
"""A text in a family's folder, whose paragraphs the guide shows."""


@dataclass(frozen=True)
class Guide:
    """What both forms are written from; `before`: statistics of revision `named`."""

    outcomes: Sequence[CaseOutcome]
    found: Sequence[QuantityStatistics]
    before: Sequence[QuantityStatistics]
    named: str
    revision: str
    date: str
    families: Mapping[str, str]

    @property
    def stamp(self) -> str:
        return f"revision {self.revision}, {self.date}"


def guide(
    suite: Suite,
    outcomes: Sequence[CaseOutcome],
    found: Sequence[QuantityStatistics],
    before: Sequence[QuantityStatistics],
    named: str,
    out: Path | None,
    whole: bool,
) -> dict[Path, str]:
    """The texts of both files by their paths.

    Those of the whole shipped suite are the project's own, where it runs from its sources; others go into
    `validation-report` unless `out` says where.
    """
    from flowsheet.validation.html import html_page
    from flowsheet.validation.markdown import markdown_page

    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    made = Guide(outcomes, found, before, named, revision(), today, _families(outcomes))
    root = checkout() if suite.shipped and whole and out is None else None
    if root is not None:
        places = (root / "validation" / "report.html", root / "docs" / "validation.md")
    else:
        folder = out or Path("validation-report")
        places = (folder / "report.html", folder / "validation.md")
    return {places[0]: html_page(made), places[1]: markdown_page(made)}


def _families(outcomes: Sequence[CaseOutcome]) -> dict[str, str]:
    """The families in the order of their cases, each with its text, if it has one."""
    texts: dict[str, str] = {}
    for outcome in outcomes:
        path = outcome.case.folder.parent / FAMILY_TEXT
        if outcome.case.family not in texts:
            texts[outcome.case.family] = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return texts
