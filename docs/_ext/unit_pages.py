"""A page per unit operation and per parameter set, from the declarations and the libraries' files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from pathlib import Path, PurePath

from documentation import documentation
from formulas import prose
from markup import code, doi_link, identifier, link, linked_dois, raw, table
from ruamel.yaml import YAML

from flowsheet.document.declaration import Parameter, Port, Result, UnitDeclaration
from flowsheet.document.in_words import default_in_words, kind_in_words, range_in_words
from flowsheet.model.catalogue import declarations
from flowsheet.model.library_files import package_folders
from flowsheet.report.page.symbols import HEIGHT, WIDTH, symbol

_SPACING = 22
_PORTS = 150
"""Width of the names beside a symbol."""


def unit_pages() -> Mapping[str, str]:
    """Pages by path under the folder of generated pages."""
    known = sorted(declarations(()).values(), key=lambda d: (_family(d), d.name))
    sets = _parameter_sets()
    pages = {"units/index.md": _index(known), "parameters/index.md": _index_of_sets(sets)}
    pages |= {f"units/{declared.name}.md": _page(declared, sets) for declared in known}
    return pages | {f"parameters/{name}.md": _set_page(name, path) for name, path in sets.items()}


def _family(declared: UnitDeclaration) -> str:
    return PurePath(declared.source_file).parent.name


def _index(known: list[UnitDeclaration]) -> str:
    lines = [
        "# Unit operations",
        "",
        "By family. `flowsheet units NAME` shows the same in the terminal.",
        "",
    ]
    for family, members in groupby(known, key=_family):
        listed = list(members)
        lines += [f"## {family.replace('_', ' ').capitalize()}", ""]
        rows = [
            [_drawing(d.symbol), link(f"{d.name}.html", code(d.name)), escape(d.title.rstrip("."))]
            for d in listed
        ]
        lines += [raw(table(("", "unit", "what it is"), rows, "catalogue")), "```{toctree}", ":hidden:"]
        lines += [*(d.name for d in listed), "```", ""]
    return "\n".join(lines)


def _drawing(name: str) -> str:
    return (
        f'<svg class="unit-symbol" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH * 0.75}" '
        f'height="{HEIGHT * 0.75}" aria-hidden="true">{symbol(name)}</svg>'
    )


def _page(declared: UnitDeclaration, sets: Mapping[str, Path]) -> str:
    told = documentation(declared.documentation)
    source = _source_of(declared)
    lines = [f"# {declared.name}", "", raw(f'<p class="summary">{prose(declared.title)}</p>')]
    lines += [raw(_picture(declared)), "## Equations and assumptions", "", raw(told.html)]
    if told.example:
        lines += ["## Example", "", "```yaml", told.example, "```", ""]
    ports = [*declared.inlets.values(), *declared.outlets.values()]
    lines += ["## Ports", "", raw(table(("port", "", "carries", "what it is"), map(_port_row, ports)))]
    if declared.parameters:
        rows = (_parameter_row(p, sets) for p in declared.parameters.values())
        heads = ("parameter", "value", "default", "range", "meaning")
        lines += ["## Parameters", "", raw(table(heads, rows, "parameters"))]
    if declared.results:
        rows = (_result_row(r) for r in declared.results.values())
        lines += ["## Results", "", raw(table(("result", "unit", "what it is"), rows))]
    lines += ["## Source", "", f"The unit is the class in `{source}`."]
    return "\n".join(lines) + "\n"


def _source_of(declared: UnitDeclaration) -> str:
    parts = PurePath(declared.source_file).parts
    return "/".join(parts[len(parts) - 1 - parts[::-1].index("hydromet") :])


def _port_row(port: Port) -> list[str]:
    told = [prose(port.description)]
    if port.optional:
        told.append("Optional.")
    if port.draws:
        told.append("May take a feed whose flow is <code>as needed</code>.")
    if port.supplies:
        told.append("Units may draw from it under <code>supplies</code>.")
    text = " ".join(f"{part.rstrip('.')}." for part in told if part)
    return [code(port.name), port.direction, " ".join(map(_phase, port.phases)), text[:1].upper() + text[1:]]


def _phase(name: str) -> str:
    return f'<span class="phase {name}">{name}</span>'


def _parameter_row(parameter: Parameter, sets: Mapping[str, Path]) -> list[str]:
    default = escape(default_in_words(parameter))
    if parameter.kind == "parameter_set" and default in sets:
        default = link(f"../parameters/{default}.html", default)
    told = prose(parameter.description)
    if parameter.kind == "parameter_set" and parameter.family:
        fitting = [name for name, path in sets.items() if parameter.family in _serves(path)]
        names = ", ".join(link(f"../parameters/{name}.html", name) for name in sorted(fitting))
        told += f"<br><small>sets: {names}</small>" if names else ""
    if parameter.source:
        told += f"<br><small>source: {linked_dois(parameter.source)}</small>"
    name = f'<span id="{identifier("parameter", parameter.name)}">{code(parameter.name)}</span>'
    empty = "needed" if parameter.required else ""
    return [name, escape(kind_in_words(parameter)), default or empty, escape(range_in_words(parameter)), told]


def _result_row(result: Result) -> list[str]:
    told = prose(result.description)
    if result.profile:
        told += f" by {escape(result.profile.replace('.', ' and '))}"
    if result.charge:
        told += f"<br><small>costs by: {escape(result.charge.replace('_', ' '))}</small>"
    return [code(result.name), "" if result.unit == "1" else escape(result.unit), told]


def _picture(declared: UnitDeclaration) -> str:
    """The unit's symbol between its ports."""
    inlets, outlets = list(declared.inlets.values()), list(declared.outlets.values())
    count = max(len(inlets), len(outlets), 2)
    height = max(count * _SPACING + 8, HEIGHT * 1.5 + 8)
    left, middle = _PORTS + 40, height / 2
    right = left + WIDTH * 1.5
    parts = [*_side(inlets, 0.0, left, middle, True), *_side(outlets, right, left, middle, False)]
    drawing = symbol(declared.symbol)
    box = f'<g transform="translate({left} {middle - HEIGHT * 0.75}) scale(1.5)">{drawing}</g>'
    return (
        f'<svg class="unit-picture" viewBox="0 0 {right + left} {height}" width="{right + left}" role="img" '
        f'aria-label="ports of {escape(declared.name)}">{"".join(parts)}{box}</svg>'
    )


