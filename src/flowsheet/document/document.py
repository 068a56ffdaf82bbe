"""The validated flowsheet file: plain values, every one with its place in the file.

All numbers are in canonical units (`Quantity.unit` says which).  References to streams are resolved: each
names a feed or a unit's outlet that exists.  Nothing here knows equations.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from flowsheet.document.declaration import Phase, UnitDeclaration
from flowsheet.document.diagnostics import Diagnostic, Span
from flowsheet.document.price_index import MONEY_YEAR
from flowsheet.document.source import Mapping as Tree
from flowsheet.document.source import Node
from flowsheet.document.syntax_tree import Comparison, Expression

FeedRole = Literal["main_feed", "reagent", "water", "utility"]
ProductRole = Literal["product", "byproduct", "waste"]
ActivityModel = Literal["sit", "pitzer", "ideal", "debye_huckel"]
DRAWN = "@"
"""Between a feed and the inlet that draws from it, in the name of a drawn stream."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a canonical unit, with what the user wrote and where."""

    value: float
    unit: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Price:
    """A price in USD of the run's year per `quantity.unit`'s denominator.

    `year`: that it was stated for (`quantity.text` is as stated), None: the run's own; `source`: where it was
    read.
    """

    quantity: Quantity
    year: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class StreamReference:
    """A stream by name: `feed` or `unit.port`; `feed@unit.port` where a unit draws from a feed as needed or
    takes from a supply (port None).
    """

    name: str
    owner: str
    port: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class PhaseFeed:
    """One phase of a feed.

    `flow` is in kg/h, m3/h or mol/h, as the user chose; None where it is as needed.  `composition` by name:
    aqueous and organic in mol/L, kg/m3 (written g/L), mol/kg (molality) or `mass fraction`; solid
    `mass fraction`; gas `mole fraction`.
    Solid and gas compositions are complete (they add up to 1); of an aqueous or organic phase the solvent is
    the rest.
    """

    phase: Phase
    flow: Quantity | None
    composition: Mapping[str, Quantity]
    span: Span


@dataclass(frozen=True, slots=True)
class Feed:
    """A stream that enters the plant.

    A feed `as needed` has no flow of its own: every inlet that it is connected to draws a stream of its
    composition, named `feed@unit.port`, whose flow the unit determines.
    """

    name: str
    role: FeedRole
    temperature: Quantity
    pressure: Quantity
    phases: Mapping[Phase, PhaseFeed]
    price: Price | None
    note: str
    span: Span

    @property
    def as_needed(self) -> bool:
        return any(phase.flow is None for phase in self.phases.values())


@dataclass(frozen=True, slots=True)
class Supply:
    """What units take from a tank of the plant: of the composition of `tank`, an outlet that supplies.

    `flow` is in kg/h or m3/h; None where the units that draw determine it.
    """

    name: str
    tank: StreamReference
    flow: Quantity | None
    note: str
    span: Span


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of one parameter of a unit.

    `value`: Quantity | int | str | bool | tuple[str, ...] | dict[str, Quantity] | Path (the user's own
    parameter set) | None (absent).  `given` tells a value of the file from a default.
    """

    value: Any
    given: bool
    span: Span


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit operation of the plant.  `parameters` holds every declared parameter, defaults filled in."""

    name: str
    declaration: UnitDeclaration
    inlets: Mapping[str, tuple[StreamReference, ...]]
    parameters: Mapping[str, Setting]
    note: str
    span: Span

    def value(self, parameter: str) -> Any:
        """The value of a parameter; of a quantity, the number in its canonical unit."""
        value = self.parameters[parameter].value
        return value.value if isinstance(value, Quantity) else value


@dataclass(frozen=True, slots=True)
class Product:
    """A stream that leaves the plant and is judged: `formula` is what it is sold as.

    `purity_at_least` is a mass fraction, `limits` are mass fractions of the dry solid by element.
    """

    name: str
    stream: StreamReference
    role: ProductRole
    formula: str | None
    purity_at_least: Quantity | None
    limits: Mapping[str, Quantity]
    price: Price | None
    standard: str
    span: Span


@dataclass(frozen=True, slots=True)
class VariableReference:
    """Something that may be varied: `owner.setting` or, of a mapping or composition, `owner.setting.key`.

    `name` is as the user wrote it; `kind` says what the owner is; `unit` is canonical.
    For a feed, `setting` is flow, temperature, pressure, price, or a name of its composition (then `phase`
    says in which phase); for a supply it is flow.
    """

    name: str
    kind: Literal["feed", "unit", "supply"]
    owner: str
    setting: str
    key: str | None
    phase: Phase | None
    unit: str
    span: Span

    @property
    def identity(self) -> tuple[str, str, str | None, Phase | None]:
        """What is referred to, however it is written."""
        return self.owner, self.setting, self.key, self.phase


@dataclass(frozen=True, slots=True)
class Specification:
    """`vary` is freed so that `until` holds."""

    vary: VariableReference
    until: Comparison
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of an optimisation variable, in the variable's canonical unit."""

    variable: VariableReference
    lower: Quantity
    upper: Quantity


