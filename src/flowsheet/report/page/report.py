"""The report of a run: one HTML file that holds everything it shows and opens without a network."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from flowsheet.document.kept import files_digest, kept
from flowsheet.report.codes import title_of
from flowsheet.report.page import charts as charting
from flowsheet.report.page import figure
from flowsheet.report.page.answers import Answers
from flowsheet.report.page.cards import quantity, stream_card, unit_card
from flowsheet.report.page.charts import charts
from flowsheet.report.page.diagram import KINDS, flow_diagram, kind_of, recycles, stream_numbers
from flowsheet.report.page.key_figures import key_figures
from flowsheet.report.page.sankey import acid_amounts, element_amounts, sankey, water_amounts
from flowsheet.report.page.tables import (
    Results,
    Table,
    money_table,
    optimum_table,
    reagent_table,
    recoveries,
    stream_table,
    unit_results,
    utility_table,
    warnings_by_code,
)
from flowsheet.report.summary import sold_recoveries
from flowsheet.report.text import digits, percent
from flowsheet.results.display import Shown
from flowsheet.results.excel import sheets
from flowsheet.results.excel_sheet import Cell, Sheet
from flowsheet.results.parameters_used import parameters_used
from flowsheet.results.solved import Solved

if TYPE_CHECKING:
    from jinja2 import Environment

_DOI = re.compile(r"doi:(\S+[^\s,;.])")
_PACKAGE = "flowsheet.report.page"
_STYLES = ("report.css", "diagram.css", "sankey.css", "why.css")
_SCRIPTS = ("report.js", "why.js")
_TABLES = ("capital", "set points", "balances")
"""Sheets of the workbook that the page shows as they are."""


@dataclass(frozen=True)
class Drawing:
    """A picture with its title; `main` if it is printed too."""

    title: str
    svg: str
    main: bool = True


def report_page(result: Mapping[str, Any], shown: Shown, state: Solved | None = None) -> str:
    """The page's text; with the solution in `state`, each number answers why it is what it is."""
    numbers = stream_numbers(result)
    converged = result["status"] == "converged"
    answers = Answers(state, shown)
    units = {tag: unit_results(tag, unit, shown, answers.ask) for tag, unit in result["units"].items()}
    return (
        environment()
        .get_template("report.html")
        .render(
            result=result,
            converged=converged,
            style="\n".join(asset(name) for name in _STYLES),
            scripts=[asset(name) for name in _SCRIPTS],
            figures=list(key_figures(result, shown, answers.ask)) if converged else [],
            diagram=flow_diagram(result),
            kinds={k: name for k, name in KINDS.items() if _occurs(result, k)},
            recycled=bool(recycles(result)),
            sankeys=list(_sankeys(result, shown)) if converged else [],
            units=[(tag, u, _drawings(tag, u, shown), units[tag]) for tag, u in result["units"].items()],
            streams=stream_table(result, shown, answers.ask),
            reagents=reagent_table(result, shown, answers.ask),
            money=money_table(result, shown, answers.ask),
            utilities=utility_table(result, shown, answers.ask),
            recoveries=recoveries(result, answers.ask),
            optimum=optimum_table(result["optimisation"], shown) if "optimisation" in result else None,
            tables={s.name: s for s in sheets(result, shown) if s.name in _TABLES and s.rows},
            cards=_embedded(
                {
                    "streams": {
                        n: stream_card(n, s, numbers[n], shown, answers.ask)
                        for n, s in result["streams"].items()
                    },
                    "units": {
                        tag: unit_card(tag, result["units"][tag]["unit"], card_rows(found))
                        for tag, found in units.items()
                    },
                }
            ),
            sources=list(parameters_used(state, shown)) if state is not None else [],
            warnings=warnings_by_code(result),
            numeric=_numeric,
            ask=answers.ask,
            answers=lambda: _embedded(answers.embedded()),
            quantity=lambda entry: quantity(entry, shown),
        )
    )


def environment() -> Environment:
    """The templates of the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"cell": cell, "digits": digits, "percent": percent, "cited": cited, "title_of": title_of}
    return made


def _numeric(table: Table | Sheet) -> set[int]:
    """The columns that hold numbers."""
    if isinstance(table, Table):
        return {i for row in table.rows for i, c in enumerate(row.cells) if c.number}
    return {i for row in table.rows for i, c in enumerate(row) if isinstance(c, (int, float))}


def card_rows(found: list[Results]) -> list[tuple[str, str, str]]:
    """Label, text and name to ask for, of all of a unit's results."""
    return [(f"{r.name} {index}".strip(), c.text, c.why) for r in found for index, c in r.numbers]


def asset(name: str) -> str:
    """A style or script that goes into the page."""
    return files(_PACKAGE).joinpath("assets", name).read_text(encoding="utf-8")


def _embedded(value: Any) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _occurs(result: Mapping[str, Any], kind: str) -> bool:
    return any(kind_of(stream["phases"]) == kind for stream in result["streams"].values())


def _sankeys(result: Mapping[str, Any], shown: Shown) -> Iterator[Drawing]:
    """Elements that are sold, acid, water; then the other elements of the main feed."""

    def mass(value: float) -> str:
        return quantity({"value": value, "unit": "kg/h"}, shown)

    sold = [name for name in sold_recoveries(result) if name not in result["groups"]]
    others = [e for e in result["main_feed"]["elements"]["values"] if e not in (*sold, "O", "H")]
    drawn = [
        *((e, sankey(result, element_amounts(result, e), e, mass)) for e in sold),
        ("acid", sankey(result, acid_amounts(result), "acid", lambda v: f"{digits(v / 1000.0)} kmol H+/h")),
        ("water", sankey(result, water_amounts(result), "water", mass)),
        *((e, sankey(result, element_amounts(result, e), e, mass)) for e in others),
    ]
    yield from (Drawing(title, svg, title not in others) for title, svg in drawn if svg)


def _drawings(tag: str, unit: Mapping[str, Any], shown: Shown) -> list[Drawing]:
    """The unit's pictures; those of the same numbers are kept, since drawing takes longer than all else."""
    if not unit.get("charts"):
        return []
    drawers = files_digest(Path(str(module.__file__)) for module in (charting, figure))
    identity = json.dumps([drawers, tag, unit, asdict(shown)], sort_keys=True).encode()
    digest = hashlib.sha256(identity).hexdigest()
    return [Drawing(*pair) for pair in kept("charts", digest, lambda: list(charts(tag, unit, shown)))]


def cell(value: Cell) -> str:
    """The text of a table's cell.

    >>> cell(None), cell(True), cell(3), cell(0.25), cell("leach")
    ('', 'yes', '3', '0.2500', 'leach')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return digits(value) if isinstance(value, float) else str(value)


def cited(source: str) -> Markup:
    """A source with its DOI as a link, which asks for nothing until it is followed.

    >>> str(cited("A paper, doi:10.1000/1"))
    'A paper, <a href="https://doi.org/10.1000/1" rel="noreferrer">doi:10.1000/1</a>'
    """
    parts = _DOI.split(source)
    linked = Markup('<a href="https://doi.org/{0}" rel="noreferrer">doi:{0}</a>')
    return Markup("").join(linked.format(p) if i % 2 else escape(p) for i, p in enumerate(parts))
