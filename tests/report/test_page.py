"""The report's page: complete, sufficient to itself, and its numbers are the result's."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from example_plants import COBALT_EXTRACTION
from flowsheet.document.declaration import Symbol
from flowsheet.report.page.diagram import flow_diagram, recycles, stream_numbers
from flowsheet.report.page.elk import lay_out
from flowsheet.report.page.report import report_page
from flowsheet.report.page.sankey import element_amounts, sankey
from flowsheet.report.page.scripts import answer_of
from flowsheet.report.page.symbols import DRAWINGS
from flowsheet.report.text import digits
from flowsheet.results.display import Shown
from flowsheet.results.result import build_result
from opened import ran

DATA = Path(__file__).parent.parent / "cli" / "data"


class Elements(HTMLParser):
    """Attributes of all elements, and the text of the script with the cards."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def values(self, attribute: str) -> set[str | None]:
        return {a[attribute] for _, a in self.found if attribute in a}


@pytest.fixture(scope="module")
def result() -> dict:
    return build_result(ran((DATA / "crystals.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def page(result) -> str:
    return report_page(result, Shown())


def test_every_symbol_that_a_unit_may_have_is_drawn():
    assert set(get_args(Symbol)) == set(DRAWINGS)


def test_the_diagram_has_every_unit_and_every_stream(result):
    drawn = Elements(flow_diagram(result))
    assert drawn.values("data-unit") == set(result["units"])
    assert drawn.values("data-stream") == set(result["streams"])


def test_lines_against_the_order_of_solving_are_recycles(result):
    svg = flow_diagram(result)
    back = recycles(result)
    assert back
    for name in result["streams"]:
        classes = re.search(rf'class="(stream [^"]*)" data-stream="{re.escape(name)}"', svg)[1]
        assert ("recycle" in classes.split()) == (name in back)


def test_numbers_on_the_lines_don_t_cover_each_other(result):
    svg = flow_diagram(result)
    places = [tuple(map(float, p)) for p in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="8"', svg)]
    assert len(places) == len(stream_numbers(result))
    for i, (x, y) in enumerate(places):
        assert all(abs(x - a) > 8 or abs(y - b) > 8 for a, b in places[:i])


def test_a_layout_may_call_deeply():
    script = "const deep = n => n ? 1 + deep(n - 1) : 0; return deep(question)"
    assert answer_of([], script, 20000) == 20000


def test_a_graph_that_elk_refuses_is_an_error():
    with pytest.raises(ValueError, match="ELK refuses the graph"):
        lay_out(
            {
                "id": "plant",
                "children": [{"id": "a"}],
                "edges": [{"id": "x", "sources": ["b"], "targets": ["a"]}],
            }
        )


def test_ribbons_are_as_wide_as_their_flows(result):
    amounts = element_amounts(result, "Ni")
    svg = sankey(result, amounts, "Ni", str)
    widths = {
        name: float(width)
        for name, width in re.findall(r'data-stream="([^"]+)" d="[^"]*" stroke-width="([\d.]+)"', svg)
    }
    largest = max(widths, key=widths.__getitem__)
    scale = widths[largest] / amounts[largest]
    assert len(widths) > 3
    for name, width in widths.items():
        assert width == pytest.approx(max(amounts[name] * scale, 0.5), abs=0.02)


def test_the_page_needs_nothing_from_elsewhere(page):
    elements = Elements(page)
    loads = {
        a.get("src") or a.get("href") for tag, a in elements.found if tag in ("script", "link", "img", "a")
    }
    assert {place for place in loads if place and not place.startswith("#")} == set()
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\((?!#)", page)


def test_the_cards_show_the_results_numbers(page, result):
    cards = json.loads(re.search(r'id="cards">(.*?)</script>', page, re.DOTALL)[1].replace("<\\/", "</"))
    assert set(cards["streams"]) == set(result["streams"])
    assert set(cards["units"]) == set(result["units"])
    for name, card in cards["streams"].items():
        stream = result["streams"][name]
        assert {s[0]: s[1] for s in card["state"]}["flow"] == f"{digits(stream['mass_flow']['value'])} kg/h"
        for table in card["tables"]:
            masses = stream["phases"][table["header"][0]]["mass_flows"]["values"]
            assert all(mass == digits(masses[component]) for component, mass, _, _ in table["rows"])


def test_the_stream_table_has_a_row_for_every_stream(page, result):
    assert page.count("<tr data-stream=") == len(result["streams"])


def test_a_failed_run_has_a_page_that_says_so(result):
    failed = {**result, "status": "not_converged", "message": "the residual stays at 3", "diagnosis": []}
    page = report_page(failed, Shown())
    assert "the residual stays at 3" in page
    assert "Where it goes" not in page


def test_an_extraction_shows_its_steps_and_profiles():
    page = report_page(build_result(ran(COBALT_EXTRACTION)), Shown())
    for title in ("Co, extraction", "Co, strip", "liquor by stage", "stage pH"):
        assert f">{title}<" in page
