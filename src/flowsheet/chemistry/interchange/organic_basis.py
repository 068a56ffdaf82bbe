"""Diluent and extractant of an organic phase, found from what its species are made of.

Modulo the aqueous components, every species is a multiple of the extractant, is the diluent, or is nothing
(water, acid or salt taken up as such).  The diluent is the one that nothing else contains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsheet.chemistry.interchange.basis import NoBasis, Span, Vector, ray
from flowsheet.chemistry.system import PROTON, WATER


@dataclass(frozen=True)
class OrganicBasis:
    """The species that are no complexes."""

    diluent: str
    extractant: str | None


def organic_basis(species: Mapping[str, Vector], aqueous: Span, solvent: str | None) -> OrganicBasis:
    """`solvent`: the species that molalities count from, if they do; it must be the diluent.

    Raises:
        NoBasis: there is no diluent, or more than one extractant.
    """
    edges: dict[Vector, list[str]] = {}
    for name, v in species.items():
        rest = aqueous.remainder(v)
        if any(rest):
            edges.setdefault(ray(rest), []).append(name)
    groups = list(edges.values())
    if not groups:
        name = next(iter(species))
        raise NoBasis(name, "all its species can be made from the aqueous phase: it has no diluent")
    alone = [g[0] for g in groups if len(g) == 1]
    if solvent is not None and solvent not in alone:
        raise NoBasis(solvent, f"the solvent `{solvent}` takes part in reactions")
    if len(groups) > 2:
        third = next(n for g in groups[1:] for n in g if n != solvent)
        shown = ", ".join(f"`{g[0]}`" for g in groups)
        raise NoBasis(
            third, f"{shown} can't be made from each other: that is more than diluent and extractant"
        )
    if len(groups) == 1:
        if not alone:
            raise NoBasis(groups[0][0], "it has no diluent")
        return OrganicBasis(alone[0], None)
    if not alone:
        raise NoBasis(groups[1][0], "it has no diluent: two of its species form others")
    diluent = solvent or (alone[0] if len(alone) == 1 else alone[-1])
    other = next(g for g in groups if g[0] != diluent)
    return OrganicBasis(diluent, _extractant(other, species, aqueous))


def _extractant(group: list[str], species: Mapping[str, Vector], aqueous: Span) -> str:
    """The species of a group that others take least from when they form; the first of equals."""

    def released(candidate: str) -> int:
        span = Span([*aqueous.names, candidate], [*aqueous.vectors, species[candidate]])
        made = [span.coefficients(species[name]) or {} for name in group]
        return sum(n < 0 and c not in (WATER, PROTON) for m in made for c, n in m.items())

    return min(group, key=lambda name: (released(name), group.index(name)))
