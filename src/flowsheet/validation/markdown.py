"""The summary of the validation guide in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flowsheet.report.text import percent
from flowsheet.validation.outcome import NOT_RUN, OUT_OF_BAND
from flowsheet.validation.shown import bias_text, data_text, error_text, kind_text, remarks, scatter_text
from flowsheet.validation.statistics import QuantityStatistics
from flowsheet.validation.summary import verdict

if TYPE_CHECKING:
    from flowsheet.validation.guide import Guide

_NOTICE = "<!-- Written by `flowsheet validate --report`; edit the cases. -->"


def markdown_page(guide: Guide) -> str:
    """Verdict, failures, statistics, cases, limits."""
    return "\n".join(_lines(guide)).rstrip() + "\n"


def _lines(guide: Guide) -> Iterator[str]:
    yield from ("# Validation", "", _NOTICE, "")
    yield f"Of {guide.stamp}.  {verdict(guide.outcomes)[:1].upper()}{verdict(guide.outcomes)[1:]}."
    yield from (
        "",
        "How to read this, and how to add cases of your own: [validation cases](validation-cases.md).",
        "",
    )
    for status, title in ((OUT_OF_BAND, "Out of band"), (NOT_RUN, "Not run")):
        chosen = [o for o in guide.outcomes if o.status == status]
        if chosen:
            yield from (f"## {title}", "", "| case | what |", "|---|---|")
            yield from (f"| {o.case.name}: {_cell(o.case.title)} | {_cell(o.why)} |" for o in chosen)
            yield ""
    yield from ("## Against measurements", "")
    yield from (
        "Bias and scatter are of the model, corrected for the measurement's own standard deviation (data);",
        "`<=` where the data don't allow to say more.  Calibration points helped to fit the model;",
        "validation points did not.",
        "",
    )
    yield from _measured(guide.found)
    if guide.before:
        yield from ("", f"Before, by the predictions stored in {guide.named}:", "")
        yield from _measured(guide.before)
    yield from (
        "",
        "## Verification",
        "",
        "| number | points | largest error | in band |",
        "|---|---|---|---|",
    )
    for f in guide.found:
        if f.role == "verification":
            worst = error_text(f.worst_error, f.unit, f.shown_in)
            yield f"| {_cell(f.quantity)} | {f.points} | {worst} | {percent(f.share, 3)} |"
    yield from (
        "",
        "## Cases",
        "",
        "| case | study | points | status | range of use |",
        "|---|---|---|---|---|",
    )
    for o in guide.outcomes:
        points = max((len(c.points) for c in o.comparisons), default=0)
        texts = (o.case.name, o.case.source.study, str(points), o.status, o.case.range_of_use)
        yield f"| {' | '.join(_cell(t) for t in texts)} |"
    yield from _limits(guide)


def _measured(found: Sequence[QuantityStatistics]) -> Iterator[str]:
    yield "| quantity | role | points | studies | bias | scatter | data | mean error | rms error | in band |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for f in found:
        if f.role == "verification":
            continue
        texts = (
            f"{f.quantity}{kind_text(f)}",
            f.role,
            f"{f.points} ({f.failed} failed)" if f.failed else str(f.points),
            str(len(f.studies)),
            bias_text(f),
            scatter_text(f),
            data_text(f),
            error_text(f.mean_error, f.unit, f.shown_in),
            error_text(f.rms_error, f.unit, f.shown_in),
            percent(f.share, 3),
        )
        yield f"| {' | '.join(_cell(t) for t in texts)} |"
    yield from ("", *(f"- {_cell(told)}" for told in remarks(found)))


def _limits(guide: Guide) -> Iterator[str]:
    told: list[str] = []
    for family, text in guide.families.items():
        mine = [o for o in guide.outcomes if o.case.family == family and o.case.known_limits]
        if text or mine:
            told += [f"### {family}", "", *([text, ""] if text else [])]
            told += [*(f"- {o.case.name}: {_cell(o.case.known_limits)}" for o in mine), ""]
    if told:
        yield from ("", "## Known limits, and what isn't known", "", *told)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
