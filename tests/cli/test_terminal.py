"""Terminal manners: 80 columns, no colour where none is wanted, JSON alone, quiet when cut short."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from flowsheet.cli import main
from flowsheet.cli.app import VERBS

COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[\d;]*m")
RUN = "import sys; from flowsheet.cli import main; sys.exit(main(sys.argv[1:]))"
SHOWING = [
    ("check", "wash.yaml"),
    ("run", "wash.yaml"),
    ("optimise", "wash.yaml"),
    ("compare", "wash.yaml", "crystals.yaml"),
    ("why", "wash.yaml", "press.filtrate.Ni"),
    ("runs",),
    ("units",),
    ("explain",),
    ("new", "a_project_with_a_long_name", "--template", "nmc_black_mass"),
    ("units", "leach_tran"),
    ("check", "nowhere.yaml"),
    ("run", "wash.yaml", "--set", "units.press.cake_moistur=30 %"),
    ("explain", "E999"),
    ("chek", "wash.yaml"),
    ("run", "wash.yaml", "--sett", "a=b"),
]
PLACES = {verb: place.split(":") for verb, place in VERBS.items()}
WITH_JSON = [
    verb
    for verb, (module, function) in PLACES.items()
    if "json" in signature(getattr(import_module(module), function)).parameters
]
ARGUMENTS = {
    "run": ("wash.yaml",),
    "optimise": ("wash.yaml",),
    "compare": ("wash.yaml", "crystals.yaml"),
    "runs": (),
    "validate": ("mine/validation",),
    "why": ("wash.yaml", "press.filtrate.Ni"),
    "check": ("wash.yaml",),
}


@pytest.fixture
def said(folder, capfd):
    """Run a command; its code and what it wrote to standard output and error, C libraries' words too."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(arguments)
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.mark.parametrize("arguments", [*SHOWING, *((verb, "--help") for verb in VERBS)], ids=" ".join)
def test_nothing_is_wider_than_80_columns_nor_coloured_in_a_pipe(arguments, said):
    if arguments == ("runs",):
        said("run", "wash.yaml")
    _, out, err = said(*arguments)
    assert out or err
    wide = [line for line in (out + err).splitlines() if len(line) > 80]
    assert wide == []
    assert "\x1b" not in out + err


@pytest.mark.parametrize("verb", WITH_JSON)
def test_json_is_all_that_is_on_standard_output(verb, said):
    if verb == "validate":
        said("new", "mine", "--template", "ree_coal_refuse_leach")
    if verb == "runs":
        said("run", "wash.yaml")
    _, out, _ = said(verb, *ARGUMENTS[verb], "--json")
    assert json.loads(out)


def test_all_verbs_that_give_json_are_asked():
    assert {"run", "optimise", "compare", "runs", "why", "check", "validate"} <= set(WITH_JSON)
    assert set(WITH_JSON) <= ARGUMENTS.keys()


@pytest.mark.parametrize(
    "arguments", [("--help",), ("schema",), ("explain",), ("check", "wash.yaml", "--json")]
)
def test_a_reader_that_has_seen_enough_is_no_error(arguments, folder):
    """As `flowsheet ... | head -1` does: it closes its end."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=120) == 0
    assert "Traceback" not in said
    assert "rror" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("arguments", [("--help",), ("run", "wash.yaml")], ids=" ".join)
def test_no_color_is_respected_on_a_terminal(arguments, folder):
    coloured = on_a_terminal(folder, *arguments)
    assert COLOUR.search(coloured)
    plain = on_a_terminal(folder, *arguments, NO_COLOR="1")
    assert plain.strip()
    assert not COLOUR.search(plain)


def on_a_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command writes to a terminal of 80 columns."""
    import pty

    inside = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    inside |= {"TERM": "xterm-256color", **environment}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments], stdout=theirs, stderr=theirs, cwd=folder, env=inside
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    assert process.wait(timeout=120) == 0
    return written.decode()
