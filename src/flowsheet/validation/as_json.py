"""The outcome of a suite as plain JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flowsheet.validation.outcome import CaseOutcome, ComparisonOutcome, PointOutcome
from flowsheet.validation.statistics import QuantityStatistics

SCHEMA = "flowsheet.validation/1"


def as_values(
    outcomes: Sequence[CaseOutcome],
    found: Sequence[QuantityStatistics],
    before: Sequence[QuantityStatistics],
    revision: str,
    passed: bool,
) -> dict[str, Any]:
    """Status, statistics and every point; numbers in canonical units, which each comparison names."""
    return {
        "schema": SCHEMA,
        "status": "in band" if passed else "out of band or nothing ran",
        "revision": revision,
        "statistics": [_statistics(f) for f in found],
        "before": [_statistics(f) for f in before],
        "cases": [_case(o) for o in outcomes],
    }


def _statistics(found: QuantityStatistics) -> dict[str, Any]:
    return {**asdict(found), "share_in_band": found.share}


def _case(outcome: CaseOutcome) -> dict[str, Any]:
    case = outcome.case
    return {
        "name": case.name,
        "title": case.title,
        "kind": case.kind,
        "family": case.family,
        "status": outcome.status,
        "why": outcome.why,
        "source": asdict(case.source),
        "seconds": outcome.seconds,
        "compared": [_comparison(c) for c in outcome.comparisons],
    }


def _comparison(outcome: ComparisonOutcome) -> dict[str, Any]:
    stated = outcome.stated
    return {
        "name": stated.name,
        "quantity": stated.quantity,
        "unit": stated.unit,
        "compared_as": stated.compared_as,
        "tolerance": {"value": stated.tolerance.margin.text, "share": stated.tolerance.share},
        "in_validation_band": outcome.within,
        "in_regression_band": outcome.steady,
        "points": [_point(p) for p in outcome.points],
    }


def _point(point: PointOutcome) -> dict[str, Any]:
    return {
        "point": point.point,
        "role": point.role,
        "measured": point.measured,
        "predicted": point.predicted,
        "standard_deviation": point.deviation,
        "in_validation_band": point.within,
        "stored": point.stored,
        "in_regression_band": point.steady,
        "trouble": point.trouble or None,
        "beyond_range": point.beyond or None,
    }
