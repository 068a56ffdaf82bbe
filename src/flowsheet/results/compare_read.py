"""Results that earlier runs left, read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.results.result import SCHEMA
from flowsheet.results.write import RESULT

_NEEDED = ("products", "recoveries", "main_feed", "groups", "reagents", "utilities", "water", "economics")


def read_result(path: Path) -> dict[str, Any]:
    """The result of a run's folder, or of the file itself.

    Raises:
        DiagnosticError: E906, there is none, or one without what a comparison needs.
    """
    file = path / RESULT if path.is_dir() else path
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refusal(f"{file} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise _refusal(f"{file} is not a result file") from error
    if not isinstance(stored, dict) or stored.get("schema") != SCHEMA:
        raise _refusal(f"{file} is not a result file")
    missing = [key for key in _NEEDED if key not in stored]
    if missing or "elements" not in stored["main_feed"]:
        raise _refusal(f"{file} is of an earlier version: it lacks what a comparison needs", "run it again")
    return stored


def _refusal(
    message: str, help: str = f"a run leaves its result as {RESULT} in its folder"
) -> DiagnosticError:
    return DiagnosticError([Diagnostic("E906", message, None, help)])
