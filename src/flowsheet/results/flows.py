"""Flows of all streams as numbers, from the vector of unknowns alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.solve.plant import CompiledPlant

PROTON = "H"
WATER = "H2O"
_LOGARITHMIC = ("aqueous", "organic")


@dataclass(frozen=True)
class StreamFlows:
    """One stream: temperature [K] and flows [mol/h] by phase and name, H among those of a phase with ions."""

    name: str
    temperature: float
    flows: Mapping[str, Mapping[str, float]]

    def get(self, phase: str, name: str) -> float:
        return self.flows.get(phase, {}).get(name, 0.0)


def stream_flows(plant: CompiledPlant, x: np.ndarray) -> dict[str, StreamFlows]:
    """All streams that can carry something."""
    species, columns = plant.facts["species"], plant.facts["columns"]
    found = {}
    for name, places in columns.items():
        flows: dict[str, dict[str, float]] = {}
        for phase in plant.facts["streams"][name]:
            values = {c: float(x[i]) for c, i in places[phase].items()}
            flows[phase] = {c: math.exp(v) for c, v in values.items()} if phase in _LOGARITHMIC else values
        for phase in _LOGARITHMIC:
            charges = {c: species[phase][c]["charge"] for c in flows.get(phase, {})}
            if any(charges.values()) or (phase == "aqueous" and charges):
                flows[phase][PROTON] = -math.fsum(charges[c] * n for c, n in flows[phase].items())
        found[name] = StreamFlows(name, float(x[places["temperature"]]), flows)
    return found


def element_flows(stream: StreamFlows, species: Mapping[str, Any]) -> dict[str, float]:
    """Flow of each element [mol/h]."""
    totals: dict[str, list[float]] = {}
    for phase, flows in stream.flows.items():
        for name, flow in flows.items():
            for element, count in species[phase][name]["elements"].items():
                totals.setdefault(element, []).append(count * flow)
    return {e: math.fsum(t) for e, t in totals.items()}


def electron_flows(stream: StreamFlows, species: Mapping[str, Any]) -> tuple[float, float]:
    """Electrons that the stream could give, against the reference valences; regardless of sign [mol/h]."""
    return _signed(stream, species, "electrons")


def charge_flows(stream: StreamFlows, species: Mapping[str, Any]) -> tuple[float, float]:
    """Charge of the stream, zero by construction, and that of its ions regardless of sign [mol/h]."""
    return _signed(stream, species, "charge")


def _signed(stream: StreamFlows, species: Mapping[str, Any], quantity: str) -> tuple[float, float]:
    """What adds up over a stream, and how much that is before it cancels."""
    parts = [species[p][n][quantity] * f for p, flows in stream.flows.items() for n, f in flows.items()]
    return math.fsum(parts), math.fsum(abs(part) for part in parts)


def mass_flow(stream: StreamFlows, species: Mapping[str, Any], phase: str | None = None) -> float:
    """[kg/h] of one phase, or of all."""
    return math.fsum(
        species[p][n]["molar_mass"] * f
        for p, flows in stream.flows.items()
        if phase in (None, p)
        for n, f in flows.items()
    )
