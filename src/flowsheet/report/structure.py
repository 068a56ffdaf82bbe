"""Whether a flowsheet has as many equations as unknowns, unit by unit, and in the user's words what is wrong if not.

The report is plain JSON values, so that it can be kept between runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span
from flowsheet.model.kept import kept, library_digest, text_digest

if TYPE_CHECKING:
    from flowsheet.document.document import Document, Specification
    from flowsheet.solve.assemble import SectionNotSquare
    from flowsheet.solve.plant import CompiledPlant

_SPECIFICATIONS = "specifications["
_NAMED = 8


def kept_structure(document: Document, plant: CompiledPlant | None = None) -> dict[str, Any]:
    """The structure report of an earlier run on the same files, else a new one; `plant` saves compiling."""
    digest = text_digest([library_digest(), document.scenario or "", *document.overrides,
                          *(f"{name}\n{text}" for name, text in sorted(document.sources.items()))])
    report: dict[str, Any] = kept("structure", digest, lambda: structure_report(document, plant))
    return report


def structure_report(document: Document, plant: CompiledPlant | None = None) -> dict[str, Any]:
    """Solving order, torn streams, equations and unknowns per feed and unit, and what is wrong."""
    from flowsheet.solve.assemble import SectionNotSquare
    from flowsheet.solve.case import compile_document

    if plant is None:
        try:
            plant = compile_document(document)
        except SectionNotSquare as error:
            return {"findings": [d.as_dict() for d in not_square(document, error)]}
    facts, model = plant.facts, plant.model
    held = list(model.inputs.names)
    return {
        "order": list(facts["order"]),
        "torn": list(plant.torn),
        "owners": [
            {"name": s.owner, "operation": facts["unit_types"].get(s.owner, "feed"),
             "equations": len(s.equations), "unknowns": len(s.unknowns),
             "settings": sum(name.startswith(f"{s.owner}.") for name in held)}
            for s in plant.sections if s.equations or s.owner in facts["unit_types"]],
        "equations": len(model.equations), "unknowns": len(model.unknowns), "settings": len(held),
        "freed": list(facts["targets"]["freed"]),
        "findings": [d.as_dict() for d in _unsound(document, plant)],
    }


def findings(report: Mapping[str, Any]) -> list[Diagnostic]:
    """What is wrong, from a report."""
    return [Diagnostic(f["code"], f["message"], Span(**f["where"]) if f["where"] else None, f["help"], f["severity"])
            for f in report["findings"]]


def raise_findings(document: Document, report: Mapping[str, Any]) -> None:
    """Raise DiagnosticError if the report has findings."""
    wrong = findings(report)
    if wrong:
        raise DiagnosticError(wrong, document.sources)


def not_square(document: Document, error: SectionNotSquare) -> list[Diagnostic]:
    """Units whose own equations don't match their unknowns."""
    found = []
    for owner, equations, unknowns in error.findings:
        entry = document.units.get(owner)
        extra = equations - unknowns
        if entry is None:
            place = document.feeds[owner].span if owner in document.feeds else None
            settings = "its flow and composition"
        else:
            place = entry.span
            given = [name for name, s in entry.parameters.items() if s.given]
            settings = f"given here: {', '.join(given)}" if given else "nothing is given here but inlets"
        if extra > 0:
            found.append(Diagnostic("S201", f"`{owner}` is over-specified: {_things(extra, 'equation')} too many",
                                    place, f"remove a setting ({settings})"))
        else:
            found.append(Diagnostic("S202", f"`{owner}` is under-specified: {_things(-extra, 'equation')} missing",
                                    place, f"give a setting more, or connect an optional inlet ({settings})"))
    return found


def _unsound(document: Document, plant: CompiledPlant) -> list[Diagnostic]:
    """Specifications that fix what is fixed already, or free what nothing determines."""
    from flowsheet.solve.structure import diagnose

    structure = diagnose(plant.model)
    if structure.is_sound:
        return []
    specs = document.specifications
    surplus = _specifications(structure.overdetermined_equations, specs)
    around = _around(document, structure.overdetermined_equations)
    found = []
    for spec in surplus:
        where = f" around {_listed(around)}" if around else ""
        found.append(Diagnostic(
            "S201", f"the flowsheet has one specification too many{where}: `{spec.until.text}` fixes what the equations "
            f"or another specification already determine, and `{spec.vary.name}` can't change it", spec.span,
            "vary something that acts on it, or remove the specification"))
    free = {name for name in structure.underdetermined_unknowns if ".input_" in name}
    for spec in specs:
        if any(_frees(spec, name) for name in free) and spec not in surplus:
            found.append(Diagnostic(
                "S202", f"`{spec.vary.name}` is freed, but nothing determines it", spec.span,
                f"`{spec.until.text}` doesn't depend on it: vary something else"))
    if not found:
        owners = _around(document, (*structure.surplus_equations, *structure.free_unknowns))
        found.append(Diagnostic(
            "S202", f"the equations around {_listed(owners) or 'the plant'} can't be solved for their unknowns: "
            f"{_things(len(structure.surplus_equations), 'equation')} too many, "
            f"{_things(len(structure.free_unknowns), 'unknown')} undetermined", None,
            f"equations: {_listed(structure.surplus_equations)}; unknowns: {_listed(structure.free_unknowns)}"))
    return found


def _specifications(equations: Iterable[str], specs: tuple[Specification, ...]) -> list[Specification]:
    numbers = [int(name.removeprefix(_SPECIFICATIONS).rstrip("]")) for name in equations
               if name.startswith(_SPECIFICATIONS)]
    return [specs[n - 1] for n in sorted(numbers)]


def _frees(spec: Specification, unknown: str) -> bool:
    owner, _, setting = unknown.partition("].input_")
    return owner.partition("[")[2] == spec.vary.owner and setting.rpartition(".")[2] in (
        spec.vary.setting, spec.vary.key)


def _around(document: Document, names: Iterable[str]) -> list[str]:
    """The feeds and units that rows or unknowns belong to, in the order of the file."""
    from flowsheet.solve.assemble import owner_of

    owners = {owner_of(name) for name in names}
    return [name for name in (*document.feeds, *document.units) if name in owners]


def _listed(names: Iterable[str]) -> str:
    shown = [f"`{n}`" for n in names]
    rest = len(shown) - _NAMED
    return ", ".join(shown[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _things(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
