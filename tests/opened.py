"""Flowsheet texts opened as the command line opens files, and run; each text once per session."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from flowsheet.results.solved import Solved, solved
from flowsheet.solve.case import Case, compile_document, load
from flowsheet.solve.simulate import simulate


@cache
def opened(text: str, scenario: str | None = None, overrides: tuple[str, ...] = ()) -> Case:
    """A compiled case, without the caches on disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plant.yaml"
        path.write_text(text, encoding="utf-8")
        document = load(path, scenario, overrides)
    plant = compile_document(document)
    return Case(document, plant, plant.model.p0.copy())


@cache
def ran(text: str, scenario: str | None = None, overrides: tuple[str, ...] = ()) -> Solved:
    """The case's solution; fails the test unless it converges."""
    case = opened(text, scenario, overrides)
    simulation = simulate(case.plant, case.p)
    assert simulation.converged, simulation.newton.message
    return solved(case, simulation)


def at(case: Case, inputs: dict[str, float], state: Solved | None = None) -> Solved:
    """The case at other inputs (canonical units), warm from a solution if one is given."""
    simulation = simulate(
        case.plant, case.plant.inputs(inputs), None if state is None else state.simulation.x
    )
    assert simulation.converged, simulation.newton.message
    return solved(case, simulation, speciate=False)
