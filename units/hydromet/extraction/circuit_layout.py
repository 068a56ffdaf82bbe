"""What each liquor and the organic of an extraction circuit can carry, from what enters it.

Sections follow one another along the organic.  A section's liquor holds what its inlets bring and what the
organic brings it: what it has extracted, and with aqueous droplets everything that the liquor before it
holds.  The spent scrub may join the feed, and part of the strip liquor return as scrub.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsheet.chemistry.system import WATER, ChemistrySystem
from flowsheet.model.stream import Shape
from hydromet.extraction.mass_action import ExtractionSystem

SECTIONS = ("extraction", "scrub", "strip", "regeneration")
PORTS = {
    "extraction": ("feed", "alkali"),
    "scrub": ("scrub",),
    "strip": ("strip",),
    "regeneration": ("regenerant",),
}
"""Aqueous inlets of each section."""


@dataclass(frozen=True)
class Layout:
    """The structure of a circuit.

    Attributes:
        sections: those with stages, along the organic.
        joins: by section, the section that its spent liquor enters, all or a share of it.
        has_droplets: whether the organic takes liquor along.
        is_closed: whether the organic goes round.
    """

    system: ChemistrySystem
    extraction: ExtractionSystem
    sections: tuple[str, ...]
    joins: Mapping[str, str]
    has_droplets: bool
    is_closed: bool

    def ports(self, section: str) -> tuple[str, ...]:
        """Aqueous inlets whose liquor leaves with a section's."""
        joined = [p for s in self.sections if self.joins.get(s) == section for p in self.ports(s)]
        return (*PORTS[section], *joined)

    def liquors(self, inlets: Mapping[str, Shape]) -> dict[str, tuple[str, ...]]:
        """Components of each section's liquor, water first, without inert ones."""
        found = {
            s: {c for p in self.ports(s) for c in inlets[p].names("aqueous") if self._reacts(c)}
            for s in self.sections
        }
        entering = {c for phase in ("organic", "aqueous") for c in inlets["organic"].names(phase)}
        entering = {c for c in entering if self._reacts(c)}
        while True:
            before = {s: set(c) for s, c in found.items()}
            carried = entering | (self._carried(found[self.sections[-1]]) if self.is_closed else set())
            for section in self.sections:
                found[section] |= carried
                carried = self._carried(found[section])
            for section, other in self.joins.items():
                found[other] |= found[section]
            if found == before:
                return {s: Shape.of(aqueous=c).names("aqueous") for s, c in found.items()}

    def extracted(self, liquor: tuple[str, ...]) -> tuple[str, ...]:
        """What the organic over a liquor holds of its components."""
        taken = set(self.extraction.of(liquor).components)
        return tuple(c for c in liquor if c in taken)

    def foreign(self, section: str, inlets: Mapping[str, Shape]) -> list[str]:
        """Organics that a section's liquor brings from elsewhere."""
        names = [c for p in self.ports(section) for c in inlets[p].names("aqueous")]
        return [c for c in names if not self._reacts(c)]

    def _carried(self, liquor: set[str]) -> set[str]:
        if WATER not in liquor:
            return set()
        return set(liquor) if self.has_droplets else set(self.extraction.of(liquor).components)

    def _reacts(self, component: str) -> bool:
        return not self.system.component(component).inert
