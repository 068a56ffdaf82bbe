"""The report in a browser: whole, with the result's numbers, each with its why, and asking for nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from example_plants import COBALT_EXTRACTION, IRON_REMOVAL
from flowsheet.report.page.cards import ROWS
from flowsheet.report.page.report import report_page
from flowsheet.report.text import digits, percent
from flowsheet.results.display import Shown, shown_for
from flowsheet.results.result import build_result
from flowsheet.results.solved import Solved
from flowsheet.results.why import why
from opened import ran

pytestmark = pytest.mark.browser
SHIPPED = Path(__file__).parents[2] / "flowsheets"
PLANTS = {"iron removal": IRON_REMOVAL, "cobalt extraction": COBALT_EXTRACTION, "nmc_black_mass": ""}
A4 = {"portrait": 182, "landscape": 277}
"""Width between the margins of a sheet [mm]."""
MM = 96 / 25.4
"""Pixels."""


@dataclass
class Report:
    """A plant's solution, its result as JSON holds it, and the page."""

    state: Solved
    result: dict[str, Any]
    shown: Shown
    file: Path


@pytest.fixture(scope="module", params=list(PLANTS))
def report(request, tmp_path_factory) -> Report:
    text = PLANTS[request.param] or (SHIPPED / f"{request.param}.yaml").read_text(encoding="utf-8")
    state = ran(text)
    shown = shown_for(state.document)
    result = build_result(state)
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(report_page(result, shown, state), encoding="utf-8")
    return Report(state, json.loads(json.dumps(result, default=float)), shown, file)


@pytest.fixture
def page(visit, report):
    visit.page.goto(report.file.as_uri())
    yield visit.page
    visit.assert_nothing_amiss("file:")


def names(page, attribute: str) -> set[str]:
    script = f"all => all.map(item => item.dataset.{attribute})"
    return set(page.eval_on_selector_all(f"svg.diagram [data-{attribute}]", script))


def point_at(page, selector: str) -> None:
    """Move the mouse onto the middle of something, as a reader does."""
    target = page.locator(selector).first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def quoted(name: str) -> str:
    return json.dumps(name)


def test_the_diagram_has_every_unit_and_every_stream_in_sight(page, report):
    assert names(page, "unit") == set(report.result["units"])
    assert names(page, "stream") == set(report.result["streams"])
    sheet = page.locator("svg.diagram").bounding_box()
    boxes = page.eval_on_selector_all(
        "svg.diagram .card, svg.diagram .line, svg.diagram circle",
        "all => all.map(item => item.getBoundingClientRect().toJSON())",
    )
    assert len(boxes) == len(report.result["units"]) + 2 * len(report.result["streams"])
    for box in boxes:
        assert box["left"] >= sheet["x"] - 1
        assert box["right"] <= sheet["x"] + sheet["width"] + 1
        assert box["width"] + box["height"] > 0


def test_a_stream_pointed_at_shows_the_numbers_of_the_json(page, report):
    for name, stream in report.result["streams"].items():
        point_at(page, f"svg.diagram .mark[data-stream={quoted(name)}] circle")
        card = page.locator("#card")
        assert name in card.locator("h4").inner_text()
        state = dict(line.split("\t") for line in card.locator("table").first.inner_text().splitlines())
        assert state["flow"].split()[0] == digits(report.shown.value(stream["mass_flow"]["value"], "kg/h"))
        celsius = report.shown.value(stream["temperature"]["value"], "K")
        assert state["temperature"].split()[0] == digits(celsius)
        assert ("pH" in state) == (stream.get("pH") is not None)
        if "pH" in state:
            assert state["pH"] == digits(stream["pH"])
        held = card.locator("table").nth(1).inner_text().splitlines()
        phase, *_ = held[0].split("\t")
        for line in held[1:]:
            component, mass, share = line.split("\t")
            entry = stream["phases"][phase]
            assert mass == digits(report.shown.value(entry["mass_flows"]["values"][component], "kg/h"))
            if "concentrations" not in entry:
                assert share == percent(entry["mass_fractions"]["values"][component])


