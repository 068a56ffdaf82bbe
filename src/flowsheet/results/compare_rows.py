"""The rows of a comparison, section by section.

yield         what the main feed brings that is in the products
purity        of each product; content of the basis' group in all products
impurities    elements in the products that nobody wants there, over their dry mass
materials, reagents, energy, water, waste, emissions, cost       per kg of the basis
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowsheet.economics.costs import COSTS
from flowsheet.results.compare_basis import FEED, TRACE, Result, content, counted, products

_CARRIERS = frozenset({"H", "O", "C", "N", "S", "Cl", "Na"})
"""Elements that reagents and water bring: their yields say nothing of a plant."""
AIR = frozenset({"N2", "O2", "H2O", "Ar"})
_RECOVERED = 0.1
"""Share of an element in the products below which they aren't made for it."""
_HOLDS = 0.01
"""Content of a group below which a product isn't one of it."""
_NO_USE = 1e-5
"""Share of the largest utility below which another is the rounding of a smooth switch."""
_PPM = 1e6
_ELEMENT = re.compile("[A-Z][a-z]?")
_LEAST_IMPURITY = 1e-6
"""Mass fraction that makes an element an impurity to be shown."""

Column = tuple[Result, float] | None
"""A result with its amount of the basis [kg/h]; none of what isn't compared."""


@dataclass
class _Section:
    """Rows in order of appearance, a value per column."""

    name: str
    unit: str
    columns: Sequence[Column]
    basis: str
    rows: dict[str, dict[int, float]] = field(default_factory=dict)

    def put(self, row: str, column: int, value: float) -> None:
        self.rows.setdefault(row, {})[column] = value

    def add(self, row: str, column: int, value: float) -> None:
        self.put(row, column, self.rows.get(row, {}).get(column, 0.0) + value)


def rows(columns: Sequence[Column], letters: Sequence[str], basis: str) -> list[dict[str, Any]]:
    """All rows that have a number; where a column lacks one it is None, or zero in amounts per kg."""
    found: list[dict[str, Any]] = []
    for name, unit, fill in _SECTIONS:
        section = _Section(name, unit, columns, basis)
        per_basis = unit.endswith("/kg")
        for number, column in enumerate(columns):
            if column is not None and (column[1] or not per_basis):
                fill(section, number, *column)
        for row, values in section.rows.items():
            if any(abs(v) > TRACE for v in values.values()):
                found.append(
                    {
                        "section": name,
                        "name": row,
                        "unit": unit,
                        "values": {
                            letter: values.get(number, 0.0 if per_basis and column and column[1] else None)
                            for number, (letter, column) in enumerate(zip(letters, columns, strict=True))
                        },
                    }
                )
    return found


def _yields(section: _Section, number: int, result: Result, amount: float) -> None:
    """Recoveries of a group as a whole, then of elements."""
    fed = result["main_feed"]["elements"]["values"]
    if section.basis in result["groups"] and section.basis in result["recoveries"]:
        section.put(section.basis, number, result["recoveries"][section.basis]["value"])
    for element in _recovered(section):
        if fed.get(element, 0.0) > TRACE and element in result["recoveries"]:
            section.put(element, number, result["recoveries"][element]["value"])


def _recovered(section: _Section) -> list[str]:
    """Elements of the main feeds that products are made for, the basis' own first, the most first."""
    most: dict[str, float] = {}
    own: set[str] = set()
    for result, _ in filter(None, section.columns):
        fed = result["main_feed"]["elements"]["values"]
        own |= set(counted(result, section.basis))
        for element, recovery in result["recoveries"].items():
            brought = 0.0 if element in _CARRIERS else fed.get(element, 0.0)
            if brought > TRACE and recovery["value"] >= _RECOVERED:
                most[element] = max(most.get(element, 0.0), brought)
    return sorted(most, key=lambda e: (e not in own, -most[e]))


def _purities(section: _Section, number: int, result: Result, amount: float) -> None:
    """Content of a group in all products and in each, then what products are sold as."""
    basis, sold = section.basis, products(result)
    if basis in result["groups"]:
        holding = {n: p for n, p in sold.items() if content(result, p, basis) > _HOLDS * _mass(p)}
        if holding:
            whole = sum(content(result, p, basis) for p in holding.values())
            section.put(f"{basis} in the products", number, whole / sum(map(_mass, holding.values())))
        if len(holding) > 1:
            for name, product in holding.items():
                section.put(f"{basis} in {name}", number, content(result, product, basis) / _mass(product))
    for name, product in sold.items():
        if "purity" in product and product["as"] != basis:
            row = product["as"]
            if number in section.rows.get(row, {}):
                row = f"{row} in {name}"
            section.put(row, number, product["purity"]["value"])


def _impurities(section: _Section, number: int, result: Result, amount: float) -> None:
    """Of the products that hold the basis' group, together; what is in those of any column."""
    shares = _ungrouped(result, section.basis)
    others = [_ungrouped(r, section.basis) for r, _ in filter(None, section.columns)]
    for element in sorted({e for found in others for e, share in found.items() if share >= _LEAST_IMPURITY}):
        section.put(element, number, _PPM * shares.get(element, 0.0))


