"""Cantera's equilibrium solver (VCS) on the same phase, from the unreacted master species.

The phase is built of the chemistry's coefficients; activity coefficients and the search for equilibrium are
Cantera's own.
"""

import math
import runpy
from functools import cache
from pathlib import Path

import cantera as ct
import numpy as np

from flowsheet.chemistry.cantera_phases import cantera_phases

OURS = runpy.run_path(str(Path(__file__).parents[1] / "liquors.py"))
MOLAR_MASS = 0.0180153
"""Of water [kg/mol]."""


@cache
def equilibrium(name):
    """Species [mol per kg of water], pH and osmotic coefficient of a liquor by Cantera."""
    system, model, totals, temperature = OURS["liquor"](name)
    phases = cantera_phases(system, totals, model, temperature)
    if phases.left_out:
        raise ValueError(f"Cantera's phase lacks {', '.join(phases.left_out)}")
    unreacted = {system.component(c).species: n for c, n in totals.items()}
    proton = -sum(system.charge_of(c) * n for c, n in totals.items())
    unreacted["H+" if proton > 0.0 else "OH-"] = abs(proton)
    water = 1.0 - max(-proton, 0.0) * MOLAR_MASS  # hydroxide is made from water
    phases.set_molality({s: n / water for s, n in unreacted.items()})
    mixture = ct.Mixture([(phases.aqueous, 1.0)])
    mixture.T, mixture.P = temperature, ct.one_atm
    mixture.equilibrate("TP", solver="vcs", rtol=1e-12, max_steps=20000)
    amounts = np.array(mixture.species_moles)
    mass = amounts[0] * float(phases.aqueous.molecular_weights[0]) / 1000.0
    molality = dict(zip(phases.species, amounts / mass, strict=True))
    ln_activity = dict(zip(phases.species, np.log(phases.aqueous.activities), strict=True))
    solutes = sum(m for s, m in molality.items() if s != "H2O")
    osmotic = -ln_activity["H2O"] / solutes / float(phases.aqueous.molecular_weights[0]) * 1000.0
    return molality, -ln_activity["H+"] / math.log(10.0), osmotic


def molality(point):
    """Of a species [mol per kg of water]."""
    return equilibrium(point.row["liquor"])[0][point.row["species"]]


def acidity(point):
    """pH."""
    return equilibrium(point.row["liquor"])[1]


def water_activity(point):
    """ln a_w over -M_w sum m: the osmotic coefficient."""
    return equilibrium(point.row["liquor"])[2]
