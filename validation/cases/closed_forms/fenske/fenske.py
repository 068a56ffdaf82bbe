"""Fenske's equation: what a cascade at total reflux separates."""

FACTOR = 2.0
"""Separation factor of neodymium over praseodymium."""
LEANER = 0.01
"""Nd/Pr that enters with the organic, as it leaves with the raffinate."""


def richest(point):
    """Nd/Pr of the organic that leaves stage 1, as solved."""
    return (
        point.values["sx.organic_concentration.extraction_1.Nd"]
        / point.values["sx.organic_concentration.extraction_1.Pr"]
    )


def leanest(point):
    """Nd/Pr of the liquor that leaves the last stage, as solved."""
    last = point["sx.extraction_stages"]
    return (
        point.values[f"sx.aqueous_concentration.extraction_{last}.Nd"]
        / point.values[f"sx.aqueous_concentration.extraction_{last}.Pr"]
    )


def enriched(point):
    """(Nd/Pr) organic out = alpha^N (Nd/Pr) liquor out."""
    return LEANER * FACTOR ** point["sx.extraction_stages"]


def raffinate(point):
    """(Nd/Pr) of the raffinate: what the organic brought in."""
    return LEANER
