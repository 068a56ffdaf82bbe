"""Flowsheets around a membrane contactor, for its tests."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
PC88A, TODGA, LINEAR = (
    HERE / f"{name}.yaml" for name in ("pc88a_for_tests", "todga_for_tests", "linear_isotherm")
)
CHLORIDE = "NdCl3: 5 g/L, PrCl3: 1 g/L, DyCl3: 1 g/L, NaCl: 2 g/L, HCl: 0.01 mol/L"
NITRATE = "'Nd(NO3)3': 10 g/L, 'Dy(NO3)3': 1 g/L, NaNO3: 5 g/L, HNO3: 3 mol/L"
TRACE = "NdCl3: 1e-9 mol/L, HCl: 0.1 mol/L"
COEFFICIENTS = (
    "feed_film_coefficient: 0.03 m/h, strip_film_coefficient: 0.01 m/h, membrane_coefficient: 0.005 m/h"
)


def plant(settings: str, feed: str, strip: str, extractant: Path | str, cells: int = 6) -> str:
    """A contactor `msx` of 10 L/h feed and 5 L/h strip liquor, with the settings `key: value, ...`."""
    return f"""
flowsheet: membrane contactor
chemistry: rare_earth
feeds:
  liquor: {{role: main_feed, aqueous: {{flow: 10 L/h, {feed}}}}}
  acid: {{aqueous: {{flow: 5 L/h, {strip}}}}}
units:
  msx: {{unit: membrane_solvent_extraction, inlets: {{feed: liquor, strip: acid}},
        extractant: "{extractant}", cells: {cells}, {settings}}}
"""


def cation_exchange(settings: str = "area: 10 m2", cells: int = 6) -> str:
    """Rare-earth chlorides, PC-88A, hydrochloric acid."""
    return plant(settings, CHLORIDE, "HCl: 3 mol/L", PC88A, cells)


def solvation(settings: str = "area: 10 m2", cells: int = 6) -> str:
    """Rare-earth nitrates in nitric acid, TODGA, dilute nitric acid."""
    return plant(f"extractant_fraction: 10 %, {settings}", NITRATE, "HNO3: 0.05 mol/L", TODGA, cells)


def linear(settings: str, cells: int = 10) -> str:
    """A trace with a linear isotherm between two strong acids."""
    return plant(f"{COEFFICIENTS}, {settings}", TRACE, "HCl: 1 mol/L", LINEAR, cells)
