"""Equilibria of an interchanged system by our equations, and the same composition in Cantera's own phases."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cantera as ct
import numpy as np
import pytest
from scipy.optimize import brentq

from flowsheet.chemistry.interchange.describe import Describer
from flowsheet.chemistry.interchange.statement import CanteraFile
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.organic import OrganicPhase
from flowsheet.chemistry.system import PROTON, WATER, ChemistrySystem
from flowsheet.solve.speciation import Speciation, SpeciationResult

R = ct.gas_constant
"""[J/kmol/K]"""


def statement(path: Path | str, **phases: Any) -> str:
    """What a flowsheet says of a Cantera file."""
    return json.dumps({"cantera": str(path), "shown": Path(path).name, **phases})


@dataclass
class Opened:
    """A Cantera file both ways."""

    system: ChemistrySystem
    names: dict[str, str]
    pressure: float
    aqueous: Any
    organic: Any
    solids: dict[str, Any]

    @property
    def model(self) -> Any:
        return self.system.activity_models[0]


def opened(path: Path | str, **phases: Any) -> Opened:
    """Read by us and by Cantera."""
    said = statement(path, **phases)
    describer = Describer(CanteraFile(said))
    describer.describe()  # fills the names
    organic = describer.organic_entry
    return Opened(
        load_system(said),
        dict(describer.names),
        describer.pressure,
        describer.phases[describer.aqueous_entry.name],
        describer.phases[organic.name] if organic else None,
        {e.name: describer.phases[e.name] for e in describer.solid_entries},
    )


def set_liquor(case: Opened, molality: Mapping[str, float], temperature: float) -> None:
    """Cantera's aqueous phase at our molalities [mol/kg]."""
    water = 1000.0 / float(case.aqueous.molecular_weights[0])
    amounts = [water if k == 0 else molality.get(ours, 0.0) for k, ours in enumerate(case.names.values())]
    x = np.array(amounts)
    case.aqueous.TPX = temperature, case.pressure, x / x.sum()


def potentials(case: Opened) -> dict[str, float]:
    """mu/RT of every component's master species in Cantera's aqueous phase."""
    mu = case.aqueous.chemical_potentials / (R * case.aqueous.T)
    by_name = dict(zip(case.names.values(), mu.tolist(), strict=True))
    return {c.name: by_name[c.species] for c in case.system.components.values() if not c.inert}


def affinities(case: Opened) -> dict[str, float]:
    """Of every reaction that forms an aqueous species which is there, over RT."""
    of = potentials(case)
    mu = case.aqueous.chemical_potentials / (R * case.aqueous.T)
    by_name = dict(zip(case.names.values(), mu.tolist(), strict=True))
    present = dict(zip(case.names.values(), case.aqueous.X, strict=True))
    return {
        s.name: by_name[s.name] - sum(n * of[c] for c, n in s.composition.items())
        for s in case.system.species.values()
        if present[s.name] > 0.0
    }


def organic_affinities(case: Opened) -> dict[str, float]:
    """Of every reaction that forms an organic complex from the liquor, over RT."""
    phase = case.system.organic
    assert phase is not None
    of, t = potentials(case), case.organic.T
    mu = dict(
        zip(case.organic.species_names, (case.organic.chemical_potentials / (R * t)).tolist(), strict=True)
    )
    free = mu[phase.extractant] if phase.extractant else 0.0
    return {
        name: mu[name] - sum(n * of[c] for c, n in s.composition.items()) - s.extractants * free
        for name, s in phase.complexes.items()
    }


def solvent_in_contact(phase: OrganicPhase, liquor: SpeciationResult, extractant: float) -> dict[str, float]:
    """Organic amounts per mole of free diluent, at equilibrium with a liquor, of `extractant` moles in all.

    Mass action of every complex and the sum of mole fractions, or the definition of molality.
    """
    t = liquor.temperature
    ln_a: dict[str, float] = {WATER: liquor.ln_water_activity}
    for c in liquor.system.components.values():
        if c.species in liquor.molality:
            ln_a[c.name] = math.log(liquor.molality[c.species]) + liquor.ln_gamma[c.species]
    possible = {n: s for n, s in phase.complexes.items() if all(c in ln_a for c in s.composition)}
    at_one = {
        n: float(s.constant.ln_k(t)) + sum(k * ln_a[c] for c, k in s.composition.items())  # type: ignore[union-attr]
        for n, s in possible.items()
    }
    per_diluent = phase.species[phase.diluent].molar_mass

    def amounts(ln_free: float) -> dict[str, float]:
        """Per mole of diluent."""
        activity = {n: math.exp(k + possible[n].extractants * ln_free) for n, k in at_one.items()}
        activity[str(phase.extractant)] = math.exp(ln_free)
        total = sum(activity.values())
        if phase.basis == "molality":
            return {n: a * per_diluent for n, a in activity.items()}
        diluent = 1.0 - total
        return {n: a / diluent if diluent > 0.0 else 1e9 for n, a in activity.items()}

    def held(ln_free: float) -> float:
        found = amounts(ln_free)
        return math.log(sum(phase.species[n].extractants * a for n, a in found.items()) / extractant)

    ln_free = brentq(held, -60.0, 5.0, xtol=1e-15, rtol=1e-15)
    return {phase.diluent: 1.0, **amounts(ln_free)}


