"""Quantities as people write them: one finite number and one unit expression.

`70 degC`, `2 h`, `650 L/h`, `58 %`, `128 USD/t`, `1.2 barg`, `50 ppm`, `4.0`.  Refused, with a reason: `2:1`,
`3 - 5`, `1,000 kg`, NaN, `5 ton`, a number without a unit where one is needed, a wrong dimension.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flowsheet.document.unit_expression import UnitError, parse_unit
from flowsheet.document.unit_of_measure import canonical_unit, conversion, currency_factor, describe

_DIGITS = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NO_UNIT = r"[:,]|[-–+]\s*\d|\.\.|to\b|(?!1/)\d|±"
"""How what follows a number can't begin: a ratio, a range, a thousand with a comma, an uncertainty."""
_NUMBER = re.compile(rf"\s*({_DIGITS})(?![\d.])\s*(.*?)\s*", re.DOTALL)
NUMBER_AND_UNIT = rf"^\s*{_DIGITS}(?![\d.eE])\s*(?!\s|{_NO_UNIT})\S"
NUMBER_ALONE = rf"^\s*{_DIGITS}\s*$"
"""The grammar as patterns (ECMA 262 reads them like Python) that a text is searched for."""


class QuantityError(UnitError):
    """A text that isn't the quantity that is wanted: `code`, `message`, `help`."""


@dataclass(frozen=True, slots=True)
class NumberWithUnit:
    """A text taken apart, the unit not yet judged."""

    number: float
    unit: str

    def canonical_unit(self) -> str:
        """The canonical unit of the dimension that was written.  Raises QuantityError."""
        try:
            return canonical_unit(parse_unit(self.unit))
        except UnitError as error:
            raise QuantityError(error.code, error.message, error.help) from None


def split_quantity(text: str) -> NumberWithUnit:
    """Take `number unit` apart.  Raises QuantityError (E201, E206).

    >>> split_quantity("650 L/h")
    NumberWithUnit(number=650.0, unit='L/h')
    """
    match = _NUMBER.fullmatch(text)
    if match is None or re.match(_NO_UNIT, match.group(2)):
        raise _not_a_quantity(text)
    number = float(match.group(1))
    if not math.isfinite(number):
        raise QuantityError("E206", f"`{text}` is too large for a number")
    return NumberWithUnit(number, match.group(2))


def _not_a_quantity(text: str) -> QuantityError:
    stripped = text.strip()
    if re.match(r"[+-]?\.?(nan|inf)", stripped, re.IGNORECASE):
        return QuantityError("E206", f"`{stripped}` isn't a finite number")
    message = f"`{stripped}` isn't a number with a unit"
    if re.search(r"\d\s*:\s*\d", stripped):
        return QuantityError("E201", message, "a ratio is one number: for 2:1 write 2, for 1:4 write 0.25")
    if re.search(r"\d,\d{3}\b", stripped):
        return QuantityError("E201", message, "write a thousand as 1000, without a comma")
    if re.search(r"\d,\d", stripped):
        return QuantityError("E201", message, "write a decimal point: 1.5")
    if re.search(r"\d.*(\s-\s|–|\.\.|\bto\b)\s*\d|\d\s*[-–]\s*\d", stripped):
        return QuantityError("E201", message, "give one number; bounds are written as [3 h, 5 h]")
    if "±" in stripped or "+-" in stripped:
        return QuantityError("E201", message, "give the number alone, without its uncertainty")
    return QuantityError("E201", message if stripped else "a number with a unit is missing")


def parse_quantity(text: str, unit: str, rates: Mapping[str, float] | None = None) -> float:
    """The value of a quantity in the canonical `unit`.

    `unit` may be "1" (any fraction or plain number), "mass fraction", "mole fraction", "pH", "K" (a
    temperature), "delta_K" (a temperature difference) or any unit expression.  `rates` gives USD per unit of
    other currencies.  Raises QuantityError.

    >>> parse_quantity("70 degC", "K"), parse_quantity("650 L/h", "m3/h"), parse_quantity("30 wt%", "1")
    (343.15, 0.65, 0.3)
    """
    return _parse(text, unit, tuple(sorted(rates.items())) if rates else ())


@lru_cache(maxsize=4096)
def _parse(text: str, unit: str, rates: tuple[tuple[str, float], ...]) -> float:
    parts = split_quantity(text)
    try:
        return _converted(parts, text, unit, dict(rates))
    except QuantityError:
        raise
    except UnitError as error:
        raise QuantityError(error.code, error.message, error.help) from None


def may_stand_alone(unit: str) -> bool:
    """Whether a number without a unit can be meant.

    >>> may_stand_alone("mass fraction"), may_stand_alone("h")
    (True, False)
    """
    return describe(unit).unit in ("1", "pH", "mass fraction", "mole fraction")


def _converted(parts: NumberWithUnit, text: str, unit: str, rates: Mapping[str, float]) -> float:
    expression = parse_unit(parts.unit)
    wanted = describe(unit)
    if parts.unit == "" and not may_stand_alone(unit):
        raise QuantityError(
            "E201", f"`{text.strip()}` has no unit; expected {wanted.name}", f"for example `{wanted.example}`"
        )
    if parts.unit == "pH" and unit not in ("pH", "1"):
        raise QuantityError("E203", f"expected {wanted.name}, got a pH", f"for example `{wanted.example}`")
    if unit == "pH" and expression.factors:
        raise QuantityError("E203", f"a pH is a plain number, got `{text.strip()}`", "for example `4.0`")
    _check_basis(expression.basis, unit)
    factor, offset = conversion(expression, unit)
    factor *= currency_factor(expression, rates)
    return _scaled(parts.number, factor) + offset


def _check_basis(basis: str | None, unit: str) -> None:
    if unit == "mass fraction" and basis in ("mol", "vol"):
        raise QuantityError("E203", f"expected a mass fraction, got a {basis} fraction", "write `mass %`")
    if unit == "mole fraction" and basis == "mass":
        raise QuantityError("E203", "expected a mole fraction, got a mass fraction", "write `mol %`")


def _scaled(number: float, factor: float) -> float:
    """number * factor, dividing where the factor is 1/n, so that 58 % is exactly 0.58."""
    if 0 < factor < 1:
        inverse = round(1 / factor)
        if abs(inverse * factor - 1) < 4e-16:
            return number / inverse
    return number * factor


def to_display(value: float, unit: str, display_unit: str, rates: Mapping[str, float] | None = None) -> float:
    """A value in a canonical unit, shown in another unit of the same dimension.  Raises QuantityError.

    >>> to_display(343.15, "K", "degC"), to_display(0.65, "m3/h", "L/h")
    (70.0, 650.0)
    """
    expression = parse_unit(display_unit)
    try:
        factor, offset = conversion(expression, unit)
        factor *= currency_factor(expression, rates)
    except UnitError as error:
        raise QuantityError(error.code, error.message, error.help) from None
    shown = (value - offset) / factor
    return float(f"{shown:.15g}")
