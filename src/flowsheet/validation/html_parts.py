"""Pieces of HTML: the page with its style, tables, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; color: #222;
  max-width: 72rem; margin: 2rem auto; padding: 0 1.2rem; background: #fff; }
h1 { margin: 0; font-size: 1.7rem; } h2 { margin: 2.2rem 0 .5rem; font-size: 1.25rem; }
h3 { margin: 1.4rem 0 .3rem; } h4 { margin: 1.1rem 0 .2rem; } h4 small { color: #666; font-weight: normal; }
header p { margin: .2rem 0; color: #555; } nav { margin: 1rem 0; } nav a { margin-right: 1rem; }
a { color: #0b5394; text-decoration: none; } a:hover { text-decoration: underline; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin: .4rem 0 .8rem; font-size: .88rem; }
th { text-align: left; border-bottom: 1.5px solid #888; padding: .2rem .9rem .2rem 0; font-weight: 600;
  white-space: nowrap; }
td { border-bottom: 1px solid #e6e6e6; padding: .18rem .9rem .18rem 0; vertical-align: top; }
.r { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good { color: #1a6b2d; } .bad { color: #b3261e; } .dull { color: #7a6000; } .verdict { font-weight: 600; }
header p.good { color: #1a6b2d; } header p.bad { color: #b3261e; }
details { border-top: 1px solid #ddd; padding: .45rem 0; } summary { cursor: pointer; }
dl { display: grid; grid-template-columns: 8rem 1fr; margin: .5rem 0; font-size: .9rem; } dd { margin: 0; }
dt { color: #666; } figure { display: inline-block; margin: .6rem 1.2rem .6rem 0; vertical-align: top; }
figure svg { width: 34rem; max-width: 100%; height: auto; } figcaption { color: #555; font-size: .85rem; }
small { color: #555; } @media print { nav { display: none; } }
"""


def page(title: str, body: Iterable[str]) -> str:
    """A page that needs no other file."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """A table of cells that are HTML already; `right` are columns of numbers."""
    rightward = set(right)
    style = [' class="r"' if n in rightward else "" for n in range(len(header))]
    head = "".join(f"<th{s}>{escape(t)}</th>" for s, t in zip(style, header, strict=True))
    lines = (
        "<tr>" + "".join(f"<td{s}>{cell}</td>" for s, cell in zip(style, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><tr>{head}</tr>\n' + "\n".join(lines) + "</table></div>"


def paragraphs(text: str) -> str:
    """A plain text by its empty lines."""
    return "".join(f"<p>{escape(p.strip())}</p>" for p in re.split(r"\n\s*\n", text) if p.strip())


def anchor(name: str) -> str:
    """A name as an HTML id."""
    return re.sub(r"\W+", "-", name)