def set_solvent(case: Opened, amounts: Mapping[str, float], temperature: float) -> None:
    """Cantera's organic phase at our amounts [mol]."""
    x = np.array([amounts.get(n, 0.0) for n in case.organic.species_names])
    case.organic.TPX = temperature, case.pressure, x / x.sum()


def speciate(
    case: Opened, totals: Mapping[str, float], temperature: float, solids: tuple[str, ...] = ()
) -> SpeciationResult:
    found = Speciation(case.system, totals, case.model, solids).solve(totals, temperature)
    assert found.converged, found.message
    return found


def random_totals(
    case: Opened, random: np.random.Generator, strongest: float, without: tuple[str, ...] = ()
) -> dict[str, float]:
    """Totals [mol/kg] of all components, neutral but for acid or alkali, of an ionic strength."""
    solutes = [c for c in case.system.solutes(case.system.components) if c not in (PROTON, *without)]
    totals = {c: float(10.0 ** random.uniform(-2.0, 0.0)) for c in solutes}
    charge = {c: case.system.charge_of(c) for c in solutes}
    positive = sum(z * totals[c] for c, z in charge.items() if z > 0)
    negative = -sum(z * totals[c] for c, z in charge.items() if z < 0)
    acid = float(random.choice([1.03, 1.3, 0.97]))  # anions over cations
    totals = {c: n * (acid * positive / negative if charge[c] < 0 else 1.0) for c, n in totals.items()}
    strength = 0.5 * sum(z * z * totals[c] for c, z in charge.items())
    return {c: n * strongest / strength if charge[c] else 0.01 * n for c, n in totals.items()}


def by_vcs(
    case: Opened, molality: Mapping[str, float], organic: Mapping[str, float], temperature: float
) -> dict[str, float] | None:
    """What VCS makes of a contact of 1 kg of water, from half of every complex taken apart; else None.

    Amounts [mol] by our names of aqueous and the file's of organic species.
    """
    phase = case.system.organic
    assert phase is not None
    start = {"H2O": 1000.0 / float(case.aqueous.molecular_weights[0]), **molality}
    solvent = dict(organic)
    for name, s in phase.complexes.items():
        freed = 0.5 * organic.get(name, 0.0)
        left = {case.system.component(c).species: n * freed for c, n in s.composition.items()}
        if all(start.get(species, 0.0) + n > 0.0 for species, n in left.items()):
            solvent[name] = solvent.get(name, 0.0) - freed
            solvent[str(phase.extractant)] += s.extractants * freed
            start |= {species: start.get(species, 0.0) + n for species, n in left.items()}
    if min(solvent.values()) < 0.0:
        return None
    aqueous = np.array([start.get(n, 0.0) for n in case.names.values()])
    case.aqueous.TPX = temperature, case.pressure, aqueous / aqueous.sum()
    set_solvent(case, solvent, temperature)
    mixture = ct.Mixture([(case.aqueous, aqueous.sum() / 1e3), (case.organic, sum(solvent.values()) / 1e3)])
    mixture.T, mixture.P = temperature, case.pressure
    try:
        mixture.equilibrate("TP", solver="vcs", rtol=1e-11, max_steps=5000)
    except ct.CanteraError:
        return None
    amounts = np.array(mixture.species_moles) * 1e3
    return dict(zip([*case.names.values(), *case.organic.species_names], amounts.tolist(), strict=True))


def assert_same_contact(
    found: Mapping[str, float], molality: Mapping[str, float], organic: Mapping[str, float], diluent: str
) -> None:
    """VCS's amounts are ours to 1e-4.

    It conserves elements to some 1e-10, which is 1e-8 mol of the hydrogen in a kilogram of water: amounts
    that are smaller than 1e-7 mol, or hang on so little acid, can't be compared.
    """
    per_water = 1000.0 / 18.015 / found["H2O"]
    for species, m in molality.items():
        if m > 1e-7:
            assert found[species] * per_water == pytest.approx(m, rel=1e-4, abs=1e-7), species
    for species, n in organic.items():
        if n > 1e-7:
            expected = pytest.approx(n / organic[diluent], rel=1e-4, abs=1e-7)
            assert found[species] / found[diluent] == expected, species
