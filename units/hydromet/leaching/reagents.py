"""How much of each reagent as needed a leach train draws.

free acid or pH      flow >= 0,   c_H - free_acid >= 0 (or pH_set - pH >= 0),   one of them zero
peroxide_dose        n_H2O2 = dose * sum_k e_k n_k       e_k electrons that an oxide takes up: M(III) one
pulp_density         flow >= 0,   1 - pulp/pulp_set >= 0,   one of them zero
air                  see `hydromet.leaching.off_gas`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON, WATER
from hydromet.leaching.off_gas import HYDROGEN, STANDARD_MOLAR_VOLUME, air_needed, lower_flammability_limit
from hydromet.leaching.reactions import ACID, PEROXIDE, electrons_taken

if TYPE_CHECKING:
    from hydromet.leaching.leach_train import LeachTrain


def serve_set_points(unit: LeachTrain) -> None:
    if unit.acid.drawn is not None:
        _acid(unit, unit.acid.drawn)
    if unit.reductant.drawn is not None:
        _peroxide(unit, unit.reductant.drawn)
    if unit.liquor.drawn is not None:
        _water(unit, unit.liquor.drawn)
    if unit.air.drawn is not None:
        _air(unit, unit.air.drawn)


def _acid(unit: LeachTrain, drawn: Any) -> None:
    if (unit.free_acid is None) == (unit.pH is None):
        unit.refuse("acid as needed takes one set point", "free_acid", "give `free_acid` or `pH`")
    if unit.free_acid is not None:
        excess = unit.series.concentration[unit.series.last, ACID] - unit.free_acid
    else:
        excess = unit.pH - unit.state.ph
    demand = sum(acid_demand(unit, k) * unit.entering("solid", k) for k in unit.reactions.entering)
    water = unit.liquor.flow("aqueous", WATER) + 1e-3 * demand
    per_mass = sum(-unit.system.charge_of(c) * n for c, n in drawn.per_mass["aqueous"].items())
    unit.set_point("acid", drawn, excess, start=(demand + 5e-3 * water) / per_mass)


def acid_demand(unit: LeachTrain, solid: str) -> float:
    """Protons that a mole of an entering solid takes up at most."""
    return max(
        (
            x.of("aqueous", PROTON) / x.of("solid", solid)
            for x in unit.reactions.reactions
            if x.of("solid", solid) < 0
        ),
        default=0.0,
    )


def _peroxide(unit: LeachTrain, drawn: Any) -> None:
    if unit.peroxide_dose is None:
        unit.refuse("nothing decides how much reductant enters", help="give `peroxide_dose`")
    if PEROXIDE not in drawn.shape.names("aqueous"):
        unit.refuse("the reductant as needed brings no H2O2")
    oxidants = {k: e for k in unit.reactions.entering if (e := electrons_taken(k, unit.reactions.oxides))}
    if not oxidants:
        unit.refuse("no oxide enters for `peroxide_dose` to count", "peroxide_dose")
    wanted = unit.peroxide_dose * sum(e * unit.entering("solid", k) for k, e in oxidants.items())
    unit.rows("peroxide_dose_row", None, lambda: drawn.ln("aqueous", PEROXIDE) - pyo.log(wanted))
    unit.start_draw(drawn, wanted / drawn.per_mass["aqueous"][PEROXIDE])


def _water(unit: LeachTrain, drawn: Any) -> None:
    if unit.pulp_density is None:
        unit.refuse("nothing decides how much liquor enters", help="give `pulp_density`")
    unit.set_point(
        "pulp_density",
        drawn,
        1.0 - pulp_of(unit) / unit.pulp_density,
        start=1000.0 * solids_mass(unit) / unit.pulp_density,
    )


def _air(unit: LeachTrain, drawn: Any) -> None:
    formed = sum(unit.formed.values())
    allowed = unit.hydrogen_share * lower_flammability_limit()
    ventilation = unit.ventilation * unit.block.total_volume / STANDARD_MOLAR_VOLUME
    needed = air_needed(unit.formed.get(HYDROGEN, 0.0), formed, allowed, ventilation)
    dry = sum(drawn.flow("gas", g) for g in drawn.shape.names("gas") if g != WATER)
    unit.rows("air_row", None, lambda: pyo.log(dry) - pyo.log(needed))
    entering = sum(unit.entering("solid", k) for k in unit.reactions.entering)
    unit.start_draw(drawn, 0.029 * entering)


def solids_mass(unit: LeachTrain) -> Any:
    return unit.solids.mass_flow("solid") + unit.liquor.mass_flow("solid")


def pulp_of(unit: LeachTrain) -> Any:
    return solids_mass(unit) / sum(m.volume_flow("aqueous") for m in unit.inlets.values() if m)
