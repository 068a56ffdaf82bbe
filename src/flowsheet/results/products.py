"""Products: mass, purity, impurities against their limits, and by which path each impurity came."""

from __future__ import annotations

from typing import Any

from flowsheet.results.contents import element_masses
from flowsheet.results.paths import impurity_paths
from flowsheet.results.solved import Solved, number


def product_table(state: Solved) -> dict[str, Any]:
    """One entry per product of the document."""
    table: dict[str, Any] = {}
    for name, product in state.document.products.items():
        stream = state.flows.get(product.stream.name)
        if stream is None:
            table[name] = {
                "stream": product.stream.name,
                "role": product.role,
                "mass_flow": number(0.0, "kg/h"),
            }
            continue
        values = state.values
        mass = values.get(f"product.{name}.dry_mass", 0.0)
        entry: dict[str, Any] = {
            "stream": product.stream.name,
            "role": product.role,
            "as": product.formula,
            "mass_flow": number(mass, "kg/h"),
        }
        entry["elements"] = element_masses(state, [product.stream.name])
        purity = values.get(f"product.{name}.purity")
        within = True
        if purity is not None:
            entry["purity"] = number(purity, "1")
            if product.purity_at_least is not None:
                entry["purity_at_least"] = number(product.purity_at_least.value, "1")
                within = purity >= product.purity_at_least.value
        impurities = {}
        for limited, limit in product.limits.items():
            found = values[f"product.{name}.impurity.{limited}"]
            impurities[limited] = {
                "value": found * 1e6,
                "unit": "ppm",
                "limit": limit.value * 1e6,
                "within": found <= limit.value,
            }
            within = within and found <= limit.value
        if impurities:
            entry["impurities"] = impurities
            entry["impurity_paths"] = impurity_paths(state, name, list(product.limits))
        if product.purity_at_least is not None or impurities:
            entry["within_specification"] = within
            entry["standard"] = product.standard
        table[name] = entry
    return table
