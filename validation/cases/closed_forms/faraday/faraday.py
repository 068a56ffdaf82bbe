"""Faraday's law: N cells that a current I runs through move N I/F moles of charge, and the electrodes I/F."""

from flowsheet.results.flows import stream_flows

FARADAY = 96485.33212
"""C/mol"""
SECONDS = 3600.0
CELLS = {"desalting": 10, "splitting": 20}


def _flow(point, stream, component, phase="aqueous"):
    return stream_flows(point.case.plant, point.simulation.x)[stream].flows[phase].get(component, 0.0)


def desalted(point):
    """Sodium that leaves the diluate [mol/h]."""
    return _flow(point, "salt", "Na") - _flow(point, "desalting.desalted", "Na")


def alkali(point):
    """Sodium that the alkali gains [mol/h]."""
    return _flow(point, "splitting.alkali_product", "Na") - _flow(point, "alkali", "Na")


def acid(point):
    """Chloride that the acid gains [mol/h]."""
    return _flow(point, "splitting.acid_product", "Cl") - _flow(point, "acid", "Cl")


def hydrogen(point):
    """H2 from the electrodes of the splitting stack [mol/h]."""
    return _flow(point, "splitting.gas", "H2", "gas")


def _charge(point, stack):
    return SECONDS * point[f"{stack}.current_density"] * point[f"{stack}.cell_area"] / FARADAY


def by_desalting(point):
    """N I/F."""
    return CELLS["desalting"] * _charge(point, "desalting")


def by_splitting(point):
    """N I/F."""
    return CELLS["splitting"] * _charge(point, "splitting")


def by_electrodes(point):
    """I/2F: one pair of electrodes, two electrons per molecule."""
    return 0.5 * _charge(point, "splitting")
