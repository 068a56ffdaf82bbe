"""JSON schema (draft 2020-12) of the flowsheet file, from the same declarations as the parser.

For editors (yaml-language-server): keys, descriptions, choices, and per unit operation its inlets and
parameters.  What crosses references (streams, compositions that add up) only `flowsheet check` can judge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flowsheet.document.declaration import Parameter, UnitDeclaration
from flowsheet.document.dimensions import Dimension
from flowsheet.document.keys import DISPLAY_KINDS, SECTIONS
from flowsheet.document.parts import IMPORTS, TEMPLATE
from flowsheet.document.section import Key, Section
from flowsheet.document.unit_of_measure import describe

_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_WITH_UNIT = rf"^\s*{_NUMBER}\s*[^\s\d].*$"
_MAYBE_UNIT = rf"^\s*{_NUMBER}\s*([^\s\d].*)?$"
_IDENTIFIER = "^[A-Za-z_][A-Za-z0-9_]*$"

Schema = dict[str, Any]


def json_schema(catalogue: Mapping[str, UnitDeclaration], systems: Collection[str] = ()) -> Schema:
    """The schema of a flowsheet file that may use the given unit operations and chemistry systems.

    >>> json_schema({})["anyOf"][0]["required"]
    ['flowsheet', 'chemistry', 'feeds', 'units']
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Flowsheet",
        **_section(SECTIONS["flowsheet"], systems),
        "$defs": {
            "stream": {
                "type": "string",
                "description": "A feed, or unit.port.",
                "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$",
            },
            "unit": _unit(catalogue),
            **{
                name: _section(section, systems)
                for name, section in SECTIONS.items()
                if name in _referenced(SECTIONS["flowsheet"])
            },
        },
    }


def sections_schema(sections: Mapping[str, Section], root: str, title: str) -> Schema:
    """The schema of a file that has the keys of the section `root`, and below them those of the others."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **_section(sections[root], ()),
        "$defs": {name: _section(s, ()) for name, s in sections.items() if name != root},
    }


def _referenced(section: Section) -> set[str]:
    """The sections that a section's keys lead to."""
    direct = {key.section for key in section.keys.values() if key.section}
    return direct.union(*(_referenced(SECTIONS[name]) for name in direct)) if direct else direct


def _section(section: Section, systems: Collection[str]) -> Schema:
    schema: Schema = {
        "type": "object",
        "description": section.description,
        "properties": {key.name: _key(key, systems) for key in section.keys.values()},
        "additionalProperties": _quantity(section.name_units, section.names) if section.names else False,
    }
    required = [key.name for key in section.keys.values() if key.required]
    return {**schema, **_required(required, section.keys)} if required else schema


def _required(names: list[str], keys: Collection[str]) -> Schema:
    """What must be given, unless an import or a template may give it."""
    elsewhere = next((key for key in (IMPORTS, TEMPLATE) if key in keys), None)
    if elsewhere is None:
        return {"required": names}
    return {"anyOf": [{"required": names}, {"required": [elsewhere]}]}


def _key(key: Key, systems: Collection[str]) -> Schema:
    schema = _kind(key, systems)
    schema["description"] = key.description
    if key.default is not None:
        schema["default"] = {"yes": True, "no": False}.get(key.default, key.default)
    return schema


def _kind(key: Key, systems: Collection[str]) -> Schema:
    """The schema of one kind of value."""
    section = {"$ref": f"#/$defs/{key.section}"}
    match key.kind:
        case "text" | "path" | "expression" | "constraint" | "variable":
            return {"type": ["string", "number", "integer"] if key.kind != "path" else "string"}
        case "texts" | "paths" | "constraints":
            return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        case "integer":
            return _bounded({"type": "integer"}, key.range)
        case "flag":
            return _flag()
        case "choice":
            return {"enum": list(key.choices)}
        case "quantity":
            quantity = _quantity(key.units, "")
            return {"anyOf": [quantity, {"enum": list(key.words)}]} if key.words else quantity
        case "price":
            return {"anyOf": [_quantity(key.units, ""), section]}
        case "prices":
            return _by_name({"anyOf": [_quantity(key.units, ""), section]})
        case "composition":
            fraction = _quantity(key.units, "")
            return _by_name({"anyOf": [{"const": "balance"}, fraction]}, "")
        case "limits":
            return _by_name(_quantity(key.units, ""), "")
        case "purity":
            return {"type": "string", "pattern": r"^\s*(>=|≥)"}
        case "stream":
            return {"$ref": "#/$defs/stream"}
        case "range":
            return {"type": "array", "items": _quantity((), ""), "minItems": 2, "maxItems": 2}
        case "ranges":
            bounds = {"type": "array", "items": _quantity((), ""), "minItems": 2, "maxItems": 2}
            return _by_name(bounds, "")
        case "choices":
            return _by_name({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}, "")
        case "display_units":
            return {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    name: {"type": "string", "examples": [unit]} for name, unit in DISPLAY_KINDS.items()
                },
            }
        case "chemistry":
            named: Schema = {"enum": sorted(systems)} if systems else {"type": "string"}
            return {"anyOf": [named, {"type": "string", "pattern": r"\.ya?ml$"}, section]}
        case "changes":
            return _by_name({"type": "object"}, "")
        case "inlets":
            return _by_name(_stream_or_list())
        case "section":
            return section
        case "sections":
            return _by_name(section)
        case "section_list":
            return {"type": "array", "items": section}
        case "units":
            return _by_name({"$ref": "#/$defs/unit"})
        case "value":
            return _text_or(section)
        case "values_by_name":
            return _by_name({"anyOf": [{"type": "null"}, _text_or(section)]}, "")
        case "tree":
            return {}


