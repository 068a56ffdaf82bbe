"""Schemas of single values: what a declared kind of value looks like to an editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flowsheet.document.keys import DISPLAY_KINDS
from flowsheet.document.quantity import NUMBER_ALONE, NUMBER_AND_UNIT, may_stand_alone
from flowsheet.document.section import Key
from flowsheet.document.unit_of_measure import describe

IDENTIFIER = "^[A-Za-z_][A-Za-z0-9_]*$"
FILE = r"\.ya?ml$"
TEXT = ("string", "number", "integer", "boolean")
Schema = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """Names that a file may use.

    `systems`: of chemistry.  `parameter_sets`: by family of parameters.  `names`: by family (component,
    solid, ...), offered, not demanded.  `prices`: units of the prices that a key may hold, by key (`charges`)
    and name.
    """

    systems: Collection[str] = ()
    parameter_sets: Mapping[str, Collection[str]] = field(default_factory=dict)
    names: Mapping[str, Collection[str]] = field(default_factory=dict)
    prices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Reference = Callable[[str], Schema]
"""The reference to a section's schema, by the section's name."""


def value_schema(key: Key, known: Known, reference: Reference) -> Schema:
    """The schema of a key's value."""
    section = reference(key.section) if key.section else {}
    match key.kind:
        case "text" | "expression" | "constraint" | "variable":
            return {"type": list(TEXT)}
        case "path":
            return {"type": "string"}
        case "texts" | "paths" | "constraints":
            return texts({"type": list(TEXT)})
        case "integer":
            return bounded({"type": "integer"}, key.range)
        case "flag":
            return flag()
        case "choice":
            return {"enum": list(key.choices)}
        case "quantity":
            number = quantity(key.units)
            return {"anyOf": [{"enum": list(key.words)}, number]} if key.words else number
        case "price":
            return {"anyOf": [quantity(key.units), section]}
        case "prices":
            return _prices(key, known, section)
        case "composition":
            return by_name({"anyOf": [{"const": "balance"}, quantity(key.units)]})
        case "limits":
            return by_name(quantity(key.units))
        case "purity":
            return {"type": "string", "pattern": r"^\s*(>=|≥)\s*[+-]?[\d.]", "examples": [">= 99.5 %"]}
        case "stream":
            return {"$ref": "#/definitions/stream"}
        case "range":
            return _pair(quantity(()))
        case "ranges":
            return by_name(_pair(quantity(())))
        case "choices":
            return by_name(_pair({"type": "integer"}))
        case "display_units":
            shown = {name: {"type": "string", "examples": [unit]} for name, unit in DISPLAY_KINDS.items()}
            return {"type": "object", "additionalProperties": False, "properties": shown}
        case "chemistry":
            named: Schema = {"enum": sorted(known.systems)} if known.systems else {"type": "string"}
            return {"anyOf": [named, {"type": "string", "pattern": FILE}, section]}
        case "changes":
            return by_name({"type": "object"})
        case "section":
            return section
        case "sections":
            return by_name(section, IDENTIFIER)
        case "section_list":
            return {"type": "array", "items": section}
        case "units":
            return by_name(reference("unit"), IDENTIFIER)
        case "value":
            return _text_or(section)
        case "values_by_name":
            return by_name({"anyOf": [{"type": "null"}, _text_or(section)]})
        case "tree" | "inlets":
            return {}


def quantity(units: tuple[str, ...]) -> Schema:
    """A number with a unit, in any of several units; of any dimension without `units`."""
    return {"$ref": f"#/definitions/{_quantity_name(units)}"}


def quantities(all_units: Iterable[tuple[str, ...]]) -> Schema:
    """The definitions that `quantity` refers to."""
    return {_quantity_name(units): _quantity(units) for units in sorted({(), *all_units})}


def _quantity_name(units: tuple[str, ...]) -> str:
    return "quantity" + "".join(f".{re.sub(r'[^A-Za-z0-9]+', '_', unit)}" for unit in units)


def _quantity(units: tuple[str, ...]) -> Schema:
    """A text `number unit`; a bare number too where one may be meant."""
    bare = not units or (len(units) == 1 and may_stand_alone(units[0]))
    schema: Schema = {
        "type": ["string", "number"] if bare else "string",
        "pattern": f"{NUMBER_AND_UNIT}|{NUMBER_ALONE}" if bare else NUMBER_AND_UNIT,
    }
    if units:
        schema["examples"] = [describe(unit).example for unit in units]
        said = f"write a number with its unit of measure, e.g. {schema['examples'][0]}"
        schema |= {"patternErrorMessage": said, "errorMessage": said}
    return schema


def name_of(family: str, known: Known) -> Schema:
    """A name of a family (component, solid, ...); those that the systems know are offered."""
    return {"$ref": f"#/definitions/name.{family}"} if family in known.names else {"type": list(TEXT)}


def names(known: Known) -> Schema:
    """The definitions that `name_of` refers to."""
    return {
        f"name.{family}": {"type": list(TEXT), "examples": list(members)}
        for family, members in known.names.items()
    }


def described(schema: Schema, **about: Any) -> Schema:
    """A schema with what is said of it; what stands beside a reference counts for nothing in draft 7."""
    return {"allOf": [schema], **about} if "$ref" in schema else {**schema, **about}


def by_name(values: Schema, pattern: str = "") -> Schema:
    """A mapping whose names are the user's; `pattern` where other things refer to them."""
    schema: Schema = {"type": "object", "additionalProperties": values}
    return {**schema, "propertyNames": {"pattern": pattern}} if pattern else schema


def flag() -> Schema:
    """Yes or no."""
    return {"enum": ["yes", "no", True, False, "on", "off"]}


def texts(item: Schema) -> Schema:
    """One of something, or a list."""
    return {"anyOf": [item, {"type": "array", "items": item}]}


def streams() -> Schema:
    """What enters an inlet."""
    stream = {"$ref": "#/definitions/stream"}
    return {"anyOf": [stream, {"type": "array", "items": stream, "minItems": 1}]}


def bounded(schema: Schema, bounds: tuple[float | None, float | None]) -> Schema:
    """A number's schema with its bounds."""
    lower, upper = bounds
    limits = {"minimum": lower, "maximum": upper}
    return {**schema, **{name: bound for name, bound in limits.items() if bound is not None}}


def _pair(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 2, "maxItems": 2}


def _prices(key: Key, known: Known, section: Schema) -> Schema:
    stated = known.prices.get(key.name)
    if stated is None:
        return by_name({"anyOf": [quantity(key.units), section]})
    members = {name: {"anyOf": [quantity((unit,)), section]} for name, unit in stated.items()}
    return {"type": "object", "additionalProperties": False, "properties": members}


def _text_or(section: Schema) -> Schema:
    return {"anyOf": [{"type": list(TEXT)}, section]}
