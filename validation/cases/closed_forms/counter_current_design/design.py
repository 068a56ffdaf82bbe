"""Counter-current extraction and scrub at constant separation factor, stepped from both ends."""

import math
from functools import cache

FACTOR = 2.0
PURE, RAFFINATE, FEED = 0.999, 0.9999, 0.5
PRODUCT = (FEED - (1.0 - RAFFINATE)) / (PURE - (1.0 - RAFFINATE))
ORGANIC = PRODUCT * math.sqrt(FACTOR) / (math.sqrt(FACTOR) - 1.0)
REFLUX = ORGANIC - PRODUCT
"""Per mole of feed: product, metal in the organic, metal that the scrub brings back."""


def _from_raffinate(last, stages):
    """Nd's share in the organic that leaves the feed stage, by what the raffinate has."""
    x = y = last
    for _ in range(stages):
        y = FACTOR * x / (1.0 + (FACTOR - 1.0) * x)
        x = (ORGANIC * y + (1.0 - PRODUCT) * last) / (1.0 + REFLUX)
    return y


def _from_product(top, stages):
    """Nd's share in the organic that enters the scrub, by what its product has."""
    y = top
    for _ in range(stages):
        x = y / (FACTOR - (FACTOR - 1.0) * y)
        y = (REFLUX * x + PRODUCT * top) / ORGANIC
    return y


def _top(raffinate):
    return (FEED - (1.0 - PRODUCT) * raffinate) / PRODUCT


@cache
def _raffinate(extraction, scrub):
    """The raffinate's share of Nd at which both ends meet, by bisection in its logarithm."""

    def miss(ln_x):
        x = math.exp(ln_x)
        return _from_raffinate(x, extraction) - _from_product(_top(x), scrub)

    low = math.log(1.0001 * max((FEED - PRODUCT) / (1.0 - PRODUCT), 1e-9))
    high = math.log(0.01)
    rising = miss(high) > 0.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if (miss(middle) > 0.0) == rising:
            high = middle
        else:
            low = middle
    return math.exp(0.5 * (low + high))


def raffinate(point):
    return _raffinate(point["sx.extraction_stages"], point["sx.scrub_stages"])


def product(point):
    return 1.0 - _top(raffinate(point))
