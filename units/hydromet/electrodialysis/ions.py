"""The ions that pass ion-exchange membranes, and what the chemistry knows of them.

Mobile are the charged master species of a chemistry and their acid and base forms (HSO4-, OH-, MgOH+):
charged species of one component with protons, water or nothing.  Complexes of several components (an ion pair
NaSO4-) come apart before they enter; neutral species stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flowsheet.chemistry.reaction import Constant
from flowsheet.chemistry.system import (
    PROTON,
    PROTON_SPECIES,
    WATER,
    ActivityModel,
    ChemistrySystem,
)


@dataclass(frozen=True)
class Ion:
    """A mobile species.

    Attributes:
        name: of the species.
        charge: z.
        composition: components in it; a proton that is missing counts negative.
        constant: of its formation; None for a master species.
    """

    name: str
    charge: int
    composition: Mapping[str, float]
    constant: Constant | None

    def ln_activity(self, ln_a: Mapping[str, Any], ln_water_activity: Any, temperature: Any) -> Any:
        """ln a of the species from those of its components' master species."""
        terms: Any = 0.0 if self.constant is None else self.constant.ln_k(temperature)
        for c, n in self.composition.items():
            terms = terms + n * (ln_water_activity if c == WATER else ln_a[c])
        return terms


def mobile_ions(system: ChemistrySystem, components: Iterable[str], model: ActivityModel) -> list[Ion]:
    """Mobile species of a solution of `components`, protons and hydroxide among them.

    >>> from flowsheet.chemistry.load import load_system
    >>> [ion.name for ion in mobile_ions(load_system("nmc_sulfate"), ["Na", "SO4"], "pitzer")]
    ['H+', 'Na+', 'SO4-2', 'OH-', 'HSO4-']
    """
    solutes = system.solutes(components)
    ions = [Ion(PROTON_SPECIES, 1, {PROTON: 1.0}, None)]
    for c in solutes:
        if system.component(c).charge:
            ions.append(Ion(system.component(c).species, system.component(c).charge, {c: 1.0}, None))
    for species in system.present_species([*solutes, WATER, PROTON], model):
        own = [c for c in species.composition if c not in (PROTON, WATER)]
        single = len(own) <= 1 and all(species.composition[c] == 1.0 for c in own)
        if species.charge and single:
            constant = species.constants[model]
            ions.append(Ion(species.name, species.charge, dict(species.composition), constant))
    return ions


def crossing(system: ChemistrySystem, components: Iterable[str], model: ActivityModel) -> list[str]:
    """Components that a membrane can pass: those with a mobile ion."""
    ions = mobile_ions(system, components, model)
    return [c for c in system.solutes(components) if any(c in ion.composition for ion in ions)]
