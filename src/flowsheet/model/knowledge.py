"""What the chemistry knows, handed to the document layer as names."""

from __future__ import annotations

from collections.abc import Collection

from flowsheet.chemistry.compounds import UnknownCompound, dissolve
from flowsheet.chemistry.load import ChemistryError, load_system, shipped_systems
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import Chemistry
from flowsheet.document.vocabulary import ChemistryNames


class Chemistries:
    """The shipped chemistry systems and the user's additions to them."""

    def system_names(self) -> Collection[str]:
        return shipped_systems()

    def names_of(self, chemistry: Chemistry) -> ChemistryNames:
        extension = str(chemistry.files[0]) if chemistry.files else None
        try:
            system = load_system(chemistry.system, extension)
        except ChemistryError as error:
            raise DiagnosticError([Diagnostic("E406", str(error), chemistry.span)]) from error

        def is_compound(text: str) -> bool:
            try:
                dissolve(system, text)
            except UnknownCompound:
                return False
            return True

        return ChemistryNames(components=system.components, species=system.species, solids=system.solids,
                              gases=system.gases, is_compound=is_compound)
