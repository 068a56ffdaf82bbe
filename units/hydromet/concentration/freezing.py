"""Ice in a crystalliser, and the refrigeration that cold takes.

    freezing        i >= 0,   -ln(a_w / K_ice(T)) >= 0,   one of them zero    i ice over the water that enters
    COP             eta T_e / (T_c - T_e),   T_e = T - dT                        share eta of Carnot's

K_ice(T) is the water activity over which ice is stable: 1 at 0 degC, 0.82 at -20 degC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsheet.chemistry.operators import positive_part
from flowsheet.chemistry.reaction import GAS_CONSTANT
from flowsheet.chemistry.system import WATER

if TYPE_CHECKING:
    from hydromet.concentration.crystalliser import Crystalliser

ICE = "ice"
RANGE = (248.15, 273.16)
"""[K] in which ice's constant and the hydrates' beside it hold."""
_FUSION, _CRYOSCOPIC = 6.01, 1.86
"""Of water, for cold starts alone: heat of fusion [kJ/mol], lowering of the freezing point [K kg/mol]."""
_MELTING = 273.15
_EVAPORATOR_APPROACH = 10.0
"""[K] between slurry and refrigerant: a design assumption."""
_HEAT_REJECTION = 308.15
"""[K] at which the refrigerant condenses: a design assumption."""


def ln_supersaturation(unit: Crystalliser) -> Any:
    """ln of the water activity over that above which ice forms."""
    constant = unit.system.solids[ICE].constants[unit.state.model]
    return unit.state.ln_water_activity - constant.ln_k(unit.slurry.temperature)


def estimated_ice(solutes: Any, water: Any, temperature: Any) -> Any:
    """Share of water [mol] that is ice when ideal solutes [mol] hold off more, for a cold start."""
    depression = positive_part(_FUSION / GAS_CONSTANT * (1.0 / temperature - 1.0 / _MELTING), 1e-3)  # -ln a_w
    left = solutes / (depression * water)
    share = positive_part(1.0 - left, 1e-3)
    return 0.9 * share


def estimated_freezing_point(solutes: Any, water: Any, frozen: Any, molar_mass: float) -> Any:
    """[K] of ideal solutes [mol] when a share of the water is ice, not below -25 degC; for a cold start."""
    molality = solutes / (water * molar_mass * (1.0 - frozen))
    return RANGE[0] + positive_part(_MELTING - _CRYOSCOPIC * molality - RANGE[0], 0.5)


def coefficient_of_performance(temperature: Any, efficiency: Any) -> Any:
    """Cold over work at a slurry's temperature [K]; `efficiency`: share of Carnot's."""
    cold = temperature - _EVAPORATOR_APPROACH
    return efficiency * cold / (_HEAT_REJECTION - cold)


def ideal_solutes(unit: Crystalliser) -> Any:
    """Ions that the liquor would hold without crystals and complexes [mol/h]."""
    return sum(unit.block.total[c] for c in unit.state.solutes if c != WATER)
