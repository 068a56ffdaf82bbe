"""What a terminal shows of a suite: cases out of band first, then those not run, then statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.text import console, paragraph, percent, table
from flowsheet.validation.outcome import IN_BAND, NOT_RUN, OUT_OF_BAND, CaseOutcome, counted
from flowsheet.validation.shown import bias_text, error_text, kind_text, remarks, scatter_text
from flowsheet.validation.statistics import QuantityStatistics

_ORDER = (OUT_OF_BAND, NOT_RUN, IN_BAND)


def print_summary(
    outcomes: Sequence[CaseOutcome],
    found: Sequence[QuantityStatistics],
    before: Sequence[QuantityStatistics],
    named: str,
    width: int,
) -> None:
    """Print the outcome of a suite on standard output; `before`: statistics of revision `named`."""
    out = console(width)
    for part in summary_parts(outcomes, found, before, named, width):
        out.print(part)


def summary_parts(
    outcomes: Sequence[CaseOutcome],
    found: Sequence[QuantityStatistics],
    before: Sequence[QuantityStatistics],
    named: str,
    width: int,
) -> Iterator[RenderableType]:
    for status in _ORDER:
        chosen = [o for o in outcomes if o.status == status]
        if chosen:
            yield Text(f"{status} ({len(chosen)})", style="bold")
            yield from (Text(_case_line(o, width)) for o in chosen)
            yield Text("")
    yield from statistics_tables(found, width)
    if before:
        yield Text(f"before, by the predictions stored in {named}", style="bold")
        yield from statistics_tables(before, width)
    yield Text(verdict(outcomes), style="bold")


def _case_line(outcome: CaseOutcome, width: int) -> str:
    name = outcome.case.name
    if outcome.status != IN_BAND:
        return paragraph(f"{name}: {outcome.why}", width, "    ", "  ")
    points = max((len(c.points) for c in outcome.comparisons), default=0)
    new = "" if all(c.steady is not None for c in outcome.comparisons) else ", no prediction stored yet"
    far = f", {outcome.extrapolated} beyond a correlation's range" if outcome.extrapolated else ""
    told = f"{name}: {counted(points, 'point')}{far}, {outcome.seconds:.1f} s{new}"
    return paragraph(told, width, "    ", "  ")


def statistics_tables(found: Sequence[QuantityStatistics], width: int) -> Iterator[RenderableType]:
    """One table for measurements, one for verification."""
    measured = [f for f in found if f.role != "verification"]
    exact = [f for f in found if f.role == "verification"]
    if measured:
        header = ("quantity", "role", "n", "studies", "bias", "scatter", "rms error", "in band")
        yield table(header, (_measured(f) for f in measured), right=range(2, 8))
        yield from (Text(paragraph(told, width, "    ", "  ")) for told in remarks(measured))
        yield Text("")
    if exact:
        titles = ("verification", "n", "largest error", "in band")
        rows = (
            (f.quantity, str(f.points), error_text(f.worst_error, f.unit, f.shown_in), percent(f.share, 3))
            for f in exact
        )
        yield table(titles, rows, right=(1, 2, 3))
        yield Text("")


def _measured(found: QuantityStatistics) -> tuple[str, ...]:
    role = {"validation": "valid.", "calibration": "calib."}[found.role]
    return (
        found.quantity + kind_text(found),
        role,
        str(found.points),
        str(len(found.studies)),
        bias_text(found),
        scatter_text(found),
        error_text(found.rms_error, found.unit, found.shown_in),
        percent(found.share, 3),
    )


def verdict(outcomes: Sequence[CaseOutcome]) -> str:
    """The suite in a line."""
    count = {s: sum(o.status == s for o in outcomes) for s in _ORDER}
    ran = len(outcomes) - count[NOT_RUN]
    if not ran:
        return f"nothing ran: {counted(count[NOT_RUN], 'case')} without data"
    return (
        f"{counted(ran, 'case')} ran: {count[IN_BAND]} in band, {count[OUT_OF_BAND]} out of band; "
        f"{count[NOT_RUN]} not run"
    )
