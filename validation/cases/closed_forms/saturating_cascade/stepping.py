"""A cascade stepped from its raffinate between a saturating isotherm and the operating line."""

RATIO = 1.0 / 3.0
FEED = 0.05
"""Organic over liquor by volume; mol/L."""


def _saturating(x):
    """Organic [mol/L] over a liquor of x mol/L: distribution ratio 10 where dilute, at most 0.30 mol/L."""
    return 10.0 * x / (1.0 + x / 0.03)


def _linear(x):
    return 10.0 * x


def _left(isotherm, stages):
    """Share of the feed that the raffinate holds, by bisection."""

    def fed(raffinate):
        x, entering = raffinate, 0.0
        for _ in range(stages):
            y = isotherm(x)
            x, entering = x + RATIO * (y - entering), y
        return x

    low, high = 0.0, FEED
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if fed(middle) > FEED else (middle, high)
    return 0.5 * (low + high) / FEED


def left(point):
    isotherm = _saturating if point.row["isotherm"] == "saturating" else _linear
    return _left(isotherm, point["sx.extraction_stages"])
