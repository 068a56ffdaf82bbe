"""Flowsheets around a solvent extraction circuit, for its tests and benchmarks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

D2EHPA_DENSITY = 975.0
"""[kg/m3]"""
LIQUOR = (
    "MnSO4: 9 g/L, CoSO4: 10 g/L, NiSO4: 30 g/L, Li2SO4: 20 g/L, Na2SO4: 20 g/L, MgSO4: 0.1 g/L, "
    "CaSO4: 0.05 g/L, ZnSO4: 0.02 g/L, H2SO4: 0.001 mol/L"
)
FEEDS = f"""
  liquor: {{role: main_feed, aqueous: {{flow: 1000 L/h, {LIQUOR}}}}}
  acid: {{aqueous: {{flow: 200 L/h, H2SO4: 1.5 mol/L}}}}
  scrub: {{aqueous: {{flow: 50 L/h, MnSO4: 20 g/L, H2SO4: 0.1 mol/L}}}}
  strong: {{aqueous: {{flow: 20 L/h, H2SO4: 3 mol/L}}}}
  caustic: {{aqueous: {{flow: 20 L/h, NaOH: 10 mol/L}}}}
  alkali: {{aqueous: {{flow: as needed, NaOH: 10 mol/L}}}}
  d2ehpa: {{organic: {{flow: as needed, D2EHPA: 100 %}}}}
  kerosene: {{organic: {{flow: as needed, diluent: 100 %}}}}
  barren: {{organic: {{flow: 1000 L/h, D2EHPA: 195 g/L}}}}"""
ALONE = "feed: liquor, organic: barren, alkali: caustic"
"""Inlets of an extraction section by itself, through which an organic without metals runs once."""


def flowsheet(unit: str, inlets: str, feeds: str = FEEDS) -> str:
    """A circuit `sx` with the settings `unit` (`key: value, ...`) and the inlets that it takes."""
    taken = [line for line in feeds.strip().split("\n") if line.split(":")[0].strip() in _names(inlets)]
    lines = "\n  ".join(line.strip() for line in taken)
    return (
        f"flowsheet: extraction\nchemistry: nmc_sulfate\nfeeds:\n  {lines}\n"
        f"units:\n  sx: {{unit: solvent_extraction, inlets: {{{inlets}}}, {unit}}}\n"
    )


def _names(inlets: str) -> set[str]:
    return {pair.partition(":")[2].strip() for pair in inlets.split(",")}


def operating_points(number: int, extractant: float, seed: int = 1) -> list[dict[str, float]]:
    """Latin hypercube from starved to flooded: 0.2 to 5 of organic over aqueous, 2 to 40 % extractant
    (capacity 0.02 to 10 times the metals), feeds with 1e-5 to 0.25 mol/L sulfuric acid (pH 5 to 1), 0 to 60
    % saponification, strip acid 1.1 to 4 times what the organic can hold at most.

    `extractant`: HA in the commercial liquid [mol/L].
    """
    generator = np.random.default_rng(seed)
    strata = np.array([generator.permutation(number) for _ in range(5)], dtype=float)
    points = []
    for acid, fraction, ratio, saponified, strip in ((strata + generator.random(strata.shape)) / number).T:
        volume_fraction, phase_ratio = 0.02 * 20.0**fraction, 0.2 * 25.0**ratio
        held = volume_fraction * extractant * phase_ratio  # kmol HA per m3 of feed, 1 m3/h of it
        points.append(
            {
                "liquor.H2SO4": 10.0 ** (-0.6 - 4.4 * acid),
                "sx.extractant_fraction": volume_fraction,
                "sx.phase_ratio": phase_ratio,
                "barren.D2EHPA": volume_fraction * D2EHPA_DENSITY,
                "barren.flow": phase_ratio,
                "caustic.flow": max(0.6 * saponified * held / 10.0, 1e-6),
                "acid.flow": max(1.1 * (4.0 / 1.1) ** strip * held / 3.0, 0.01),
            }
        )
    return points


def inputs_of(points: Mapping[str, float], known: Mapping[str, int]) -> dict[str, float]:
    """Those of an operating point that a flowsheet has."""
    return {name: value for name, value in points.items() if name in known}
