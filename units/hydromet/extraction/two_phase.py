"""Approximate equilibrium of a liquor with an organic phase in plain numbers, for cold starts.

With activity coefficients held, the equilibrium of a liquor with an organic phase minimises the convex

    G(x) = sum_j exp(ln K_j + nu_j x) + v (exp(x_f) + sum_i exp(ln K_i + nu_i x)) - sum_c T_c x_c

over aqueous species j and organic species i; x holds ln molality of the free ions and x_f = ln of the free
extractant, v is the volume of organic per kg of water [L/kg], T_c are the totals of both phases [mol/kg
water], T_H = -sum z_c T_c, T_f = v E.  Its gradient are the balances, so that a damped Newton iteration finds
the one solution from anywhere, however starved or alkaline the stage.  What else the equilibrium depends on
is renewed from one pass to the next until it about repeats itself: activity coefficients (SIT, or Davies's
equation where the flowsheet has another model; none of an ideal one), the diluent's mole fraction, and for a
user's own distribution ratio the constant of its reaction that gives this ratio.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.sit import CLOSEST_APPROACH
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem
from flowsheet.document.diagnostics import Span
from flowsheet.document.expression import evaluate, parse_expression
from hydromet.extraction.mass_action import ExtractionSystem

_PASSES = 12
_DAMPING = 0.7
_SETTLED = 0.01
_ITERATIONS = 100
_LONGEST_STEP = 4.0
_TOLERANCE = 1e-6
_TEMPERATURES = np.arange(253.15, 394.0, 5.0)
"""Where constants are tabulated [K]."""
_STRONGEST = 30.0
_LN10 = math.log(10.0)
_LEAST_RATIO = 1e-12


@dataclass(frozen=True)
class Contact:
    """One stage's outcome: ln molality and ln activity coefficient of each aqueous species, ln free
    extractant, ln of the diluent's mole fraction, ln proton activity, ionic strength, totals [mol/kg water]
    left in the liquor and taken by the organic."""

    ln_m: Mapping[str, float]
    ln_gamma: Mapping[str, float]
    ln_free: float
    ln_diluent: float
    ln_hydrogen: float
    ionic_strength: float
    aqueous: np.ndarray
    organic: np.ndarray


class Equilibrated(NamedTuple):
    """Logarithms of the free ions' molalities and the free extractant, of the activity coefficients, and of
    what the organic species' constants are multiplied by."""

    x: np.ndarray
    ln_gamma: np.ndarray
    ln_factor: np.ndarray


