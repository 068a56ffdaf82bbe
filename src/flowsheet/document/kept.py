"""What earlier runs found out, kept on disk as JSON.

An entry is found by the digest of all that it came from. An entry that can't be read or written counts as
absent: then a run is slower, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_FORMAT = 1


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
