"""What the cold start of a column (`hydromet.columns.start`) is told: structure, names and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hydromet.columns.column import Column

START = "hydromet.columns.start:ColumnStart"


def start_by_marching(unit: Column) -> None:
    """Register the procedure."""
    data = {
        "chemistry": list(unit.system.origin),
        "components": list(unit.chemistry.components),
        "binding": list(unit.chemistry.metals),
        "model": unit.activity_model,
        "highest_pH": unit.highest_pH,
        "steps": unit.steps,
        "outlets": {s: unit.step_outlets[s] for s in unit.steps},
        "divisions": [[step, part, count] for (step, part), count in unit.cycle.divisions.items()],
        "liquors": {s: list(unit.liquors[s].state.solutes) for s in unit.steps},
        "cells": unit.cells,
        "sites": dict(unit.sites),
        "has_back_mixing": unit.settings.back_mixing is not None,
        "together": unit.settings.together,
        "has_transfer": unit.settings.transfer_rate is not None,
        "unknowns": _names(unit),
    }
    unit.registry.add_procedure(START, data, _numbers(unit))


def _names(unit: Column) -> dict[str, Any]:
    """Names of unknowns; those of a family as a pattern of cell and level."""
    bed, metals = unit.bed, unit.chemistry.metals
    families: dict[str, Any] = {
        "ln_share": {s: _pattern(bed.ln_share[s, 1, 1]) for s in unit.steps},
        "ln_metal": {m: _pattern(bed.ln_metal[m, 1, 1]) for m in metals},
        "ln_bound": {m: _pattern(bed.ln_bound[m, 1, 1]) for m in metals},
        "ln_ligand": {c: _pattern(bed.ln_ligand[c, 1, 1]) for c in unit.chemistry.ligands},
        "ln_proton": {"": _pattern(bed.ln_proton[1, 1])},
    }
    if bed.ln_vacant is not None:
        families["ln_vacant"] = {"": _pattern(bed.ln_vacant[1, 1])}
    liquors = {}
    for s in unit.steps:
        liquor = unit.liquors[s]
        block = liquor.state.block
        liquors[s] = {
            "ln_m": {x: block.ln_m[x].name for x in liquor.state.explicit},
            "ln_ionic_strength": block.ln_ionic_strength.name,
            "ln_water": block.ln_water.name,
            "ln_water_activity": block.ln_water_activity.name,
            "debye": liquor.debye.name,
            "ln_binding": {m: liquor.ln_binding[m].name for m in metals},
        }
    outlets = {}
    for s in unit.steps:
        stream = unit.outlets[unit.step_outlets[s]]
        outlets[unit.step_outlets[s]] = {
            "flow": {c: stream.ln("aqueous", c).name for c in stream.shape.names("aqueous")},
            "temperature": stream.temperature.name,
        }
    collected = {
        name: _braced(bed.ln_collected[name, 1].name, "1]") + "{n}]" for name in (*unit.steps, *metals)
    }
    return {"bed": families, "liquors": liquors, "outlets": outlets, "collected": collected}


def _pattern(variable: Any) -> str:
    return _braced(variable.name, "1,1]") + "{i},{n}]"


def _braced(name: str, end: str) -> str:
    """A name without its indices, its own braces escaped."""
    return name.removesuffix(end).replace("{", "{{").replace("}", "}}")


def _numbers(unit: Column) -> dict[str, Any]:
    """Expressions of the inlets and inputs, by the names that the procedure knows them by."""
    block, settings = unit.block, unit.settings
    needs: dict[str, Any] = {}
    temperatures = []
    for s in unit.steps:
        mixture = unit.inlets[s]
        needs |= {f"N:{s}:{c}": mixture.flow("aqueous", c) + 0.0 for c in mixture.shape.names("aqueous")}
        needs[f"V:{s}"] = unit.liquors[s].volume_flow
        temperatures += [x.temperature for x in mixture.streams]
    needs["temperature"] = sum(temperatures) / len(temperatures)
    for s, p in unit.cycle.divisions:
        needs[f"rate:{s}:{p}"] = block.rate[s, p]
        needs[f"lapse:{s}:{p}"] = block.lapse[s, p]
    needs |= {f"log_k:{m}": k + 0.0 for m, k in unit.log_k.items()}
    needs["capacity"] = settings.capacity + 0.0
    needs["liquor_fraction"] = settings.liquor_fraction + 0.0
    needs["litres"] = block.litres
    if settings.back_mixing is not None:
        needs["back_mixing"] = settings.back_mixing
    if settings.transfer_rate is not None:
        needs["transfer_rate"] = settings.transfer_rate + 0.0
    return needs
