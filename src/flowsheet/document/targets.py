"""Products, specifications and the optimisation: what the plant is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import cast

from flowsheet.document.choices import read_choices
from flowsheet.document.diagnostics import Diagnostic, suggest
from flowsheet.document.document import (
    Asked,
    Feed,
    Optimisation,
    Product,
    ProductRole,
    Quantity,
    Range,
    Specification,
    Supply,
    UnitEntry,
)
from flowsheet.document.keys import SECTIONS
from flowsheet.document.measures import Measures
from flowsheet.document.plant import stream_reference
from flowsheet.document.reader import Reader, head
from flowsheet.document.references import Plant, unanswered
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, kind_of
from flowsheet.document.syntax_tree import Comparison, Expression, is_constant
from flowsheet.document.variables import VariableReader
from flowsheet.document.vocabulary import ChemistryNames, Vocabulary

_PURITY = re.compile(r"\s*(>=|≥)\s*(.+)")


@dataclass
class TargetReader:
    """Reads what refers to feeds and units, once those are known."""

    reader: Reader
    names: ChemistryNames
    vocabulary: Vocabulary
    feeds: Map[str, Feed]
    supplies: Map[str, Supply]
    units: Map[str, UnitEntry]
    declared: frozenset[str]
    product_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.variables = VariableReader(self.reader, self.feeds, self.supplies, self.units, self.declared)

    def products(self, node: Node | None) -> dict[str, Product]:
        """All products; one whose stream isn't named is left out."""
        mapping = self.reader.mapping(node, "`products`")
        self.product_names = tuple(mapping.entries) if mapping else ()
        products = (self.product(entry) for entry in mapping or () if self.reader.name(entry, "a product"))
        return {product.name: product for product in products if product is not None}

    def product(self, entry: Entry) -> Product | None:
        keys = SECTIONS["product"].keys
        what = f"product `{entry.key}`"
        entries = self.reader.section(entry.value, SECTIONS["product"], what)
        stream = stream_reference(entries["stream"].value, self.reader) if "stream" in entries else None
        formula = entries.get("as")
        if formula is not None:
            scalar = self.reader.scalar(formula.value, f"`as` of {what}")
            known = [*self.names.solids, *self.names.groups]
            if scalar and known and scalar.text not in known and not self._is_sold(scalar.text):
                self.reader.found.error(
                    "E404",
                    f"`{scalar.text}` isn't a compound or group that the chemistry knows",
                    scalar.span,
                    suggest(scalar.text, known, "known"),
                )
        limits = self._limits(entries.get("limits"), what)
        purity = self._purity(entries.get("purity"), what)
        price = self.reader.price(entries.get("price"), keys["price"].units, f"`price` of {what}")
        role = self.reader.key_choice(entries.get("role"), keys["role"], what)
        if stream is None:
            return None
        return Product(
            entry.key,
            stream,
            cast(ProductRole, role),
            self.reader.text(formula) or None,
            purity,
            limits,
            price,
            self.reader.text(entries.get("standard")),
            entry.span,
        )

    def _is_sold(self, formula: str) -> bool:
        """Whether components make it up; one of them alone, an ion, is no product."""
        return formula not in self.names.components and self.names.is_compound(formula)

    def _purity(self, entry: Entry | None, what: str) -> Quantity | None:
        scalar = self.reader.scalar(entry.value, f"`purity` of {what}") if entry else None
        if scalar is None:
            return None
        match = _PURITY.fullmatch(scalar.text)
        if match is None:
            self.reader.found.error(
                "E201",
                f"`purity` of {what} is `{scalar.text}`",
                scalar.span,
                'write the least purity in quotes: ">= 99.5 %"',
            )
            return None
        bare = Scalar(match.group(2), scalar.span, scalar.quoted)
        return self.reader.quantity(bare, f"`purity` of {what}", ("mass fraction",), (0.0, 1.0))

    def _limits(self, entry: Entry | None, what: str) -> dict[str, Quantity]:
        mapping = self.reader.mapping(entry.value, f"`limits` of {what}") if entry else None
        limits: dict[str, Quantity] = {}
        # an element may come in several components, written with their valence: Fe(II), Fe(III)
        known = sorted({*self.names.components, *(c.partition("(")[0] for c in self.names.components)})
        for item in mapping or ():
            if known and item.key not in known:
                self.reader.found.error(
                    "E404",
                    f"`{item.key}` isn't an element or component of the chemistry",
                    item.span,
                    suggest(item.key, known, "known"),
                )
            quantity = self.reader.quantity(
                item.value, f"limit of `{item.key}`", ("mass fraction",), (0.0, 1.0)
            )
            if quantity is not None:
                limits[item.key] = quantity
        return limits

    def asked(self, nodes: Map[str, Node]) -> tuple[Asked, ...]:
        """Expressions that are to be reported, by name; one with a fault is left out."""
        read: list[Asked] = []
        for name, node in nodes.items():
            expression = self.reader.expression(node, f"`{name}`")
            if expression is not None:
                expression, unit = self.measured(expression)
                read.append(Asked(name, expression, "1" if unit == "" else unit))
        return tuple(read)

    def specifications(self, node: Node | None) -> tuple[Specification, ...]:
        """`specs:`, a list of {vary, until}."""
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            self.reader.found.error(
                "E103",
                f"`specs` must be a list, got {kind_of(node)}",
                head(node.span),
                "write `- {vary: neutraliser.base_flow, until: neutraliser.liquor.pH = 4.0}`",
            )
            return ()
        read = (self.specification(item) for item in node.items)
        return tuple(spec for spec in read if spec is not None)

    def specification(self, node: Node) -> Specification | None:
        entries = self.reader.section(node, SECTIONS["specification"], "a specification")
        if not {"vary", "until"} <= entries.keys():
            return None
        scalar = self.reader.scalar(entries["vary"].value, "`vary`")
        variable = self.variables.read(scalar.text, scalar.span) if scalar else None
        if variable is not None:
            self.variables.free(variable)
        until = self.reader.comparison(entries["until"].value, "`until`")
        if until is not None:
            until = self.compared(until)
            if until.operator != "=":
                self.reader.found.error(
                    "E503",
                    f"a specification holds exactly, with =, not {until.operator}",
                    until.span,
                    "an inequality belongs to `optimise: {subject_to: ...}`",
                )
        return Specification(variable, until, node.span) if variable and until else None

    def optimisation(self, node: Node | None) -> Optimisation | None:
        """`optimise:`; None when there is none or a part of it is wrong."""
        if node is None:
            return None
        entries = self.reader.section(node, SECTIONS["optimise"], "`optimise`")
        senses = [sense for sense in SECTIONS["optimise"].one_of if sense in entries]
        if len(senses) != 1 and isinstance(node, Mapping):
            self.reader.found.error(
                "E102" if not senses else "E403",
                "`optimise` needs either `maximise` or `minimise`",
                entries[senses[1]].span if senses else head(node.span),
                "for example `maximise: profit`",
            )
        objective = self.reader.expression(entries[senses[0]].value, f"`{senses[0]}`") if senses else None
        unit = None
        if objective is not None:
            objective, unit = self.measured(objective)
        vary = self._ranges(entries.get("vary"))
        choose = read_choices(entries.get("choose"), self.reader, self.units, self.declared)
        constraints = [self._constraint(scalar) for scalar in self.reader.texts(entries.get("subject_to"))]
        starts = entries.get("starts")
        limits = SECTIONS["optimise"].keys["starts"].range
        number = self.reader.integer(starts.value, "`starts`", limits) if starts else None
        if objective is None or len(senses) != 1:
            return None
        return Optimisation(
            "maximise" if senses[0] == "maximise" else "minimise",
            objective,
            self.reader.text(entries[senses[0]]),
            unit,
            vary,
            choose,
            tuple(c for c in constraints if c is not None),
            number,
            node.span,
        )

    def _constraint(self, scalar: Scalar) -> Comparison | None:
        comparison = self.reader.comparison(scalar, "`subject_to`")
        if comparison is None:
            return None
        arranged = self.compared(comparison).arranged()
        if is_constant(arranged.right) and arranged.bound is None:
            self.reader.found.error("E501", "this has no value", arranged.right.span)
            return None
        return arranged

    def _ranges(self, entry: Entry | None) -> tuple[Range, ...]:
        mapping = self.reader.mapping(entry.value, "`vary`") if entry else None
        ranges: list[Range] = []
        for item in mapping or ():
            variable = self.variables.read(item.key, item.span)
            if not isinstance(item.value, Sequence) or len(item.value.items) != 2:
                self.reader.found.error(
                    "E103",
                    f"`{item.key}` needs [lower, upper], got {kind_of(item.value)}",
                    head(item.value.span),
                    "for example `[0.5 h, 6 h]`",
                )
                continue
            if variable is None:
                continue
            self.variables.free(variable)
            bounds = [
                self.reader.quantity(
                    node, f"bound of `{item.key}`", (variable.unit,), self.variables.limits_of(variable)
                )
                for node in item.value.items
            ]
            lower, upper = bounds
            if lower is None or upper is None:
                continue
            if lower.value >= upper.value:
                self.reader.found.error(
                    "E505",
                    f"the lower bound of `{item.key}` isn't below the upper one",
                    item.value.span,
                    "write [lower, upper]",
                )
            ranges.append(Range(variable, lower, upper))
        return tuple(ranges)

    def measures(self) -> Measures:
        """What names measure in this plant."""
        plant = Plant(self.units, self.feeds, self.product_names, self.declared, self.names, self.vocabulary)
        return Measures(plant)

    def check(self, node: Expression) -> str | None:
        """Report names that nothing in the plant answers to, or what can't be added; return the unit."""
        return self.measured(node)[1]

    def measured(self, node: Expression) -> tuple[Expression, str | None]:
        """The expression with the terms of its sums in one unit, and its unit; reports as `check` does."""
        measures = self.measures()
        if self._answered(node, measures):
            measures.of(node)
            node, unit = (node, None) if measures.found else measures.scaled(node)
            self._report(measures.found)
            return node, unit
        return node, None

    def compared(self, node: Comparison) -> Comparison:
        """The comparison with both sides in one unit; reports as `check` does, and what can't be compared."""
        measures = self.measures()
        if self._answered(node, measures):
            node = measures.compared(node)
            self._report(measures.found)
        return node

    def _answered(self, node: Expression | Comparison, measures: Measures) -> bool:
        found = list(unanswered(node, measures.plant))
        self._report(found)
        return not found

    def _report(self, found: Iterable[Diagnostic]) -> None:
        for finding in found:
            self.reader.found.error(finding.code, finding.message, finding.span, finding.help)
