"""Functions of temperature as sums of a few terms, smooth also where they are stated piece by piece.

    f(T) = sum_k c_k phi_k(T),     u = T/T0,  T0 = 298.15 K

with phi_k of `TERMS`: the terms into which mu/(R T) falls apart for a constant heat capacity (1, 1/u, ln u),
for NASA's and Shomate's polynomials (further powers of u, ln u/u) and for the equations of state of water and
of Helgeson, Kirkham and Flowers (ln(T - 228 K), powers of t = (T - 348.15 K)/75 K).

Where a function has pieces, the next one takes over at T_n as

    f(T) + [d(T') - d(T_n)] + d(T_n) (1 + (T - T_n)/r)/2
    T' = T_n + (T - T_n + r)/2,     r^2 = (T - T_n)^2 + 4 s^2

d being the difference of the two pieces and s = 0.1 mK.  One kelvin from T_n this is the piece itself within
1e-8 of their jump, and a change of heat capacity is met within 1e-13 of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flowsheet.chemistry.operators import log, sqrt
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE

_ROUNDING = 1e-4
"""s [K]"""
_CENTRE, _WIDTH = 348.15, 75.0
HIGHEST_POWER = 10
"""Of t."""
POLE = 228.0
"""Theta of the HKF equations [K]; supercooled water's anomaly lies there too."""

TERMS: Mapping[str, Callable[[Any], Any]] = {
    "1": lambda u: 1.0,
    "1/u": lambda u: 1.0 / u,
    "ln u": log,
    "u": lambda u: u,
    "u^2": lambda u: u * u,
    "u^3": lambda u: u * u * u,
    "u^4": lambda u: u * u * u * u,
    "1/u^2": lambda u: 1.0 / (u * u),
    "ln u/u": lambda u: log(u) / u,
    "ln(T - 228)": lambda u: log((REFERENCE_TEMPERATURE * u - POLE) / (REFERENCE_TEMPERATURE - POLE)),
}
"""phi_k, as functions of u; `t^n` come besides."""


@dataclass(frozen=True)
class TemperatureFunction:
    """f(T); `pieces` are pairs (temperature [K] from which it holds, coefficients by term), the first from 0.

    >>> f = TemperatureFunction(((0.0, {"1": 2.0, "1/u": 1.0}),))
    >>> f(298.15), f(596.3)
    (3.0, 2.5)
    """

    pieces: tuple[tuple[float, Mapping[str, float]], ...]

    def __call__(self, temperature: Any) -> Any:
        """The value at `temperature` [K], a number or a Pyomo expression."""
        (_, before), *rest = self.pieces
        value = _sum(before, temperature)
        for start, coefficients in rest:
            change = _difference(coefficients, before)
            beyond = temperature - start
            root = sqrt(beyond * beyond + 4.0 * _ROUNDING**2)
            jump = _sum(change, start)
            value = value + _sum(change, start + 0.5 * (beyond + root)) - jump
            value = value + jump * 0.5 * (1.0 + beyond / root)
            before = coefficients
        return value

    def plain(self) -> list[list[Any]]:
        """As JSON values; `of_plain` reads them back."""
        return [[start, dict(coefficients)] for start, coefficients in self.pieces]

    @staticmethod
    def of_plain(pieces: Iterable[Iterable[Any]]) -> TemperatureFunction:
        return TemperatureFunction(tuple((float(start), dict(c)) for start, c in pieces))


def combine(terms: Iterable[tuple[float, TemperatureFunction]]) -> TemperatureFunction:
    """The sum of functions, each times a number.

    >>> one = TemperatureFunction(((0.0, {"1": 1.0}),))
    >>> combine([(2.0, one), (-0.5, one)])(300.0)
    1.5
    """
    terms = [(n, f) for n, f in terms if n]
    starts = sorted({start for _, f in terms for start, _ in f.pieces} | {0.0})
    pieces: list[tuple[float, dict[str, float]]] = []
    for start in starts:
        total: dict[str, float] = {}
        for n, f in terms:
            holding = [c for from_, c in f.pieces if from_ <= start][-1]
            for name, c in holding.items():
                total[name] = total.get(name, 0.0) + float(n * c)
        total = {name: c for name, c in total.items() if c}
        if not pieces or total != pieces[-1][1]:
            pieces.append((start, total))
    return TemperatureFunction(tuple(pieces))


def polynomial_argument(temperature: Any) -> Any:
    """t, the argument of the powers."""
    return (temperature - _CENTRE) / _WIDTH


def power(n: int) -> str:
    """Name of the term t^n."""
    return f"t^{n}"


def _difference(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: one.get(name, 0.0) - other.get(name, 0.0) for name in {**one, **other}}


def _sum(coefficients: Mapping[str, float], temperature: Any) -> Any:
    u = temperature / REFERENCE_TEMPERATURE
    value: Any = 0.0
    for name, c in coefficients.items():
        if c and name in TERMS:
            value = value + c * TERMS[name](u)
    powers = [coefficients.get(power(n), 0.0) for n in range(HIGHEST_POWER, 0, -1)]
    if any(powers):
        t = polynomial_argument(temperature)
        polynomial: Any = 0.0
        for c in powers:
            polynomial = (polynomial + c) * t if not _is_zero(polynomial) or c else 0.0
        value = value + polynomial
    return value


def _is_zero(value: Any) -> bool:
    return isinstance(value, float) and value == 0.0
