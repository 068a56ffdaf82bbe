"""Where a cold extraction circuit starts: every section as one stage, solved in turn along the organic.

With activity coefficients held, the equilibrium of a liquor with an organic phase minimises the convex

    G(x) = sum_j exp(ln K_j + nu_j x) + v (exp(x_f) + sum_i exp(ln K_i + nu_i x)) - sum_c T_c x_c

over aqueous species j and complexes i; x holds ln molality of the free ions and x_f = ln of the free dimer,
v is the volume of organic per kg of water [L/kg], T_c are the totals of both phases [mol/kg water], T_H =
-sum z_c T_c, T_f = v E.  Its gradient are the balances, so that a damped Newton iteration finds the one
solution from anywhere, however starved or alkaline the stage.  The activity coefficients (SIT) are renewed
until they about repeat themselves.  The organic then goes on to the next section, and round, until the
circuit about repeats itself.

Stages of a section start alike, which is the limit of strong back-mixing; the flowsheet's own equations then
follow the back-mixing down to nothing (see `cascade`).  All is plain numbers: a compiled flowsheet can carry
it along.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.reaction import EquilibriumConstant
from flowsheet.chemistry.sit import CLOSEST_APPROACH
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem
from hydromet.extraction.mass_action import ExtractionSystem

_PASSES = 12
_DAMPING = 0.7
_ACTIVITY_SETTLED = 0.01
_ITERATIONS = 100
_LONGEST_STEP = 4.0
_TOLERANCE = 1e-6
_ROUNDS = 60
_SETTLED = 1e-2
_LITRES = 1000.0
_WATER_MOLAR_MASS = 0.018015
_LEAST = 1e-25


@dataclass(frozen=True)
class Contact:
    """One stage's outcome: ln molality of each aqueous species, ln free dimer, ionic strength, totals
    [mol/kg water] left in the liquor and taken by the organic."""

    ln_m: Mapping[str, float]
    ln_free: float
    ionic_strength: float
    aqueous: np.ndarray
    organic: np.ndarray


class TwoPhaseEquilibrium:
    """Approximate equilibria between a liquor of given components and an extractant."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.solutes: list[str] = list(table["solutes"])
        self.charge = np.array(table["charge"], dtype=float)
        self.species: list[str] = list(table["species"])
        self.species_charge = np.array(table["species_charge"], dtype=float)
        self.of_species = np.array(table["of_species"], dtype=float)  # by H and solutes
        self.species_constants = [EquilibriumConstant(*k) for k in table["species_constants"]]
        self.of_complex = np.array(table["of_complex"], dtype=float).reshape(-1, len(self.solutes) + 2)
        self.complex_constants = [EquilibriumConstant(*k) for k in table["complex_constants"]]
        self.interaction = np.zeros((len(self.species), len(self.species)))
        for i, j, epsilon in table["sit"]:
            self.interaction[i, j] = self.interaction[j, i] = math.log(10.0) * epsilon

    @staticmethod
    def table(
        system: ChemistrySystem, extraction: ExtractionSystem, components: Sequence[str], model: ActivityModel
    ) -> dict[str, Any]:
        """The equilibria as plain lists."""
        solutes = system.solutes(components)
        columns = [PROTON, *solutes]
        complexes = system.present_species([*solutes, WATER, PROTON], model)
        organic = [c for c in extraction.complexes if c.component in solutes]

        def numbers(k: EquilibriumConstant) -> list[float]:
            return [k.log_k, k.delta_h, k.delta_cp]

        identity = np.eye(len(columns)).tolist()
        masters = [PROTON_SPECIES, *(system.component(c).species for c in solutes)]
        return {
            "solutes": solutes,
            "charge": [system.charge_of(c) for c in solutes],
            "species": [*masters, *(s.name for s in complexes)],
            "species_charge": [1, *(system.charge_of(c) for c in solutes), *(s.charge for s in complexes)],
            "of_species": identity + [[s.composition.get(c, 0.0) for c in columns] for s in complexes],
            "species_constants": [numbers(s.constants[model]) for s in complexes],
            "of_complex": [
                [-c.metals * c.charge, *(c.metals if s == c.component else 0.0 for s in solutes), c.dimers]
                for c in organic
            ],
            "complex_constants": [numbers(c.constant) for c in organic],
            "sit": _sit_pairs(system, [*masters, *(s.name for s in complexes)]) if model == "sit" else [],
        }

    def solve(
        self,
        totals: np.ndarray,
        organic: float,
        dimer: float,
        temperature: float,
        x: np.ndarray | None = None,
    ) -> tuple[Contact, np.ndarray]:
        """Equilibrium of totals [mol/kg water] with `organic` [L/kg water] of `dimer` [mol/L].

        Returns the contact and x, from which a similar contact may start.
        """
        count = len(self.solutes) + 1
        proton = -self.charge @ totals
        target = np.concatenate([[proton], totals, [organic * dimer]])
        nu = np.zeros((len(self.species) + 1 + len(self.of_complex), count + 1))
        nu[: len(self.species), :count] = self.of_species
        nu[len(self.species), count] = 1.0
        nu[len(self.species) + 1 :] = self.of_complex
        weight = math.log(organic)
        aqueous_k = np.array([0.0] * count + [float(k.ln_k(temperature)) for k in self.species_constants])
        complex_k = np.array([float(k.ln_k(temperature)) for k in self.complex_constants])
        slope = 3.0 * float(a_phi(temperature))
        if x is None:
            x = np.log(np.concatenate([[1e-3], np.maximum(totals, 1e-30), [0.5 * dimer]]))
        ln_gamma = np.zeros(len(self.species))
        for number in range(_PASSES):
            gamma = ln_gamma[:count]
            ln_k = np.concatenate(
                [
                    aqueous_k - ln_gamma + self.of_species @ gamma,
                    [weight],
                    complex_k + weight + self.of_complex[:, :count] @ gamma,
                ]
            )
            x = _minimise(x, nu, ln_k, target)
            ln_m = (ln_k + nu @ x)[: len(self.species)]
            strength = min(0.5 * float(self.species_charge**2 @ np.exp(ln_m)), 30.0)
            change = self._ln_gamma(ln_m, strength, slope) - ln_gamma
            ln_gamma = ln_gamma + (1.0 if number == 0 else _DAMPING) * change
            if np.max(np.abs(change)) < _ACTIVITY_SETTLED:
                break
        amounts = np.exp(ln_k + nu @ x)
        in_organic = nu[len(self.species) + 1 :, 1:count].T @ amounts[len(self.species) + 1 :]
        in_aqueous = nu[: len(self.species), 1:count].T @ amounts[: len(self.species)]
        contact = Contact(
            dict(zip(self.species, ln_m.tolist(), strict=True)),
            float(x[-1]),
            strength,
            in_aqueous,
            in_organic,
        )
        return contact, x

    def _ln_gamma(self, ln_m: np.ndarray, strength: float, slope: float) -> np.ndarray:
        """By SIT, or by Davies's equation where the flowsheet has another model."""
        root = math.sqrt(strength)
        if not self.interaction.any():
            return -slope * self.species_charge**2 * (root / (1.0 + root) - 0.2 * min(strength, 1.0))
        specific = self.interaction @ np.exp(np.minimum(ln_m, 3.0))
        return -slope * self.species_charge**2 * root / (1.0 + CLOSEST_APPROACH * root) + specific


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


