"""Chemistry files as trees: what they include, how they merge, which keys they have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from flowsheet.document.kept import kept

_NEEDED = {
    "aqueous": ("reaction", "log_k"),
    "sit": ("pair", "epsilon"),
    "solids": ("name",),
    "gases": ("name",),
}
"""Lists of a chemistry file, with what each of their entries has."""
_KEYS = (
    "chemistry",
    "title",
    "include",
    "sources",
    "components",
    *_NEEDED,
    "pitzer",
    "laliberte",
    "feed_enthalpy",
    "activity_models",
    "volume",
    "spectators",
    "groups",
)


class ChemistryError(ValueError):
    """A chemistry file says something that can't be right; the message names the entry."""


def system_file(name: str) -> Path:
    """Where a system's file lies: shipped under its name, or the user's own by path."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return path
    return Path(str(resources.files("flowsheet.chemistry"))) / "systems" / f"{name}.yaml"


def extensions_digest(extensions: Iterable[str]) -> str:
    """Digest of what adds to a system: of every file, of those that it includes, and of text in place.

    Raises:
        ChemistryError: a file can't be read.
    """
    return hashlib.sha256(" ".join(Reading(e).digest for e in extensions).encode()).hexdigest()


class Reading:
    """One file, or text in place, with all that it includes: its merged tree and the digest of it all."""

    def __init__(self, source: Path | str) -> None:
        digest = hashlib.sha256()
        if isinstance(source, str) and source.startswith("{"):
            digest.update(source.encode())
            self.tree: dict[str, Any] = self._with_includes(json.loads(source), Path(), digest)
        else:
            self.tree = self._file(Path(source), digest)
        self.digest = digest.hexdigest()

    def _file(self, path: Path, digest: Any) -> dict[str, Any]:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ChemistryError(f"{path} can't be read: {error.strerror}") from error
        digest.update(len(content).to_bytes(8, "little") + content)
        return self._with_includes(_tree(content, str(path)), path.parent, digest)

    def _with_includes(self, own: Mapping[str, Any], folder: Path, digest: Any) -> dict[str, Any]:
        tree = {key: value for key, value in own.items() if key != "include"}
        for included in own.get("include", ()):
            merge(tree, self._file(folder / included, digest))
        return tree


@cache
def _tree(content: bytes, path: str) -> dict[str, Any]:
    """A file's content; parsed YAML is kept between runs, since parsing takes far longer than the rest."""

    def parsed() -> dict[str, Any]:
        from ruamel.yaml import YAML, YAMLError

        try:
            found = YAML(typ="safe", pure=False).load(content) or {}
        except YAMLError as error:
            raise ChemistryError(f"{path} is not a YAML file: {' '.join(str(error).split())}") from error
        if not isinstance(found, dict):
            raise ChemistryError(f"{path} must hold keys such as `components`, `aqueous` and `solids`")
        return found

    tree: dict[str, Any] = kept("chemistry-file", hashlib.sha256(content).hexdigest(), parsed)
    return tree


def check_layout(extension: Mapping[str, Any]) -> None:
    """Refuse keys that would be passed over, and entries that lack what all of their kind have."""
    unknown = [key for key in extension if key not in _KEYS]
    if unknown:
        raise ChemistryError(f"unknown key `{unknown[0]}`; known: {', '.join(_KEYS)}")
    for key, needed in _NEEDED.items():
        entries = extension.get(key) or []
        if not isinstance(entries, list) or not all(isinstance(e, Mapping) for e in entries):
            raise ChemistryError(f"`{key}` must be a list of mappings")
        for entry in entries:
            missing = [n for n in needed if n not in entry]
            if missing:
                raise ChemistryError(f"an entry of `{key}` lacks `{missing[0]}`: {dict(entry)}")
    for key in ("sources", "components"):
        entries = extension.get(key) or {}
        if not isinstance(entries, Mapping) or not all(isinstance(e, Mapping) for e in entries.values()):
            raise ChemistryError(f"`{key}` must be mappings by name")
    groups = extension.get("groups") or {}
    if not isinstance(groups, Mapping) or not all(isinstance(g, list) for g in groups.values()):
        raise ChemistryError("`groups` must be lists of elements and compounds by name")


def merge(tree: dict[str, Any], addition: Mapping[str, Any], override: bool = False) -> None:
    """Append lists and unite mappings; of two single values the tree's own stays unless `override`."""
    for key, value in addition.items():
        if isinstance(value, list):
            tree[key] = [*tree.get(key, []), *value]
        elif isinstance(value, dict):
            merged = dict(tree.get(key) or {})
            merge(merged, value, override)
            tree[key] = merged
        elif override:
            tree[key] = value
        else:
            tree.setdefault(key, value)
