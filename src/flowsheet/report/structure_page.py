"""What `check` shows of a sound flowsheet: order, torn streams, degrees of freedom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsheet.report.text import folded, paragraph


def structure_page(label: str, report: Mapping[str, Any], width: int, brief: bool = False) -> str:
    """The page as text; `brief` is one line for a further scenario."""
    missing = report["unknowns"] - report["equations"]
    count = (
        f"{report['equations']:,} equations for {report['unknowns']:,} unknowns, {missing} degrees of freedom"
    )
    if brief:
        return paragraph(f"{label}: ready to run: {count}", width, "  ", "") + "\n"
    lines = [f"{label}: ready to run", "", *_rows(report), ""]
    lines.append(folded("whole", [count], width))
    settings = f"{report['settings']} held"
    if freed := report["freed"]:
        settings += f", {len(freed)} freed by specifications: {', '.join(freed)}"
    lines.append(folded("settings", [settings], width))
    lines.append(paragraph(f"order       {' -> '.join(report['order'])}", width, " " * 12, ""))
    lines.append(folded("torn", report["torn"] or ["no stream: there is no recycle"], width))
    return "\n".join(lines) + "\n\n"


def _rows(report: Mapping[str, Any]) -> list[str]:
    owners = report["owners"]
    name = max([len(o["name"]) for o in owners] + [12])
    operation = max([len(o["operation"]) for o in owners] + [9])
    rows = [f"{'feed or unit':<{name}}  {'operation':<{operation}}  equations  unknowns  free  settings"]
    rows += [
        f"{o['name']:<{name}}  {o['operation']:<{operation}}  {o['equations']:>9,}  {o['unknowns']:>8,}"
        f"  {o['unknowns'] - o['equations']:>4}  {o['settings']:>8}"
        for o in owners
    ]
    return rows
