"""Warnings are grouped, so that many of one kind don't hide the one of another."""

from __future__ import annotations

from rich.console import Console

from flowsheet.report.attention import attention
from flowsheet.results.display import Shown

STREAM = {
    "from": "tank",
    "to": None,
    "phases": {},
    "near_saturation": [{"solid": "gypsum", "saturation_index": 0.02, "verdict": "near"}],
}


def shown(result: dict) -> str:
    out = Console(width=80, color_system=None)
    with out.capture() as captured:
        for part in attention(
            {"status": "converged", "set_points": [], "specifications": [], "streams": {}, "warnings": []}
            | result,
            Shown(),
            80,
        ):
            out.print(part)
    return captured.get()


def test_nothing_to_say_takes_no_line():
    assert shown({}) == ""


def test_warnings_of_one_code_take_one_line():
    warnings = [{"code": "W602", "message": f"beyond the range in {n}", "where": f"s{n}"} for n in range(30)]
    text = shown({"warnings": [*warnings, {"code": "W606", "message": "nothing is known", "where": "acid"}]})
    assert text.count("W602") == 1
    assert "(and 29 more)" in text
    assert "W606 acid: nothing is known" in text


def test_a_saturated_set_point_names_its_reagent():
    point = {
        "unit": "neutraliser",
        "name": "pH",
        "stream": "lime@neutraliser.base",
        "saturated": True,
        "excess": 0.4,
    }
    text = " ".join(shown({"set_points": [point, {**point, "unit": "other", "saturated": False}]}).split())
    assert "set point of neutraliser (pH) is exceeded by 0.4 without any lime" in text.replace("0.400", "0.4")
    assert "other" not in text


def test_streams_near_precipitation_are_grouped_by_solid():
    text = shown({"streams": {f"s{n}": STREAM for n in range(9)}})
    assert text.count("gypsum") == 1
    assert "and 5 more" in text


def judged(verdict):
    return {**STREAM, "near_saturation": [{**STREAM["near_saturation"][0], "verdict": verdict}]}


def test_a_solid_that_a_stream_is_saturated_with_by_right_is_no_news():
    assert shown({"streams": {"slurry": judged("by right")}}) == ""


def test_a_solid_that_has_a_warning_is_not_told_again():
    assert shown({"streams": {"concentrate": judged("supersaturated"), "feed": judged("near")}}) == ""


def test_what_may_hurt_comes_first():
    warnings = [{"code": c, "message": f"{c} says so", "where": ""} for c in ("W602", "W606", "W608", "W609")]
    lines = shown({"warnings": warnings}).split("\n")
    assert [line.split()[0] for line in lines[1:5]] == ["W608", "W609", "W602", "W606"]


def test_what_has_no_price_is_said_once_beside_the_profit():
    warnings = [{"code": "W603", "message": "no price is known for lime", "where": "economics"}]
    assert shown({"warnings": warnings}) == ""


def test_of_a_run_that_failed_only_what_bears_on_it_is_told():
    warnings = [{"code": c, "message": f"{c} says so", "where": ""} for c in ("W308", "W603", "W604", "W607")]
    text = shown({"status": "not_converged", "warnings": warnings})
    assert [code in text for code in ("W308", "W603", "W604", "W607")] == [True, False, True, False]
