"""Kremser's equation: what a counter-current cascade leaves in the raffinate."""

RATIO = 2.0
LIQUOR = 1.0
"""m3/h"""


def left(point):
    """Share left, (E - 1)/(E^(N+1) - 1) with the extraction factor E = D O/A and N stages."""
    factor = RATIO * point["barren.flow"] / LIQUOR
    stages = point["sx.extraction_stages"]
    if factor == 1.0:
        return 1.0 / (stages + 1)
    return (factor - 1.0) / (factor ** (stages + 1) - 1.0)