class TwoPhaseEquilibrium:
    """Approximate equilibria between a liquor of given components and an extractant."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.solutes: list[str] = list(table["solutes"])
        self.charge = np.array(table["charge"], dtype=float)
        self.species: list[str] = list(table["species"])
        self.species_charge = np.array(table["species_charge"], dtype=float)
        self.of_species = np.array(table["of_species"], dtype=float)  # by H and solutes
        self.species_ln_k = np.array(table["species_ln_k"], dtype=float).reshape(-1, len(_TEMPERATURES))
        self.of_organic = np.array(table["of_organic"], dtype=float).reshape(-1, len(self.solutes) + 2)
        self.organic_ln_k = np.array(table["organic_ln_k"], dtype=float).reshape(-1, len(_TEMPERATURES))
        self.ratios = [_Ratio(text, table) for text in table["ratios"]]
        self.acid: float = table["acid"]
        self.scale: str = table["scale"]
        self.model: str = table["model"]
        self.dosage: float = table["dosage"]
        self.interaction = np.zeros((len(self.species), len(self.species)))
        for i, j, epsilon in table["sit"]:
            self.interaction[i, j] = self.interaction[j, i] = _LN10 * epsilon

    @staticmethod
    def table(
        system: ChemistrySystem, extraction: ExtractionSystem, components: Sequence[str], model: ActivityModel
    ) -> dict[str, Any]:
        """The equilibria as plain lists."""
        solutes = system.solutes(components)
        columns = [PROTON, *solutes]
        species = system.present_species([*solutes, WATER, PROTON], model)
        here = extraction.of(solutes)
        identity = np.eye(len(columns)).tolist()
        masters = [PROTON_SPECIES, *(system.component(c).species for c in solutes)]
        return {
            "solutes": solutes,
            "charge": [system.charge_of(c) for c in solutes],
            "species": [*masters, *(s.name for s in species)],
            "species_charge": [1, *(system.charge_of(c) for c in solutes), *(s.charge for s in species)],
            "of_species": identity + [[s.composition.get(c, 0.0) for c in columns] for s in species],
            "species_ln_k": [_tabulated(s.constants[model]) for s in species],
            "of_organic": [
                [*(s.composition.get(c, 0.0) for c in columns), s.extractants] for s in _closed(here, system)
            ],
            "organic_ln_k": [_tabulated(c.constant) for c in here.complexes],
            "ratios": [[r.component, r.expression] for r in here.distribution.values()],
            "acid": extraction.extractant.acid,
            "scale": extraction.scale,
            "model": model,
            "dosage": float(extraction.extractant.dosage(1.0)),
            "sit": _sit_pairs(system, [*masters, *(s.name for s in species)]) if model == "sit" else [],
        }

    def solve(
        self,
        totals: np.ndarray,
        organic: float,
        extractant: float,
        temperature: float,
        similar: Equilibrated | None = None,
        diluent: float = 1.0,
    ) -> tuple[Contact, Equilibrated]:
        """Equilibrium of totals [mol/kg water] with `organic` [L/kg water] of `extractant` [mol/L].

        `diluent` [mol/L, or kg/L for constants in molality] is needed where constants are not molar.  Returns
        the contact and where the iteration ended, from which that for a similar contact may start.
        """
        count, first = len(self.solutes) + 1, len(self.species) + 1
        target = np.concatenate([[-self.charge @ totals], totals, [organic * extractant]])
        nu = np.zeros((first + len(self.of_organic), count + 1))
        nu[: first - 1, :count] = self.of_species
        nu[first - 1, count] = 1.0
        nu[first:] = self.of_organic
        volume = math.log(organic)
        aqueous_k = np.concatenate([np.zeros(count), _at(self.species_ln_k, temperature)])
        organic_k = np.concatenate([_at(self.organic_ln_k, temperature), np.zeros(len(self.ratios))])
        slope = 3.0 * float(a_phi(temperature))
        if similar is None:
            x = np.log(np.concatenate([[1e-3], np.maximum(totals, 1e-30), [0.5 * extractant]]))
            ln_gamma, ln_factor = np.zeros(len(self.species)), self._first_factors(diluent, x)
        else:
            x, ln_gamma, ln_factor = similar
        for number in range(_PASSES):
            gamma = ln_gamma[:count]
            ln_k = np.concatenate(
                [
                    aqueous_k - ln_gamma + self.of_species @ gamma,
                    [volume],
                    organic_k + volume + ln_factor + self.of_organic[:, :count] @ gamma,
                ]
            )
            x = _minimise(x, nu, ln_k, target)
            ln_n = ln_k + nu @ x
            ln_m = ln_n[: first - 1]
            strength = min(0.5 * float(self.species_charge**2 @ np.exp(ln_m)), _STRONGEST)
            change = self._ln_gamma(ln_m, strength, slope) - ln_gamma
            factor_change = (
                self._factors(ln_n, x, gamma, extractant, organic, temperature, diluent) - ln_factor
            )
            share = 1.0 if number == 0 and similar is None else _DAMPING
            ln_gamma, ln_factor = ln_gamma + share * change, ln_factor + share * factor_change
            if max(np.max(np.abs(change)), np.max(np.abs(factor_change), initial=0.0)) < _SETTLED:
                break
        amounts = np.exp(ln_n)
        contact = Contact(
            dict(zip(self.species, ln_m.tolist(), strict=True)),
            dict(zip(self.species, ln_gamma.tolist(), strict=True)),
            float(x[-1]),
            -self._ln_dilution(amounts[first - 1 :].sum() / organic, diluent),
            float(x[0] + ln_gamma[0]),
            strength,
            nu[: first - 1, 1:count].T @ amounts[: first - 1],
            nu[first:, 1:count].T @ amounts[first:],
        )
        return contact, Equilibrated(x, ln_gamma, ln_factor)

    # ---- what is renewed from pass to pass

    def _ln_gamma(self, ln_m: np.ndarray, strength: float, slope: float) -> np.ndarray:
        root = math.sqrt(strength)
        if self.model == "ideal":
            return np.zeros(len(ln_m))
        if not self.interaction.any():
            return -slope * self.species_charge**2 * (root / (1.0 + root) - 0.2 * min(strength, 1.0))
        specific = self.interaction @ np.exp(np.minimum(ln_m, 3.0))
        return -slope * self.species_charge**2 * root / (1.0 + CLOSEST_APPROACH * root) + specific

    def _first_factors(self, diluent: float, x: np.ndarray) -> np.ndarray:
        """Nothing of the diluent used up; distribution ratios of 1."""
        n = self.of_organic[:, -1]
        factors = (1.0 - n) * self._shift(0.0, diluent)
        if self.ratios:
            own = slice(len(self.of_organic) - len(self.ratios), None)
            factors[own] = [x[1 + self.solutes.index(r.component)] for r in self.ratios]
            factors[own] -= self.of_organic[own] @ x
        return factors

    def diluted(self, contact: Contact, shares: np.ndarray) -> Contact:
        """The outcome with only a share of some traces, on which it depends in proportion."""
        shift = self.of_species[:, 1:] @ np.log(shares)
        return replace(
            contact,
            ln_m={s: v + d for (s, v), d in zip(contact.ln_m.items(), shift.tolist(), strict=True)},
            aqueous=contact.aqueous * shares,
            organic=contact.organic * shares,
        )

    def _factors(
        self,
        ln_n: np.ndarray,
        x: np.ndarray,
        gamma: np.ndarray,
        extractant: float,
        organic: float,
        temperature: float,
        diluent: float,
    ) -> np.ndarray:
        """ln of what multiplies the organic species' constants, by the composition found last."""
        first, count = len(self.species), len(self.solutes) + 1
        amounts = np.exp(ln_n)
        factors = (1.0 - self.of_organic[:, -1]) * self._shift(amounts[first:].sum() / organic, diluent)
        if not self.ratios:
            return factors
        totals = self.of_species[:, 1:].T @ amounts[:first]
        conditions = {
            "pH": -(x[0] + gamma[0]) / _LN10,
            "pcH": -x[0] / _LN10,
            "T": temperature,
            "free": math.exp(x[-1]),
            "extractant": extractant,
            "dosage": self.dosage * math.exp(x[-1]),
        }

        def value(name: str) -> float:
            kind, _, inside = name.partition("[")
            inside = inside.removesuffix("]")
            if name in conditions:
                return conditions[name]
            if kind == "m":
                return float(amounts[self.species.index(inside)]) if inside in self.species else 0.0
            if inside not in (PROTON, *self.solutes):
                return 0.0
            k = [PROTON, *self.solutes].index(inside)
            return float(totals[k - 1]) if kind == "c" else math.exp(x[k] + gamma[k])

        own = slice(len(self.of_organic) - len(self.ratios), None)
        loading = [
            math.log(max(r.value(value), _LEAST_RATIO) * totals[self.solutes.index(r.component)])
            for r in self.ratios
        ]
        # of a species per kg of water, as the molalities are; its own constant is 1
        factors[own] = np.array(loading) - self.of_organic[own] @ x - self.of_organic[own, :count] @ gamma
        return factors

    def _shift(self, solutes: float, diluent: float) -> float:
        """s, from the scale of the constants to mol/L; `solutes` [mol/L organic]."""
        if self.scale == "molar":
            return 0.0
        return math.log(diluent) + self._ln_dilution(solutes, diluent)

    def _ln_dilution(self, solutes: float, diluent: float) -> float:
        """-ln of the diluent's mole fraction."""
        return math.log(1.0 + solutes / diluent) if self.scale == "mole_fraction" else 0.0


