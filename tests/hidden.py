"""Packages that a test takes away."""

from __future__ import annotations

import builtins
from typing import Any

import pytest


def hide_cyipopt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the import of cyipopt fail, as on a machine that has no wheel of it."""
    genuine = builtins.__import__

    def without_cyipopt(name: str, *rest: Any, **keywords: Any) -> Any:
        if name == "cyipopt":
            raise ImportError("no wheel")
        return genuine(name, *rest, **keywords)

    monkeypatch.setattr(builtins, "__import__", without_cyipopt)
