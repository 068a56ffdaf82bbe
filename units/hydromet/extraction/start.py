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
from typing import Any, NamedTuple

import numpy as np

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.reaction import Constant, EquilibriumConstant
from flowsheet.chemistry.sit import CLOSEST_APPROACH
from flowsheet.chemistry.system import PROTON, PROTON_SPECIES, WATER, ActivityModel, ChemistrySystem
from hydromet.extraction.mass_action import ExtractionSystem
from hydromet.extraction.titration import falling_root

_PASSES = 12
_DAMPING = 0.7
_ACTIVITY_SETTLED = 0.01
_ITERATIONS = 100
_LONGEST_STEP = 4.0
_TOLERANCE = 1e-6
_ROUNDS = 60
_SETTLED = 1e-2
_TRACE = 1e-6
"""Molality [mol/kg] below which a component does not keep the organic going round."""
_PH_MET = 0.02
"""Logarithm of proton activity by which a pH set point may be missed."""
_LITRES = 1000.0
_WATER_MOLAR_MASS = 0.018015
_VOLUME = 1.03e-3
"""Of a liquor per kg of its water [m3/kg], roughly."""
_LEAST = 1e-25


@dataclass(frozen=True)
class Contact:
    """One stage's outcome: ln molality of each aqueous species, ln free dimer, ln proton activity, ionic
    strength, totals [mol/kg water] left in the liquor and taken by the organic."""

    ln_m: Mapping[str, float]
    ln_free: float
    ln_hydrogen: float
    ionic_strength: float
    aqueous: np.ndarray
    organic: np.ndarray


class Equilibrated(NamedTuple):
    """Logarithms of the free ions' molalities and the free dimer, and of the activity coefficients."""

    x: np.ndarray
    ln_gamma: np.ndarray


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
        self.acid: int = table["acid"]
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
        organic = extraction.of(solutes).complexes

        def numbers(k: Constant) -> list[float]:
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
            "of_complex": [[*(c.composition.get(s, 0.0) for s in columns), c.extractants] for c in organic],
            "acid": extraction.extractant.acid,
            "complex_constants": [numbers(c.constant) for c in organic],
            "sit": _sit_pairs(system, [*masters, *(s.name for s in complexes)]) if model == "sit" else [],
        }

    def solve(
        self,
        totals: np.ndarray,
        organic: float,
        dimer: float,
        temperature: float,
        similar: Equilibrated | None = None,
    ) -> tuple[Contact, Equilibrated]:
        """Equilibrium of totals [mol/kg water] with `organic` [L/kg water] of `dimer` [mol/L].

        Returns the contact and where the iteration ended, from which that for a similar contact may start.
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
        if similar is None:
            x = np.log(np.concatenate([[1e-3], np.maximum(totals, 1e-30), [0.5 * dimer]]))
            ln_gamma = np.zeros(len(self.species))
        else:
            x, ln_gamma = similar.x, similar.ln_gamma
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
            ln_gamma = ln_gamma + (1.0 if number == 0 and similar is None else _DAMPING) * change
            if np.max(np.abs(change)) < _ACTIVITY_SETTLED:
                break
        amounts = np.exp(ln_k + nu @ x)
        in_organic = nu[len(self.species) + 1 :, 1:count].T @ amounts[len(self.species) + 1 :]
        in_aqueous = nu[: len(self.species), 1:count].T @ amounts[: len(self.species)]
        contact = Contact(
            dict(zip(self.species, ln_m.tolist(), strict=True)),
            float(x[-1]),
            float(x[0] + ln_gamma[0]),
            strength,
            in_aqueous,
            in_organic,
        )
        return contact, Equilibrated(x, ln_gamma)

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
            the unknowns that are started, as plain values.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.equilibrium = TwoPhaseEquilibrium(data["equilibria"])

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Start values by the unknown's name, from what the unit's `needs` are worth."""
        run = _Run(self.equilibrium, self.data["sections"], self.data["open"], values)
        run.settle()
        starts = self._dosed(run.dose, values)
        for section in self.data["sections"]:
            starts |= self._section(
                section, run.contacts[section["name"]], run.water[section["name"]], values
            )
        return starts

    def _section(
        self, section: Mapping[str, Any], contact: Contact, water: float, values: Mapping[str, float]
    ) -> dict[str, float]:
        solutes = self.equilibrium.solutes
        solvent = _WATER_MOLAR_MASS * sum(math.exp(v) for v in contact.ln_m.values())
        common = {
            "ln_free": contact.ln_free,
            "ln_volume": math.log(_VOLUME * water),
            "ln_water": math.log(water),
            "ln_ionic_strength": math.log(contact.ionic_strength),
            "ln_water_activity": max(-solvent, -0.5),
        }
        per_kilogram = values["organic_flow"] * _LITRES / water
        loading = np.log(np.maximum(contact.organic / per_kilogram, _LEAST))
        ln_loading = dict(zip(solutes, loading.tolist(), strict=True))
        leaving = dict(zip(solutes, (contact.aqueous * water).tolist(), strict=True))
        leaving[WATER] = water / _WATER_MOLAR_MASS
        starts = {target: math.log(max(leaving[c], _LEAST)) for c, target in section["outlet"].items()}
        for stage in section["stages"]:
            starts |= {target: common[kind] for kind, target in stage["plain"].items()}
            starts |= {target: contact.ln_m[species] for species, target in stage["ln_m"].items()}
            starts |= {target: ln_loading[c] for c, target in stage["ln_loading"].items()}
        return starts

    def _dosed(self, dose: float, values: Mapping[str, float]) -> dict[str, float]:
        """Start values of the alkali's dose [kg/h], where a pH decides it."""
        names = self.data["dosing"]
        if not names:
            return {}
        dose = max(dose, 1e-6 * values["organic_flow"])
        starts = {names["ln_draw"]: math.log(dose)} | {d: dose / len(names["doses"]) for d in names["doses"]}
        return starts | {name: math.log(dose * values[f"per_mass.{c}"]) for c, name in names["flows"].items()}


