"""Reactions and the temperature dependence of their equilibrium constants.

    ln K(T) = ln K(T0) + dH/R (1/T0 - 1/T) + dCp/R (T0/T - 1 + ln(T/T0)),   T0 = 298.15 K

with dH [kJ/mol] and dCp [J/mol/K] constant: van 't Hoff with a heat-capacity term.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flowsheet.chemistry.operators import log

REFERENCE_TEMPERATURE = 298.15
"""T0 [K]."""
GAS_CONSTANT = 8.31446261815324e-3
"""R [kJ/mol/K], exact by the SI of 2019 (k_B N_A)."""

_TERM = re.compile(r"^(?:(\d+(?:\.\d+)?)\s+)?(\S+)$")


class Constant(Protocol):
    """An equilibrium constant over temperature, however it is stated.

    log_k, delta_h [kJ/mol] and delta_cp [J/mol/K] are those at 25 degC.
    """

    @property
    def log_k(self) -> float: ...
    @property
    def delta_h(self) -> float: ...
    @property
    def delta_cp(self) -> float: ...
    @property
    def source(self) -> str: ...
    @property
    def uncertainty(self) -> float | None: ...
    @property
    def range(self) -> Mapping[str, str] | None: ...

    def ln_k(self, temperature: Any) -> Any:
        """ln K at `temperature` [K]; a number or a Pyomo expression."""


@dataclass(frozen=True)
class EquilibriumConstant:
    """log10 K at 25 degC with its temperature coefficients and provenance.

    >>> water = EquilibriumConstant(-14.0, 55.8)
    >>> round(float(water.ln_k(298.15)) / 2.302585093, 6)
    -14.0
    >>> water.ln_k(333.15) > water.ln_k(298.15)
    True
    """

    log_k: float
    delta_h: float = 0.0
    delta_cp: float = 0.0
    source: str = ""
    uncertainty: float | None = None
    range: Mapping[str, str] | None = None

    def ln_k(self, temperature: Any) -> Any:
        """ln K at `temperature` [K]; a number or a Pyomo expression."""
        ln_k = math.log(10.0) * self.log_k
        if self.delta_h:
            ln_k = ln_k + self.delta_h / GAS_CONSTANT * (1.0 / REFERENCE_TEMPERATURE - 1.0 / temperature)
        if self.delta_cp:
            ratio = temperature / REFERENCE_TEMPERATURE
            ln_k = ln_k + 1e-3 * self.delta_cp / GAS_CONSTANT * (1.0 / ratio - 1.0 + log(ratio))
        return ln_k


def parse_reaction(text: str) -> tuple[dict[str, float], dict[str, float]]:
    """Split `A + 2 B = C` into what it consumes and what it forms.

    >>> parse_reaction("Fe(OH)3 + 3 H+ = Fe+3 + 3 H2O")
    ({'Fe(OH)3': 1.0, 'H+': 3.0}, {'Fe+3': 1.0, 'H2O': 3.0})

    Raises:
        ValueError: the text has no single `=` or a term that is not `number name`.
    """
    sides = re.split(r"\s+=\s+", text.strip())
    if len(sides) != 2:
        raise ValueError(f"`{text}` is not a reaction: write `A + 2 B = C` with spaces around `+` and `=`")
    left, right = (_terms(side, text) for side in sides)
    return left, right


def _terms(side: str, whole: str) -> dict[str, float]:
    terms: dict[str, float] = {}
    for part in re.split(r"\s+\+\s+", side.strip()):
        found = _TERM.match(part.strip())
        if not found:
            raise ValueError(f"`{part}` in `{whole}` is not `number name`")
        terms[found.group(2)] = terms.get(found.group(2), 0.0) + float(found.group(1) or 1.0)
    return terms
