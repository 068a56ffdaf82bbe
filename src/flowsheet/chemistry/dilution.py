"""Heat that a concentrated reagent gives off when it is diluted.

A stream's enthalpy counts its components at infinite dilution.  A feed of strong sulfuric acid holds more,

    H_excess = n_k (dHf_k(l) + dH_sol(r) - sum_c nu_kc dHf_c),      dH_sol(r) = -a r / (r + b)            [kJ/h]

with n_k [mol/h], dHf_k(l) the pure liquid's enthalpy of formation, r the moles of other water per mole of acid, and
a [kJ/mol], b two constants fitted to a table of heats of solution; the chemistry file holds table, constants and
source (`feed_enthalpy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.system import WATER, ChemistrySystem


def dilution_enthalpy(system: ChemistrySystem, compounds: Mapping[str, Any], flow: Mapping[str, Any]) -> Any:
    """Excess enthalpy flow [kJ/h] of a feed made up of `compounds` [mol/h] in water."""
    total: Any = 0.0
    for name, amount in compounds.items():
        entry: Any = system.feed_enthalpy.get(name)
        if entry is None:
            continue
        a, b = (float(str(entry["correlation"][k]).split()[0]) for k in ("a", "b"))
        diluted = sum(n * (system.component(c).delta_hf or 0.0) for c, n in dissolve(system, name).items())
        pure = float(str(entry["pure_liquid"]["delta_hf"]).split()[0])
        ratio = flow[WATER] / amount
        total = total + amount * (pure - diluted - a * ratio / (ratio + b))
    return total
