"""By which path each impurity came into a product.

A product's stream is followed back through units that do not part solids from liquor (dryers) to the filter
or centrifuge that made the cake.  What the cake's liquor holds splits by that unit's shares: retained mother
liquor, wash, and inclusions; what the crystals hold came as solids of their own (solid solution,
co-precipitation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowsheet.results.solved import Solved

SHARES = {
    "retained": "retained mother liquor",
    "occluded": "liquor shut in the crystals",
    "of_wash": "wash liquor",
}
_CARRIERS = {"SO4": "S", "CO3": "C"}


def impurity_paths(state: Solved, product: str, limited: list[str]) -> dict[str, dict[str, float]]:
    """ppm of the dry product by impurity and path."""
    name = state.document.products[product].stream.name
    dry = state.values[f"product.{product}.dry_mass"]
    separator = _separator(state, name)
    table: dict[str, dict[str, float]] = {}
    for impurity in limited:
        paths = {"crystals": _mass(state, name, ("solid",), impurity)}
        liquor = _mass(state, name, ("aqueous",), impurity)
        if separator is None:
            paths["liquor"] = liquor
        else:
            paths |= _liquor_paths(state, separator, impurity)
        table[impurity] = {path: 1e6 * mass / dry for path, mass in paths.items()}
    return table


def _liquor_paths(state: Solved, unit: str, impurity: str) -> dict[str, float]:
    """Masses that came with the slurry's liquor, retained or occluded, and with the wash [kg/h]."""
    found: dict[str, float] = {}
    for stream, (consumer, port) in state.case.plant.facts["connections"].items():
        if consumer != unit or stream not in state.flows:
            continue
        mass = _mass(state, stream, ("aqueous",), impurity)
        for share, label in SHARES.items():
            if (share == "of_wash") == (port == "wash"):
                found[label] = found.get(label, 0.0) + state.values[f"{unit}.{share}"] * mass
    return found


def _separator(state: Solved, stream: str) -> str | None:
    """The unit upstream of a product whose results say how its cake's liquor came about."""
    facts = state.case.plant.facts
    seen: set[str] = set()
    while True:
        unit = stream.partition(".")[0]
        if unit in seen or unit not in facts["unit_types"]:
            return None
        if f"{unit}.retained" in state.values:
            return unit
        seen.add(unit)
        upstream = [
            s
            for s, (consumer, _) in facts["connections"].items()
            if consumer == unit and "solid" in facts["streams"].get(s, {})
        ]
        if len(upstream) != 1:
            return None
        stream = upstream[0]


def _mass(state: Solved, stream: str, phases: tuple[str, ...], impurity: str) -> float:
    """Mass flow of an impurity in some phases of a stream [kg/h]."""
    facts = state.case.plant.facts
    species: dict[str, Any] = facts["species"]
    element = _CARRIERS.get(impurity, impurity)
    if element not in facts["atomic_masses"]:  # nothing carries it
        return 0.0
    in_ions = impurity in _CARRIERS
    molar = species["aqueous"][impurity]["molar_mass"] if in_ions else facts["atomic_masses"][element]
    flows = state.flows[stream].flows
    return float(molar) * sum(
        species[p][n]["elements"].get(element, 0.0) * f for p in phases for n, f in flows.get(p, {}).items()
    )
