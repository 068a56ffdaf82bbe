"""Off-gas of a leach: oxygen, hydrogen and carbon dioxide with dilution air, water vapour and HF.

    G = n_dry/(1 - y_w - y_HF),   y_w = a_w p_w/P,   y_HF = f_HF/P
    n_air = max(n_H2/(s y_LFL) - n_formed, v)          [mol/h] dry, for air as needed

n_dry gas that forms and air, G all gas [mol/h]; a_w water activity, p_w vapour pressure of water, f_HF
fugacity of HF over the liquor that leaves, P pressure [bar]; y_LFL lower flammability limit of hydrogen, s
the share of it that is allowed, v least ventilation.  All gas leaves in equilibrium with the last tank's
liquor. Oxygen, hydrogen and carbon dioxide that stay dissolved are left out (at 1 bar, about 1 mmol/kg of
oxygen). Hydrogen peroxide is taken as not volatile.

Sources: flammability and exposure limits in parameters/off_gas.yaml; Henry's constants in the chemistry
system.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.operators import exp, positive_part
from flowsheet.chemistry.steam import saturation_pressure
from flowsheet.chemistry.system import WATER, ChemistrySystem
from flowsheet.document.parameter_file import load_parameter_set

HYDROGEN, HYDROGEN_FLUORIDE, FLUORIDE = "H2", "HF", "F"
STANDARD_MOLAR_VOLUME = 0.022414
"""[m3/mol] at 0 degC and 1 atm."""
_PARAMETERS = Path(__file__).parent / "parameters" / "off_gas.yaml"


def lower_flammability_limit() -> float:
    """Of hydrogen in air, volume fraction [-].

    >>> lower_flammability_limit()
    0.04
    """
    return load_parameter_set(_PARAMETERS).value("hydrogen_lower_flammability_limit", "1")


def exposure_limit() -> float:
    """Of hydrogen fluoride at the workplace [ppm].

    >>> exposure_limit()
    3.0
    """
    return 1e6 * load_parameter_set(_PARAMETERS).value("hydrogen_fluoride_exposure_limit", "1")


def gases_over(
    system: ChemistrySystem, formed: Iterable[str], air: Iterable[str], components: Iterable[str]
) -> list[str]:
    """Gases that can leave: nothing without any dry gas."""
    dry = {*formed, *air}
    if not dry:
        return []
    fluoride = FLUORIDE in set(components) and HYDROGEN_FLUORIDE in system.gases
    return sorted({*dry, WATER, *((HYDROGEN_FLUORIDE,) if fluoride else ())})


@dataclass(frozen=True)
class OffGas:
    """Gas that leaves: `dry` flows [mol/h] by gas, mole fractions of water vapour and HF [-]."""

    dry: Mapping[str, Any]
    vapour_fraction: Any
    fluoride_fraction: Any

    @classmethod
    def over(cls, state: AqueousState, dry: Mapping[str, Any], pressure: Any, fluoride: bool) -> OffGas:
        """Gas in equilibrium with a liquor at `pressure` [bar]."""
        vapour = exp(state.ln_water_activity) * saturation_pressure(state.temperature) / pressure
        return cls(dry, vapour, exp(state.ln_fugacity(HYDROGEN_FLUORIDE)) / pressure if fluoride else 0.0)

    @property
    def total(self) -> Any:
        """All gas [mol/h]."""
        return sum(self.dry.values()) / (1.0 - self.vapour_fraction - self.fluoride_fraction)

    @property
    def vapour(self) -> Any:
        return self.vapour_fraction * self.total

    @property
    def fluoride(self) -> Any:
        return self.fluoride_fraction * self.total


def air_needed(hydrogen: Any, formed: Any, allowed: Any, ventilation: Any) -> Any:
    """Dry air [mol/h] that keeps hydrogen at the `allowed` fraction of the dry gas, at least `ventilation`.

    >>> round(air_needed(1.0, 1.0, 0.01, 5.0), 2)
    99.0
    """
    return ventilation + positive_part(hydrogen / allowed - formed - ventilation, 1e-3 * ventilation)
