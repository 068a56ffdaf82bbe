"""Diagnostics: what is wrong, where, what was expected and what to do.

A `Diagnostic` is a plain value; `render` writes it in the manner of a compiler, in plain text at any width.
Every part of the engine reports through it.  `explain` gives the long text behind a code.

>>> span = Span("plant.yaml", 2, 5, 14)
>>> found = Diagnostic("E104", "unknown parameter `residense_time` of leach_train", span,
...                    help="did you mean `residence_time`?")
>>> print(render(found, {"plant.yaml": "tanks: 3\\n    residense_time: 2 h\\n"}))
error E104 plant.yaml:2:5 unknown parameter `residense_time` of leach_train
  |
1 | tanks: 3
2 |     residense_time: 2 h
  |     ^^^^^^^^^^^^^^
help: did you mean `residence_time`?
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]
Seen = Literal["always", "partly", "never"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line of a source text; line and column count from 1."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def part(self, offset: int, length: int) -> Span:
        """The piece of this span that starts `offset` characters into it; of a text that goes on in the next
        lines, the whole."""
        if offset >= self.length:
            return self
        return Span(self.file, self.line, self.column + offset, max(length, 1))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding, with its place (none when it concerns no text) and what to do about it."""

    code: str
    message: str
    span: Span | None = None
    help: str = ""
    severity: Severity = "error"

    def as_dict(self) -> dict[str, object]:
        """The finding as JSON-ready values."""
        place = None
        if self.span is not None:
            place = {
                "file": self.span.file,
                "line": self.span.line,
                "column": self.span.column,
                "length": self.span.length,
            }
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "where": place,
            "help": self.help,
        }


class DiagnosticError(Exception):
    """Everything that is wrong with an input, found in one pass.

    `sources` holds the texts that the spans point into, by file name, for rendering.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.sources = dict(sources or {})
        super().__init__(self.diagnostics, self.sources)

    def __str__(self) -> str:
        return f"\n{self.render()}"

    def __repr__(self) -> str:
        return f"DiagnosticError({', '.join(f'{d.code} {d.message}' for d in self.diagnostics)})"

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the findings, without the calls that led to them."""
        return self.render().splitlines()

    def render(self, width: int | None = None) -> str:
        """All findings as plain text, in the order of the file."""
        return render_all(self.diagnostics, self.sources, width)


@contextmanager
def pointing_into(sources: Mapping[str, str]) -> Iterator[None]:
    """What is found wrong while it lasts shows its place in these texts."""
    try:
        yield
    except DiagnosticError as error:
        error.sources = {**sources, **error.sources}
        raise


@dataclass
class Collector:
    """Gathers findings during one pass over an input."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    """Where the paths count from that an imported part holds, by the part's name."""
    files: dict[Span, Path] = field(default_factory=dict)
    """Files that the input names, by the places of their names."""
    incomplete: set[Span] = field(default_factory=set)
    """Entries whose template isn't known: what they lack may have been in it."""

    def file(self, text: str, span: Span, folder: Path) -> Path:
        """The path written at a place; it counts from `folder`, in an imported part from the part's own."""
        self.files[span] = self.folders.get(span.file, folder) / text
        return self.files[span]

    def error(self, code: str, message: str, span: Span | None, help: str = "") -> None:
        """Record an error; the same finding at the same place is kept once."""
        self._add(Diagnostic(code, message, span, help))

    def warning(self, code: str, message: str, span: Span | None, help: str = "") -> None:
        """Record a warning."""
        self._add(Diagnostic(code, message, span, help, "warning"))

    def _add(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "warning")

    def raise_errors(self) -> None:
        """Raise `DiagnosticError` with all that was found if any of it is an error."""
        if self.errors:
            raise DiagnosticError(sorted(self.diagnostics, key=_place), self.sources)


