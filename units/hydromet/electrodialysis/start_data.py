"""Names of a stack's unknowns and what its start needs to know of it, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from hydromet.electrodialysis.bipolar_membrane import BipolarMembrane

if TYPE_CHECKING:
    from flowsheet.chemistry.aqueous import AqueousState
    from hydromet.electrodialysis.cells import Cells
    from hydromet.electrodialysis.stack import Stack


def started(unit: Stack, cells: Cells) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Class, data and needs of the stack's start procedure."""
    layout = cells.layout
    kinds = [k for k in layout.membranes if k != "bipolar"]
    if "bipolar" in layout.membranes:
        kinds += ["bipolar_anion", "bipolar_cation"]
    needs: dict[str, Any] = {
        "area": cells.area,
        "temperature": cells.feed_temperature,
        "one_area": unit.cell_area,
        "thickness": unit.compartment_thickness / unit.open_section,
    }
    if unit.current_density is not None:
        needs["current_density"] = unit.current_density
    else:
        needs["cell_voltage"] = unit.voltage_of_cell
    for c in layout.compartments:
        for n in unit.feed_of(c).shape.names("aqueous"):
            needs[f"{c}.{n}"] = unit.entering_compartment(c, n)
    data = {
        "chemistry": list(unit.system.origin),
        "model": cells.elements[0].states[layout.compartments[0]].model,
        "compartments": list(layout.compartments),
        "components": {c: list(unit.outlet(c).shape.names("aqueous")) for c in layout.compartments},
        "membranes": list(layout.membranes),
        "materials": {kind: _material(cells, kind) for kind in kinds},
        "voltage": None if unit.current_density is None else unit.voltage_of_cell.name,
        "elements": [_element(cells, k) for k in range(len(cells.elements))],
        "outlets": {
            c: {n: unit.outlet(c).ln("aqueous", n).name for n in unit.outlet(c).shape.names("aqueous")}
            for c in layout.compartments
        },
        "gas": {g: v.name for g, v in unit.gas.n.get("gas", {}).items()},
    }
    return "hydromet.electrodialysis.start:StackStart", data, needs


def _material(cells: Cells, kind: str) -> dict[str, Any]:
    material = cells.materials.of(kind)
    theta = cells.materials.theta
    return {
        "fixed_charge": float(material.fixed_charge),
        "permeability": {s: float(pyo.value(p / theta)) for s, p in material.permeability.items()},
        "hydration": {s: float(n) for s, n in material.hydration.items()},
    }


def _element(cells: Cells, k: int) -> dict[str, Any]:
    element = cells.elements[k]
    membranes: list[dict[str, Any]] = []
    for membrane in element.membranes:
        block = membrane.block
        names: dict[str, Any] = {
            "drop": block.drop.name,
            "potential": [block.potential[n].name for n in block.potential],
        }
        if isinstance(membrane, BipolarMembrane):
            names["ln_proton"] = block.ln_proton.name
        membranes.append(names)
    return {
        "current_density": element.current_density.name,
        "states": {c: _state(state) for c, state in element.states.items()},
        "membranes": membranes,
    }


def _state(state: AqueousState) -> Mapping[str, Any]:
    block = state.block
    return {
        "ln_m": {s: block.ln_m[s].name for s in state.explicit},
        "ln_gamma": {s: block.ln_gamma_unknown[s].name for s in state.explicit_gamma},
        "ln_ionic_strength": block.ln_ionic_strength.name,
        "ln_water_activity": block.ln_water_activity.name,
        "ln_water": block.ln_water.name,
    }
