"""How each code comes about and how it is mended, by a wrong and a right piece of a flowsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Collector
from flowsheet.document.source import Mapping as Tree
from flowsheet.document.source import read_file

FILE = Path(__file__).with_suffix(".yaml")
PLANT_FILE = "plant.yaml"


@dataclass(frozen=True)
class Example:
    """A wrong and a right text.

    `alone`: they are whole files; else they say what a file says that imports `plant_text()`.  `command`: by
    what the code is met, where `flowsheet check` of the file doesn't.  `files`: what else lies beside, by
    name.
    """

    wrong: str
    right: str
    alone: bool
    command: str
    files: Mapping[str, str]


def example(code: str) -> Example | None:
    """The example of a code; None where it takes more than a piece of a flowsheet to show it.

    >>> print(example("E104").right)
    units:
      iron_removal: {residence_time: 2 h}
    """
    found = _stated()["examples"].get(code)
    if found is None:
        return None
    return Example(
        found["wrong"].rstrip(),
        found.get("right", "").rstrip(),
        found.get("alone") == "yes",
        found.get("command", ""),
        found.get("files", {}),
    )


def plant_text() -> str:
    """The flowsheet that the examples change."""
    text: str = _stated()["plant"]
    return text


@cache
def _stated() -> Any:
    found = Collector()
    tree = read_file(FILE, found, FILE.name)
    found.raise_errors()
    assert isinstance(tree, Tree)
    return tree.plain()
