"""What the document layer must be told by the layers above it: names of chemistry, of economics and results.

Nothing here is knowledge; it is the shape in which knowledge is handed in, so that a file can be checked
without importing what knows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from flowsheet.document.document import Chemistry


@dataclass(frozen=True)
class ChemistryNames:
    """The names that a chemistry system knows.

    `elements` has the components and the groups too, which may be asked for as elements may.
    `activity_models`: those that it has constants for, the default first.  `is_compound` says whether a text
    is a formula that can be taken apart into the system's components (`H2SO4`, `CoSO4.7H2O`).
    """

    components: Collection[str] = ()
    species: Collection[str] = ()
    solids: Collection[str] = ()
    gases: Collection[str] = ()
    organics: Collection[str] = ()
    elements: Collection[str] = ()
    groups: Collection[str] = ()
    activity_models: Sequence[str] = ()
    is_compound: Callable[[str], bool] = lambda formula: True

    def of_family(self, family: str) -> Collection[str] | None:
        """The names of one family (component, species, solid, gas, organic, element); None for any other."""
        return {
            "component": self.components,
            "species": self.species,
            "solid": self.solids,
            "gas": self.gases,
            "organic": self.organics,
            "element": self.elements or None,
        }.get(family)


class ChemistryKnowledge(Protocol):
    """Who knows the chemistry systems."""

    def system_names(self) -> Collection[str]:
        """The systems that can be named."""
        ...

    def names_of(self, chemistry: Chemistry) -> ChemistryNames:
        """The names in a system with the user's additions.  May raise DiagnosticError about the additions."""
        ...


@dataclass(frozen=True)
class Vocabulary:
    """Names that expressions, charges and parameter sets may use; an empty group isn't checked.

    `functions`: family of each argument of a function of names (component, product, feed, stream, unit); a
    last family that ends in * may be left out or repeated; `function_units`: the unit of their values.
    `quantities`, `stream_quantities` and `charges`: canonical unit by name.
    """

    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    function_units: Mapping[str, str] = field(default_factory=dict)
    quantities: Mapping[str, str] = field(default_factory=dict)
    stream_quantities: Mapping[str, str] = field(default_factory=dict)
    charges: Mapping[str, str] = field(default_factory=dict)
    parameter_sets: Mapping[str, Collection[str]] = field(default_factory=dict)
