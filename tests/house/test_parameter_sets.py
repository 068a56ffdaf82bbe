"""Every number that ships has a source that can be looked up, and every file of numbers has a reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flowsheet.chemistry.load import load_system, shipped_systems
from flowsheet.document.parameter_file import load_parameter_set
from flowsheet.model.library_files import package_folders
from flowsheet.model.parameter_sets import shipped_parameter_sets
from hydromet.extraction.parameter_file import read as read_extractant

PROJECT = Path(__file__).parents[2]
FILES = sorted(f for place in package_folders() for f in place.rglob("parameters/*.yaml"))
MONEY = "flowsheet/economics"
"""Prices and costs: read by the economics alone, by a layout of their own."""
IDS = [f"{f.parts[-3]}/{f.stem}" for f in FILES]


def tree(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def mappings(node: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield name, node
        for key, value in node.items():
            yield from mappings(value, f"{name}.{key}".lstrip("."))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from mappings(value, f"{name}[{number}]")


def read(path: Path) -> None:
    if path.parts[-3] == "extraction":
        read_extractant(str(path))
    elif MONEY not in path.as_posix():
        load_parameter_set(path)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_shipped_set_loads_and_is_called_as_its_file(path: Path) -> None:
    read(path)
    assert tree(path)["parameter_set"] == path.stem


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_every_value_names_a_source_that_is_there(path: Path) -> None:
    content = tree(path)
    sources = content["sources"]
    for key, source in sources.items():
        assert source.get("citation"), f"source {key} cites nothing"
    for name, entry in mappings({k: v for k, v in content.items() if k not in ("sources", "fit")}):
        if "value" in entry:
            assert entry.get("source"), f"{name} has no source"
        named = [
            entry.get("source"),
            *(entry["confirmed"] if isinstance(entry.get("confirmed"), list) else []),
        ]
        for source in filter(None, named):
            fitted = str(source).partition(":")[0] == "fit" and "fit" in content
            assert fitted or source in sources, f"{name}: unknown source {source}"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_fit_names_a_script_that_is_there(path: Path) -> None:
    fit = tree(path).get("fit")
    if fit:
        assert (PROJECT / fit["script"]).is_file()
        assert fit["data"]
        assert fit["statistics"]


def test_every_shipped_set_is_for_a_parameter_of_a_unit() -> None:
    from flowsheet.model.catalogue import unit_classes

    asked = {
        parameter.family
        for unit in unit_classes(()).values()
        for parameter in unit.declaration().parameters.values()
        if parameter.kind == "parameter_set"
    }
    internal = {"leach_train.off_gas", "economics.prices", "economics.year"}
    internal |= {"bioreactor.aeration", "bioreactor.medium"}
    assert set(shipped_parameter_sets()) <= asked | internal


@pytest.mark.parametrize("name", shipped_systems())
def test_a_chemistry_system_loads_with_solids_of_solids_densities(name: str) -> None:
    for solid in load_system(name).solids.values():
        if solid.density is not None:
            assert 900.0 < solid.density < 12000.0, f"{solid.name}: {solid.density} kg/m3"  # ice floats
