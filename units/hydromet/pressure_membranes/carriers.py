"""The species by which components move through a film or a membrane, and their equilibrium at any point.

A component moves as its master ion, all of it, whatever it is bound in: an ion pair (NiSO4, MgSO4) or a
hydroxo complex counts as its parts, since permeances were found from totals of dilute salts and pairs come
apart as fast as they diffuse.  Apart are kept the species that have a permeance of their own and move unlike
their parts - what a proton makes of an anion (HSO4-, HF), strong complexes (AlF+2) - and OH-: a protonated
sulfate passes a membrane far more easily than sulfate, and fluoride that aluminium holds passes far less.
They are at equilibrium with their parts at every point,

    m_s = K_s prod_c m_c*^nu_cs        K_s from the liquor at the wall (activities of the chemistry)

    m_c*   molality of a component that is not in such a species, pairs included      mol/kg water
    nu_cs  how often the species holds the component; the proton too, whose m* is that of H+ when hydroxo
           complexes are taken apart

and the flux of a component, the proton too, is the sum over the species that hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from flowsheet.chemistry.aqueous import AqueousState
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, PROTON_SPECIES, WATER, ChemistrySystem


@dataclass
class Carriers:
    """What moves, by species.

    Attributes:
        masters: species of each solute, and of the proton.
        bound: species that move unlike their parts, with how much of each component they hold; OH- lacks a
            proton.
        charges: by species.
    """

    system: ChemistrySystem
    solutes: list[str]
    apart: Iterable[str] = ()
    masters: dict[str, str] = field(init=False)
    bound: dict[str, dict[str, float]] = field(init=False)
    charges: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        system = self.system
        self.masters = {c: system.component(c).species for c in self.solutes} | {PROTON: PROTON_SPECIES}
        self.bound = {HYDROXIDE_SPECIES: {PROTON: -1.0}}
        for name in self.apart:
            parts = _parts(system, name, self.components)
            if parts:
                self.bound[name] = parts
        self.charges = {s: system.component(c).charge for c, s in self.masters.items()}
        self.charges |= {name: system.species[name].charge for name in self.bound}

    @property
    def components(self) -> list[str]:
        return [*self.solutes, PROTON]

    @property
    def shared(self) -> list[str]:
        """Solutes that a species holds together, or twice: no closed form gives what of these is free."""
        together: set[str] = set()
        for parts in self.bound.values():
            counts = {c: n for c, n in parts.items() if c != PROTON}
            if sum(counts.values()) > 1.0:
                together |= counts.keys()
        return [c for c in self.solutes if c in together]

    def holding(self, component: str) -> dict[str, float]:
        """Species that hold a component, with how much of it; OH- lacks a proton."""
        apart = {name: held[component] for name, held in self.bound.items() if component in held}
        return {self.masters[component]: 1.0, **apart}


def _parts(system: ChemistrySystem, name: str, components: list[str]) -> dict[str, float]:
    """What a species holds of each component; nothing if it is a master, or not of these components."""
    entry = system.species.get(name)
    if entry is None:
        return {}
    parts = {c: n for c, n in entry.composition.items() if c != WATER}
    possible = all(c in components and (n > 0.0 or c == PROTON) for c, n in parts.items())
    return parts if possible and sum(c != PROTON for c in parts) >= 1 else {}


class Constants:
    """Logarithms of the constants K_s that a speciated liquor has."""

    def __init__(self, block: Any, carriers: Carriers, state: AqueousState) -> None:
        held = {c for parts in carriers.bound.values() for c in parts if c != PROTON}
        block.ln_unbound = pyo.Expression(
            [c for c in carriers.solutes if c in held],
            rule=lambda _, c: pyo.log(self._unbound(carriers, state, c)),
        )
        block.ln_constant = pyo.Expression(
            list(carriers.bound), rule=lambda _, s: self._of(block, carriers, state, s)
        )
        self.ln = block.ln_constant

    @staticmethod
    def _unbound(carriers: Carriers, state: AqueousState, component: str) -> Any:
        """m_c*: the master ion and the pairs that move as their parts."""
        pairs = (
            species.composition[component] * state.m[name]
            for name, species in state.complexes.items()
            if component in species.composition and name not in carriers.bound
        )
        return state.m[carriers.masters[component]] + sum(pairs)

    @staticmethod
    def _of(block: Any, carriers: Carriers, state: AqueousState, species: str) -> Any:
        return pyo.log(state.m[species]) - sum(
            n * (state.block.ln_m[PROTON_SPECIES] if c == PROTON else block.ln_unbound[c])
            for c, n in carriers.bound[species].items()
        )


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
        for s, parts in carriers.bound.items():
            block.m[s] = pyo.exp(constants.ln[s] + sum(n * ln_master(c) for c, n in parts.items()))
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
    carriers: Carriers,
    constants: Constants,
    totals: Mapping[str, Any],
    ln_proton: Any,
    ln_shared: Mapping[str, Any],
) -> dict[str, Any]:
    """Logarithms of what of each total [mol/kg] is in no bound species, at a proton's molality.

    `ln_shared` are those that no closed form gives.
    """
    free = {PROTON: ln_proton}
    for c, total in totals.items():
        bound = [
            pyo.exp(constants.ln[s] + parts.get(PROTON, 0.0) * ln_proton)
            for s, parts in carriers.bound.items()
            if c in parts and c not in ln_shared
        ]
        alone = pyo.log(total) - (pyo.log(1.0 + sum(bound)) if bound else 0.0)
        free[c] = ln_shared.get(c, alone)
    return free
