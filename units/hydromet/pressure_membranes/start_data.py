"""What a membrane module's start (`start`) is made from: structure, names of unknowns, numbers needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import PROTON, WATER
from hydromet.pressure_membranes.channel import SpacerChannel

if TYPE_CHECKING:
    from hydromet.pressure_membranes.module import Module
    from hydromet.pressure_membranes.pressure_membrane import PressureMembrane
    from hydromet.pressure_membranes.sdem import SolutionDiffusionElectromigration

_FILM_EXPONENT = 0.875
"""Of the flow in a spacer's mass transfer."""


def add_start(unit: PressureMembrane, law: SolutionDiffusionElectromigration) -> None:
    """Let a unit start element by element."""
    module = unit.module
    names = (WATER, *module.solutes)
    fluxes = unit.block.driving.ln_flux if unit.flux is None else {}
    data = channel_data(module, law) | {
        "elements": elements_data(module, law, {k: v.name for k, v in fluxes.items()}),
        "retentate": {c: unit.retentate.ln("aqueous", c).name for c in names},
        "permeate": {c: unit.permeate.ln("aqueous", c).name for c in names},
        "permeate_state": state_data(unit.permeate_state),
        "liquors": {name: state_data(wall.state) for name, wall in unit.liquors.items()},
    }
    unit.registry.add_procedure("hydromet.pressure_membranes.start:ModuleStart", data, _needs(unit, law))


def channel_data(module: Module, law: SolutionDiffusionElectromigration) -> dict[str, Any]:
    """What `ChannelStart` is made from."""
    carriers = law.carriers
    return {
        "chemistry": list(module.system.origin),
        "model": law.model,
        "solutes": module.solutes,
        "bound": carriers.bound,
        "charges": carriers.charges,
        "layers": law.layers,
        "film": law.film is not None,
        "fixed": [] if law.fixed is None else [law.fixed.concentration, law.fixed.uptake],
        "film_exponent": _FILM_EXPONENT if isinstance(law.film, SpacerChannel) else 0.0,
    }


def elements_data(
    module: Module, law: SolutionDiffusionElectromigration, fluxes: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Names of the elements' unknowns; `fluxes`: of those whose flux is unknown."""
    found = []
    for k in module.elements:
        b = module.block.sdem[k]
        layers = ([b.film] if law.film is not None else []) + [b.layer[j] for j in b.layer]
        found.append(
            {
                "leaving": {c: module.block.ln_leaving[k, c].name for c in module.components},
                "flux": fluxes.get(k, ""),
                "bulk": {PROTON: b.ln_bulk_proton.name} | {c: v.name for c, v in b.ln_bulk.items()},
                "ln_m": {f"{j}|{c}": variable.name for (j, c), variable in b.ln_m.items()},
                "potentials": [layer.potential.name for layer in layers],
                "donnan": [] if law.fixed is None else [b.inside[j].donnan.name for j in b.inside],
                "wall": state_data(law.walls[k - 1].state),
            }
        )
    return found


def state_data(state: AqueousState) -> dict[str, Any]:
    """Names of the unknowns of a speciated phase."""
    b = state.block
    plain = {n: b.component(n).name for n in ("ln_ionic_strength", "ln_water", "ln_water_activity")}
    return {"ln_m": {s: b.ln_m[s].name for s in state.explicit}, **plain}


def film_needs(
    block: Any, law: SolutionDiffusionElectromigration, flow: Any, prefix: str = "film"
) -> dict[str, Any]:
    """Film coefficients where so much water enters a module [m/h]."""
    if law.film is None:
        return {}
    block.entering_film = pyo.Block()
    film = law.film.at(block.entering_film, flow)
    return {f"{prefix}:{s}": film.coefficient(s) for s in law.carriers.charges}


def _needs(unit: PressureMembrane, law: SolutionDiffusionElectromigration) -> dict[str, Any]:
    """The numbers that the start is made from."""
    module, block = unit.module, unit.block
    flow = unit.inlet[WATER] * module.block.water_volume
    needs: dict[str, Any] = {f"flow:{c}": n for c, n in unit.inlet.items()}
    needs |= {f"permeance:{s}": p for s, p in law.permeance.items()}
    needs |= film_needs(block, law, flow)
    needs |= {
        "temperature": unit.temperature,
        "area": unit.area,
        "water_volume": module.block.water_volume,
        "permeability": unit.hydraulic_permeability,
        "drop": unit.entering_drop,
    }
    return needs | ({"flux": unit.flux} if unit.flux is not None else {"pressure": unit.pressure})
