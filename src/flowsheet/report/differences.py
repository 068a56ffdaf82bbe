"""How results differ, on the screen: what was asked otherwise, then what came of it, most first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.text import digits, lines_of, paragraph, percent, table
from flowsheet.results.differences import change
from flowsheet.results.display import Shown, count

_HEADLINES = ("products", "impurities", "recoveries", "money", "reagents", "utilities", "emissions")
"""Sections that say what a plant is good for; units and streams say how it comes about."""
_MOST = {"asked": 20, "headlines": 15, "units": 6}
_NAME, _TEXT, _COLUMN = 30, 24, 11


def difference_parts(found: Mapping[str, Any], shown: Shown, width: int) -> Iterator[RenderableType]:
    """Tables of settings and choices, of what matters, and of the units' results."""
    letters = _letters(found)
    if not (found["settings"] or found["choices"] or found["results"]):
        yield Text("no difference")
        return
    if found["choices"]:
        rows = [(r["name"], *(_folded(v) for v in r["values"].values())) for r in found["choices"]]
        yield _titled("chosen otherwise", rows, ("", *letters), _MOST["asked"])
    if found["settings"]:
        rows = [_row(r, shown, found["reference"]) for r in found["settings"]]
        yield _titled("set otherwise", rows, _header(letters), _MOST["asked"])
    headlines = [r for r in found["results"] if r["section"] in _HEADLINES]
    units = [r for r in found["results"] if r["section"] == "units"]
    streams = len(found["results"]) - len(headlines) - len(units)
    for title, found_rows, most in (
        ("what came of it, most first", headlines, _MOST["headlines"]),
        ("in the units", units, _MOST["units"]),
    ):
        if found_rows:
            lines = [_row(r, shown, found["reference"]) for r in found_rows]
            yield _titled(title, lines, _header(letters), most)
    if streams:
        yield Text(paragraph(f"and {count(streams, 'number')} of streams: see the files", width))


def _letters(found: Mapping[str, Any]) -> list[str]:
    rows = found["results"] or found["settings"] or found["choices"]
    return list(rows[0]["values"]) if rows else []


def _header(letters: Sequence[str]) -> tuple[str, ...]:
    return ("", "", *letters, "change") if len(letters) == 2 else ("", "", *letters)


def _titled(title: str, rows: Sequence[Sequence[str]], header: Sequence[str], most: int) -> RenderableType:
    lines: list[Sequence[str | Text]] = [(Text(title, style="bold"), *("" for _ in header[1:]))]
    lines += [(Text(f"  {row[0]}"), *row[1:]) for row in rows[:most]]
    if len(rows) > most:
        lines.append(
            (Text(f"  and {len(rows) - most} more in the files", style="dim"), *("" for _ in header[1:]))
        )
    return table(header, lines, right=range(2, len(header)) if len(header) > 2 else ())


def _row(row: Mapping[str, Any], shown: Shown, reference: str) -> tuple[str, ...]:
    unit, values = in_units(row, shown)
    texts = [percent(v) if unit == "%" else digits(v) for v in values.values()]
    others = [at for at in values if at != reference]
    changed = (change(row, others[0], reference),) if len(others) == 1 else ()
    return ("\n".join(lines_of(label(row), _NAME)), "" if unit in ("1", "%") else unit, *texts, *changed)


def label(row: Mapping[str, Any]) -> str:
    """What a number is called where rows of all sections stand together."""
    kinds = {"recoveries": "recovery({})", "reagents": "{} used"}
    return kinds.get(row["section"], "{}").format(row["name"])


def in_units(row: Mapping[str, Any], shown: Shown) -> tuple[str, dict[str, float | None]]:
    """The unit shown of a row, and its values; fractions between 0 and 1 stay fractions under `%`."""
    canonical, values = row["unit"], row["values"]
    known = [v for v in values.values() if v is not None]
    if canonical in ("1", "mass fraction", "mole fraction"):
        return ("%" if all(0.0 <= v <= 1.0 for v in known) else "1"), dict(values)
    if canonical in ("ppm", "pH"):
        return ("ppm" if canonical == "ppm" else ""), dict(values)
    return shown.unit(canonical), {
        at: None if v is None else shown.value(v, canonical) for at, v in values.items()
    }


def _folded(text: str | None) -> str:
    return "-" if text is None else "\n".join(lines_of(text, _TEXT))
