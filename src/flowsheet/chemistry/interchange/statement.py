"""Which phases of a Cantera file are meant, and where in the file what is said stands.

A statement is a JSON object {"cantera": path, "shown": how messages name the file, "aqueous": name or null,
"organic": name, "none" or null, "solids": [names] or null}: what a flowsheet says under `chemistry`.  A name
may be left out where the file has one phase of the kind; without `solids` all of them are taken.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Collector, Diagnostic, DiagnosticError, Span, suggest
from flowsheet.document.source import Mapping, Node, Scalar, Sequence, read_file

AQUEOUS = ("ideal-molal-solution", "Debye-Huckel", "HMW-electrolyte")
ORGANIC = ("ideal-condensed", "ideal-solution-VPSS", "ideal-molal-solution")
SOLID = ("fixed-stoichiometry",)
_OLD_NAMES = {
    "IdealMolalSolution": "ideal-molal-solution",
    "IdealMolalSoln": "ideal-molal-solution",
    "DebyeHuckel": "Debye-Huckel",
    "HMW": "HMW-electrolyte",
    "HMWSoln": "HMW-electrolyte",
    "IdealSolidSolution": "ideal-condensed",
    "IdealSolidSolnPhase": "ideal-condensed",
    "IdealSolnVPSS": "ideal-solution-VPSS",
    "StoichSubstance": "fixed-stoichiometry",
}
"""Names that Cantera takes for the same."""
_OTHER_FILE = re.compile(r"[\w./\\-]+\.ya?ml")
NONE = "none"
WATER_ELEMENTS = {"H": 2.0, "O": 1.0}


@dataclass(frozen=True)
class PhaseEntry:
    """One entry of the file's `phases`."""

    name: str
    thermo: str
    node: Mapping
    span: Span


