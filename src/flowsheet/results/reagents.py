"""Reagent use as pure compounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsheet.results.flows import WATER, StreamFlows, mass_flow

if TYPE_CHECKING:
    from flowsheet.document.document import PhaseFeed
    from flowsheet.results.solved import Solved


def compound_masses(state: Solved, feed: str) -> dict[str, float]:
    """Mass of each compound that a feed is stated in [kg/h]: solids and gases by their flows, dissolved
    compounds by their concentrations."""
    streams = [state.flows[s] for s in state.case.plant.facts["feed_streams"][feed] if s in state.flows]
    species = state.case.plant.facts["species"]
    masses: dict[str, float] = {}
    for phase, entry in state.document.feeds[feed].phases.items():
        for compound in (c for c, q in entry.composition.items() if q.value):
            if phase == "aqueous":
                mass = sum(_dissolved(state, feed, entry, compound, s) for s in streams)
            else:
                molar = species.get(phase, {}).get(compound, {}).get("molar_mass", 0.0)
                mass = molar * sum(s.get(phase, compound) for s in streams)
            masses[compound] = masses.get(compound, 0.0) + mass
    return masses


def _dissolved(state: Solved, feed: str, entry: PhaseFeed, compound: str, stream: StreamFlows) -> float:
    species, facts = state.case.plant.facts["species"], state.case.plant.facts["compounds"][feed][compound]
    stated = _setting(state, feed, facts["input"])
    unit = entry.composition[compound].unit
    if unit == "mass fraction":
        return stated * mass_flow(stream, species, "aqueous")
    volume = state.values[f"stream.{stream.name}.volume_flow"]
    if unit == "kg/m3":
        return stated * volume
    amount = stated * (
        1000.0 * volume
        if unit == "mol/L"
        else stream.get("aqueous", WATER) * species["aqueous"][WATER]["molar_mass"]
    )
    return amount * float(facts["molar_mass"])


def _setting(state: Solved, feed: str, name: str) -> float:
    """A feed's input in the solution, held or freed by a specification."""
    model = state.case.plant.model
    if name in model.inputs.position:
        return float(state.simulation.p[model.inputs.position[name]])
    unknown = f"feeds[{feed}].input_{name.removeprefix(feed + '.')}"
    return float(state.simulation.x[model.unknowns.position[unknown]])
