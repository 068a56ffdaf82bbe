"""The reference page of the flowsheet file, from the same declarations as the parser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowsheet.document.keys import DISPLAY_KINDS, SECTIONS
from flowsheet.document.section import Key, Section
from flowsheet.document.unit_of_measure import describe

_IN_WORDS = {
    "flag": "yes or no",
    "texts": "text or list of texts",
    "paths": "path or list of paths",
    "price": "price, or {value, year, source}",
    "prices": "prices by name",
    "composition": "fractions by name",
    "limits": "fractions by component",
    "purity": 'e.g. `">= 99.5 %"`',
    "constraints": "list of constraints",
    "variable": "unit.parameter or feed.quantity",
    "range": "[lower, upper]",
    "ranges": "[lower, upper] by variable",
    "choices": "[least, most] by unit.parameter",
    "chemistry": "a system's name, or a mapping",
    "changes": "changes by name",
    "tree": "mapping",
    "inlets": "streams by inlet",
    "section": "mapping",
    "sections": "mappings by name",
    "section_list": "list of mappings",
    "units": "unit operations by name",
    "value": "text, or mapping",
    "values_by_name": "texts or mappings by name",
}


def file_reference() -> str:
    """All keys of a flowsheet file as Markdown, section by section; see `sections_reference`.

    >>> "| `flow` (needed) |" in file_reference()
    True
    """
    return "\n".join(["# The flowsheet file", "", *sections_reference(SECTIONS, "flowsheet")])


def sections_reference(sections: Mapping[str, Section], root: str) -> Iterator[str]:
    """Lines of Markdown: the section called `root`, then those that its keys lead to."""
    return _lines(sections[root], sections, set())


def _lines(section: Section, sections: Mapping[str, Section], seen: set[str]) -> Iterator[str]:
    seen.add(section.name)
    yield from (
        f"## `{section.name}`",
        "",
        section.description,
        "",
        "| key | value | meaning |",
        "|---|---|---|",
    )
    for key in section.keys.values():
        needed = " (needed)" if key.required else ""
        default = f" Default: {key.default}." if key.default else ""
        yield f"| `{key.name}`{needed} | {_value(key)} | {key.description}{default} |"
    if section.names:
        meaning = f"{section.names[0].upper()}{section.names[1:]}."
        yield f"| any name | {_examples(section.name_units)} | {meaning} |"
    yield ""
    for key in section.keys.values():
        below = "unit" if key.kind == "units" else key.section
        if below and below not in seen:
            yield from _lines(sections[below], sections, seen)


def _value(key: Key) -> str:
    if key.kind == "quantity":
        words = ", ".join(f"`{word}`" for word in key.words)
        return ", ".join(part for part in (_examples(key.units), words) if part) or "quantity"
    if key.kind == "choice":
        return ", ".join(f"`{choice}`" for choice in key.choices)
    if key.kind == "display_units":
        return "unit of measure for " + ", ".join(f"`{kind}`" for kind in DISPLAY_KINDS)
    return _IN_WORDS.get(key.kind, key.kind)


def _examples(units: tuple[str, ...]) -> str:
    return ", ".join(f"`{describe(unit).example}`" for unit in units)
