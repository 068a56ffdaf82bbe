"""Schema of a unit's entry: which operation, and what that operation allows beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flowsheet.document.declaration import Parameter, Port, UnitDeclaration
from flowsheet.document.in_words import (
    default_in_words,
    kind_in_words,
    port_in_words,
    range_in_words,
    value_in_words,
)
from flowsheet.document.schema_values import (
    Known,
    Schema,
    bounded,
    by_name,
    described,
    flag,
    name_of,
    quantity,
    streams,
    texts,
)

_OUR_OWN = r"/|\.ya?ml$"
"""What tells the path of a user's own parameter set from the name of one that ships."""


def unit_schema(
    catalogue: Mapping[str, UnitDeclaration],
    own: Schema,
    known: Known,
    left_out: Callable[[Schema], Schema],
    complete: bool,
) -> Schema:
    """A unit entry.

    `own`: the schemas of the keys that every unit has.  `left_out` makes a value one that may be left out.
    `complete`: whether all inlets that a unit needs must be there.
    """
    if not catalogue:
        return {"type": "object", "properties": own}
    titles = [declaration.title for declaration in catalogue.values()]
    kinds = {
        "enum": list(catalogue),
        "description": own["unit"]["description"],
        "enumDescriptions": titles,
        "markdownEnumDescriptions": titles,
    }
    writer = _Writer(own, known, left_out, complete)
    return {
        "type": "object",
        "properties": {**own, "unit": kinds},
        "allOf": [
            {
                "if": {"properties": {"unit": {"const": name}}, "required": ["unit"]},
                "then": writer.unit(declaration),
            }
            for name, declaration in catalogue.items()
        ],
    }


class _Writer:
    def __init__(
        self, own: Schema, known: Known, left_out: Callable[[Schema], Schema], complete: bool
    ) -> None:
        self.own, self.known, self.left_out, self.complete = own, known, left_out, complete

    def unit(self, declaration: UnitDeclaration) -> Schema:
        inlets = {port.name: self.inlet(port) for port in declaration.inlets.values()}
        needed = [port.name for port in declaration.inlets.values() if not port.optional]
        connections: Schema = {
            "type": "object",
            "description": self.own["inlets"]["description"],
            "additionalProperties": False,
            "properties": inlets,
        }
        schema: Schema = {
            "properties": {
                # described where every unit is; named here, since no other key is allowed
                **{name: {} for name in self.own},
                "unit": {"const": declaration.name, **(_page(declaration) if self.complete else {})},
                "inlets": connections,
                **{name: self.parameter(parameter) for name, parameter in declaration.parameters.items()},
            },
            "additionalProperties": False,
        }
        if needed and self.complete:
            connections["required"] = needed
            schema["required"] = ["inlets"]
        return schema

    def inlet(self, port: Port) -> Schema:
        return described(self.left_out(streams()), description=port_in_words(port))

    def parameter(self, parameter: Parameter) -> Schema:
        words = f"{parameter.description}; {value_in_words(parameter)}"
        schema = described(self.left_out(self.kind(parameter)), description=words)
        if self.complete:
            schema["markdownDescription"] = _markdown(parameter)
        if parameter.default is not None:
            default = parameter.default
            schema["default"] = list(default) if isinstance(default, tuple) else default
        return schema

    def kind(self, parameter: Parameter) -> Schema:
        match parameter.kind:
            case "quantity":
                return quantity((parameter.unit or "1",))
            case "integer":
                return bounded({"type": "integer"}, parameter.range)
            case "choice":
                return {"enum": list(parameter.choices)}
            case "flag":
                return flag()
            case "names":
                return texts(name_of(parameter.family or "", self.known))
            case "mapping":
                return by_name(quantity((parameter.unit or "1",)))
            case "parameter_set":
                return self.parameter_set(parameter)

    def parameter_set(self, parameter: Parameter) -> Schema:
        fitting = self.known.parameter_sets.get(parameter.family or "", ())
        if not fitting:
            return {"type": "string"}
        named = {"enum": [*fitting, *parameter.choices]}
        return {"anyOf": [named, {"type": "string", "pattern": _OUR_OWN}]}


def _page(declaration: UnitDeclaration) -> Schema:
    """What an editor shows of the operation itself: its page without the example."""
    text = declaration.documentation.partition("\nExample:")[0].strip()
    return {"description": declaration.title, "markdownDescription": f"```text\n{text}\n```"}


def _markdown(parameter: Parameter) -> str:
    """A parameter's description as an editor shows it on hovering."""
    facts = {
        "value": kind_in_words(parameter),
        "default": default_in_words(parameter) or ("must be given" if parameter.required else "absent"),
        "range": range_in_words(parameter),
        "source": parameter.source or "",
    }
    listed = "\n".join(f"- {name}: {text}" for name, text in facts.items() if text)
    return f"{parameter.description}\n\n{listed}"
