"""What may be varied: `owner.setting` or `owner.setting.key` of units, feeds and supplies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flowsheet.document.declaration import Phase
from flowsheet.document.diagnostics import Span, suggest
from flowsheet.document.document import Feed, Supply, UnitEntry, VariableReference
from flowsheet.document.keys import AS_NEEDED, SECTIONS
from flowsheet.document.reader import Reader


@dataclass
class VariableReader:
    """Reads references to what is varied, and reports what can't be, or is already."""

    reader: Reader
    feeds: Mapping[str, Feed]
    supplies: Mapping[str, Supply]
    units: Mapping[str, UnitEntry]
    declared: frozenset[str]
    freed: dict[tuple[str, str, str | None, Phase | None], VariableReference] = field(default_factory=dict)

    def read(self, name: str, span: Span) -> VariableReference | None:
        """What `owner.setting` or `owner.setting.key` refers to; reports what can't be varied."""
        owner, _, rest = name.partition(".")
        if owner in self.units:
            return self._unit_variable(name, self.units[owner], rest, span)
        if owner in self.feeds:
            return self._feed_variable(name, self.feeds[owner], rest, span)
        if owner in self.supplies:
            return self._supply_variable(name, self.supplies[owner], rest, span)
        if owner not in self.declared:
            known = [*self.units, *self.feeds, *self.supplies]
            self.reader.found.error(
                "E504",
                f"`{owner}` is neither a unit nor a feed",
                span.part(0, len(owner)),
                suggest(owner, known, "units and feeds"),
            )
        return None

    def _supply_variable(self, name: str, supply: Supply, rest: str, span: Span) -> VariableReference | None:
        if rest == "flow" and supply.flow is not None:
            return VariableReference(name, "supply", supply.name, "flow", None, None, supply.flow.unit, span)
        place = span.part(len(supply.name) + 1, len(rest)) if rest else span
        self.reader.found.error(
            "E504",
            f"the flow of `{supply.name}` is {AS_NEEDED}: the units determine it"
            if rest == "flow"
            else f"supply `{supply.name}` has no `{rest}` to vary",
            place,
            suggest(rest, ["flow"] if supply.flow is not None else [], "may be varied"),
        )
        return None

    def _unit_variable(self, name: str, unit: UnitEntry, rest: str, span: Span) -> VariableReference | None:
        parameters = unit.declaration.parameters
        varied = [p.name for p in parameters.values() if p.kind in ("quantity", "mapping")]
        setting, _, key = rest.partition(".")
        place = span.part(len(unit.name) + 1, len(rest)) if rest else span
        parameter = parameters.get(setting)
        if parameter is None:
            self.reader.found.error(
                "E504",
                f"{unit.declaration.name} has no parameter `{setting}` to vary",
                place,
                suggest(setting, varied, "may be varied"),
            )
            return None
        if parameter.kind == "mapping" and key:
            value = unit.parameters[setting].value or {}
            if key not in value:
                self.reader.found.error(
                    "E504",
                    f"`{setting}` of `{unit.name}` has no `{key}`",
                    place,
                    suggest(key, value, "given"),
                )
                return None
            return VariableReference(name, "unit", unit.name, setting, key, None, parameter.unit or "1", span)
        if parameter.kind != "quantity" or key:
            why = (
                "is structure, which can't vary continuously"
                if parameter.kind != "quantity"
                else "has no parts"
            )
            self.reader.found.error("E504", f"`{setting}` {why}", place, suggest("", varied, "may be varied"))
            return None
        return VariableReference(name, "unit", unit.name, setting, None, None, parameter.unit or "1", span)

    def _feed_variable(self, name: str, feed: Feed, rest: str, span: Span) -> VariableReference | None:
        options: dict[str, VariableReference] = {}

        def offer(
            path: str, setting: str, unit: str, key: str | None = None, phase: str | None = None
        ) -> None:
            options[path] = VariableReference(name, "feed", feed.name, setting, key, phase, unit, span)  # type: ignore[arg-type]

        offer("temperature", "temperature", "K")
        offer("pressure", "pressure", "bar")
        if feed.price is not None:
            offer("price", "price", feed.price.quantity.unit)
        for phase, part in feed.phases.items():
            if part.flow is not None:
                offer(f"{phase}.flow", "flow", part.flow.unit, None, phase)
                if len(feed.phases) == 1:
                    offer("flow", "flow", part.flow.unit, None, phase)
            for solute, quantity in part.composition.items():
                infix = "composition." if phase in ("solid", "gas") else ""
                for path in (f"{phase}.{infix}{solute}", solute, f"{infix}{solute}"):
                    options.setdefault(
                        path,
                        VariableReference(
                            name, "feed", feed.name, "composition", solute, phase, quantity.unit, span
                        ),
                    )
        if rest not in options:
            place = span.part(len(feed.name) + 1, len(rest)) if rest else span
            self.reader.found.error(
                "E504",
                f"the flow of `{feed.name}` is {AS_NEEDED}: the units determine it"
                if feed.as_needed and rest.endswith("flow")
                else f"feed `{feed.name}` has no `{rest}` to vary",
                place,
                suggest(rest, options, "may be varied"),
            )
            return None
        return options[rest]

    def free(self, variable: VariableReference) -> None:
        """Note that something is varied; report it when it already is."""
        first = self.freed.setdefault(variable.identity, variable)
        if first is not variable:
            self.reader.found.error(
                "E506",
                f"`{variable.name}` is already varied in line {first.span.line}",
                variable.span,
                "vary something else, or remove one of them",
            )

    def limits_of(self, variable: VariableReference) -> tuple[float | None, float | None]:
        """The range that a variable's declaration allows."""
        if variable.kind == "unit":
            return self.units[variable.owner].declaration.parameters[variable.setting].range
        return (
            SECTIONS["feed"].keys[variable.setting].range
            if variable.setting in ("temperature", "pressure")
            else (None, None)
            if variable.setting == "price"
            else (0.0, None)
        )
