"""Pages opened in a headless Chromium, and what went on behind them: messages, errors, requests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--disable-background-networking", "--disable-component-update", "--no-first-run")
DESKTOP = {"width": 1440, "height": 900}


@dataclass
class Visit:
    """A page with what its console said, what it threw, and what it asked for."""

    page: Any
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def assert_nothing_amiss(self, *origins: str) -> None:
        """No word on the console, no error, no request but to addresses that begin with one of `origins`."""
        assert self.messages == []
        assert self.errors == []
        assert [url for url in self.requests if not url.startswith(origins)] == []


def chromium() -> str:
    """The system's browser; without one the test is skipped, but fails where everything must run."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = "needs Chromium: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def started() -> Iterator[Any]:
    """The browser."""
    executable = chromium()
    api = pytest.importorskip("playwright.sync_api", reason="needs the extra: pip install '.[browser]'")
    flags = [*_FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(browser: Any) -> Iterator[Visit]:
    """A new page of a desktop's width, with nothing kept from another."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    visit = Visit(page)
    page.on("console", lambda message: visit.messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda request: visit.requests.append(request.url))
    try:
        yield visit
    finally:
        context.close()
