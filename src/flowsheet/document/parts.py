"""A flowsheet of several files, and settings that several of its entries share.

`imports` names files with parts of the plant: their feeds, units, products and so on join those of the file
itself.  What the file gives under the same names is merged over what it imports, key by key; two imports
must not define the same thing.  Lists (`specs`) are joined.  `templates` holds settings by name; an entry
that names one with `template` takes what it doesn't give itself.  No value (~) leaves a key out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flowsheet.document.diagnostics import Collector, suggest
from flowsheet.document.keys import TEMPLATED
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, kind_of, read_file

IMPORTS, TEMPLATES, TEMPLATE = "imports", "templates", "template"


def with_imports(tree: Mapping, file: Path, shown: str, found: Collector) -> Mapping:
    """The tree with the parts that it imports, and those that they do.

    Args:
        tree: the file's own keys.
        file: where it lies; imports count from its folder.
        shown: what its messages call it.
        found: takes what is wrong; learns from which folder the paths of each part count.
    """
    return _Imports(found, [file.resolve()]).joined(tree, file, shown)


@dataclass
class _Imports:
    found: Collector
    within: list[Path]
    """The files whose parts are being read, each imported by the one before."""
    read: set[Path] = field(default_factory=set)

    def joined(self, tree: Mapping, file: Path, shown: str) -> Mapping:
        stated = tree.entries.get(IMPORTS)
        own = Mapping({k: e for k, e in tree.entries.items() if k != IMPORTS}, tree.span)
        if stated is None:
            return own
        whole = Mapping({}, tree.span)
        items = stated.value.items if isinstance(stated.value, Sequence) else (stated.value,)
        for item in items:
            if not isinstance(item, Scalar) or not item.text:
                self.found.error("E603", f"an import is the path of a file, not {kind_of(item)}", item.span)
                continue
            part = self.part(item, file, shown)
            if part is not None:
                whole = self.together(whole, part)
        return _over(whole, own, joins=True)

    def part(self, item: Scalar, file: Path, shown: str) -> Mapping | None:
        """The keys of one imported file; None where it can't be had, or was imported before."""
        path = file.parent / item.text
        if not path.is_file():
            self.found.error("E603", f"there is no file `{item.text}`", item.span, f"looked for {path}")
            return None
        place = path.resolve()
        if place in self.within:
            self.found.error("E603", f"`{item.text}` imports itself", item.span)
            return None
        if place in self.read:
            return None
        self.read.add(place)
        name = str(Path(shown).parent / item.text)
        tree = read_file(path, self.found, name)
        if tree is None:
            return None
        if not isinstance(tree, Mapping):
            self.found.error("E103", f"an imported file holds keys, not {kind_of(tree)}", tree.span)
            return None
        self.found.folders[name] = path.parent
        self.within.append(place)
        joined = self.joined(tree, path, name)
        self.within.pop()
        return joined

    def together(self, one: Mapping, other: Mapping) -> Mapping:
        """What two imports hold; a name that both define is an error."""
        for entry in other:
            before = one.get(entry.key)
            if isinstance(before, Mapping) and isinstance(entry.value, Mapping):
                for item in entry.value:
                    self.refuse_twice(before.entries.get(item.key), item, f"{entry.key}.{item.key}")
            elif isinstance(before, Scalar) and isinstance(entry.value, Scalar):
                self.refuse_twice(one.entries[entry.key], entry, entry.key)
        return _over(one, other, joins=True)

    def refuse_twice(self, first: Entry | None, second: Entry, path: str) -> None:
        if first is not None:
            self.found.error(
                "E603",
                f"`{path}` is imported twice; the first is in {first.span.file}, line {first.span.line}",
                second.span,
                "leave it out of one of them; the file that imports both may change it",
            )


def with_templates(tree: Mapping, found: Collector) -> Mapping:
    """The tree with what its entries take from templates in place of `template`."""
    stated = tree.get(TEMPLATES)
    templates = stated.entries if isinstance(stated, Mapping) else {}
    if stated is not None and not isinstance(stated, Mapping):
        found.error("E103", f"`{TEMPLATES}` holds settings by name, not {kind_of(stated)}", stated.span)
    entries = {key: entry for key, entry in tree.entries.items() if key != TEMPLATES}
    for group in TEMPLATED:
        members = tree.get(group)
        if isinstance(members, Mapping):
            filled = {e.key: _filled(e, templates, found) for e in members}
            entries[group] = Entry(group, tree.entries[group].span, Mapping(filled, members.span))
    return Mapping(entries, tree.span)


def _filled(entry: Entry, templates: dict[str, Entry], found: Collector) -> Entry:
    """An entry of a feed, unit or product with its template's keys below its own."""
    return Entry(entry.key, entry.span, _from_template(entry.value, templates, found, ()))


def _from_template(
    node: Node, templates: dict[str, Entry], found: Collector, within: tuple[str, ...]
) -> Node:
    if not isinstance(node, Mapping) or TEMPLATE not in node.entries:
        return node
    own = Mapping({k: e for k, e in node.entries.items() if k != TEMPLATE}, node.span)
    named = node.entries[TEMPLATE].value
    name = named.text if isinstance(named, Scalar) else ""
    template = templates.get(name)
    if template is None or not isinstance(template.value, Mapping):
        found.error(
            "E604", f"there is no template `{name}`", named.span, suggest(name, templates, "templates")
        )
        found.incomplete.add(own.span)
        return own
    if name in within:
        found.error("E604", f"the template `{name}` takes from itself", named.span)
        found.incomplete.add(own.span)
        return own
    base = _from_template(template.value, templates, found, (*within, name))
    if base.span in found.incomplete:
        found.incomplete.add(own.span)
    return _over(base, own, joins=False) if isinstance(base, Mapping) else own


def _over(base: Mapping, own: Mapping, joins: bool) -> Mapping:
    """Own keys over those of a base; `joins`: a list follows the base's list, else it takes its place."""
    entries = dict(base.entries)
    for entry in own:
        before = base.get(entry.key)
        value: Node = entry.value
        if isinstance(value, Scalar) and value.is_null and before is not None:
            del entries[entry.key]
            continue
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            value = _over(before, value, joins=False)
        elif joins and isinstance(before, Sequence) and isinstance(value, Sequence):
            value = Sequence((*before.items, *value.items), value.span)
        entries[entry.key] = Entry(entry.key, entry.span, value)
    return Mapping(entries, own.span)
