"""Density of aqueous solutions of many salts.

Laliberte and Cooper 2004 (doi:10.1021/je0498659): volumes of water and solutes add,

    V = m_w/rho_w + sum_s m_s v_s,     v_s = (w + c2 + c3 t) / ((c0 w + c1) exp(1e-6 (t + c4)^2))

with w the mass fraction of all solutes, t [degC], v [m3/kg].  The model is written in salts, a stream in
ions. The volume per equivalent of an ion is therefore taken from its salts: a cation from its sulfate, an
anion other than sulfate from what its sodium salt has more than sodium sulfate, H+ from sulfuric acid.  A
solution of one salt then has exactly the correlation's volume if the salt is one of these, and so has sodium
hydroxide to within the error that `tests/chemistry/test_density.py` states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.chemistry.formula import parse
from flowsheet.chemistry.operators import exp, positive_part
from flowsheet.chemistry.system import WATER, ChemistrySystem

_RANGE_SMOOTHING = 2e-3


def water_density(temperature: Any) -> Any:
    """Density of water [kg/m3] at `temperature` [K]; Kell's equation as Laliberte and Cooper use it.

    >>> round(water_density(298.15), 2)
    997.04
    """
    t = temperature - 273.15
    numerator: Any = 0.0
    for coefficient in (-2.8054253e-10, 1.0556302e-7, -4.6170461e-5, -0.0079870401, 16.945176, 999.83952):
        numerator = numerator * t + coefficient
    return numerator / (1.0 + 0.01687985 * t)


def specific_volume(entry: Mapping[str, Any], solutes: Any, temperature: Any) -> Any:
    """Apparent specific volume of a salt [m3/kg] at a mass fraction `solutes` of all solutes.

    `entry` holds c0 to c4 and `range`.  Several salts' denominators vanish not far beyond the concentrations
    they were fitted to; there the mass fraction is held, smoothly, at the end of the range.  A salt measured
    over less than 10 K keeps its measured temperature.
    """
    c0, c1, c2, c3, c4 = (float(entry[f"c{i}"]) for i in range(5))
    limit = float(entry["range"]["w"])
    low, high = (float(end.split()[0]) for end in entry["range"]["T"].split(" to "))
    t = temperature - 273.15 if high - low > 10.0 else high
    w = limit - positive_part(limit - solutes, _RANGE_SMOOTHING)
    return (w + c2 + c3 * t) / ((c0 * w + c1) * exp(1e-6 * (t + c4) ** 2))


class AqueousVolume:
    """Volume flow of an aqueous phase from its component flows."""

    def __init__(self, system: ChemistrySystem, components: list[str]) -> None:
        self.system = system
        self.terms: dict[str, list[tuple[str, float]]] = {}  # component -> [(salt, kg of salt per mol)]
        for component in components:
            if component != WATER:
                self.terms[component] = _salts(system, component)

    def volume(self, flow: Mapping[str, Any], temperature: Any) -> Any:
        """[m3/h] from flows [mol/h], H among them, and temperature [K]."""
        mass_water = flow[WATER] * self.system.component(WATER).molar_mass
        mass = mass_water + sum(flow[c] * self.system.component(c).molar_mass for c in self.terms)
        solutes = 1.0 - mass_water / mass
        per_salt: dict[str, Any] = {}
        for component, terms in self.terms.items():
            for salt, kg in terms:
                per_salt[salt] = per_salt.get(salt, 0.0) + kg * flow[component]
        volume = mass_water / water_density(temperature)
        for salt, amount in per_salt.items():
            volume = volume + amount * specific_volume(self._coefficients(salt), solutes, temperature)
        return volume

    def _coefficients(self, salt: str) -> Mapping[str, Any]:
        """The salt's own coefficients, or those of the salt that the table names as the better analogue."""
        table = self.system.density
        return table[table[salt].get("density_analogue", salt)]["density"]


def _salts(system: ChemistrySystem, component: str) -> list[tuple[str, float]]:
    """Salts (with sign) whose volumes make up one mole of a component."""
    table = system.density
    charge = system.charge_of(component)
    element = next(iter(parse(system.component(component).species).elements))
    if component == "SO4":
        return []
    if charge > 0:
        salt = next((s for s in table if _is_sulfate_of(s, element, charge)), None)
        if salt is None:
            raise KeyError(f"density: no sulfate of {component} in the table")
        return [(salt, _mass_per_cation(salt, element))]
    if charge == 0:
        return [(component, system.component(component).molar_mass)] if component in table else []
    salt = next((s for s in table if _is_sodium_salt(s, system.component(component).species, charge)), None)
    if salt is None:
        return []
    sodium = -charge
    return [
        (salt, parse(salt).molar_mass / 1000.0),
        ("Na2SO4", -0.5 * sodium * parse("Na2SO4").molar_mass / 1000.0),
    ]


def _is_sulfate_of(salt: str, element: str, charge: int) -> bool:
    elements = parse(salt).elements
    if set(elements) != {element, "S", "O"}:
        return False
    return abs(elements[element] * charge - 2.0 * elements["S"]) < 1e-9


def _mass_per_cation(salt: str, element: str) -> float:
    formula = parse(salt)
    return formula.molar_mass / formula.elements[element] / 1000.0


def _is_sodium_salt(salt: str, species: str, charge: int) -> bool:
    anion = parse(species).elements
    elements = dict(parse(salt).elements)
    return elements.pop("Na", 0.0) == -charge and elements == dict(anion)
