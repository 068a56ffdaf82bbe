"""A case with its solution, from which all writers of results start, and numbers as results state them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.document.document import Document
from flowsheet.results.flows import StreamFlows, stream_flows
from flowsheet.solve.case import Case
from flowsheet.solve.simulate import Simulation


def number(value: float, unit: str) -> dict[str, Any]:
    """A number with its unit."""
    return {"value": value, "unit": unit}


_FOUND = ("values", "liquors", "equations", "sensitivities", "volumes")


@dataclass(frozen=True)
class Solved:
    """A case with its solution; what all writers of results start from."""

    case: Case
    simulation: Simulation
    flows: Mapping[str, StreamFlows]
    values: Mapping[str, float]
    liquors: Mapping[str, Any]
    equations: Mapping[str, Any]
    sensitivities: Mapping[str, Any]
    volumes: Sequence[Sequence[str]]

    @property
    def document(self) -> Document:
        return self.case.document


def solved(
    case: Case,
    simulation: Simulation,
    speciate: bool = True,
    found: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Solved:
    """Streams and reported numbers of a simulation.

    `speciate` adds pH and saturation of every liquor, where volumes are extrapolated, and what moves the
    results.

    `progress`: told of each liquor before it is speciated; may raise to end it all.

    `found`: what `findings` gave for this very simulation, which is then not found out again.
    """
    flows = stream_flows(case.plant, simulation.x)
    if found is not None:
        return Solved(case, simulation, flows, **{name: found[name] for name in _FOUND})
    values = case.plant.values(simulation.x, simulation.p)
    liquors: Mapping[str, Any] = {}
    moved: Mapping[str, Any] = {}
    volumes: Sequence[Sequence[str]] = ()
    if speciate and simulation.converged:
        from flowsheet.results.liquors import speciate_streams
        from flowsheet.results.sensitivities import sensitivities
        from flowsheet.results.volumes import volumes_beyond_data

        liquors, moved = speciate_streams(case, flows, progress), sensitivities(case, simulation)
        volumes = volumes_beyond_data(case, flows)
    model = case.plant.model
    equations = {
        "nonzeros": len(model.pattern("jacobian").data),
        "residual_by_owner": _residual_by_owner(case, simulation),
    }
    return Solved(case, simulation, flows, values, liquors, equations, moved, volumes)


def findings(state: Solved) -> dict[str, Any]:
    """All of a solved state that follows from its case and simulation alone, as plain JSON values."""
    return {name: getattr(state, name) for name in _FOUND}


def _residual_by_owner(case: Case, simulation: Simulation) -> dict[str, float]:
    """Largest scaled residual of each feed and unit, and of the specifications, largest first."""
    plant = case.plant
    residual = np.abs(plant.model.residual(simulation.x, simulation.p)) / plant.model.equation_scale
    position = {name: i for i, name in enumerate(plant.model.equations)}
    owned = {s.owner: [position[e] for e in s.equations] for s in plant.sections if s.equations}
    rest = np.setdiff1d(np.arange(len(position)), [i for rows in owned.values() for i in rows])
    if rest.size:
        owned["specifications"] = rest.tolist()
    sizes = {owner: float(np.max(residual[rows])) for owner, rows in owned.items()}
    return dict(sorted(sizes.items(), key=lambda item: -item[1] if np.isfinite(item[1]) else -np.inf))
