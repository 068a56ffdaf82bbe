"""Scenarios and `--set`: changes to the source tree before it is checked.

A change names its key by a path, `units.leach.temperature`; `leach.temperature`, `acid.flow` and
`acid.H2SO4` are short forms.  A mapping changes only the keys that it gives; a list or a value is replaced;
no value (~) removes the key.  Items of a list count from 1 (`specs.1.until`).  Names may hold dots
(`optimise.vary.acid.flow`, `economics.prices.CoSO4.7H2O`): the longest key that exists wins, and where keys
are such names, all the rest is one.
"""

from __future__ import annotations

from collections.abc import Sequence as Texts

from flowsheet.document.diagnostics import Collector, Span, suggest
from flowsheet.document.keys import PHASE_SECTIONS, SECTIONS
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, kind_of, read_text

OVERRIDES = "--set"


def apply_scenario(tree: Mapping, name: str, found: Collector, span: Span | None = None) -> Mapping:
    """The tree with the changes of one scenario; reports an unknown name."""
    scenarios = tree.get("scenarios")
    known = scenarios.entries if isinstance(scenarios, Mapping) else {}
    if name not in known:
        found.error(
            "E601",
            f"unknown scenario `{name}`",
            span or (scenarios.span.part(0, 1) if scenarios else None),
            suggest(name, known, "scenarios"),
        )
        return tree
    changes = known[name].value
    if not isinstance(changes, Mapping):
        found.error(
            "E103", f"scenario `{name}` must be a mapping of changes, got {kind_of(changes)}", changes.span
        )
        return tree
    for entry in changes:
        tree = change(tree, entry.key, entry.value, entry.span, found)
    return tree


def apply_overrides(tree: Mapping, overrides: Texts[str], found: Collector) -> Mapping:
    """The tree with `key=value` texts applied; the n-th is shown as `--set:n:column`."""
    if not overrides:
        return tree
    for number, text in enumerate(overrides, 1):
        key, equals, value = text.partition("=")
        span = Span(OVERRIDES, number, 1, max(1, len(key)))
        if not equals or not key.strip():
            found.error(
                "E602",
                f"`{text}` isn't `key=value`",
                Span(OVERRIDES, number, 1, max(1, len(text))),
                'for example --set units.leach.temperature="80 degC"',
            )
            continue
        # Blank lines and spaces in front put the value where it stands among the overrides.
        padded = "\n" * (number - 1) + " " * (len(key) + 1) + value
        node = read_text(padded, OVERRIDES, found) if value.strip() else Scalar("", span)
        if node is not None:
            tree = change(tree, key.strip(), node, span, found)
    found.sources[OVERRIDES] = "\n".join(overrides)
    return tree


def change(tree: Mapping, path: str, value: Node, span: Span, found: Collector) -> Mapping:
    """The tree with one key changed; reports a path that starts with nothing there is."""
    first, named = path.split(".")[0], _named(tree)
    if first not in SECTIONS["flowsheet"].keys and first not in named:
        help = suggest(first, [*named, *SECTIONS["flowsheet"].keys], "feeds, units and products")
        found.error("E602", f"`{path}` can't be changed: there is no `{first}`", span, help)
        return tree
    changed = _assign(tree, full_path(tree, path), value, span, (), path, found)
    assert isinstance(changed, Mapping)
    return changed


def full_path(tree: Mapping, path: str) -> list[str]:
    """The keys that a path goes through, short forms filled in.

    >>> found = Collector()
    >>> tree = read_text("feeds: {acid: {aqueous: {flow: 1 L/h}}}", "x.yaml", found)
    >>> full_path(tree, "acid.flow")
    ['feeds', 'acid', 'aqueous', 'flow']
    >>> full_path(tree, "acid.H2SO4")
    ['feeds', 'acid', 'aqueous', 'H2SO4']
    """
    parts = path.split(".")
    if parts[0] not in SECTIONS["flowsheet"].keys:
        parts = [*_named(tree).get(parts[0], ()), *parts]
    if parts[0] == "feeds" and len(parts) > 2 and parts[2] not in SECTIONS["feed"].keys:
        feeds = tree.get("feeds")
        feed = feeds.get(parts[1]) if isinstance(feeds, Mapping) else None
        phases = [p for p in PHASE_SECTIONS if isinstance(feed, Mapping) and p in feed.entries]
        if len(phases) == 1:
            parts[2:2] = [phases[0], *_composition(phases[0], parts[2])]
    return parts


