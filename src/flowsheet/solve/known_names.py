"""The names that a flowsheet file may use, for the schema that editors read."""

from __future__ import annotations

from pathlib import Path

from flowsheet.document.diagnostics import Span
from flowsheet.document.document import Chemistry
from flowsheet.document.schema import json_schema, part_schema
from flowsheet.document.schema_values import Known, Schema
from flowsheet.document.unit_expression import CURRENCIES
from flowsheet.model.catalogue import declarations
from flowsheet.model.knowledge import Chemistries
from flowsheet.solve.case import vocabulary

_FAMILIES = ("component", "species", "solid", "gas", "organic", "element")


def flowsheet_schema(libraries: tuple[Path, ...] = (), part: bool = False) -> Schema:
    """The schema of flowsheet files, with the installed units, those of `libraries` and all that ships.

    Args:
        libraries: Python files with further units.
        part: the schema of a file that others import instead.

    Raises:
        UnitLibraryError: a library can't be loaded.
    """
    write = part_schema if part else json_schema
    return write(declarations(libraries), known_names())


def known_names() -> Known:
    """Systems, parameter sets, charges and currencies that a file may name, and what the systems know."""
    chemistries, words = Chemistries(), vocabulary()
    names: dict[str, dict[str, None]] = {family: {} for family in _FAMILIES}
    for system in chemistries.system_names():
        known = chemistries.names_of(Chemistry(system, "sit", None, (), Span(system, 1, 1)))
        for family, found in names.items():
            found.update(dict.fromkeys(known.of_family(family) or ()))
    return Known(
        tuple(chemistries.system_names()),
        words.parameter_sets,
        {family: list(found) for family, found in names.items()},
        {"charges": words.charges, "exchange_rates": dict.fromkeys(CURRENCIES[1:], "USD")},
    )