def _by_name(values: Schema, pattern: str = _IDENTIFIER) -> Schema:
    schema: Schema = {"type": "object", "additionalProperties": values}
    return {**schema, "propertyNames": {"pattern": pattern}} if pattern else schema


def _text_or(section: Schema) -> Schema:
    return {"anyOf": [{"type": ["string", "number", "integer"]}, section]}


def _flag() -> Schema:
    return {"enum": [True, False, "yes", "no", "on", "off"]}


def _stream_or_list() -> Schema:
    stream = {"$ref": "#/$defs/stream"}
    return {"anyOf": [stream, {"type": "array", "items": stream, "minItems": 1}]}


def _quantity(units: tuple[str, ...], description: str) -> Schema:
    """A text `number unit`; a bare number too where a plain number may be meant."""
    dimensions: list[Dimension] = [describe(unit) for unit in units]
    bare = not units or any(unit in ("1", "pH") or unit.endswith("fraction") for unit in units)
    schema: Schema = {
        "type": ["string", "number"] if bare else "string",
        "pattern": _MAYBE_UNIT if bare else _WITH_UNIT,
    }
    if dimensions:
        schema["examples"] = [dimension.example for dimension in dimensions]
    return {**schema, "description": description} if description else schema


def _bounded(schema: Schema, bounds: tuple[float | None, float | None]) -> Schema:
    lower, upper = bounds
    if lower is not None:
        schema["minimum"] = lower
    if upper is not None:
        schema["maximum"] = upper
    return schema


def _unit(catalogue: Mapping[str, UnitDeclaration]) -> Schema:
    """A unit entry: its operation, and what that operation allows beside it."""
    own = {name: _key(key, ()) for name, key in SECTIONS["unit"].keys.items()}
    if catalogue:
        own["unit"] = {
            "enum": list(catalogue),
            "description": SECTIONS["unit"].keys["unit"].description,
            "markdownEnumDescriptions": [declaration.title for declaration in catalogue.values()],
        }
    return {
        "type": "object",
        "description": SECTIONS["unit"].description,
        **_required(["unit"], own),
        "properties": {"unit": own["unit"], TEMPLATE: own[TEMPLATE]},
        "allOf": [
            {
                "if": {"properties": {"unit": {"const": name}}, "required": ["unit"]},
                "then": _unit_of(declaration, own),
            }
            for name, declaration in catalogue.items()
        ],
    }


def _unit_of(declaration: UnitDeclaration, own: Schema) -> Schema:
    inlets = {
        port.name: {
            **_stream_or_list(),
            "description": f"{port.description} ({', '.join(port.phases)})".strip(),
        }
        for port in declaration.inlets.values()
    }
    needed = [port.name for port in declaration.inlets.values() if not port.optional]
    schema: Schema = {
        "properties": {
            **own,
            "inlets": {"type": "object", "additionalProperties": False, "properties": inlets},
            **{name: _parameter(parameter) for name, parameter in declaration.parameters.items()},
        },
        "additionalProperties": False,
    }
    connected = {"required": ["inlets"], "properties": {"inlets": {"required": needed}}}
    return {**schema, "anyOf": [connected, {"required": [TEMPLATE]}]} if needed else schema


def _parameter(parameter: Parameter) -> Schema:
    schema = _parameter_kind(parameter)
    schema["description"] = parameter.description
    if parameter.default is not None:
        default = parameter.default
        schema["default"] = list(default) if isinstance(default, tuple) else default
    return schema


def _parameter_kind(parameter: Parameter) -> Schema:
    match parameter.kind:
        case "quantity":
            return _quantity((parameter.unit or "1",), "")
        case "integer":
            return _bounded({"type": "integer"}, parameter.range)
        case "choice":
            return {"enum": list(parameter.choices)}
        case "flag":
            return _flag()
        case "names":
            return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        case "mapping":
            return _by_name(_quantity((parameter.unit or "1",), ""), "")
        case "parameter_set":
            return {"type": "string"}
