"""Cases with a flowsheet: settings, structure, scenarios, and points that have no answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
from ruamel.yaml import YAML

from flowsheet.cli import main
from flowsheet.cli.schema import case_schema_text
from flowsheet.document.unit_expression import UnitError
from flowsheet.validation.run import in_unit_of
from flowsheet.validation.suite import chosen, shipped_suite

PROJECT = Path(__file__).parents[2]
PLANT = """\
flowsheet: washing
chemistry: nmc_sulfate
feeds:
  slurry: {role: main_feed, solid: {flow: 30 kg/h, composition: {graphite: 100 %}},
           aqueous: {flow: 500 L/h, NiSO4: 1 mg/L}}
  water: {role: water, aqueous: {flow: 200 kg/h}}
units:
  ccd: {unit: counter_current_washing, inlets: {slurry: slurry, wash: water}, stages: 1}
products:
  cake: {stream: ccd.underflow}
scenarios:
  plain: {}
  salty: {slurry.aqueous.NiSO4: ~, slurry.aqueous.CoSO4: 1 mg/L}
"""
CASE = """\
case: Washing by the geometric law
kind: verification
source: {study: closed form, citation: any text}
flowsheet: plant.yaml
scenario: {column: kind}
points:
  rows:
    - {kind: plain, wash: 200, n: 1}
    - {kind: plain, wash: 100, n: 1}
    - {kind: plain, wash: 200, n: 4}
    - {kind: salty, wash: 200, n: 1}
    - {kind: plain, wash: -5, n: 1}
settings:
  water.aqueous: {column: wash, unit: kg/h, text: "{flow: {}}"}
  ccd.stages: {column: n, where: {n: 4}}
compare:
  - quantity: what stays with the cake
    name: stays
    predicted: {function: law.py:stays}
    expected: {function: law.py:law}
    tolerance: {value: 0.1 %, why: the law counts the solvent alone}
  - quantity: mass of the cake
    name: cake
    predicted: ccd.underflow.mass_flow
    expected: 75 kg/h
    tolerance: {value: 0.1 %, why: 60 % moisture}
"""
LAW = '''\
def stays(point):
    """Share of the metal, from the reported concentration."""
    assert point.result["status"] == "converged"
    assert point.case.document.units["ccd"].declaration.name == "counter_current_washing"
    return point.values["recovery.Ni"] if "recovery.Ni" in point.values else point.values["recovery.Co"]


def law(point):
    """Perfectly mixed stages, clean wash, 45 kg/h of liquor that is kept."""
    ratio = float(point.row["wash"]) / 45.0
    mother = 500.0 * 0.99705
    return 1 / (1 + (mother + 45.0 * ratio - 45.0) / 45.0 * sum(ratio**i for i in range(int(point.row["n"]))))
'''


def write(folder: Path, case: str = CASE) -> Path:
    place = folder / "washing" / "law"
    place.mkdir(parents=True)
    for name, text in (("plant.yaml", PLANT), ("case.yaml", case), ("law.py", LAW)):
        (place / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "cache"))


def test_points_with_other_values_structure_and_scenarios(tmp_path, capsys):
    code = main(["validate", str(write(tmp_path / "suite")), "--jobs", "1", "--json"])
    found = json.loads(capsys.readouterr().out)
    stays, cake = found["cases"][0]["compared"]
    assert code == 1  # the point with a negative flow
    assert [p["in_validation_band"] for p in stays["points"]] == [True, True, True, True, False]
    assert "negative" in stays["points"][4]["trouble"]
    assert [p["predicted"] for p in cake["points"][:4]] == pytest.approx([75.0] * 4, rel=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("water.aqueous:", "water.aqueos:", "`aqueos`"),
        ("ccd.stages:", "ccd.stage:", "did you mean `stages`?"),
        ("ccd.underflow.mass_flow", "ccd.underflow.mas_flow", "did you mean `mass_flow`?"),
        ("ccd.underflow.mass_flow", "ccd.underflow.volume_flow", "`cake` is in m3/h"),
        ("kind: salty", "kind: salt", "did you mean `salty`?"),
    ],
)
def test_what_the_flowsheet_doesn_t_have_is_shown_in_the_case(tmp_path, capsys, old, new, told):
    suite = write(tmp_path / "suite", CASE.replace(old, new))
    assert main(["validate", str(suite), "--jobs", "1"]) == 2
    text = " ".join(capsys.readouterr().err.split())
    assert re.search(r"case\.yaml:\d+:\d+ ", text)
    assert told in text


def test_a_plant_is_asked_only_what_its_rows_compare(tmp_path, capsys):
    """Of cobalt nothing can be asked where there is none."""
    more = """  - quantity: cobalt kept
    name: Co
    where: {kind: salty}
    predicted: recovery(Co)
    expected: {function: law.py:law}
    tolerance: {value: 0.1 %, why: the law counts the solvent alone}
