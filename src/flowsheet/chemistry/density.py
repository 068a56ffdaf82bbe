"""Density of aqueous solutions of many salts.

Laliberte and Cooper 2004 (doi:10.1021/je0498659): volumes of water and solutes add,

    V = m_w/rho_w + sum_s m_s v_s,     v_s = (w + c2 + c3 t) / ((c0 w + c1) exp(1e-6 (t + c4)^2))

with w the mass fraction of all solutes, t [degC], v [m3/kg].  The model is written in salts, a stream in
ions.  The volume per equivalent of an ion is therefore taken from its salts: a cation from its sulfate, else
from its chloride less what chloride has; an anion other than sulfate from what its sodium salt has more than
sodium sulfate, OH- from what sodium hydroxide has more, H+ from sulfuric acid.  A solution of one of these
salts then has exactly the correlation's volume.  `tests/chemistry/test_density.py` states the errors against
measured densities; those of solutions in which weak acids other than bisulfate hold the protons (bicarbonate,
phosphoric acid) are the largest, 1 to 2 %.

A chemistry may state a simpler rule instead (`SimpleVolume`): fixed volumes that add.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from flowsheet.chemistry.formula import parse
from flowsheet.chemistry.operators import exp, positive_part
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem, SimpleVolume

_RANGE_SMOOTHING = 2e-3
_MINOR = 0.1
"""Share of the solutes below which a salt's range doesn't matter."""
_ACID_SMOOTHING = 1e-4
"""Of the passage from acid to alkali, mol per mol of water."""


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


Share = Callable[[str, Any], Any]


def _as_it_is(name: str, expression: Any) -> Any:
    return expression


class AqueousVolume:
    """Volume flow of an aqueous phase from its component flows.

    `neglected`: components whose volume the table does not give; only their mass counts.
    """

    def __init__(self, system: ChemistrySystem, components: list[str]) -> None:
        self.system = system
        self.terms: dict[str, list[tuple[str, float]]] = {}  # component -> [(salt, kg of salt per mol)]
        for component in components:
            if component != WATER:
                self.terms[component] = [] if system.volume else _salts(system, component)
        self.droplets = [c for c in self.terms if system.component(c).density is not None]
        self.neglected = tuple(
            c
            for c, terms in self.terms.items()
            if not terms and c != "SO4" and c not in self.droplets and not system.volume
        )
        self.hydroxide = _hydroxide(system)

    def volume(self, flow: Mapping[str, Any], temperature: Any, share: Share | None = None) -> Any:
        """[m3/h] from flows [mol/h], H among them, and temperature [K].

        `share` names a sub-expression that comes back many times, so that a model holds it once.
        """
        if self.system.volume is not None:
            volume = self._by_rule(self.system.volume, flow, temperature)
        else:
            water, per_salt, solutes = self._amounts(flow, share or _as_it_is)
            volume = water / water_density(temperature)
            for salt, amount in per_salt.items():
                volume = volume + amount * specific_volume(self._coefficients(salt), solutes, temperature)
        for c in self.droplets:
            volume = volume + flow[c] * self.system.component(c).molar_mass / self.system.organic_density(c)
        return volume

    def _by_rule(self, rule: SimpleVolume, flow: Mapping[str, Any], temperature: Any) -> Any:
        water = flow[WATER] * self.system.component(WATER).molar_mass
        volume = water / (rule.water_density or water_density(temperature))
        for c, molar_volume in rule.molar_volumes.items():
            if c in flow and molar_volume:
                volume = volume + flow[c] * molar_volume
        return volume

    def outside(self, flow: Mapping[str, float], temperature: float) -> list[tuple[str, str, float, float]]:
        """Salts beyond the data behind their volume: (salt, `T` [degC] or `w`, value, end of the range).

        Salts below a tenth of the solutes are passed over: their part of the volume is small.
        """
        if self.system.volume is not None:
            return []
        _, per_salt, solutes = self._amounts(flow, _as_it_is)
        dissolved = sum(abs(kg) for kg in per_salt.values())
        found = []
        for salt, kg in per_salt.items():
            if abs(kg) < _MINOR * dissolved:
                continue
            ranges = self._coefficients(salt)["range"]
            low, high = (float(end.split()[0]) for end in ranges["T"].split(" to "))
            celsius = temperature - 273.15
            if not low <= celsius <= high:
                found.append((salt, "T", celsius, low if celsius < low else high))
            if solutes > float(ranges["w"]):
                found.append((salt, "w", float(solutes), float(ranges["w"])))
        return found

    def _amounts(self, flow: Mapping[str, Any], share: Share) -> tuple[Any, dict[str, Any], Any]:
        """Water [kg/h], salts [kg/h], and the mass fraction of solutes.

        A missing proton is a hydroxide ion that was made from water, and counts as such.
        """
        m_w = self.system.component(WATER).molar_mass
        water = flow[WATER] * m_w
        mass = water + sum(flow[c] * self.system.component(c).molar_mass for c in self.terms)
        amounts = {c: flow[c] for c in self.terms}
        per_salt: dict[str, Any] = {}
        if PROTON in amounts and self.hydroxide:
            acid = share("acid", positive_part(flow[PROTON], _ACID_SMOOTHING * flow[WATER]))
            alkali = share("alkali", acid - flow[PROTON])
            amounts[PROTON] = acid
            water = share("water", water - m_w * alkali)
            per_salt = {salt: kg * alkali for salt, kg in self.hydroxide}
        for component, terms in self.terms.items():
            for salt, kg in terms:
                per_salt[salt] = per_salt.get(salt, 0.0) + kg * amounts[component]
        return water, per_salt, share("solutes", 1.0 - water / mass)

    def _coefficients(self, salt: str) -> Mapping[str, Any]:
        """The salt's own coefficients, or those of the salt that the table names as the better analogue."""
        table = self.system.density
        return table[table[salt].get("density_analogue", salt)]["density"]


