"""One place of a membrane by itself: what passes from a wall that is given."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from flowsheet.chemistry.load import load_system
from hydromet.pressure_membranes.carriers import Carriers
from hydromet.pressure_membranes.channel import find_set
from hydromet.pressure_membranes.fixed_charge import FixedCharge
from hydromet.pressure_membranes.local_start import LocalTransport
from hydromet.pressure_membranes.permeances import fixed_charge

SALTS = {
    "NaCl": {"Na": 1, "Cl": 1},
    "MgCl2": {"Mg": 1, "Cl": 2},
    "Na2SO4": {"Na": 2, "SO4": 1},
    "MgSO4": {"Mg": 1, "SO4": 1},
}
NF270 = Path(__file__).parents[2] / "validation" / "cases" / "nanofiltration" / "nf270_rejections.csv"
LEFT_OUT = NF270.parent / "left_out"
"""Sets that were fitted without one of the salts."""
FLUXES = (1.0, 0.3, 0.1, 0.03, 0.01)


@cache
def measured() -> list[dict[str, str]]:
    lines = NF270.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def permeate(
    wall: Mapping[str, float],
    permeance: Mapping[str, float],
    flux: float,
    layers: int = 4,
    fixed: FixedCharge | None = None,
) -> dict[str, float]:
    """Molalities that pass, from those at the wall, by component; pH 7, permeances and flux in one unit."""
    carriers = Carriers(load_system("rare_earth"), list(wall))
    transport = LocalTransport(list(wall), carriers.bound, carriers.charges, layers, False, fixed)
    own = np.array([permeance[s] for s in carriers.charges])
    constants, film = np.array([np.log(1e-14)]), np.ones(len(own))
    solution = None
    for share in sorted(FLUXES):
        solution = transport.solve(wall, constants, own, film, share * flux, solution)
        assert solution is not None
    return transport.ends(solution, constants, wall)[1]


def of_set(name: str) -> dict[str, float]:
    """Permeances of a shipped set [um/s] by species."""
    entries = find_set(name)
    return {
        n.removeprefix("permeance."): entries.value(n, "um/s")
        for n in entries.values
        if n.startswith("permeance.")
    }


def charge_of_set(name: str) -> FixedCharge | None:
    return fixed_charge(find_set(name))


def liquor(salt: str, trace: float) -> dict[str, float]:
    """The measured feeds [mol/kg]: 0.01 of the salt, `trace` of NaNO3 and NH4Cl."""
    molality = {c: 0.01 * n for c, n in SALTS[salt].items()}
    for c in ("Na", "NO3", "NH4", "Cl"):
        molality[c] = molality.get(c, 0.0) + trace
    return molality
