"""What docs/python.md shows runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from flowsheet.api.flowsheet import Flowsheet

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
FIRST, EXAMPLE = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


def _run(code: str) -> dict[str, Any]:
    *statements, last = code.strip().splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(statements), names)
    exec(f"shown = {last}" if "=" not in last.split("(")[0] else last, names)
    return names


def test_the_example(wash: Flowsheet) -> None:
    recovered = _run(EXAMPLE)["shown"]
    assert list(recovered.index) == [5, 20, 80]
    assert recovered.is_monotonic_increasing
    assert recovered[20] == pytest.approx(98.93, abs=0.01)


@pytest.mark.slow
def test_the_first_steps() -> None:
    assert _run(FIRST)["result"].converged


@pytest.mark.parametrize("expression", re.findall(r"`(result\[[^`]*\]|result\.[^`]*)`", PAGE))
def test_every_attribute_is_there(wash: Flowsheet, expression: str) -> None:
    result = wash.run()
    named = re.match(r"result(?:\.(\w+))?", expression)
    assert named is not None
    assert named[1] is None or hasattr(result, named[1])
