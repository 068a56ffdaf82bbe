"""An organic phase whose thermodynamics belong to the chemistry system.

Every species of the phase is made up of aqueous components and extractant molecules,

    sum_c n_c c + n E + w H2O = complex + k H+

    ln a_j = ln K_j(T) + sum_c n_c ln a_c + w ln a_w - k ln a_H + n ln a_E                    (mass action)

with a_j the mole fraction x_j or the molality m_j [mol per kg diluent], as the phase's `basis` says.  The
phase is ideal on that basis: all mole fractions add up to one, the diluent's among them.

a_c, a_H   activities of the aqueous master species, molality scale
a_w        activity of water
n, n_c, w, k   per complex; `composition` holds n_c, w (of H2O) and -k (of H), so that its values are the
           exponents in the mass action
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flowsheet.chemistry.reaction import Constant

DILUENT = "diluent"
"""Component of the diluent in streams; the extractant's component has the extractant's own name."""


@dataclass(frozen=True)
class OrganicSpecies:
    """One species of the organic phase, electrically neutral.

    Attributes:
        name: as the user's file has it.
        elements: atoms in one molecule, by element.
        composition: exponents of the aqueous components' activities, H and H2O among them; empty for diluent
            and extractant themselves.
        extractants: n, extractant molecules in one molecule; 1 for the extractant itself.
        constant: K of formation; None for diluent and extractant.
        molar_mass: [kg/mol]
        molar_volume: [m3/mol], None where the file states none.
    """

    name: str
    elements: Mapping[str, float]
    composition: Mapping[str, float]
    extractants: float
    constant: Constant | None
    molar_mass: float
    molar_volume: float | None = None

    @property
    def density(self) -> float | None:
        """Of the pure species [kg/m3]."""
        return None if self.molar_volume is None else self.molar_mass / self.molar_volume


@dataclass(frozen=True)
class OrganicPhase:
    """An ideal organic phase: a diluent, at most one extractant, and what forms from it.

    `diluent` and `extractant` are keys of `species`.  `source` says where the constants were read.
    """

    name: str
    basis: Literal["mole_fraction", "molality"]
    diluent: str
    extractant: str | None
    species: Mapping[str, OrganicSpecies]
    source: str = ""

    @property
    def complexes(self) -> Mapping[str, OrganicSpecies]:
        """The species that form by a reaction: all but diluent and extractant."""
        return {n: s for n, s in self.species.items() if s.constant is not None}

    @property
    def components(self) -> tuple[str, ...]:
        """Aqueous components that the phase takes up, H and H2O left out."""
        return tuple(
            dict.fromkeys(c for s in self.complexes.values() for c in s.composition if c not in ("H", "H2O"))
        )
