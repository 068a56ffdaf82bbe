"""Writes the pages that follow from declarations before Sphinx reads its sources, below `docs/generated/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chemistry_pages import chemistry_pages
from reference_pages import reference_pages
from sphinx.application import Sphinx
from unit_pages import unit_pages

_FOLDER = "generated"
_MOVED = {"units.md": f"{_FOLDER}/units/index.md"}
"""Pages that the repository holds for readers without the site, and what stands for them here."""


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", _write)
    app.connect("source-read", _lead_to_generated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx) -> None:
    folder = Path(app.srcdir) / _FOLDER
    pages = {**unit_pages(), **chemistry_pages(), **reference_pages()}
    for file in folder.rglob("*.md"):
        if file.relative_to(folder).as_posix() not in pages:
            file.unlink()
    _write_changed(folder, pages)


def _write_changed(folder: Path, pages: Mapping[str, str]) -> None:
    """Untouched files keep their time, so that Sphinx does not read them anew."""
    for name, text in pages.items():
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def _lead_to_generated(app: Sphinx, page: str, content: list[str]) -> None:
    depth = page.count("/")
    for name, there in _MOVED.items():
        content[0] = content[0].replace(f"]({'../' * depth}{name})", f"]({'../' * depth}{there})")
