"""Activities in the aqueous phase of an extraction test, by the SIT speciation of the chemistry
`nmc_sulfate`.

The constants that follow hold with that speciation, which the flowsheets use too.  Concentrations in mol/L
are taken as mol per kg of water: apparent molar volumes of the sulfates are a few cm3/mol, so that this costs
below 3 % at 1 mol/L.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.sit import Sit, charges_of
from flowsheet.chemistry.system import PROTON

LN10 = math.log(10.0)
TEMPERATURE = 298.15
_SULFATE = "SO4"


@dataclass(frozen=True)
class Liquor:
    """`ln_activity` of each free cation, `total` and `sulfate` concentrations and `ionic_strength`
    [mol/kg]."""

    ln_activity: Mapping[str, float]
    total: Mapping[str, float]
    sulfate: float
    ionic_strength: float

    def ln_ratio(self, component: str) -> float:
        """ln of free-ion activity over total concentration."""
        return self.ln_activity[component] - math.log(self.total[component])


@dataclass(frozen=True)
class _Species:
    """The species of one set of components: formation from masters and H+ as a matrix, ln K, charges, SIT."""

    names: tuple[str, ...]
    formation: np.ndarray
    proton: np.ndarray
    ln_k: np.ndarray
    charge: np.ndarray
    sit: Sit


@cache
def _species(components: tuple[str, ...]) -> _Species:
    system = load_system("nmc_sulfate")
    masters = [system.component(c).species for c in components]
    derived = system.present_species(components, "sit")
    names = (*masters, *(s.name for s in derived))
    formation = np.vstack(
        [np.eye(len(components)), [[s.composition.get(c, 0.0) for c in components] for s in derived]]
    )
    proton = np.array([0.0] * len(masters) + [s.composition.get(PROTON, 0.0) for s in derived])
    ln_k = np.array([0.0] * len(masters) + [s.constants["sit"].ln_k(TEMPERATURE) for s in derived])
    charges = charges_of([*names, "H+"])
    return _Species(
        names, formation, proton, ln_k, np.array([charges[n] for n in names]), Sit(system.sit, charges)
    )


def speciate(cations: Mapping[str, float], pH: float, *, sulfate: float | None = None) -> Liquor:
    """Activities at a measured pH (of the activity of H+).

    With `sulfate` given, sodium takes what the charge balance asks for (caustic set the pH); without it,
    sulfate does.

    Raises:
        ArithmeticError: no solution was found.
    """
    amounts = {c: m for c, m in cations.items() if m > 0.0}
    closing = _SULFATE if sulfate is None else "Na"
    amounts |= {"Na": 0.5} if sulfate is not None else {}
    amounts[_SULFATE] = sulfate if sulfate is not None else sum(amounts.values())
    components = tuple(amounts)
    s = _species(components)
    total = np.array([amounts[c] for c in components])
    closes = components.index(closing)
    ln_free, ln_gamma, ln_gamma_h = np.log(total * 0.2), np.zeros(len(s.names)), 0.0
    for _ in range(400):
        molality, ln_free = _masses(
            s, total, closes, ln_free, ln_gamma, pH, math.exp(-pH * LN10 - ln_gamma_h)
        )
        full = {**dict(zip(s.names, molality, strict=True)), "H+": math.exp(-pH * LN10 - ln_gamma_h)}
        strength = 0.5 * sum(m * s.sit.charges[n] ** 2 for n, m in full.items())
        shared = s.sit.shared(full, math.sqrt(strength), TEMPERATURE)
        new = np.array([s.sit.ln_gamma(n, full, shared) for n in s.names])
        new_h = s.sit.ln_gamma("H+", full, shared)
        change = max(np.max(np.abs(new - ln_gamma)), abs(new_h - ln_gamma_h))
        ln_gamma, ln_gamma_h = 0.5 * (ln_gamma + new), 0.5 * (ln_gamma_h + new_h)
        if change < 1e-10:
            held = s.formation.T @ molality
            return Liquor(
                {c: float(ln_free[i] + ln_gamma[i]) for i, c in enumerate(components) if c != _SULFATE},
                {c: float(held[i]) for i, c in enumerate(components)},
                float(held[components.index(_SULFATE)]),
                strength,
            )
    raise ArithmeticError(f"no speciation for {dict(cations)} at pH {pH}")


def _masses(
    s: _Species,
    total: np.ndarray,
    closes: int,
    ln_free: np.ndarray,
    ln_gamma: np.ndarray,
    pH: float,
    hydrogen: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Molalities at given activity coefficients: Newton on the logarithms of the free ions."""
    masters = total.size
    shift = s.ln_k - ln_gamma + s.formation @ ln_gamma[:masters] - s.proton * pH * LN10
    shift[:masters] = 0.0
    for _ in range(200):
        molality = np.exp(shift + s.formation @ ln_free)
        residual = s.formation.T @ molality / total - 1.0
        jacobian = s.formation.T @ (molality[:, None] * s.formation) / total[:, None]
        positive = s.charge > 0
        plus = float(s.charge[positive] @ molality[positive]) + hydrogen
        minus = float(-s.charge[~positive] @ molality[~positive])
        residual[closes] = math.log(plus / minus)
        jacobian[closes] = (s.charge * molality * positive) @ s.formation / plus + (
            s.charge * molality * ~positive
        ) @ s.formation / minus
        step = np.clip(np.linalg.solve(jacobian, -residual), -2.0, 2.0)
        ln_free = ln_free + step
        if np.max(np.abs(step)) < 1e-12:
            return np.exp(shift + s.formation @ ln_free), ln_free
    raise ArithmeticError("the mass balances did not converge")
