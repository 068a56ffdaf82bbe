"""What a setting may be, in words: its kind, default and range, for a terminal, a page or an editor."""

from __future__ import annotations

from flowsheet.document.declaration import Parameter, Port
from flowsheet.document.quantity import split_quantity, to_display
from flowsheet.document.unit_of_measure import describe, target_text

_KINDS = {
    "integer": "whole number",
    "flag": "yes or no",
    "parameter_set": "name of a parameter set, or the path of your own",
}
Bounds = tuple[float | None, float | None]


def kind_in_words(parameter: Parameter) -> str:
    """What kind of value a parameter takes.

    >>> kind_in_words(Parameter("residence_time", "quantity", "mean residence time", unit="h"))
    'a time (2 h)'
    """
    if parameter.kind in ("quantity", "mapping"):
        dimension = describe(parameter.unit or "1")
        by = f" by {parameter.family}" if parameter.kind == "mapping" else ""
        return f"{dimension.name} ({dimension.example}){by}"
    if parameter.kind == "choice":
        return " | ".join(parameter.choices)
    return f"list of {parameter.family}s" if parameter.kind == "names" else _KINDS[parameter.kind]


def default_in_words(parameter: Parameter) -> str:
    """The default as a user would write it; nothing where there is none."""
    default = parameter.default
    if default in (None, (), {}):
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, dict):
        return ", ".join(f"{name} {value}" for name, value in default.items())
    return ", ".join(default) if isinstance(default, tuple) else str(default)


def range_in_words(parameter: Parameter) -> str:
    """The bounds of a number, in the unit of its default; nothing where there are none.

    >>> range_in_words(Parameter("T", "quantity", "", unit="K", default="70 degC", range=(293.15, None)))
    'at least 20 degC'
    """
    if parameter.kind not in ("quantity", "integer", "mapping"):
        return ""
    given = parameter.default if isinstance(parameter.default, str) else ""
    return bounds_in_words(parameter.range, parameter.unit or "1", given)


def bounds_in_words(bounds: Bounds, canonical: str, example: str = "") -> str:
    """Bounds in the unit of an example, else in that which users write; nothing where there are none."""
    unit = split_quantity(example).unit if example else ""
    if not unit and target_text(canonical) not in ("1", "delta_K"):
        unit = "degC" if canonical == "K" else canonical
    low, high = (
        "" if bound is None else f"{to_display(bound, canonical, unit) if unit else bound:.6g}"
        for bound in bounds
    )
    suffix = f" {unit}" if unit else ""
    if low and high:
        return f"from {low} to {high}{suffix}"
    return f"at least {low}{suffix}" if low else f"at most {high}{suffix}" if high else ""


def value_in_words(parameter: Parameter) -> str:
    """Kind of value, default and range of a parameter."""
    default = default_in_words(parameter)
    stated = f"default {default}" if default else "absent unless given"
    parts = (
        kind_in_words(parameter),
        "must be given" if parameter.required else stated,
        range_in_words(parameter),
    )
    return ", ".join(part for part in parts if part)


def port_in_words(port: Port) -> str:
    """What an inlet takes or an outlet gives."""
    notes = [", ".join(port.phases)]
    if port.optional:
        notes.append("optional")
    if port.draws:
        notes.append("takes a feed `as needed`")
    text = f"{port.description}; " if port.description else ""
    return f"{text}{'; '.join(notes)}"
