"""Where the densities behind a liquor's volume are extrapolated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowsheet.results.display import count

if TYPE_CHECKING:
    from flowsheet.results.flows import StreamFlows
    from flowsheet.solve.case import Case

_SLIGHT = {"T": 2.0, "w": 0.02}
"""[K], mass fraction of solutes: this little beyond the data a density is as good as within."""


def volumes_beyond_data(case: Case, flows: Mapping[str, StreamFlows]) -> list[list[str]]:
    """[stream, message] per salt and kind of range: the stream that is furthest beyond it."""
    from flowsheet.chemistry.density import AqueousVolume
    from flowsheet.solve.case import chemistry_of

    system = chemistry_of(case.document)
    volumes: dict[tuple[str, ...], AqueousVolume] = {}
    found: dict[tuple[str, str], list[tuple[float, str, float, float]]] = {}
    for name, stream in flows.items():
        liquor = stream.flows.get("aqueous")
        if not liquor:
            continue
        carried = tuple(liquor)
        if carried not in volumes:
            volumes[carried] = AqueousVolume(system, list(carried))
        for salt, kind, value, end in volumes[carried].outside(liquor, stream.temperature):
            if abs(value - end) > _SLIGHT[kind]:
                found.setdefault((salt, kind), []).append((abs(value - end), name, value, end))
    messages = []
    for (salt, kind), places in found.items():
        _, name, value, end = max(places)
        more = f", and in {count(len(places) - 1, 'more stream')}" if len(places) > 1 else ""
        what = (
            f"{value:.0f} degC, data end at {end:g} degC"
            if kind == "T"
            else f"{100.0 * value:.0f} % solutes, data end at {100.0 * end:.0f} %"
        )
        messages.append([name, f"volume of dissolved {salt} is extrapolated: {what}{more}"])
    return messages
