"""Which settings move which results, at the solution: local derivatives by the implicit function theorem.

    effect = d result / d input * change       change: 1 % of the input; 1 K of a temperature; 0.1 of a pH

All else is held, and specifications stay met (what they free moves along).  A derivative is the tangent at
this solution: of a saturated set point or of a solid that just forms it holds on one side only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from flowsheet.solve.case import Case
    from flowsheet.solve.plant import CompiledPlant
    from flowsheet.solve.simulate import Simulation

LARGEST = 15
"""Inputs that are listed for each result."""
_NEGLIGIBLE = 1e-6
"""Effect over a result's largest one below which an input doesn't count."""
STEPS: Mapping[str, float] = {"K": 1.0, "pH": 0.1}
"""Changes of inputs that effects are stated for, by unit; of all other inputs a share of their value."""
RELATIVE_STEP = 0.01
_EVERYWHERE = ("H", "O")
"""Elements that water brings: their recovery says nothing."""


def sensitivities(case: Case, simulation: Simulation) -> dict[str, dict[str, dict[str, Any]]]:
    """By result, the inputs that move it most, the largest effect first: {value, unit, change, effect}.

    Results are the recoveries of what is sold, the products' flows, purities and limited impurities, and the
    profit; empty where the solve has no solution or its Jacobian is singular.
    """
    from flowsheet.solve.sensitivity import output_sensitivities
    from flowsheet.solve.sparse import SingularMatrix

    plant = case.plant
    results, inputs = _results(case), list(plant.facts["settings"])
    if not simulation.converged or not results or not inputs:
        return {}
    x, p = simulation.x, simulation.p
    try:
        slopes = output_sensitivities(plant.model, x, p, results, inputs)
    except SingularMatrix:
        return {}
    changes = np.array([change_of(plant, name, p) for name in inputs])
    effects = np.where(np.isfinite(slopes), slopes, 0.0) * changes
    return {
        result: _ranked(plant, result, inputs, slopes[row], changes, effects[row])
        for row, result in enumerate(results)
    }


def _results(case: Case) -> list[str]:
    """Names of the outputs that are worth it."""
    document, known = case.document, set(case.plant.model.output_names)
    sold = [n for n, product in document.products.items() if product.role == "product"]
    species = case.plant.facts["species"]
    carried = {
        element
        for name in sold
        for phase, names in case.plant.facts["streams"].get(document.products[name].stream.name, {}).items()
        for c in names
        for element in species[phase][c]["elements"]
    }
    wanted = [f"recovery.{group}" for group in case.plant.facts["groups"]]
    wanted += [f"recovery.{e}" for e in sorted(carried) if e not in _EVERYWHERE]
    for name in sold:
        limits = (f"impurity.{limited}" for limited in document.products[name].limits)
        wanted += [f"product.{name}.{quantity}" for quantity in ("dry_mass", "purity", *limits)]
    return [name for name in ("economics.profit", *wanted) if name in known]


def change_of(plant: CompiledPlant, name: str, p: np.ndarray) -> float:
    """The change of an input that its effect is stated for."""
    value = p[plant.model.inputs.position[name]]
    return STEPS.get(plant.units.get(name, ""), RELATIVE_STEP * abs(float(value)))


def _ranked(
    plant: CompiledPlant,
    result: str,
    inputs: list[str],
    slopes: np.ndarray,
    changes: np.ndarray,
    effects: np.ndarray,
) -> dict[str, dict[str, Any]]:
    order = np.argsort(-np.abs(effects), kind="stable")[:LARGEST]
    least = _NEGLIGIBLE * np.max(np.abs(effects))
    return {
        inputs[i]: {
            "value": float(slopes[i]),
            "unit": _per(plant.units.get(result, "1"), plant.units.get(inputs[i], "") or "1"),
            "change": {"value": float(changes[i]), "unit": plant.units.get(inputs[i], "") or "1"},
            "effect": {"value": float(effects[i]), "unit": plant.units.get(result, "1")},
        }
        for i in order
        if abs(effects[i]) > least
    }


def _per(unit: str, by: str) -> str:
    """A unit per another.

    >>> _per("USD/h", "kg/h"), _per("1", "K"), _per("kg/h", "1")
    ('(USD/h)/(kg/h)', '1/K', 'kg/h')
    """
    if by == "1":
        return unit
    top, bottom = (f"({u})" if "/" in u else u for u in (unit, by))
    return f"{top}/{bottom}"
