"""Numbers in the units that the reader wants: the document's `display_units`, else the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

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
        return per_unit(slope, canonical, shown)


def in_unit(value: float, canonical: str, unit: str) -> float:
    """A canonical number in another unit.

    >>> round(in_unit(2e-5, "1", "ppm"), 9)
    20.0
    """
    factor, offset = _conversion(unit, canonical)
    return (value - offset) / factor


def per_unit(slope: float, canonical: str, unit: str) -> float:
    """Something per canonical unit, as per another unit."""
    return slope * _conversion(unit, canonical)[0]


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
