"""Diffusivities of ions in water and of extracted complexes in an organic.

    D_0 = R T0 lambda / (F^2 |z|)                      Nernst and Einstein, from the conductivity of an ion
    D   = D_0 T/T0 mu_w(T0)/(mu_w(T) r)                Stokes and Einstein, in a liquor at T
    D_o = 7.4e-8 sqrt(phi M) T / (mu_o V^0.6)          Wilke and Chang, in an organic

    lambda  molar conductivity of one equivalent at infinite dilution, T0 = 25 degC     S m2/mol
    z       charge of the ion
    mu_w    viscosity of water, mu_o of the organic                                     mPa s
    r       viscosity of the liquor over that of water
    M, phi  molar mass [g/mol] and association factor of the diluent
    V       molar volume of the diffusing species                                       cm3/mol

An aqueous complex without a value of its own diffuses as the slowest of its parts; a master species without
one takes the set's `other`, which the unit says.  The volume of an extracted complex is that of the
extractant in it, n q M_E/rho (see `hydromet.extraction.extractant`): what its ions add is left out.  Wilke
and Chang wrote V for the liquid at its boiling point; the commercial liquid's at 25 degC stands in for it.

Sources: `parameters/liquid_films.yaml`, value by value.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowsheet.chemistry.operators import sqrt
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from hydromet.extraction.extractant import Extractant

GAS_CONSTANT = 8.31446261815324
"""[J/mol/K], exact by the SI of 2019."""
FARADAY = 96485.33212331001
"""[C/mol], exact by the SI of 2019."""
SECONDS = 3600.0
"""s per h."""
_SQUARE_METRES = 1e-4
"""m2 per cm2."""


class AqueousDiffusivity:
    """Diffusivities of a chemistry's aqueous species [m2/h], from a parameter set.

    Attributes:
        unknown: master species that the set has no value for.

    >>> from flowsheet.chemistry.load import load_system
    >>> diffusivity = AqueousDiffusivity(liquid_films(), load_system("rare_earth"))
    >>> [round(diffusivity.at_25_degrees(s) / SECONDS * 1e9, 2) for s in ("H+", "Nd+3", "NdSO4+")]
    [9.31, 0.62, 0.62]
    """

    def __init__(self, films: ParameterSet, system: ChemistrySystem) -> None:
        self.films, self.system = films, system
        self.unknown: set[str] = set()
        self._masters = {c: entry.species for c, entry in system.components.items()}

    def at_25_degrees(self, species: str) -> float:
        """D_0 of a species at infinite dilution and 25 degC [m2/h]."""
        own = self._own(species)
        if own is not None:
            return own
        entry = self.system.species.get(species)
        if entry is None:
            self.unknown.add(species)
            return self.films.value("diffusivity.other", "m2/h")
        parts = [c for c in entry.composition if c not in (PROTON, WATER)] or [PROTON]
        return min(self.at_25_degrees(self._masters[c]) for c in parts)

    def _own(self, species: str) -> float | None:
        if f"diffusivity.{species}" in self.films.values:
            return self.films.value(f"diffusivity.{species}", "m2/h")
        name = f"conductivity.{species}"
        if name not in self.films.values:
            return None
        conductivity = self.films.value(name, "S*m2/mol")
        charge = abs(self._charge(species))
        return SECONDS * GAS_CONSTANT * REFERENCE_TEMPERATURE * conductivity / FARADAY**2 / charge

    def _charge(self, species: str) -> int:
        entry = self.system.species.get(species)
        if entry is not None:
            return entry.charge
        return next(
            component.charge for component in self.system.components.values() if component.species == species
        )

    def mobility(self, temperature: Any, relative_viscosity: Any) -> Any:
        """D at `temperature` [K] in a liquor over D_0."""
        there = water_viscosity(self.films, REFERENCE_TEMPERATURE)
        here = water_viscosity(self.films, temperature)
        return temperature / REFERENCE_TEMPERATURE * there / here / relative_viscosity


def liquid_films(name: str = "liquid_films") -> ParameterSet:
    """The set of diffusivities and film correlations that ships, or a user's own by its path."""
    return find_parameter_set(name, Path(__file__).parent / "parameters")


def water_viscosity(films: ParameterSet, temperature: Any) -> Any:
    """Viscosity of water [mPa s] at `temperature` [K].

    >>> round(water_viscosity(liquid_films(), 298.15), 2)
    0.89
    """
    v1, v2, v3, v4 = (films.value(f"water_viscosity.v{i}", "1") for i in range(1, 5))
    t = temperature - 273.15
    return (t + v1) / ((v2 * t + v3) * t + v4)


def organic_diffusivity(
    films: ParameterSet,
    extractant: Extractant,
    extractants: float,
    diluent_molar_mass: Any,
    viscosity: Any,
    temperature: Any,
) -> Any:
    """D_o of a species that holds `extractants` of E [m2/h].

    Args:
        films: parameter set with Wilke and Chang's constants.
        extractant: gives the molar volume.
        extractants: n; a species without any is taken as large as one.
        diluent_molar_mass: [kg/mol]
        viscosity: of the organic [mPa s].
        temperature: [K]

    >>> dehpa = Extractant("D2EHPA", "C16H35O4P", 0.32242, 975.0, 790.0)
    >>> dimer, complex_ = (organic_diffusivity(liquid_films(), dehpa, n, 0.17, 1.5, 298.15) for n in (1, 3))
    >>> round(dimer / SECONDS * 1e10, 1), round(complex_ / dimer, 2)
    (3.9, 0.52)
    """
    factor = films.value("organic_diffusivity.factor", "1")
    association = films.value("organic_diffusivity.association", "1")
    exponent = films.value("organic_diffusivity.volume_exponent", "1")
    molecules = max(extractants, 1.0) * extractant.molecules
    volume = 1e6 * molecules * extractant.molar_mass / extractant.density
    cgs = factor * sqrt(association * 1e3 * diluent_molar_mass) * temperature / viscosity / volume**exponent
    return SECONDS * _SQUARE_METRES * cgs
