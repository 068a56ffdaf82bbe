"""Case folders made by the tests: a straight line as the model, so that every number is known."""

from __future__ import annotations

from pathlib import Path

CASE = """\
case: A straight line
source: {{study: {study}, citation: "made up"}}
points:
  table: points.csv
settings:
  x: {{column: x, unit: g/L}}
compare:
  - quantity: line
    name: y
    predicted: {{function: line.py:y}}
    measured: {{column: y, unit: "%"}}
    shown_in: "%"
    uncertainty: {{value: 1 points, basis: stated, why: made up}}
    tolerance: {{value: 2.5 points, why: two and a half standard deviations}}
"""
POINTS = "x,y\n1,10.2\n2,19.7\n4,40.4\n"
LINE = "def y(point):\n    return 0.1 * point['x']\n"


def write(
    folder: Path, name: str = "lines/one", case: str = "", points: str = POINTS, model: str = LINE
) -> Path:
    """A suite with one case; returns the suite's folder."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "case.yaml").write_text(case or CASE.format(study="A"), encoding="utf-8")
    if points:
        (place / "points.csv").write_text(points, encoding="utf-8")
    (place / "line.py").write_text(model, encoding="utf-8")
    return folder
