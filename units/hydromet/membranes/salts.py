"""The salts that an organic phase can hold: what its complexes are made of, as few as there are.

A complex is a neutral set of ions with extractant on it (NdCl3(TODGA)3, HNO3(TODGA); NdA3(HA)3 counts as Nd+3
less 3 H+).  Of as many as are independent, one complex each stands for its salt b; every other is made of
them, in a_sb parts,

    nu_s = sum_b a_sb nu_b

so that an organic is known by its salts' totals m_b = sum_s a_sb c_s, and by as many unknowns

    ln c_s = ln K_s + sum_b a_sb x_b + n_s ln f + (1 - n_s) s,   x_b = sum_c nu_bc ln a_c

its complexes are in equilibrium with each other, whatever it holds and far from any liquor: the ions' own
activities are not needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsheet.chemistry.system import WATER
from hydromet.extraction.mass_action import ExtractionSystem, Stoichiometry

_ROUNDING = 1e-9


def organic_species(extraction: ExtractionSystem) -> dict[str, Stoichiometry]:
    """All organic species but the free extractant, by name; `D(Nd)` where the user's own ratio makes it."""
    complexes: dict[str, Stoichiometry] = {c.name: c for c in extraction.complexes}
    return complexes | {f"D({c})": ratio for c, ratio in extraction.distribution.items()}


@dataclass(frozen=True)
class Salts:
    """Independent salts by the species that stands for each.

    Attributes:
        parts: a_sb by species and salt.
        inverse: by component (the proton too) and salt, the activities that x_b stand for: any will do.
        key: by salt, a component that it alone brings, with its count; left out where there is none.
    """

    parts: Mapping[str, Mapping[str, float]]
    inverse: Mapping[str, Mapping[str, float]]
    key: Mapping[str, tuple[str, float]]

    @property
    def names(self) -> list[str]:
        """The salts."""
        return list(dict.fromkeys(b for parts in self.parts.values() for b in parts))


class MixedSalts(ValueError):
    """A complex is a salt less another one, so that totals of salts may be negative; the message names it."""


def salts_of(extraction: ExtractionSystem) -> Salts:
    """The salts of an extraction system's complexes.

    Simple ones are chosen first, and of these the ones that exchange most protons.

    Raises:
        MixedSalts: not every complex is a sum of salts.

    >>> from hydromet.extraction.mass_action import load_extraction_system
    >>> cyanex = salts_of(load_extraction_system("cyanex272").of(["Co", "Na"]))
    >>> cyanex.parts["CoA2"], cyanex.key["CoA2(HA)2"]
    ({'CoA2(HA)2': 1.0}, ('Co', 1.0))
    """
    species = organic_species(extraction)
    components = list(dict.fromkeys(c for s in species.values() for c in s.composition if c != WATER))
    rows = {name: np.array([s.composition.get(c, 0.0) for c in components]) for name, s in species.items()}
    chosen: list[str] = []
    for name in sorted(rows, key=lambda n: (len(species[n].components), -species[n].acid)):
        if np.linalg.matrix_rank(np.array([rows[n] for n in (*chosen, name)])) > len(chosen):
            chosen.append(name)
    basis = np.array([rows[n] for n in chosen])
    parts: dict[str, dict[str, float]] = {}
    for name, row in rows.items():
        amounts = np.linalg.lstsq(basis.T, row, rcond=None)[0]
        parts[name] = {
            b: round(float(a), 12) for b, a in zip(chosen, amounts, strict=True) if abs(a) > _ROUNDING
        }
        if min(parts[name].values()) < 0.0:
            raise MixedSalts(f"{name} is no sum of {', '.join(chosen)}")
    inverse = np.linalg.pinv(basis)
    key: dict[str, tuple[str, float]] = {}
    for b in chosen:
        for c in species[b].components:
            count = species[b].composition[c]
            if all(
                abs(s.composition.get(c, 0.0) - count * parts[name].get(b, 0.0)) < _ROUNDING
                for name, s in species.items()
            ):
                key.setdefault(b, (c, count))
    return Salts(
        parts,
        {c: dict(zip(chosen, inverse[i].tolist(), strict=True)) for i, c in enumerate(components)},
        key,
    )
