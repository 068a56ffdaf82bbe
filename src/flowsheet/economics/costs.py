"""What a plant's cost is made of, and the money that can be asked for; without what builds a model."""

from __future__ import annotations

from collections.abc import Mapping

COSTS = ("feed_cost", "reagent_cost", "utility_cost", "equipment_cost", "capital_cost", "disposal_cost")
"""Parts of `total_cost`."""
QUANTITIES: Mapping[str, str] = dict.fromkeys(("profit", "revenue", *COSTS, "total_cost"), "USD/h")
"""Names that objectives and constraints may use, with their units."""
