"""Money of one year in money of another, by the plant cost index that ships (parameters/price_index.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flowsheet.document.quantity import QuantityError

MONEY_YEAR = 2023
"""The year of a run's money where the flowsheet doesn't say."""
_FILE = Path(__file__).parent / "parameters" / "price_index.yaml"


@cache
def price_index() -> Mapping[int, float]:
    """The index by year, annual averages."""
    from flowsheet.document.parameter_file import load_parameter_set

    return {int(year): entry.value for year, entry in load_parameter_set(_FILE).values.items()}


def price_factor(stated: int, wanted: int) -> float:
    """What a price of the year `stated` is multiplied by to be one of the year `wanted`.

    >>> price_factor(2023, 2023), round(price_factor(2016, 2023), 4)
    (1.0, 1.473)

    Raises:
        QuantityError: E209, the index doesn't know one of the years.
    """
    if stated == wanted:
        return 1.0
    known = price_index()
    for year in (stated, wanted):
        if year not in known:
            raise QuantityError(
                "E209",
                f"there is no price index for {year}",
                f"it is known from {min(known)} to {max(known)}: state the price in money of {wanted}",
            )
    return known[wanted] / known[stated]
