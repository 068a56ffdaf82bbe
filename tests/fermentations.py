"""Flowsheets of one bioreactor, for tests."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent / "bioleaching"
CHEMISTRY = f"{{system: rare_earth, files: [{HERE / 'chemistry.yaml'}]}}"
MONOD = HERE / "monod.yaml"
CONTINUOUS = "mode: continuous, residence_time: 24 h, aeration: 60 1/h"
BATCH = "mode: batch, fermentation_time: 24 h, aeration: 60 1/h"


def fermentation(
    settings: str,
    glucose: str = "50 g/L",
    rest: str = "(NH4)2SO4: 2 g/L",
    air: str = "flow: as needed",
    seed: str = "",
    chemistry: str = CHEMISTRY,
) -> str:
    """One bioreactor on 1 m3/h of medium; `rest` is what the medium holds beside glucose."""
    inoculum = ", inoculum: seed" if seed else ""
    feed = f"\n  seed: {{role: reagent, {seed}}}" if seed else ""
    return f"""
flowsheet: biolixiviant
chemistry: {chemistry}
feeds:
  medium: {{role: main_feed, aqueous: {{flow: 1 m3/h, glucose: {glucose}, {rest}}}}}
  air: {{role: utility, gas: {{{air}, composition: {{O2: 21 %, N2: balance}}}}}}{feed}
units:
  tank: {{unit: bioreactor, inlets: {{medium: medium, air: air{inoculum}}}, {settings}}}
"""


SEED = (
    "aqueous: {flow: 50 L/h, glucose: 1 g/L, (NH4)2SO4: 0.5 g/L}, "
    "solid: {flow: 0.2 kg/h, composition: {biomass: 100 %}}"
)
