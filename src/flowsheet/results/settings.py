"""What a run was asked to be: its settings as numbers, and what was chosen beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowsheet.document.document import Document, Quantity, StreamReference
from flowsheet.results.solved import Solved, number


def settings(state: Solved) -> dict[str, dict[str, Any]]:
    """Every setting by its name, at the value that it had: of feeds, units, prices and charges."""
    plant, simulation = state.case.plant, state.simulation
    position = plant.model.inputs.position
    return {
        name: number(float(simulation.p[position[name]]), plant.units.get(name) or "1")
        for name in plant.facts["settings"]
    }


def choices(document: Document) -> dict[str, str]:
    """What is chosen and is no number that could move: models, sets, counts, connections, by name."""
    return dict(_choices(document))


def _choices(document: Document) -> Iterator[tuple[str, str]]:
    yield "chemistry", document.chemistry.system
    yield "activity model", document.chemistry.activity_model
    for tag, unit in document.units.items():
        yield f"{tag}.unit", unit.declaration.name
        for port, streams in unit.inlets.items():
            yield f"{tag}.{port}", ", ".join(s.name for s in streams)
        for name, parameter in unit.parameters.items():
            if parameter.value not in (None, (), {}) and not _is_number(parameter.value):
                yield f"{tag}.{name}", _text(parameter.value)


def _is_number(value: Any) -> bool:
    """Whether it is a setting, or a mapping of settings."""
    if isinstance(value, dict):
        return all(map(_is_number, value.values()))
    return isinstance(value, Quantity)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    if isinstance(value, StreamReference):
        return value.name
    return str(value)
