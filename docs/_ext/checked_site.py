"""Looks at the site that was built: links that lead nowhere, and what would be fetched from a network."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging

_log = logging.getLogger(__name__)
_FETCHED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class _Page(HTMLParser):
    """What a page names, and what it leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key == "id" and value:
                self.names.add(value)
            if key in ("href", "src") and value:
                self.links.append((tag, key, value))


@cache
def _read(file: Path) -> _Page:
    return _Page(file.read_text(encoding="utf-8"))


def _check(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for file in sorted(Path(app.outdir).rglob("*.html")):
        if "_static" in file.parts:
            continue
        for tag, key, target in _read(file).links:
            if fault := _fault(file, tag, key, target):
                _log.warning("%s: %s", file.relative_to(app.outdir), fault)


def _fault(file: Path, tag: str, key: str, target: str) -> str:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        fetched = (tag, key) in _FETCHED and parts.scheme != "data"
        return f"fetches {target}" if fetched else ""
    there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not there.exists():
        return f"a link leads nowhere: {target}"
    named = parts.fragment and there.suffix == ".html" and unquote(parts.fragment) not in _read(there).names
    return f"a link leads to no place on its page: {target}" if named else ""
