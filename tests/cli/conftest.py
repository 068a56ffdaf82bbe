"""The command line, run inside this process on small flowsheets in an empty folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flowsheet.cli import main

DATA = Path(__file__).parent / "data"


@dataclass
class Outcome:
    """Exit code and what was printed, with seconds and paths of this machine taken out."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests here: compiling is not what they test."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    """The current folder, with the flowsheets in it, and a terminal of 80 columns."""
    for file in DATA.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FLOWSHEET_CACHE", str(cache))
    return tmp_path


@pytest.fixture
def flowsheet(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run one command."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        printed = capsys.readouterr()
        return Outcome(code, stable(printed.out), stable(printed.err))

    return run


def stable(text: str) -> str:
    """Numbers rounded to three digits in the same columns; no seconds, versions, long lists."""
    text = re.sub(r"\d+\.\d s(, compiled model from the\s+cache)?", "_ s", text)
    text = re.sub(r"(\d+) iterations?", "_ iterations", text)
    text = re.sub(r"cyipopt \S+,?\s+IPOPT\s+[\d.]+", "IPOPT", text)
    text = re.sub(r"(help: [a-z ]+:) [^`]*?and\s+\d+ more", r"\1 _", text)
    text = re.sub(r"(shipped flowsheets:) .*(\n {6,}\S.*)*", r"\1 _", text)
    text = re.sub(r"\d\.?\d*e-\d+", "tiny", text)
    text = re.sub(r"(?<![\w.:-])\d[\d,]*\.\d+(?![\w.])", _rounded, text)
    return text.removesuffix("\n")


def _rounded(match: re.Match[str]) -> str:
    value = float(match.group().replace(",", ""))
    return f"{value:.3g}".rjust(len(match.group()))
