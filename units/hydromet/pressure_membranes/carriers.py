"""The species by which components move through a film or a membrane, and their equilibrium at any point.

A component moves as its master ion, all of it, whatever it is bound in: an ion pair (NiSO4, MgSO4) or a
hydroxo complex counts as its parts, since permeances were found from totals of dilute salts and pairs come
apart as fast as they diffuse.  Apart are kept the species that a proton makes out of an anion and that have a
permeance of their own (HSO4-), and OH-: a protonated sulfate passes a membrane far more easily than sulfate.
Protonation is far faster than diffusion, so that it is at equilibrium at every point,

    m_s = K_s m_a* h^n        K_s = m_s / (m_a* h^n) of the liquor at the wall (activities of the chemistry)

    m_a*   molality of the anion that is not in such a species, pairs included      mol/kg water
    h      molality of H+ when hydroxo complexes are taken apart                    mol/kg water

and the flux of a component, the proton too, is the sum over the species that hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ChemistrySystem

HYDROXIDE = "OH-"


@dataclass
class Carriers:
    """What moves, by species.

    Attributes:
        masters: species of each solute, and of the proton.
        bound: species that protons make, with (component, protons); OH- is (None, -1).
        charges: by species.
    """

    system: ChemistrySystem
    solutes: list[str]
    apart: Iterable[str] = ()
    masters: dict[str, str] = field(init=False)
    bound: dict[str, tuple[str | None, float]] = field(init=False)
    charges: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        system = self.system
        self.masters = {c: system.component(c).species for c in self.solutes} | {PROTON: PROTON_SPECIES}
        self.bound = {HYDROXIDE: (None, -1.0)}
        for name in self.apart:
            protonated = _protonated(system, name, self.solutes)
            if protonated is not None:
                self.bound[name] = protonated
        self.charges = {s: system.component(c).charge for c, s in self.masters.items()}
        self.charges |= {name: system.species[name].charge for name in self.bound}

    @property
    def components(self) -> list[str]:
        return [*self.solutes, PROTON]

    def holding(self, component: str) -> dict[str, float]:
        """Species that hold a component, with how much of it; OH- lacks a proton."""
        held = {self.masters[component]: 1.0}
        for name, (c, protons) in self.bound.items():
            if component == PROTON:
                held[name] = protons
            elif c == component:
                held[name] = 1.0
        return held


def _protonated(system: ChemistrySystem, name: str, solutes: list[str]) -> tuple[str, float] | None:
    """The component that a species holds once, with its protons; None for any other species."""
    entry = system.species.get(name)
    if entry is None:
        return None
    others = {c: n for c, n in entry.composition.items() if c not in (PROTON, WATER)}
    protons = entry.composition.get(PROTON, 0.0)
    if len(others) != 1 or protons <= 0.0:
        return None
    ((component, count),) = others.items()
    return (component, protons) if count == 1.0 and component in solutes else None


class Constants:
    """Logarithms of the protonation constants K_s that a speciated liquor has."""

    def __init__(self, block: Any, carriers: Carriers, state: AqueousState) -> None:
        self.carriers = carriers
        block.ln_constant = pyo.Expression(
            list(carriers.bound), rule=lambda _, s: self._of(carriers, state, s)
        )
        self.ln = block.ln_constant

    @staticmethod
    def _of(carriers: Carriers, state: AqueousState, species: str) -> Any:
        component, protons = carriers.bound[species]
        ln_proton = state.block.ln_m[PROTON_SPECIES]
        if component is None:
            return pyo.log(state.m[species]) + ln_proton
        apart = sum(state.m[s] for s, (c, _) in carriers.bound.items() if c == component)
        rest = state.total[component] - apart
        return pyo.log(state.m[species]) - pyo.log(rest) - protons * ln_proton


class Node:
    """Molalities of all species at one place.

    Args:
        block: takes the expression `m` by species.
        ln_master: logarithm of the molality by component: a function, the proton's included.
    """

    def __init__(self, block: Any, carriers: Carriers, constants: Constants, ln_master: Any) -> None:
        self.carriers = carriers
        species = [*carriers.masters.values(), *carriers.bound]
        block.m = pyo.Expression(species)
        for c, s in carriers.masters.items():
            block.m[s] = pyo.exp(ln_master(c))
        for s, (holder, protons) in carriers.bound.items():
            held = ln_master(holder) if holder else 0.0
            block.m[s] = pyo.exp(constants.ln[s] + held + protons * ln_master(PROTON))
        self.m = block.m

    def total(self, component: str) -> Any:
        """All of a component [mol/kg water]; H less OH-."""
        return sum(n * self.m[s] for s, n in self.carriers.holding(component).items())

    def neutrality(self) -> Any:
        """ln of positive over negative charge."""
        positive, negative = (
            sum(abs(z) * self.m[s] for s, z in self.carriers.charges.items() if sign * z > 0)
            for sign in (1, -1)
        )
        return pyo.log(positive) - pyo.log(negative)

    def sum(self) -> Any:
        """Of all species [mol/kg water]."""
        return sum(self.m[s] for s in self.carriers.charges)


def ln_free(
    carriers: Carriers, constants: Constants, totals: Mapping[str, Any], ln_proton: Any
) -> dict[str, Any]:
    """Logarithms of what of each total [mol/kg] isn't protonated at a proton's molality."""
    free = {PROTON: ln_proton}
    for c, total in totals.items():
        bound = [
            pyo.exp(constants.ln[s] + protons * ln_proton)
            for s, (holder, protons) in carriers.bound.items()
            if holder == c
        ]
        free[c] = pyo.log(total) - (pyo.log(1.0 + sum(bound)) if bound else 0.0)
    return free
