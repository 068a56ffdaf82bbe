"""Compiled plants on disk, so that a second run of an unchanged structure starts at once.

The key is the hash of all that went into the equations: the document's structure, the sources of the engine
and of the unit libraries, chemistry and parameter files, and the versions of what compiles them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from flowsheet.document.document import Document
from flowsheet.document.kept import cache_folder, files_digest
from flowsheet.document.structure import structure
from flowsheet.model.knowledge import chemistry_digest
from flowsheet.model.library_files import library_digest
from flowsheet.solve import cache
from flowsheet.solve.initialise import Continuation, Procedure
from flowsheet.solve.plant import CompiledPlant, Section


def plant_key(document: Document) -> str:
    """The cache key of a document's plant."""
    return cache.cache_key(
        json.dumps(structure(document), sort_keys=True, default=str),
        *(metadata.version(p) for p in ("pyomo", "numpy")),
        library_digest(document.unit_libraries),
        chemistry_digest(document.chemistry),
        files_digest(_files(document)),
    )


def load_plant(key: str, document: Document) -> CompiledPlant | None:
    """The plant kept under `key`, with the document's words for what it asks; or None."""
    model = cache.load(key)
    if model is None:
        return None
    try:
        data = json.loads((cache_folder() / f"{key}.plant.json").read_text(encoding="utf-8"))
        sections = tuple(_restored(section) for section in data["sections"])
        facts = reworded(data["facts"], document)
        return CompiledPlant(model, sections, tuple(data["torn"]), data["units"], data["descriptions"], facts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_plant(plant: CompiledPlant, key: str) -> str:
    """Keep a plant with every function derived so far; returns why not when the folder can't be written."""
    folder = cache_folder()
    data: dict[str, Any] = {
        "sections": [asdict(section) for section in plant.sections],
        "torn": plant.torn,
        "units": dict(plant.units),
        "descriptions": dict(plant.descriptions),
        "facts": dict(plant.facts),
    }
    try:
        cache.save(plant.model, key)
        aside = folder / f".{key}.{os.getpid()}.plant"
        aside.write_text(json.dumps(data), encoding="utf-8")
        aside.replace(folder / f"{key}.plant.json")
    except OSError as error:
        return f"the compiled plant was not kept: {error}"
    return ""


def reworded(facts: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """Facts of a plant compiled with other targets, as the document words its specifications."""
    stated = zip(facts["targets"]["specifications"], document.specifications, strict=True)
    worded = [entry | {"text": asked.until.text} for entry, asked in stated]
    return {**facts, "targets": {**facts["targets"], "specifications": worded}}


def _restored(section: dict[str, Any]) -> Section:
    procedure, continuation = section["procedure"], section["continuation"]
    return Section(
        section["owner"],
        tuple(section["equations"]),
        tuple(section["unknowns"]),
        Procedure(**procedure) if procedure else None,
        Continuation(**continuation) if continuation else None,
    )


def _files(document: Document) -> Iterator[Path]:
    """The parameter files whose change may change the equations."""
    for unit in document.units.values():
        for setting in unit.parameters.values():
            if isinstance(setting.value, Path):
                yield setting.value