def test_a_unit_pointed_at_shows_its_results(page, report):
    for tag, unit in report.result["units"].items():
        point_at(page, f"svg.diagram [data-unit={quoted(tag)}] .card")
        card = page.locator("#card")
        assert card.locator("h4").inner_text() == tag
        assert card.locator("p").first.inner_text() == unit["unit"]
        single = {n: v for n, v in unit["results"].items() if n.split(".")[0] not in unit.get("profiles", {})}
        tables = card.locator("table")
        assert tables.count() == bool(single)
        lines = tables.first.inner_text().splitlines() if single else []
        values = {digits(report.shown.value(v["value"], v["unit"])) for v in single.values()}
        assert len(lines) == min(len(single), 2 * ROWS)
        assert all(line.split("\t")[1].split()[0] in values for line in lines)


def test_a_number_clicked_says_why_and_so_does_what_it_rests_on(page, report):
    name = next(iter(report.result["recoveries"]))
    for asked in (f"recovery.{name}", "profit"):
        spot = page.locator(f"[data-why={quoted(asked)}]").first
        spot.scroll_into_view_if_needed()
        spot.click()
        found = why(report.state, asked)
        panel = page.locator("#why")
        assert panel.is_visible()
        assert panel.locator("h4").inner_text() == asked
        titles = panel.locator(".equation b").all_inner_texts()
        assert [t.rpartition(": ")[2].partition("[")[0] for t in titles] == [
            e.family for e in found.equations
        ]
        movers = [line.partition("\t")[0] for line in panel.locator("table").last.inner_text().splitlines()]
        assert found.movers[0].name in "\n".join(movers)
        term = next(t for e in found.equations for t in e.terms)
        panel.get_by_role("button", name=term.name, exact=True).first.click()
        assert panel.locator("h4").inner_text() == term.number
        inner = why(report.state, term.number)
        assert panel.locator(".equation").count() == len(inner.equations)
        panel.get_by_role("button", name="back").click()
        assert panel.locator("h4").inner_text() == asked
        page.keyboard.press("Escape")
        assert not panel.is_visible()


def test_every_number_that_can_be_clicked_has_an_answer(page, report):
    asked = page.evaluate(
        """() => {
          const cards = JSON.parse(document.getElementById("cards").textContent);
          const found = [...document.querySelectorAll("[data-why]")].map(item => item.dataset.why);
          for (const card of [...Object.values(cards.streams), ...Object.values(cards.units)]) {
            found.push(...card.state.map(row => row[2]));
            for (const phase of card.tables) found.push(...phase.rows.map(row => row.at(-1)));
          }
          return [...new Set(found)].filter(name => name !== "");
        }"""
    )
    told = page.evaluate("() => JSON.parse(document.getElementById('answers').textContent)")
    assert len(asked) > 5 * len(report.result["streams"])
    assert set(asked) <= set(told["numbers"])
    terms = [t[2] if len(t) > 2 else t[0] for t in told["terms"]]
    assert set(terms) <= set(told["numbers"])


def test_sources_are_found_by_their_words(page, report):
    groups = page.locator("#sources details.values")
    assert groups.count() > len(report.result["units"])
    page.fill("#filter-sources", "doi:10.1016")
    open_rows = page.locator("#sources details[open] tbody tr:visible")
    assert open_rows.count() > 0
    assert all("doi:10.1016" in text for text in open_rows.all_inner_texts())


@pytest.mark.parametrize("orientation", A4)
def test_nothing_is_cut_on_paper(visit, report, orientation):
    """Sections that are set on landscape sheets at that width, the others upright."""
    width = int(A4[orientation] * MM)
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.emulate_media(media="print")
    visit.page.goto(report.file.as_uri())
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    chosen = ".sheet *" if orientation == "landscape" else "header *, main > :not(.sheet) *"
    beyond = visit.page.eval_on_selector_all(
        chosen,
        """(all, width) => all
          .filter(item => !item.closest("svg") || item.tagName === "svg")
          .map(item => [item, item.getBoundingClientRect()])
          .filter(([, box]) => box.width && box.right > width + 1)
          .map(([item]) => `${item.tagName} ${item.className} ${item.textContent.slice(0, 40)}`)""",
        width,
    )
    assert beyond == []
    shut = visit.page.eval_on_selector_all("#units details", "all => all.filter(item => !item.open).length")
    assert shut == 0
    visit.assert_nothing_amiss("file:")


def test_the_page_holds_no_address_but_of_sources(report):
    text = report.file.read_text(encoding="utf-8")
    found = set(re.findall(r'(?:src|href)="([^"#][^"]*)"', text))
    assert all(address.startswith("https://doi.org/") for address in found)
