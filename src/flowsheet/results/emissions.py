"""What the plant burdens its surroundings with: sodium sulfate and off-gas."""

from __future__ import annotations

from typing import Any

from flowsheet.results.flows import element_flows, mass_flow
from flowsheet.results.solved import Solved, number

_SODIUM_SULFATE = 0.142042
"""Molar mass of Na2SO4 [kg/mol]."""
_TRANSITION_METALS = frozenset({"Ni", "Co", "Mn"})


def main_feed_masses(state: Solved) -> tuple[float, float]:
    """Mass flows of the main feeds and of the cathode oxides in them [kg/h].

    A cathode oxide is a solid of lithium, oxygen and nickel, cobalt or manganese.
    """
    facts = state.case.plant.facts
    whole = oxides = 0.0
    for feed, streams in facts["feed_streams"].items():
        if state.document.feeds[feed].role != "main_feed":
            continue
        for stream in (state.flows[s] for s in streams if s in state.flows):
            whole += mass_flow(stream, facts["species"])
            for name, flow in stream.flows.get("solid", {}).items():
                entry = facts["species"]["solid"][name]
                if {"Li", "O"} <= set(entry["elements"]) and _TRANSITION_METALS & set(entry["elements"]):
                    oxides += flow * entry["molar_mass"]
    return whole, oxides


def emissions(state: Solved, oxides: float) -> dict[str, Any]:
    """Sodium that leaves the plant as Na2SO4 (as far as there is sulfur for it), and gases by stream."""
    facts = state.case.plant.facts
    leaving = [state.flows[s] for s in facts["leaving"] if s in state.flows]
    elements = [element_flows(s, facts["species"]) for s in leaving]
    sodium, sulfur = (sum(e.get(name, 0.0) for e in elements) for name in ("Na", "S"))
    sulfate = _SODIUM_SULFATE * max(0.0, min(sodium / 2.0, sulfur))
    table: dict[str, Any] = {"sodium_sulfate": {"mass_flow": number(sulfate, "kg/h")}}
    if oxides:
        table["sodium_sulfate"]["per_cathode"] = number(sulfate / oxides, "kg/kg")
    gases = facts["species"].get("gas", {})
    table["off_gas"] = {
        s.name: {"unit": "kg/h", "values": {g: n * gases[g]["molar_mass"] for g, n in s.flows["gas"].items()}}
        for s in leaving
        if s.flows.get("gas")
    }
    return table
