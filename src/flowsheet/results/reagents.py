"""Reagent use as pure compounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowsheet.results.result import Solved


def compound_masses(state: Solved, feed: str) -> dict[str, float]:
    """Mass of each compound that a feed is stated in [kg/h].

    Aqueous compounds are taken apart by the first component that no other compound of the feed shares.
    """
    from flowsheet.chemistry.compounds import dissolve
    from flowsheet.chemistry.formula import parse
    from flowsheet.solve.case import chemistry_of

    system = chemistry_of(state.document)
    streams = [state.flows[s] for s in state.case.plant.facts["feed_streams"][feed] if s in state.flows]
    masses: dict[str, float] = {}
    for phase, entry in state.document.feeds[feed].phases.items():
        stated = [c for c, q in entry.composition.items() if q.value]
        parts = {c: dissolve(system, c) for c in stated} if phase == "aqueous" else {}
        for compound in stated:
            if phase != "aqueous":
                molar = state.case.plant.facts["species"].get(phase, {}).get(compound, {}).get("molar_mass", 0.0)
                masses[compound] = molar * sum(s.get(phase, compound) for s in streams)
                continue
            others = {c for o in stated if o != compound for c in parts[o]}
            key = next((c for c in parts[compound] if c not in others and c not in ("H2O", "H")), None)
            if key is None:
                continue
            molar = system.component(compound).molar_mass if compound in system.components else (
                parse(compound).molar_mass / 1000.0)
            masses[compound] = molar / parts[compound][key] * sum(s.get("aqueous", key) for s in streams)
    return masses