def _side(ports: list[Port], start: float, left: float, middle: float, inlet: bool) -> Iterator[str]:
    top = middle - (len(ports) - 1) * _SPACING / 2
    for number, port in enumerate(ports):
        y = top + number * _SPACING
        near = left if inlet else start
        far = near - 34 if inlet else near + 34
        # Lines end on the equipment's outline, whose height is less than that of all names.
        target = middle + max(-20.0, min(20.0, (y - middle) * 0.5))
        dash = ' stroke-dasharray="4 3"' if port.optional else ""
        phase = port.phases[0]
        ends = (far, y, near + 4, target) if inlet else (near - 4, target, far, y)
        yield (
            f'<path class="port {phase}" d="M{ends[0]} {ends[1]}L{ends[2]} {ends[3]}"{dash}/>'
            f'<text x="{far - 6 if inlet else far + 6}" y="{y + 4}" '
            f'text-anchor="{"end" if inlet else "start"}">{escape(port.name)}</text>'
        )


def _parameter_sets() -> dict[str, Path]:
    found = {}
    for folder in package_folders():
        for path in sorted(folder.rglob("parameters/*.yaml")):
            named = re.search(r"^parameter_set: *(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
            if named:
                found[named[1]] = path
    return dict(sorted(found.items()))


def _serves(path: Path) -> list[str]:
    stated = re.search(r"^for: *(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [part.strip() for part in stated[1].strip("[] ").split(",")] if stated else []


def _index_of_sets(sets: Mapping[str, Path]) -> str:
    rows = []
    for name, path in sets.items():
        tree = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        serves = ", ".join(_served(family) for family in _serves(path))
        rows.append([link(f"{name}.html", code(name)), escape(str(tree.get("title", ""))), serves])
    listed = "\n".join(sets)
    return (
        "# Parameter sets\n\nNumbers that units take from measurements, each with its source. Your own set "
        "is a file of the same layout, named by its path.\n\n"
        + raw(table(("set", "what it holds", "for"), rows))
        + f"\n```{{toctree}}\n:hidden:\n{listed}\n```\n"
    )


def _served(family: str) -> str:
    unit, _, setting = family.partition(".")
    known = declarations(())
    if unit in known and setting in known[unit].parameters:
        return link(f"../units/{unit}.html#{identifier('parameter', setting)}", code(family))
    return code(family)


def _set_page(name: str, path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    tree = YAML(typ="safe").load(text)
    lines = [f"# {name}", "", f"{tree.get('title', '')}.", ""]
    if serves := _serves(path):
        lines += [raw(f"<p>For {', '.join(map(_served, serves))}.</p>")]
    if sources := tree.get("sources"):
        lines += ["## Sources", "", raw(table(("name", "source"), source_rows(sources)))]
    lines += ["## The set", "", "````yaml", text.rstrip(), "````"]
    return "\n".join(lines) + "\n"


def source_rows(sources: Mapping[str, Mapping[str, object]]) -> Iterator[list[str]]:
    """Rows of a table of sources: name, then citation, identifier and remark."""
    for name, entry in sources.items():
        told = linked_dois(str(entry.get("citation", "")))
        if doi := entry.get("doi"):
            told += f" {doi_link(str(doi))}"
        told += "".join(
            f"<br><small>{escape(key)}: {linked_dois(str(value))}</small>"
            for key, value in entry.items()
            if key not in ("citation", "doi")
        )
        yield [f'<span id="{identifier("source", name)}">{code(name)}</span>', told]
