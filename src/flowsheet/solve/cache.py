"""Compiled models on disk, found by the hash of everything that went into them.

An entry is two files: `<key>.json` (names, numbers, and the digest of the other) and the CasADi functions in
CasADi's own serialisation, compressed one by one. No pickle. An entry that does not read back as it was
written counts as absent.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import numpy as np

from flowsheet.document.kept import cache_folder
from flowsheet.solve.compiled import CompiledModel, Variables

_FORMAT = 2
_COMPRESSION = 1
"""The fastest: an eighth of the size, in less time than writing the rest would take."""


def cache_key(*parts: bytes | str) -> str:
    """Digest of the caller's parts, of CasADi's version and of this format.

    >>> cache_key("ab", "c") == cache_key("a", "bc")
    False
    """
    from importlib.metadata import version

    digest = hashlib.sha256(f"{_FORMAT} casadi {version('casadi')} {sys.byteorder}".encode())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def save(model: CompiledModel, key: str, folder: Path | None = None) -> None:
    """Write the model, its views and every function derived so far, in place of an entry of the same key.

    Raises OSError when the folder cannot be written.
    """
    folder = cache_folder() if folder is None else folder
    folder.mkdir(parents=True, exist_ok=True)
    content = bytearray()
    description = _describe(model, content)
    digest = _digest(content)
    header = {"format": _FORMAT, "key": key, "functions": digest, "model": description}
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as aside:
        payload, text = Path(aside) / "functions", Path(aside) / "header"
        payload.write_bytes(content)
        text.write_text(json.dumps(header), encoding="utf-8")
        previous = _read_header(folder, key)
        payload.replace(_payload_path(folder, key, digest))
        text.replace(folder / f"{key}.json")
    if previous is not None and previous["functions"] != digest:
        _payload_path(folder, key, previous["functions"]).unlink(missing_ok=True)


def load(key: str, folder: Path | None = None) -> CompiledModel | None:
    """The model saved under `key`, or None when there is none that reads back whole."""
    folder = cache_folder() if folder is None else folder
    header = _read_header(folder, key)
    if header is None:
        return None
    try:
        content = _payload_path(folder, key, header["functions"]).read_bytes()
        # CasADi trusts what it reads: only bytes that are known to be what was written may reach it.
        if _digest(content) != header["functions"]:
            return None
        return _restore(header["model"], content)
    except (OSError, KeyError, IndexError, TypeError, ValueError):
        return None


def load_or_compile(
    key: str, compile_: Callable[[], CompiledModel], folder: Path | None = None
) -> CompiledModel:
    """The cached model, or the one that `compile_` makes, which is then kept if the folder can be written."""
    found = load(key, folder)
    if found is not None:
        return found
    model = compile_()
    model.function("jacobian")
    try:
        save(model, key, folder)
    except OSError as error:
        import warnings

        warnings.warn(f"the compiled model was not kept: {error}", RuntimeWarning, stacklevel=2)
    return model


def _payload_path(folder: Path, key: str, digest: str) -> Path:
    return folder / f"{key}.{digest[:16]}.casadi"


def _read_header(folder: Path, key: str) -> dict[str, Any] | None:
    try:
        header = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(header, dict) or header.get("format") != _FORMAT or header.get("key") != key:
        return None
    if not isinstance(header.get("functions"), str):
        return None
    return header


class StoredFunctions(MutableMapping[str, Any]):
    """A model's functions by name; one that comes from disk is unpacked when it is first asked for.

    A large plant's Jacobian takes seconds to unpack, and a run that starts at its solution needs none.
    """

    def __init__(self, content: bytes, places: dict[str, tuple[int, int]]) -> None:
        self._content, self._places = content, places
        self._unpacked: dict[str, Any] = {}

    def packed(self, name: str) -> bytes:
        """The function as it is stored."""
        if name in self._unpacked:
            return _pack(self._unpacked[name])
        begin, size = self._places[name]
        return self._content[begin : begin + size]

    def __getitem__(self, name: str) -> Any:
        if name not in self._unpacked:
            import casadi as ca

            text = zlib.decompress(self.packed(name)).decode("ascii")
            self._unpacked[name] = ca.Function.deserialize(text)
        return self._unpacked[name]

    def __setitem__(self, name: str, function: Any) -> None:
        self._unpacked[name] = function

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._unpacked.pop(name, None)
        self._places.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._unpacked or name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter({**self._places, **self._unpacked})

    def __len__(self) -> int:
        return len({**self._places, **self._unpacked})


def _pack(function: Any) -> bytes:
    return zlib.compress(function.serialize().encode("ascii"), _COMPRESSION)


def _digest(content: bytes | bytearray) -> str:
    return hashlib.blake2b(content, digest_size=32).hexdigest()


def _describe(model: CompiledModel, content: bytearray) -> dict[str, Any]:
    """The model's names and numbers; its functions are added to `content`."""
    places: dict[str, tuple[int, int]] = {}
    for name in model.functions:
        stored = model.functions
        packed = stored.packed(name) if isinstance(stored, StoredFunctions) else _pack(stored[name])
        places[name] = (len(content), len(packed))
        content += packed
    return {
        "unknowns": _describe_variables(model.unknowns),
        "inputs": _describe_variables(model.inputs),
        "equations": list(model.equations),
        "equation_scale": model.equation_scale.tolist(),
        "outputs": list(model.output_names),
        "functions": places,
        "unused": list(model.unused),
        "columns": None if model.columns is None else model.columns.tolist(),
        "views": {name: _describe(view, content) for name, view in model.views.items()},
    }


def _restore(description: dict[str, Any], content: bytes) -> CompiledModel:
    columns = description["columns"]
    places = {name: (int(begin), int(size)) for name, (begin, size) in description["functions"].items()}
    return CompiledModel(
        unknowns=_restore_variables(description["unknowns"]),
        inputs=_restore_variables(description["inputs"]),
        equations=tuple(description["equations"]),
        equation_scale=np.array(description["equation_scale"], dtype=float),
        output_names=tuple(description["outputs"]),
        functions=StoredFunctions(content, places),
        unused=tuple(description["unused"]),
        columns=None if columns is None else np.array(columns, dtype=int),
        views={name: _restore(view, content) for name, view in description["views"].items()},
    )


def _describe_variables(variables: Variables) -> dict[str, Any]:
    return {
        "names": list(variables.names),
        "start": variables.start.tolist(),
        "lower": variables.lower.tolist(),
        "upper": variables.upper.tolist(),
        "nominal": variables.nominal.tolist(),
        "is_log": variables.is_log.tolist(),
    }


def _restore_variables(description: dict[str, Any]) -> Variables:
    numbers = {
        name: np.array(description[name], dtype=float) for name in ("start", "lower", "upper", "nominal")
    }
    return Variables(
        names=tuple(description["names"]), is_log=np.array(description["is_log"], dtype=bool), **numbers
    )
