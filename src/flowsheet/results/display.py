"""Numbers in the units that the reader wants: the document's `display_units`, else the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flowsheet.document.document import Document
from flowsheet.document.keys import DISPLAY_KINDS
from flowsheet.document.unit_expression import parse_unit
from flowsheet.document.unit_of_measure import conversion

_USUAL: Mapping[str, str] = {"temperature": "degC", "fraction": "%"}
_KINDS = {unit: kind for kind, unit in DISPLAY_KINDS.items() if unit != "1"}
"""A plain number may be a fraction or a ratio: its kind must be told."""


@dataclass(frozen=True)
class Shown:
    """Converts canonical numbers; `currency` is worth `rate` USD."""

    display_units: Mapping[str, str] = field(default_factory=dict)
    currency: str = "USD"
    rate: float = 1.0

    def unit(self, canonical: str, kind: str | None = None) -> str:
        """The unit shown for a canonical one; `kind` (a key of `display_units`) where that leaves it open."""
        if canonical.startswith("USD"):
            return self.currency + canonical[3:]
        if canonical == "delta_K":
            return "K"
        kind = kind or _KINDS.get(canonical, "")
        return self.display_units.get(kind) or _USUAL.get(kind, canonical)

    def value(self, value: float, canonical: str, kind: str | None = None) -> float:
        """A canonical number in the unit shown.

        >>> round(Shown().value(298.15, "K"), 6), Shown({"mass_flow": "t/d"}).value(1000.0, "kg/h")
        (25.0, 24.0)
        """
        if canonical.startswith("USD"):
            return value / self.rate
        shown = self.unit(canonical, kind)
        if shown == canonical or canonical == "delta_K":
            return value
        return in_unit(value, canonical, shown)

    def per(self, slope: float, canonical: str, kind: str | None = None) -> float:
        """Something per canonical unit, as per unit shown.

        >>> Shown().per(200.0, "1", "fraction")
        2.0
        """
        shown = self.unit(canonical, kind)
        if shown == canonical or canonical == "delta_K" or canonical.startswith("USD"):
            return slope
        return slope * _conversion(shown, canonical)[0]


def in_unit(value: float, canonical: str, unit: str) -> float:
    """A canonical number in another unit.

    >>> round(in_unit(2e-5, "1", "ppm"), 9)
    20.0
    """
    factor, offset = _conversion(unit, canonical)
    return (value - offset) / factor


@dataclass(frozen=True)
class Written:
    """The unit of an optimisation's variable or constraint: that in which the file writes its bounds."""

    unit: str
    factor: float = 1.0
    offset: float = 0.0

    def value(self, value: float) -> float:
        """A canonical number in this unit."""
        return (value - self.offset) / self.factor

    def per(self, slope: float) -> float:
        """Something per canonical unit, as per this unit."""
        return slope * self.factor


def written(entry: Mapping[str, Any], shown: Shown) -> Written:
    """The unit of an entry with `unit` and `shown_in`; a margin (`bound` is None) has no zero but its own.

    >>> written({"unit": "K", "shown_in": "degC"}, Shown()).value(333.15)
    60.0
    """
    canonical, unit = entry["unit"], entry["shown_in"]
    if canonical.startswith("USD"):
        return Written(shown.unit(canonical), shown.rate)
    difference = canonical == "K" and entry.get("bound", 0.0) is None
    if not unit and canonical not in ("", "1", "pH"):
        unit = "K" if difference else shown.unit(canonical)
    if not unit:
        return Written("")
    factor, offset = _conversion(unit, canonical)
    return Written(unit, factor, 0.0 if difference else offset)


def count(number: int, what: str) -> str:
    """A number of things.

    >>> count(1, "error"), count(0, "error")
    ('1 error', '0 errors')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shown_for(document: Document) -> Shown:
    """How a document wants its numbers shown."""
    economics = document.economics
    rate = economics.exchange_rates.get(economics.currency)
    return Shown(document.display_units, economics.currency, rate.quantity.value if rate else 1.0)


@cache
def _conversion(shown: str, canonical: str) -> tuple[float, float]:
    return conversion(parse_unit(shown), canonical)
