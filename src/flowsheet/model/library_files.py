"""Which files of the engine and of the unit libraries anything kept between runs came from."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from flowsheet.document.kept import add_file

GROUP = "flowsheet.units"
"""Entry points of unit libraries."""
_SUFFIXES = (".py", ".yaml")
_SHOWS_ONLY = ("cli", "report", "validation")
"""Folders of the engine that nothing kept depends on."""


def library_digest(libraries: Iterable[Path] = ()) -> str:
    """Digest of the engine's own files, of every installed unit library's and of the user's unit files.

    What stands beside a user's file may be imported by it, so it counts too.
    """
    digest = hashlib.sha256(_installed_digest().encode())
    for path in libraries:
        for file in sorted(path.resolve().parent.glob("*.py")):
            add_file(digest, file, str(file))
        digest.update(str(path).encode())
    return digest.hexdigest()


@cache
def _installed_digest() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for entry in metadata.entry_points(group=GROUP):
        digest.update(f"{entry.name} = {entry.value}\n".encode())
    for place in package_folders():
        _add(digest, place)
    return digest.hexdigest()


def package_folders() -> list[Path]:
    """Where the engine and the installed unit libraries lie: folders of packages, files of single modules."""
    packages = {
        entry.value.partition(":")[0].partition(".")[0] for entry in metadata.entry_points(group=GROUP)
    }
    places: list[Path] = []
    for package in sorted({"flowsheet", *packages}):
        spec = util.find_spec(package)
        if spec is not None:
            places += [Path(p) for p in (spec.submodule_search_locations or [spec.origin or ""])]
    return places


def _add(digest: Any, place: Path) -> None:
    """Add a module's file, or all sources below a package's folder."""
    if place.is_file():
        add_file(digest, place, str(place))
    for file in sorted(place.rglob("*")):
        name = file.relative_to(place)
        if file.suffix in _SUFFIXES and name.parts[0] not in _SHOWS_ONLY:
            add_file(digest, file, name.as_posix())
