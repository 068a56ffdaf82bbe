"""The validation guide as one HTML file: failures, statistics with pictures, then every case and point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from flowsheet.report.text import percent
from flowsheet.validation.html_case import case_section
from flowsheet.validation.html_parts import anchor, page, paragraphs, table
from flowsheet.validation.outcome import IN_BAND, NOT_RUN, OUT_OF_BAND, CaseOutcome
from flowsheet.validation.plots import marked_points, parity_plot, spread
from flowsheet.validation.shown import bias_text, data_text, error_text, kind_text, remarks, scatter_text
from flowsheet.validation.statistics import QuantityStatistics
from flowsheet.validation.summary import verdict

if TYPE_CHECKING:
    from flowsheet.validation.guide import Guide

_ORDER = (OUT_OF_BAND, NOT_RUN, IN_BAND)
_READING = (
    "Bias and scatter are of the model alone: the measurement's own standard deviation (data) is taken out, "
    "and where it is larger than what would be left, the scatter is known only to be no more than it (≤). "
    "Remainders are compared as 1 − X, logarithms by addition. Calibration points helped to fit the model; "
    "validation points did not. Each point has two bands: validation, the tolerance around the measurement, "
    "and regression, around the prediction that was last accepted."
)


def html_page(guide: Guide) -> str:
    """The whole guide."""
    return page(f"Validation guide, {guide.stamp}", _body(guide))


def _body(guide: Guide) -> Iterator[str]:
    yield f"<header><h1>Validation guide</h1><p>{escape(guide.stamp)}</p>"
    good = all(o.status == IN_BAND for o in guide.outcomes)
    yield f'<p class="verdict {"good" if good else "bad"}">{escape(verdict(guide.outcomes))}</p></header>'
    yield (
        '<nav><a href="#failures">Failures</a> <a href="#measured">Against measurements</a> '
        '<a href="#pictures">Parity plots</a> <a href="#verification">Verification</a> '
        '<a href="#limits">Known limits</a> <a href="#cases">Cases</a></nav>'
    )
    yield from _failures(guide.outcomes)
    yield f'<section id="measured"><h2>Against measurements</h2><p>{_READING}</p>'
    yield _statistics(guide.found)
    if guide.before:
        yield f"<h3>Before, by the predictions stored in {escape(guide.named)}</h3>"
        yield _statistics(guide.before)
    yield "</section>"
    yield from _pictures(guide)
    yield from _verification(guide.found)
    yield from _limits(guide)
    yield '<section id="cases"><h2>Cases</h2>'
    for status in _ORDER:
        yield from (case_section(o) for o in guide.outcomes if o.status == status)
    yield "</section>"


def _failures(outcomes: Sequence[CaseOutcome]) -> Iterator[str]:
    yield '<section id="failures">'
    for status, title in ((OUT_OF_BAND, "Out of band"), (NOT_RUN, "Not run")):
        chosen = [o for o in outcomes if o.status == status]
        yield f"<h2>{title} ({len(chosen)})</h2>"
        rows = ((_linked(o), escape(o.case.title), escape(o.why)) for o in chosen)
        yield table(("case", "title", "what"), rows) if chosen else "<p>None.</p>"
    yield "</section>"


def _linked(outcome: CaseOutcome) -> str:
    return f'<a href="#{anchor(outcome.case.name)}">{escape(outcome.case.name)}</a>'


def _statistics(found: Sequence[QuantityStatistics]) -> str:
    header = (
        "quantity",
        "role",
        "points",
        "studies",
        "bias",
        "scatter",
        "data",
        "mean error",
        "rms error",
        "largest",
        "in band",
    )
    told = "".join(f"<li>{escape(r)}</li>" for r in remarks(found))
    rows = (_row(f) for f in found if f.role != "verification")
    return table(header, rows, right=range(2, 11)) + (f"<ul>{told}</ul>" if told else "")


def _row(f: QuantityStatistics) -> tuple[str, ...]:
    points = f"{f.points}" + (f" ({f.failed} failed)" if f.failed else "")
    told = (
        f.role,
        points,
        str(len(f.studies)),
        bias_text(f),
        scatter_text(f).replace("<=", "≤"),
        data_text(f),
        error_text(f.mean_error, f.unit, f.shown_in),
        error_text(f.rms_error, f.unit, f.shown_in),
        error_text(f.worst_error, f.unit, f.shown_in),
        percent(f.share, 3),
    )
    name = f'<a href="#plot-{anchor(f.quantity)}">{escape(f.quantity)}</a>{escape(kind_text(f))}'
    return (name, *(escape(t) for t in told))


def _pictures(guide: Guide) -> Iterator[str]:
    yield '<section id="pictures"><h2>Parity plots</h2><p>Filled: validation; hollow: calibration.</p>'
    for quantity, points in marked_points(guide.outcomes).items():
        failed = sum(f.failed for f in guide.found if f.quantity == quantity)
        more = f"; {failed} without a prediction are not drawn" if failed else ""
        yield f'<figure id="plot-{anchor(quantity)}">{parity_plot(quantity, points, guide.stamp)}'
        counted = "1 point" if len(points) == 1 else f"{len(points)} points"
        told = f"{counted}, measured {escape(spread(points))}{more}."
        yield f"<figcaption>{told}</figcaption></figure>"
    yield "</section>"


def _verification(found: Iterable[QuantityStatistics]) -> Iterator[str]:
    rows = [
        (
            escape(f.quantity),
            str(f.points),
            escape(", ".join(f.studies)),
            escape(error_text(f.worst_error, f.unit, f.shown_in)),
            percent(f.share, 3),
        )
        for f in found
        if f.role == "verification"
    ]
    yield '<section id="verification"><h2>Verification</h2>'
    yield "<p>Against closed forms and other codes, which have no uncertainty.</p>"
    header = ("number", "points", "against", "largest error", "in band")
    yield table(header, rows, right=(1, 3, 4)) if rows else "<p>None.</p>"
    yield "</section>"


def _limits(guide: Guide) -> Iterator[str]:
    yield '<section id="limits"><h2>Known limits, and what isn’t known</h2>'
    for family, text in guide.families.items():
        mine = [o for o in guide.outcomes if o.case.family == family and o.case.known_limits]
        if text or mine:
            yield f"<h3>{escape(family)}</h3>{paragraphs(text)}"
            told = "".join(f"<li>{_linked(o)}: {escape(o.case.known_limits)}</li>" for o in mine)
            yield f"<ul>{told}</ul>" if told else ""
    yield "</section>"
