"""Compiled models on disk, found by the hash of everything that went into them.

An entry is two files: `<key>.json` (names, numbers, and the digest of the other) and the CasADi functions in
CasADi's own serialisation. No pickle. An entry that does not read back as it was written counts as absent.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from flowsheet.document.kept import cache_folder
from flowsheet.solve.compiled import CompiledModel, Variables

_FORMAT = 1


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
    import casadi as ca

    folder = cache_folder() if folder is None else folder
    folder.mkdir(parents=True, exist_ok=True)
    functions: list[ca.Function] = []
    description = _describe(model, functions)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as aside:
        payload = Path(aside) / "functions"
        serializer = ca.FileSerializer(str(payload))
        for function in functions:
            serializer.pack(function)
        del serializer
        digest = hashlib.sha256(payload.read_bytes()).hexdigest()
        header = {
            "format": _FORMAT,
            "key": key,
            "functions": digest,
            "count": len(functions),
            "model": description,
        }
        text = Path(aside) / "header"
        text.write_text(json.dumps(header), encoding="utf-8")
        previous = _read_header(folder, key)
        payload.replace(_payload_path(folder, key, digest))
        text.replace(folder / f"{key}.json")
    if previous is not None and previous["functions"] != digest:
        _payload_path(folder, key, previous["functions"]).unlink(missing_ok=True)


def load(key: str, folder: Path | None = None) -> CompiledModel | None:
    """The model saved under `key`, or None when there is none that reads back whole."""
    import casadi as ca

    folder = cache_folder() if folder is None else folder
    header = _read_header(folder, key)
    if header is None:
        return None
    payload = _payload_path(folder, key, header["functions"])
    try:
        # CasADi trusts what it reads: only bytes that are known to be what was written may reach it.
        if hashlib.sha256(payload.read_bytes()).hexdigest() != header["functions"]:
            return None
        deserializer = ca.FileDeserializer(str(payload))
        functions = [deserializer.unpack() for _ in range(header["count"])]
        return _restore(header["model"], iter(functions).__next__)
    except (OSError, RuntimeError, KeyError, TypeError, ValueError, StopIteration):
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
    if not isinstance(header.get("functions"), str) or not isinstance(header.get("count"), int):
        return None
    return header


def _describe(model: CompiledModel, functions: list[Any]) -> dict[str, Any]:
    functions += model.functions.values()
    return {
        "unknowns": _describe_variables(model.unknowns),
        "inputs": _describe_variables(model.inputs),
        "equations": list(model.equations),
        "equation_scale": model.equation_scale.tolist(),
        "outputs": list(model.output_names),
        "functions": list(model.functions),
        "unused": list(model.unused),
        "columns": None if model.columns is None else model.columns.tolist(),
        "views": {name: _describe(view, functions) for name, view in model.views.items()},
    }


def _restore(description: dict[str, Any], next_function: Callable[[], Any]) -> CompiledModel:
    columns = description["columns"]
    return CompiledModel(
        unknowns=_restore_variables(description["unknowns"]),
        inputs=_restore_variables(description["inputs"]),
        equations=tuple(description["equations"]),
        equation_scale=np.array(description["equation_scale"], dtype=float),
        output_names=tuple(description["outputs"]),
        functions={name: next_function() for name in description["functions"]},
        unused=tuple(description["unused"]),
        columns=None if columns is None else np.array(columns, dtype=int),
        views={name: _restore(view, next_function) for name, view in description["views"].items()},
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
