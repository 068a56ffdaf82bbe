"""Specific ion interaction theory (SIT).

    ln gamma_i = -z_i^2 3 A_phi sqrt(I) / (1 + 1.5 sqrt(I)) + ln(10) sum_k eps_ik m_k
    ln a_w     = -M_w (sum_i m_i + E),
    E          = -(6 A_phi / 1.5^3) (x - 2 ln x - 1/x) + ln(10) sum_(i<k) eps_ik m_i m_k,  x = 1 + 1.5 sqrt(I)

I ionic strength and m molality [mol/kg], eps [kg/mol], A_phi [(kg/mol)^0.5], M_w molar mass of water
[kg/mol]. Ciavatta 1980; Grenthe et al., Modelling in Aquatic Chemistry, OECD NEA 1997, chapter IX.  The
coefficients hold to an ionic strength of about 3.5 mol/kg; beyond 4 the result reports it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.operators import log

CLOSEST_APPROACH = 1.5
"""B a_j [(kg/mol)^0.5], the same for all ions and temperatures by SIT's convention."""
IONIC_STRENGTH_LIMIT = 4.0
"""[mol/kg]"""


class Sit:
    """SIT over the species of one solution."""

    name = "sit"

    def __init__(self, coefficients: Mapping[frozenset[str], float], charges: Mapping[str, int]) -> None:
        self.charges = charges
        self.pairs = {
            pair: value for pair, value in coefficients.items() if value and all(s in charges for s in pair)
        }

    def partners(self) -> set[str]:
        """Species whose molality enters the activity coefficient of another."""
        return {s for pair in self.pairs for s in pair}

    def influence(self) -> dict[str, set[str]]:
        """By species, those whose activity coefficient its molality enters."""
        entered: dict[str, set[str]] = {}
        for pair in self.pairs:
            first, *rest = pair
            second = rest[0] if rest else first
            entered.setdefault(first, set()).add(second)
            entered.setdefault(second, set()).add(first)
        return entered

    def shared(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        named: Callable[[str, Any], Any] = lambda _, value: value,
    ) -> dict[str, Any]:
        """Terms common to all species; `named` makes an expression that is evaluated once."""
        x = 1.0 + CLOSEST_APPROACH * sqrt_ionic_strength
        return {
            "slope": named("slope", 3.0 * a_phi(temperature)),
            "debye": named("debye", sqrt_ionic_strength / x),
        }

    def ln_gamma(
        self, species: str, molality: Mapping[str, Any], shared: Mapping[str, Any], temperature: Any = None
    ) -> Any:
        """Natural logarithm of the molal activity coefficient."""
        value: Any = -(self.charges[species] ** 2) * shared["slope"] * shared["debye"]
        for pair, epsilon in self.pairs.items():
            if species in pair:
                other = next((s for s in pair if s != species), species)
                value = value + math.log(10.0) * epsilon * molality[other]
        return value

    def osmotic_excess(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        shared: Mapping[str, Any],
    ) -> Any:
        """E = sum_i m_i (phi - 1) [mol/kg]."""
        x = 1.0 + CLOSEST_APPROACH * sqrt_ionic_strength
        value = -(2.0 * shared["slope"] / CLOSEST_APPROACH**3) * (x - 2.0 * log(x) - 1.0 / x)
        for pair, epsilon in self.pairs.items():
            first, *rest = sorted(pair)
            second = rest[0] if rest else first
            weight = 1.0 if rest else 0.5
            value = value + weight * math.log(10.0) * epsilon * molality[first] * molality[second]
        return value


def charges_of(names: Iterable[str]) -> dict[str, int]:
    """Charge of each species by its name."""
    from flowsheet.chemistry.formula import parse

    return {name: parse(name).charge for name in names}
