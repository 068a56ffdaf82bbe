"""Groups of elements that are counted together, each as a compound of it: rare-earth oxide, for one.

    groups: {REO: [La2O3, CeO2, Pr6O11, Nd2O3], REE: [La, Ce, Pr, Nd]}

>>> {e: round(f, 4) for e, f in factors("REO", ["Nd2O3", "Pr6O11"]).items()}
{'Nd': 1.1664, 'Pr': 1.2082}
>>> factors("REE", ["Nd"])
{'Nd': 1.0}
"""

from __future__ import annotations

from collections.abc import Sequence

from flowsheet.chemistry.files import ChemistryError
from flowsheet.chemistry.formula import FormulaError, atomic_weight, parse

_COUNTER = "O"


def factors(name: str, compounds: Sequence[str]) -> dict[str, float]:
    """Mass of the compound per mass of the element in it [kg/kg], by element.

    A compound is an element by itself, or an oxide of one.

    Raises:
        ChemistryError: one of them is neither, or an element is counted twice.
    """
    found: dict[str, float] = {}
    for compound in compounds:
        try:
            formula = parse(str(compound))
        except FormulaError as error:
            raise ChemistryError(f"group {name}: {error}") from error
        elements = [e for e in formula.elements if e != _COUNTER]
        if len(elements) != 1 or formula.charge:
            raise ChemistryError(f"group {name}: `{compound}` must be an element or an oxide of one")
        (element,) = elements
        if element in found:
            raise ChemistryError(f"group {name}: {element} is counted twice")
        found[element] = formula.molar_mass / (formula.elements[element] * atomic_weight(element))
    return found
