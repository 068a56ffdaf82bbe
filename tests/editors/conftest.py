"""The YAML language server on a shipped flowsheet: `npm install` in this folder first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from language_server import LanguageServer

PROGRAM = Path(__file__).parent / "node_modules" / ".bin" / "yaml-language-server"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """The server in a folder as `flowsheet new` makes it."""
    from flowsheet.cli import main

    assert PROGRAM.exists(), f"run `npm install` in {PROGRAM.parents[2].name}/"
    folder = tmp_path_factory.mktemp("editor") / "plant"
    assert main(["new", str(folder), "--template", "nmc_black_mass"]) == 0
    server = LanguageServer(PROGRAM, folder)
    yield server
    server.close()
