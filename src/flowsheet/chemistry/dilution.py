"""Heat that a concentrated reagent gives off when it is diluted.

A stream's enthalpy counts its components at infinite dilution.  A feed of strong sulfuric acid holds more,

    H_excess = n_k (dHf_k(l) + dH_sol(r) - H_k)            ,      dH_sol(r) = -a r / (r + b)            [kJ/h]

with n_k [mol/h], H_k what a mole of it counts as once diluted, dHf_k(l) the pure liquid's enthalpy of
formation, r the moles of other water per mole of acid, and a [kJ/mol], b two constants fitted to a table of
heats of solution; the chemistry file holds table, constants and source (`feed_enthalpy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.enthalpy import phase_enthalpy
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import WATER, ChemistrySystem

_MUCH_WATER = 50.0
"""Moles of water about one mole of reagent when it counts as diluted."""


def dilution_enthalpy(system: ChemistrySystem, compounds: Mapping[str, Any], flow: Mapping[str, Any]) -> Any:
    """Excess enthalpy flow [kJ/h] of a feed made up of `compounds` [mol/h] in water."""
    total: Any = 0.0
    for name, amount in compounds.items():
        entry: Any = system.feed_enthalpy.get(name)
        if entry is None:
            continue
        a, b = (float(str(entry["correlation"][k]).split()[0]) for k in ("a", "b"))
        parts = {WATER: _MUCH_WATER, **dissolve(system, name)}
        diluted = phase_enthalpy(system, "aqueous", parts, REFERENCE_TEMPERATURE) - phase_enthalpy(
            system, "aqueous", {WATER: _MUCH_WATER}, REFERENCE_TEMPERATURE
        )
        pure = float(str(entry["pure_liquid"]["delta_hf"]).split()[0])
        ratio = flow[WATER] / amount
        total = total + amount * (pure - diluted - a * ratio / (ratio + b))
    return total
