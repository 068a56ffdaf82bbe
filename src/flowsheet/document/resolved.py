"""A checked flowsheet as one file of its own, with the files that it names beside it.

Imports, scenario, changes and templates are worked in, so that running it again needs nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Span
from flowsheet.document.document import Document
from flowsheet.document.keys import SECTIONS
from flowsheet.document.source import Mapping, Node, Sequence

FILES = "files"
"""The folder, beside the flowsheet, of the files that it names."""

_SCENARIOS = "scenarios"
"""Left out: they change the file that they stand in, not what became of it."""
_LINE = 110
_TAGS = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}


def resolved_files(document: Document) -> dict[str, bytes]:
    """The flowsheet under its own name and the files that it names, as contents by relative path."""
    if document.tree is None:
        return {}
    places = _places(document.files)
    origin = document.path.name if document.path else document.name
    changed = [f"scenario {document.scenario}"] if document.scenario else []
    changed += [f"--set {change}" for change in document.overrides]
    order = list(SECTIONS["flowsheet"].keys)
    kept = {k: e for k, e in document.tree.entries.items() if k != _SCENARIOS}
    tree = Mapping(dict(sorted(kept.items(), key=lambda item: order.index(item[0]))), document.tree.span)
    head = "".join(f"# {line}\n" for line in (f"as it was run: {origin}", *changed))
    contents = {f"{document.name}.yaml": (head + _text(tree, document.files, places)).encode()}
    for path, place in places.items():
        if path.is_file():
            contents[place] = path.read_bytes()
    return contents


def _places(files: Map[Span, Path]) -> dict[Path, str]:
    """Where each file is to lie; two of one name get numbers."""
    places: dict[Path, str] = {}
    for path in dict.fromkeys(files.values()):
        place, number = f"{FILES}/{path.name}", 2
        while place in places.values():
            place = f"{FILES}/{path.stem}-{number}{path.suffix}"
            number += 1
        places[path] = place
    return places


def _text(tree: Mapping, files: Map[Span, Path], places: Map[Path, str]) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(_Written, _Written.represented)
    out = io.StringIO()
    yaml.dump(_plain(tree, files, places), out)
    return out.getvalue()


class _Written(str):
    """A plain scalar, written again as it stands in its file: 1e-3 and 3.10 are not rounded."""

    __slots__ = ("tag",)
    tag: str

    @staticmethod
    def represented(representer: Any, written: _Written) -> Any:
        return representer.represent_scalar(written.tag, str(written))


def _plain(node: Node, files: Map[Span, Path], places: Map[Path, str]) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(node, Mapping):
        mapping = CommentedMap((entry.key, _plain(entry.value, files, places)) for entry in node)
        _in_one_line(mapping, mapping.values())
        return mapping
    if isinstance(node, Sequence):
        sequence = CommentedSeq(_plain(item, files, places) for item in node.items)
        _in_one_line(sequence, sequence)
        return sequence
    if node.span in files:
        return places[files[node.span]]
    if node.quoted:
        return DoubleQuotedScalarString(node.text)
    value = node.plain()
    written = _Written(node.text)
    written.tag = f"tag:yaml.org,2002:{_TAGS[type(value)]}"
    return written


def _in_one_line(collection: Any, values: Iterable[Any]) -> None:
    """Write what holds scalars alone, and is short, in braces or brackets."""
    if (
        all(isinstance(v, str) for v in values)
        and len(str(list(collection))) + len(str(list(values))) < _LINE
    ):
        collection.fa.set_flow_style()