def _salts(system: ChemistrySystem, component: str) -> list[tuple[str, float]]:
    """Salts (with sign) whose volumes make up one mole of a component."""
    table = system.density
    charge = system.charge_of(component)
    species = system.component(component).species
    if component == "SO4":
        return []
    if charge > 0:
        sulfate = next((s for s in table if _is_salt(s, species, charge, {"S": 1.0, "O": 4.0}, 2)), None)
        if sulfate:
            return [(sulfate, _mass_per_cation(sulfate, species))]
        chloride = next((s for s in table if _is_salt(s, species, charge, {"Cl": 1.0}, 1)), None)
        if chloride is None:
            return []
        anion = [(salt, -charge * kg) for salt, kg in _anion("NaCl", 1)]
        return [(chloride, _mass_per_cation(chloride, species)), *anion]
    if charge == 0:
        name = next((n for n in (component, species) if n in table), None)
        return [(name, system.component(component).molar_mass)] if name else []
    salt = next((s for s in table if _is_sodium_salt(s, species, charge)), None)
    return _anion(salt, -charge) if salt else []


def _anion(salt: str, sodium: int) -> list[tuple[str, float]]:
    """One mole of an anion: its sodium salt less as much sodium, counted as sulfate."""
    return [
        (salt, parse(salt).molar_mass / 1000.0),
        ("Na2SO4", -0.5 * sodium * parse("Na2SO4").molar_mass / 1000.0),
    ]


def _hydroxide(system: ChemistrySystem) -> list[tuple[str, float]]:
    """The same for one mole of OH-: what sodium hydroxide has more than sodium sulfate."""
    if "NaOH" not in system.density or "Na2SO4" not in system.density:
        return []
    return [
        ("NaOH", parse("NaOH").molar_mass / 1000.0),
        ("Na2SO4", -0.5 * parse("Na2SO4").molar_mass / 1000.0),
    ]


def _is_salt(salt: str, cation: str, charge: int, anion: Mapping[str, float], valence: int) -> bool:
    """Whether a formula is the neutral salt of a cation with an anion of -`valence`."""
    common = math.gcd(charge, valence)
    expected = {e: n * valence / common for e, n in parse(cation).elements.items()}
    for e, n in anion.items():
        expected[e] = expected.get(e, 0.0) + n * charge / common
    return dict(parse(salt).elements) == expected


def _mass_per_cation(salt: str, cation: str) -> float:
    formula = parse(salt)
    element, count = next(iter(parse(cation).elements.items()))
    return formula.molar_mass * count / formula.elements[element] / 1000.0


def _is_sodium_salt(salt: str, species: str, charge: int) -> bool:
    anion = parse(species).elements
    elements = dict(parse(salt).elements)
    return elements.pop("Na", 0.0) == -charge and elements == dict(anion)
