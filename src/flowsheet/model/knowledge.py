"""What the chemistry knows, handed to the document layer as names."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import Chemistry
from flowsheet.document.kept import kept, read_kept, write_kept
from flowsheet.document.vocabulary import ChemistryNames
from flowsheet.model.library_files import library_digest

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
        digest = chemistry_digest(chemistry)

        def names() -> dict[str, list[str]]:
            system = _load(chemistry)
            carried = [*system.components.values(), *system.solids.values(), *system.gases.values()]
            elements = {e for entry in carried for e in entry.formula.elements}
            return {
                "components": list(system.components),
                "species": list(system.species),
                "solids": list(system.solids),
                "gases": list(system.gases),
                "organics": [c.name for c in system.components.values() if c.inert],
                "elements": [*sorted(elements | set(system.components)), *system.groups],
                "groups": list(system.groups),
                "activity_models": list(system.activity_models),
            }

        stored = kept("chemistry", digest, names)
        return ChemistryNames(
            **{family: tuple(found) for family, found in stored.items()},
            is_compound=_Compounds(chemistry, digest),
        )


class _Compounds:
    """Whether the system can take a formula apart, with the answers of earlier runs."""

    def __init__(self, chemistry: Chemistry, digest: str) -> None:
        self.chemistry, self.digest = chemistry, digest
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
            dissolve(_load(self.chemistry), formula)
        except UnknownCompound:
            return False
        return True


def _shipped_systems() -> list[str]:
    from flowsheet.chemistry.load import shipped_systems

    return shipped_systems()


def chemistry_digest(chemistry: Chemistry) -> str:
    """Digest of a system and of all that the user adds to it, included files among them.

    Raises:
        DiagnosticError: a file can't be read.
    """
    from flowsheet.chemistry.files import ChemistryError, extensions_digest

    if chemistry.system.startswith("{"):
        from flowsheet.chemistry.interchange.statement import CanteraFile

        statement = f"{library_digest()} {chemistry.system} {CanteraFile(chemistry.system).digest()}"
        return sha256(statement.encode()).hexdigest()
    own = (chemistry.system,) if chemistry.system.endswith((".yaml", ".yml")) else ()
    try:
        added = extensions_digest((*own, *chemistry.extensions))
    except ChemistryError as error:
        raise _refused(chemistry, error) from error
    return sha256(f"{library_digest()} {chemistry.system} {added}".encode()).hexdigest()


def _load(chemistry: Chemistry) -> Any:
    from flowsheet.chemistry.load import ChemistryError, load_system

    try:
        return load_system(chemistry.system, *chemistry.extensions)
    except ChemistryError as error:
        raise _refused(chemistry, error) from error


def _refused(chemistry: Chemistry, error: Exception) -> DiagnosticError:
    place = chemistry.span if chemistry.additions is None else chemistry.additions.span
    return DiagnosticError([Diagnostic("E406", str(error), place)])
