"""Flowsheets with leach tanks that several tests look at, and parameter files of their own."""

from __future__ import annotations

from pathlib import Path

AIR = "  air: {gas: {flow: as needed, composition: {N2: 79 %, O2: 21 %}}}"
BLOWN = "  blown: {gas: {flow: 20 Nm3/h, composition: {N2: 79 %, O2: 21 %}}}"


def leach(
    solids: str, lixiviant: str, settings: str, feeds: str = "", inlets: str = "", flow: str = "10 kg/h"
) -> str:
    """A flowsheet with `leach`, solids and a lixiviant; `feeds` and `inlets` add to it."""
    return f"""
flowsheet: leach
chemistry: rare_earth
feeds:
  magnets: {{temperature: 25 degC, solid: {{flow: {flow}, composition: {{{solids}}}}}}}
  acid: {{temperature: 25 degC, aqueous: {{{lixiviant}}}}}
{feeds}
units:
  leach: {{unit: leach_tanks, inlets: {{solids: magnets, lixiviant: acid{inlets}}}, {settings}}}
"""


EXCESS = "flow: 20 m3/h, HCl: 1 mol/L"
"""So much acid that ten grams of magnet an hour don't change it."""


def bare(
    settings: str, lixiviant: str = EXCESS, flow: str = "10 g/h", solids: str = "Nd2Fe14B: 100 %"
) -> str:
    """A leach of little magnet in much acid, at 25 degC."""
    return leach(
        solids,
        lixiviant,
        f"reactions: magnet_acid, temperature: 25 degC, {settings}",
        AIR,
        ", air: air",
        flow,
    )


ALLOY = "Nd2Fe14B: balance, Pr2Fe14B: 12 %, Dy2Fe14B: 5 %"
ACID = leach(
    f"{ALLOY}, Nd: 2 %, Ni: 1 %, Fe: 3 %",
    "flow: 150 L/h, HCl: 3 mol/L",
    "reactions: magnet_acid, tanks: 2, residence_time: 4 h, temperature: 40 degC, particle_size: 200 um, "
    "particle_sizes: {Ni: 20 um, Fe: 1 mm}",
    AIR,
    ", air: air",
)
ROASTED = leach(
    "NdFeO3: 20 %, NdBO3: 17 %, Fe2O3: balance, Dy2O3: 1 %, CoFe2O4: 2 %, Pr6O11: 1 %",
    "flow: 60 L/h, HCl: 1 mol/L",
    "reactions: roasted_magnet_acid, tanks: 3, residence_time: 10 h, temperature: 80 degC",
)
GLUCONIC = leach(
    ALLOY,
    "flow: 2000 L/h, HC6H11O7: 0.2 mol/L",
    "reactions: magnet_organic_acid, tanks: 3, residence_time: 48 h, temperature: 30 degC, "
    "particle_size: 20 um",
    AIR,
    ", air: air",
)
COPPER = leach(
    f"{ALLOY}, Nd: 1 %",
    "flow: 400 L/h, Cu(NO3)2: 0.6 mol/L",
    "reactions: magnet_copper_salt, tanks: 3, residence_time: 15 h, temperature: 60 degC",
    BLOWN,
    ", gas: blown",
)

_SOURCE = "sources: {mine: {citation: own report}}"


def parameter_file(folder: Path, values: str, *reactions: str, name: str = "own") -> str:
    """A user's parameter file; returns its path.  `reactions` are texts without their source."""
    lines = "".join(f"  - {{{reaction}, source: mine}}\n" for reaction in reactions)
    path = folder / f"{name}.yaml"
    head = f"parameter_set: {name}\nfor: leach_tanks.reactions\n{_SOURCE}\nvalues: {{{values}}}\n"
    path.write_text(f"{head}reactions:\n{lines}", encoding="utf-8")
    return path.as_posix()
