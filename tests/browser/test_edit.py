"""The page of `flowsheet edit` in a browser: typing, sliders, saving; nothing leaves the machine."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from flowsheet.cli import main
from flowsheet.edit.desk import Desk
from flowsheet.edit.file import EditedFile
from flowsheet.edit.server import EditServer

pytestmark = pytest.mark.browser
PLANT = Path(__file__).parents[1] / "cli" / "data" / "wash.yaml"
_LONG = 60_000
"""[ms] for a plant to be compiled on a busy machine."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def file(tmp_path, monkeypatch, cache):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSHEET_CACHE", str(cache))
    copied = tmp_path / "wash.yaml"
    copied.write_text(
        PLANT.read_text(encoding="utf-8").replace("flow: 20 kg/h}", "flow: 20 kg/h}  # to wash")
    )
    return copied


@pytest.fixture
def server(file):
    made = EditServer(Desk(EditedFile.opened(str(file))))
    worker = threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True)
    worker.start()
    yield made
    made.shutdown()
    made.server_close()
    worker.join()


@pytest.fixture
def page(visit, server):
    """The page with its first solution on view; in the end nothing must have gone amiss behind it."""
    visit.page.goto(server.address)
    visit.page.wait_for_selector("#diagram svg", timeout=_LONG)
    visit.page.wait_for_selector("#status.good")
    yield visit.page
    visit.assert_nothing_amiss(server.origin + "/")


def typed(page):
    """The text in the editor."""
    return page.locator(".cm-content").evaluate("e => e.cmTile.view.state.doc.toString()")


def cursor_after(page, words):
    """Put the cursor behind the first place where some words stand."""
    page.locator(".cm-content").evaluate(
        "(e, words) => { const view = e.cmTile.view; const at = view.state.doc.toString().indexOf(words);"
        " if (at < 0) throw new Error(words); view.dispatch({selection: {anchor: at + words.length},"
        " scrollIntoView: true}); view.focus(); }",
        words,
    )


def slide(page, name, value):
    """Move a slider as a hand does, and wait for the figures of that."""
    before = int(page.get_attribute("body", "data-revision"))
    page.locator(f'[id="slider-{name}"]').fill(str(value))
    page.wait_for_function("before => Number(document.body.dataset.revision) > before", arg=before)
    page.wait_for_selector("#status.good")


def figure(page, label):
    return page.locator(f'.figure[data-figure="{label}"]')


def test_the_address_is_left_without_its_token(page, server):
    assert page.url == server.origin + "/"
    assert server.token not in page.content()
    assert page.evaluate("document.cookie") == ""


def test_without_the_token_there_is_no_page(visit, server):
    visit.page.goto(server.origin + "/")
    assert "the address that flowsheet edit printed" in visit.page.inner_text("body")


def test_every_unit_stream_and_variable_is_on_the_page(page):
    assert {e.get_attribute("data-unit") for e in page.locator("#diagram .unit").all()} == {
        "press",
        "evaporation",
    }
    drawn = {e.get_attribute("data-stream") for e in page.locator("#diagram .stream").all()}
    assert {"slurry", "water", "press.filtrate", "press.cake", "evaporation.concentrate"} <= drawn
    names = [e.get_attribute("data-name") for e in page.locator(".slider").all()]
    assert names == ["water.flow", "evaporation.water_evaporated"]


def test_an_unknown_key_is_marked_and_the_plant_stays(page):
    cursor_after(page, "unit: filter")
    page.keyboard.type("\ncake_moistur: 30 %")
    page.keyboard.press("Escape")
    page.wait_for_selector("#status.bad")
    page.wait_for_selector(".cm-lintRange-error")
    assert page.inner_text(".cm-lintRange-error") == "cake_moistur"
    assert "cake_moisture" in page.inner_text("#problems .help >> nth=0")
    assert "stale" in page.get_attribute("#plant", "class")
    assert page.locator("#diagram svg").count() == 1
    for _ in range(len("\ncake_moistur: 30 %") + 4):
        page.keyboard.press("Backspace")
    assert "cake_moistur:" not in typed(page)


