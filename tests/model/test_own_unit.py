"""A unit operation from outside the project: by path, by entry point, from a wheel, editable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from flowsheet.cli import main
from flowsheet.document.diagnostics import DiagnosticError
from flowsheet.model import catalogue, library_files
from flowsheet.solve.case import load

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "docs" / "examples"
OWN, PLANT = EXAMPLES / "my_unit.py", EXAMPLES / "my_unit.yaml"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "cache"))
    library_files._installed_digest.cache_clear()
    yield
    library_files._installed_digest.cache_clear()


def test_the_example_conserves_and_answers_by_path():
    case = harness.solve(PLANT.read_text().replace("[my_unit.py]", f"[{OWN.as_posix()}]"), libraries=(OWN,))
    case.check(1e-10)
    assert case.flow("classify.underflow", "solid", "graphite") == pytest.approx(
        0.92 * case.flow("slurry", "solid", "graphite"), rel=1e-10
    )
    underflow = case.model.streams["classify.underflow"]
    liquor, solids = (case.evaluate(underflow.mass_flow(p)) for p in ("aqueous", "solid"))
    assert liquor / (liquor + solids) == pytest.approx(0.6, rel=1e-9)
    harness.assert_rising(case.response("classify.recovery", [0.3, 0.6, 0.9], "classify.liquor_to_underflow"))


def test_the_command_line_runs_it_by_path(tmp_path, capsys):
    assert main(["run", str(PLANT), "--json", "--out", str(tmp_path / "out")]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["status"] == "converged"
    assert result["units"]["classify"]["unit"] == "hydrocyclone"
    assert result["units"]["classify"]["results"]["power"]["value"] > 0.0
    assert result["utilities"]["power"]["value"] == result["units"]["classify"]["results"]["power"]["value"]


def test_help_and_schema_know_it(capsys):
    assert main(["units", "hydrocyclone", "--library", str(OWN)]) == 0
    page = capsys.readouterr().out
    assert "underflow_liquor" in page
    assert "share of the solids that leaves with the underflow" in page
    assert main(["schema", "--library", str(OWN)]) == 0
    schema = capsys.readouterr().out
    assert "hydrocyclone" in schema
    assert "underflow_liquor" in json.dumps(json.loads(schema))


def test_a_typo_in_its_parameters_is_found_like_any_other(tmp_path):
    (tmp_path / "my_unit.py").write_text(OWN.read_text())
    plant = tmp_path / "plant.yaml"
    plant.write_text(PLANT.read_text().replace("recovery: 92 %", "recovry: 92 %"))
    with pytest.raises(DiagnosticError, match="recovry") as refused:
        load(plant)
    assert "did you mean `recovery`?" in refused.value.diagnostics[0].help


def as_package(folder: Path) -> Path:
    """A distribution with the example as its only module and an entry point."""
    folder.mkdir(parents=True)
    (folder / "cyclone_units.py").write_text(OWN.read_text())
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "cyclone-units"\nversion = "1.0"\n'
        '[project.entry-points."flowsheet.units"]\ncyclone = "cyclone_units"\n'
        '[tool.hatch.build.targets.wheel]\ninclude = ["cyclone_units.py"]\n'
    )
    return folder


def test_an_installed_distribution_joins_by_its_entry_point(tmp_path, monkeypatch):
    """Its metadata on the path, as pip leaves them."""
    site = as_package(tmp_path / "site")
    metadata = site / "cyclone_units-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: cyclone-units\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[flowsheet.units]\ncyclone = cyclone_units\n")
    monkeypatch.syspath_prepend(str(site))
    assert "hydrocyclone" in catalogue.declarations()
    plant = tmp_path / "plant.yaml"
    plant.write_text(PLANT.read_text().replace("unit_libraries: [my_unit.py]\n", ""))
    assert main(["run", str(plant), "--out", str(tmp_path / "out")]) == 0


def test_a_library_that_reuses_a_name_or_fails_is_refused(tmp_path):
    taken = tmp_path / "taken.py"
    taken.write_text(OWN.read_text().replace('name="hydrocyclone"', 'name="filter"'))
    with pytest.raises(catalogue.UnitLibraryError, match="already defined in hydromet"):
        catalogue.unit_classes([taken])
    broken = tmp_path / "broken.py"
    broken.write_text("import nothing_of_this_name\n")
    with pytest.raises(catalogue.UnitLibraryError, match="nothing_of_this_name"):
        catalogue.unit_classes([broken])


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        (
            "one too few",
            (
                '        self.pass_through("liquor_to_overflow"',
                '        if False: self.pass_through("liquor_to_overflow"',
            ),
            "S202",
        ),
        (
            "one too many",
            (
                "        self.heat_balance()\n",
                "        self.heat_balance()\n        self.rows('twice', None, lambda: "
                "self.underflow.temperature - 300.0)\n",
            ),
            "S201",
        ),
    ],
)
def test_a_unit_that_is_not_square_is_named_with_what_is_left_over(tmp_path, name, change, code):
    from flowsheet.solve.case import compile_document

    (tmp_path / "my_unit.py").write_text(OWN.read_text().replace(*change))
    (tmp_path / "plant.yaml").write_text(PLANT.read_text())
    with pytest.raises(DiagnosticError) as refused:
        compile_document(load(tmp_path / "plant.yaml"))
    found = next(d for d in refused.value.diagnostics if d.code == code)
    assert "hydrocyclone `classify`" in found.message
    assert found.span is not None
    assert "fault of the unit operation" in found.help


@pytest.mark.slow
@pytest.mark.parametrize("how", ["wheel", "editable"])
def test_engine_and_library_installed_by_pip(tmp_path, how):
    """Both as wheels, then both editable, in an environment that borrows only the dependencies."""
    package = as_package(tmp_path / "cyclone")
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    purelib = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    ).strip()
    borrowed = [p for p in sys.path if p.endswith("site-packages")]
    (Path(purelib) / "borrowed.pth").write_text("\n".join(borrowed))
    options = ["--no-deps", "--quiet", "--ignore-installed"]
    for source in (REPOSITORY, package):
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "--python",
                str(python),
                "install",
                *options,
                *(["--editable"] if how == "editable" else []),
                str(source),
            ],
            check=True,
        )
    plant = tmp_path / "plant.yaml"
    plant.write_text(PLANT.read_text().replace("unit_libraries: [my_unit.py]\n", ""))
    command = [str(python), "-c", "import sys; from flowsheet.cli import main; sys.exit(main())"]
    shown = subprocess.run(
        [*command, "units", "hydrocyclone"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert "underflow_liquor" in shown.stdout
    run = subprocess.run(
        [*command, "run", "plant.yaml", "--json"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert json.loads(run.stdout)["status"] == "converged"
    where = subprocess.check_output(
        [python, "-c", "import flowsheet; print(flowsheet.__path__[0])"], text=True, cwd=tmp_path
    )
    assert (str(environment) in where) == (how == "wheel")
