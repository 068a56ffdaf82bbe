"""Default prices of pure compounds, charges for energy and effluent: from the shipped file, with sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from flowsheet.document.price_index import price_factor
from flowsheet.document.quantity import parse_quantity
from flowsheet.economics.charges import CHARGES

PRICE_FILE = "prices_2023.yaml"
_WATER_DENSITY = 997.0  # kg/m3 at 25 degC


@dataclass(frozen=True)
class DefaultPrice:
    """A price or charge in its canonical unit, with the year of its money and its source's key."""

    value: float
    year: int
    source: str

    def in_year(self, year: int) -> float:
        """In money of another year.  Raises QuantityError where the price index doesn't know it."""
        return self.value * price_factor(self.year, year)


@cache
def default_prices() -> Mapping[str, DefaultPrice]:
    """Prices [USD/kg] of reagents and products by compound, and of process water as `water`.

    >>> default_prices()["Na2CO3"].source
    'everbatt2023'
    """
    file = _file()
    found = {
        name: _read(entry, "USD/kg")
        for group in ("products", "reagents")
        for name, entry in file[group].items()
    }
    water = _read(file["utilities"]["water"], "USD/m3")
    return {**found, "water": DefaultPrice(water.value / _WATER_DENSITY, water.year, water.source)}


@cache
def default_charges() -> Mapping[str, DefaultPrice]:
    """Charges by name, in the units of `charges.CHARGES`.

    >>> sorted(default_charges())
    ['cooling', 'effluent', 'power', 'steam']
    """
    return {name: _read(entry, CHARGES[name]) for name, entry in _file()["charges"].items()}


@cache
def price_sources() -> Mapping[str, Mapping[str, str]]:
    """What the sources' keys stand for.

    >>> price_sources()["everbatt2023"]["citation"].partition(",")[0]
    'Argonne National Laboratory'
    """
    sources: Mapping[str, Mapping[str, str]] = _tree()["sources"]
    return sources


def _file() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = _tree()["values"]
    return values


@cache
def _tree() -> Mapping[str, Any]:
    from ruamel.yaml import YAML

    path = resources.files("flowsheet.economics") / "parameters" / PRICE_FILE
    tree: Mapping[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return tree


def _read(entry: Mapping[str, str], unit: str) -> DefaultPrice:
    return DefaultPrice(parse_quantity(entry["value"], unit), int(entry["year"]), entry["source"])
