"""The plant's money per operating hour, as expressions of its model.

    total_cost = feed_cost + reagent_cost + utility_cost + equipment_cost + capital_cost + disposal_cost
    profit = revenue - total_cost                                                                      [USD/h]

revenue         sum over products of price times dry mass
reagent_cost    sum over reagent and water feeds of price times mass, or of its compounds' prices
utility_cost    sum over units of rate times steam, cooling and power
equipment_cost  sum over units of annual charge times size, over the operating hours per year
capital_cost    what of the equipment's cost a year bears (see `capital`), over the operating hours per year
disposal_cost  products of role waste or byproduct of negative price, and liquors that leave unsold (effluent)

Every price and rate is an input of the model, so that it can be varied without compiling anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.system import WATER
from flowsheet.document.declaration import Phase
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import Feed, Price
from flowsheet.document.quantity import QuantityError
from flowsheet.document.structure import feed_input
from flowsheet.economics.capital import CapitalCosts
from flowsheet.economics.charges import CHARGES, EQUIPMENT, HEAT, UTILITIES, WEAR
from flowsheet.economics.costs import COSTS, QUANTITIES
from flowsheet.economics.defaults import DefaultPrice, default_charges, default_prices
from flowsheet.model.accounts import dry_mass
from flowsheet.model.build import FlowsheetModel
from flowsheet.model.feeds import compound_molar_mass
from flowsheet.model.questions import Questions
from flowsheet.model.stream import Stream

DEFAULT_OPERATING_HOURS = 8000.0
"""[h/y]"""
_HEAT_ROUNDING = 1e-3
"""[kW] over which the change from heating to cooling is rounded."""


@dataclass
class Money:
    """Expressions by name, their parts, and what had no price."""

    totals: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    unpriced: list[str] = field(default_factory=list)


def build_money(flowsheet: FlowsheetModel, questions: Questions) -> Money:
    """Add prices and rates as inputs; return the money expressions, reported as `economics.NAME`.

    `questions` answer what sizes of equipment are asked by; they are told the money.
    """
    money = _Builder(flowsheet, questions).build()
    questions.money = money.totals
    return money


class _Builder:
    def __init__(self, flowsheet: FlowsheetModel, questions: Questions) -> None:
        self.flowsheet, self.document, self.registry = flowsheet, flowsheet.document, flowsheet.registry
        self.block = pyo.Block()
        flowsheet.pyomo.economics = self.block
        self.economics = self.document.economics
        hours = self.economics.operating_hours
        self.hours = self._input(
            "economics.operating_hours", hours.value if hours else DEFAULT_OPERATING_HOURS, "h/y"
        )
        self.money = Money()
        capital = self.economics.capital
        self.capital = capital and CapitalCosts(
            capital, self.registry, self._input, questions.value, self.hours
        )

    def build(self) -> Money:
        parts = {
            "revenue": self._revenue(),
            "feed_cost": self._feeds("main_feed"),
            "reagent_cost": self._feeds("reagent") | self._feeds("water"),
            "utility_cost": self._utilities(),
            "equipment_cost": self._equipment(),
            "capital_cost": self.capital.hourly if self.capital else {},
            "disposal_cost": self._disposal(),
        }
        self.money.parts = parts
        totals = self.money.totals
        self.block.totals = pyo.Expression(list(QUANTITIES))
        for name, items in parts.items():
            self.block.totals[name] = sum(items.values(), 0.0)
            totals[name] = self.block.totals[name]
        self.block.totals["total_cost"] = sum(totals[n] for n in COSTS)
        totals["total_cost"] = self.block.totals["total_cost"]
        self.block.totals["profit"] = totals["revenue"] - totals["total_cost"]
        totals["profit"] = self.block.totals["profit"]
        for name, unit in QUANTITIES.items():
            self.registry.add_output(f"economics.{name}", totals[name], unit, name.replace("_", " "))
        for name, items in parts.items():
            for item, value in items.items():
                self.registry.add_output(
                    f"economics.{name}.{item}", value, "USD/h", f"{name.replace('_', ' ')}: {item}"
                )
        return self.money

    def _input(self, name: str, value: float, unit: str) -> Any:
        variable = pyo.Var(initialize=value)
        self.block.add_component("input_" + name.replace(".", "_"), variable)
        self.registry.add_input(name, variable, unit)
        return variable

    def _default(self, name: str, price: DefaultPrice, unit: str) -> Any:
        """A shipped price as an input, in the run's money.

        Raises:
            DiagnosticError: the price index doesn't know the run's year.
        """
        try:
            value = price.in_year(self.economics.year)
        except QuantityError as error:
            message = f"`{name}` isn't stated, and the shipped price is one of {price.year}: {error.message}"
            raise DiagnosticError([Diagnostic(error.code, message, None, error.help)]) from error
        self.registry.price_sources[name] = {"year": price.year, "source": price.source}
        return self._input(name, value, unit)

    def _price(self, name: str, price: Price) -> tuple[Any, str]:
        return self._input(f"price.{name}", price.quantity.value, price.quantity.unit), price.quantity.unit

    def _worth(self, stream: Stream, rate: Any, unit: str, mass: Any) -> Any:
        if unit == "USD/kg":
            return rate * mass
        if unit == "USD/m3":
            return rate * sum(stream.volume_flow(p) for p in stream.shape.phases)
        return rate * sum(sum(f.values()) for f in stream.n.values())

    def _revenue(self) -> dict[str, Any]:
        items = {}
        for name, product in self.document.products.items():
            price = product.price or self.economics.prices.get(product.formula or name)
            stream = self.flowsheet.streams[product.stream.name]
            if price is None and product.role == "product":
                default = default_prices().get(product.formula or "")
                if default is None:
                    self.money.unpriced.append(name)
                    continue
                rate, unit = self._default(f"price.{name}", default, "USD/kg"), "USD/kg"
            elif price is None or price.quantity.value < 0:
                continue
            else:
                rate, unit = self._price(name, price)
            if stream.shape.phases:
                items[name] = self._worth(stream, rate, unit, dry_mass(stream))
        return items

    def _feeds(self, role: str) -> dict[str, Any]:
        items = {}
        for name, feed in self.document.feeds.items():
            if feed.role != role:
                continue
            streams = [self.flowsheet.streams[s] for s in self.document.feed_streams(name)]
            streams = [s for s in streams if s.shape.phases]
            if streams:
                cost = self._feed_cost(name, feed, streams)
                if cost is not None:
                    items[name] = cost
        return items

    def _feed_cost(self, name: str, feed: Feed, streams: list[Stream]) -> Any:
        price = feed.price or self.economics.prices.get(name)
        if price is not None:
            rate, unit = self._price(name, price)
            return sum(
                self._worth(s, rate, unit, sum(s.mass_flow(p) for p in s.shape.phases)) for s in streams
            )
        return self._by_compounds(name, feed, streams)

    def _by_compounds(self, name: str, feed: Feed, streams: list[Stream]) -> Any:
        """Cost of what a feed is made of, by the default price of each pure compound."""
        compounds: dict[str, Phase] = {
            k: p for p, f in feed.phases.items() for k, q in f.composition.items() if q.value
        } or {"water": "aqueous"}
        if feed.role == "main_feed" or "gas" in feed.phases:
            self.money.unpriced.append(name)
            return None
        total: Any = 0.0
        for compound, phase in compounds.items():
            default = default_prices().get(compound)
            if default is None:
                self.money.unpriced.append(f"{name}: {compound}")
                continue
            key = f"price.{compound}"
            rate = self.registry.inputs.get(key)
            if rate is None:
                rate = self._default(key, default, "USD/kg")
            total = total + rate * sum(self._compound_mass(feed, phase, compound, s) for s in streams)
        return total

    def _compound_mass(self, feed: Feed, phase: Phase, compound: str, stream: Stream) -> Any:
        """Mass of a compound that a feed's stream brings [kg/h], by the concentration stated for it."""
        if compound == "water":
            return stream.mass_flow("aqueous")
        if phase == "solid":
            return stream.flow("solid", compound) * stream.system.solids[compound].molar_mass
        stated = self.registry.inputs[feed_input(feed, phase, compound)]
        molar_mass = compound_molar_mass(stream.system, compound)
        water = stream.flow(phase, WATER) * stream.system.component(WATER).molar_mass
        return {
            "mass fraction": stated * stream.mass_flow(phase),
            "kg/m3": stated * stream.volume_flow(phase),
            "mol/L": stated * 1000.0 * stream.volume_flow(phase) * molar_mass,
            "mol/kg": stated * water * molar_mass,
        }[feed.phases[phase].composition[compound].unit]

    def _charged(self, wanted: Mapping[str, str]) -> dict[str, list[tuple[str, Any]]]:
        """Units' reported results by the charge that they name, but those that equipment is priced by."""
        covered = self.capital.covered if self.capital else ()
        found: dict[str, list[tuple[str, Any]]] = {}
        for tag, unit in self.flowsheet.units.items():
            for declared in unit.declaration().results.values():
                output = self.registry.outputs.get(f"{tag}.{declared.name}")
                if output is None or declared.charge is None or f"{tag}.{declared.name}" in covered:
                    continue
                if declared.charge == HEAT:
                    for charge, sign in (("steam", 1.0), ("cooling", -1.0)):
                        if charge in wanted:
                            value = positive_part(sign * output.expression, _HEAT_ROUNDING)
                            found.setdefault(charge, []).append((tag, value))
                elif declared.charge in wanted:
                    found.setdefault(declared.charge, []).append((tag, output.expression))
        return found

    def _rate(self, charge: str) -> Any:
        price = self.economics.charges.get(charge)
        key = f"charge.{charge}"
        if key in self.registry.inputs:
            return self.registry.inputs[key]
        if price is not None:
            return self._input(key, price.quantity.value, CHARGES[charge])
        default = default_charges().get(charge)
        if default is None:
            self.money.unpriced.append(f"{charge} (charge)")
            return None
        return self._default(key, default, CHARGES[charge])

    def _utilities(self) -> dict[str, Any]:
        items = {}
        for charge, entries in self._charged(UTILITIES).items():
            total = sum(value for _, value in entries)
            self.registry.add_output(f"utilities.{charge}", total, "kW", f"{charge} of all units")
            rate = self._rate(charge)
            if rate is not None:
                items[charge] = rate * total
        return items

    def _equipment(self) -> dict[str, Any]:
        items = {}
        for charge, entries in self._charged(EQUIPMENT).items():
            rate = self._rate(charge)
            if rate is not None:
                items[charge] = rate * sum(value for _, value in entries) / self.hours
        for charge, entries in self._charged({WEAR: "USD/h"}).items():
            items[charge] = sum(value for _, value in entries)
        return items

    def _disposal(self) -> dict[str, Any]:
        items = {}
        sold = set()
        for name, product in self.document.products.items():
            sold.add(product.stream.name)
            price = product.price or self.economics.prices.get(product.formula or name)
            stream = self.flowsheet.streams[product.stream.name]
            if price is not None and price.quantity.value < 0 and stream.shape.phases:
                rate, unit = self._price(name, price)
                items[name] = -self._worth(
                    stream, rate, unit, sum(stream.mass_flow(p) for p in stream.shape.phases)
                )
        liquors = [
            s
            for s in self.flowsheet.leaving()
            if s not in sold and "aqueous" in self.flowsheet.streams[s].shape.phases
        ]
        if liquors:
            rate = self._rate("effluent")
            if rate is not None:
                items["effluent"] = rate * sum(
                    self.flowsheet.streams[s].volume_flow("aqueous") for s in liquors
                )
        return items
