"""The unit operations that can be named: those of installed libraries and of the user's own files.

A library is a package or module behind the entry-point group `flowsheet.units`; a user's file is named in the
flowsheet (`unit_libraries: [my_units.py]`).  Every `Unit` subclass with a name in it joins.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flowsheet.document.declaration import Parameter, Port, Result, UnitDeclaration
from flowsheet.document.kept import kept
from flowsheet.model.library_files import GROUP, library_digest

if TYPE_CHECKING:
    from flowsheet.model.unit import Unit


class UnitLibraryError(ImportError):
    """A unit library can't be loaded; `path` is the file or entry point."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


def unit_classes(libraries: Sequence[Path] = ()) -> dict[str, type[Unit]]:
    """All unit classes by name: installed libraries first, then the user's own, which may not reuse a name.

    Raises:
        UnitLibraryError: a library fails to import, or two libraries use one name.
    """
    found: dict[str, type[Unit]] = {}
    for entry in sorted(metadata.entry_points(group=GROUP), key=lambda e: e.name):
        try:
            modules = list(_modules(entry.load()))
        except Exception as error:  # whatever a third party's module raises is its own
            raise UnitLibraryError(f"entry point {entry.name} = {entry.value}", repr(error)) from error
        _add(found, modules, entry.value)
    for path in libraries:
        _add(found, [_module_from(path)], str(path))
    return dict(sorted(found.items()))


def declarations(libraries: Sequence[Path] = ()) -> dict[str, UnitDeclaration]:
    """What the units say of themselves, by name; classes are imported only where a library is new or changed.

    Raises:
        UnitLibraryError: a library fails to import, or two libraries use one name.
    """
    for path in libraries:
        _check_file(path)

    def from_classes() -> dict[str, Any]:
        return {name: asdict(cls.declaration()) for name, cls in unit_classes(libraries).items()}

    stored = kept("units", library_digest(libraries), from_classes)
    return {name: _declaration(entry) for name, entry in stored.items()}


def _declaration(entry: Mapping[str, Any]) -> UnitDeclaration:
    """A declaration from JSON values, where tuples have become lists."""

    def port(values: Mapping[str, Any]) -> Port:
        return Port(**{**values, "phases": tuple(values["phases"])})

    def parameter(values: Mapping[str, Any]) -> Parameter:
        default = values["default"]
        return Parameter(
            **{
                **values,
                "range": tuple(values["range"]),
                "choices": tuple(values["choices"]),
                "default": tuple(default) if isinstance(default, list) else default,
            }
        )

    return UnitDeclaration(
        **{
            **entry,
            "inlets": {n: port(v) for n, v in entry["inlets"].items()},
            "outlets": {n: port(v) for n, v in entry["outlets"].items()},
            "parameters": {n: parameter(v) for n, v in entry["parameters"].items()},
            "results": {n: Result(**v) for n, v in entry["results"].items()},
        }
    )


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise UnitLibraryError(str(path), "no such file")


def _module_from(path: Path) -> ModuleType:
    _check_file(path)
    name = "flowsheet_user_units_" + sha256(str(path.resolve()).encode()).hexdigest()[:12]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UnitLibraryError(str(path), "not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the user's file raises is the user's to see
        raise UnitLibraryError(str(path), f"{type(error).__name__}: {error}") from error
    return module


def _modules(module: ModuleType) -> Iterator[ModuleType]:
    yield module
    for info in pkgutil.walk_packages(getattr(module, "__path__", []), module.__name__ + "."):
        yield importlib.import_module(info.name)


def _add(found: dict[str, type[Unit]], library: Iterable[ModuleType], origin: str) -> None:
    from flowsheet.model.unit import Unit

    for module in library:
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, Unit) and value.unit_name):
                continue
            if value.__module__ != module.__name__:
                continue
            known = found.setdefault(value.unit_name, value)
            if known is not value:
                raise UnitLibraryError(
                    origin, f"unit `{value.unit_name}` is already defined in {known.__module__}"
                )