"""
    suite = write(tmp_path / "suite", CASE.replace("    - {kind: plain, wash: -5, n: 1}\n", "") + more)
    assert main(["validate", str(suite), "--jobs", "1", "--json"]) == 0
    cobalt = json.loads(capsys.readouterr().out)["cases"][0]["compared"][2]
    assert [p["point"] for p in cobalt["points"]] == ["row 4"]


def test_a_result_may_be_compared_in_another_unit_of_its_kind():
    """1 kWh/m3 is 36 bar; a concentration is none."""
    stated = SimpleNamespace(unit="bar")
    assert in_unit_of(stated, 1.0, "kWh/m3") == pytest.approx(36.0, rel=1e-12)
    for other in ("mol/L", None):
        with pytest.raises(UnitError):
            in_unit_of(stated, 1.0, other)


def test_a_quotient_is_compared_in_its_own_unit(tmp_path, capsys):
    """75 kg/h over 30 kg/h of solids and over 0.02 m3/h: 2.5, and 3750 g/L."""
    more = """  - quantity: thickness
    name: thickness
    predicted: ccd.underflow.mass_flow / (0.02 m3/h)
    expected: 3750 g/L
    tolerance: {value: 0.1 %, why: 60 % moisture}
  - quantity: molarity
    name: molarity
    predicted: ccd.underflow.mass_flow / (0.02 m3/h) / (58.69 g/mol)
    expected: 63.895 mol/L
    tolerance: {value: 0.1 %, why: 60 % moisture}
  - quantity: wet
    name: wet
    predicted: ccd.underflow.mass_flow / (30 kg/h)
    expected: 2.5
    tolerance: {value: 0.1 %, why: 60 % moisture}
"""
    suite = write(tmp_path / "suite", CASE.replace("    - {kind: plain, wash: -5, n: 1}\n", "") + more)
    assert main(["validate", str(suite), "--jobs", "1"]) == 0
    wrong = suite / "washing" / "law" / "case.yaml"
    wrong.write_text(wrong.read_text().replace("63.895 mol/L", "63.895 g/L"))
    capsys.readouterr()
    assert main(["validate", str(suite), "--jobs", "1"]) == 2
    assert "`molarity` is in m-3*mol, what it is compared with is in kg/m3" in capsys.readouterr().err


def test_the_documented_case_made_from_scratch_runs(tmp_path, capsys):
    page = (PROJECT / "docs" / "validation-cases.md").read_text(encoding="utf-8")
    files = re.findall(r"^`(my-lab/[^`]+)`[^\n]*:\n\n```\w+\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    assert len(files) == 3
    for name, body in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    assert main(["validate", str(tmp_path / "my-lab"), "--jobs", "1"]) == 0
    assert "1 case ran: 1 in band" in capsys.readouterr().out


def test_shipped_cases_are_read_and_follow_their_schema():
    suite = shipped_suite()
    assert chosen(suite)
    schema = json.loads(case_schema_text())
    for name in suite.names():
        text = (suite.place(name) / "case.yaml").read_text(encoding="utf-8")
        jsonschema.validate(YAML(typ="safe", pure=True).load(text), schema)
        assert (suite.place(name) / "predictions.yaml").is_file(), f"{name}: accept its predictions"


def test_the_fast_part_of_the_shipped_suite_is_where_it_was_accepted(capsys):
    """Every prediction that could be made here is in its regression band."""
    main(["validate", "--fast", "--jobs", "1", "--json"])
    for case in json.loads(capsys.readouterr().out)["cases"]:
        for each in case["compared"]:
            assert each["in_regression_band"], f"{case['name']}: {each['name']}"
