"""Groups of elements that are counted together, each as a compound of it: rare-earth oxide, for one.

    groups: {REO: [La2O3, CeO2, Pr6O11, Nd2O3], REE: [La, Ce, Pr, Nd], LCE: [Li2CO3]}

>>> {e: round(f, 4) for e, f in factors("REO", ["Nd2O3", "Pr6O11"]).items()}
{'Nd': 1.1664, 'Pr': 1.2082}
>>> factors("REE", ["Nd"])
{'Nd': 1.0}
"""

from __future__ import annotations

from collections.abc import Sequence

from flowsheet.chemistry.files import ChemistryError
from flowsheet.chemistry.formula import FormulaError, atomic_weight, parse

_COUNTERPARTS = frozenset({"O", "H", "C"})
"""What an element is bound to in an oxide, a hydroxide or a carbonate."""


def factors(name: str, compounds: Sequence[str]) -> dict[str, float]:
    """Mass of the compound per mass of its element [kg/kg], by element: f = M(compound) / (n M(element)).

    A compound is an element by itself, or the oxide, hydroxide or carbonate of one.

    Raises:
        ChemistryError: one of them is neither, or an element is counted twice.
    """
    found: dict[str, float] = {}
    for compound in compounds:
        try:
            element, factor = _counted(str(compound))
        except FormulaError as error:
            raise ChemistryError(f"group {name}: {error}") from error
        if element in found:
            raise ChemistryError(f"group {name}: {element} is counted twice")
        found[element] = factor
    return found


def _counted(compound: str) -> tuple[str, float]:
    """The element that a compound counts, and how."""
    formula = parse(compound)
    elements = [e for e in formula.elements if e not in _COUNTERPARTS]
    if len(elements) != 1 or formula.charge:
        raise FormulaError(f"`{compound}` is no element, nor oxide, hydroxide or carbonate of one")
    (element,) = elements
    return element, formula.molar_mass / (formula.elements[element] * atomic_weight(element))
