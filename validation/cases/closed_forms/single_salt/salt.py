"""A single salt through a layer by solution, diffusion and electromigration, behind a film.

With z+ and z- the charges, without current the field makes both ions diffuse as one salt of the permeance

    P_s = (z+ + z-) P+ P-/(z+ P+ + z- P-)

so that at the wall m_w/m_p = 1 + J/P_s, and film theory has (m_b - m_p) = (m_w - m_p) exp(-J/k) in the liquor
that flows past:

    m_b/m_p = 1 + (J/P_s) exp(-J/k)
"""

import math

from flowsheet.results.flows import stream_flows

IONS = {"NaCl": ("Na", 1, 1), "MgCl2": ("Mg", 2, 1), "Na2SO4": ("Na", 1, 2), "MgSO4": ("Mg", 2, 2)}
"""The cation, its charge and the anion's."""
CATION, ANION = 0.4, 0.02
"""Permeances [m/h]."""


def solved(point):
    """m_b/m_p of the cation, with the mean liquor of the element as m_b."""
    flows = stream_flows(point.case.plant, point.simulation.x)
    ion = IONS[point.row["salt"]][0]
    feed, retentate, permeate = (
        flows[name].flows["aqueous"] for name in ("liquor", "nf.retentate", "nf.permeate")
    )
    past = (feed[ion] + retentate[ion]) / (feed["H2O"] + retentate["H2O"])
    return past * permeate["H2O"] / permeate[ion]


def closed(point):
    """1 + (J/P_s) exp(-J/k)."""
    _, z, y = IONS[point.row["salt"]]
    permeance = (z + y) * CATION * ANION / (z * CATION + y * ANION)
    flux, k = point["nf.flux"], point["nf.mass_transfer_coefficient"]
    return 1.0 + flux / permeance * math.exp(-flux / k)
