"""What a circuit reports by stage: profiles, and the lines of a McCabe-Thiele diagram."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from flowsheet.results.display import Shown
from flowsheet.results.excel import stream_workbook
from flowsheet.results.result import build_result
from harness import Case, solve
from opened import ran

DATA = Path(__file__).parent / "data"
CIRCUIT = f"""
flowsheet: lines of a cascade
chemistry: rare_earth
feeds:
  liquor:
    {{role: main_feed, aqueous: {{flow: 1000 L/h, NdCl3: 0.5 mol/L, SmCl3: 0.1 mol/L, HCl: 0.01 mol/L}}}}
  scrub_acid: {{aqueous: {{flow: 100 L/h, HCl: 2 mol/L}}}}
  strip_acid: {{aqueous: {{flow: 500 L/h, HCl: 4 mol/L}}}}
  caustic: {{aqueous: {{flow: as needed, NaOH: 8 mol/L}}}}
units:
  sx: {{unit: solvent_extraction, extractant: {DATA / "pc88a_round.yaml"}, extractant_fraction: 40 %,
        inlets: {{feed: liquor, scrub: scrub_acid, strip: strip_acid, alkali: caustic}}, saponification: 25 %,
        phase_ratio: 2, extraction_stages: 3, scrub_stages: 2, strip_stages: 2, mccabe_thiele: [Sm]}}
"""
OF_STAGES = {"extraction": 3, "scrub": 2, "strip": 2}


@pytest.fixture(scope="module")
def circuit() -> Case:
    return solve(CIRCUIT)


def line(case: Case, kind: str, section: str, first: int) -> list[tuple[float, float]]:
    return [
        (case[f"sx.{kind}_aqueous.Sm.{section}_{k}"], case[f"sx.{kind}_organic.Sm.{section}_{k}"])
        for k in range(first, OF_STAGES[section] + 1)
    ]


def test_the_equilibrium_line_is_the_profile_of_ideal_stages(circuit: Case) -> None:
    for section in OF_STAGES:
        for k, (x, y) in enumerate(line(circuit, "equilibrium", section, 1), 1):
            assert x == circuit[f"sx.aqueous_concentration.{section}_{k}.Sm"]
            assert y == pytest.approx(circuit[f"sx.organic_concentration.{section}_{k}.Sm"], rel=1e-12)
            assert y / x == pytest.approx(circuit[f"sx.distribution_ratio.{section}_{k}.Sm"], rel=1e-12)


def test_steps_between_the_lines_are_the_stages(circuit: Case) -> None:
    """Each stage lies between operating points: the liquor's step and the organic's step meet on it."""
    for section in OF_STAGES:
        operating, equilibrium = (
            line(circuit, "operating", section, 0),
            line(circuit, "equilibrium", section, 1),
        )
        for k, (x, y) in enumerate(equilibrium):
            assert operating[k][1] == pytest.approx(y, rel=1e-12)
            assert operating[k + 1][0] == pytest.approx(x, rel=1e-12)


def test_the_operating_line_is_the_component_balance(circuit: Case) -> None:
    """Its slope is the ratio of liquor to organic, but for droplets and the volume that the alkali adds."""
    points = line(circuit, "operating", "strip", 0)
    slope = (points[0][1] - points[-1][1]) / (points[0][0] - points[-1][0])
    volume = circuit.evaluate(circuit.model.units["sx"].sections[2].stages[0].volume)
    assert slope == pytest.approx(volume / circuit["sx.organic_circulation"], rel=0.02)


def test_a_stage_that_falls_short_lies_below_the_equilibrium_line() -> None:
    case = solve(CIRCUIT.replace("phase_ratio: 2,", "phase_ratio: 2, stage_efficiency: 85 %,"))
    for (_, at_equilibrium), (_, reached) in zip(
        line(case, "equilibrium", "extraction", 1), line(case, "operating", "extraction", 0)[:-1], strict=True
    ):
        assert reached < at_equilibrium


def test_the_result_and_the_workbook_carry_profiles_and_lines(tmp_path: Path) -> None:
    state = ran(CIRCUIT)
    result = build_result(state)
    reported = result["units"]["sx"]["results"]
    names = ("operating_aqueous.Sm.scrub_0", "equilibrium_organic.Sm.strip_2", "stage_pH.extraction_1")
    assert set(names) <= set(reported)
    (tmp_path / "run.xlsx").write_bytes(stream_workbook(result, Shown({})))
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    sheet = book["sx by stage"]
    table = {row[0]: dict(zip([c.value for c in sheet[1]], row, strict=True)) for row in sheet.values}
    assert list(table)[2:5] == ["extraction_1", "extraction_2", "extraction_3"]
    for name in names:
        quantity, *place = name.split(".")
        component, stage = place if len(place) == 2 else ("", place[0])
        assert table[stage][f"{quantity} {component}".strip()] == pytest.approx(
            reported[name]["value"], rel=1e-12
        )
    measures = dict(zip([c.value for c in sheet[1]], [c.value for c in sheet[2]], strict=True))
    assert measures["operating_aqueous Sm"] == "mol/L"
    kept = {row[2] for row in book["units"].iter_rows(min_row=3, values_only=True)}
    assert "organic_circulation" in kept
    assert not kept & set(names)
