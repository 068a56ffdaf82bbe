"""The input as it was run is the flowsheet again, whatever it was put together from."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from flowsheet.document.load import load_document
from flowsheet.document.locate import locate, shipped_flowsheets
from flowsheet.document.resolved import resolved_files
from flowsheet.document.structure import input_values, structure
from flowsheet.solve.case import load


@pytest.fixture
def read(catalogue, names):
    """Load a file against the small library."""
    return partial(load_document, catalogue=catalogue, **names)


def written(document, folder: Path) -> Path:
    for name, content in resolved_files(document).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / f"{document.name}.yaml"


@pytest.mark.parametrize("name", sorted(shipped_flowsheets()))
def test_a_shipped_flowsheet_is_itself_again(name, tmp_path):
    document = load(locate(name))
    again = load(written(document, tmp_path))
    assert structure(again) == structure(document)
    assert input_values(again) == input_values(document)


def test_imports_changes_and_templates_are_worked_in(read, folder, plant, tmp_path):
    (folder / "feeds.yaml").write_text(
        "feeds:\n  extra: {role: water, aqueous: {flow: 1 kg/h}}\n"
        "templates: {press: {unit: filter, cake_moisture: 40 %}}\n"
    )
    text = "imports: feeds.yaml\n" + plant.replace("    unit: filter\n", "    template: press\n")
    (folder / "plant.yaml").write_text(text.replace("wash: water}", "wash: [water, extra]}"))
    document = read(Path("plant.yaml"), scenario="hot", overrides=["templates.press.cake_moisture=20 %"])
    place = written(document, tmp_path / "run")
    kept = place.read_text()
    assert kept.startswith(
        "# as it was run: plant.yaml\n# scenario hot\n# --set templates.press.cake_moisture=20 %\n"
    )
    assert "template" not in kept.split("\n", 3)[3]
    again = read(place)
    assert structure(again) == structure(document)
    assert input_values(again) == input_values(document)


def test_files_that_it_names_come_along(read, folder, plant, tmp_path):
    (folder / "sets").mkdir()
    (folder / "sets" / "own.yaml").write_text("kinetics: {}\n")
    (folder / "plant.yaml").write_text(
        plant.replace("    tanks: 3\n", "    tanks: 3\n    kinetics: sets/own.yaml\n")
    )
    document = read(Path("plant.yaml"))
    again = read(written(document, tmp_path / "run"))
    assert Path(again.units["leach"].value("kinetics")).read_text() == "kinetics: {}\n"


@pytest.mark.parametrize("text", ["1e-3 m3/h", "3.10 m3/h", "0650 L/h"])
def test_numbers_keep_the_text_that_was_written(read, folder, plant, tmp_path, text):
    (folder / "plant.yaml").write_text(plant.replace("650 L/h", text))
    document = read(Path("plant.yaml"))
    assert text in written(document, tmp_path / "run").read_text()
