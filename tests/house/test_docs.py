"""The pages that are generated are those of the present declarations; the others point at what is there."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from flowsheet.document.locate import shipped_flowsheets
from flowsheet.solve.case import open_case
from flowsheet.solve.simulate import simulate

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted(
    p
    for p in [*DOCS.rglob("*.md"), PROJECT / "README.md", *(PROJECT / "validation").rglob("*.md")]
    if not {"generated", "_build"} & set(p.relative_to(PROJECT).parts)
)
NAMES = [p.relative_to(PROJECT).as_posix() for p in PAGES]


def is_built(place: str) -> bool:
    """Whether the site writes it when it is built; a link to what isn't there then fails that build."""
    return "generated/" in place or "_build/" in place


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["flowsheet-file.md", "units.md", "validation-case-file.md"])
def test_a_generated_page_is_current(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == generator().pages()[name], "run `python docs/generate.py`"


def test_the_schema_beside_the_shipped_flowsheets_is_current() -> None:
    made = generator()
    assert made.SCHEMA.read_text(encoding="utf-8") == made.schema_text(), "run `python docs/generate.py`"
    for flowsheet in shipped_flowsheets().values():
        first = flowsheet.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first == f"# yaml-language-server: $schema={made.SCHEMA.name}", flowsheet.name


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_and_named_files_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        if not is_built(target):
            assert (page.parent / target).exists(), f"link to {target}"
    roots = ("src", "units", "fits", "docs", "tests", "validation", "benchmarks", "flowsheets")
    for named in re.findall(rf"`((?:{'|'.join(roots)})/[\w./-]+)`", text):
        assert is_built(named) or (PROJECT / named).exists(), f"{named} is not there"


def test_every_dependency_is_accounted_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for requirement in wanted:
        name = re.split(r"[<>=!;\[ ]", requirement)[0]
        assert f"`{name}`" in page, f"docs/architecture.md doesn't say why {name} is there"


def test_the_readme_s_flowsheet_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "cache"))
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    (plant,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "plant.yaml"
    path.write_text(plant, encoding="utf-8")
    case = open_case(path, overrides=["units.iron_removal.pH=3.2"])
    simulation = simulate(case.plant, case.p)
    assert simulation.converged
    values = case.plant.values(simulation.x, simulation.p)
    assert values["iron_removal.liquor_pH"] == pytest.approx(3.2, abs=1e-6)
    assert values["iron_removal.residue.Fe(III)"] < 0.1
