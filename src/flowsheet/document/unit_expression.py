"""Unit expressions: their grammar.

A unit expression is names joined by * and /, a power being written m3, m^3 or m-2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

CURRENCIES = ("USD", "EUR", "GBP", "CNY", "JPY", "CAD", "AUD", "CHF", "KRW", "INR")
_CURRENCY = re.compile(rf"(k|M)?({'|'.join(CURRENCIES)})")
_ALIASES = {
    "y": "year",
    "kt": "kilotonne",  # a knot to Pint
    "%": "percent",
    "°C": "degC",
    "℃": "degC",
    "°F": "degF",
    "celsius": "degC",
    "Celsius": "degC",
    "degreeC": "degC",
    "degree_Celsius": "degC",
    "fahrenheit": "degF",
    "Fahrenheit": "degF",
    "degreeF": "degF",
    "degree_Fahrenheit": "degF",
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
