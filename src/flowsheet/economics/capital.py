"""What equipment costs to buy, and what of that a year bears.

purchase        C = fixed + cost (size/at)^exponent                                   [USD]
installed       I = installation C
a year bears    (annualisation + maintenance) I + replaced C                          [USD/y]
annuity         annualisation = i/(1 - (1 + i)^-n), or 1/n without interest, of i a year over n years

Costs, exponents, factors and rates are inputs of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyomo.environ as pyo

from flowsheet.document.document import Capital, Equipment, Price, Quantity
from flowsheet.document.syntax_tree import Expression, names_in
from flowsheet.model.registry import Registry, Validity

HOURS_PER_YEAR = 8766.0
"""Of a calendar year: 365.25 days."""


class CapitalCosts:
    """Writes the costs of all equipment and reports them, as `equipment.NAME.*` and `all_equipment.*`.

    `hourly`: cost per operating hour by piece [USD/h]; `covered`: results that a size is made of, which no
    charge counts a second time.
    """

    def __init__(
        self,
        capital: Capital,
        registry: Registry,
        make_input: Callable[[str, float, str], Any],
        size_of: Callable[[Expression], Any],
        hours: Any,
    ) -> None:
        self.capital, self.registry = capital, registry
        self.make_input, self.size_of = make_input, size_of
        self.covered = {n.text for e in capital.equipment.values() for n in names_in(e.size)}
        self.installation = self._input("capital.installation", capital.installation)
        self.maintenance = self._input("capital.maintenance", capital.maintenance)
        self.annualisation = self._annualisation()
        yearly: dict[str, Mapping[str, Any]] = {n: self._piece(e) for n, e in capital.equipment.items()}
        self._totals(yearly)
        self.hourly = {
            n: (y["annualised"] + y["maintenance"] + y["replacement"]) / hours for n, y in yearly.items()
        }

    def _input(self, name: str, stated: Quantity | None) -> Any:
        return None if stated is None else self.make_input(name, stated.value, stated.unit)

    def _cost(self, name: str, price: Price | None) -> Any:
        return 0.0 if price is None else self._input(name, price.quantity)

    def _annualisation(self) -> Any:
        capital = self.capital
        if capital.annualisation is not None:
            return self._input("capital.annualisation", capital.annualisation)
        if capital.interest is None or capital.life is None:
            raise ValueError("capital without a rate")
        years = self._input("capital.life", capital.life) / HOURS_PER_YEAR
        if capital.interest.value == 0.0:
            return 1.0 / years
        interest = self._input("capital.interest", capital.interest)
        return interest / (1.0 - (1.0 + interest) ** (-years))

    def _piece(self, item: Equipment) -> dict[str, Any]:
        name = item.name
        size = self.size_of(item.size)
        cost = self._cost(f"cost.{name}", item.cost)
        if item.at is None:
            purchase = cost * size
        else:
            at, exponent = self._input(f"at.{name}", item.at), self._input(f"exponent.{name}", item.exponent)
            purchase = cost * pyo.exp(exponent * pyo.log(size / at))
        purchase = purchase + self._cost(f"fixed.{name}", item.fixed)
        own = self._input(f"installation.{name}", item.installation)
        installed = (self.installation if own is None else own) * purchase
        replaced = self._input(f"replaced.{name}", item.replaced)
        parts = {
            "size": (size, item.unit, "size"),
            "purchase": (purchase, "USD", "purchase cost"),
            "installed": (installed, "USD", "installed cost"),
            "annualised": (self.annualisation * installed, "USD/y", "annualised installed cost"),
            "maintenance": (self.maintenance * installed, "USD/y", "maintenance"),
            "replacement": (replaced * purchase, "USD/y", "replacement"),
        }
        for key, (value, unit, words) in parts.items():
            self.registry.add_output(f"equipment.{name}.{key}", value, unit, f"{words} of {name}")
        if item.sizes is not None:
            self._report_range(item, *item.sizes)
        return {key: value for key, (value, _, _) in parts.items()}

    def _report_range(self, item: Equipment, least: Quantity, most: Quantity) -> None:
        self.registry.validities.append(
            Validity(
                "economics",
                (f"equipment.{item.name}.size",),
                least.value,
                most.value,
                f"size of {item.name}",
                item.unit,
                "its cost",
            )
        )

    def _totals(self, pieces: Mapping[str, Mapping[str, Any]]) -> None:
        for key, unit in (
            ("purchase", "USD"),
            ("installed", "USD"),
            ("annualised", "USD/y"),
            ("maintenance", "USD/y"),
            ("replacement", "USD/y"),
        ):
            total = sum((piece[key] for piece in pieces.values()), 0.0)
            self.registry.add_output(f"all_equipment.{key}", total, unit, f"{key} of all equipment")
