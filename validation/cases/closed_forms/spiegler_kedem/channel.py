"""Rejection at one place by Spiegler and Kedem, integrated along the channel.

    R = s(1 - F)/(1 - s F),   F = exp(-(1 - s) J/P)

With a constant R the salt that stays is (1 - Y)^(1 - R) of the feed's, Y being the water's recovery.
"""

import math

from flowsheet.results.flows import stream_flows


def _aqueous(point, stream, component):
    return stream_flows(point.case.plant, point.simulation.x)[stream].flows["aqueous"][component]


def _left(point, component):
    return _aqueous(point, "nf.retentate", component) / _aqueous(point, "liquor", component)


def solved(point):
    """Share of the salt in the retentate."""
    return _left(point, "Na")


def closed(point):
    """(1 - Y)^(1 - R)."""
    s = point["nf.reflection.Na"]
    f = math.exp(-(1.0 - s) * point["nf.flux"] / point["nf.permeability.Na"])
    rejection = s * (1.0 - f) / (1.0 - s * f)
    return _left(point, "H2O") ** (1.0 - rejection)
