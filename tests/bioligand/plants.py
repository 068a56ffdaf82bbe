"""Flowsheets around a column, for its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FEED = {"NdCl3": 0.19, "DyCl3": 0.01}
"""[mmol/L]: the mixture of the published separation of Nd from Dy."""
GRID = "cells: 6, load_levels: 8, levels: 5, front_levels: 2"


def acid(ph: float) -> str:
    """Hydrochloric acid of so much by concentration."""
    return f"HCl: {10.0 ** (3.0 - ph):.6g} mmol/L"


def plant(
    volumes: float,
    elutions: Sequence[tuple[str, float]],
    feed: Mapping[str, float] = FEED,
    settings: str = GRID,
    ligand: str = "mex_lanm",
    ph: float = 3.0,
    chemistry: str = "rare_earth",
    extra: str = "",
) -> str:
    """A `column` of 1 L that takes `volumes` of the feed in a cycle of an hour, then each eluent (what is in
    it, bed volumes), then 3 of the feed's acid."""
    metals = ", ".join(f"{salt}: {c} mmol/L" for salt, c in feed.items())
    feeds = [
        f"  liquor: {{role: main_feed, aqueous: {{flow: {volumes} L/h, {metals}, {acid(ph)}{extra}}}}}",
        f"  ready: {{aqueous: {{flow: as needed, {acid(ph)}}}}}",
    ]
    inlets, passed = ["feed: liquor", "equilibrant: ready"], ["equilibrant: 3"]
    steps = ["feed", "equilibrant"]
    for number, (content, bed_volumes) in enumerate(elutions, start=1):
        feeds.append(f"  eluent{number}: {{aqueous: {{flow: as needed, {content}}}}}")
        inlets.append(f"eluent_{number}: eluent{number}")
        passed.append(f"eluent_{number}: {bed_volumes}")
        steps.append(f"eluent_{number}")
    durations = ", ".join(f"{step}: {1.0 / len(steps):.12g} h" for step in steps)
    return "\n".join(
        [
            "flowsheet: column",
            f"chemistry: {chemistry}",
            "feeds:",
            *feeds,
            "units:",
            f"  column: {{unit: bioligand_column, inlets: {{{', '.join(inlets)}}}, ligand: {ligand},",
            f"    bed_volume: 1 L, columns: 1, idle_time: 0 h, bed_volumes: {{{', '.join(passed)}}},",
            f"    durations: {{{durations}}}, {settings}}}",
            "",
        ]
    )
