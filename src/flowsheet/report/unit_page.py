"""The catalogue of unit operations and one unit's page, rendered from the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from flowsheet.document.declaration import Parameter, Port, UnitDeclaration
from flowsheet.document.in_words import port_in_words, value_in_words
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


def unit_page(declared: UnitDeclaration, width: int) -> str:
    """Documentation, ports, parameters and results of one unit."""
    lines = [declared.name, "", declared.documentation.rstrip(), ""]
    for title, ports in (("inlets", declared.inlets), ("outlets", declared.outlets)):
        lines += [title, *(line for port in ports.values() for line in _port(port, width)), ""]
    if declared.parameters:
        lines += [
            "parameters",
            *(line for p in declared.parameters.values() for line in _parameter(p, width)),
            "",
        ]
    if declared.results:
        lines.append("results")
        for result in declared.results.values():
            unit = f" [{result.unit}]" if result.unit != "1" else ""
            charge = f"; charged as {result.charge}" if result.charge else ""
            lines.append(_entry(result.name, f"{result.description}{unit}{charge}", width))
    return "\n".join(lines).rstrip() + "\n"


def _port(port: Port, width: int) -> Iterator[str]:
    yield _entry(port.name, port_in_words(port), width)


def _parameter(parameter: Parameter, width: int) -> Iterator[str]:
    yield _entry(parameter.name, f"{parameter.description}; {value_in_words(parameter)}", width)
    if parameter.source:
        yield paragraph(f"source: {parameter.source}", width, " " * (_INDENT + 2), " " * (_INDENT + 2))


def _entry(name: str, text: str, width: int) -> str:
    return paragraph(text, width, " " * (_INDENT + 2), f"{' ' * (_INDENT - 2)}{name}: ")
