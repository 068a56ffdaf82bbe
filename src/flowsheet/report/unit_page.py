"""The catalogue of unit operations and one unit's page, rendered from the declarations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePath

from flowsheet.document.declaration import Parameter, Port, UnitDeclaration
from flowsheet.document.in_words import port_in_words, value_in_words
from flowsheet.report.port_picture import port_picture
from flowsheet.report.text import paragraph

_INDENT = 4


def catalogue_page(declarations: Iterable[UnitDeclaration], width: int) -> str:
    """All units with a line each, grouped by family (the folder that a unit's file is in)."""
    families: dict[str, list[UnitDeclaration]] = {}
    for declared in declarations:
        families.setdefault(PurePath(declared.source_file).parent.name or "other", []).append(declared)
    lines = []
    for family in sorted(families):
        lines.append(family.replace("_", " "))
        column = max(len(d.name) for d in families[family]) + 4
        lines += [
            paragraph(d.title, width, " " * column, f"  {d.name}".ljust(column)) for d in families[family]
        ]
        lines.append("")
    lines.append("flowsheet units NAME shows one of them.")
    return "\n".join(lines) + "\n"


def unit_page(
    declared: UnitDeclaration,
    width: int,
    sets: Mapping[str, Collection[str]] | None = None,
    plain: bool = False,
) -> str:
    """One unit: its ports in a picture, equations and sources, ports, parameters, results, an example.

    Args:
        declared: what the unit says of itself.
        width: columns to write for.
        sets: names of the parameter sets that ship, by the family of parameters that they are for.
        plain: draw with ASCII characters alone.
    """
    documentation, example = _parts(declared.documentation)
    title, _, rest = documentation.partition("\n")
    lines = [paragraph(title, width, " " * 2, f"{declared.name}: "), ""]
    lines += [port_picture(declared, width, plain), ""]
    if rest.strip():
        lines += [folded(rest.strip("\n"), width), ""]
    for heading, ports in (("inlets", declared.inlets), ("outlets", declared.outlets)):
        lines += [heading, *(line for port in ports.values() for line in _port(port, width)), ""]
    if declared.parameters:
        own = sets or {}
        lines += [
            "parameters",
            *(line for p in declared.parameters.values() for line in _parameter(p, width, own)),
            "",
        ]
    if declared.results:
        lines.append("results")
        for result in declared.results.values():
            unit = f" [{result.unit}]" if result.unit != "1" else ""
            charge = f"; charged as {result.charge}" if result.charge else ""
            lines.append(_entry(result.name, f"{result.description}{unit}{charge}", width))
        lines.append("")
    if example:
        lines += ["example", *(_piece(line, width) for line in example.splitlines())]
    return "\n".join(lines).rstrip() + "\n"


def _parts(documentation: str) -> tuple[str, str]:
    """The text of a unit, and its example as a piece of a flowsheet."""
    text, _, example = documentation.rstrip().partition("\nExample:\n")
    return text.strip(), example


def folded(text: str, width: int) -> str:
    """Paragraphs filled to a width; in a table of equations each line by itself, below where it began.

    >>> print(folded("balance    in = out     every component\\n\\nIn and out are flows of a component.", 30))
    balance    in = out
               every component
    <BLANKLINE>
    In and out are flows of a
    component.
    """
    blocks = []
    for block in text.split("\n\n"):
        if max(map(len, block.splitlines()), default=0) <= width:
            blocks.append(block)
        elif _COLUMNS.match(block):
            blocks.append("\n".join(_row(line, width) for line in block.splitlines()))
        else:
            blocks += [paragraph(" ".join(part.split()), width) for part in _HEADED.split(block)]
    return "\n\n".join(blocks)


_COLUMNS = re.compile(r"(\S+(?:,? \S+){0,4}?)(?<![.:;,]) {2,}(?=\S)")
"""The name that an equation begins with, then room."""
_HEADED = re.compile(r"\n(?=(?:Range|Sources?|Left out|Assumed|Assumptions)\b[^.]{0,20}:)")
"""Where a paragraph turns to what an equation rests on."""


def _row(line: str, width: int) -> str:
    """An equation with its name; what is said of it stands below where the line is too long for both."""
    if len(line) <= width:
        return line
    name = _COLUMNS.match(line)
    column = " " * (min(name.end(), width // 2) if name else len(line) - len(line.lstrip()))
    first, *remarks = re.split(r" {3,}", line[len(column) :].strip())
    rows = [paragraph(first, width, column, line[: len(column)])]
    return "\n".join([*rows, *(paragraph(remark, width, column) for remark in remarks)])


def _piece(line: str, width: int) -> str:
    """A line of an example; what is too long goes on in the next, as YAML allows within brackets."""
    indent = " " * (len(line) - len(line.lstrip()))
    return paragraph(line.strip(), width, f"{indent}    ", indent)


def _port(port: Port, width: int) -> Iterator[str]:
    yield _entry(port.name, port_in_words(port), width)


def _parameter(parameter: Parameter, width: int, sets: Mapping[str, Collection[str]]) -> Iterator[str]:
    yield _entry(parameter.name, f"{parameter.description}; {value_in_words(parameter)}", width)
    if fitting := sets.get(parameter.family or ""):
        listed = ", ".join([*fitting, *parameter.choices])
        yield paragraph(f"sets: {listed}", width, " " * (_INDENT + 2))
    if parameter.source:
        yield paragraph(f"source: {parameter.source}", width, " " * (_INDENT + 2), " " * (_INDENT + 2))


def _entry(name: str, text: str, width: int) -> str:
    return paragraph(text, width, " " * (_INDENT + 2), f"{' ' * (_INDENT - 2)}{name}: ")
