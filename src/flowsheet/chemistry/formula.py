"""Chemical formulas: elements, charge, molar mass, electrons.

>>> parse("Al(OH)2+")
Formula(elements={'Al': 1.0, 'O': 2.0, 'H': 2.0}, charge=1)
>>> round(parse("CoSO4.7H2O").molar_mass, 1)
281.1
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata

from flowsheet.document.kept import kept

REFERENCE_VALENCE: Mapping[str, int] = {
    "H": 1,
    "O": -2,
    "Li": 1,
    "Na": 1,
    "K": 1,
    "Mg": 2,
    "Ca": 2,
    "Mn": 2,
    "Fe": 3,
    "Co": 2,
    "Ni": 2,
    "Cu": 2,
    "Zn": 2,
    "Al": 3,
    "B": 3,
    "C": 4,
    "Si": 4,
    "N": 0,
    "P": 5,
    "S": 6,
    "F": -1,
    "Cl": -1,
    "La": 3,
    "Ce": 3,
    "Pr": 3,
    "Nd": 3,
    "Sm": 3,
    "Eu": 3,
    "Gd": 3,
    "Tb": 3,
    "Dy": 3,
    "Ho": 3,
    "Er": 3,
    "Tm": 3,
    "Yb": 3,
    "Lu": 3,
    "Y": 3,
    "Sc": 3,
    "Ti": 4,
}
"""Valences against which electrons are counted: a substance with more electrons than these is a reductant."""

_TOKEN = re.compile(r"([A-Z][a-z]?)|(\()|(\))|(\d+(?:\.\d+)?)")
_CHARGE = re.compile(r"([+-])(\d*)$")
_HYDRATE = re.compile(r"(.+?)[.·:]((?:\d+(?:\.\d+)?)?H2O)")
_PHASE_SUFFIX = re.compile(r"\((?:aq|s|am|cr|g|l)\)$")


class FormulaError(ValueError):
    """A text that is not a chemical formula."""


@dataclass(frozen=True)
class Formula:
    """Element counts and charge of one formula unit; `stated_mass` [g/mol] where elements have no weight."""

    elements: Mapping[str, float]
    charge: int
    stated_mass: float | None = field(default=None, repr=False)

    @property
    def molar_mass(self) -> float:
        """Molar mass [g/mol], atomic weights from Cantera."""
        if self.stated_mass is not None:
            return self.stated_mass
        return sum(count * atomic_weight(element) for element, count in self.elements.items())

    @property
    def electrons(self) -> float:
        """Electrons that one formula unit can give, counted from `REFERENCE_VALENCE` [mol/mol].

        An element without one counts from 0: any valence serves a balance, since elements are conserved.

        >>> parse("Fe+2").electrons, parse("H2O2").electrons, parse("LiCoO2").electrons
        (1.0, -2.0, -1.0)
        """
        return sum(n * REFERENCE_VALENCE.get(e, 0) for e, n in self.elements.items()) - float(self.charge)


@cache
def is_element(text: str) -> bool:
    """Whether a text is the symbol of a chemical element.

    >>> is_element("Co"), is_element("SO4")
    (True, False)
    """
    try:
        atomic_weight(text)
    except FormulaError:
        return False
    return True


def atomic_weight(element: str) -> float:
    """Atomic weight [g/mol] as Cantera holds it."""
    try:
        return _atomic_weights()[element]
    except KeyError as error:
        raise FormulaError(f"`{element}` is not a chemical element") from error


@cache
def _atomic_weights() -> dict[str, float]:
    """Of all elements that have one; kept between runs, so that reading a formula does not import Cantera."""

    def of_cantera() -> dict[str, float]:
        import cantera

        found = {}
        for symbol in cantera.Element.element_symbols:
            with suppress(cantera.CanteraError):  # no stable isotope, no weight
                found[symbol] = float(cantera.Element(symbol).weight)
        return found

    weights: dict[str, float] = kept("atomic-weights", metadata.version("cantera"), of_cantera)
    return weights


@cache
def parse(text: str) -> Formula:
    """Read a formula with nested groups, hydrate dots, fractional counts and a trailing charge (`+2`, `-`).

    Raises:
        FormulaError: the text is not a formula.
    """
    body = _PHASE_SUFFIX.sub("", text)
    charge = 0
    if found := _CHARGE.search(body):
        charge = int(found.group(2) or 1) * (1 if found.group(1) == "+" else -1)
        body = body[: found.start()]
    if body in ("e", "E"):
        return Formula({}, charge)
    elements: dict[str, float] = {}
    for part in _hydrate_parts(body):
        multiple, start = 1.0, 0
        if leading := re.match(r"\d+(?:\.\d+)?", part):
            multiple, start = float(leading.group()), leading.end()
        for element, count in _group(part, start, text).items():
            elements[element] = elements.get(element, 0.0) + multiple * count
    if not elements:
        raise FormulaError(f"`{text}` is not a chemical formula")
    return Formula(elements, charge)


def _hydrate_parts(body: str) -> list[str]:
    """Split at the dots of hydrates, which stand before a group, not inside a fractional count.

    `Li0.5CoO2` has no hydrate dot; `CoSO4.7H2O` and `MgSO4.0.5H2O` have one: water follows.
    """
    found = _HYDRATE.fullmatch(body)
    return [found.group(1), found.group(2)] if found else [body]


def _group(part: str, start: int, whole: str) -> dict[str, float]:
    stack: list[dict[str, float]] = [{}]
    pending: dict[str, float] = {}  # the element or bracket that a count may still follow
    position = start

    def settle(count: float) -> None:
        for e, n in pending.items():
            stack[-1][e] = stack[-1].get(e, 0.0) + n * count

    for token in _TOKEN.finditer(part, start):
        if token.start() != position:
            break
        position = token.end()
        element, opening, closing, count = token.groups()
        if count:
            if not pending:
                raise FormulaError(f"`{whole}`: a count stands without an element before it")
            settle(float(count))
            pending = {}
            continue
        settle(1.0)
        pending = {}
        if element:
            pending = {element: 1.0}
        elif opening:
            stack.append({})
        elif closing:
            if len(stack) == 1:
                raise FormulaError(f"`{whole}`: a bracket is closed that was not opened")
            pending = stack.pop()
    settle(1.0)
    if position != len(part) or len(stack) != 1:
        raise FormulaError(f"`{whole}` is not a chemical formula")
    return stack[0]
