"""Reactions of a fermentation, per kg of cells or mole of product; each closes in C, N, O and electrons.

    growth         s glucose + n source + o O2 = biomass + d CO2 + w H2O           per formula unit of biomass
    product        glucose + 1/2 O2 = gluconate + H+
    keto           gluconate + 1/2 O2 = ketogluconate + H2O
    maintenance    glucose + 6 O2 = 6 CO2 + 6 H2O

    n = N_X/N_n,   s = M_X/(Y M_S),   o = (e_S s + e_n n - e_X)/4,   d = 6 s + C_n n - C_X

Y yield of cells on the glucose that growth takes [kg/kg], N_i, C_i atoms per formula unit, e_i electrons that
a formula unit can give (see `Formula.electrons`).  Protons are what electroneutrality leaves: none is lost.
d and o are positive for a yield below `largest_yield`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flowsheet.chemistry.formula import Formula, parse
from flowsheet.chemistry.system import ChemistrySystem

GLUCOSE, GLUCONATE, KETOGLUCONATE, BIOMASS = "glucose", "gluconate", "ketogluconate", "biomass"
OXYGEN, CARBON_DIOXIDE = "O2", "CO2"
FORMULAS = {GLUCOSE: "C6H12O6", GLUCONATE: "C6H11O7-", KETOGLUCONATE: "C6H9O7-"}
"""What the names stand for in every chemistry."""
OXYGEN_PER_PRODUCT, OXYGEN_PER_KETO = 0.5, 0.5
"""mol O2 per mol gluconate from glucose, and per mol ketogluconate from gluconate."""
OXYGEN_PER_MAINTENANCE, CARBON_PER_GLUCOSE, WATER_PER_MAINTENANCE = 6.0, 6.0, 6.0
_ELECTRONS_PER_OXYGEN = 4.0


@dataclass(frozen=True)
class Growth:
    """Growth on glucose with one source of nitrogen, per kg of cells [mol/kg].

    >>> from flowsheet.chemistry.formula import parse
    >>> growth = Growth(parse("CH1.8O0.5N0.2"), parse("NH4+"))
    >>> round(growth.glucose(0.5), 2), round(growth.oxygen(0.5), 2), round(growth.carbon_dioxide(0.5), 2)
    (11.1, 23.97, 26.0)
    """

    biomass: Formula
    nitrogen_source: Formula

    @property
    def units(self) -> float:
        """Formula units of biomass per kg [mol/kg]."""
        return 1000.0 / self.biomass.molar_mass

    @property
    def nitrogen(self) -> float:
        """Nitrogen source per kg of cells [mol/kg]."""
        return self.units * self.biomass.elements["N"] / self.nitrogen_source.elements["N"]

    def glucose(self, growth_yield: Any) -> Any:
        """[mol/kg]"""
        return 1000.0 / parse(FORMULAS[GLUCOSE]).molar_mass / growth_yield

    def oxygen(self, growth_yield: Any) -> Any:
        """[mol/kg]"""
        given = parse(FORMULAS[GLUCOSE]).electrons * self.glucose(growth_yield)
        given = given + self.nitrogen_source.electrons * self.nitrogen - self.biomass.electrons * self.units
        return given / _ELECTRONS_PER_OXYGEN

    def carbon_dioxide(self, growth_yield: Any) -> Any:
        """[mol/kg]"""
        held = (
            self._atoms(self.nitrogen_source, "C") * self.nitrogen
            - self._atoms(self.biomass, "C") * self.units
        )
        return CARBON_PER_GLUCOSE * self.glucose(growth_yield) + held

    def water(self, growth_yield: Any) -> Any:
        """Water that growth gives [mol/kg]; protons apart, oxygen closes."""
        taken = 6.0 * self.glucose(growth_yield) + 2.0 * self.oxygen(growth_yield)
        taken = taken + self._atoms(self.nitrogen_source, "O") * self.nitrogen
        return taken - self._atoms(self.biomass, "O") * self.units - 2.0 * self.carbon_dioxide(growth_yield)

    @property
    def largest_yield(self) -> float:
        """Yield [kg/kg] at which either all carbon or all electrons of the glucose end up in cells.

        >>> from flowsheet.chemistry.formula import parse
        >>> round(Growth(parse("CH1.8O0.5N0.2"), parse("NH4+")).largest_yield, 3)
        0.781
        """
        carbon, electrons = (
            self.carbon_dioxide(1.0) - CARBON_PER_GLUCOSE * self.glucose(1.0),
            _ELECTRONS_PER_OXYGEN * self.oxygen(1.0) - parse(FORMULAS[GLUCOSE]).electrons * self.glucose(1.0),
        )
        needed = max(-carbon / CARBON_PER_GLUCOSE, -electrons / parse(FORMULAS[GLUCOSE]).electrons)
        return self.glucose(1.0) / needed

    @staticmethod
    def _atoms(formula: Formula, element: str) -> float:
        return formula.elements.get(element, 0.0)


def missing(system: ChemistrySystem, keto: bool) -> str:
    """What the chemistry lacks for a fermentation, as words; empty where it has all."""
    for name in (GLUCOSE, GLUCONATE, *((KETOGLUCONATE,) if keto else ())):
        if name not in system.components:
            return f"no component `{name}` ({FORMULAS[name]})"
        if system.components[name].formula != parse(FORMULAS[name]):
            return f"`{name}` as {system.components[name].species}, which should be {FORMULAS[name]}"
    if BIOMASS not in system.solids:
        return f"no solid `{BIOMASS}`"
    for gas in (OXYGEN, CARBON_DIOXIDE, "H2O"):
        if gas not in system.gases:
            return f"no gas `{gas}`"
    if not system.gases[OXYGEN].constants:
        return f"no solubility of the gas `{OXYGEN}`"
    return ""
