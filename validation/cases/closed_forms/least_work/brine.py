"""The least work of drawing water from sodium chloride brine, by Pitzer's equations for one 1-1 salt.

    phi - 1    = -A sqrt(m)/(1 + b sqrt(m)) + m (beta0 + beta1 exp(-2 sqrt(m))) + m^2 C
    ln gamma   = -A (sqrt(m)/(1 + b sqrt(m)) + (2/b) ln(1 + b sqrt(m))) + 2 m beta0
                 + (beta1/2) (1 - (1 + 2 sqrt(m) - 2 m) exp(-2 sqrt(m))) + (3/2) m^2 C
    G/RT       = n_w ln a_w + 2 n_s ln(m gamma),    ln a_w = -2 m phi M_w
    W_min      = G(concentrate) + G(water, permeate) - G(feed)

The second line follows from the first by Gibbs and Duhem.  The library sums over all components of the
liquor, protons among them, by a full speciation; here are only the salt and its water, with the flows of
the solved streams.
"""

import math

from flowsheet.results.flows import stream_flows

A, B = 0.39144841, 1.2
"""Debye and Hueckel's slope at 25 degC, and Pitzer's number."""
BETA0, BETA1, C = 0.07534, 0.2769, 0.00148
"""Of NaCl at 25 degC in pitzer.dat, as the chemistry has them."""
RT = 8.314462618e-3 * 298.15
"""kJ/mol"""
WATER_MASS = 0.0180153
"""kg/mol"""
HOUR = 3600.0


def free_energy(point, stream):
    """G of sodium chloride and water in a stream [kJ/h]; zero for pure water."""
    flows = stream_flows(point.case.plant, point.simulation.x)[stream].flows["aqueous"]
    water, salt = flows["H2O"], flows.get("Na", 0.0)
    if not salt:
        return 0.0
    m = salt / water / WATER_MASS
    root = math.sqrt(m)
    phi = 1.0 - A * root / (1.0 + B * root) + m * (BETA0 + BETA1 * math.exp(-2.0 * root)) + m * m * C
    ln_gamma = (
        -A * (root / (1.0 + B * root) + 2.0 / B * math.log(1.0 + B * root))
        + 2.0 * m * BETA0
        + 0.5 * BETA1 * (1.0 - (1.0 + 2.0 * root - 2.0 * m) * math.exp(-2.0 * root))
        + 1.5 * m * m * C
    )
    return RT * (-2.0 * m * phi * WATER_MASS * water + 2.0 * salt * (math.log(m) + ln_gamma))


def evaporator(point):
    """[kW]"""
    return (free_energy(point, "evaporator.concentrate") - free_energy(point, "brine")) / HOUR


def osmosis(point):
    """kWh per m3 of permeate."""
    gained = free_energy(point, "osmosis.retentate") + free_energy(point, "osmosis.permeate")
    permeate = point.values["stream.osmosis.permeate.volume_flow"]
    return (gained - free_energy(point, "seawater")) / HOUR / permeate


def reported(point):
    """What the unit reports [kWh per m3 of permeate]."""
    return point.values["osmosis.minimum_work"]
