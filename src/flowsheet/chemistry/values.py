"""Values as chemistry files state them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.files import ChemistryError

ENERGY = {"kJ/mol": 1.0, "J/mol": 1e-3, "kcal/mol": 4.184}
HEAT_CAPACITY = {"J/mol/K": 1.0, "kJ/mol/K": 1e3, "cal/mol/K": 4.184}
DENSITY = {"kg/m3": 1.0, "g/cm3": 1000.0, "kg/L": 1000.0}
"""Units that a value may have, the first of which is inside."""


def number(entry: Any, units: Mapping[str, float], what: str) -> float | None:
    """A value `number unit`, or a bare number in the first of the units."""
    if entry is None:
        return None
    raw = entry.get("value") if isinstance(entry, Mapping) else entry
    if raw is None:
        return None
    if isinstance(raw, (int, float)):
        return float(raw)
    text, _, unit = str(raw).strip().partition(" ")
    if unit not in units:
        raise ChemistryError(f"{what}: `{raw}` needs one of the units {', '.join(units)}")
    return float(text) * units[unit]


def by_model(entry: Any, model: str) -> Any:
    """What holds for one activity model where models differ; the ideal one takes SIT's."""
    if isinstance(entry, Mapping) and "value" not in entry:
        return entry.get(model, entry.get("sit") if model == "ideal" else None)
    return entry


def coefficients(value: Any) -> tuple[float, ...]:
    """A number, or a list of them, as a tuple."""
    return tuple(float(v) for v in value) if isinstance(value, (list, tuple)) else (float(value),)
