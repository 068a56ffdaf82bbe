"""The ideal solution on the molality scale.

    ln gamma_i = 0,     ln a_w = -M_w sum_i m_i     (osmotic coefficient 1)

Water's activity is the one that the Gibbs-Duhem equation then demands; with the mole fraction of water in its
place the solutes would not be ideal on this scale.  Cantera's ideal-molal-solution is the same.  Meant for
constants that hold at the ionic strength at hand, and for published cases that were computed without activity
coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Ideal:
    """Unit activity coefficients."""

    name = "ideal"

    def __init__(self, charges: Mapping[str, int]) -> None:
        self.charges = charges

    def partners(self) -> set[str]:
        """Species whose molality enters the activity coefficient of another: none."""
        return set()

    def shared(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        named: Callable[[str, Any], Any] = lambda _, value: value,
    ) -> dict[str, Any]:
        """Terms common to all species: none."""
        return {}

    def ln_gamma(
        self, species: str, molality: Mapping[str, Any], shared: Mapping[str, Any], temperature: Any = None
    ) -> Any:
        """Natural logarithm of the molal activity coefficient."""
        return 0.0

    def osmotic_excess(
        self,
        molality: Mapping[str, Any],
        sqrt_ionic_strength: Any,
        temperature: Any,
        shared: Mapping[str, Any],
    ) -> Any:
        """E = sum_i m_i (phi - 1) [mol/kg]."""
        return 0.0
