"""A small plant as Python users have it: a file in the current folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flowsheet.api.flowsheet import Flowsheet, load

DATA = Path(__file__).parent.parent / "cli" / "data"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def wash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Flowsheet:
    """A filter and an evaporator."""
    shutil.copy(DATA / "wash.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSHEET_CACHE", str(cache))
    return load("wash.yaml")
