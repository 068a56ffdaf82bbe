"""Reactions as a parameter set states them, balanced in elements and charge.

parameter_set: my_leach
for: leach_tanks.reactions
title: ...
sources: {my_report: {citation: ...}}
values:
  k_acid: {value: 0.17 mm/h, source: my_report, range: {T: 20 degC to 30 degC}}
  particles: {Nd2Fe14B: {size: {value: 0.1 mm, source: my_report}, shape: {text: sphere, source: my_report}}}
reactions:
  - reaction: Nd2Fe14B + 34 H+ + 3 H2O = 2 Nd+3 + 14 Fe+2 + H3BO3 + 18.5 H2(g)
    form: surface
    rate: k_acid * c[H+] / (1 mol/L)
    source: my_report

A reaction names solids as the chemistry does, gases with `(g)`, aqueous species by their formulas; `(s)` and
`(aq)` tell a solid and a species of one name apart, without them the species is meant.  Species that are no
master count as what they are formed from.  `name` is what results call it, else its first solid or reactant.

A reaction of a solid that the chemistry does not have can't run and is left out; that is reported.  Any other
name that the chemistry does not have is a fault of the set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flowsheet.chemistry.formula import Formula
from flowsheet.chemistry.reaction import parse_reaction
from flowsheet.chemistry.system import ChemistrySystem
from flowsheet.document.diagnostics import Collector, Diagnostic, DiagnosticError, Span, suggest
from flowsheet.document.parameter_file import ParameterSet
from flowsheet.document.reader import Reader
from flowsheet.document.section import Key, Section
from flowsheet.document.source import Mapping as Tree
from flowsheet.document.source import Sequence
from flowsheet.document.syntax_tree import Expression

Substance = tuple[str, str]
"""Phase and name; names of the phase `aqueous` are components, of `species` what they form."""

_BALANCED = 1e-6
"""Largest surplus of an element or of charge, over what the reaction turns over of it."""
_SUFFIX = re.compile(r"(.+)\((g|s|aq)\)")
_PHASES = {"aqueous": "species", "solid": "solid", "gas": "gas"}


@dataclass(frozen=True)
class StatedReaction:
    """One reaction; `stoichiometry` counts what it makes (consumed: negative): solids, gases, components.

    `reactants`, `products`: its two sides in their order, complexes as `species`.
    """

    name: str
    text: str
    form: str
    rate: Expression | None
    stoichiometry: Mapping[Substance, float]
    reactants: Mapping[Substance, float]
    products: Mapping[Substance, float]
    source: str
    span: Span

    def of(self, phase: str, name: str) -> float:
        return self.stoichiometry.get((phase, name), 0.0)

    @cached_property
    def solids(self) -> tuple[str, ...]:
        """Solids that it consumes, in the order written."""
        return tuple(n for phase, n in self.reactants if phase == "solid" and self.of("solid", n) < 0)

    @cached_property
    def key(self) -> Substance:
        """What a rate of first order counts: the first reactant."""
        return next(iter(self.reactants))


@dataclass(frozen=True)
class ReactionSet:
    """All reactions of a parameter set that a chemistry knows; `left_out` says which it does not, and why."""

    parameters: ParameterSet
    reactions: tuple[StatedReaction, ...]
    left_out: tuple[str, ...]


def read_reactions(parameters: ParameterSet, system: ChemistrySystem, forms: Iterable[str]) -> ReactionSet:
    """The reactions of a set in terms of a chemistry; `forms` are the kinds of rate that the asking unit has.

    Raises:
        DiagnosticError: an entry is incomplete, of an unknown form or not balanced, at its place.
    """
    found = Collector()
    made = _SetReader(parameters, system, tuple(forms), found).read()
    found.raise_errors()
    return made


def fault(message: str, span: Span, help: str = "") -> DiagnosticError:
    """What is wrong with an entry of a set."""
    return DiagnosticError([Diagnostic("E703", message, span, help)])


class _UnknownName(ValueError):
    """The chemistry has no such solid, gas or species."""

    def __init__(self, term: str, message: str, help: str = "") -> None:
        super().__init__(message)
        self.term, self.help = term, help


class _SetReader:
    """Reads one set; faults are collected."""

    def __init__(
        self, parameters: ParameterSet, system: ChemistrySystem, forms: tuple[str, ...], found: Collector
    ) -> None:
        self.parameters, self.system, self.forms = parameters, system, forms
        self.reader, self.found = Reader(found), found
        keys = (
            Key("reaction", "text", "The reaction, with spaces around `+` and `=`.", required=True),
            Key("name", "text", "What results call it."),
            Key("form", "choice", "How its rate counts.", required=True, choices=forms),
            Key("rate", "expression", "The rate law."),
            Key("source", "text", "One of `sources`.", required=True),
            Key("conditions", "text", "What it was measured with."),
            Key("note", "text", "A remark."),
        )
        self.section = Section("reaction", "A reaction with its rate.", {key.name: key for key in keys})

    def read(self) -> ReactionSet:
        node = self.parameters.reactions
        if not isinstance(node, Sequence):
            self.found.error(
                "E703",
                f"parameter set `{self.parameters.name}` has no list of `reactions`",
                Span(str(self.parameters.path), 1, 1) if node is None else node.span,
                "write `reactions:` and one `- reaction: A + B = C` with `form` and `rate` for each",
            )
            return ReactionSet(self.parameters, (), ())
        reactions: dict[str, StatedReaction] = {}
        left_out: list[str] = []
        for item in node.items:
            if not isinstance(item, Tree):
                self.found.error("E103", "a reaction has the keys `reaction`, `form` and `rate`", item.span)
                continue
            reaction = self._entry(item, reactions, left_out)
            if reaction is not None:
                reactions[reaction.name] = reaction
        return ReactionSet(self.parameters, tuple(reactions.values()), tuple(left_out))

    def _entry(
        self, item: Tree, taken: Mapping[str, StatedReaction], left_out: list[str]
    ) -> StatedReaction | None:
        entries = self.reader.section(item, self.section, "a reaction")
        if not {"reaction", "form", "source"} <= set(entries):
            return None
        text, span = self.reader.text(entries["reaction"]), entries["reaction"].value.span
        form = self.reader.choice(entries["form"].value, "`form` of a reaction", self.forms)
        source = self.reader.text(entries["source"])
        if source not in self.parameters.sources:
            help = suggest(source, self.parameters.sources, "sources")
            self.found.error("E702", f"unknown source `{source}`", entries["source"].value.span, help)
        rate = self.reader.expression(entries["rate"].value, "`rate`") if "rate" in entries else None
        try:
            left, right = parse_reaction(text)
            reactants, products = self._substances(left), self._substances(right)
            net = self._net(left, right)
            self._check_balance(left, right, text)
        except _UnknownName as unknown:
            if unknown.term in _terms_of(text):
                left_out.append(f"`{text}` is left out: {unknown}")
            else:
                self.found.error("E703", f"`{text}`: {unknown}", span, unknown.help)
            return None
        except ValueError as error:
            self.found.error("E703", str(error), span)
            return None
        name = self.reader.text(entries.get("name")) or _default_name(reactants, taken)
        if name in taken:
            self.found.error("E703", f"two reactions are called `{name}`", span, "give one of them a `name`")
            return None
        if form is None:
            return None
        return StatedReaction(name, text, form, rate, net, reactants, products, source, span)

    def _substances(self, side: Mapping[str, float]) -> dict[Substance, float]:
        found: dict[Substance, float] = {}
        for term, number in side.items():
            phase, name = self._place(term)
            substance = (_PHASES[phase], name)
            if name in self.system.component_of_master and phase == "aqueous":
                substance = ("aqueous", self.system.component_of_master[name])
            found[substance] = found.get(substance, 0.0) + number
        return found

    def _net(self, left: Mapping[str, float], right: Mapping[str, float]) -> dict[Substance, float]:
        net: dict[Substance, float] = {}
        for sign, side in ((-1.0, left), (1.0, right)):
            for (phase, name), number in self._substances(side).items():
                parts = {(phase, name): 1.0}
                if phase == "species":
                    parts = {("aqueous", c): n for c, n in self.system.species[name].composition.items()}
                for substance, count in parts.items():
                    net[substance] = net.get(substance, 0.0) + sign * number * count
        return {s: n for s, n in net.items() if abs(n) > 1e-12}

    def _place(self, term: str) -> tuple[str, str]:
        """Phase and name of a term."""
        system, name, suffix = self.system, term, ""

        def is_aqueous() -> bool:
            return name in system.component_of_master or name in system.species

        if not is_aqueous() and name not in system.solids and (found := _SUFFIX.fullmatch(term)):
            name, suffix = found.group(1), found.group(2)
        if suffix in ("", "aq") and is_aqueous():
            return "aqueous", name
        if suffix in ("", "s") and name in system.solids:
            return "solid", name
        if suffix == "g" and name in system.gases:
            return "gas", name
        if not suffix and name in system.gases:
            raise _UnknownName("", f"`{name}` is a gas", f"write `{name}(g)`")
        known = [*system.component_of_master, *system.solids, *(f"{g}(g)" for g in system.gases)]
        help = suggest(term, known, "species, solids and gases")
        raise _UnknownName(term, f"the chemistry {system.name} has no {term}", help)

    def _formula(self, term: str) -> Formula:
        phase, name = self._place(term)
        if phase == "solid":
            return self.system.solids[name].formula
        if phase == "gas":
            return self.system.gases[name].formula
        if name in self.system.component_of_master:
            return self.system.component(self.system.component_of_master[name]).formula
        return self.system.species[name].formula

    def _check_balance(self, left: Mapping[str, float], right: Mapping[str, float], text: str) -> None:
        surplus: dict[str, float] = {}
        turned: dict[str, float] = {}
        for sign, side in ((-1.0, left), (1.0, right)):
            for term, number in side.items():
                formula = self._formula(term)
                for what, count in {**formula.elements, "charge": float(formula.charge)}.items():
                    surplus[what] = surplus.get(what, 0.0) + sign * number * count
                    turned[what] = turned.get(what, 0.0) + abs(number * count)
        wrong = {e: n for e, n in surplus.items() if abs(n) > _BALANCED * max(turned[e], 1.0)}
        if wrong:
            listed = ", ".join(f"{n:+.6g} {e}" for e, n in sorted(wrong.items()))
            raise ValueError(f"`{text}` doesn't balance: right less left is {listed}")


def _terms_of(text: str) -> set[str]:
    """Reactants without charge, which a solid may be."""
    left, _ = parse_reaction(text)
    return {term for term in left if not re.search(r"[+-]\d*$|\((g|aq)\)$", term)}


def _default_name(reactants: Mapping[Substance, float], taken: Mapping[str, object]) -> str:
    """The first solid, else the first reactant; numbered where one has several reactions."""
    first = next((n for phase, n in reactants if phase == "solid"), next(iter(reactants))[1])
    name, number = first, 1
    while name in taken:
        number += 1
        name = f"{first}_{number}"
    return name
