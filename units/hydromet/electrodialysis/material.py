"""Membranes as a parameter set describes them.

    p_ref = R T0/(F^2 R_A X)                 from the area resistance R_A in the form of its reference ion
    p_j = p_ref (D_j/D_ref) r_j theta        mobilities in water, times a stated ratio; theta: temperature

In a membrane whose fixed charge X one counter-ion balances, this conducts 1/R_A exactly.  A bipolar
membrane's two layers are described alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import ChemistrySystem
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from hydromet.electrodialysis.conductivity import PARAMETERS
from hydromet.electrodialysis.ions import Ion
from hydromet.electrodialysis.membrane import FARADAY_HOURS, Material
from hydromet.membranes.diffusivity import GAS_CONSTANT, SECONDS, AqueousDiffusivity, liquid_films

GAS_CONSTANT_WATT_HOURS = GAS_CONSTANT / SECONDS
"""R [W h/mol/K]."""
_REFERENCE = {"cation": ("Na+", -1.0), "anion": ("Cl-", 1.0)}
_WATER_VOLUME = 1.807e-5
"""Of a mole of water at 25 degC [m3/mol]."""


def membrane_set(name: str) -> ParameterSet:
    """A set of membranes that ships, or a user's own by its path."""
    return find_parameter_set(name, PARAMETERS)


class Materials:
    """The membranes of a stack.

    Args:
        values: parameter set.
        system: chemistry.
        ions: that are mobile.
        temperature: [K]
    """

    def __init__(
        self,
        values: ParameterSet,
        system: ChemistrySystem,
        ions: Sequence[Ion],
        temperature: Any,
    ) -> None:
        self.values, self.ions = values, ions
        self.diffusivity = AqueousDiffusivity(liquid_films(), system)
        self.theta = self.diffusivity.mobility(temperature, 1.0)

    def of(self, name: str) -> Material:
        """`cation`, `anion`, `bipolar_cation` or `bipolar_anion`."""
        reference, sign = _REFERENCE[name.removeprefix("bipolar_")]
        value = self.values.value
        fixed = value(f"{name}.fixed_charge", "mol/kg")
        resistance = value(f"{name}.area_resistance", "ohm*m2")
        gas_energy = GAS_CONSTANT_WATT_HOURS * REFERENCE_TEMPERATURE
        p_ref = gas_energy / (FARADAY_HOURS**2 * resistance * fixed)
        d_ref = self.diffusivity.at_25_degrees(reference)
        permeability = {
            ion.name: p_ref
            * (self.diffusivity.at_25_degrees(ion.name) / d_ref)
            * self._own(f"{name}.relative_mobility", ion.name, 1.0)
            * self.theta
            for ion in self.ions
        }
        other = value(f"{name}.hydration.other", "1")
        hydration = {
            ion.name: self._own(f"{name}.hydration", ion.name, other * abs(ion.charge)) for ion in self.ions
        }
        osmotic = value(f"{name}.water_permeability", "m/s/Pa")
        energy = GAS_CONSTANT * REFERENCE_TEMPERATURE  # J/mol
        water = SECONDS * osmotic * energy / _WATER_VOLUME**2
        return Material(sign * fixed, permeability, hydration, water * self.theta)

    def _own(self, group: str, species: str, otherwise: float) -> float:
        name = f"{group}.{species}"
        return self.values.value(name, "1") if name in self.values.values else otherwise
