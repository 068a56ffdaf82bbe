"""Solids that chemistry files mark `default: false`: stable, but slow to form by themselves."""

from __future__ import annotations

from pathlib import Path

from flowsheet.chemistry.files import Reading, system_file
from flowsheet.chemistry.system import ChemistrySystem


def slow_solids(system: ChemistrySystem) -> tuple[str, ...]:
    """Solids that a liquor may be supersaturated with for long; a unit that names them forms them.

    >>> from flowsheet.chemistry.load import load_system
    >>> found = slow_solids(load_system("nmc_sulfate"))
    >>> "goethite" in found, "gypsum" in found
    (True, False)
    """
    name, *extensions = system.origin
    if name.startswith("{"):  # a Cantera file marks none
        return ()
    marked: dict[str, bool] = {}
    sources: list[Path | str] = [system_file(name), *extensions]
    for source in sources:
        for entry in Reading(source).tree.get("solids", ()):
            marked[entry["name"]] = entry.get("default", marked.get(entry["name"], True))
    return tuple(sorted(solid for solid, default in marked.items() if not default))
