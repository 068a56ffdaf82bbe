"""What a culture takes up and gives as it grows, makes gluconate and maintains itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hydromet.bioleaching.stoichiometry import (
    CARBON_PER_GLUCOSE,
    OXYGEN_PER_KETO,
    OXYGEN_PER_MAINTENANCE,
    OXYGEN_PER_PRODUCT,
    WATER_PER_MAINTENANCE,
    Growth,
)


@dataclass(frozen=True)
class Turnover:
    """Cells grown [kg], gluconate formed, whether or not oxidised on, glucose burnt for maintenance [mol].

    Of an hour, per volume and hour, or per kg of cells and hour: then `growth` is the specific growth rate.
    """

    growth: Any
    product: Any
    maintenance: Any

    def times(self, cells: Any) -> Turnover:
        """Of so many cells, where this is per kg of them."""
        return Turnover(cells * self.growth, cells * self.product, cells * self.maintenance)


@dataclass(frozen=True)
class Metabolism:
    """Needs of a turnover; `keto` share of the gluconate that is oxidised on.

    >>> from flowsheet.chemistry.formula import parse
    >>> culture = Metabolism(Growth(parse("CH1.8O0.5N0.2"), parse("NH4+")), 0.5, 0.0)
    >>> culture.oxygen(Turnover(0.0, 2.0, 1.0)), culture.glucose(Turnover(0.0, 2.0, 1.0))
    (7.0, 3.0)
    """

    of_growth: Growth
    growth_yield: Any
    keto: Any

    def glucose(self, turnover: Turnover) -> Any:
        """[mol]"""
        grown = self.of_growth.glucose(self.growth_yield) * turnover.growth
        return grown + turnover.product + turnover.maintenance

    def nitrogen(self, turnover: Turnover) -> Any:
        """Of the source [mol]."""
        return self.of_growth.nitrogen * turnover.growth

    def oxygen(self, turnover: Turnover) -> Any:
        """[mol]"""
        grown = self.of_growth.oxygen(self.growth_yield) * turnover.growth
        oxidised = (OXYGEN_PER_PRODUCT + OXYGEN_PER_KETO * self.keto) * turnover.product
        return grown + oxidised + OXYGEN_PER_MAINTENANCE * turnover.maintenance

    def carbon_dioxide(self, turnover: Turnover) -> Any:
        """Given off [mol]."""
        grown = self.of_growth.carbon_dioxide(self.growth_yield) * turnover.growth
        return grown + CARBON_PER_GLUCOSE * turnover.maintenance

    def water(self, turnover: Turnover) -> Any:
        """Formed [mol]."""
        grown = self.of_growth.water(self.growth_yield) * turnover.growth
        return grown + self.keto * turnover.product + WATER_PER_MAINTENANCE * turnover.maintenance
