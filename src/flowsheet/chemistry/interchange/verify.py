"""Before a system taken from Cantera is used: do its activities come out as Cantera's?

Standard potentials were compared when they were taken over.  Here activity coefficients and water's activity
of a few random dilute and concentrated solutions are computed both ways.  What differs is refused: a file may
hold an option that neither the equations here nor their authors know of.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsheet.chemistry.activity import activity_of
from flowsheet.chemistry.interchange.describe import Describer
from flowsheet.chemistry.system import WATER, ChemistrySystem

TOLERANCE = 1e-8
_TEMPERATURES = (288.15, 318.15, 363.15)
_STRENGTHS = (1e-3, 0.3)
"""Ionic strengths [mol/kg]."""


def verify(system: ChemistrySystem, describer: Describer) -> None:
    """Compare activities with those of the phase that they were taken from.

    Raises:
        DiagnosticError: they differ.
    """
    entry = describer.aqueous_entry
    phase = describer.phases[entry.name]
    random = np.random.default_rng(7)
    for temperature in _TEMPERATURES:
        for strength in _STRENGTHS:
            molality = _solution(phase, strength, random)
            theirs = cantera_ln_activities(phase, temperature, describer.pressure, molality)
            ours = ln_activities(system, temperature, molality, list(describer.names.values()))
            difference = np.where(_held(system, ours, molality), 0.0, np.abs(theirs - ours))
            worst = int(np.argmax(np.where(np.isnan(difference), np.inf, difference)))
            if not difference[worst] < TOLERANCE:
                name = phase.species_name(worst)
                describer.file.refuse(
                    f"phase `{entry.name}`: the activity of `{name}` doesn't come out as Cantera's: ln a is "
                    f"{theirs[worst]:.9g} there and {ours[worst]:.9g} here",
                    entry.span,
                    "an option of this phase isn't taken over; please report it with the file",
                )


def ln_activities(
    system: ChemistrySystem, temperature: float, molality: np.ndarray, names: list[str]
) -> np.ndarray:
    """ln a of water and the solutes by our equations; `molality` and `names` in the phase's order."""
    model = system.activity_models[0]
    charges = {c.species: c.charge for c in system.components.values() if c.name != WATER and not c.inert}
    charges |= {s.name: s.charge for s in system.species.values()}
    m = dict(zip(names[1:], molality[1:].tolist(), strict=True))
    activity = activity_of(system, charges, model)
    root = float(np.sqrt(0.5 * sum(m[s] * charges[s] ** 2 for s in m)))
    shared = activity.shared(m, root, temperature)
    total = sum(m.values())
    excess = float(activity.osmotic_excess(m, root, temperature, shared))
    water = -system.component(WATER).molar_mass * (total + excess)
    ln_gamma = [float(activity.ln_gamma(s, m, shared, temperature)) for s in names[1:]]
    return np.array([water, *(np.log(molality[1:]) + ln_gamma)])


def cantera_ln_activities(
    phase: Any, temperature: float, pressure: float, molality: np.ndarray
) -> np.ndarray:
    """ln a of the same as Cantera has it."""
    amounts = np.array(molality)
    amounts[0] = 1000.0 / float(phase.molecular_weights[0])
    phase.TPX = temperature, pressure, amounts / amounts.sum()
    result: np.ndarray = np.log(phase.activities)
    return result


def _held(system: ChemistrySystem, ln_a: np.ndarray, molality: np.ndarray) -> np.ndarray:
    """Which species' activity coefficients Cantera crops, where ours go on."""
    held = np.zeros(len(ln_a), dtype=bool)
    if system.activity_models[0] == "pitzer" and system.pitzer.cropped is not None:
        low, high = system.pitzer.cropped
        water = 1.0 / system.component(WATER).molar_mass
        shift = 2.5 * np.log1p(molality.sum() / water)
        ln_gamma = ln_a[1:] - np.log(molality[1:])
        held[1:] = (ln_gamma < low + shift) | (ln_gamma > high + shift)
    return held


def _solution(phase: Any, strength: float, random: np.random.Generator) -> np.ndarray:
    """Random molalities, neutral, of an ionic strength; the solvent first, as zero."""
    charge = np.array([phase.species(k).charge for k in range(phase.n_species)])
    molality = random.uniform(0.1, 1.0, phase.n_species)
    molality[0] = 0.0
    cations, anions = (charge * molality)[charge > 0].sum(), -(charge * molality)[charge < 0].sum()
    if cations > 0.0 and anions > 0.0:
        molality[charge < 0] *= cations / anions
    present = 0.5 * float(charge**2 @ molality)
    return molality * (strength / present if present else strength)