def test_completion_offers_what_the_schema_and_the_file_know(page):
    cursor_after(page, "cake_moisture: 40 %")
    page.keyboard.type("\nwash_e")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    assert "wash_efficiency" in page.inner_text(".cm-tooltip-autocomplete")
    page.wait_for_timeout(200)  # the editor ignores a key so soon after its list has opened
    page.keyboard.press("Enter")
    assert "wash_efficiency: " in typed(page)
    page.keyboard.press("Escape")
    cursor_after(page, "feed: press.filtrate")
    for _ in "filtrate":
        page.keyboard.press("Backspace")
    page.keyboard.type("f")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    assert "press.filtrate" in page.inner_text(".cm-tooltip-autocomplete")


def test_pointing_at_a_key_says_what_it_is(page):
    page.locator(".cm-line").get_by_text("cake_moisture", exact=True).hover()
    page.wait_for_selector(".cm-tooltip-hover")
    assert "liquor" in page.inner_text(".cm-tooltip-hover")


def test_a_slider_changes_the_text_at_its_place_and_the_plant_with_it(page, file, capsys):
    before, was = typed(page), figure(page, "recovery").locator(".value").inner_text()
    slide(page, "water.flow", 120)
    after = typed(page)
    assert after == before.replace("flow: 20 kg/h}  # to wash", "flow: 120 kg/h}  # to wash")
    now = figure(page, "recovery").locator(".value").inner_text()
    assert now != was
    assert "points" in figure(page, "recovery").locator(".change").inner_text()
    assert "more" in page.get_attribute('#diagram .mark[data-stream="water"]', "class")
    run = file.with_name("run.yaml")
    run.write_text(after, encoding="utf-8")
    assert main(["run", str(run), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert float(now.removesuffix(" %")) == pytest.approx(
        100 * result["recoveries"]["Ni"]["value"], abs=0.006
    )
    page.locator('#diagram .mark[data-stream="water"] .number').hover()
    assert "120.0 kg/h" in page.inner_text("#card")


def test_sliding_to_and_fro_ends_where_the_hand_let_go(page):
    slider = page.locator('[id="slider-water.flow"]')
    for value in (*range(30, 200, 10), 77):
        slider.fill(str(value))
    page.wait_for_function("() => document.querySelector('#right').textContent.includes('77')")
    page.wait_for_selector("#status.good")
    page.wait_for_timeout(500)
    assert "flow: 77 kg/h}  # to wash" in typed(page)
    page.locator('#diagram .mark[data-stream="water"] .number').hover()
    assert "77.00 kg/h" in page.inner_text("#card")


def test_undo_takes_a_slider_back(page):
    before = typed(page)
    slide(page, "water.flow", 90)
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+z")
    assert typed(page) == before
    page.wait_for_function("() => document.querySelector('[id=\"slider-water.flow\"]').value === '20'")


def test_saving_writes_the_file_and_nothing_does_before(page, file):
    before = file.read_text(encoding="utf-8")
    slide(page, "evaporation.water_evaporated", 44)
    assert file.read_text(encoding="utf-8") == before
    page.click("#save")
    page.wait_for_selector("#save:disabled")
    assert file.read_text(encoding="utf-8") == before.replace(
        "water_evaporated: 50 %", "water_evaporated: 44 %"
    )
    page.wait_for_function("() => !document.querySelector('.figure .change').textContent")


def test_what_another_program_wrote_is_overwritten_only_when_told(page, file):
    cursor_after(page, "graphite: 100 %}}")
    page.keyboard.type("   # mine")
    file.write_text("# theirs\n", encoding="utf-8")
    page.keyboard.press("Control+s")
    page.wait_for_selector("#ask[open]")
    page.click("#ask button[value=no]")
    assert file.read_text(encoding="utf-8") == "# theirs\n"
    page.keyboard.press("Control+s")
    page.click("#ask button[value=yes]")
    page.wait_for_selector("#save:disabled")
    assert "# mine" in file.read_text(encoding="utf-8")


def test_a_narrow_window_keeps_everything_in_reach(page):
    page.set_viewport_size({"width": 1000, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#save").is_visible()
    assert page.locator("#diagram svg").bounding_box()["height"] > 150
