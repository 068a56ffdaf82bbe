"""What must be true of the files themselves: what the wheel holds, and what no file says."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FOLDERS = ("benchmarks", "docs", "fits", "flowsheets", "src", "tests", "units", "validation")
KINDS = {".py", ".yaml", ".yml", ".toml", ".md", ".csv", ".cff", ".ambr", ".json"}
HERE = Path(__file__)
MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:tmp|work|root|home|opt|Users)/",
            "py" + r"pi\.org",
            "python" + "hosted",
            "--index-" + "url",
        ]
    )
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


def files() -> list[Path]:
    found = [PROJECT / ".ci" / "run", *PROJECT.glob("*")]
    for folder in FOLDERS:
        found += (PROJECT / folder).rglob("*")
    ours = {p for p in found if "node_modules" not in p.parts and p != HERE}
    return sorted(p for p in ours if p.is_file() and (p.suffix in KINDS or p.name == "run"))


@pytest.mark.parametrize("unwanted", [MACHINE, UNFINISHED], ids=["a machine's paths", "unfinished work"])
def test_no_file_speaks_of(unwanted: re.Pattern[str]) -> None:
    for path in files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert not unwanted.search(line), f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"


@pytest.mark.parametrize("folder", ["src", "units"])
def test_sources_hold_one_subject_s_worth_of_lines(folder: str) -> None:
    """About 400; a table of declarations or a grammar may be longer, a module of code may not be much."""
    for path in (PROJECT / folder).rglob("*.py"):
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= 500, f"{path.relative_to(PROJECT)} has {count} lines"


def test_the_wheel_holds_both_packages_their_data_and_the_flowsheets(tmp_path: Path) -> None:
    wheels = pytest.importorskip("hatchling.builders.wheel")
    (built,) = wheels.WheelBuilder(str(PROJECT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        held = set(archive.namelist())
    wanted = {"flowsheet/py.typed", "hydromet/py.typed"}
    wanted |= {f"flowsheet/shipped/{p.name}" for p in (PROJECT / "flowsheets").iterdir()}
    for name in ("cases", "solubility"):
        wanted |= {
            f"flowsheet/shipped_validation/{p.relative_to(PROJECT / 'validation').as_posix()}"
            for p in (PROJECT / "validation" / name).rglob("*")
            if p.is_file() and "__pycache__" not in p.parts
        }
    for root in (PROJECT / "src", PROJECT / "units"):
        wanted |= {
            p.relative_to(root).as_posix()
            for p in root.rglob("*")
            if p.suffix in (".py", ".yaml") and "__pycache__" not in p.parts
        }
    assert wanted <= held, sorted(wanted - held)
    top = {name.partition("/")[0] for name in held}
    assert {t for t in top if not t.endswith(".dist-info")} == {"flowsheet", "hydromet"}
