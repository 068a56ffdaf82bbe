"""The tables of docs/magnet-routes.md are what `validation/magnet_routes.py` finds."""

import importlib.util
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "magnet-routes.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cases():
    spec = importlib.util.spec_from_file_location(
        "magnet_routes", PROJECT / "validation" / "magnet_routes.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


def found(cases, name):
    return {what: [float(x) for x in re.findall(r"-?\d+\.\d+", model)] for what, _, model in cases[name]()}


def test_roasted_magnets_dissolve_as_published_at_the_calibrated_temperature_only(cases):
    warm, cold = found(cases, "roasted").values()
    assert warm == [pytest.approx(99.4, abs=0.2)]
    assert cold == [pytest.approx(63.8, abs=0.5)]
    assert "99.4 %" in PAGE
    assert "64 % at 30 degC" in PAGE


def test_selective_leaching_gives_iron_back_as_the_acid_goes(cases):
    (early, _), (day, day_iron), (late, late_iron) = found(cases, "selective").values()
    assert early < day < late
    assert late_iron < day_iron
    assert [day, day_iron] == [pytest.approx(81.2, abs=0.5), pytest.approx(5.5, abs=0.2)]
