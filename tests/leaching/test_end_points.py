"""Constants drawn from published end points leave what they were drawn to leave."""

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "fits" / "magnet_end_points.py"


def end_points():
    spec = importlib.util.spec_from_file_location("magnet_end_points", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("point", end_points().END_POINTS, ids=lambda p: p.constant)
def test_the_stored_constant_is_what_the_script_draws(point):
    # stored with four digits, drawn to 0.1 %: 0.5 % of what is left
    assert point.left(point.stored) == pytest.approx(end_points().LEFT, rel=0.01)
