"""Whether a flowsheet has as many equations as unknowns, unit by unit, and what is wrong if not.

The report is plain JSON values, so that it can be kept between runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowsheet.document.diagnostics import Diagnostic, Span
from flowsheet.document.kept import read_kept, write_kept

if TYPE_CHECKING:
    from flowsheet.document.document import Document
    from flowsheet.solve.plant import CompiledPlant


def kept_structure(document: Document) -> dict[str, Any]:
    """The structure report, from an earlier run on a plant of the same structure if there was one.

    Findings point into the file's text, so only a report without any is kept.
    """
    from flowsheet.solve.case import compile_document
    from flowsheet.solve.keep import load_plant, plant_key

    key = plant_key(document)
    report: dict[str, Any] | None = read_kept("structure", key)
    if report is None:
        report = structure_report(document, load_plant(key, document) or compile_document(document))
        if not report["findings"]:
            write_kept("structure", key, report)
    return report


def structure_report(document: Document, plant: CompiledPlant) -> dict[str, Any]:
    """Solving order, torn streams, equations and unknowns per feed and unit, and what is wrong."""
    facts, model = plant.facts, plant.model
    held = facts["settings"]
    return {
        "order": list(facts["order"]),
        "torn": list(plant.torn),
        "owners": [
            {
                "name": s.owner,
                "operation": facts["unit_types"].get(s.owner, "feed"),
                "equations": len(s.equations),
                "unknowns": len(s.unknowns),
                "settings": sum(name.startswith(f"{s.owner}.") for name in held),
            }
            for s in plant.sections
            if s.equations or s.owner in facts["unit_types"]
        ],
        "equations": len(model.equations),
        "unknowns": len(model.unknowns),
        "settings": len(held),
        "freed": list(facts["targets"]["freed"]),
        "findings": [d.as_dict() for d in _unsound(document, plant)],
    }


def findings(report: Mapping[str, Any]) -> list[Diagnostic]:
    """What is wrong, from a report."""
    return [
        Diagnostic(
            f["code"], f["message"], Span(**f["where"]) if f["where"] else None, f["help"], f["severity"]
        )
        for f in report["findings"]
    ]


def _unsound(document: Document, plant: CompiledPlant) -> list[Diagnostic]:
    """Specifications that fix what is fixed already, or free what nothing determines."""
    from flowsheet.solve.explain import specification_texts, structural_findings

    stated = plant.facts["targets"].get("specifications", ())

    def place(message: str) -> Span | None:
        """Of the first specification that a message names."""
        for entry, specification in zip(stated, document.specifications, strict=True):
            if f"`{entry['text']}`" in message or f"`{entry['variable']}`" in message:
                return specification.span
        return None

    found = structural_findings(plant.model, "the flowsheet", None, specification_texts(stated))
    return [replace(d, span=place(d.message)) for d in found]
