"""The browser tests see what they are to see: errors, words on the console, requests that leave."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "script",
    ["throw new Error('lost')", "console.warn('beware')", "fetch('http://127.0.0.1:9/left').catch(() => {})"],
)
def test_what_a_page_does_amiss_is_found(visit, tmp_path, script):
    file = tmp_path / "page.html"
    file.write_text(f"<!DOCTYPE html><title>page</title><script>{script}</script>", encoding="utf-8")
    visit.page.goto(file.as_uri())
    visit.page.wait_for_timeout(200)
    with pytest.raises(AssertionError):
        visit.assert_nothing_amiss("file:")


def test_a_page_that_does_nothing_is_let_pass(visit, tmp_path):
    file = tmp_path / "page.html"
    file.write_text("<!DOCTYPE html><title>page</title><p>words", encoding="utf-8")
    visit.page.goto(file.as_uri())
    assert visit.page.inner_text("p") == "words"
    visit.assert_nothing_amiss("file:")