def _place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    span = diagnostic.span
    return (span.file, span.line, span.column) if span else ("", 0, 0)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known spelling that `name` was probably meant to be, if one is close.

    >>> nearest("residense_time", ["residence_time", "temperature"])
    'residence_time'
    """
    candidates = list(known)
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def suggest(name: str, known: Iterable[str], listed_as: str = "known") -> str:
    """Help text: the nearest spelling, else the list of what there is (cut at twelve).

    >>> suggest("fliter", ["filter", "mixer"])
    'did you mean `filter`?'
    >>> suggest("xyz", ["filter", "mixer"])
    'known: filter, mixer'
    """
    candidates = list(known)
    close = nearest(name, candidates)
    if close is not None:
        return f"did you mean `{close}`?"
    if not candidates:
        return f"{listed_as}: none"
    shown = ", ".join(candidates[:12])
    rest = len(candidates) - 12
    return f"{listed_as}: {shown}" + (f" and {rest} more" if rest > 0 else "")


def render(diagnostic: Diagnostic, sources: Mapping[str, str], width: int | None = None) -> str:
    """One finding as plain text; with `width`, lines of source are cut and help is folded to it."""
    span = diagnostic.span
    place = f" {span}" if span else ""
    lines = [f"{diagnostic.severity} {diagnostic.code}{place} {diagnostic.message}"]
    if width:
        lines = textwrap.wrap(
            lines[0], width, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
        )
    if span and span.file in sources:
        lines += _excerpt(span, sources[span.file].splitlines(), width)
    if diagnostic.help:
        text = f"help: {diagnostic.help}"
        lines += (
            textwrap.wrap(
                text, width, subsequent_indent="      ", break_on_hyphens=False, break_long_words=False
            )
            if width
            else [text]
        )
    return "\n".join(lines)


def _excerpt(span: Span, source: list[str], width: int | None) -> list[str]:
    """The line that the span is on, the one before it, and a row of carets below."""
    if not 1 <= span.line <= len(source):
        return []
    gutter = len(str(span.line))
    shown = [span.line - 1, span.line] if span.line > 1 and source[span.line - 2].strip() else [span.line]
    start = 0
    room = max(20, width - gutter - 3) if width else None
    if room and span.column + min(span.length, 20) > room:
        start = span.column - room // 2
    lines = [" " * gutter + " |"]
    for number in shown:
        text = source[number - 1].replace("\t", " ").rstrip()
        lines.append(f"{number:>{gutter}} | {text[start : start + room] if room else text}".rstrip())
    length = max(1, min(span.length, len(source[span.line - 1]) - span.column + 1))
    if room:
        length = min(length, room - (span.column - 1 - start))
    lines.append(" " * gutter + " | " + " " * (span.column - 1 - start) + "^" * max(1, length))
    return lines


def render_all(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], width: int | None = None
) -> str:
    """Several findings, a blank line between them."""
    return "\n\n".join(render(diagnostic, sources, width) for diagnostic in diagnostics)


@dataclass(frozen=True)
class Explanation:
    """The long text behind a code; `editor`: whether the schema that editors read finds the same."""

    code: str
    title: str
    text: str
    editor: Seen = "never"


_EXPLANATIONS: dict[str, Explanation] = {}


def register(code: str, title: str, text: str, editor: Seen = "never") -> None:
    """Add a code to the registry.  Raises ValueError if it is taken by another title."""
    known = _EXPLANATIONS.get(code)
    if known is not None and known.title != title:
        raise ValueError(f"diagnostic code {code} is already `{known.title}`")
    _EXPLANATIONS[code] = Explanation(code, title, " ".join(text.split()), editor)


def register_texts(texts: str) -> None:
    """Add codes that are written down as `CODE title | editor: always` with their text indented below it."""
    layout = r"^([SEW]\d{3}) (.*?)(?: \| editor: (always|partly))?\n((?:    .*\n)+)"
    for code, title, editor, text in re.findall(layout, texts, re.MULTILINE):
        register(code, title, text, editor or "never")


def explain(code: str) -> Explanation:
    """The explanation of a code.  Raises KeyError for an unknown one."""
    _load_own_codes()
    return _EXPLANATIONS[code.upper()]


def all_codes() -> Mapping[str, Explanation]:
    """All registered codes in order."""
    _load_own_codes()
    return dict(sorted(_EXPLANATIONS.items()))


def _load_own_codes() -> None:
    """The document's own codes are text that only `explain` needs."""
    from flowsheet.document import codes

    codes.register_all()
