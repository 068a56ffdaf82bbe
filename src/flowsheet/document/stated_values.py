"""Every number of a parameter file with its source, whatever the family that the file is for.

A value is a mapping with `value` or `expression` and `source`; it is called by the reaction that it belongs
to, else by the keys that lead to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flowsheet.document.diagnostics import Collector
from flowsheet.document.source import Mapping, Node, Scalar, Sequence, read_file

_VALUES = ("value", "expression")
_APART = ("sources", "fit", "missing", "range")
_CALLED_BY = ("reaction", "name", "component", "ion")


@dataclass(frozen=True)
class StatedValue:
    """A number as it is written, what it is called, and who says so."""

    name: str
    text: str
    source: str
    note: str


@cache
def stated_values(path: Path) -> tuple[StatedValue, ...]:
    """The numbers of a file in its order; none of a file that can't be read."""
    tree = read_file(path, Collector())
    if not isinstance(tree, Mapping):
        return ()
    cited = _citations(tree)
    entries = [(e.key, e.value) for e in tree if e.key not in _APART]
    return tuple(v for key, node in entries for v in _values(node, "" if key == "values" else key, cited))


def _values(node: Node, name: str, cited: dict[str, str]) -> Iterator[StatedValue]:
    if isinstance(node, Sequence):
        for number, item in enumerate(node.items, 1):
            yield from _values(item, f"{name} {number}", cited)
    elif isinstance(node, Mapping):
        text = next((v.text for key in _VALUES if isinstance(v := node.get(key), Scalar)), None)
        if text is not None and "source" in node.entries:
            uncertainty = _text(node, "uncertainty")
            text += f" +- {uncertainty}" if uncertainty else ""
            source = _text(node, "source")
            yield StatedValue(name, text, cited.get(source, source), _text(node, "note"))
            return
        called = next((t for key in _CALLED_BY if (t := _text(node, key))), name)
        for entry in node:
            yield from _values(entry.value, f"{called} {entry.key}".strip(), cited)


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) else ""


def _citations(tree: Mapping) -> dict[str, str]:
    """What each source's key stands for; `fit` for the script and the data."""
    cited = {}
    sources, fit = tree.get("sources"), tree.get("fit")
    for entry in sources if isinstance(sources, Mapping) else ():
        if isinstance(entry.value, Mapping):
            doi = _text(entry.value, "doi")
            cited[entry.key] = _text(entry.value, "citation") + (f", doi:{doi}" if doi else "")
    if isinstance(fit, Mapping):
        data = fit.get("data")
        tables = (
            [item.text for item in data.items if isinstance(item, Scalar)]
            if isinstance(data, Sequence)
            else []
        )
        cited["fit"] = f"fitted by {_text(fit, 'script')}" + (f" to {', '.join(tables)}" if tables else "")
    return cited