def _named(tree: Mapping) -> dict[str, tuple[str]]:
    """What may be named at the start of a short path, and the section that it is in."""
    groups = [(group, tree.get(group)) for group in ("products", "supplies", "feeds", "units")]
    return {
        name: (group,)
        for group, members in groups
        if isinstance(members, Mapping)
        for name in members.entries
    }


def _composition(phase: str, key: str) -> list[str]:
    """Where a phase has what it consists of under a key of its own, that key."""
    keys = SECTIONS[phase].keys
    return ["composition"] if "composition" in keys and key not in keys else []


_BY_NAME = ("ranges", "choices", "prices", "composition", "limits")
"""Kinds of keys whose mappings are by names that may hold dots."""


def _is_by_name(gone: tuple[str, ...]) -> bool:
    """Whether the mapping that a path of keys leads to is by names that may hold dots.

    >>> _is_by_name(("optimise", "vary")), _is_by_name(("feeds", "acid", "aqueous")), _is_by_name(("units",))
    (True, True, False)
    """
    section, rest = SECTIONS["flowsheet"], gone
    while rest:
        key = section.keys.get(rest[0])
        if key is None:
            return False
        if key.kind == "units":  # of a parameter such as `occlusion`
            return len(rest) == 3
        if key.kind not in ("section", "sections"):
            return key.kind in _BY_NAME and len(rest) == 1
        section = SECTIONS[key.section]
        rest = rest[1 + (key.kind == "sections") :]
    return bool(section.names)


def _assign(
    node: Node | None,
    parts: list[str],
    value: Node,
    span: Span,
    gone: tuple[str, ...],
    path: str,
    found: Collector,
) -> Node:
    """The node with what is `parts` below it changed; `gone` are the keys that led to it."""
    if not parts:
        return _merged(node, value, gone, path, found)
    if isinstance(node, Sequence):
        number = int(parts[0]) if parts[0].isdigit() else 0
        if not 1 <= number <= len(node.items):
            found.error(
                "E602",
                f"`{path}` can't be changed: `{parts[0]}` isn't an item of the list",
                span,
                f"items count from 1 to {len(node.items)}",
            )
            return node
        items = list(node.items)
        items[number - 1] = _assign(items[number - 1], parts[1:], value, span, (*gone, parts[0]), path, found)
        return Sequence(tuple(items), node.span)
    if isinstance(node, Scalar) and not node.is_null:
        found.error("E602", f"`{path}` can't be changed: `{node.text}` has no keys", span)
        return node
    entries = dict(node.entries) if isinstance(node, Mapping) else {}
    unknown = len(parts) if _is_by_name(gone) else 1
    length = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in entries), unknown)
    key, rest = ".".join(parts[:length]), parts[length:]
    if not rest and isinstance(value, Scalar) and value.is_null:
        if entries.pop(key, None) is None:
            found.error(
                "E602", f"`{path}` can't be removed: it isn't there", span, suggest(key, entries, "keys")
            )
    else:
        old = entries.get(key)
        entries[key] = Entry(
            key,
            old.span if old and rest else span,
            _assign(old.value if old else None, rest, value, span, (*gone, key), path, found),
        )
    return Mapping(entries, node.span if isinstance(node, Mapping) else span)


def _merged(old: Node | None, new: Node, gone: tuple[str, ...], path: str, found: Collector) -> Node:
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return new
    merged: Node = old
    for entry in new:
        merged = _assign(
            merged, entry.key.split("."), entry.value, entry.span, gone, f"{path}.{entry.key}", found
        )
    return merged
