"""`flowsheet validate`: how well the models predict what was measured."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, NOT_SOLVED, note, refusal, width
from flowsheet.cli.opening import memory
from flowsheet.cli.options import AsJson, NoCache, repeatable
from flowsheet.cli.output import ProgressLine, only_messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowsheet.validation.outcome import CaseOutcome, Predictions
    from flowsheet.validation.statistics import QuantityStatistics
    from flowsheet.validation.suite import Suite


def validate(
    folder: Annotated[
        Path | None,
        Parameter(name="FOLDER", help="Cases of your own. [default: those that ship]", show_default=False),
    ] = None,
    /,
    *,
    case: Annotated[
        tuple[str, ...], repeatable("--case", "Only cases of this name, or like it (`nmc*`).")
    ] = (),
    fast: Annotated[
        bool, Parameter(negative="", show_default=False, help="Only cases that are marked `fast: yes`.")
    ] = False,
    against: Annotated[
        str | None,
        Parameter(
            help="Show statistics of the predictions stored in a git revision too.", show_default=False
        ),
    ] = None,
    accept: Annotated[
        str | None,
        Parameter(help="Store the predictions as the ones to hold, with this reason.", show_default=False),
    ] = None,
    report: Annotated[
        bool, Parameter(negative="", show_default=False, help="Write report.html and a Markdown summary.")
    ] = False,
    out: Annotated[
        Path | None,
        Parameter(
            help="Folder for the report. [default: validation-report; validation/ and docs/ of a checkout]",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        Path | None,
        Parameter(
            help="Folder of tables that don't ship. [default: FLOWSHEET_SHARED_DATA, else ../shared/data]",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        Parameter(help="Processes that share the cases. [default: one per core]", show_default=False),
    ] = None,
    json: AsJson = False,
    no_cache: NoCache = False,
) -> int:
    """Hold predictions against measurements, and against those that were last accepted."""
    from flowsheet.solve.processes import cores
    from flowsheet.validation.batch import run_cases
    from flowsheet.validation.rows import data_folder
    from flowsheet.validation.statistics import statistics
    from flowsheet.validation.stored import predictions_at, revision
    from flowsheet.validation.suite import chosen, open_suite

    if accept is not None and not accept.strip():
        raise refusal("E102", "--accept needs a reason", 'for example --accept "nickel constants refitted"')
    with only_messages(json), memory(not no_cache):
        progress = ProgressLine(width())
        suite = open_suite(folder)
        cases = chosen(suite, case, fast)
        earlier = predictions_at(cases, against) if against is not None else {}
        try:
            outcomes = run_cases(cases, suite.folder, data_folder(data), jobs or cores(), progress.show)
        finally:
            progress.clear()
        if accept is not None:
            outcomes = _accepted(outcomes, accept)
        found = statistics(outcomes)
        before = statistics(_with(outcomes, earlier), stored=True) if against is not None else []
        if report:
            whole = not case and not fast
            _write_report(suite, outcomes, found, before, against or "", out, whole)
    passed = _passed(outcomes)
    if json:
        from flowsheet.results.write import as_json
        from flowsheet.validation.as_json import as_values

        sys.stdout.write(as_json(as_values(outcomes, found, before, revision(), passed)))
        sys.stdout.flush()
    else:
        from flowsheet.validation.summary import print_summary

        print_summary(outcomes, found, before, against or "", width())
    return DONE if passed else NOT_SOLVED


def _passed(outcomes: Sequence[CaseOutcome]) -> bool:
    """At least one case ran, and all that ran are in band."""
    from flowsheet.validation.outcome import NOT_RUN, OUT_OF_BAND

    ran = [o for o in outcomes if o.status != NOT_RUN]
    return bool(ran) and all(o.status != OUT_OF_BAND for o in ran)


def _accepted(outcomes: Sequence[CaseOutcome], reason: str) -> list[CaseOutcome]:
    """The outcomes, judged by the predictions that are stored now."""
    from flowsheet.cli.new import unwritable
    from flowsheet.validation.outcome import judged_by
    from flowsheet.validation.stored import accept, stored_predictions

    try:
        written = accept(outcomes, reason)
    except OSError as error:
        raise unwritable(error, Path(error.filename or "")) from error
    note(f"{len(written)} files of predictions written")
    return [judged_by(o, stored_predictions(o.case.folder)) for o in outcomes]


def _with(outcomes: Sequence[CaseOutcome], earlier: Mapping[str, Predictions]) -> list[CaseOutcome]:
    """The outcomes beside the predictions of an earlier revision."""
    from flowsheet.validation.outcome import judged_by

    return [judged_by(o, earlier.get(o.case.name, {})) for o in outcomes]


def _write_report(
    suite: Suite,
    outcomes: Sequence[CaseOutcome],
    found: Sequence[QuantityStatistics],
    before: Sequence[QuantityStatistics],
    named: str,
    out: Path | None,
    whole: bool,
) -> None:
    from flowsheet.cli.new import write_file
    from flowsheet.validation.guide import guide

    for path, content in guide(suite, outcomes, found, before, named, out, whole).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content.encode())
        note(f"written: {path}")
