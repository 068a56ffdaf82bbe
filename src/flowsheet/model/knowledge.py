"""What the chemistry knows, handed to the document layer as names."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import Chemistry
from flowsheet.document.vocabulary import ChemistryNames
from flowsheet.model.kept import files_digest, kept, library_digest, read_kept, write_kept

_COMPOUNDS = "compounds"


class Chemistries:
    """The shipped chemistry systems and the user's additions to them.

    A system's names, and which formulas it can take apart, are kept between runs: reading and checking its
    files takes far longer than checking a flowsheet.
    """

    def system_names(self) -> Collection[str]:
        found: list[str] = kept("chemistries", library_digest(), _shipped_systems)
        return found

    def names_of(self, chemistry: Chemistry) -> ChemistryNames:
        """Names of a system with the user's additions.

        Raises:
            DiagnosticError: an addition is incomplete, unbalanced or lacks its source.
        """
        extension = chemistry.files[0] if chemistry.files else None
        digest = files_digest([Path(library_digest()), Path(chemistry.system), *chemistry.files])

        def names() -> dict[str, list[str]]:
            system = _load(chemistry, extension)
            carried = [*system.components.values(), *system.solids.values(), *system.gases.values()]
            elements = {e for entry in carried for e in entry.formula.elements}
            return {
                "components": list(system.components),
                "species": list(system.species),
                "solids": list(system.solids),
                "gases": list(system.gases),
                "organics": [c.name for c in system.components.values() if c.inert],
                "elements": sorted(elements | set(system.components)),
            }

        stored = kept("chemistry", digest, names)
        return ChemistryNames(
            **{family: tuple(found) for family, found in stored.items()},
            is_compound=_Compounds(chemistry, extension, digest),
        )


class _Compounds:
    """Whether the system can take a formula apart, with the answers of earlier runs."""

    def __init__(self, chemistry: Chemistry, extension: Path | None, digest: str) -> None:
        self.chemistry, self.extension, self.digest = chemistry, extension, digest
        self.answers: dict[str, bool] | None = None

    def __call__(self, formula: str) -> bool:
        if self.answers is None:
            self.answers = dict(read_kept(_COMPOUNDS, self.digest) or {})
        if formula not in self.answers:
            self.answers[formula] = self._dissolves(formula)
            write_kept(_COMPOUNDS, self.digest, self.answers)
        return self.answers[formula]

    def _dissolves(self, formula: str) -> bool:
        from flowsheet.chemistry.compounds import UnknownCompound, dissolve

        try:
            dissolve(_load(self.chemistry, self.extension), formula)
        except UnknownCompound:
            return False
        return True


def _shipped_systems() -> list[str]:
    from flowsheet.chemistry.load import shipped_systems

    return shipped_systems()


def _load(chemistry: Chemistry, extension: Path | None) -> Any:
    from flowsheet.chemistry.load import ChemistryError, load_system

    try:
        return load_system(chemistry.system, str(extension) if extension else None)
    except ChemistryError as error:
        raise DiagnosticError([Diagnostic("E406", str(error), chemistry.span)]) from error
