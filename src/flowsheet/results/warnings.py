"""What to know of a result: extrapolation, saturated set points, missing data, products out of limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowsheet.results.display import Shown, shown_for
from flowsheet.results.saturation import supersaturated

if TYPE_CHECKING:
    from flowsheet.results.solved import Solved

_ROUNDING = 1e-5
"""Of a limit: a solved set point may miss it by as much."""


def collect_warnings(state: Solved) -> list[dict[str, str]]:
    """All warnings: code, message, where."""
    found: list[dict[str, str]] = []

    def warn(code: str, message: str, where: str) -> None:
        found.append({"code": code, "message": message, "where": where})

    for diagnostic in state.document.warnings:
        warn(diagnostic.code, diagnostic.message, str(diagnostic.span or ""))
    for name, liquor in state.liquors.items():
        if liquor["message"]:
            warn("W601", f"the liquor can't be speciated: {liquor['message']}", name)
        for message in liquor["warnings"]:
            warn("W602", message, name)
    for item in state.case.plant.facts.get("unpriced", ()):
        warn("W603", f"no price is known for {item}: it counts as zero", "economics")
    for unit in state.simulation.failed_sections:
        if not state.simulation.converged:
            warn("W604", "the unit's own equations could not be solved from its inlets", unit)
    for unit, message in state.case.plant.facts.get("notes", ()):
        warn("W606", message, unit)
    shown = shown_for(state.document)
    for validity in state.case.plant.facts.get("validities", ()):
        code, message = _exceeded(validity, [state.values[name] for name in validity["outputs"]], shown)
        if message:
            warn(code, message, validity["unit"])
    for place, message in supersaturated(state):
        warn("W609", message, place)
    for place, message in state.volumes:
        warn("W610", message, place)
    for missing in _without_enthalpy(state):
        warn("W605", f"no enthalpy of formation for {missing}: heat duties count it as zero", "chemistry")
    return found


def _exceeded(validity: Mapping[str, Any], numbers: Sequence[float], shown: Shown) -> tuple[str, str]:
    """The code of a range or limit and what to say where numbers leave it; nothing where they don't."""
    low, high, upper, quantity = min(numbers), max(numbers), validity["upper"], validity["quantity"]
    measure = validity["measure"]
    unit = f" {shown.unit(measure)}" if measure not in ("1", "pH") else ""

    def text(value: float, significant: int) -> str:
        return f"{shown.value(value, measure):.{significant}g}"

    slack = _ROUNDING * abs(upper)
    if validity["kind"] == "limit":
        over = f"{quantity} is {text(high, 3)}{unit}; safe design allows at most {text(upper, 6)}{unit}"
        return "W608", over if high > upper + slack else ""
    lower = validity["lower"]
    if lower - slack <= low and high <= upper + slack:
        return "W607", ""
    met = text(low, 4) if high - low <= slack else f"{text(low, 4)} to {text(high, 4)}"
    bounds = f"{text(lower, 6)} to {text(upper, 6)}{unit}"
    return "W607", f"{quantity} of {met}{unit} is outside {bounds}, the range of {validity['of']}"


def _without_enthalpy(state: Solved) -> list[str]:
    return [
        f"{name} ({phase})"
        for phase, species in state.case.plant.facts["species"].items()
        for name, entry in species.items()
        if not entry["delta_hf"] and _is_compound(entry) and name != "H" and not entry.get("inert")
    ]


def _is_compound(entry: Any) -> bool:
    """Elements in their reference state have no enthalpy of formation by definition."""
    return len(entry["elements"]) > 1 or bool(entry["charge"])
