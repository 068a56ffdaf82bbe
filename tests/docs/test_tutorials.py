"""The tutorials run as they stand: their cells, one after the other, as a reader would type them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "tutorials"
TUTORIALS = sorted(FOLDER.glob("*.md"))


@dataclass(frozen=True)
class Cell:
    """A code cell: its text, its tags, and the line of the page that it begins at."""

    text: str
    tags: tuple[str, ...]
    line: int

    @property
    def fails(self) -> bool:
        return "fails" in self.tags


def cells(page: str) -> Iterator[Cell]:
    for found in re.finditer(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        options, text = re.match(r"((?::[^\n]*\n)*)(.*)", found[1], re.DOTALL).groups()  # type: ignore[union-attr]
        tags = re.search(r"^:tags: \[(.*)\]$", options, re.MULTILINE)
        yield Cell(
            text.strip("\n"),
            tuple(re.split(r", *", tags[1])) if tags else (),
            page[: found.start()].count("\n") + 1,
        )


def run(cell: Cell, names: dict[str, Any], page: str) -> None:
    """Do what IPython does with the cell: write a file, run commands, or execute Python."""
    if cell.text.startswith("%%writefile"):
        head, _, text = cell.text.partition("\n")
        with Path(head.split()[-1]).open("a" if " -a " in head else "w", encoding="utf-8") as file:
            file.write(text + "\n")
    elif cell.text.startswith("!"):
        for line in cell.text.split("\n"):
            done = subprocess.run(line[1:], shell=True, capture_output=True, text=True, check=False)
            assert (done.returncode != 0) == cell.fails, (
                f"{page}:{cell.line} {line}\n{done.stdout}{done.stderr}"
            )
            assert "Traceback" not in done.stderr, done.stderr
    else:
        exec(compile(cell.text, f"{page}:{cell.line}", "exec"), names)


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=[t.stem for t in TUTORIALS])
def test_a_tutorial_runs_as_it_stands(
    tutorial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    found = list(cells(tutorial.read_text(encoding="utf-8")))
    assert len(found) > 5
    names: dict[str, Any] = {}
    for cell in found:
        run(cell, names, tutorial.name)


def test_a_tutorial_s_claims_are_looked_at() -> None:
    for tutorial in TUTORIALS:
        hidden = [c for c in cells(tutorial.read_text(encoding="utf-8")) if "remove-cell" in c.tags]
        assert any("assert " in cell.text for cell in hidden), f"{tutorial.name} claims what nothing checks"
