"""Names for what a Cantera file calls its own way.

A species keeps the file's name, with its charge spelt as elsewhere here (`Nd+++` becomes `Nd+3`) where that
is its formula; water, H+, OH- and HSO4- have their usual names.  A component is called as in the shipped
systems where its master species is met there (`Fe+2`: Fe(II), `SO4-2`: SO4), else by its formula without the
charge.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

from flowsheet.chemistry.files import Reading, system_file
from flowsheet.chemistry.formula import Formula, FormulaError, parse
from flowsheet.chemistry.system import HYDROXIDE_SPECIES, PROTON, PROTON_SPECIES, WATER

_SIGNS = re.compile(r"(\++|-+)$")
_CHARGE = re.compile(r"[+-]+\d*$")
_USUAL = (WATER, PROTON_SPECIES, HYDROXIDE_SPECIES, "HSO4-")
_SAME_MASS = 0.01
"""[g/mol]; Cantera takes the electrons' mass off."""


def formula_of(composition: Mapping[str, float], charge: int, mass: float) -> Formula:
    """A species' formula; elements that the file defines itself bring their own mass [g/mol]."""
    elements = {e: float(n) for e, n in composition.items() if e != "E" and n}
    plain = Formula(elements, charge)
    try:
        known = abs(plain.molar_mass - mass) < _SAME_MASS
    except FormulaError:
        known = False
    return plain if known else Formula(elements, charge, mass)


def species_name(name: str, formula: Formula, taken: Collection[str]) -> str:
    """What a species is called here."""
    for usual in _USUAL:
        if _same(parse(usual), formula) and usual not in taken:
            return usual
    spelt = _SIGNS.sub(lambda found: found.group()[0] + str(len(found.group())).replace("1", ""), name)
    return spelt if is_spelt(spelt, formula) and spelt not in taken else name


def is_spelt(name: str, formula: Formula) -> bool:
    """Whether a name is the formula."""
    try:
        return formula.stated_mass is None and _same(parse(name), formula)
    except FormulaError:
        return False


def component_name(species: str, formula: Formula, taken: Collection[str]) -> str:
    """What the component of a master species is called."""
    bare = _CHARGE.sub("", species) if formula.charge else species
    for candidate in (usual_component(formula), bare):
        if candidate and candidate not in (*taken, WATER, PROTON):
            return candidate
    return species


def usual_component(formula: Formula) -> str | None:
    """The shipped systems' name of the component with this master species."""
    return _shipped_components().get(_key(formula))


@cache
def _shipped_components() -> dict[tuple, str]:
    from flowsheet.chemistry.load import shipped_systems

    found: dict[tuple, str] = {}
    for name in shipped_systems():
        for component, entry in Reading(system_file(name)).tree.get("components", {}).items():
            if not entry.get("inert"):
                found.setdefault(_key(parse(entry["species"])), component)
    return found


def _key(formula: Formula) -> tuple:
    return (*sorted(formula.elements.items()), formula.charge)


def _same(one: Formula, other: Formula) -> bool:
    return _key(one) == _key(other)
