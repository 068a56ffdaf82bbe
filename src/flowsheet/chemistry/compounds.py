"""Compounds as amounts of components: what a reagent brings into an aqueous phase.

>>> from flowsheet.chemistry.load import load_system
>>> dissolve(load_system("nmc_sulfate"), "NiSO4.6H2O")
{'H2O': 6.0, 'Ni': 1.0, 'SO4': 1.0}
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from flowsheet.chemistry.formula import FormulaError, parse
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem


class UnknownCompound(ValueError):
    """The components can't make up the compound."""


def dissolve(system: ChemistrySystem, compound: str) -> dict[str, float]:
    """Components per mole of a compound, H and H2O included.

    A component's own name, or its master species', is itself; the other species' reactions are known.
    Otherwise elements and charge decide; iron's valence, for one, follows from neutrality.  Of several
    mixtures with the same composition that of the fewest components counts.

    Raises:
        UnknownCompound: no combination of components has the compound's elements and charge.
    """
    if compound in system.components:
        return {compound: 1.0}
    if compound in system.component_of_master:
        return {system.component_of_master[compound]: 1.0}
    if compound in system.species:
        return dict(system.species[compound].composition)
    try:
        wanted = parse(compound)
    except FormulaError as error:
        raise UnknownCompound(str(error)) from error
    elements = sorted(wanted.elements)
    candidates = [
        c
        for c in system.components.values()
        if set(c.formula.elements) <= set(elements) | {"H", "O"}
        and c.name not in ("H2O2", "O2")
        and not c.inert
        and c.name not in (system.spectators or ())
    ]
    itself = next((c.name for c in candidates if c.formula == wanted), None)
    if itself:
        return {itself: 1.0}
    rows = sorted({e for c in candidates for e in c.formula.elements} | set(elements))
    matrix = np.array(
        [[c.formula.elements.get(e, 0.0) for c in candidates] for e in rows]
        + [[float(c.charge) for c in candidates]]
    )
    target = np.array([wanted.elements.get(e, 0.0) for e in rows] + [float(wanted.charge)])
    names = [c.name for c in candidates]
    found = _simplest(names, matrix, target)
    if found is None:
        raise UnknownCompound(f"the components of {system.name} can't make up {compound}")
    return found


def _simplest(names: list[str], matrix: np.ndarray, target: np.ndarray) -> dict[str, float] | None:
    """Non-negative amounts, water and protons of any sign, of as few components as will do.

    Where several ligands are made of the same elements, more than one mixture has a compound's composition.
    """
    always = [i for i, n in enumerate(names) if n in (WATER, PROTON)]
    others = [i for i, n in enumerate(names) if n not in (WATER, PROTON)]
    unique = np.linalg.matrix_rank(matrix) == len(names)
    for count in [len(others)] if unique else range(len(others) + 1):
        for chosen in combinations(others, count):
            columns = [*always, *chosen]
            amounts, *_ = np.linalg.lstsq(matrix[:, columns], target, rcond=None)
            named = {names[i]: round(float(a), 9) for i, a in zip(columns, amounts, strict=True)}
            negative = [n for n, a in named.items() if a < 0 and n not in (WATER, PROTON)]
            if np.max(np.abs(matrix[:, columns] @ amounts - target)) < 1e-8 and not negative:
                return {n: named[n] for n in names if named.get(n)}
    return None
