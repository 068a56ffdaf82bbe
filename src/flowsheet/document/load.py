"""From a flowsheet file to a checked Document, or to everything that is wrong with it.

read YAML -> imports -> scenario and overrides -> templates -> read sections -> resolve references -> Document
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from collections.abc import Sequence as Texts
from dataclasses import dataclass, replace
from pathlib import Path

from flowsheet.document.capital import read_capital
from flowsheet.document.changes import apply_overrides, apply_scenario
from flowsheet.document.chemistry_section import read_chemistry
from flowsheet.document.connections import check_connections, name_draws
from flowsheet.document.declaration import UnitDeclaration
from flowsheet.document.diagnostics import Collector, DiagnosticError, suggest
from flowsheet.document.document import Document, Economics, Scenario
from flowsheet.document.feeds import read_feeds
from flowsheet.document.keys import DISPLAY_KINDS, SECTIONS
from flowsheet.document.parts import with_imports, with_templates
from flowsheet.document.plant import PlantReader
from flowsheet.document.price_index import MONEY_YEAR
from flowsheet.document.reader import Reader, head, inner
from flowsheet.document.source import Entry, Mapping, Node, Scalar, Sequence, kind_of, read_file, read_text
from flowsheet.document.supplies import read_supplies
from flowsheet.document.targets import TargetReader
from flowsheet.document.unit_expression import CURRENCIES, UnitError, parse_unit
from flowsheet.document.unit_of_measure import conversion
from flowsheet.document.vocabulary import ChemistryKnowledge, Vocabulary

Catalogue = Map[str, UnitDeclaration]
CatalogueSource = Catalogue | Callable[[tuple[Path, ...]], Catalogue]


def load_document(
    path: Path | str,
    catalogue: CatalogueSource,
    chemistry: ChemistryKnowledge | None = None,
    scenario: str | None = None,
    overrides: Texts[str] = (),
    vocabulary: Vocabulary | None = None,
    asked: Map[str, Node] | None = None,
) -> Document:
    """Load and check a flowsheet file.

    `catalogue` is the unit operations by name, or a function that gives them when told the paths of the
    user's own libraries (it may raise DiagnosticError or ImportError).  `asked`: expressions, by name, that
    are to be reported beside what the file itself asks.  Raises DiagnosticError with every finding.
    """
    file = Path(path)
    found = Collector()
    tree = read_file(file, found, str(path))
    return _load(tree, file, found, catalogue, chemistry, scenario, overrides, vocabulary, asked)


def load_text(
    text: str,
    catalogue: CatalogueSource,
    chemistry: ChemistryKnowledge | None = None,
    scenario: str | None = None,
    overrides: Texts[str] = (),
    vocabulary: Vocabulary | None = None,
    name: str = "flowsheet.yaml",
    asked: Map[str, Node] | None = None,
) -> Document:
    """Load and check a flowsheet from a text, as load_document does.

    `name`: the file that it is to be the text of; paths count from where that lies.
    """
    found = Collector()
    tree = read_text(text, name, found)
    return _load(tree, Path(name), found, catalogue, chemistry, scenario, overrides, vocabulary, asked)


def _load(
    tree: Node | None,
    file: Path,
    found: Collector,
    catalogue: CatalogueSource,
    chemistry: ChemistryKnowledge | None,
    scenario: str | None,
    overrides: Texts[str],
    vocabulary: Vocabulary | None,
    asked: Map[str, Node] | None = None,
) -> Document:
    if tree is None:
        raise DiagnosticError(found.diagnostics, found.sources)
    reader = Reader(found)
    mapping = reader.mapping(tree, "a flowsheet file")
    if mapping is None:
        raise DiagnosticError(found.diagnostics, found.sources)
    mapping = with_imports(mapping, file, mapping.span.file, found)
    if scenario is not None:
        mapping = apply_scenario(mapping, scenario, found)
    mapping = with_templates(apply_overrides(mapping, overrides, found), found)
    document = _Assembly(reader, mapping, file, vocabulary or Vocabulary(), asked or {}).document(
        catalogue, chemistry, scenario, tuple(overrides)
    )
    found.raise_errors()
    return document


@dataclass
class _Assembly:
    """The order in which the sections are read: what others refer to comes first."""

    reader: Reader
    tree: Mapping
    file: Path
    vocabulary: Vocabulary
    asked: Map[str, Node]

    def document(
        self,
        catalogue: CatalogueSource,
        chemistry: ChemistryKnowledge | None,
        scenario: str | None,
        overrides: tuple[str, ...],
    ) -> Document:
        entries = self.reader.section(self.tree, SECTIONS["flowsheet"], "the flowsheet")
        economics = self.economics(entries.get("economics"))
        libraries = self.libraries(entries.get("unit_libraries"))
        units_known = self.catalogue(catalogue, libraries, entries.get("unit_libraries"))
        system, names = read_chemistry(
            entries.get("chemistry"), self.reader, self.file.parent, head(self.tree.span), chemistry
        )
        feeds = (
            read_feeds(entries["feeds"].value, self.reader, names, self.file.parent)
            if "feeds" in entries
            else {}
        )
        plant = PlantReader(
            self.reader,
            units_known,
            names,
            self.vocabulary,
            self.file.parent,
            self.varied(entries.get("specs")),
        )
        units = plant.units(entries["units"].value) if "units" in entries else {}
        supplies = read_supplies(self.value(entries.get("supplies")), self.reader)
        units = name_draws(feeds, supplies, units, self.reader.found)
        declared = frozenset(
            name for group in ("feeds", "supplies", "units") for name in self.names_in(entries.get(group))
        )
        targets = TargetReader(self.reader, names, self.vocabulary, feeds, supplies, units, declared)
        products = targets.products(self.value(entries.get("products")))
        specifications = targets.specifications(self.value(entries.get("specs")))
        optimisation = targets.optimisation(self.value(entries.get("optimise")))
        capital = read_capital(self.entry(entries.get("economics"), "capital"), self.reader, targets.check)
        check_connections(feeds, supplies, units, products, declared, self.reader.found)
        return Document(
            path=self.file if self.file.exists() else None,
            name=self.file.stem,
            title=self.reader.text(entries.get("flowsheet")),
            chemistry=system,
            feeds=feeds,
            supplies=supplies,
            units=units,
            products=products,
            specifications=specifications,
            optimisation=optimisation,
            scenarios=self.scenarios(entries.get("scenarios")),
            economics=replace(economics, capital=capital),
            display_units=self.display_units(entries.get("display_units")),
            unit_libraries=libraries,
            scenario=scenario,
            overrides=overrides,
            warnings=self.reader.found.warnings,
            sources=dict(self.reader.found.sources),
            asked=targets.asked(self.asked),
            tree=self.tree,
            files=dict(self.reader.found.files),
        )

    @staticmethod
    def value(entry: Entry | None) -> Node | None:
        return entry.value if entry is not None else None

    @staticmethod
    def entry(section: Entry | None, key: str) -> Entry | None:
        return section.value.entries.get(key) if section and isinstance(section.value, Mapping) else None

    @staticmethod
    def names_in(entry: Entry | None) -> tuple[str, ...]:
        return tuple(entry.value.entries) if entry and isinstance(entry.value, Mapping) else ()

    @staticmethod
    def varied(entry: Entry | None) -> frozenset[str]:
        """What specifications free, before they are read: such parameters need no value."""
        items = entry.value.items if entry and isinstance(entry.value, Sequence) else ()
        nodes = (item.get("vary") for item in items if isinstance(item, Mapping))
        return frozenset(node.text for node in nodes if isinstance(node, Scalar))

    def economics(self, entry: Entry | None) -> Economics:
        """Exchange rates and the year come first: all other money may need them."""
        if entry is None:
            self.reader.year = MONEY_YEAR
            return Economics()
        keys = SECTIONS["economics"].keys
        entries = self.reader.section(entry.value, SECTIONS["economics"], "`economics`")
        stated_rates = entries.get("exchange_rates")
        rates = self.reader.prices(stated_rates, lambda name: ("USD",))
        for item in stated_rates.value if stated_rates and isinstance(stated_rates.value, Mapping) else ():
            if item.key not in CURRENCIES:
                self.reader.found.error(
                    "E106",
                    f"unknown currency `{item.key}`",
                    item.span,
                    suggest(item.key, CURRENCIES, "currencies"),
                )
        self.reader.rates.update({name: price.quantity.value for name, price in rates.items()})
        currency = self.reader.text(entries.get("currency"), "USD")
        if currency not in CURRENCIES:
            self.reader.found.error(
                "E106",
                f"unknown currency `{currency}`",
                entries["currency"].value.span,
                suggest(currency, CURRENCIES, "currencies"),
            )
        elif currency != "USD" and currency not in rates:
            self.reader.found.error(
                "E208",
                f"the exchange rate of {currency} isn't stated",
                entries["currency"].value.span,
                f"add `exchange_rates: {{{currency}: ... USD}}`",
            )
        year = entries.get("year")
        stated = self.reader.integer(year.value, "`year`", keys["year"].range) if year else None
        self.reader.year = MONEY_YEAR if stated is None else stated
        hours = entries.get("operating_hours")
        return Economics(
            currency,
            self.reader.year,
            self.reader.key_quantity(hours, keys["operating_hours"], "`economics`") if hours else None,
            rates,
            self.charges(entries.get("charges")),
            self.reader.prices(entries.get("prices"), lambda name: ()),
        )

    def charges(self, entry: Entry | None) -> dict:
        known = self.vocabulary.charges
        for item in entry.value if entry and isinstance(entry.value, Mapping) else ():
            if known and item.key not in known:
                self.reader.found.error(
                    "E101", f"unknown charge `{item.key}`", item.span, suggest(item.key, known, "charges")
                )
        return self.reader.prices(entry, lambda name: (known[name],) if name in known else ())

    def libraries(self, entry: Entry | None) -> tuple[Path, ...]:
        paths = []
        for scalar in self.reader.texts(entry):
            path = self.reader.found.file(scalar.text, scalar.span, self.file.parent)
            if path.is_file():
                paths.append(path)
            else:
                self.reader.found.error(
                    "E801", f"there is no unit library `{scalar.text}`", scalar.span, f"looked for {path}"
                )
        return tuple(paths)

    def catalogue(
        self, source: CatalogueSource, libraries: tuple[Path, ...], entry: Entry | None
    ) -> Catalogue:
        """The unit operations, the user's own among them."""
        if not callable(source):
            return source
        try:
            return source(libraries)
        except DiagnosticError as error:
            self.reader.found.diagnostics += error.diagnostics
            self.reader.found.sources.update(error.sources)
        except ImportError as error:
            self.reader.found.error(
                "E801", f"a unit library can't be loaded: {error}", entry.value.span if entry else None
            )
        return source(())

    def display_units(self, entry: Entry | None) -> dict[str, str]:
        mapping = self.reader.mapping(entry.value, "`display_units`") if entry else None
        shown: dict[str, str] = {}
        for item in mapping or ():
            scalar = self.reader.scalar(item.value, f"`{item.key}`")
            if item.key not in DISPLAY_KINDS:
                self.reader.found.error(
                    "E101",
                    f"unknown key `{item.key}` in `display_units`",
                    item.span,
                    suggest(item.key, DISPLAY_KINDS, "keys"),
                )
            elif scalar is not None:
                try:
                    conversion(parse_unit(scalar.text), DISPLAY_KINDS[item.key])
                    shown[item.key] = scalar.text
                except UnitError as error:
                    self.reader.found.error(
                        error.code, f"`{item.key}`: {error.message}", inner(scalar), error.help
                    )
        return shown

    def scenarios(self, entry: Entry | None) -> dict[str, Scenario]:
        mapping = self.reader.mapping(entry.value, "`scenarios`") if entry else None
        read: dict[str, Scenario] = {}
        for item in mapping or ():
            if isinstance(item.value, Mapping):
                read[item.key] = Scenario(item.key, item.value, item.span)
            else:
                self.reader.found.error(
                    "E103",
                    f"scenario `{item.key}` must be a mapping of changes, got {kind_of(item.value)}",
                    item.value.span,
                )
        return read
