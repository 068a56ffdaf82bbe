"""Whether results are of the same main feed: amount and elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SAME = 0.01
"""Relative difference below which two feeds are the same: an assay is not known better."""
_TRACE = 1e-4
"""Mass fraction below which an element's difference doesn't matter."""


def compare_feeds(results: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    """Mass flows and mass fractions by element of each case, and where they differ from the first one's.

    A case that is `None` has no feed to compare.
    """
    tables = {case: None if r is None else _content(r) for case, r in results.items()}
    known = {case: t for case, t in tables.items() if t is not None}
    first = next(iter(known), "")
    differences = [
        {"case": case, **found}
        for case, table in known.items()
        if case != first
        for found in _differences(known[first], table)
    ]
    kinds = {d["what"] for d in differences}
    return {
        "cases": tables,
        "reference": first or None,
        "same_amount": "amount" not in kinds,
        "same_composition": "composition" not in kinds,
        "differences": differences,
    }


def _content(result: Mapping[str, Any]) -> dict[str, Any]:
    feed = result["main_feed"]
    mass = feed["mass_flow"]["value"]
    elements = feed["elements"]["values"]
    return {
        "feeds": list(feed["feeds"]["values"]),
        "mass_flow": {"value": mass, "unit": "kg/h"},
        "mass_fractions": {
            "unit": "1",
            "values": {e: m / mass if mass else 0.0 for e, m in elements.items()},
        },
    }


def _differences(first: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    masses = first["mass_flow"]["value"], other["mass_flow"]["value"]
    if _differ(*masses, 0.0):
        found.append({"what": "amount", "reference": masses[0], "value": masses[1], "unit": "kg/h"})
    shares = first["mass_fractions"]["values"], other["mass_fractions"]["values"]
    for element in dict.fromkeys([*shares[0], *shares[1]]):
        pair = shares[0].get(element, 0.0), shares[1].get(element, 0.0)
        if _differ(*pair, _TRACE):
            difference = {"what": "composition", "element": element, "reference": pair[0], "value": pair[1]}
            found.append({**difference, "unit": "1"})
    return found


def _differ(a: float, b: float, slack: float) -> bool:
    return abs(a - b) > _SAME * max(abs(a), abs(b)) + slack
