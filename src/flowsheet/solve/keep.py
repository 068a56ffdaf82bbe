"""Compiled plants on disk, so that a second run of an unchanged structure starts at once.

The key is the hash of all that went into the equations: the document's structure, the sources of the engine and of
the unit libraries, chemistry and parameter files, and the versions of what compiles them.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from typing import Any

from flowsheet.document.document import Document
from flowsheet.document.structure import structure
from flowsheet.solve import cache
from flowsheet.solve.plant import CompiledPlant, Section

_SUFFIXES = (".py", ".yaml", ".yml")
_LIBRARIES = "flowsheet.units"


def plant_key(document: Document) -> str:
    """The cache key of a document's plant."""
    parts = [json.dumps(structure(document), sort_keys=True, default=str), *_versions()]
    digest = hashlib.sha256()
    for path in _sources(document):
        digest.update(str(path.name).encode())
        digest.update(path.read_bytes())
    return cache.cache_key(*parts, digest.hexdigest())


def load_plant(key: str) -> CompiledPlant | None:
    """The plant kept under `key`, or None."""
    model = cache.load(key)
    if model is None:
        return None
    try:
        data = json.loads((cache.cache_folder() / f"{key}.plant.json").read_text(encoding="utf-8"))
        sections = tuple(Section(s["owner"], tuple(s["equations"]), tuple(s["unknowns"])) for s in data["sections"])
        return CompiledPlant(model, sections, tuple(data["torn"]), data["units"], data["descriptions"], data["facts"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_plant(plant: CompiledPlant, key: str) -> str:
    """Keep a plant with every function derived so far; returns why not when the folder can't be written."""
    folder = cache.cache_folder()
    data: dict[str, Any] = {
        "sections": [{"owner": s.owner, "equations": s.equations, "unknowns": s.unknowns} for s in plant.sections],
        "torn": plant.torn, "units": dict(plant.units), "descriptions": dict(plant.descriptions),
        "facts": dict(plant.facts)}
    try:
        cache.save(plant.model, key)
        aside = folder / f".{key}.{os.getpid()}.plant"
        aside.write_text(json.dumps(data), encoding="utf-8")
        aside.replace(folder / f"{key}.plant.json")
    except OSError as error:
        return f"the compiled plant was not kept: {error}"
    return ""


def _versions() -> list[str]:
    return [sys.version, *(metadata.version(p) for p in ("pyomo", "casadi", "numpy"))]


def _sources(document: Document) -> Iterator[Path]:
    """Every file whose change may change the equations."""
    packages = ["flowsheet", *sorted({e.value.partition(":")[0].partition(".")[0]
                                      for e in metadata.entry_points(group=_LIBRARIES)})]
    for package in packages:
        spec = util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in _SUFFIXES and "cli" not in path.parts and "report" not in path.parts:
                    yield path
    yield from document.unit_libraries
    yield from document.chemistry.files
    for unit in document.units.values():
        for setting in unit.parameters.values():
            if isinstance(setting.value, Path) and setting.value.is_file():
                yield setting.value
