"""What streams hold by element, and what the main feeds are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flowsheet.results.flows import element_flows, mass_flow

if TYPE_CHECKING:
    from flowsheet.results.solved import Solved


def element_masses(state: Solved, streams: Iterable[str]) -> dict[str, Any]:
    """Mass flow of each element in some streams together [kg/h]."""
    facts = state.case.plant.facts
    weights = facts["atomic_masses"]
    masses: dict[str, float] = {}
    for stream in (state.flows[s] for s in streams if s in state.flows):
        for element, amount in element_flows(stream, facts["species"]).items():
            if element in weights:  # what a Cantera file made up has none
                masses[element] = masses.get(element, 0.0) + amount * weights[element]
    return {"unit": "kg/h", "values": masses}


def main_feed_content(state: Solved) -> dict[str, Any]:
    """Mass flow of each main feed and of the elements in all of them."""
    facts = state.case.plant.facts
    feeds = {
        feed: [s for s in streams if s in state.flows]
        for feed, streams in facts["feed_streams"].items()
        if state.document.feeds[feed].role == "main_feed"
    }
    masses = {
        f: sum(mass_flow(state.flows[s], facts["species"]) for s in names) for f, names in feeds.items()
    }
    return {
        "feeds": {"unit": "kg/h", "values": masses},
        "elements": element_masses(state, [s for names in feeds.values() for s in names]),
    }
