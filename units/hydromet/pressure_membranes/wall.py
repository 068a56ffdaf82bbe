"""The liquor at a membrane: speciated in full, since scaling and osmotic pressure are decided there.

    osmotic pressure    pi = -R T ln a_w / v_w

a_w water activity by the chemistry's activity model, v_w volume of a mole of water.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem
from flowsheet.model.unit import Unit

GAS_CONSTANT_BAR = 1e-2 * GAS_CONSTANT
"""R [m3 bar/mol/K]."""


class LocalFilm(Protocol):
    """Mass transfer to the membrane at one place."""

    def coefficient(self, species: str) -> Any:
        """k of a species [m/h]."""


class Film(Protocol):
    """Mass transfer from the liquor that flows past to the membrane."""

    def at(self, block: Any, water_flow: Any) -> LocalFilm:
        """Where so much water flows past [m3/h]; shared expressions may be named on `block`."""


class Wall:
    """The liquor at the membrane in one element.

    Args:
        block: takes the speciated phase, on 1 kg of free water.

    Attributes:
        state: its speciation.
    """

    def __init__(
        self,
        block: Any,
        system: ChemistrySystem,
        solutes: list[str],
        temperature: Any,
        model: ActivityModel,
    ) -> None:
        self.block, self.system, self.temperature = block, system, temperature
        block.liquor = pyo.Block()
        self.state = AqueousState(block.liquor, system, solutes, temperature, model)

    def hold(self, molality: Callable[[str], Any]) -> None:
        """Rows by which it has these totals [mol/kg of all water]."""
        state, b = self.state, self.block
        water = state.total[WATER] * self.system.component(WATER).molar_mass
        b.composition = pyo.Constraint(
            state.solutes,
            rule=lambda _, c: pyo.log(state.total[c]) - pyo.log(water) - pyo.log(molality(c)) == 0,
        )
        b.water = pyo.Constraint(expr=state.block.ln_water == 0)

    def register(self, unit: Unit, feed: Mapping[str, Any]) -> Any:
        """Make its variables unknowns that start as the feed [mol/h]; returns the proton's start."""
        unit.add_state(self.state)
        weigh_proton(unit, self.state)
        starts = pyo.ComponentMap(self.state.starts(feed))
        starts[self.state.block.ln_water] = 0.0
        for variable, value in starts.items():
            unit.registry.default_start(variable, value)
        return starts[self.state.block.ln_m[PROTON_SPECIES]]


def weigh_proton(unit: Unit, state: AqueousState) -> None:
    """Let a solver know a neutral liquor's proton for the trace it is.

    It takes up whatever charge the other ions' flows are short of on the way, by decades.
    """
    proton, m_w = state.block.ln_m[PROTON_SPECIES], state.system.component(WATER).molar_mass
    unit.registry.shares[proton] = m_w * state.m[PROTON_SPECIES]


def osmotic_pressure(state: AqueousState, water_volume: Any) -> Any:
    """pi of a speciated phase [bar]; `water_volume` [m3/mol]."""
    return -GAS_CONSTANT_BAR * state.temperature * state.ln_water_activity / water_volume
