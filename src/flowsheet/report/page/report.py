"""The report of a run: one HTML file that holds everything it shows and opens without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from flowsheet.report.page.cards import quantity, stream_card, unit_card
from flowsheet.report.page.charts import charts
from flowsheet.report.page.diagram import KINDS, flow_diagram, kind_of, recycles, stream_numbers
from flowsheet.report.page.key_figures import key_figures
from flowsheet.report.page.sankey import acid_amounts, element_amounts, sankey, water_amounts
from flowsheet.report.summary import sold_recoveries
from flowsheet.report.text import digits, percent
from flowsheet.results.display import Shown
from flowsheet.results.excel import sheets
from flowsheet.results.excel_sheet import Cell, Sheet

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = "flowsheet.report.page"
_STYLES = ("report.css", "diagram.css", "sankey.css")
_SCRIPT = "report.js"
_TABLES = ("optimum", "reagents", "utilities", "economics", "capital", "set points", "recoveries", "balances")
"""Sheets of the workbook that the page shows too; streams, products and units have places of their own."""
_COLUMNS = 9
"""Components in the stream table: those that flow most."""


@dataclass(frozen=True)
class Drawing:
    """A picture with its title."""

    title: str
    svg: str


def report_page(result: Mapping[str, Any], shown: Shown) -> str:
    """The page's text."""
    numbers = stream_numbers(result)
    converged = result["status"] == "converged"
    return environment().get_template("report.html").render(
        result=result,
        converged=converged,
        style="\n".join(asset(name) for name in _STYLES),
        script=asset(_SCRIPT),
        figures=list(key_figures(result, shown)) if converged else [],
        diagram=flow_diagram(result),
        kinds={k: name for k, name in KINDS.items() if _occurs(result, k)},
        recycled=bool(recycles(result)),
        sankeys=list(_sankeys(result, shown)) if converged else [],
        units=[(tag, unit, _drawings(tag, unit, shown)) for tag, unit in result["units"].items()],
        streams=_stream_table(result, shown),
        tables={s.name: s for s in sheets(result, shown) if s.name in _TABLES and s.rows},
        cards=_embedded(
            {
                "streams": {n: stream_card(n, s, numbers[n], shown) for n, s in result["streams"].items()},
                "units": {n: unit_card(n, u, shown) for n, u in result["units"].items()},
            }
        ),
        quantity=lambda entry: quantity(entry, shown),
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
    made.filters |= {"cell": cell, "digits": digits, "percent": percent}
    return made


def asset(name: str) -> str:
    """A style or script that goes into the page."""
    return files(_PACKAGE).joinpath("assets", name).read_text(encoding="utf-8")


def _embedded(value: Any) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


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
    yield from (Drawing(title, svg) for title, svg in drawn if svg)


def _drawings(tag: str, unit: Mapping[str, Any], shown: Shown) -> list[Drawing]:
    return [Drawing(title, svg) for title, svg in charts(tag, unit, shown)]


def _stream_table(result: Mapping[str, Any], shown: Shown) -> Sheet:
    """A row per stream: number, ends, state, and the elements that flow most [kg/h]."""
    most: dict[str, float] = {}
    for stream in result["streams"].values():
        for element, mass in stream["elements"]["values"].items():
            most[element] = max(most.get(element, 0.0), abs(mass))
    sold = [e for e in sold_recoveries(result) if e in most]
    others = sorted((e for e in most if e not in (*sold, "H", "O")), key=lambda e: -most[e])
    elements = [*sold, *others][: max(_COLUMNS, len(sold))]
    mass = shown.unit("kg/h")
    table = Sheet(
        "streams",
        ["", "stream", "from", "to", "holds", "flow", "volume", "temperature", "pH", *elements],
        ["", "", "", "", "", mass, shown.unit("m3/h"), shown.unit("K"), "", *(mass for _ in elements)],
    )
    for number, (name, stream) in enumerate(result["streams"].items(), 1):
        volume = stream.get("volume_flow")
        table.rows.append(
            (
                number,
                name,
                stream["from"],
                stream["to"] or "",
                KINDS[kind_of(stream["phases"])],
                shown.value(stream["mass_flow"]["value"], "kg/h"),
                None if volume is None else shown.value(volume["value"], "m3/h"),
                shown.value(stream["temperature"]["value"], "K"),
                stream.get("pH"),
                *(shown.value(stream["elements"]["values"].get(e, 0.0), "kg/h") for e in elements),
            )
        )
    return table


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
