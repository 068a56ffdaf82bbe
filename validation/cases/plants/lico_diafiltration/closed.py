"""The published lithium/cobalt cascade by its own closed equations: linear balances of three stages."""

import numpy as np

WIDTH, FLUX = 1.5, 0.1
FEED, WASH = 100.0, 30.0
FEED_AT = 0.9
SIEVING = {"Li": 1.3, "Co": 0.5}
FED = {"Li": (1.7, 0.1), "Co": (17.0, 0.2)}
"""Of liquor and diafiltrate [kg/m3]."""


def _lengths(point):
    return [point[f"cascade.length.{i}"] for i in (1, 2, 3)]


def _permeate(point):
    """Water through each stage [m3/h]."""
    return [FLUX * WIDTH * length for length in _lengths(point)]


def _recovery(point, metal):
    """Shares of a metal that leave in the permeate of stage 3 and in the retentate of stage 1."""
    p1, p2, p3 = _permeate(point)
    s = SIEVING[metal] - 1.0
    into3 = WASH + p2
    before = into3 - FEED_AT * p3  # water where the feed joins
    out3 = before + FEED - (1.0 - FEED_AT) * p3
    into2 = out3 + p1
    out2 = into2 - p2
    out1 = out2 - p1
    kept = [((out1 / out2) ** (1.0 + s)), ((out2 / into2) ** (1.0 + s)), ((before / into3) ** (1.0 + s))]
    tail = (out3 / (before + FEED)) ** (1.0 + s)
    liquor, wash = FEED * FED[metal][0], WASH * FED[metal][1]
    # unknowns: metal that enters stages 1, 2 and 3 [kg/h]
    balance = np.array(
        [
            [1.0, -kept[1], 0.0],
            [-(1.0 - kept[0]), 1.0, -kept[2] * tail],
            [0.0, -(1.0 - kept[1]), 1.0],
        ]
    )
    one, _, three = np.linalg.solve(balance, [0.0, liquor * tail, wash])
    retentate = kept[0] * one
    permeate = (1.0 - kept[2] * tail) * three + (1.0 - tail) * liquor
    return permeate / (liquor + wash), retentate / (liquor + wash)


def lithium(point):
    return _recovery(point, "Li")[0]


def cobalt(point):
    return _recovery(point, "Co")[1]


def _pumped(point):
    return WASH + _permeate(point)[1]


def annual_cost(point):
    """Of equipment, membranes and power [USD of 2021]."""
    area = WIDTH * sum(_lengths(point))
    pumps = 26859.0 * ((FEED / 31.5) ** 0.39 + (_pumped(point) / 31.5) ** 0.39)
    return 0.13 * 2.0 * (50.0 * area + pumps) + 10.0 * area + 114445.0 + 491.05 * _pumped(point)


def found_cost(point):
    """What the plant's economics say of a year [USD]."""
    return point.values["economics.total_cost"] * 8766.0
