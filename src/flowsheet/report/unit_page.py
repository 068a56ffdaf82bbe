"""The catalogue of unit operations and one unit's page, rendered from the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from flowsheet.document.declaration import Parameter, Port, UnitDeclaration
from flowsheet.document.quantity import split_quantity
from flowsheet.document.unit_of_measure import describe, target_text
from flowsheet.report.text import paragraph
from flowsheet.results.display import in_unit

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
    notes = [" or ".join(port.phases) if len(port.phases) == 1 else ", ".join(port.phases)]
    if port.optional:
        notes.append("optional")
    if port.draws:
        notes.append("takes a feed `as needed`")
    text = f"{port.description}; " if port.description else ""
    yield _entry(port.name, f"{text}{'; '.join(notes)}", width)


def _parameter(parameter: Parameter, width: int) -> Iterator[str]:
    yield _entry(parameter.name, f"{parameter.description}; {_value(parameter)}", width)
    if parameter.source:
        yield paragraph(f"source: {parameter.source}", width, " " * (_INDENT + 2), " " * (_INDENT + 2))


def _value(parameter: Parameter) -> str:
    """Kind of value, default and range."""
    parts = []
    if parameter.kind in ("quantity", "mapping"):
        dimension = describe(parameter.unit or "1")
        parts.append(f"{dimension.name} ({dimension.example})")
        if parameter.kind == "mapping":
            parts[-1] += f" by {parameter.family}"
    elif parameter.kind == "choice":
        parts.append(" | ".join(parameter.choices))
    else:
        parts.append(
            {
                "integer": "whole number",
                "flag": "yes or no",
                "names": f"list of {parameter.family}s",
                "parameter_set": "name of a parameter set, or the path of your own",
            }[parameter.kind]
        )
    if parameter.required:
        parts.append("must be given")
    elif parameter.default not in (None, (), {}):
        parts.append(f"default {_default(parameter)}")
    else:
        parts.append("absent unless given")
    low, high = parameter.range
    if parameter.kind in ("quantity", "integer", "mapping") and (low is not None or high is not None):
        parts.append(_range(low, high, parameter))
    return ", ".join(parts)


def _range(low: float | None, high: float | None, parameter: Parameter) -> str:
    """Bounds in the unit of the default, else in that which users write."""
    canonical = parameter.unit or "1"
    given = parameter.default if isinstance(parameter.default, str) else ""
    unit = split_quantity(given).unit if given and parameter.kind == "quantity" else ""
    if not unit and target_text(canonical) != "1":
        unit = "degC" if canonical == "K" else canonical
    low_text, high_text = (
        "" if bound is None else f"{in_unit(bound, canonical, unit) if unit else bound:.6g}"
        for bound in (low, high)
    )
    suffix = f" {unit}" if unit else ""
    if low is None or high is None:
        return f"at least {low_text}{suffix}" if high is None else f"at most {high_text}{suffix}"
    return f"from {low_text} to {high_text}{suffix}"


def _default(parameter: Parameter) -> str:
    default = parameter.default
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, dict):
        return ", ".join(f"{name} {value}" for name, value in default.items())
    return ", ".join(default) if isinstance(default, tuple) else str(default)


def _entry(name: str, text: str, width: int) -> str:
    return paragraph(text, width, " " * (_INDENT + 2), f"{' ' * (_INDENT - 2)}{name}: ")
