"""What the specifications came to: the value that each freed quantity took, and whether at its limit."""

from __future__ import annotations

from typing import Any

from flowsheet.results.solved import Solved, number

_AT_LIMIT = 1e-5
"""Distance from a limit, relative to the value's nominal magnitude, at which it counts as reached."""


def specification_table(state: Solved) -> list[dict[str, Any]]:
    """One entry per specification; `limit` is `lower`, `upper` or None."""
    plant, x = state.case.plant, state.simulation.x
    unknowns = plant.model.unknowns
    table = []
    for entry in plant.facts["targets"].get("specifications", ()):
        position = unknowns.position[entry["unknown"]]
        value, near = float(x[position]), _AT_LIMIT * float(unknowns.nominal[position])
        limit = (
            "lower"
            if value - unknowns.lower[position] <= near
            else ("upper" if unknowns.upper[position] - value <= near else None)
        )
        table.append(
            {
                "vary": entry["variable"],
                "until": entry["text"],
                "limit": limit,
                **number(value, plant.units.get(entry["variable"], "1")),
            }
        )
    return table
