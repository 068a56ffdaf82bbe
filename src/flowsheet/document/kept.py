"""What earlier runs found out, kept on disk as JSON.

An entry is found by the digest of all that it came from. An entry that can't be read or written counts as
absent: then a run is slower, nothing else. So any file may go at any time: where the folder grows beyond
`LIMIT`, what was used longest ago does.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

LIMIT = 1_000_000_000
"""[bytes] that the folder may hold: some twenty-five plants as large as the largest that ships."""
_FORMAT = 1
_ABANDONED = 24 * 3600.0
"""[s] after which nobody writes any more what has a dot before its name until it takes its place."""
_DIGITS = 24
"""Of a digest in a file's name: files that share them are of one entry."""


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


def files_digest(files: Iterable[Path]) -> str:
    """Digest of some files' contents; a file that isn't there counts as empty."""
    digest = hashlib.sha256()
    for path in files:
        add_file(digest, path, str(path))
    return digest.hexdigest()


def add_file(digest: Any, path: Path, name: str) -> None:
    """Add a file's name and content to a digest."""
    content = path.read_bytes() if path.is_file() else b""
    digest.update(f"{name} {len(content)}\n".encode())
    digest.update(content)


def kept(kind: str, digest: str, make: Callable[[], Any]) -> Any:
    """The JSON value stored under a kind and a digest, else what `make` gives, which is then stored."""
    found = read_kept(kind, digest)
    if found is None:
        found = make()
        write_kept(kind, digest, found)
    return found


def read_kept(kind: str, digest: str) -> Any:
    """The stored value, or None."""
    file = _file(cache_folder(), kind, digest)
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    with suppress(OSError):  # a file system may not note when a file is read
        os.utime(file)
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
    prune(folder)


def prune(folder: Path, limit: int | None = None) -> None:
    """Remove the entries that were used longest ago until the rest takes no more than `limit` [bytes].

    The last one used stays. Other processes may read, write and prune meanwhile: what is gone already, or
    held open by somebody, is passed over.
    """
    entries: dict[str, list[tuple[Path, int]]] = {}
    used: dict[str, float] = {}
    try:
        found = list(os.scandir(folder))
    except OSError:
        return
    for file in found:
        try:
            state = file.stat()
            if file.name.startswith(".") and time.time() - state.st_mtime < _ABANDONED:
                continue  # being written
            if file.is_dir():
                shutil.rmtree(file.path, ignore_errors=True)
                continue
        except OSError:
            continue
        entry = _entry(file.name)
        entries.setdefault(entry, []).append((Path(file.path), state.st_size))
        used[entry] = max(used.get(entry, 0.0), state.st_atime, state.st_mtime)
    excess = sum(size for files in entries.values() for _, size in files) - (
        LIMIT if limit is None else limit
    )
    for entry in sorted(entries, key=lambda e: used[e])[:-1]:
        if excess <= 0:
            return
        for path, size in entries[entry]:
            with suppress(OSError):
                path.unlink(missing_ok=True)
                excess -= size


def _entry(name: str) -> str:
    """The entry that a file belongs to: `<digest>.plant.json` and `solution-<digest>.json` are of one."""
    stem = name.partition(".")[0]
    return stem.rpartition("-")[2][:_DIGITS]


def _file(folder: Path, kind: str, digest: str) -> Path:
    return folder / f"{kind}-{digest[:_DIGITS]}.json"
