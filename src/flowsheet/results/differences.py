"""How results differ from the first of them: what was asked otherwise, and what came of it, most first.

change      1 - B / A of amounts, the difference of fractions, temperatures and pH
size        by which changes are ranked: |ln(B/A)|; of a fraction x the larger of that and a tenth of
            |ln((1 - B)/(1 - A))|, so that 99.9 to 99.0 % counts; |B - A| over 100 K and over 5 of pH
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from flowsheet.results.compare_rows import AIR

Result = Mapping[str, Any]

_SAME, _NO_USE = 1e-6, 1e-5
"""Size of a change, and share of a section's largest number, below which it is the rounding of a switch."""
_EVERYWHERE = ("H", "O")
"""Elements that water brings: their recovery says nothing."""
_ALIKE = 0.5
"""Share of unit operations in common from which two plants are variants of one."""
_KELVINS, _PH = 100.0, 5.0
_LOSS, _NO_LOSS = 0.1, 1e-6
"""Weight of a change of what is lost, and the loss below which it is none."""
_LARGEST = 10.0
"""Size of a change from nothing or to nothing."""

SECTIONS = (
    "products",
    "impurities",
    "recoveries",
    "money",
    "reagents",
    "utilities",
    "emissions",
    "units",
    "streams",
)


def differences(results: Mapping[str, Result | None]) -> dict[str, Any] | None:
    """Settings, choices and numbers that differ, by the results' letters; None where there are not two alike.

    Each row has `values` by letter (None where a result has no such number) and its `size`.
    """
    good = {at: r for at, r in results.items() if r is not None}
    if len(good) < 2 or not all("settings" in r and "choices" in r for r in good.values()):
        return None
    first, *others = good.values()
    if not all(_alike(first, other) for other in others):
        return None
    return {
        "reference": next(iter(good)),
        "settings": list(_settings(good)),
        "choices": list(_choices(good)),
        "results": sorted(_numbers(good), key=lambda row: -row["size"]),
    }


def _alike(one: Result, other: Result) -> bool:
    here, there = set(one["units"]), set(other["units"])
    return len(here & there) >= _ALIKE * len(here | there)


def _settings(good: Mapping[str, Result]) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys(n for r in good.values() for n in r["settings"]):
        entries = {at: r["settings"].get(name) for at, r in good.items()}
        row = _row("settings", name, entries)
        if row["size"] > _SAME:
            yield row


def _choices(good: Mapping[str, Result]) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys(n for r in good.values() for n in r["choices"]):
        values = {at: r["choices"].get(name) for at, r in good.items()}
        if len(set(values.values())) > 1:
            yield {"name": name, "values": values}


def _numbers(good: Mapping[str, Result]) -> Iterator[dict[str, Any]]:
    """Numbers of results that differ by more than rounding."""
    tables = {at: _by_section(r) for at, r in good.items()}
    for section in SECTIONS:
        names = dict.fromkeys(n for table in tables.values() for n in table[section])
        largest = _largest(tables, section)
        for name in names:
            row = _row(section, name, {at: table[section].get(name) for at, table in tables.items()})
            known = [abs(v) for v in row["values"].values() if v is not None]
            if row["size"] > _SAME and max(known) > _NO_USE * largest.get(row["unit"], 0.0):
                yield row


def _largest(tables: Mapping[str, Any], section: str) -> dict[str, float]:
    """The largest amount of each unit of measure in a section."""
    found: dict[str, float] = {}
    for table in tables.values():
        for entry in table[section].values():
            unit, value = entry["unit"], entry["value"]
            if value is not None and math.isfinite(value):
                found[unit] = max(found.get(unit, 0.0), abs(value))
    return found


def _row(section: str, name: str, entries: Mapping[str, Any]) -> dict[str, Any]:
    unit = next(e["unit"] for e in entries.values() if e is not None)
    values = {at: None if e is None else e["value"] for at, e in entries.items()}
    first, *others = values.values()
    size = max((_size(first, other, unit) for other in others), default=0.0)
    return {"section": section, "name": name, "unit": unit, "values": values, "size": size}


