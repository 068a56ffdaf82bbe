"""Cold starts of leach tanks over wide ranges of everything continuous: no guess, no neighbour's solution."""

from __future__ import annotations

import pytest

from flowsheet.solve.explain import explain_failure
from flowsheet.solve.simulate import simulate
from harness import compiled
from leach_tanks_cases import ACID, COPPER, GLUCONIC, ROASTED
from sampling_by_hand import latin_hypercube

FEEDS = {"magnets.flow": (1.0, 50.0), "magnets.temperature": (280.0, 340.0)}
HOT = {"leach.temperature": (278.0, 360.0)}
SIZE = {"leach.particle_size": (1e-6, 3e-3)}
AIR = {"leach.hydrogen_share": (0.01, 1.0), "leach.ventilation": (0.01, 50.0)}
TIME = {"leach.residence_time": (0.05, 200.0), "acid.flow": (0.01, 2.0)}
HCL = {"acid.HCl": (0.02, 6.0)}
AS_NEEDED = ACID.replace("flow: 150 L/h, HCl: 3", "flow: as needed, HCl: 3")
CASES = {
    "acid": (ACID, {**HOT, **SIZE, **AIR, **TIME, **HCL}),
    "adiabatic": (
        ACID.replace("temperature: 40 degC, ", ""),
        {**SIZE, **AIR, **TIME, "acid.HCl": (0.02, 3.0)},
    ),
    "batch": (
        ACID.replace("tanks: 2", "tanks: 6, contacting: batch"),
        {**HOT, **SIZE, **TIME, **HCL},
    ),
    "sulfuric": (
        ACID.replace("HCl: 3", "H2SO4: 1.5").replace("tanks: 2", "tanks: 5"),
        {**HOT, **SIZE, **TIME, "acid.H2SO4": (0.01, 3.0)},
    ),
    "pH": (
        AS_NEEDED.replace("tanks: 2", "tanks: 2, pH: 2"),
        {
            **HOT,
            **SIZE,
            "leach.residence_time": (0.05, 200.0),
            "leach.pH": (0.5, 4.5),
            "acid.HCl": (0.5, 6.0),
        },
    ),
    "roasted": (
        ROASTED,
        {**HOT, **HCL, "leach.residence_time": (0.05, 300.0), "acid.flow": (0.005, 1.0)},
    ),
    "organic": (
        GLUCONIC,
        {
            **HOT,
            **SIZE,
            "leach.residence_time": (0.5, 1000.0),
            "acid.flow": (0.02, 20.0),
            "acid.HC6H11O7": (0.005, 1.0),
        },
    ),
    "copper": (
        COPPER,
        {
            "leach.temperature": (288.0, 350.0),
            "leach.reactions.particles.size": (2e-6, 2e-3),
            "leach.residence_time": (0.2, 200.0),
            "acid.flow": (0.05, 4.0),
            "acid.Cu(NO3)2": (0.02, 1.5),
            "blown.flow": (5.0, 3000.0),
            "leach.agitation": (0.05, 5.0),
        },
    ),
}


def failures(name: str, number: int, seed: int) -> list[dict[str, float]]:
    """Inputs without a solution and without a reason why there is none."""
    text, ranges = CASES[name]
    model, plant = compiled(text)
    failed = []
    for inputs in latin_hypercube({**FEEDS, **ranges}, number, seed):
        simulation = simulate(plant, plant.inputs(inputs))
        if not simulation.converged:
            reasons = explain_failure(plant, simulation, model.document)
            if not all(d.code == "S203" for d in reasons):
                failed.append(inputs)
    return failed


@pytest.mark.parametrize("name", CASES)
def test_cold_starts(name):
    assert failures(name, 12, seed=1) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_cold_starts_in_number(name):
    """99 % and more of 200."""
    failed = failures(name, 200, seed=2)
    assert len(failed) <= 2, failed
