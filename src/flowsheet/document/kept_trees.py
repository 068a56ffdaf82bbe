"""Trees of texts that were read before, kept on disk: reading YAML takes a quarter of a second per 400 lines.

What is kept are the nodes with their places, as plain lists; a text with anything wrong in it is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Span
from flowsheet.document.kept import files_digest, read_kept, write_kept
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence

_KIND = "tree"
_SHORTEST = 2000
"""Characters below which reading a text takes no longer than looking it up."""
_MOST_NODES = 50_000
"""Aliases are written out, so that a short text may stand for a tree that isn't worth keeping."""


def kept_tree(text: str, file: str, read: Callable[[], tuple[Node | None, bool]]) -> Node | None:
    """The tree of a text that is called `file`, from an earlier time or by `read`.

    `read` gives the tree and whether nothing is wrong with the text.
    """
    if len(text) < _SHORTEST:
        return read()[0]
    digest = sha256(f"{_reader()}\n{text}".encode()).hexdigest()
    stored = read_kept(_KIND, digest)
    if stored is not None:
        return _node(stored, file)
    tree, sound = read()
    if tree is not None and sound and sum(1 for _ in islice(_nodes(tree), _MOST_NODES)) < _MOST_NODES:
        write_kept(_KIND, digest, _plain(tree))
    return tree


def _reader() -> str:
    """Digest of what makes trees of texts."""
    return files_digest([Path(__file__), Path(__file__).with_name("source.py")])


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _nodes(item)
    elif isinstance(node, Mapping):
        for entry in node:
            yield from _nodes(entry.value)


def _plain(node: Node) -> list[Any]:
    place = _place(node.span)
    if isinstance(node, Scalar):
        return [place, node.text, node.quoted]
    if isinstance(node, Sequence):
        return [place, [_plain(item) for item in node.items]]
    return [place, {entry.key: [_place(entry.span), _plain(entry.value)] for entry in node}]


def _node(stored: list[Any], file: str) -> Node:
    place, content, *quoted = stored
    span = Span(file, *place)
    if isinstance(content, str):
        return Scalar(content, span, *quoted)
    if isinstance(content, list):
        return Sequence(tuple(_node(item, file) for item in content), span)
    entries = {
        key: Entry(key, Span(file, *where), _node(value, file)) for key, (where, value) in content.items()
    }
    return Mapping(entries, span)


def _place(span: Span) -> tuple[int, int, int]:
    return span.line, span.column, span.length
