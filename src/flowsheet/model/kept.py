"""What slow imports and long files taught, kept on disk as JSON between runs.

Declarations of units need Pyomo (the classes do), names of the chemistry need its files read and checked;
both change only with files. An entry is found by the digest of all files that it came from. An entry that
can't be read or written counts as absent: then a run is slower, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

GROUP = "flowsheet.units"
"""Entry points of unit libraries."""
_FORMAT = 1
_SUFFIXES = (".py", ".yaml")
_SHOWS_ONLY = ("cli", "report")
"""Folders of the engine that nothing kept depends on."""


def cache_folder() -> Path:
    """`FLOWSHEET_CACHE` if set, else the platform's folder for caches."""
    if given := os.environ.get("FLOWSHEET_CACHE"):
        return Path(given)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "flowsheet"


def library_digest(libraries: Iterable[Path] = ()) -> str:
    """Digest of the engine's own files, of every installed unit library's and of the user's unit files.

    What stands beside a user's file may be imported by it, so it counts too.
    """
    digest = hashlib.sha256(_installed_digest().encode())
    for path in libraries:
        for file in sorted(path.resolve().parent.glob("*.py")):
            _add(digest, file)
        digest.update(str(path).encode())
    return digest.hexdigest()


def files_digest(files: Iterable[Path]) -> str:
    """Digest of some files' contents; a file that isn't there counts as empty."""
    digest = hashlib.sha256()
    for path in files:
        _add(digest, path)
    return digest.hexdigest()


def kept(kind: str, digest: str, make: Callable[[], Any]) -> Any:
    """The JSON value stored under a kind and a digest, else what `make` gives, which is then stored."""
    found = read_kept(kind, digest)
    if found is None:
        found = make()
        write_kept(kind, digest, found)
    return found


def read_kept(kind: str, digest: str) -> Any:
    """The stored value, or None."""
    try:
        stored = json.loads(_file(cache_folder(), kind, digest).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(stored, dict) or stored.get("format") != _FORMAT or stored.get("digest") != digest:
        return None
    return stored.get("value")


def write_kept(kind: str, digest: str, value: Any) -> None:
    """Store a value; a folder that can't be written only costs the next run its time."""
    folder = cache_folder()
    text = json.dumps({"format": _FORMAT, "digest": digest, "value": value})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as aside:
            written = Path(aside) / "entry"
            written.write_text(text, encoding="utf-8")
            written.replace(_file(folder, kind, digest))
    except OSError:
        return


def _file(folder: Path, kind: str, digest: str) -> Path:
    return folder / f"{kind}-{digest[:24]}.json"


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


def _add(digest: Any, path: Path) -> None:
    """Add a file, or all sources below a folder, by name and content."""
    files = [path]
    if path.is_dir():
        files = sorted(
            p
            for p in path.rglob("*")
            if p.suffix in _SUFFIXES and p.relative_to(path).parts[0] not in _SHOWS_ONLY
        )
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else str(path)
        content = file.read_bytes() if file.is_file() else b""
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