@dataclass(frozen=True, slots=True)
class Choice:
    """A count that an optimisation chooses, such as the stages of a section."""

    unit: str
    parameter: str
    least: int
    most: int
    span: Span

    @property
    def name(self) -> str:
        return f"{self.unit}.{self.parameter}"


@dataclass(frozen=True, slots=True)
class Optimisation:
    """What to optimise, over what, subject to what.

    `objective_unit` is canonical, None where it isn't known.  Constraints are `arranged`.
    """

    sense: Literal["maximise", "minimise"]
    objective: Expression
    objective_text: str
    objective_unit: str | None
    vary: tuple[Range, ...]
    choose: tuple[Choice, ...]
    subject_to: tuple[Comparison, ...]
    starts: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named set of changes to the file."""

    name: str
    changes: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a piece of equipment costs to buy: fixed + cost (size/at)^exponent.

    `size` measures `unit`; without `at`, `cost` is per `unit`.  `installation` (None: the plant's) is the
    installed over the purchase cost; `replaced` the share of the latter that is bought again per year;
    `sizes` the range that the cost was stated for.
    """

    name: str
    size: Expression
    unit: str
    cost: Price
    at: Quantity | None
    exponent: Quantity
    fixed: Price | None
    sizes: tuple[Quantity, Quantity] | None
    installation: Quantity | None
    replaced: Quantity
    span: Span


@dataclass(frozen=True, slots=True)
class Capital:
    """Equipment by name, and what of its cost a year bears: `annualisation`, or an annuity."""

    equipment: Mapping[str, Equipment]
    installation: Quantity
    annualisation: Quantity | None
    interest: Quantity | None
    life: Quantity | None
    maintenance: Quantity


@dataclass(frozen=True, slots=True)
class Economics:
    """Money: inside, all is in USD of `year`; `currency` is what reports show (USD times 1/exchange)."""

    currency: str = "USD"
    year: int = MONEY_YEAR
    operating_hours: Quantity | None = None
    exchange_rates: Mapping[str, Price] = field(default_factory=dict)
    charges: Mapping[str, Price] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    capital: Capital | None = None


@dataclass(frozen=True, slots=True)
class Chemistry:
    """The chemistry system, the default activity model and the user's additions.

    `system`: a shipped system's name, the path of a chemistry file, or a JSON object that names phases of a
    Cantera file.  `additions` has the layout of a chemistry system file; `files` are such files, by path.
    """

    system: str
    activity_model: ActivityModel
    additions: Node | None
    files: tuple[Path, ...]
    span: Span

    @property
    def extensions(self) -> tuple[str, ...]:
        """What adds to the system, in the order in which it counts: paths, then `add` as a JSON object."""
        added = [] if self.additions is None else [json.dumps(self.additions.plain())]
        return (*map(str, self.files), *added)


@dataclass(frozen=True, slots=True)
class Asked:
    """A number that is asked of the plant beside what its file asks; `unit` is None if it isn't known."""

    name: str
    expression: Expression
    unit: str | None


@dataclass(frozen=True)
class Document:
    """A whole flowsheet file, checked."""

    path: Path | None
    name: str
    title: str
    chemistry: Chemistry
    feeds: Mapping[str, Feed]
    supplies: Mapping[str, Supply]
    units: Mapping[str, UnitEntry]
    products: Mapping[str, Product]
    specifications: tuple[Specification, ...]
    optimisation: Optimisation | None
    scenarios: Mapping[str, Scenario]
    economics: Economics
    display_units: Mapping[str, str]
    unit_libraries: tuple[Path, ...]
    scenario: str | None
    overrides: tuple[str, ...]
    warnings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    asked: tuple[Asked, ...] = ()
    tree: Tree | None = None
    """What was read: imports joined, changes made, templates filled in."""
    files: Mapping[Span, Path] = field(default_factory=dict)
    """Files that the flowsheet names, by the places of their names."""

    def stream_names(self) -> Iterator[str]:
        """All streams: of the feeds, of the supplies, then the outlets of the units in the file's order."""
        for feed in self.feeds:
            yield from self.feed_streams(feed)
        for supply in self.supplies:
            yield from self.supply_streams(supply)
        for unit in self.units.values():
            for port in unit.declaration.outlets:
                yield f"{unit.name}.{port}"

    def feed_streams(self, feed: str) -> list[str]:
        """The streams by which a feed enters: itself, or one per inlet that draws from it as needed."""
        if not self.feeds[feed].as_needed:
            return [feed]
        return [name for name in self.consumers() if name.startswith(feed + DRAWN)]

    def supply_streams(self, supply: str) -> list[str]:
        """The streams by which units take from a supply."""
        return [name for name in self.consumers() if name.startswith(supply + DRAWN)]

    def consumers(self) -> dict[str, tuple[str, str]]:
        """Where each used stream goes: its name to (unit, inlet)."""
        return {
            reference.name: (unit.name, port)
            for unit in self.units.values()
            for port, references in unit.inlets.items()
            for reference in references
        }
