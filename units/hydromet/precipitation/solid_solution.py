"""An ideal solid solution in equilibrium with its liquor.

    y_k = (Omega_k 10^-SI_k)^(1/n_k)              end member k, n_k cations per formula unit
    ln y_k = ln x_k                               present: activity x_k^n_k in the crystal
    p >= 0,   -ln sum_k y_k >= 0,   one of them zero
    p_k = p y_k / sum_j y_j

x_k fraction of the end member, p_k, p its amount and that of the whole crystal [mol/h], Omega_k saturation
ratio of the pure end member, SI_k its residual index.  Cations mix at random over their sites and without
heat (Raoult's law for the crystal).  An end member far below its own saturation goes with the others, in
proportion to its activity in the liquor, so that precipitation separates only by the solubility products.

Range: end members of one structure.  Mixed oxalates of neodymium and praseodymium, and of lanthanum with
neodymium or samarium, are isostructural as grown (abstracts read: discovery.researcher.life, articles
863265f4688133f98774a3938ccc6012 and 5d249bb9af98374680725e4ad9776b4d).  That heavier ones are, and that
all of them are ideal, is an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.operators import exp
from flowsheet.chemistry.system import PROTON, WATER

if TYPE_CHECKING:
    from hydromet.precipitation.precipitator import Precipitator


def named_solids(unit: Precipitator) -> tuple[str, ...]:
    """Those that may form by themselves and those of the mixed crystal.

    Raises:
        DiagnosticError: one is named as both.
    """
    for solid in unit.solid_solution:
        if solid in unit.solids:
            unit.refuse(
                f"`{solid}` is in `solids` as well: it precipitates by itself or in the mixed crystal",
                "solid_solution",
            )
    return (*unit.solids, *unit.solid_solution)


def cations_of(unit: Precipitator, solid: str) -> float:
    """Cations per formula unit of an end member.

    Raises:
        DiagnosticError: it has cations of more than one kind, or none.
    """
    composition: Mapping[str, float] = unit.system.solids[solid].composition or {}
    cations = [n for c, n in composition.items() if c not in (PROTON, WATER) and unit.system.charge_of(c) > 0]
    if len(cations) != 1:
        unit.refuse(f"`{solid}` must hold one kind of cation to be an end member", "solid_solution")
    return cations[0]


def mixed_crystal(unit: Precipitator, members: Sequence[str], ln_ratio: Mapping[str, Any]) -> None:
    """Rows of one solid solution of `members`; `ln_ratio` is ln Omega less the residual index.

    The unit's block holds `share` (p_k over `scale`), of every member.
    """
    b = unit.block
    amount = unit.var("mixed_crystal", [0], start=0.5, nominal=1.0, bounds=(-1e-3, None))[0]
    b.weight = pyo.Expression(members, rule=lambda _, k: exp(ln_ratio[k] / cations_of(unit, k)))
    b.weight_sum = pyo.Expression(expr=sum(b.weight[k] for k in members))
    b.mixed_scale = pyo.Expression(expr=sum(b.scale[k] for k in members))
    unit.complementarity("mixed_solubility", [0], lambda _: amount, lambda _: -pyo.log(b.weight_sum))
    unit.rows(
        "mixed_composition",
        list(members),
        lambda k: b.share[k] - amount * (b.mixed_scale / b.scale[k]) * b.weight[k] / b.weight_sum,
    )
