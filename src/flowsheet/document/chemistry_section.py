"""The `chemistry` section: a system by name, a chemistry file of the user's, or phases of a Cantera file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

from flowsheet.document.diagnostics import DiagnosticError, Span, suggest
from flowsheet.document.document import ActivityModel, Chemistry
from flowsheet.document.keys import SECTIONS
from flowsheet.document.reader import Reader
from flowsheet.document.source import Entry, Scalar
from flowsheet.document.vocabulary import ChemistryKnowledge, ChemistryNames

DEFAULT_MODEL: ActivityModel = "sit"
"""Where the chemistry itself isn't known."""
_FILE = (".yaml", ".yml")
_PHASES = ("aqueous", "organic", "solids")


def read_chemistry(
    entry: Entry | None, reader: Reader, folder: Path, nowhere: Span, knowledge: ChemistryKnowledge | None
) -> tuple[Chemistry, ChemistryNames]:
    """The chemistry and the names that it knows; no names (and so no checks) when it isn't known itself.

    `folder`: where paths count from; `nowhere`: the place of what is missing.
    """
    section = _Section(reader, folder)
    chemistry = section.read(entry, nowhere)
    names = section.names(chemistry, knowledge)
    return section.with_model(chemistry, names, entry), names


class _Section:
    def __init__(self, reader: Reader, folder: Path) -> None:
        self.reader, self.folder, self.found = reader, folder, reader.found
        self.model: Scalar | None = None

    def read(self, entry: Entry | None, nowhere: Span) -> Chemistry:
        if entry is None:
            return Chemistry("", DEFAULT_MODEL, None, (), nowhere)
        if isinstance(entry.value, Scalar):
            return Chemistry(self.system(entry.value), DEFAULT_MODEL, None, (), entry.value.span)
        entries = self.reader.section(entry.value, SECTIONS["chemistry"], "`chemistry`")
        model = entries.get("activity_model")
        self.model = self.reader.scalar(model.value, "`activity_model`") if model else None
        stated = [entries[key] for key in SECTIONS["chemistry"].one_of if key in entries]
        if len(stated) != 1:
            self.found.error(
                "E102" if not stated else "E403",
                "`chemistry` needs `system` or `cantera`" if not stated else "two chemistries are stated",
                entry.span if not stated else stated[1].span,
                "name one of them",
            )
        if "cantera" in entries:
            return Chemistry(self.cantera(entries), DEFAULT_MODEL, None, (), entries["cantera"].value.span)
        for key in _PHASES:
            if key in entries:
                self.found.error(
                    "E101",
                    f"`{key}` names a phase of a Cantera file",
                    entries[key].span,
                    "give `cantera` too",
                )
        system, add = entries.get("system"), entries.get("add")
        scalar = self.reader.scalar(system.value, "`system`") if system else None
        files = [path for item in self.reader.texts(entries.get("files")) if (path := self.file(item))]
        return Chemistry(
            self.system(scalar) if scalar else "",
            DEFAULT_MODEL,
            add.value if add else None,
            tuple(files),
            system.value.span if system else entry.span,
        )

    def system(self, scalar: Scalar) -> str:
        """A shipped system's name, or the path of a file of the user's."""
        if not scalar.text.endswith(_FILE):
            return scalar.text
        path = self.file(scalar)
        return str(path) if path else ""

    def file(self, scalar: Scalar) -> Path | None:
        path = self.found.file(scalar.text, scalar.span, self.folder)
        if path.is_file():
            return path
        self.found.error(
            "E406", f"there is no chemistry file `{scalar.text}`", scalar.span, f"looked for {path}"
        )
        return None

    def cantera(self, entries: dict[str, Entry]) -> str:
        """What the chemistry layer reads a Cantera file by."""
        for key in ("files", "add", "activity_model"):
            if key in entries:
                self.found.error(
                    "E403",
                    f"`{key}` can't be combined with `cantera`",
                    entries[key].span,
                    "the Cantera file states all of the chemistry",
                )
        scalar = self.reader.scalar(entries["cantera"].value, "`cantera`")
        path = self.file(scalar) if scalar else None
        if scalar is None or path is None:
            return ""
        statement: dict[str, object] = {"cantera": str(path), "shown": scalar.text}
        for key in ("aqueous", "organic"):
            if key in entries:
                statement[key] = self.reader.text(entries[key])
        if "solids" in entries:
            statement["solids"] = [item.text for item in self.reader.texts(entries["solids"])]
        return json.dumps(statement)

    def names(self, chemistry: Chemistry, knowledge: ChemistryKnowledge | None) -> ChemistryNames:
        if knowledge is None or not chemistry.system:
            return ChemistryNames()
        if not chemistry.system.startswith("{") and not chemistry.system.endswith(_FILE):
            systems = knowledge.system_names()
            if chemistry.system not in systems:
                self.found.error(
                    "E406",
                    f"unknown chemistry `{chemistry.system}`",
                    chemistry.span,
                    suggest(chemistry.system, systems, "systems"),
                )
                return ChemistryNames()
        try:
            return knowledge.names_of(chemistry)
        except DiagnosticError as error:
            self.found.diagnostics += error.diagnostics
            self.found.sources.update(error.sources)
            return ChemistryNames()

    def with_model(self, chemistry: Chemistry, names: ChemistryNames, entry: Entry | None) -> Chemistry:
        """With the activity model that is asked for, else the first that the chemistry has constants for."""
        known = tuple(names.activity_models) or SECTIONS["chemistry"].keys["activity_model"].choices
        if self.model is None:
            first = names.activity_models[0] if names.activity_models else DEFAULT_MODEL
            return replace(chemistry, activity_model=cast(ActivityModel, first))
        if self.model.text not in known:
            self.found.error(
                "E106",
                f"`{self.model.text}` isn't an activity model of this chemistry",
                self.model.span,
                suggest(self.model.text, known, "models"),
            )
            return chemistry
        return replace(chemistry, activity_model=cast(ActivityModel, self.model.text))
