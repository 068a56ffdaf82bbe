"""A chemostat at steady state by Monod: growth makes up what leaves, mu = D (1 - r) with the share r of
cells kept.

    mu_max S/(K + S) = mu,   S = K mu/(mu_max - mu)         whatever enters
    X = Y (S_in - S) D/mu                                   cells in the vessel
"""

GROWTH, HALF, YIELD = 0.5, 2.0, 0.5
"""1/h, kg/m3 and kg/kg."""


def _growth(point):
    return (1.0 - point["tank.cell_retention"]) / point["tank.residence_time"]


def glucose(point):
    """S [kg/m3]."""
    return HALF * _growth(point) / (GROWTH - _growth(point))


def cells(point):
    """X [kg/m3]."""
    dilution = 1.0 / point["tank.residence_time"]
    return YIELD * (point.values["tank.initial_glucose"] - glucose(point)) * dilution / _growth(point)


def glucose_left(point):
    """As solved [kg/m3]."""
    return point.values["tank.glucose_concentration"]


def cells_held(point):
    """As solved [kg/m3]."""
    return point.values["tank.cells_in_vessel"]
