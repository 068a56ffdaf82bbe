"""What `flowsheet explain` shows: all codes by what they are about, or one at length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowsheet.document.code_examples import example
from flowsheet.document.codes import GROUPS
from flowsheet.document.diagnostics import Explanation
from flowsheet.report.text import paragraph

_SEEN = {
    "always": "An editor that knows the schema shows it while you type (docs/editor-setup.md).",
    "partly": "An editor that knows the schema shows some of these while you type (docs/editor-setup.md).",
}


def code_list(codes: Iterable[Explanation], width: int) -> str:
    """All codes with a line each, by group."""
    lines: list[str] = []
    group = ""
    for entry in codes:
        if entry.code[:2] != group:
            group = entry.code[:2]
            lines += ["", GROUPS.get(group, "others")]
        lines.append(paragraph(entry.title, width, " " * 8, f"  {entry.code}  "))
    return "\n".join([*lines[1:], "", "flowsheet explain CODE says more."]) + "\n"


def code_page(entry: Explanation, width: int) -> str:
    """One code: what it means and why, and how it comes about and is mended."""
    lines = [f"{entry.code} {entry.title}", "", paragraph(entry.text, width)]
    shown = example(entry.code)
    if shown is not None:
        lines += _piece("wrong", shown.wrong)
        if shown.right:
            lines += _piece("right", shown.right)
        if shown.command:
            lines += ["", f"  met by: {shown.command}"]
    if entry.editor in _SEEN:
        lines += ["", paragraph(_SEEN[entry.editor], width)]
    return "\n".join(lines) + "\n"


def _piece(title: str, text: str) -> list[str]:
    return ["", f"  {title}", *(f"    {line}".replace("\t", "<tab>").rstrip() for line in text.splitlines())]


def known_codes() -> Mapping[str, Explanation]:
    """The codes of the engine, in order."""
    from flowsheet.document.diagnostics import all_codes
    from flowsheet.report import codes
    from flowsheet.solve import codes as solve_codes

    codes.register_all()
    solve_codes.register_all()
    return all_codes()
