"""Long cascades that part the rare earths with PC-88A in chloride, for tests and benchmarks of extraction."""

from __future__ import annotations

import math

import numpy as np

from hydromet.extraction.mass_action import load_extraction_system

FEED = {"Pr": 0.05, "Nd": 0.18, "Ce": 0.40, "La": 0.25, "Sm": 0.03, "Gd": 0.02, "Dy": 0.01, "Y": 0.06}
"""Of a liquor [mol/L], in the order in which elements are left out."""
LIGHT = ("La", "Ce", "Pr")
ACID = 6.0
"""Strip acid [mol/L]."""
EXTRACTANT = 2.0 * load_extraction_system("pc88a_ree").extractant.concentration(1.0)
"""PC-88A as HA in the commercial liquid [mol/L]."""


def sections(stages: int) -> tuple[int, int, int]:
    """Extraction, scrub and strip stages: nine twentieths, as many, and the rest."""
    each = round(0.45 * stages)
    return each, each, stages - 2 * each


def cascade(stages: int, elements: int = 8, model: str = "sit", chemistry: str = "rare_earth") -> str:
    """Neodymium and what is heavier from praseodymium and what is lighter: extraction, scrub with strip
    liquor, strip; caustic with the organic.

    Fewer elements are as much of light and of heavy ones as all eight.
    """
    kept = list(FEED)[:elements]
    salts = []
    for element in kept:
        kind = [e for e in FEED if (e in LIGHT) == (element in LIGHT)]
        share = FEED[element] / sum(FEED[e] for e in kind if e in kept)
        salts.append(f"{element}Cl3: {share * sum(FEED[e] for e in kind):.6g} mol/L")
    extraction, scrub, strip = sections(stages)
    return f"""
flowsheet: neodymium from praseodymium
chemistry: {{system: {chemistry}, activity_model: {model}}}
feeds:
  liquor: {{role: main_feed, aqueous: {{flow: 1000 L/h, {", ".join(salts)}, HCl: 0.01 mol/L}}}}
  acid: {{aqueous: {{flow: 1000 L/h, HCl: {ACID} mol/L}}}}
  caustic: {{aqueous: {{flow: as needed, NaOH: 10 mol/L}}}}
units:
  sx: {{unit: solvent_extraction, inlets: {{feed: liquor, strip: acid, alkali: caustic}},
        extractant: pc88a_ree, extractant_fraction: 50 %, phase_ratio: 12, saponification: 30 %, reflux: 85 %,
        extraction_stages: {extraction}, scrub_stages: {scrub}, strip_stages: {strip}}}
"""


def settings(number: int, seed: int = 1) -> list[dict[str, float]]:
    """Latin hypercube of inputs of a cascade of praseodymium and neodymium, in canonical units.

    Feeds of 0.1 to 1.2 mol/L rare earths with 10 to 90 % neodymium and 1e-3 to 0.3 mol/L acid; 20 to 60 %
    extractant, 10 to 40 % of it saponified; organic that can hold 0.2 to 3 times the feed's rare earths;
    strip acid 1.1 to 3 times the alkali; 10 to 90 % of the strip liquor back as scrub.
    """
    generator = np.random.default_rng(seed)
    strata = np.array([generator.permutation(number) for _ in range(8)], dtype=float)
    points = []
    for feed, split, acid, fraction, alkali, hold, strip, reflux in (
        (strata + generator.random(strata.shape)) / number
    ).T:
        total, neodymium = 0.1 * 12.0**feed, 0.1 + 0.8 * split
        volume_fraction, saponified = 0.2 + 0.4 * fraction, 0.1 + 0.3 * alkali
        exchanged = saponified * EXTRACTANT * volume_fraction  # mol alkali per L of organic
        ratio = 0.2 * 15.0**hold * total / (0.5 * exchanged)  # two protons for each metal
        points.append(
            {
                "liquor.NdCl3": neodymium * total,
                "liquor.PrCl3": (1.0 - neodymium) * total,
                "liquor.HCl": 10.0 ** (-3.0 + math.log10(300.0) * acid),
                "sx.extractant_fraction": volume_fraction,
                "sx.saponification": saponified,
                "sx.phase_ratio": ratio,
                "acid.flow": (1.1 + 1.9 * strip) * ratio * exchanged / ACID,
                "sx.reflux": 0.1 + 0.8 * reflux,
            }
        )
    return points
