"""The page of one case in the guide: its papers, and every point measured beside predicted."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from flowsheet.report.text import digits, percent
from flowsheet.validation.html_parts import anchor, table
from flowsheet.validation.outcome import (
    IN_BAND,
    NOT_RUN,
    CaseOutcome,
    ComparisonOutcome,
    PointOutcome,
    counted,
)
from flowsheet.validation.shown import difference_shown, number_text, unit_of_difference


def case_section(outcome: CaseOutcome) -> str:
    """A case, folded; open where something is wrong."""
    case = outcome.case
    opened = "" if outcome.status == IN_BAND else " open"
    mark = {IN_BAND: "good", NOT_RUN: "dull"}.get(outcome.status, "bad")
    return "".join(
        (
            f'<details id="{anchor(case.name)}"{opened}>',
            f'<summary><span class="{mark}">{outcome.status}</span> ',
            f"<b>{escape(case.name)}</b> {escape(case.title)}</summary>",
            f'<p class="bad">{escape(outcome.why)}</p>' if outcome.why else "",
            _papers(outcome),
            *(_comparison(c) for c in outcome.comparisons),
            "</details>",
        )
    )


def _papers(outcome: CaseOutcome) -> str:
    case, source = outcome.case, outcome.case.source
    doi = f'<a href="https://doi.org/{escape(source.doi)}">{escape(source.doi)}</a>' if source.doi else ""
    facts = (
        ("study", escape(source.study)),
        ("source", escape(source.citation)),
        ("DOI", doi),
        ("where", escape(source.where)),
        ("read", escape(source.read)),
        ("kind", escape(case.kind)),
        ("range of use", escape(case.range_of_use)),
        ("known limits", escape(case.known_limits)),
        ("notes", escape(case.notes)),
        ("flowsheet", escape(case.flowsheet.name) if case.flowsheet else ""),
        ("extrapolated", f"{counted(outcome.extrapolated, 'point')}" if outcome.extrapolated else ""),
        ("time", f"{outcome.seconds:.1f} s, {outcome.compiles} compiled" if outcome.comparisons else ""),
    )
    return "<dl>" + "".join(f"<dt>{n}</dt><dd>{t}</dd>" for n, t in facts if t) + "</dl>"


def _comparison(outcome: ComparisonOutcome) -> str:
    stated = outcome.stated
    unit = stated.shown_in or "-"
    uncertainty = stated.uncertainty
    told = [f"tolerance {stated.tolerance.margin.text} ({stated.tolerance.why})"]
    if stated.tolerance.share < 1.0:
        told.append(f"for {percent(stated.tolerance.share, 3)} of the points")
    if uncertainty is not None:
        of = uncertainty.margin.text if uncertainty.margin else f"column {uncertainty.column}"
        told.append(f"standard deviation {of}, {uncertainty.basis} ({uncertainty.why})")
    told.append(f"regression band {stated.regression.text}")
    good = outcome.within and outcome.steady is not False
    inside = f"{sum(p.within for p in outcome.points)} of {len(outcome.points)} in band"
    steady = {True: "as accepted", False: "moved since it was accepted", None: "nothing accepted yet"}[
        outcome.steady
    ]
    header = ("point", "role", "measured", "± s.d.", "predicted", "error", "in band", "accepted", "moved")
    return (
        f"<h4>{escape(stated.name)} <small>{escape(stated.quantity)} [{escape(unit)}]</small> "
        f'<span class="{"good" if good else "bad"}">{inside}, {steady}</span></h4>'
        f"<p><small>{escape('; '.join(told))}</small></p>"
        + table(header, (tuple(_cells(outcome, p)) for p in outcome.points), right=(2, 3, 4, 5, 7))
    )


def _cells(outcome: ComparisonOutcome, point: PointOutcome) -> Iterator[str]:
    unit, shown = outcome.stated.unit, outcome.stated.shown_in
    beyond = f'<br><small title="{escape(point.beyond)}">beyond the range</small>' if point.beyond else ""
    yield escape(point.label) + beyond
    yield point.role
    yield number_text(point.measured, unit, shown)
    yield digits(difference_shown(point.deviation, unit, shown), 2) if point.deviation else "-"
    yield number_text(point.predicted, unit, shown)
    error = difference_shown(point.error, unit, shown)
    yield f"{digits(error, 3)} {escape(unit_of_difference(shown))}" if error is not None else "-"
    if point.trouble:
        yield f'<span class="bad">{escape(point.trouble)}</span>'
    else:
        yield "in" if point.within else '<span class="bad">out</span>'
    yield number_text(point.stored, unit, shown) if point.stored is not None else "-"
    yield {True: "", False: '<span class="bad">moved</span>', None: "-"}[point.steady]
