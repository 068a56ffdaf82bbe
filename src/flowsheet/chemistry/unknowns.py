"""Which molalities and activity coefficients of a solution are unknowns, so that all others follow.

A complex's molality is an explicit expression of the master species' unless it decides activity coefficients
that it depends on itself.  Such a circle is cut where that takes fewest unknowns: at the complex's molality,
or at an activity coefficient that many complexes decide (that of chloride among a dozen rare earths' chloride
and hydroxide complexes, of which all but a few are traces).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from flowsheet.chemistry.sit import Sit


def explicit_unknowns(
    complexes: Sequence[str], influence: Mapping[str, set[str]]
) -> tuple[list[str], list[str]]:
    """Complexes whose molality is an unknown, and species whose activity coefficient is one.

    `influence`: for a species, those whose activity coefficient its molality enters.  Of each complex and
    each species that it influences one of the two is an unknown: a small vertex cover, found greedily; of
    equals the molality is taken.

    >>> explicit_unknowns(["OH-"], {"OH-": {"Na+", "K+"}})
    (['OH-'], [])
    >>> explicit_unknowns(["LaCl+2", "NdCl+2"], {"LaCl+2": {"Cl-"}, "NdCl+2": {"Cl-"}})
    ([], ['Cl-'])
    """
    edges = [(c, other) for c in complexes for other in sorted(influence.get(c, ()))]
    molalities: set[str] = set()
    coefficients: set[str] = set()
    while edges:
        count: dict[tuple[bool, str], int] = {}
        for complex_, other in edges:
            count[True, complex_] = count.get((True, complex_), 0) + 1
            count[False, other] = count.get((False, other), 0) + 1
        is_molality, name = max(count, key=lambda node: (count[node], node))
        (molalities if is_molality else coefficients).add(name)
        edges = [e for e in edges if e[0 if is_molality else 1] != name]
    return [c for c in complexes if c in molalities], sorted(coefficients)


class ActivityCoefficients(Protocol):
    """What an activity model says of its species."""

    def partners(self) -> set[str]:
        """Species whose molality enters the activity coefficient of another."""


def influence(activity: ActivityCoefficients, species: Collection[str]) -> Mapping[str, set[str]]:
    """By species, those whose activity coefficient its molality enters: all where the model doesn't say."""
    if isinstance(activity, Sit):
        return activity.influence()
    return {partner: set(species) for partner in activity.partners()}
