"""YAML text -> a small tree whose every key and value knows its place.

YAML 1.2 through ruamel's node graph: `NO` is a text, `1e-3` a number.  A scalar keeps its text as written, so
that quantities are read by our own grammar and not by YAML's.  Duplicate keys, tabs and broken YAML are
diagnostics.

>>> found = Collector()
>>> tree = read_text("tanks: 3\\n", "plant.yaml", found)
>>> tree.entries["tanks"].value.text, str(tree.entries["tanks"].value.span)
('3', 'plant.yaml:1:8')
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Collector, Diagnostic, Span

_TRUE = {"true", "yes", "on"}
_FALSE = {"false", "no", "off"}
_FOLD = "\a"
"""What ruamel leaves in a folded text (`>`) where its lines were joined; YAML itself allows it nowhere."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `quoted` values are texts whatever they look like."""

    text: str
    span: Span
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        return not self.quoted and self.text in ("", "~", "null", "Null", "NULL")

    @property
    def integer(self) -> int | None:
        """The whole number that this is, if it is one."""
        if self.quoted:
            return None
        digits = self.text.lstrip("+-")
        return int(self.text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None

    @property
    def flag(self) -> bool | None:
        """The yes or no that this is, if it is one (yes, no, true, false, on, off)."""
        word = self.text.lower()
        return True if word in _TRUE else False if word in _FALSE else None

    def plain(self) -> Any:
        """The value as YAML 1.2 reads it."""
        if self.quoted:
            return self.text
        if self.is_null:
            return None
        if self.text in ("true", "false", "True", "False"):
            return self.text.lower() == "true"
        if self.integer is not None:
            return self.integer
        try:
            return float(self.text)
        except ValueError:
            return self.text


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span

    def plain(self) -> list[Any]:
        return [item.plain() for item in self.items]


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping with its value; `span` is the key's."""

    key: str
    span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file."""

    entries: dict[str, Entry]
    span: Span

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry.value if entry is not None else None

    def plain(self) -> dict[str, Any]:
        return {entry.key: entry.value.plain() for entry in self}


Node = Scalar | Sequence | Mapping


def kind_of(node: Node) -> str:
    """The kind of a node in a user's words."""
    if isinstance(node, Mapping):
        return "a mapping (`key: value`)"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.is_null else f"`{node.text}`"


def read_file(path: Path, found: Collector, name: str | None = None) -> Node | None:
    """Read a YAML file; None when it can't be read or parsed (the reason is in `found`)."""
    shown = name or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found.error(
            "E001",
            f"{shown} is not UTF-8 text (byte {error.start})",
            None,
            "save the file with the encoding UTF-8",
        )
        return None
    except OSError as error:
        found.error("E001", f"{shown} can't be read: {error.strerror}", None)
        return None
    return read_text(text, shown, found)


def read_text(text: str, file: str, found: Collector) -> Node | None:
    """Parse YAML; None when it is broken (the reason is in `found`)."""
    found.sources[file] = text
    tree, diagnostics = _parsed(text, file)
    for each in diagnostics:
        found.error(each.code, each.message, each.span, each.help)
    return tree


@lru_cache(maxsize=4)
def _parsed(text: str, file: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree and what is wrong with the text; the last few, for studies that read one again and again."""
    from flowsheet.document.kept_trees import kept_tree

    found = Collector()

    def composed() -> tuple[Node | None, bool]:
        return _composed(text, file, found), not found.diagnostics

    return kept_tree(text, file, composed), tuple(found.diagnostics)


def _composed(text: str, file: str, found: Collector) -> Node | None:
    import warnings

    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

    if _has_tabs(text, file, found):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # YAML 1.2 allows it: the last one counts
            node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1, 1)
        found.error("E002", _in_our_words(error), _inside(span, text), _likely_cause(error))
        return None
    except YAMLError as error:
        found.error("E002", f"the YAML is broken: {' '.join(str(error).split())}", Span(file, 1, 1))
        return None
    if node is None:
        return Mapping({}, Span(file, 1, 1))
    return _Builder(file, found, text.splitlines()).build(node)


def _has_tabs(text: str, file: str, found: Collector) -> bool:
    """Report tabs used as indentation (YAML forbids them; its own message is obscure)."""
    seen = False
    for number, line in enumerate(text.splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent and line.strip() and not line.lstrip().startswith("#"):
            found.error(
                "E004",
                "a tab is used as indentation",
                Span(file, number, indent.index("\t") + 1),
                "YAML wants spaces; most editors can convert tabs to spaces",
            )
            seen = True
    return seen


def _in_our_words(error: Any) -> str:
    """What is wrong, without the parser's own vocabulary where we know better."""
    problem = " ".join(str(error.problem or error.context or "not understood").split())
    opened = error.context_mark.line + 1 if error.context_mark else None
    if "',' or" in problem:
        return f"a bracket or brace that is opened in line {opened} isn't closed"
    if "block end" in problem:
        return "this doesn't start in the column of its neighbours"
    if "mapping values are not allowed" in problem:
        return "a second `: ` on this line"
    start = f" (it starts in line {opened})" if opened else ""
    return f"the YAML is broken: {problem}{start}"


def _likely_cause(error: Any) -> str:
    problem = str(error.problem)
    if "mapping values are not allowed" in problem:
        return "a text that holds `: ` needs quotes; else look at the indentation"
    if "block end" in problem or "block collection" in problem:
        return "keys of one mapping start in the same column; a list's `-` too"
    if "cannot start any token" in problem:
        return "a text that starts with %, @, ` or > needs quotes"
    if "undefined alias" in problem:
        return "`*name` refers to an anchor `&name` that isn't there; quote the text if it is no alias"
    if "',' or" in problem:
        return "close it before the end of its line, or add the comma that is missing"
    return ""


def _inside(span: Span, text: str) -> Span:
    """Keep the place of an error at the end of the file on the last line that has text."""
    lines = text.splitlines() or [""]
    if span.line <= len(lines):
        return span
    return Span(span.file, len(lines), len(lines[-1]) + 1)


@dataclass
class _Builder:
    """Turns ruamel's nodes into ours."""

    file: str
    found: Collector
    lines: list[str]
    depth: list[int] = field(default_factory=list)

    def span(self, node: Any) -> Span:
        start, end = node.start_mark, node.end_mark
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        stop = end.column if end.line == start.line else len(line.rstrip())
        return Span(self.file, start.line + 1, start.column + 1, max(1, stop - start.column))

    def build(self, node: Any) -> Node:
        if node.id == "scalar":
            text = node.value.replace(_FOLD, "") if node.style == ">" else node.value
            return Scalar(text, self.span(node), node.style in ("'", '"', "|", ">"))
        if id(node) in self.depth:
            self.found.error("E005", "an alias refers to what it is part of", self.span(node))
            return Scalar("", self.span(node))
        self.depth.append(id(node))
        built = self._sequence(node) if node.id == "sequence" else self._mapping(node)
        self.depth.pop()
        return built

    def _sequence(self, node: Any) -> Sequence:
        return Sequence(tuple(self.build(item) for item in node.value), self.span(node))

    def _mapping(self, node: Any) -> Mapping:
        entries: dict[str, Entry] = {}
        merged: list[Mapping] = []
        for key, value in node.value:
            span = self.span(key)
            if key.id != "scalar":
                self.found.error("E005", "a key must be a single word or text", span)
                continue
            built = self.build(value)
            if key.value == "<<" and key.style is None:
                merged += [
                    m
                    for m in (built.items if isinstance(built, Sequence) else (built,))
                    if isinstance(m, Mapping)
                ]
                continue
            if key.value in entries:
                first = entries[key.value].span.line
                self.found.error(
                    "E003",
                    f"`{key.value}` is given twice; the first is in line {first}",
                    span,
                    "remove one of them",
                )
                continue
            entries[key.value] = Entry(key.value, span, built)
        for source in merged:
            for entry in source:
                entries.setdefault(entry.key, entry)
        return Mapping(entries, self.span(node))
