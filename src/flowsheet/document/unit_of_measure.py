"""Unit expressions: their grammar and their conversion (by Pint, remembered).

A unit expression is names joined by * and /, a power being written m3, m^3 or m-2.  Pint does the conversion
and is imported only when a conversion is met for the first time; `load_conversions` and `save_conversions`
carry what was met from one run to the next, so that an unchanged file needs no Pint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flowsheet.document.dimensions import DIMENSIONS, SPECIAL_DIMENSIONS, Dimension

STANDARD_ATMOSPHERE = 1.01325  # bar, by definition (10th CGPM, 1954)
# A normal cubic metre is the ideal gas at 0 degC and 101325 Pa: p/(R T), R from the SI's exact constants.
_MOL_PER_NORMAL_CUBIC_METRE = 101325 / (8.31446261815324 * 273.15)

CURRENCIES = ("USD", "EUR", "GBP", "CNY", "JPY", "CAD", "AUD", "CHF", "KRW", "INR")
_CURRENCY = re.compile(rf"(k|M)?({'|'.join(CURRENCIES)})")
_GAUGE = {"barg": "bar", "psig": "psi", "kPag": "kPa", "bara": "bar", "psia": "psi"}
_TEMPERATURES = ("degC", "degF", "K")
_ALIASES = {
    "y": "year",
    "kt": "kilotonne",  # a knot to Pint
    "%": "percent",
    "°C": "degC",
    "℃": "degC",
    "°F": "degF",
    "celsius": "degC",
    "wt%": "percent",
    "Nm3": "normal_cubic_metre",
    "Sm3": "standard_cubic_metre",
    "µm": "um",
    "μm": "um",
    "Ω": "ohm",
    "liter": "L",
    "litre": "L",
    "l": "L",
}


_NAMED_TARGETS = {
    "pH": "1",
    "mass fraction": "1",
    "mole fraction": "1",
    "volume fraction": "1",
    "": "1",
    "fraction": "1",
    "dimensionless": "1",
}


class UnitError(ValueError):
    """A unit expression that isn't understood; carries a diagnostic code and help."""

    def __init__(self, code: str, message: str, help: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


@dataclass(frozen=True, slots=True)
class UnitExpression:
    """A unit expression taken apart: factors by name with powers, currencies apart.

    `basis` is mass, mol or vol for fractions that say so (`wt%`, `mol %`).
    """

    text: str
    factors: tuple[tuple[str, int], ...]
    currencies: tuple[tuple[str, int], ...] = ()
    scale: float = 1.0
    basis: str | None = None

    @property
    def single(self) -> str | None:
        """The name of a unit that is one name to the first power."""
        return self.factors[0][0] if len(self.factors) == 1 and self.factors[0][1] == 1 else None

    @property
    def key(self) -> str:
        """The expression in the form that Pint reads; degrees in a product are differences."""
        if self.single:
            return self.single
        parts = [
            f"{'delta_' if name in ('degC', 'degF') else ''}{name}**{power}" for name, power in self.factors
        ]
        return " * ".join(parts) or "1"


_FACTOR = re.compile(
    r"\s*(?P<operator>[*/·.]|\*\*)?\s*(?P<open>\()?\s*"
    r"(?:(?P<name>[A-Za-zµμΩ°℃$€£%_]+?)(?P<power>(?:\^|\*\*)?[-+]?\d+)?|(?P<one>1))(?![A-Za-z_\d])"
)


@cache
def parse_unit(text: str) -> UnitExpression:
    """Take a unit expression apart.  Raises UnitError.

    >>> parse_unit("USD/m2/y").key
    'USD**1 * m**-2 * year**-1'
    """
    stripped = " ".join(text.split())
    basis = re.fullmatch(r"(mass|wt|w|mol|mole|vol|v) ?(%|ppm)|ppm(v|w)", stripped)
    if basis:
        word = (basis.group(1) or basis.group(3))[0]
        name = "percent" if basis.group(2) == "%" else "ppm"
        kind = {"w": "mass", "v": "vol"}.get(
            word, "mol" if (basis.group(1) or "").startswith("mo") else "mass"
        )
        return UnitExpression(stripped, ((name, 1),), basis=kind)
    if stripped in ("", "1", "pH"):
        return UnitExpression(stripped, ())
    factors: dict[str, int] = {}
    currencies: dict[str, int] = {}
    scale = 1.0
    for name, power in _factors(stripped):
        money = _CURRENCY.fullmatch(name)
        if money:
            scale *= {"k": 1e3, "M": 1e6, None: 1.0}[money.group(1)] ** power
            if money.group(2) != "USD":
                currencies[money.group(2)] = currencies.get(money.group(2), 0) + power
            name = "USD"
        name = _known_name(name)
        factors[name] = factors.get(name, 0) + power
    return UnitExpression(
        stripped, tuple((n, p) for n, p in factors.items() if p), tuple(currencies.items()), scale
    )


def _factors(text: str) -> list[tuple[str, int]]:
    """Names with their powers, e.g. `kW/(m2*K)`: kW 1, m -2, K -1."""
    found: list[tuple[str, int]] = []
    position, sign, inside = 0, 1, 1
    while position < len(text):
        match = _FACTOR.match(text, position)
        operator = match.group("operator") if match else None
        if match is None or (found and operator is None) or operator == "**" or (not found and operator):
            raise UnitError(
                "E202",
                f"`{text}` isn't a unit of measure",
                "join names with * and /, for example `kg/m3` or `kJ/mol/K`",
            )
        sign = (-1 if operator == "/" else 1) * inside
        if match.group("open"):
            inside = sign
        name = match.group("name")
        if name in ("Nm", "Sm") and match.group("power") == "3":
            found.append((f"{name}3", sign))
        else:
            power = int(re.sub(r"[*^]", "", match.group("power") or "1"))
            found.append((name or "1", sign * power))
        position = match.end()
        while text[position : position + 1] == ")":
            inside, position = 1, position + 1
        if not text[position:].strip():
            break
    return [(name, power) for name, power in found if name != "1"]


def _known_name(name: str) -> str:
    """The name by which Pint knows a unit; refuses what means different things to different people."""
    if name in ("ton", "tons", "Ton"):
        raise UnitError("E207", f"`{name}` may be 1000 kg or 2000 lb", "write `t` (1000 kg) or `short_ton`")
    if name in ("mt", "MT"):
        raise UnitError("E207", f"`{name}` may be a metric tonne or a million of them", "write `t` or `Mt`")
    if name in ("$", "€", "£"):
        code = {"$": "USD", "€": "EUR", "£": "GBP"}[name]
        raise UnitError("E207", f"`{name}` doesn't name a currency for certain", f"write `{code}`")
    if name in ("C", "F"):
        raise UnitError("E207", f"`{name}` isn't a temperature unit", f"write `deg{name}`")
    return _ALIASES.get(name, name)


def target_text(unit: str) -> str:
    """A declared unit without its special name."""
    return _NAMED_TARGETS.get(unit, unit)


_CONVERSIONS: dict[str, tuple[float, float]] = {}
_CANONICAL: dict[str, str] = {}


def conversion(unit: UnitExpression, target: str) -> tuple[float, float]:
    """(factor, offset) with value in `target` = factor * value in `unit` + offset; currencies count as USD.

    Raises UnitError E202 for an unknown unit, E203 for a wrong dimension.
    """
    plain_target = target_text(target)
    difference = plain_target == "delta_K"
    single = unit.single
    if single in _TEMPERATURES and plain_target in ("K", "delta_K"):
        scale = 5 / 9 if single == "degF" else 1.0
        zero = {"degC": 273.15, "degF": 459.67 * 5 / 9, "K": 0.0}[single]
        return scale, 0.0 if difference else zero
    if plain_target == "K" and single and single.startswith("delta_"):
        raise UnitError(
            "E203",
            f"expected a temperature, got `{unit.text}`, a temperature difference",
            "for example `70 degC`",
        )
    if single in _GAUGE and plain_target == "bar":
        factor, _ = conversion(parse_unit(_GAUGE[single]), "bar")
        return factor, 0.0 if single in ("bara", "psia") else STANDARD_ATMOSPHERE
    if not unit.factors and plain_target == "1":
        return 1.0, 0.0
    if single in ("percent", "ppm") and plain_target == "1":
        return (0.01 if single == "percent" else 1e-6), 0.0
    wanted = parse_unit("K" if difference else plain_target)
    if sorted(wanted.factors) == sorted(unit.factors):
        return unit.scale / wanted.scale, 0.0
    memo = f"{unit.key} -> {plain_target}"
    if memo not in _CONVERSIONS:
        _CONVERSIONS[memo] = _convert_with_pint(unit, wanted, target)
    factor, offset = _CONVERSIONS[memo]
    return factor * unit.scale / wanted.scale, offset


def _convert_with_pint(unit: UnitExpression, wanted: UnitExpression, target: str) -> tuple[float, float]:
    import pint

    key = "K" if unit.key in _TEMPERATURES else _GAUGE.get(unit.key, unit.key)
    try:
        source = registry().Quantity(1.0, registry().parse_units(key))
        return _tidy(source.to(registry().parse_units(wanted.key)).magnitude), 0.0
    except pint.DimensionalityError:
        raise _wrong_dimension(unit, target) from None
    except (pint.UndefinedUnitError, AttributeError, ValueError):
        raise _unknown(unit) from None


def _tidy(factor: float) -> float:
    """A factor without the rounding of Pint's multiplications, where it is a short decimal or its inverse."""
    for short in (float(f"{factor:.9g}"), 1 / float(f"{1 / factor:.9g}")):
        if abs(short / factor - 1) < 2e-15:
            return short
    return factor


def _unknown(unit: UnitExpression) -> UnitError:
    import pint

    for name, _ in unit.factors:
        try:
            registry().parse_units(_GAUGE.get(name, name))
        except (pint.UndefinedUnitError, ValueError):
            return UnitError("E202", f"unknown unit of measure `{name}`", _spelling(name))
    return UnitError("E202", f"`{unit.text}` isn't a unit of measure")


def _spelling(name: str) -> str:
    from flowsheet.document.diagnostics import nearest

    common = [
        "kg",
        "g",
        "mg",
        "t",
        "lb",
        "mol",
        "kmol",
        "mmol",
        "h",
        "min",
        "s",
        "d",
        "y",
        "K",
        "degC",
        "m",
        "cm",
        "mm",
        "um",
        "m3",
        "L",
        "mL",
        "bar",
        "kPa",
        "Pa",
        "MPa",
        "atm",
        "kW",
        "MW",
        "kWh",
        "MWh",
        "kJ",
        "MJ",
        "GJ",
        "J",
        "USD",
        "EUR",
        "%",
        "ppm",
        "Nm3",
        "barg",
        "rpm",
        "hours",
        "litre",
    ]
    close = nearest(name, common)
    return (
        f"did you mean `{close}`?"
        if close
        else "for example kg, t, mol, h, min, degC, m3, L, bar, kW, kWh, %"
    )


def _wrong_dimension(unit: UnitExpression, target: str) -> UnitError:
    wanted = describe(target)
    return UnitError(
        "E203",
        f"expected {wanted.name}, got `{unit.text}`, {describe(canonical_unit(unit)).name}"
        if unit.factors
        else f"expected {wanted.name}, got a plain number",
        f"for example `{wanted.example}`",
    )


def describe(unit: str) -> Dimension:
    """What a canonical (or declared) unit measures, with an example.

    >>> describe("h").name
    'a time'
    """
    if unit in SPECIAL_DIMENSIONS:
        return SPECIAL_DIMENSIONS[unit]
    plain = target_text(unit)
    wanted = sorted(parse_unit(plain).factors)
    for dimension in DIMENSIONS:
        if sorted(parse_unit(dimension.unit).factors) == wanted:
            return dimension
    canonical = canonical_unit(parse_unit(plain))
    for dimension in DIMENSIONS:
        if dimension.unit == canonical:
            return Dimension(plain, dimension.name, dimension.example)
    return Dimension(plain, f"a quantity in {plain}", f"1 {plain}")


def canonical_unit(unit: UnitExpression) -> str:
    """The canonical unit of a unit's dimension.  Raises UnitError for an unknown unit.

    >>> canonical_unit(parse_unit("g/L"))
    'kg/m3'
    """
    if not unit.factors or unit.single in ("percent", "ppm"):
        return "1"
    if unit.single in _TEMPERATURES:
        return "K"
    if unit.single in _GAUGE:
        return "bar"
    for dimension in DIMENSIONS:
        if sorted(parse_unit(dimension.unit).factors) == sorted(unit.factors):
            return dimension.unit
    if unit.key not in _CANONICAL:
        _CANONICAL[unit.key] = _canonical_with_pint(unit)
    return _CANONICAL[unit.key]


def _canonical_with_pint(unit: UnitExpression) -> str:
    import pint

    try:
        dimensionality = registry().parse_units(unit.key).dimensionality
    except (pint.UndefinedUnitError, AttributeError, ValueError):
        raise _unknown(unit) from None
    for dimension in DIMENSIONS:
        plain = parse_unit(dimension.unit)
        if (
            registry().parse_units("dimensionless" if not plain.factors else plain.key).dimensionality
            == dimensionality
        ):
            return dimension.unit
    base = {
        "[mass]": "kg",
        "[time]": "h",
        "[length]": "m",
        "[temperature]": "K",
        "[substance]": "mol",
        "[money]": "USD",
        "[current]": "A",
        "[luminosity]": "cd",
    }
    parts = [
        f"{base.get(name, name)}{'' if power == 1 else f'{power:g}'}"
        for name, power in dimensionality.items()
    ]
    return "*".join(parts)


@cache
def registry() -> Any:
    """Pint's registry with the plant's units; made when first needed."""
    import pint

    made = pint.UnitRegistry()
    made.define("USD = [money]")
    made.define(f"normal_cubic_metre = {_MOL_PER_NORMAL_CUBIC_METRE!r} * mole")
    # Standard conditions of gas are stated in several ways; 15 degC and 1 atm are ISO 13443's.
    made.define(f"standard_cubic_metre = {_MOL_PER_NORMAL_CUBIC_METRE * 273.15 / 288.15!r} * mole")
    return made


def load_conversions(path: Path) -> None:
    """Take over the conversions of earlier runs; a missing or unreadable file is as good as an empty one."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        conversions = {str(key): (float(a), float(b)) for key, (a, b) in stored["conversions"].items()}
        canonical = {str(key): str(unit) for key, unit in stored["canonical"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    _CONVERSIONS.update(conversions)
    _CANONICAL.update(canonical)


def save_conversions(path: Path) -> None:
    """Store the conversions met so far.  Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"conversions": _CONVERSIONS, "canonical": _CANONICAL}, indent=0, sort_keys=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def currency_factor(unit: UnitExpression, rates: Mapping[str, float] | None) -> float:
    """USD per unit of the expression's currencies.  Raises UnitError E208 when a rate isn't stated."""
    factor = 1.0
    for code, power in unit.currencies:
        if not rates or code not in rates:
            raise UnitError(
                "E208",
                f"the exchange rate of {code} isn't stated",
                f"add it: `economics: {{exchange_rates: {{{code}: ... USD}}}}`",
            )
        factor *= rates[code] ** power
    return factor
