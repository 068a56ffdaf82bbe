"""Writes the pages that follow from declarations: the flowsheet file's keys and the unit operations.

python docs/generate.py
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path, PurePath

from flowsheet.document.declaration import UnitDeclaration
from flowsheet.document.reference import file_reference
from flowsheet.model.catalogue import declarations
from flowsheet.report.unit_page import unit_page

FOLDER = Path(__file__).parent
_WIDTH = 110
_NOTICE = "<!-- Written by docs/generate.py from the declarations; edit those. -->"


def pages() -> Mapping[str, str]:
    """The generated pages by file name."""
    return {"flowsheet-file.md": _flowsheet_file(), "units.md": _units()}


def _flowsheet_file() -> str:
    title, _, rest = file_reference().partition("\n")
    return f"{title}\n\n{_NOTICE}\n{rest.rstrip()}\n"


def _units() -> str:
    lines = [
        "# Unit operations",
        "",
        _NOTICE,
        "",
        "What `flowsheet units NAME` shows, of every unit of the library, by family.",
    ]
    known = sorted(declarations(()).values(), key=lambda d: (_family(d), d.name))
    for family, members in groupby(known, key=_family):
        lines += ["", f"## {family.replace('_', ' ').capitalize()}"]
        for declared in members:
            lines += ["", f"### {declared.name}", "", "```text", unit_page(declared, _WIDTH).rstrip(), "```"]
    return "\n".join(lines) + "\n"


def _family(declared: UnitDeclaration) -> str:
    return PurePath(declared.source_file).parent.name


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
