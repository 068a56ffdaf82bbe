"""Electric conductivity of solutions from the conductivities of their ions.

    kappa = 1000 sum_j m_j |z_j| L_j                                                             [S/m]
    L_j = L0_j exp(e_j (1/298.15 - 1/T) - a_j sqrt(I)/(1 + sqrt(I)) - b_j I)                     [S m2/mol]

m_j molality, I ionic strength [mol/kg], L0_j equivalent conductivity at infinite dilution and 25 degC.  e, a
and b were fitted to what PHREEQC computes of thirteen salts, acids and alkalis (`fits/
electrodialysis_conductivity.py`); an ion without values of its own has those of `other`.  docs/
electrodialysis.md shows the errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowsheet.chemistry.operators import exp
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import ChemistrySystem
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from hydromet.membranes.diffusivity import (
    FARADAY,
    GAS_CONSTANT,
    SECONDS,
    AqueousDiffusivity,
    liquid_films,
)

PARAMETERS = Path(__file__).parent / "parameters"


def conductivities(name: str = "ion_conductivities") -> ParameterSet:
    """The set of e, a and b that ships, or a user's own by its path."""
    return find_parameter_set(name, PARAMETERS)


class Conductivity:
    """Conductivities of a chemistry's ions.

    >>> from flowsheet.chemistry.load import load_system
    >>> ions = Conductivity(conductivities(), load_system("nmc_sulfate"))
    >>> round(ions.of({"Na+": 1.0, "Cl-": 1.0}, {"Na+": 1, "Cl-": -1}, 1.0, 1.0, 298.15), 1)     # S/m
    8.3
    """

    def __init__(self, values: ParameterSet, system: ChemistrySystem) -> None:
        self.values = values
        self.diffusivity = AqueousDiffusivity(liquid_films(), system)

    def _parameter(self, species: str, name: str, unit: str) -> float:
        own = f"{species}.{name}"
        return self.values.value(own if own in self.values.values else f"other.{name}", unit)

    def equivalent(self, species: str, charge: int, strength: Any, root: Any, temperature: Any) -> Any:
        """L_j [S m2/mol] at ionic strength `strength`, whose square root is `root`."""
        diffusivity = self.diffusivity.at_25_degrees(species) / SECONDS
        limit = diffusivity * abs(charge) * FARADAY**2 / (GAS_CONSTANT * REFERENCE_TEMPERATURE)
        e, a, b = (self._parameter(species, k, u) for k, u in (("e", "K"), ("a", "1"), ("b", "kg/mol")))
        return limit * exp(
            e * (1.0 / REFERENCE_TEMPERATURE - 1.0 / temperature) - a * root / (1.0 + root) - b * strength
        )

    def shares(
        self, m: Mapping[str, Any], charges: Mapping[str, int], strength: Any, root: Any, temperature: Any
    ) -> dict[str, Any]:
        """What every ion adds to the conductivity [S/m]."""
        return {
            s: 1000.0 * m[s] * abs(z) * self.equivalent(s, z, strength, root, temperature)
            for s, z in charges.items()
            if z
        }

    def of(
        self, m: Mapping[str, Any], charges: Mapping[str, int], strength: Any, root: Any, temperature: Any
    ) -> Any:
        """[S/m]"""
        return sum(self.shares(m, charges, strength, root, temperature).values())
