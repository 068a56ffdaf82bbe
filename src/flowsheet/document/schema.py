"""JSON schema of the flowsheet file, from the same declarations as the parser.

For editors (completion, hover, validation): keys, descriptions, choices, and per unit operation its inlets
and parameters with their units of measure, defaults and ranges.  It is draft 7, which all of them read.
What refers to other places of the file (streams, compositions that add up), and what a unit of measure
measures, only `flowsheet check` can judge; which findings an editor shows too is said with each code
(codes.py).

A file that imports parts, a part and an entry that takes from a template hold less than a whole plant does:
theirs are the definitions whose names begin with `part.`, where nothing is required and `~` leaves a key out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsheet.document.declaration import UnitDeclaration
from flowsheet.document.keys import SECTIONS
from flowsheet.document.parts import IMPORTS, TEMPLATE
from flowsheet.document.schema_units import unit_schema
from flowsheet.document.schema_values import (
    Known,
    Schema,
    by_name,
    described,
    names,
    quantities,
    quantity,
    streams,
    value_schema,
)
from flowsheet.document.section import Key, Section

_DRAFT = "http://json-schema.org/draft-07/schema#"
_NONE = {"not": {"type": ["string", "number", "boolean", "array", "object"]}}
"""No value (`~`).  Said like this, no editor offers it."""


def json_schema(catalogue: Mapping[str, UnitDeclaration], known: Known | None = None) -> Schema:
    """The schema of a flowsheet file that may use the given unit operations and names.

    >>> json_schema({})["definitions"]["flowsheet"]["required"]
    ['flowsheet', 'chemistry', 'feeds', 'units']
    """
    return {
        "$schema": _DRAFT,
        "title": "Flowsheet",
        "description": SECTIONS["flowsheet"].description,
        "if": {"required": [IMPORTS]},
        "then": {"$ref": "#/definitions/part"},
        "else": {"$ref": "#/definitions/flowsheet"},
        "definitions": _definitions(catalogue, known or Known()),
    }


def part_schema(catalogue: Mapping[str, UnitDeclaration], known: Known | None = None) -> Schema:
    """The schema of a file that other flowsheets import: some of a plant's keys, none of them required."""
    definitions = _definitions(catalogue, known or Known())
    used = {name: schema for name, schema in definitions.items() if name not in SECTIONS}
    return {
        "$schema": _DRAFT,
        "title": "Part of a flowsheet",
        "$ref": "#/definitions/part",
        "definitions": used,
    }


def sections_schema(sections: Mapping[str, Section], root: str, title: str) -> Schema:
    """The schema of a file that has the keys of the section `root`, and below them those of the others."""
    writer = _Writer(Known(), part=False)
    return {
        "$schema": _DRAFT,
        "title": title,
        **writer.section(sections[root]),
        "definitions": {
            **quantities(_units(sections)),
            **{name: writer.section(s) for name, s in sections.items() if name != root},
        },
    }


def _definitions(catalogue: Mapping[str, UnitDeclaration], known: Known) -> Schema:
    stream = {
        "type": "string",
        "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$",
        "patternErrorMessage": "a stream is named by a feed or `unit.port`",
    }
    parameters = (p for declaration in catalogue.values() for p in declaration.parameters.values())
    units = {(p.unit or "1",) for p in parameters if p.kind in ("quantity", "mapping")}
    units |= {(unit,) for priced in known.prices.values() for unit in priced.values()}
    definitions: Schema = {"stream": stream, **quantities(units | _units(SECTIONS)), **names(known)}
    for writer in (_Writer(known, part=False), _Writer(known, part=True)):
        definitions[writer.root] = writer.section(SECTIONS["flowsheet"])
        definitions[writer.name("unit")] = writer.entry(SECTIONS["unit"], writer.unit(catalogue))
        for name in sorted(_referenced(SECTIONS["flowsheet"])):
            definitions[writer.name(name)] = writer.entry(SECTIONS[name], writer.section(SECTIONS[name]))
    return definitions


def _units(sections: Mapping[str, Section]) -> set[tuple[str, ...]]:
    """The units of measure that keys are written in."""
    keyed = {key.units for section in sections.values() for key in section.keys.values()}
    return keyed | {section.name_units for section in sections.values()}


def _referenced(section: Section) -> set[str]:
    """The sections that a section's keys lead to."""
    direct = {key.section for key in section.keys.values() if key.section}
    return direct.union(*(_referenced(SECTIONS[name]) for name in direct)) if direct else direct


@dataclass(frozen=True)
class _Writer:
    """Writes the definitions of whole files, or those of parts."""

    known: Known
    part: bool

    @property
    def root(self) -> str:
        return "part" if self.part else "flowsheet"

    def name(self, section: str) -> str:
        return f"part.{section}" if self.part else section

    def reference(self, section: str) -> Schema:
        return {"$ref": f"#/definitions/{self.name(section)}"}

    def entry(self, section: Section, schema: Schema) -> Schema:
        """An entry that may take from a template: then it is a part."""
        if self.part or TEMPLATE not in section.keys:
            return schema
        other = {"$ref": f"#/definitions/part.{section.name}"}
        description = schema.pop("description")
        return {"description": description, "if": {"required": [TEMPLATE]}, "then": other, "else": schema}

    def section(self, section: Section) -> Schema:
        schema: Schema = {
            "type": "object",
            "description": section.description,
            "properties": {key.name: self.key(key) for key in section.keys.values()},
            "additionalProperties": False,
        }
        if section.names:
            number = self.left_out(quantity(section.name_units))
            schema["additionalProperties"] = described(number, description=section.names)
        return {**schema, **self.required(section)}

    def required(self, section: Section) -> Schema:
        """What a whole section must have."""
        if self.part:
            return {}
        schema: Schema = {}
        if needed := [key.name for key in section.keys.values() if key.required]:
            schema["required"] = needed
        if section.one_of:
            schema["anyOf"] = [{"required": [name]} for name in section.one_of]
        return schema

    def key(self, key: Key) -> Schema:
        values = self.left_out(value_schema(key, self.known, self.reference))
        if key.kind == "inlets":
            values = by_name(self.left_out(streams()))
        schema = described(values, description=key.description)
        if key.default is not None:
            schema["default"] = {"yes": True, "no": False}.get(key.default, key.default)
        return schema

    def left_out(self, schema: Schema) -> Schema:
        """A value that a part may leave out with `~`."""
        return {"anyOf": [schema, _NONE]} if self.part and schema else schema

    def unit(self, catalogue: Mapping[str, UnitDeclaration]) -> Schema:
        section = SECTIONS["unit"]
        own = {name: self.key(key) for name, key in section.keys.items()}
        schema = unit_schema(catalogue, own, self.known, self.left_out, complete=not self.part)
        return {"description": section.description, **schema, **self.required(section)}
