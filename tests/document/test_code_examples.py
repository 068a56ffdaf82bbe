"""What `flowsheet explain` shows as wrong is wrong in that way, and what it shows as right is right."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from flowsheet.cli import main
from flowsheet.document.code_examples import PLANT_FILE, Example, example, plant_text
from flowsheet.document.diagnostics import Collector, DiagnosticError, all_codes
from flowsheet.document.document import Document
from flowsheet.document.source import read_text
from flowsheet.solve.case import compile_document, load

SHOWN = [code for code in all_codes() if example(code) is not None]
UNSHOWN = {"E001", "E702", "E703", "E901"}
"""Of files that aren't there, and of parameter sets, whose messages show all that an example could."""


def found_in(text: str, shown: Example, folder: Path) -> set[str]:
    """The codes that `flowsheet check` finds in one side of an example."""
    if shown.alone:
        found = Collector()
        read_text(text, PLANT_FILE, found)
        return {d.code for d in found.diagnostics}
    base = "imports: [base.yaml]\n" + re.sub(r"^imports: .*\n?", "", text, flags=re.MULTILINE)
    base = base.replace("[base.yaml", f"[base.yaml, {more}") if (more := _imported(text)) else base
    (folder / "base.yaml").write_text(plant_text(), encoding="utf-8")
    for name, content in shown.files.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / PLANT_FILE).write_text(base, encoding="utf-8")
    _, _, options = shown.command.partition("--scenario ")
    try:
        document = load(folder / PLANT_FILE, options or None)
        _built(document)
    except DiagnosticError as error:
        return {d.code for d in error.diagnostics}
    return {d.code for d in document.warnings}


def _imported(text: str) -> str:
    stated = re.search(r"^imports: \[(.*)\]", text, re.MULTILINE)
    return stated.group(1) if stated else ""


def _built(document: Document) -> None:
    """Build the equations, where some contradictions come to light."""
    compile_document(document)


def test_every_code_about_a_file_s_content_has_an_example() -> None:
    about = {c for c in all_codes() if re.match("E[0-8]|W3", c)}
    assert about - set(SHOWN) == UNSHOWN - {"E901"}


@pytest.mark.parametrize("code", SHOWN)
def test_the_wrong_one_gives_the_code_and_the_right_one_no_error(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = example(code)
    assert shown is not None
    assert code in found_in(shown.wrong, shown, tmp_path)
    if shown.right:
        remaining = found_in(shown.right, shown, tmp_path)
        assert code not in remaining
        assert not {c for c in remaining if c.startswith("E")}


@pytest.mark.parametrize("code", SHOWN)
def test_its_page_fits_80_columns(
    code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["explain", code]) == 0
    page = capsys.readouterr().out
    assert max(map(len, page.splitlines())) <= 80
    assert "  wrong\n" in page


def test_commands_in_examples_are_of_the_command_line() -> None:
    commands = [shlex.split(s.command) for c in SHOWN if (s := example(c)) is not None and s.command]
    assert all(command[:3] == ["flowsheet", "check", PLANT_FILE] for command in commands)
