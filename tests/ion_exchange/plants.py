"""Flowsheets around ion exchange columns, for their tests."""

from __future__ import annotations

from collections.abc import Mapping

LIQUOR = {"Na2SO4": 700.0, "CaSO4": 0.5, "MgSO4": 0.5, "NaOH": 0.1, "H2SO4": 1e-6}
"""[mmol/L]: a liquor of sodium sulfate at pH 10, as before bipolar electrodialysis."""
GRID = "cells: 4, load_levels: 6, levels: 4, front_levels: 2"


def plant(
    volumes: float,
    liquor: Mapping[str, float] = LIQUOR,
    resin: str = "iminodiacetic",
    settings: str = GRID,
    converted: bool = True,
) -> str:
    """A `column` of 1 L that takes `volumes` of the liquor in a cycle of ten hours, then water, hydrochloric
    acid, water, and (`converted`) caustic and water."""
    salts = ", ".join(f"{salt}: {c} mmol/L" for salt, c in liquor.items())
    steps = {"displacement": ("water", 2), "eluent": ("acid", 4), "eluent_rinse": ("water", 2)}
    if converted:
        steps |= {"conversion": ("caustic", 4), "final_rinse": ("water", 2)}
    inlets = ", ".join(f"{step}: {name}" for step, (name, _) in steps.items())
    passed = ", ".join(f"{step}: {count}" for step, (_, count) in steps.items())
    durations = ", ".join(f"{step}: 30 min" for step in steps)
    return "\n".join(
        [
            "flowsheet: ion exchange",
            "chemistry: nmc_sulfate",
            "feeds:",
            f"  liquor: {{role: main_feed, aqueous: {{flow: {volumes / 10.0} L/h, {salts}}}}}",
            "  water: {aqueous: {flow: as needed}}",
            "  acid: {aqueous: {flow: as needed, HCl: 1 mol/L}}",
            *(["  caustic: {aqueous: {flow: as needed, NaOH: 1 mol/L}}"] if converted else []),
            "units:",
            f"  column: {{unit: ion_exchange, inlets: {{feed: liquor, {inlets}}}, resin: {resin},",
            f"    bed_volume: 1 L, columns: 1, idle_time: {0.0 if converted else 1.0} h,",
            f"    bed_volumes: {{{passed}}}, durations: {{feed: 7.5 h, {durations}}}, {settings}}}",
            "",
        ]
    )


def softener(
    volumes: float = 60.0, liquor: str = "NaCl: 20 mmol/L, CaCl2: 1 mmol/L, MgCl2: 0.5 mmol/L"
) -> str:
    """A sulfonic resin of 1 L in the sodium form that neutral brine regenerates."""
    return "\n".join(
        [
            "flowsheet: softening",
            "chemistry: nmc_sulfate",
            "feeds:",
            f"  liquor: {{role: main_feed, aqueous: {{flow: {volumes / 10.0} L/h, {liquor}}}}}",
            "  water: {aqueous: {flow: as needed}}",
            "  brine: {aqueous: {flow: as needed, NaCl: 10 %}}",
            "units:",
            "  column: {unit: ion_exchange, resin: sulfonic, bed_volume: 1 L, columns: 1, idle_time: 1 h,",
            "    inlets: {feed: liquor, displacement: water, eluent: brine, eluent_rinse: water},",
            "    bed_volumes: {displacement: 2, eluent: 4, eluent_rinse: 2},",
            "    durations: {feed: 7.5 h, displacement: 30 min, eluent: 30 min, eluent_rinse: 30 min},",
            f"    {GRID}}}",
            "",
        ]
    )
