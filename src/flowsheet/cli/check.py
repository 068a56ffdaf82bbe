"""`flowsheet check`: everything that can be found without solving."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from flowsheet.cli.messages import BAD_INPUT, DONE, show_diagnostics, show_warnings, width
from flowsheet.cli.opening import memory, open_document
from flowsheet.cli.options import AsJson, Changes, File, NoCache, ScenarioName
from flowsheet.cli.output import ProgressLine, only_messages
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError

if TYPE_CHECKING:
    from flowsheet.document.document import Document


def check(
    file: File,
    /,
    *,
    changes: Changes = (),
    scenario: ScenarioName = None,
    json: AsJson = False,
    no_cache: NoCache = False,
) -> int:
    """Check a flowsheet and its scenarios; show degrees of freedom, torn streams and solving order."""
    with only_messages(json), memory(not no_cache):
        cases = _cases(file, scenario, changes)
    if json:
        sys.stdout.write(json_format.dumps({"schema": "flowsheet.check/1", "cases": cases}, indent=2) + "\n")
    return BAD_INPUT if any(c["errors"] for c in cases) else DONE


def _cases(file: str, scenario: str | None, changes: tuple[str, ...]) -> list[dict[str, Any]]:
    """The file as it is (or in one scenario), then in every scenario, each with what was found."""
    document, first = _case(file, scenario, changes)
    cases = [first]
    if document is not None and scenario is None:
        told = {w.message for w in document.warnings}
        cases += [_case(file, name, changes, told)[1] for name in document.scenarios]
    return cases


def _case(
    file: str, scenario: str | None, changes: tuple[str, ...], told: Collection[str] | None = None
) -> tuple[Document | None, dict[str, Any]]:
    """Check one case and show it; one after others, of which warnings were `told`, in brief."""
    from flowsheet.report.structure import findings, kept_structure
    from flowsheet.report.structure_page import structure_page

    label = f"scenario {scenario}" if scenario else "base case"
    progress = ProgressLine(width())
    try:
        document = open_document(file, scenario, changes)
        progress.show(f"{label}: building the equations")
        try:
            report = kept_structure(document)
        finally:
            progress.clear()
        wrong = findings(report)
        if wrong:
            raise DiagnosticError(wrong, document.sources)
    except DiagnosticError as error:
        print(f"{label}: not ready to run\n", file=sys.stderr)
        show_diagnostics(error)
        return None, {"scenario": scenario, "errors": [d.as_dict() for d in error.diagnostics]}
    warnings = [w for w in document.warnings if w.message not in (told or ())]
    show_warnings(warnings, dict(document.sources))
    print(structure_page(label, report, width(), brief=told is not None), end="")
    return document, _as_json(scenario, warnings, report)


def _as_json(scenario: str | None, warnings: list[Diagnostic], report: dict[str, Any]) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "errors": [],
        "warnings": [w.as_dict() for w in warnings],
        **{k: v for k, v in report.items() if k != "findings"},
    }