def _ungrouped(result: Result, basis: str) -> dict[str, float]:
    """Mass fractions of elements that are of no group nor of what products are sold as, nor H and O."""
    if basis not in result["groups"]:
        return {}
    holding = [p for p in products(result).values() if content(result, p, basis) > TRACE]
    wanted = {element for group in result["groups"].values() for element in group["values"]} | {"H", "O"}
    wanted |= {element for p in holding for element in _ELEMENT.findall(p["as"] or "")}
    mass = sum(map(_mass, holding))
    elements = {e for p in holding for e in p["elements"]["values"]} - wanted
    return {e: sum(p["elements"]["values"].get(e, 0.0) for p in holding) / mass for e in elements}


def _mass(product: Result) -> float:
    return float(product["mass_flow"]["value"])


def _materials(section: _Section, number: int, result: Result, amount: float) -> None:
    """The main feed, products and by-products."""
    if section.basis != FEED:
        section.put("main feed", number, result["main_feed"]["mass_flow"]["value"] / amount)
    for name, product in result["products"].items():
        if product["role"] != "waste":
            label = name if product["role"] == "product" else f"{name} (by-product)"
            section.add(label, number, _mass(product) / amount)


def _reagents(section: _Section, number: int, result: Result, amount: float) -> None:
    """Pure compounds of all reagents, and their sum; air apart."""
    for feed in result["reagents"].values():
        if feed["role"] == "water":
            continue
        compounds = {c: entry["mass_flow"]["value"] / amount for c, entry in feed["compounds"].items()}
        if "N2" in compounds and compounds.keys() <= AIR:
            section.add("air", number, sum(compounds.values()))
            continue
        for compound, used in compounds.items():
            section.add(compound, number, used)
            section.add("all but air", number, used)
    for last in ("all but air", "air"):
        if last in section.rows:
            section.rows[last] = section.rows.pop(last)


def _energy(section: _Section, number: int, result: Result, amount: float) -> None:
    largest = max((abs(entry["value"]) for entry in result["utilities"].values()), default=0.0)
    for name, entry in result["utilities"].items():
        used = entry["value"] if abs(entry["value"]) > _NO_USE * largest else 0.0
        section.put(name.replace("_", " "), number, used / amount)


def _water(section: _Section, number: int, result: Result, amount: float) -> None:
    for way, label in (("in", "fed"), ("out", "leaving")):
        section.put(label, number, sum(result["water"][way]["values"].values()) / amount)


def _waste(section: _Section, number: int, result: Result, amount: float) -> None:
    """All that leaves but for products, by-products and gas: cakes with their liquor, and liquors."""
    roles = {p["stream"]: p["role"] for p in result["products"].values()}
    for name, stream in result["streams"].items():
        masses = {p: entry["mass_flow"]["value"] / amount for p, entry in stream["phases"].items()}
        if stream["to"] is not None or roles.get(name, "waste") != "waste":
            continue
        if masses.get("solid", 0.0) > TRACE:
            section.add("solids, wet", number, sum(m for p, m in masses.items() if p != "gas"))
            section.add("  of it dry", number, masses["solid"])
        else:
            section.add("liquors", number, sum(m for p, m in masses.items() if p != "gas"))
    if "liquors" in section.rows:
        section.rows["liquors"] = section.rows.pop("liquors")


def _emissions(section: _Section, number: int, result: Result, amount: float) -> None:
    for gases in result["emissions"]["off_gas"].values():
        for gas, mass in gases["values"].items():
            if gas not in AIR:
                section.add(f"{gas} (gas)", number, mass / amount)
    sulfate = result["emissions"]["sodium_sulfate"]["mass_flow"]["value"]
    section.put("Na2SO4 (in waste)", number, sulfate / amount)


def _cost(section: _Section, number: int, result: Result, amount: float) -> None:
    economics = result["economics"]
    # a result that was kept from before plants counted capital has none
    costs = {name: economics.get(name, {"value": 0.0})["value"] for name in COSTS}
    for name, cost in costs.items():
        section.put(name.removesuffix("_cost"), number, cost / amount)
    section.put("all costs", number, sum(costs.values()) / amount)
    for name in ("revenue", "profit"):
        section.put(name, number, economics[name]["value"] / amount)


_SECTIONS: tuple[tuple[str, str, Callable[[_Section, int, Result, float], None]], ...] = (
    ("yield", "1", _yields),
    ("purity", "1", _purities),
    ("impurities", "ppm", _impurities),
    ("materials", "kg/kg", _materials),
    ("reagents", "kg/kg", _reagents),
    ("energy", "kWh/kg", _energy),
    ("water", "kg/kg", _water),
    ("waste", "kg/kg", _waste),
    ("emissions", "kg/kg", _emissions),
    ("cost", "USD/kg", _cost),
)
