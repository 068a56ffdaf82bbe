"""Pieces of HTML that generated pages are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

_DOI = re.compile(r"(?:doi: ?|https?://doi\.org/)?(10\.\d{4,9}/[^\s<>\"]*[^\s<>\".,;)])(\)?)")


def raw(html: str) -> str:
    """A block of MyST that passes HTML on; Sphinx still finds its words."""
    return f"````{{raw}} html\n{html}\n````\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table of cells that are HTML already."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "\n".join(_row(cells) for cells in rows)
    return (
        f'<div class="table-wrapper docutils container"><table class="docutils align-default {kind}">'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def code(text: str) -> str:
    return f'<code class="docutils literal notranslate">{escape(text)}</code>'


def link(target: str, text: str) -> str:
    return f'<a class="reference" href="{escape(target)}">{text}</a>'


def doi_link(doi: str) -> str:
    return link(f"https://doi.org/{doi}", f"doi:{escape(doi)}")


def linked_dois(text: str) -> str:
    """Plain text as HTML, in which identifiers of papers lead to them.

    >>> linked_dois("a < b (10.3390/met12091445).")
    'a &lt; b (<a class="reference" href="https://doi.org/10.3390/met12091445">doi:10.3390/met12091445</a>).'
    """
    parts, end = [], 0
    for found in _DOI.finditer(text):
        doi, bracket = found.group(1), found.group(2)
        if bracket and doi.count("(") > doi.count(")"):
            doi, bracket = doi + bracket, ""
        parts += [escape(text[end : found.start()]), doi_link(doi), bracket]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def identifier(*parts: str) -> str:
    """Where a link on the page can lead to.

    >>> identifier("source", "sit_dat")
    'source-sit_dat'
    """
    return "-".join(re.sub(r"[^\w-]+", "-", part) for part in parts)