class CanteraFile:
    """A Cantera file with the places of its phases and species.

    Raises:
        DiagnosticError: the file can't be read or has no phases.
    """

    def __init__(self, statement: str) -> None:
        self.stated: dict[str, Any] = json.loads(statement)
        self.path = Path(self.stated["cantera"])
        self.found = Collector()
        tree = read_file(self.path, self.found, self.stated.get("shown") or str(self.path))
        self.found.raise_errors()
        self.tree = tree if isinstance(tree, Mapping) else None
        self.top = Span(self.stated.get("shown") or str(self.path), 1, 1)
        self.phases = {entry.name: entry for entry in self._phases()}
        if not self.phases:
            self.refuse(
                "the file has no phases", self.top, "a Cantera file has a list of them under `phases`"
            )

    def digest(self) -> str:
        """Of what is stated, of the file, and of the files that it names."""
        digest = hashlib.sha256(
            json.dumps({k: self.stated.get(k) for k in ("aqueous", "organic", "solids")}).encode()
        )
        text = self.path.read_text(encoding="utf-8-sig")
        digest.update(text.encode())
        for name in sorted(set(_OTHER_FILE.findall(text))):
            other = self.path.parent / name
            digest.update(f"{name} ".encode() + (other.read_bytes() if other.is_file() else b""))
        return digest.hexdigest()

    def refuse(self, message: str, span: Span | None, help: str = "") -> None:
        """Record an error of the file and stop.

        Raises:
            DiagnosticError: always.
        """
        self.found.error("E407", message, span, help)
        raise DiagnosticError(self.found.diagnostics, self.found.sources)

    def from_cantera(self, message: str, phase: PhaseEntry | None) -> DiagnosticError:
        """Cantera's own complaint, at the line that it names."""
        lines = [line.strip() for line in message.splitlines()]
        place = re.search(r"Error on lines? (\d+)", message)
        span = phase.span if phase else self.top
        if place and (self.path.name in message or ":" not in message):
            span = Span(self.top.file, int(place.group(1)), 1)
        said = [
            line
            for line in lines
            if line
            and not set(line) <= {"*"}
            and not line.startswith(("|", ">", "Error on", "InputFileError"))
        ]
        said = [line for line in said if "thrown by" not in line and not re.match(r"^\d+ \||^> ", line)]
        what = re.sub(r"[\s^.]*\^[\s^.]*", " ", " ".join(said)).strip()[:300] or "Cantera can't read it"
        return DiagnosticError([*self.found.diagnostics, Diagnostic("E407", what, span)], self.found.sources)

    def species_span(self, name: str, phase: PhaseEntry) -> Span:
        """Where a species is defined, else its phase."""
        entry = self.species_entry(name)
        return phase.span if entry is None else entry.span

    def species_entry(self, name: str) -> Mapping | None:
        """The definition of a species in this file, in whatever section."""
        for section in self.tree or ():
            for item in _items(section.value):
                if section.key != "phases" and isinstance(item, Mapping) and _text(item.get("name")) == name:
                    return item
        return None

    # ---- which phases

    def aqueous(self) -> PhaseEntry:
        """The aqueous phase."""
        candidates = [e for e in self.phases.values() if e.thermo in AQUEOUS and self._has_water(e)]
        entry = self._chosen("aqueous", AQUEOUS, candidates)
        if entry is None:
            self.refuse(
                "the file has no aqueous phase",
                self.top,
                f"one whose first species is water, of thermo {', '.join(AQUEOUS)}",
            )
        assert entry is not None
        return entry

    def organic(self, aqueous: PhaseEntry) -> PhaseEntry | None:
        """The organic phase, if there is one."""
        if self.stated.get("organic") == NONE:
            return None
        candidates = [
            e
            for e in self.phases.values()
            if e.thermo in ORGANIC and e.name != aqueous.name and not self._has_water(e)
        ]
        return self._chosen("organic", ORGANIC, candidates)

    def solids(self) -> list[PhaseEntry]:
        """The solid phases."""
        stated = self.stated.get("solids")
        if stated is None:
            return [e for e in self.phases.values() if e.thermo in SOLID]
        return [self._named(name, "solids", SOLID) for name in stated]

    def check_the_rest(self, taken: list[PhaseEntry]) -> None:
        """Refuse a phase that nobody asked to leave out and that can't be taken over."""
        if all(self.stated.get(key) is not None for key in ("aqueous", "organic", "solids")):
            return
        for entry in self.phases.values():
            if entry.thermo not in (*AQUEOUS, *ORGANIC, *SOLID):
                self.found.error(
                    "E407",
                    f"phase `{entry.name}`: thermo `{entry.thermo}` can't be taken over",
                    entry.span,
                    f"name under `chemistry` the phases that you want: aqueous ({', '.join(AQUEOUS)}), "
                    f"organic ({', '.join(ORGANIC)}; or `{NONE}`) and solids ({', '.join(SOLID)}; or [])",
                )
        self.found.raise_errors()

    def _chosen(self, kind: str, thermos: tuple[str, ...], candidates: list[PhaseEntry]) -> PhaseEntry | None:
        stated = self.stated.get(kind)
        if stated is not None:
            return self._named(stated, kind, thermos)
        if len(candidates) > 1:
            names = ", ".join(f"`{e.name}`" for e in candidates)
            self.refuse(
                f"the file has several phases that could be the {kind} one: {names}",
                candidates[1].span,
                f"name one under `chemistry: {{{kind}: ...}}`",
            )
        return candidates[0] if candidates else None

    def _named(self, name: str, kind: str, thermos: tuple[str, ...]) -> PhaseEntry:
        entry = self.phases.get(name)
        if entry is None:
            self.refuse(f"there is no phase `{name}`", self.top, suggest(name, self.phases, "phases"))
        assert entry is not None
        if entry.thermo not in thermos:
            self.refuse(
                f"phase `{name}`: thermo `{entry.thermo}` can't be taken over ({kind})",
                entry.span,
                f"what can: {', '.join(thermos)}",
            )
        return entry

    def _phases(self) -> Iterator[PhaseEntry]:
        for node in _items(self.tree.get("phases") if self.tree else None):
            if isinstance(node, Mapping) and (name := _text(node.get("name"))):
                thermo = node.get("thermo")
                text = _text(thermo)
                span = thermo.span if isinstance(thermo, Scalar) else node.span.part(0, 1)
                yield PhaseEntry(name, _OLD_NAMES.get(text, text), node, span)

    def _has_water(self, entry: PhaseEntry) -> bool:
        """Whether the phase's first species is water."""
        name = self.first_species(entry)
        found = self.species_entry(name) if name else None
        composition = found.get("composition") if found else None
        if isinstance(composition, Mapping):
            plain = composition.plain()
            return {
                e: float(n) for e, n in plain.items() if isinstance(n, (int, float)) and n
            } == WATER_ELEMENTS
        return bool(name) and name.upper().startswith("H2O")

    def first_species(self, entry: PhaseEntry) -> str:
        """The solvent's name as the phase lists it, empty where that takes Cantera to find out."""
        return next(iter(self.listed_species(entry)), "")

    def listed_species(self, entry: PhaseEntry) -> list[str]:
        """Names of a phase's species, as far as this file tells them."""
        stated = entry.node.get("species")
        if stated is None or _text(stated) == "all":
            defined = _items(self.tree.get("species") if self.tree else None)
            return [_text(d.get("name")) for d in defined if isinstance(d, Mapping)]
        names: list[str] = []
        for item in _items(stated):
            inner = next(iter(item), None) if isinstance(item, Mapping) else None
            names += [_text(i) for i in _items(inner.value)] if inner else [_text(item)]
        return [name for name in names if name]


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""
