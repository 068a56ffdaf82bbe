"""Bias and scatter of a model, corrected for the uncertainty of what it is held against.

The form is that of the validation guide of the Fire Dynamics Simulator (McGrattan et al., Fire Dynamics
Simulator Technical Reference Guide, Volume 3: Validation, NIST Special Publication 1018-3).  With M
predicted, E measured, and s_E the standard deviation of E relative to it (mean square over the points):

    observed^2 = Var[ln(M/E)]                       (n - 1)
    s_M^2      = observed^2 - s_E^2                 relative scatter of the model
    bias       = exp(mean ln(M/E) + s_M^2/2 - s_E^2/2)

A model can't be shown better than its data: where s_M falls below s_E, all that is known is that it is no
larger than s_E, and s_M = s_E is what the bias is computed with.  Near-complete recoveries X are compared on
1 - X.  A measurement (or remainder) below its own standard deviation can't be told from zero and has no
ratio: it is left out here, and counted; a prediction below that standard deviation counts as it.  Logarithms
(log D, pH) are additive: bias is the mean of M - E, observed its standard deviation, s_E in the same unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flowsheet.validation.case import Comparison
from flowsheet.validation.outcome import NOT_RUN, CaseOutcome, PointOutcome


@dataclass(frozen=True)
class Scatter:
    """Bias and scatter of some points.

    `bias` is a factor (an addition for logarithms); `scatter` s_M, None of a single point, and at most that
    where `at_most`; `of_data` s_E; `left_out` counts measurements that can't be told from zero, `floored`
    predictions that count as the measurement's standard deviation.
    """

    points: int
    bias: float | None
    scatter: float | None
    at_most: bool
    of_data: float
    observed: float | None
    left_out: int = 0
    floored: int = 0


@dataclass(frozen=True)
class QuantityStatistics:
    """One quantity in one role, over all cases that compare it.

    `mean_error` and `rms_error` are of predicted less measured, in the quantity's canonical unit.
    """

    quantity: str
    role: str
    compared_as: str
    unit: str
    shown_in: str
    points: int
    failed: int
    studies: tuple[str, ...]
    within: int
    mean_error: float | None
    rms_error: float | None
    worst_error: float | None
    scatter: Scatter

    @property
    def share(self) -> float:
        """Share of points in the validation band; one without a prediction is not."""
        return self.within / self.points


def scatter_of(points: Sequence[tuple[float, float, float]], compared_as: str = "ratio") -> Scatter:
    """Bias and scatter of (predicted, measured, standard deviation of the measured).

    >>> found = scatter_of([(1.1, 1.0, 0.0), (2.2, 2.0, 0.0)])
    >>> round(found.bias, 6), found.scatter < 1e-9
    (1.1, True)
    """
    terms: list[float] = []
    squares: list[float] = []
    left_out = floored = 0
    for predicted, measured, deviation in points:
        if compared_as == "logarithm":
            terms.append(predicted - measured)
            squares.append(deviation**2)
            continue
        if compared_as == "remainder":
            predicted, measured = 1.0 - predicted, 1.0 - measured
        if measured <= max(deviation, 0.0) or max(predicted, deviation) <= 0.0:
            left_out += 1
            continue
        if predicted < deviation:
            floored += 1
            predicted = deviation
        terms.append(math.log(predicted / measured))
        squares.append((deviation / measured) ** 2)
    if not terms:
        return Scatter(0, None, None, False, 0.0, None, left_out, floored)
    n = len(terms)
    mean = math.fsum(terms) / n
    of_data = math.fsum(squares) / n
    if n == 1:
        bias = mean if compared_as == "logarithm" else math.exp(mean)
        return Scatter(1, bias, None, False, math.sqrt(of_data), None, left_out, floored)
    observed = math.fsum((t - mean) ** 2 for t in terms) / (n - 1)
    at_most = observed - of_data < of_data
    of_model = of_data if at_most else observed - of_data
    bias = mean if compared_as == "logarithm" else math.exp(mean + of_model / 2.0 - of_data / 2.0)
    return Scatter(
        n, bias, math.sqrt(of_model), at_most, math.sqrt(of_data), math.sqrt(observed), left_out, floored
    )


def statistics(outcomes: Iterable[CaseOutcome], stored: bool = False) -> list[QuantityStatistics]:
    """Every quantity, calibration and validation apart, in the order in which they first appear.

    With `stored`, of the stored predictions instead of the present ones.
    """
    gathered: dict[tuple[str, str], list[tuple[str, PointOutcome]]] = {}
    stated: dict[tuple[str, str], Comparison] = {}
    for outcome in outcomes:
        if outcome.status == NOT_RUN:
            continue
        for comparison in outcome.comparisons:
            for point in comparison.points:
                key = (comparison.stated.quantity, point.role)
                gathered.setdefault(key, []).append((outcome.case.source.study, point))
                stated.setdefault(key, comparison.stated)
    order = {quantity: i for i, (quantity, _) in reversed(list(enumerate(gathered)))}
    return [
        _of_quantity(*key, stated[key], gathered[key], stored)
        for key in sorted(gathered, key=lambda k: (order[k[0]], k[1]))
    ]


def _of_quantity(
    quantity: str, role: str, stated: Comparison, gathered: Sequence[tuple[str, PointOutcome]], stored: bool
) -> QuantityStatistics:
    points = [p for _, p in gathered]
    pairs = [
        (m, p.measured, p.deviation, p.width)
        for p in points
        if (m := p.stored if stored else p.predicted) is not None and p.measured is not None
    ]
    errors = [m - e for m, e, _, _ in pairs]
    within = sum(abs(m - e) <= width * (1.0 + 1e-9) for m, e, _, width in pairs)
    return QuantityStatistics(
        quantity,
        role,
        stated.compared_as,
        stated.unit,
        stated.shown_in,
        len(points),
        len(points) - len(pairs),
        tuple(dict.fromkeys(study for study, _ in gathered)),
        within,
        math.fsum(errors) / len(errors) if errors else None,
        math.sqrt(math.fsum(e**2 for e in errors) / len(errors)) if errors else None,
        max(errors, key=abs) if errors else None,
        scatter_of([(m, e, s) for m, e, s, _ in pairs], stated.compared_as),
    )