class _Ratio:
    """A distribution ratio by its expression."""

    def __init__(self, entry: Sequence[str], table: Mapping[str, Any]) -> None:
        self.component, text = entry
        self.tree = parse_expression(text, Span(f"distribution ratio of {self.component}", 1, 1, len(text)))

    def value(self, names: Callable[[str], float]) -> float:
        try:
            return float(evaluate(self.tree, names))
        except (OverflowError, ValueError, ZeroDivisionError):
            return 1.0


def _closed(extraction: ExtractionSystem, system: ChemistrySystem) -> list[Any]:
    """Organic species with the protons that electroneutrality asks of each, ratios after complexes."""

    species = []
    for s in (*extraction.complexes, *extraction.distribution.values()):
        charge = sum(n * system.charge_of(c) for c, n in s.composition.items() if c != PROTON)
        species.append(replace(s, composition={**s.composition, PROTON: -charge}))
    return species


def _tabulated(constant: Any) -> list[float]:
    """ln K at the temperatures of the table."""
    return [float(constant.ln_k(float(t))) for t in _TEMPERATURES]


def _at(table: np.ndarray, temperature: float) -> np.ndarray:
    """ln K of each row at a temperature [K]."""
    return np.array([np.interp(temperature, _TEMPERATURES, row) for row in table])


def _sit_pairs(system: ChemistrySystem, species: Sequence[str]) -> list[tuple[int, int, float]]:
    position = {name: i for i, name in enumerate(species)}
    pairs = []
    for pair, epsilon in system.sit.items():
        if epsilon and all(s in position for s in pair):
            first, *rest = sorted(pair)
            pairs.append((position[first], position[rest[0] if rest else first], epsilon))
    return pairs


def _minimise(x: np.ndarray, nu: np.ndarray, ln_k: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Damped Newton on the convex G; steps in logarithms limited."""
    magnitude = np.abs(nu)

    def value(at: np.ndarray) -> float:
        return float(np.sum(np.exp(np.minimum(ln_k + nu @ at, 300.0))) - target @ at)

    for _ in range(_ITERATIONS):
        amounts = np.exp(np.minimum(ln_k + nu @ x, 300.0))
        gradient = nu.T @ amounts - target
        size = magnitude.T @ amounts + np.abs(target)
        if np.max(np.abs(gradient) / size) < _TOLERANCE:
            break
        scale = 1.0 / np.sqrt(size)
        hessian = (nu.T * amounts) @ nu * scale[:, None] * scale[None, :]
        hessian[np.diag_indices_from(hessian)] += 1e-12
        step = -scale * np.linalg.solve(hessian, scale * gradient)
        step *= min(1.0, _LONGEST_STEP / max(float(np.max(np.abs(step))), 1e-300))
        now, descent, share = value(x), float(gradient @ step), 1.0
        while share > 1e-6 and not value(x + share * step) <= now + 1e-4 * share * descent:
            share *= 0.5
        x = x + share * step
    return x
