"""Mother liquor that crystals enclose.

    n_k = v m c_M / nu_M            salt k of an enclosed cation M

v [m3/kg] liquor enclosed per mass of crystals m [kg/h], c_M [mol/m3] total of the cation in the mother
liquor, nu_M cations per formula unit.  The enclosed liquor counts as the salts that it dries to, each a
solid of its own, so that balances close and no wash takes it out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.operators import positive_part

if TYPE_CHECKING:
    from hydromet.concentration.crystalliser import Crystalliser

_ROUNDING = 1e-9
"""Of a crystal's scale: crystals hold nothing where none form."""


def enclosed(unit: Crystalliser, salt: str) -> Any:
    """Amount of a salt that the crystals enclose [mol/h]."""
    cation = unit.counted_in(salt)
    count = unit.composition_of(salt)[cation]
    b = unit.block
    mass = sum(
        positive_part(b.formed[k], _ROUNDING * b.scale[k]) * unit.system.solids[k].molar_mass
        for k in unit.forming
    )
    concentration = unit.slurry.n["aqueous"][cation] / unit.slurry.volume_flow("aqueous")
    return unit.inclusion * mass * concentration / count
