"""What the specifications came to: the value that each freed quantity took, and whether it is at its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowsheet.results.result import Solved

_AT_LIMIT = 1e-5
"""Distance from a limit, relative to the value's nominal magnitude, at which it counts as reached."""


def specification_table(state: Solved) -> list[dict[str, Any]]:
    """One entry per specification; `limit` is `lower`, `upper` or None."""
    from flowsheet.results.result import number

    plant, x = state.case.plant, state.simulation.x
    unknowns = plant.model.unknowns
    table = []
    for spec, name in zip(state.document.specifications, plant.facts["targets"]["freed"], strict=True):
        position = unknowns.position.get(_unknown(state, name))
        if position is None:
            continue
        value, near = float(x[position]), _AT_LIMIT * float(unknowns.nominal[position])
        limit = "lower" if value - unknowns.lower[position] <= near else (
            "upper" if unknowns.upper[position] - value <= near else None)
        table.append({"vary": name, "until": spec.until.text, "limit": limit,
                      **number(value, plant.units.get(name, "1"))})
    return table


def _unknown(state: Solved, name: str) -> str:
    """The unknown behind an input that a specification freed."""
    owner, _, setting = name.partition(".")
    group = "units" if owner in state.document.units else "feeds"
    return f"{group}[{owner}].input_{setting}"
