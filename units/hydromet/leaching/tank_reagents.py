"""How much of each feed as needed leach tanks draw.

free_acid, pH    flow >= 0,   c_acid - free_acid >= 0 (or pH_set - pH >= 0),   one of them zero
dose             n_c = dose (sum_k demand_kc n_k)        one component c of the lixiviant
pulp_density     flow >= 0,   1 - pulp/pulp_set >= 0,   one of them zero
air              max(n_H2/(s y_LFL) - n_formed, v)       see `off_gas`

demand_kc is what a mole of an entering solid takes up at most of a component by one of the reactions, and of
acid by what its metals would hold, where the reaction is written otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from flowsheet.chemistry.system import PROTON, WATER
from hydromet.leaching.off_gas import HYDROGEN, STANDARD_MOLAR_VOLUME, air_needed, lower_flammability_limit

if TYPE_CHECKING:
    from hydromet.leaching.leach_tanks import LeachTanks

_SETTINGS = ("free_acid", "pH", "dose", "pulp_density")


def serve_tank_reagents(unit: LeachTanks) -> None:
    """Rows of what is drawn; refuses settings that nothing serves."""
    wanted = [s for s in _SETTINGS if getattr(unit, s) not in (None, {})]
    if unit.lixiviant.drawn is not None:
        own = [s for s in wanted if s != "pulp_density" or unit.liquor.drawn is None]
        if len(own) != 1:
            unit.refuse(
                "lixiviant as needed takes one of free_acid, pH, dose and pulp_density",
                own[1] if own else None,
            )
        _lixiviant(unit, unit.lixiviant.drawn, own[0])
        wanted.remove(own[0])
    if unit.liquor.drawn is not None:
        if "pulp_density" not in wanted:
            unit.refuse("nothing decides how much liquor enters", help="give `pulp_density`")
        _pulp(unit, unit.liquor.drawn)
        wanted.remove("pulp_density")
    if wanted:
        unit.refuse(
            f"`{wanted[0]}` has no feed to act on", wanted[0], "connect a feed with `flow: as needed`"
        )
    if unit.air.drawn is not None:
        _air(unit, unit.air.drawn)


def _lixiviant(unit: LeachTanks, drawn: Any, setting: str) -> None:
    if setting == "pulp_density":
        _pulp(unit, drawn)
        return
    if setting == "dose":
        _dose(unit, drawn)
        return
    series = unit.series
    state = series.states[series.last]
    if setting == "free_acid":
        acid = state.free_acid() * pyo.exp(state.block.ln_water - series.ln_liquor[series.last]) / 1000.0
        excess = acid / unit.free_acid - 1.0
    else:
        excess = unit.pH - state.ph
    supply = sum(-unit.system.charge_of(c) * n for c, n in drawn.per_mass["aqueous"].items())
    water = 1e-5 * sum((unit.series.fed(t, WATER) for t in series.tanks), 0.0)
    unit.set_point("acid", drawn, excess, start=(0.5 * _demand(unit, PROTON) + water) / supply)


def _demand(unit: LeachTanks, component: str) -> Any:
    """What the entering solids can take up of a component [mol/h]."""
    total: Any = 0.0
    for k in sorted(unit.series.network.entering):
        taken = [
            -x.of("aqueous", component) / -x.of("solid", k)
            for x in unit.series.network.reactions
            if k in x.solids
        ]
        total = total + max([0.0, *taken]) * unit.entering("solid", k)
    return total


def _dose(unit: LeachTanks, drawn: Any) -> None:
    if len(unit.dose) != 1:
        unit.refuse("`dose` counts one component of the lixiviant", "dose")
    ((component, multiple),) = unit.dose.items()
    demand = _demand(unit, component)
    if isinstance(demand, float) and demand == 0.0:
        unit.refuse(f"no reaction of the entering solids takes up {component}", "dose")
    names = drawn.shape.names("aqueous")
    if component == PROTON:
        brought = drawn.n["aqueous"][PROTON]
        per_mass = sum(-unit.system.charge_of(c) * n for c, n in drawn.per_mass["aqueous"].items())
    elif component in names:
        brought, per_mass = drawn.n["aqueous"][component], drawn.per_mass["aqueous"][component]
    else:
        unit.refuse(f"the lixiviant as needed brings no {component}", "dose")
    wanted = multiple * demand
    unit.rows("dose_row", None, lambda: pyo.log(brought) - pyo.log(wanted))
    unit.start_draw(drawn, wanted / per_mass)


def _pulp(unit: LeachTanks, drawn: Any) -> None:
    unit.set_point(
        "pulp_density",
        drawn,
        1.0 - pulp_of(unit) / unit.pulp_density,
        start=1000.0 * solids_mass(unit) / unit.pulp_density,
    )


def _air(unit: LeachTanks, drawn: Any) -> None:
    series = unit.series
    bubbles = {g: sum(series.gas.bubbles[t, g] for t in series.tanks) for g in series.gas.in_bubbles}
    allowed = unit.hydrogen_share * lower_flammability_limit()
    ventilation = unit.ventilation * sum(series.block.volume[t] for t in series.tanks) / STANDARD_MOLAR_VOLUME
    needed = air_needed(bubbles.get(HYDROGEN, 0.0), sum(bubbles.values()), allowed, ventilation)
    dry = sum(drawn.flow("gas", g) for g in drawn.shape.names("gas") if g != WATER)
    unit.rows("air_row", None, lambda: pyo.log(dry) - pyo.log(needed))
    entering = sum((unit.entering("solid", k) for k in series.network.entering), 0.0)
    unit.start_draw(drawn, 0.029 * (entering + 1e-3))


def solids_mass(unit: LeachTanks) -> Any:
    """[kg/h]"""
    return unit.solids.mass_flow("solid") + unit.liquor.mass_flow("solid")


def pulp_of(unit: LeachTanks) -> Any:
    """[kg/m3]"""
    return solids_mass(unit) / sum(m.volume_flow("aqueous") for m in unit.inlets.values() if m)
