"""The `units:` of a flowsheet: which unit operation, what enters it, its settings."""

from __future__ import annotations

from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from flowsheet.document.declaration import Parameter, UnitDeclaration
from flowsheet.document.diagnostics import Span, nearest, suggest
from flowsheet.document.document import Quantity, Setting, StreamReference, UnitEntry
from flowsheet.document.keys import SECTIONS
from flowsheet.document.quantity import parse_quantity
from flowsheet.document.reader import Reader
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, kind_of
from flowsheet.document.unit_of_measure import describe
from flowsheet.document.vocabulary import ChemistryNames, Vocabulary


class PlantReader:
    """Reads unit entries against the catalogue.

    `varied` names the parameters that a specification frees: those need no value.
    """

    def __init__(
        self,
        reader: Reader,
        catalogue: Map[str, UnitDeclaration],
        names: ChemistryNames,
        vocabulary: Vocabulary,
        folder: Path,
        varied: frozenset[str],
    ) -> None:
        self.reader = reader
        self.found = reader.found
        self.catalogue = catalogue
        self.names = names
        self.vocabulary = vocabulary
        self.folder = folder
        self.varied = varied

    def units(self, node: Node) -> dict[str, UnitEntry]:
        """All units whose operation is known; faults are reported."""
        mapping = self.reader.mapping(node, "`units`")
        units = (self.unit(entry) for entry in mapping or () if self.reader.name(entry, "a unit"))
        return {unit.name: unit for unit in units if unit is not None}

    def unit(self, entry: Entry) -> UnitEntry | None:
        """One unit; None when its operation isn't known."""
        section = SECTIONS["unit"]
        mapping = self.reader.mapping(entry.value, f"unit `{entry.key}`")
        if mapping is None:
            return None
        kind = mapping.entries.get("unit")
        if kind is None:
            if mapping.span not in self.found.incomplete:
                self.found.error(
                    "E102",
                    f"unit `{entry.key}` needs the key `unit`",
                    entry.span,
                    suggest(entry.key, self.catalogue, "unit operations"),
                )
            return None
        scalar = self.reader.scalar(kind.value, "`unit`")
        if scalar is None:
            return None
        if scalar.text not in self.catalogue:
            self.found.error(
                "E301",
                f"unknown unit operation `{scalar.text}`",
                scalar.span,
                suggest(scalar.text, self.catalogue, "unit operations"),
            )
        # What else is wrong with the unit is told by the operation that was probably meant.
        meant = scalar.text if scalar.text in self.catalogue else nearest(scalar.text, self.catalogue)
        if meant is None:
            return None
        declaration = self.catalogue[meant]
        for other in mapping:
            if other.key not in section.keys and other.key not in declaration.parameters:
                known = [*declaration.parameters, *section.keys]
                self.found.error(
                    "E104",
                    f"unknown parameter `{other.key}` of {declaration.name}",
                    other.span,
                    f"{suggest(other.key, known, 'parameters')}  (flowsheet units {declaration.name})",
                )
        if mapping.span in self.found.incomplete:
            return None
        settings = {
            name: self.setting(entry, parameter, mapping.entries.get(name))
            for name, parameter in declaration.parameters.items()
        }
        inlets = self.inlets(entry.key, declaration, mapping.entries.get("inlets"), entry.span)
        return UnitEntry(
            entry.key,
            declaration,
            inlets,
            settings,
            self.reader.text(mapping.entries.get("note")),
            entry.span,
        )

    def inlets(
        self, unit: str, declaration: UnitDeclaration, entry: Entry | None, span: Span
    ) -> dict[str, tuple[StreamReference, ...]]:
        """The streams at each inlet; whether they exist is looked at when the whole plant is known."""
        mapping = self.reader.mapping(entry.value, f"`inlets` of `{unit}`") if entry else None
        connected: dict[str, tuple[StreamReference, ...]] = {}
        for item in mapping or ():
            if item.key not in declaration.inlets:
                outlet = " (it is an outlet)" if item.key in declaration.outlets else ""
                self.found.error(
                    "E303",
                    f"{declaration.name} has no inlet `{item.key}`{outlet}",
                    item.span,
                    suggest(item.key, declaration.inlets, "inlets"),
                )
            nodes = item.value.items if isinstance(item.value, Sequence) else (item.value,)
            if not nodes:
                self.found.error("E103", f"`{item.key}` of `{unit}` is an empty list", item.span)
            references = (stream_reference(node, self.reader) for node in nodes)
            connected[item.key] = tuple(r for r in references if r is not None)
        for port in declaration.inlets.values():
            if not port.optional and port.name not in connected and (mapping or not entry):
                self.found.error(
                    "E305",
                    f"the inlet `{port.name}` of `{unit}` ({declaration.name}) is open",
                    entry.span if entry else span,
                    f"connect it: `inlets: {{{port.name}: ...}}`"
                    + (f" ({port.description})" if port.description else ""),
                )
        return {port: refs for port, refs in connected.items() if port in declaration.inlets}

    def setting(self, unit: Entry, parameter: Parameter, entry: Entry | None) -> Setting:
        """A parameter's value, or its default."""
        what = f"`{parameter.name}` of `{unit.key}`"
        if entry is not None and isinstance(entry.value, Scalar) and entry.value.is_null:
            self.found.error("E103", f"{what} has no value", entry.span)
            return Setting(None, True, entry.span)
        if entry is not None:
            return Setting(self.value(entry.value, parameter, what), True, entry.value.span)
        if (
            parameter.default is None
            and parameter.required
            and f"{unit.key}.{parameter.name}" not in self.varied
        ):
            example = describe(parameter.unit).example if parameter.unit else "..."
            help = f"add `{parameter.name}: {example}` ({parameter.description})"
            self.found.error("E105", f"{what} is missing", unit.span, help)
        return Setting(default_value(parameter, unit.span), False, unit.span)

    def value(self, node: Node, parameter: Parameter, what: str) -> Any:
        """A value of the parameter's kind."""
        match parameter.kind:
            case "quantity":
                return self.reader.quantity(node, what, (parameter.unit or "1",), parameter.range)
            case "integer":
                return self.reader.integer(node, what, parameter.range)
            case "choice":
                return self.reader.choice(node, what, parameter.choices)
            case "flag":
                return self.reader.flag(node, what)
            case "names":
                return self.names_of_family(node, parameter, what)
            case "mapping":
                return self.numbers_by_name(node, parameter, what)
            case "parameter_set":
                return self.parameter_set(node, parameter, what)

    def names_of_family(self, node: Node, parameter: Parameter, what: str) -> tuple[str, ...]:
        """A list of components, solids, ..."""
        nodes = node.items if isinstance(node, Sequence) else (node,)
        scalars = [s for s in (self.reader.scalar(item, what) for item in nodes) if s is not None]
        for scalar in scalars:
            self._check_family(scalar.text, scalar.span, parameter)
        return tuple(dict.fromkeys(scalar.text for scalar in scalars))

    def numbers_by_name(self, node: Node, parameter: Parameter, what: str) -> dict[str, Quantity]:
        """Numbers by component, solid, ...; names that aren't given keep their defaults."""
        written = node.text if isinstance(node, Scalar) else "..."
        example = f"by {parameter.family}: `{parameter.name}: {{{parameter.family}: {written}}}`"
        mapping = self.reader.mapping(node, what, example)
        values: dict[str, Quantity] = dict(default_value(parameter, node.span) or {})
        for item in mapping or ():
            self._check_family(item.key, item.span, parameter)
            quantity = self.reader.quantity(
                item.value, f"`{item.key}` in {what}", (parameter.unit or "1",), parameter.range
            )
            if quantity is not None:
                values[item.key] = quantity
        return values

    def _check_family(self, name: str, span: Span, parameter: Parameter) -> None:
        known = self.names.of_family(parameter.family or "")
        if known and name not in known:
            self.found.error(
                "E404",
                f"`{name}` isn't a known {parameter.family}",
                span,
                suggest(name, known, f"known {parameter.family}"),
            )

    def parameter_set(self, node: Node, parameter: Parameter, what: str) -> str | Path | None:
        """The name of a shipped set, or the path of the user's own file."""
        scalar = self.reader.scalar(node, what)
        if scalar is None:
            return None
        if "/" in scalar.text or scalar.text.endswith((".yaml", ".yml")):
            path = self.found.file(scalar.text, scalar.span, self.folder)
            if not path.is_file():
                self.found.error(
                    "E701", f"there is no parameter file `{scalar.text}`", scalar.span, f"looked for {path}"
                )
            return path
        known = self.vocabulary.parameter_sets.get(parameter.family or "")
        known = [*known, *parameter.choices] if known else ()
        if known and scalar.text not in known:
            self.found.error(
                "E701",
                f"unknown parameter set `{scalar.text}` for {what}",
                scalar.span,
                suggest(scalar.text, known, "parameter sets"),
            )
        return scalar.text


def default_value(parameter: Parameter, span: Span) -> Any:
    """The declared default as a value; None when there is none."""
    default = parameter.default
    if default is None:
        return None
    if parameter.kind == "quantity":
        return _quantity(str(default), parameter, span)
    if parameter.kind == "mapping":
        return {name: _quantity(str(text), parameter, span) for name, text in default.items()}
    return tuple(default) if parameter.kind == "names" else default


def _quantity(text: str, parameter: Parameter, span: Span) -> Quantity:
    unit = parameter.unit or "1"
    return Quantity(parse_quantity(text, unit), unit, text, span)


def stream_reference(node: Node, reader: Reader) -> StreamReference | None:
    """A stream's name taken apart: `feed` or `unit.port`."""
    if isinstance(node, Mapping | Sequence):
        reader.found.error(
            "E103", f"a stream is named by a feed or `unit.port`, got {kind_of(node)}", node.span
        )
        return None
    owner, dot, port = node.text.partition(".")
    if not owner or (dot and not port):
        reader.found.error(
            "E302",
            f"`{node.text}` doesn't name a stream",
            node.span,
            "a stream is named by a feed or `unit.port`",
        )
        return None
    return StreamReference(node.text, owner, port if dot else None, node.span)
