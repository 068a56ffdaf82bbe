"""A text that was read before gives the same tree, with every place, without being read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsheet.document import source
from flowsheet.document.diagnostics import Collector
from flowsheet.document.kept_trees import _SHORTEST
from flowsheet.document.locate import shipped_flowsheets
from flowsheet.document.source import read_text


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path))
    return tmp_path


LONG = [name for name, file in shipped_flowsheets().items() if file.stat().st_size > 1.2 * _SHORTEST]


@pytest.mark.parametrize("name", LONG)
def test_the_tree_is_the_same_and_nothing_is_read_twice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shipped_flowsheets()[name].read_text(encoding="utf-8")
    source._parsed.cache_clear()
    first = read_text(text, "a.yaml", Collector())
    source._parsed.cache_clear()
    monkeypatch.setattr(source, "_composed", None)  # not to be called
    assert read_text(text, "a.yaml", Collector()) == first
    elsewhere = read_text(text, "b.yaml", Collector())
    assert elsewhere is not None
    assert elsewhere.span.file == "b.yaml"
    assert elsewhere.plain() == first.plain()


def test_a_changed_text_is_read_anew(cache: Path) -> None:
    text = shipped_flowsheets()["nmc_black_mass"].read_text(encoding="utf-8")
    read_text(text, "a.yaml", Collector())
    changed = read_text(text.replace("flow: 100 kg/h", "flow: 90 kg/h", 1), "a.yaml", Collector())
    assert changed.plain()["feeds"]["black_mass"]["solid"]["flow"] == "90 kg/h"


def test_a_broken_text_and_a_short_one_are_not_kept(cache: Path) -> None:
    found = Collector()
    read_text("a: [1, 2\n" + "# more\n" * 1000, "broken.yaml", found)
    assert [d.code for d in found.diagnostics] == ["E002"]
    assert read_text("a: 1\n", "short.yaml", Collector()) is not None
    assert list(cache.glob("tree-*")) == []


def test_a_text_of_aliases_that_stands_for_a_huge_tree_is_read_but_not_kept(cache: Path) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 6)]
    text = "l0: &l0 [x]\n" + "\n".join(levels) + "\n" + "# remark\n" * 300
    assert read_text(text, "aliases.yaml", Collector()) is not None
    assert list(cache.glob("tree-*")) == []
