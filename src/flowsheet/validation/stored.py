"""Predictions as they were last accepted: a file in each case's folder, here or in an earlier revision."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Collector, Diagnostic, DiagnosticError
from flowsheet.document.source import read_text
from flowsheet.validation.case import ValidationCase
from flowsheet.validation.outcome import NOT_RUN, CaseOutcome, Predictions
from flowsheet.validation.suite import checkout

STORED_FILE = "predictions.yaml"
_HEADING = (
    "# Predictions as last accepted, in canonical units.  Written by `flowsheet validate --accept REASON`.\n"
)


def stored_predictions(folder: Path) -> Predictions:
    """What was last accepted for the case in a folder; nothing where nothing was.

    Raises:
        DiagnosticError: the file can't be read.
    """
    path = folder / STORED_FILE
    if not path.is_file():
        return {}
    return _parsed(path.read_text(encoding="utf-8"), str(path))


def _parsed(text: str, name: str) -> Predictions:
    found = Collector()
    tree = read_text(text, name, found)
    found.raise_errors()
    content: Any = tree.plain() if tree is not None else None
    try:
        return {
            str(key): {str(point): float(value) for point, value in entries.items()}
            for key, entries in content["predictions"].items()
        }
    except (TypeError, KeyError, ValueError, AttributeError):
        help = "write it anew by --accept"
        raise DiagnosticError([Diagnostic("E914", f"{name} is no file of predictions", None, help)]) from None


def accept(outcomes: Sequence[CaseOutcome], reason: str) -> list[Path]:
    """Store the predictions of all cases that ran; returns the files written.

    Raises:
        OSError: a file can't be written.
    """
    from flowsheet.results.write import replace_file

    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    written: list[Path] = []
    for outcome in outcomes:
        if outcome.status == NOT_RUN:
            continue
        path = outcome.case.folder / STORED_FILE
        replace_file(path, _as_text(outcome, reason, today).encode())
        written.append(path)
    return written


def _as_text(outcome: CaseOutcome, reason: str, today: str) -> str:
    lines = [
        _HEADING.rstrip(),
        "accepted:",
        f"  reason: {_quoted(reason)}",
        f"  revision: {_quoted(revision())}",
        f"  date: {today}",
        "predictions:",
    ]
    for each in outcome.comparisons:
        lines.append(f"  {_quoted(each.stated.name)}:")
        lines += [f"    {p.point}: {p.predicted:.9g}" for p in each.points if p.predicted is not None]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def revision() -> str:
    """The revision of the program's sources, with + where files differ from it; else its version."""
    root = checkout()
    named = _git(root, "rev-parse", "--short", "HEAD") if root is not None else None
    if root is not None and named is not None:
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
        return named.strip() + ("+" if changed else "")
    from importlib import metadata

    return f"version {metadata.version('flowsheet')}"


def predictions_at(cases: Sequence[ValidationCase], named: str) -> Mapping[str, Predictions]:
    """The predictions that were stored in a git revision, by the case's name.

    Raises:
        DiagnosticError: E915, a case's folder is in no git repository, or it has no such revision.
    """
    found: dict[str, Predictions] = {}
    known: set[str] = set()
    for case in cases:
        top = (_git(case.folder, "rev-parse", "--show-toplevel") or "").strip()
        if not top:
            raise _refused(f"{case.folder} is in no git repository", "--against needs its history")
        if (
            top not in known
            and _git(case.folder, "rev-parse", "--verify", "--quiet", f"{named}^{{commit}}") is None
        ):
            raise _refused(f"the repository has no revision `{named}`", "a branch, a tag or a commit's hash")
        known.add(top)
        text = _git(case.folder, "show", f"{named}:./{STORED_FILE}")
        if text is not None:
            found[case.name] = _parsed(text, f"{named}:{case.name}/{STORED_FILE}")
    if not found:
        raise _refused(f"no prediction was stored in revision `{named}`", "name a later one")
    return found


def _refused(message: str, help: str) -> DiagnosticError:
    return DiagnosticError([Diagnostic("E915", message, None, help)])


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints, or None where it is absent or refuses."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