class CircuitStart:
    """Start values of a circuit from its inlets.

    Args:
        data: the equilibria (`TwoPhaseEquilibrium.table`), the sections along the organic and the names of
        the
            unknowns that are started, as plain values.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.equilibrium = TwoPhaseEquilibrium(data["equilibria"])

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Start values by the unknown's name, from what the unit's `needs` are worth."""
        contacts, water = self.simulate(values)
        starts: dict[str, float] = {}
        for section in self.data["sections"]:
            name = section["name"]
            contact = contacts[name]
            solvent = _WATER_MOLAR_MASS * sum(math.exp(v) for v in contact.ln_m.values())
            common = {
                "ln_free": contact.ln_free,
                "ln_volume": math.log(1.03e-3 * water[name]),
                "ln_water": math.log(water[name]),
                "ln_ionic_strength": math.log(contact.ionic_strength),
                "ln_water_activity": max(-solvent, -0.5),
            }
            per_litre = values["organic_flow"] * _LITRES / water[name]
            loading = dict(
                zip(
                    self.equilibrium.solutes,
                    np.log(np.maximum(contact.organic / per_litre, _LEAST)),
                    strict=True,
                )
            )
            leaving = dict(zip(self.equilibrium.solutes, contact.aqueous * water[name], strict=True))
            leaving[WATER] = water[name] / _WATER_MOLAR_MASS
            for component, target in section["outlet"].items():
                starts[target] = math.log(max(leaving[component], _LEAST))
            for stage in section["stages"]:
                for kind, target in stage["plain"].items():
                    starts[target] = common[kind]
                for species, target in stage["ln_m"].items():
                    starts[target] = contact.ln_m[species]
                for component, target in stage["ln_loading"].items():
                    starts[target] = float(loading[component])
        return starts

    def simulate(self, values: Mapping[str, float]) -> tuple[dict[str, Contact], dict[str, float]]:
        """Each section as one stage: its contact and its water [kg/h]."""
        solutes = self.equilibrium.solutes
        sections = self.data["sections"]
        inflow = {s["name"]: self._flows(values, s["name"]) for s in sections}
        organic, dimer, temperature = values["organic_flow"], values["dimer"], values["temperature"]
        loaded = np.zeros(len(solutes))
        carried: tuple[np.ndarray, float] = (np.zeros(len(solutes)), 0.0)
        joining: dict[str, tuple[np.ndarray, float]] = {}
        contacts: dict[str, Contact] = {}
        waters: dict[str, float] = {}
        x: dict[str, np.ndarray] = {}
        before = None
        for _ in range(_ROUNDS):
            for number, section in enumerate(sections):
                name = section["name"]
                flow, water = inflow[name]
                flow, water = flow + carried[0], water + carried[1]
                if number == 0:
                    for spent, wet in joining.values():
                        flow, water = flow + spent, water + wet
                totals = np.maximum((flow + loaded) / water, _LEAST)
                contact, x[name] = self.equilibrium.solve(
                    totals, organic * _LITRES / water, dimer, temperature, x.get(name)
                )
                contacts[name], waters[name] = contact, water
                loaded = contact.organic * water
                share = min(values["entrained_aqueous"] * organic / (1.03e-3 * water), 0.5)
                carried = share * contact.aqueous * water, share * water
                if section["joins"]:
                    joining[name] = (1.0 - share) * contact.aqueous * water, (1.0 - share) * water
            if self.data["open"]:
                loaded, carried = np.zeros(len(solutes)), (np.zeros(len(solutes)), 0.0)
                if not joining:
                    break
            now = np.concatenate([np.log(np.maximum(contacts[s["name"]].aqueous, _LEAST)) for s in sections])
            if before is not None and np.max(np.abs(now - before)) < _SETTLED:
                break
            before = now
        return contacts, waters

    def _flows(self, values: Mapping[str, float], section: str) -> tuple[np.ndarray, float]:
        """What enters a section from outside [mol/h], and its water [kg/h]."""
        flow = np.array([values.get(f"{section}.{c}", 0.0) for c in self.equilibrium.solutes])
        return flow, values[f"{section}.{WATER}"] * _WATER_MOLAR_MASS
