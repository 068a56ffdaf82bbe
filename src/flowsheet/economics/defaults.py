"""Default prices per kilogram of pure compound, from the shipped price file, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

PRICE_FILE = "prices_2023.yaml"
_GALLON = 3.785411784e-3  # m3, exact by definition


@dataclass(frozen=True)
class DefaultPrice:
    """A price [USD/kg] with its year and source key."""

    value: float
    year: int
    source: str


@cache
def default_prices() -> Mapping[str, DefaultPrice]:
    """Prices of reagents and products by compound, and of process water as `water`.

    >>> default_prices()["Na2CO3"].source
    'everbatt2023'
    """
    from ruamel.yaml import YAML

    path = resources.files("flowsheet.economics") / "parameters" / PRICE_FILE
    values = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["values"]
    found = {}
    for group in ("products", "reagents"):
        for name, entry in values[group].items():
            number, unit = str(entry["value"]).split()
            if unit == "USD/kg":
                found[name] = DefaultPrice(float(number), int(entry["year"]), str(entry["source"]))
    water = values["utilities"]["process_water"]
    per_gallon = float(str(water["value"]).split()[0])
    found["water"] = DefaultPrice(per_gallon / _GALLON / 997.0, int(water["year"]), str(water["source"]))
    return found
