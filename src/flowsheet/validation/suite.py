"""Suites: folders FAMILY/NAME of cases; the shipped one, or a user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import resources
from pathlib import Path

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, suggest
from flowsheet.validation.case import ValidationCase
from flowsheet.validation.keys import CASE_FILE
from flowsheet.validation.read import read_case


@dataclass(frozen=True)
class Suite:
    """A folder of cases; `shipped` is the one that belongs to this program."""

    folder: Path
    shipped: bool = False

    def names(self) -> list[str]:
        """The cases, as their folders are called below the suite's; a folder that is a case itself is one."""
        if (self.folder / CASE_FILE).is_file():
            return [self.folder.resolve().name]
        files = sorted(self.folder.rglob(CASE_FILE))
        return [f.parent.relative_to(self.folder).as_posix() for f in files]

    def place(self, name: str) -> Path:
        return self.folder if (self.folder / CASE_FILE).is_file() else self.folder / name


def shipped_suite() -> Suite:
    """The repository's own suite, else the packaged one.

    Raises:
        DiagnosticError: E912, neither is there.
    """
    repository = checkout()
    if repository is not None and (repository / "validation" / "cases").is_dir():
        return Suite(repository / "validation" / "cases", shipped=True)
    packaged = resources.files("flowsheet") / "shipped_validation" / "cases"
    if isinstance(packaged, Path) and packaged.is_dir():
        return Suite(packaged, shipped=True)
    raise DiagnosticError([Diagnostic("E912", "no validation suite ships with this installation", None)])


def checkout() -> Path | None:
    """The project's folder where the program runs from its sources."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "validation").is_dir() else None


def open_suite(folder: Path | None) -> Suite:
    """The suite in a folder, or the shipped one.

    Raises:
        DiagnosticError: E912, the folder has no case.
    """
    if folder is None:
        return shipped_suite()
    own = Suite(folder)
    if not folder.is_dir() or not own.names():
        message = f"there is no case below {folder}" if folder.is_dir() else f"there is no folder {folder}"
        help = f"a case is a folder with a {CASE_FILE}: FOLDER/FAMILY/NAME/{CASE_FILE}"
        raise DiagnosticError([Diagnostic("E912", message, None, help)])
    return own


def chosen(suite: Suite, patterns: tuple[str, ...] = (), fast: bool = False) -> list[ValidationCase]:
    """Cases whose name, or its last part, is like one of the patterns; all files are read first.

    Raises:
        DiagnosticError: everything that is wrong with the cases, or E912, a pattern fits none.
    """
    names = suite.names()
    for pattern in patterns:
        if not any(_fits(name, pattern) for name in names):
            known = suggest(pattern, [n.rpartition("/")[2] for n in names] + names, "cases")
            raise DiagnosticError([Diagnostic("E912", f"no case is called `{pattern}`", None, known)])
    wanted = [n for n in names if not patterns or any(_fits(n, p) for p in patterns)]
    found: list[Diagnostic] = []
    texts: dict[str, str] = {}
    cases: list[ValidationCase] = []
    for name in wanted:
        try:
            cases.append(read_case(suite.place(name), name))
        except DiagnosticError as error:
            found += error.diagnostics
            texts |= error.sources
    found += _disagreements(cases)
    if found:
        raise DiagnosticError(found, texts | {k: v for c in cases for k, v in c.texts.items()})
    return [case for case in cases if case.fast or not fast]


def _fits(name: str, pattern: str) -> bool:
    return fnmatch(name, pattern) or fnmatch(name.rpartition("/")[2], pattern)


def _disagreements(cases: list[ValidationCase]) -> Iterator[Diagnostic]:
    """Statistics gather one quantity over all cases: they must compare it alike and show it in one unit."""
    first: dict[tuple[str, str], tuple[str, str, str]] = {}
    for case in cases:
        for each in case.comparisons:
            mine = (each.compared_as, each.unit, each.shown_in)
            stated = first.setdefault((case.kind, each.quantity), mine)
            if stated != mine:
                said = [", ".join(part or "a plain number" for part in (s[0], s[2])) for s in (stated, mine)]
                message = f"`{each.quantity}` is compared as {said[1]} here, as {said[0]} in an earlier case"
                yield Diagnostic("E913", message, each.span, "compare it alike, or give it another name")
