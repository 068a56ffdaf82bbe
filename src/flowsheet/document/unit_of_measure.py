"""Conversion of units of measure, by Pint, remembered.

Pint is imported only when a conversion is met that doesn't ship (`fits/unit_conversions.py`) and was never
met before; `load_conversions` and `save_conversions` carry what was met from one run to the next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flowsheet.document.dimensions import DIMENSIONS, SPECIAL_DIMENSIONS, Dimension
from flowsheet.document.unit_expression import UnitError, UnitExpression, parse_unit

STANDARD_ATMOSPHERE = 1.01325  # bar, by definition (10th CGPM, 1954)
# A normal cubic metre is the ideal gas at 0 degC and 101325 Pa: p/(R T), R from the SI's exact constants.
_MOL_PER_NORMAL_CUBIC_METRE = 101325 / (8.31446261815324 * 273.15)

_GAUGE = {"barg": "bar", "psig": "psi", "kPag": "kPa", "bara": "bar", "psia": "psi"}
_TEMPERATURES = ("degC", "degF", "K")
SHIPPED = Path(__file__).parent / "parameters" / "conversions.json"
"""The usual conversions, as Pint gives them."""
_NAMED_TARGETS = {
    "pH": "1",
    "mass fraction": "1",
    "mole fraction": "1",
    "volume fraction": "1",
    "": "1",
    "fraction": "1",
    "dimensionless": "1",
}


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
        factor = source.to(registry().parse_units(wanted.key)).magnitude
        zero = registry().Quantity(0.0, source.units).to_base_units().magnitude
    except pint.DimensionalityError:
        raise _wrong_dimension(unit, target) from None
    except (pint.UndefinedUnitError, AttributeError, ValueError):
        raise _unknown(unit) from None
    if zero:
        raise UnitError("E202", f"`{unit.text}` has a zero of its own", "write degC, degF or K")
    return _tidy(factor), 0.0


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


load_conversions(SHIPPED)
