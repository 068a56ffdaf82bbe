"""What a key of the flowsheet file is: its name, what its value may be, what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text",  # any text
    "integer",
    "flag",  # yes or no
    "choice",  # one of fixed words
    "quantity",  # a number with a unit
    "price",  # a price, or {value, year, source}
    "prices",  # prices by name
    "composition",  # fractions by name, one may be `balance`
    "limits",  # fractions by component
    "purity",  # `>= 99.5 %`
    "stream",  # the name of a feed, or unit.port
    "texts",  # a text or a list of texts
    "path",
    "paths",  # a path or a list of paths
    "expression",
    "constraint",
    "constraints",
    "variable",  # what may be varied, e.g. leach.residence_time
    "range",  # [lower, upper]
    "ranges",  # [lower, upper] by variable
    "choices",  # [least, most] by integer parameter
    "display_units",  # a unit of measure by kind of quantity
    "chemistry",  # a system's name, or a section
    "changes",  # nested or dotted keys with new values
    "tree",  # passed on as it is
    "inlets",  # a stream or a list of streams by port
    "section",  # keys of another section
    "sections",  # sections by name
    "section_list",
    "units",  # unit operations by name
    "value",  # a text, or keys of another section
    "values_by_name",  # such values by name
]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what its value may be and what it means."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    units: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    section: str = ""
    default: str | None = None
    range: tuple[float | None, float | None] = (None, None)
    words: tuple[str, ...] = ()  # texts that may stand for a quantity


@dataclass(frozen=True, slots=True)
class Section:
    """The keys of one mapping.

    `names` describes further, free names (a composition), with their units; `one_of` are keys of which at
    least one is needed.
    """

    name: str
    description: str
    keys: Mapping[str, Key]
    names: str = ""
    name_units: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


def section(
    name: str,
    description: str,
    *keys: Key,
    names: str = "",
    name_units: tuple[str, ...] = (),
    one_of: tuple[str, ...] = (),
) -> Section:
    return Section(name, description, {key.name: key for key in keys}, names, name_units, one_of)
