"""The folder of what earlier runs found out stays within its bound, and a run never fails by it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowsheet.document import kept as store

DAY = 24 * 3600.0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path))
    return tmp_path


def entry(folder: Path, digest: str, size: int, age: float) -> list[Path]:
    """The files of one plant, last used so many seconds ago."""
    digest = digest * 64
    names = (
        f"{digest}.json",
        f"{digest}.0123.casadi",
        f"{digest}.plant.json",
        f"solution-{digest[:24]}.json",
    )
    files = [folder / name for name in names]
    for file in files:
        file.write_bytes(b"x" * (size // len(files)))
        made = file.stat().st_mtime - age
        os.utime(file, (made, made))
    return files


def test_what_was_used_longest_ago_goes_when_something_new_comes(folder, monkeypatch):
    old, middle, new = (entry(folder, d, 4000, age) for d, age in (("a", 300.0), ("b", 200.0), ("c", 100.0)))
    monkeypatch.setattr(store, "LIMIT", 9000)
    store.write_kept("solution", "d" * 64, {"x": 1})
    assert not any(file.exists() for file in old)
    assert all(file.exists() for file in (*middle, *new))
    assert store.read_kept("solution", "d" * 64) == {"x": 1}


def test_reading_one_file_of_an_entry_keeps_all_of_it(folder, monkeypatch):
    store.write_kept("solution", "a" * 64, [1, 2])
    old, other = entry(folder, "a", 4000, 300.0), entry(folder, "b", 4000, 200.0)
    store.write_kept("solution", "a" * 64, [1, 2])
    for file in old:
        os.utime(file, (1e9, 1e9))
    assert store.read_kept("solution", "a" * 64) == [1, 2]
    store.prune(folder, 5000)
    assert all(file.exists() for file in old)
    assert not any(file.exists() for file in other)


def test_the_last_entry_stays_however_large(folder):
    files = entry(folder, "a", 4000, 0.0)
    store.prune(folder, 100)
    assert all(file.exists() for file in files)


def test_what_is_being_written_is_left_alone_and_what_was_abandoned_is_not(folder):
    for age in (0.0, 2 * DAY):
        aside = folder / f".writing-{age:.0f}"
        aside.mkdir()
        (aside / "entry").write_text("half")
        os.utime(aside, (aside.stat().st_mtime - age,) * 2)
    store.prune(folder, 0)
    assert [p.name for p in folder.iterdir()] == [".writing-0"]


@pytest.mark.parametrize("error", [FileNotFoundError, PermissionError])
def test_a_file_that_another_process_took_or_holds_is_passed_over(folder, monkeypatch, error):
    entry(folder, "a", 4000, 300.0)
    entry(folder, "b", 4000, 100.0)

    def refuse(self, missing_ok=False):
        raise error(self)

    monkeypatch.setattr(Path, "unlink", refuse)
    store.prune(folder, 100)
    store.prune(folder / "nowhere", 100)


RACE = """
import sys
from flowsheet.document import kept
kept.LIMIT = 20_000
mine, lost = sys.argv[1], 0
for n in range(150):
    digest = f"{n % 20:024d}" + mine
    kept.write_kept("solution", digest, {"n": n, "filling": "x" * 4000})
    found = kept.read_kept("solution", digest)
    assert found is None or found["n"] % 20 == n % 20, found
    for other in range(20):
        kept.read_kept("solution", f"{other:024d}" + mine)
"""


def test_processes_that_write_read_and_prune_at_once_never_fail(folder):
    """They use the same file names, so that each removes and replaces what the other has just written."""
    running = [
        subprocess.Popen([sys.executable, "-c", RACE, "same"], stderr=subprocess.PIPE, text=True)
        for _ in "ab"
    ]
    told = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], told
    assert sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) < 40_000
