"""A browser for the session, and a page of it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from browsing import Visit, started, visiting


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with started() as found:
        yield found


@pytest.fixture
def visit(browser) -> Iterator[Visit]:
    with visiting(browser) as found:
        yield found
