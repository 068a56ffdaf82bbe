"""A unit's docstring as HTML: equations as a table of names and formulas, paragraphs, the example apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from textwrap import dedent

from formulas import formula, prose
from markup import link, linked_dois

_ROW = re.compile(r"^(?P<name>\w[\w ,()]*?):?(?: {2,}|: )(?P<formula>\S.*)$")
_RELATION = re.compile(r" (=|<=|>=|<-) ")
_HEADS = r"(?:Range|Sources?|Assumptions|Assumed|Left out|Discretisation|Membranes|Steps|Symbols)"
_PAGE = re.compile(r"docs/([\w-]+)\.md")


@dataclass(frozen=True)
class Documentation:
    """What a docstring says, apart from its title and its example."""

    html: str
    example: str


def documentation(text: str) -> Documentation:
    """Read a unit's docstring without its first line."""
    body, _, example = text.partition("\nExample:\n")
    blocks = [block for block in re.split(r"\n\s*\n", body.strip("\n")) if block.strip()][1:]
    return Documentation("\n".join(_block(block) for block in blocks), dedent(example).strip("\n"))


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("    ") for line in lines):
        rows = "\n".join(f"<div>{formula(line)}</div>" for line in lines)
        return f'<div class="formula">{rows}</div>'
    if (rows := list(_equations(lines))) and _RELATION.search(block):
        return '<table class="equations"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"
    if any(re.search(r"\S {3,}\S", line) for line in lines):
        return f'<pre class="symbols">{prose(block)}</pre>'
    parts = re.split(rf"\n(?={_HEADS}:)", block)
    return "\n".join(f"<p>{_headed(_linked(prose(part)))}</p>" for part in parts)


def _headed(html: str) -> str:
    """A paragraph whose first word says what it is about."""
    return re.sub(rf"^({_HEADS}):", r"<strong>\1:</strong>", html)


def _equations(lines: list[str]) -> Iterator[str]:
    """Rows of a table; none unless the block is made of them."""
    rows: list[list[str]] = []
    for line in lines:
        if line.startswith("    ") and rows:
            rows[-1][1] += f"\n{line.strip()}"
        elif line.startswith("    "):
            rows.append(["", line.strip()])
        elif (found := _ROW.match(line)) and ("  " in line):
            rows.append([found["name"], found["formula"]])
        elif rows and re.search(r" {2,}", line) is None and ":" in line:
            rows.append(["", line.strip()])
        else:
            return
    for name, text in rows:
        written = "<br>".join(formula(part) for part in text.split("\n"))
        yield f"<tr><th>{escape(name.replace('_', ' '))}</th><td>{written}</td></tr>"


def _linked(html: str) -> str:
    """Papers and pages that a paragraph names, as links; `html` holds no link yet."""
    html = re.sub(r"doi:10\.\d{4,9}/[^\s<>,;]*[^\s<>,;.)]\)?", _paper, html)
    return _PAGE.sub(lambda found: link(f"../../{found[1]}.html", found[0]), html)


def _paper(found: re.Match[str]) -> str:
    doi = found[0]
    surplus = doi.endswith(")") and doi.count(")") > doi.count("(")
    return linked_dois(doi[:-1]) + ")" if surplus else linked_dois(doi)
