"""Random solutions of the sulfate system, of acidic and alkaline ones a share each, from a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from flowsheet.chemistry.system import ChemistrySystem

METALS = ("Li", "Ni", "Co", "Mn", "Al", "Cu", "Fe(II)", "Fe(III)", "Na", "K", "Ca", "Mg", "Zn")
OTHERS = ("F", "P", "Cl", "CO3", "Si")


@dataclass(frozen=True)
class Solution:
    """Totals [mol per kg of water] and temperature [K]."""

    totals: dict[str, float]
    temperature: float


def solutions(
    system: ChemistrySystem,
    count: int,
    seed: int,
    metals: Sequence[str] = METALS,
    others: Sequence[str] = OTHERS,
    strongest: float = 7.0,
) -> Iterator[Solution]:
    """Three to eight components from 1e-6 mol/kg up, made neutral with sulfate, and acid or sodium in excess.

    `strongest`: ionic strength [mol/kg] that the totals, taken as free ions, do not exceed; ion pairs of
    sulfate take about half of it under SIT.
    """
    random = np.random.default_rng(seed)
    for _ in range(count):
        chosen = [*random.choice(metals, random.integers(2, min(6, len(metals)) + 1), replace=False)]
        chosen += [*random.choice(others, random.integers(0, min(3, len(others)) + 1), replace=False)]
        totals = {str(c): float(10.0 ** random.uniform(-6.0, 0.3)) for c in chosen}
        excess = float(10.0 ** random.uniform(-4.0, -0.3)) * random.choice([1.0, 1.0, -1.0])  # > 0: acid
        charge = sum(system.charge_of(c) * n for c, n in totals.items()) + excess
        balance, per_mole = ("SO4", 0.5) if charge > 0.0 else ("Na", 1.0)
        totals[balance] = totals.get(balance, 0.0) + per_mole * abs(charge)
        strength = 0.5 * sum(system.charge_of(c) ** 2 * n for c, n in totals.items())
        factor = strongest * float(random.uniform(0.02, 1.0)) / strength
        if balance == "Na":  # what sulfate pairs is missing here
            factor *= 0.55
        yield Solution(
            {c: float(n * factor if system.charge_of(c) else min(n, 0.02)) for c, n in totals.items()},
            float(random.uniform(288.15, 363.15)),
        )


def broad_solutions(system: ChemistrySystem, count: int, seed: int) -> Iterator[Solution]:
    """Any components from 1e-8 to 5 mol/kg, acidic, alkaline, neutral, or as it happens; 15 to 95 degC."""
    random = np.random.default_rng(seed)
    components = system.solutes(system.components)
    for _ in range(count):
        chosen = random.choice(components, random.integers(2, len(components) + 1), replace=False)
        totals = {str(c): float(10.0 ** random.uniform(-8.0, np.log10(5.0))) for c in chosen}
        kind = random.choice(["acidic", "alkaline", "neutral", "as it happens"])
        temperature = float(random.uniform(288.15, 368.15))
        excess = float(10.0 ** random.uniform(-6.0, 0.5)) * {"acidic": 1.0, "alkaline": -1.0}.get(
            str(kind), 0.0
        )
        charge = sum(system.charge_of(c) * n for c, n in totals.items()) + excess
        if kind != "as it happens":
            balance, per_mole = ("SO4", 0.5) if charge > 0.0 else ("Na", 1.0)
            totals[balance] = totals.get(balance, 0.0) + per_mole * abs(charge)
        if any(system.charge_of(c) for c in totals):
            yield Solution({c: float(n) for c, n in totals.items()}, temperature)
