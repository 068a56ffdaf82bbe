"""What came of a case: each point measured and predicted, in which bands, as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flowsheet.validation.case import Comparison, Margin, ValidationCase

IN_BAND, OUT_OF_BAND, NOT_RUN = "in band", "out of band", "not run"


@dataclass(frozen=True)
class PointOutcome:
    """One number at one point, in its canonical unit.

    `deviation` is the measurement's standard deviation, `width` half the validation band, `stored` the last
    accepted prediction and `narrow` half the regression band about it.  `trouble` says why there is no
    prediction, `beyond` what correlation was used outside its range; `role` is validation, calibration or
    verification.
    """

    point: str
    label: str
    role: str
    measured: float | None
    predicted: float | None
    deviation: float
    width: float
    stored: float | None
    narrow: float
    trouble: str = ""
    beyond: str = ""

    @property
    def error(self) -> float | None:
        """Predicted less measured."""
        if self.predicted is None or self.measured is None:
            return None
        return self.predicted - self.measured

    @property
    def within(self) -> bool:
        """In the validation band."""
        return self.error is not None and abs(self.error) <= self.width * (1.0 + 1e-9)

    @property
    def steady(self) -> bool | None:
        """In the regression band; None where no prediction is stored."""
        if self.stored is None:
            return None
        return self.predicted is not None and abs(self.predicted - self.stored) <= self.narrow


@dataclass(frozen=True)
class ComparisonOutcome:
    """One number at all points of a case.  `gone`: points that are stored but are no longer there."""

    stated: Comparison
    points: tuple[PointOutcome, ...]
    gone: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Share of points in the validation band."""
        return sum(p.within for p in self.points) / len(self.points)

    @property
    def within(self) -> bool:
        """Whether enough points are in the validation band, and every one could be predicted."""
        enough = self.share >= self.stated.tolerance.share - 1e-9
        return enough and all(p.predicted is not None for p in self.points)

    @property
    def steady(self) -> bool | None:
        """Whether all points are where they were accepted; None where nothing is stored."""
        judged = [p.steady for p in self.points]
        if all(s is None for s in judged) and not self.gone:
            return None
        return all(judged) and not self.gone


@dataclass(frozen=True)
class CaseOutcome:
    """A case with what came of it; `reason` says why it was not run."""

    case: ValidationCase
    comparisons: tuple[ComparisonOutcome, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    compiles: int = 0

    @property
    def status(self) -> str:
        if self.reason:
            return NOT_RUN
        good = all(c.within and c.steady is not False for c in self.comparisons)
        return IN_BAND if good else OUT_OF_BAND

    @property
    def extrapolated(self) -> int:
        """How many points lie outside the range of a correlation that they use."""
        return len({p.point for c in self.comparisons for p in c.points if p.beyond})

    @property
    def why(self) -> str:
        """In a line, what is wrong, if anything."""
        if self.reason:
            return self.reason
        return "; ".join(_complaints(self))


def _complaints(outcome: CaseOutcome) -> Iterator[str]:
    failed = {p.point: p.trouble for c in outcome.comparisons for p in c.points if p.trouble}
    if failed:
        first = next(iter(failed.items()))
        yield f"{counted(len(failed), 'point')} without a prediction ({first[0]}: {first[1]})"
    outside, moved, changed = [], [], []
    for each in outcome.comparisons:
        name, total = each.stated.name, len(each.points)
        far = sum(not p.within and not p.trouble for p in each.points)
        if not each.within and far:
            outside.append(f"{name} {far} of {total} ({each.stated.tolerance.margin.text})")
        shifted = sum(p.steady is False and not p.trouble for p in each.points)
        if shifted:
            moved.append(f"{name} {shifted} of {total}")
        new = sum(p.stored is None for p in each.points)
        if each.steady is False and (each.gone or new):
            changed.append(f"{name} {new} new, {len(each.gone)} gone")
    for what, names in (
        ("outside the tolerance", outside),
        ("moved from the stored prediction", moved),
        ("points that changed since they were accepted", changed),
    ):
        if names:
            yield f"{what}: {', '.join(names)}"


def counted(number: int, noun: str) -> str:
    """`1 point`, `2 points`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def band(margin: Margin, value: float, compared_as: str) -> float:
    """Half a band about a value; of a logarithm (base 10), a relative one is that of its argument."""
    if margin.relative and compared_as == "logarithm":
        return margin.amount / math.log(10.0)
    return margin.at(value)


def regression_band(margin: Margin, stored: float, compared_as: str) -> float:
    """Half the regression band; relative to what remains where that is what is compared.

    No band is narrower than the solver's rounding: 1e-9 of a remainder, 1e-12 of a number that is zero.
    """
    if margin.relative and compared_as == "remainder":
        return max(margin.amount * abs(1.0 - stored), 1e-9)
    return max(band(margin, stored, compared_as), 1e-12)


Predictions = Mapping[str, Mapping[str, float]]
"""Stored predictions by the comparison's name, then by the point's."""


def judged_by(outcome: CaseOutcome, stored: Predictions) -> CaseOutcome:
    """The same outcome beside other stored predictions."""
    return replace(outcome, comparisons=tuple(_judged(c, stored) for c in outcome.comparisons))


def _judged(outcome: ComparisonOutcome, stored: Predictions) -> ComparisonOutcome:
    stated, mine = outcome.stated, stored.get(outcome.stated.name, {})

    def judged(point: PointOutcome) -> PointOutcome:
        value = mine.get(point.point)
        narrow = 0.0 if value is None else regression_band(stated.regression, value, stated.compared_as)
        return replace(point, stored=value, narrow=narrow)

    there = {p.point for p in outcome.points}
    gone = tuple(name for name in mine if name not in there)
    return ComparisonOutcome(stated, tuple(judged(p) for p in outcome.points), gone)