class _Run:
    """The circuit with each section as one stage.

    Attributes:
        contacts: each section's outcome.
        water: in each section [kg/h].
        dose: alkali that the pH set point needs [kg/h].
    """

    def __init__(
        self,
        equilibrium: TwoPhaseEquilibrium,
        sections: Sequence[Mapping[str, Any]],
        is_open: bool,
        values: Mapping[str, float],
    ) -> None:
        self.equilibrium, self.sections, self.is_open, self.values = equilibrium, sections, is_open, values
        self.organic = values["organic_flow"] * _LITRES
        self.contacts: dict[str, Contact] = {}
        self.water: dict[str, float] = {}
        self.dose = 0.0
        self._equilibrated: dict[str, Equilibrated] = {}
        self._joining: dict[str, _Liquor] = {}
        nothing = _Liquor(np.zeros(len(equilibrium.solutes)), 0.0)
        self._nothing, self._droplets, self._loaded = nothing, nothing, nothing.flow
        self._feeds = {s["name"]: self._feed(s["name"]) for s in sections}

    def settle(self) -> None:
        """Take the organic round until the liquors about repeat themselves."""
        before = None
        for _ in range(_ROUNDS):
            for number, section in enumerate(self.sections):
                self._contact(section, first=number == 0)
            if self.is_open:
                self._loaded, self._droplets = self._nothing.flow, self._nothing
                if not self._joining:
                    return
            now = np.log(np.maximum([c.aqueous for c in self.contacts.values()], _TRACE))
            if before is not None and np.max(np.abs(now - before)) < _SETTLED:
                return
            before = now

    def _contact(self, section: Mapping[str, Any], first: bool) -> None:
        name = section["name"]
        liquor = self._feeds[name] + self._droplets
        if first:
            for spent in self._joining.values():
                liquor = liquor + spent
            if "pH" in self.values:
                liquor = self._to_ph(liquor, name)
        contact = self._solve(liquor, name)
        water = liquor.water
        self.contacts[name], self.water[name] = contact, water
        self._loaded = contact.organic * water
        share = min(self.values["entrained_aqueous"] * self.values["organic_flow"] / (_VOLUME * water), 0.5)
        spent = _Liquor(contact.aqueous * water, water)
        self._droplets = spent * share
        if section["joins"]:
            self._joining[name] = spent * (1.0 - share)

    def _solve(self, liquor: _Liquor, name: str) -> Contact:
        totals = np.maximum((liquor.flow + self._loaded) / liquor.water, _LEAST)
        contact, self._equilibrated[name] = self.equilibrium.solve(
            totals,
            self.organic / liquor.water,
            self.values["extractant"],
            self.values["temperature"],
            self._equilibrated.get(name),
        )
        return contact

    def _feed(self, section: str) -> _Liquor:
        """What enters a section from outside; alkali of known flow enters the first."""
        ports = (section, "alkali") if section == self.sections[0]["name"] else (section,)
        flow = [sum(self.values.get(f"{p}.{c}", 0.0) for p in ports) for c in self.equilibrium.solutes]
        return _Liquor(
            np.array(flow), sum(self.values.get(f"{p}.{WATER}", 0.0) for p in ports) * _WATER_MOLAR_MASS
        )

    def _to_ph(self, liquor: _Liquor, name: str) -> _Liquor:
        """The liquor with as much alkali as its pH set point needs, none where it is above it without."""
        per_mass = np.array([self.values.get(f"per_mass.{c}", 0.0) for c in self.equilibrium.solutes])
        alkali = _Liquor(per_mass, self.values.get(f"per_mass.{WATER}", 0.0) * _WATER_MOLAR_MASS)
        target = -math.log(10.0) * self.values["pH"]
        charge = self.equilibrium.charge
        capacity = self.equilibrium.acid * self.organic * self.values["extractant"]
        most = (np.abs(charge) @ liquor.flow + capacity) / (charge @ per_mass)

        def excess(dose: float) -> float:
            return self._solve(liquor + alkali * dose, name).ln_hydrogen - target

        self.dose = falling_root(excess, most, self.dose, _PH_MET)
        return liquor + alkali * self.dose


@dataclass(frozen=True)
class _Liquor:
    """Component flows [mol/h] and water [kg/h]."""

    flow: np.ndarray
    water: float

    def __add__(self, other: _Liquor) -> _Liquor:
        return _Liquor(self.flow + other.flow, self.water + other.water)

    def __mul__(self, factor: float) -> _Liquor:
        return _Liquor(self.flow * factor, self.water * factor)