def _size(one: float | None, other: float | None, unit: str) -> float:
    """How far two numbers are apart.

    >>> round(_size(1.0, math.e, "kg/h"), 6), _size(300.0, 310.0, "K"), _size(None, None, "kg/h")
    (1.0, 0.1, 0.0)
    >>> round(_size(0.999, 0.99, "1"), 3)
    0.23
    """
    if one is None or other is None:
        return 0.0 if one is other else _LARGEST
    if unit in ("K", "delta_K"):
        return abs(other - one) / _KELVINS
    if unit == "pH":
        return abs(other - one) / _PH
    size = _ratio(one, other)
    if unit == "1" and min(one, other) >= 0.0 and max(one, other) <= 1.0:
        lost = _ratio(max(1.0 - one, _NO_LOSS), max(1.0 - other, _NO_LOSS))
        return max(size if max(one, other) < 0.5 else abs(other - one), _LOSS * lost)
    return size


def _ratio(one: float, other: float) -> float:
    if one == other:
        return 0.0
    if one * other <= 0.0:
        return _LARGEST
    return min(abs(math.log(other / one)), _LARGEST)


# ---- the numbers of a result


def _by_section(result: Result) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Numbers with their units, by section and name."""
    return {
        "products": dict(_products(result)),
        "impurities": dict(_impurities(result)),
        "recoveries": {e: r for e, r in result["recoveries"].items() if e not in _EVERYWHERE},
        "money": dict(_money(result)),
        "reagents": {n: e["mass_flow"] for n, e in result["reagents"].items()},
        "utilities": dict(result["utilities"]),
        "emissions": dict(_gases(result)),
        "units": {
            f"{tag}.{name}": entry
            for tag, unit in result["units"].items()
            for name, entry in unit["results"].items()
        },
        "streams": dict(_streams(result)),
    }


def _products(result: Result) -> Iterator[tuple[str, Any]]:
    for name, product in result["products"].items():
        yield name, product["mass_flow"]
        if "purity" in product:
            yield f"purity({name})", product["purity"]


def _impurities(result: Result) -> Iterator[tuple[str, Any]]:
    for name, product in result["products"].items():
        for impurity, entry in product.get("impurities", {}).items():
            yield f"impurity({name}, {impurity})", {"value": entry["value"], "unit": "ppm"}


def _money(result: Result) -> Iterator[tuple[str, Any]]:
    for name, entry in result["economics"].items():
        if isinstance(entry, Mapping) and "value" in entry:
            yield name.replace("_", " "), entry


def _gases(result: Result) -> Iterator[tuple[str, Any]]:
    yield "sodium sulfate", result["emissions"]["sodium_sulfate"]["mass_flow"]
    for stream, gases in result["emissions"]["off_gas"].items():
        for gas, mass in gases["values"].items():
            if gas not in AIR:
                yield f"{gas} in {stream}", {"value": mass, "unit": gases["unit"]}


def _streams(result: Result) -> Iterator[tuple[str, Any]]:
    for name, stream in result["streams"].items():
        yield f"{name}.mass_flow", stream["mass_flow"]
        yield f"{name}.temperature", stream["temperature"]
        if stream.get("pH") is not None:
            yield f"{name}.pH", {"value": stream["pH"], "unit": "pH"}
        for element, mass in stream["elements"]["values"].items():
            yield f"{name}.{element}", {"value": mass, "unit": "kg/h"}


def change(row: Mapping[str, Any], at: str, reference: str) -> str:
    """A change in words: percent of an amount, percentage points of a fraction, K, or pH.

    >>> change({"unit": "kg/h", "values": {"A": 2.0, "B": 2.1}}, "B", "A")
    '+5.0 %'
    >>> change({"unit": "1", "values": {"A": 0.985, "B": 0.995}}, "B", "A")
    '+1.00 points'
    """
    one, other = row["values"][reference], row["values"][at]
    if one is None or other is None:
        return (
            "new"
            if one is None and other is not None
            else "gone"
            if other is None and one is not None
            else ""
        )
    unit = row["unit"]
    if unit in ("K", "delta_K"):
        return f"{other - one:+.3g} K"
    if unit == "pH":
        return f"{other - one:+.3g}"
    if unit == "1" and min(one, other) >= 0.0 and max(one, other) <= 1.0:
        return (
            f"{100.0 * (other - one):+.3g} points"
            if abs(other - one) < 1e-4
            else f"{100.0 * (other - one):+.2f} points"
        )
    if one == 0.0:
        return "from 0"
    ratio = other / one
    if ratio <= 0.0:
        return "changes sign" if other else "to 0"
    if ratio > 3.0 or ratio < 1 / 3:
        return f"× {ratio:.3g}"
    return (
        f"{100.0 * (ratio - 1.0):+.1f} %" if abs(ratio - 1.0) >= 5e-4 else f"{100.0 * (ratio - 1.0):+.1g} %"
    )
