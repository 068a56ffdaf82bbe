"""Names that only the document knows, for completion where the schema knows but the kind of a value."""

from __future__ import annotations

from typing import Any

from flowsheet.document.document import Document
from flowsheet.model.knowledge import Chemistries
from flowsheet.solve.case import vocabulary


def names(document: Document) -> dict[str, Any]:
    """By what they name: streams, units, feeds, products, what may be varied, what expressions may use."""
    chemistry = Chemistries().names_of(document.chemistry)
    words = vocabulary()
    streams = [*document.feeds, *document.supplies, *_outlets(document)]
    return {
        "streams": streams,
        "units": list(document.units),
        "feeds": list(document.feeds),
        "products": list(document.products),
        "variables": list(_variables(document)),
        "functions": sorted(words.functions),
        "quantities": [*words.quantities, *(f"{s}.{q}" for s in streams for q in words.stream_quantities)],
        "components": list(chemistry.components),
        "solids": list(chemistry.solids),
        "gases": list(chemistry.gases),
        "elements": list(chemistry.elements),
        "charges": list(words.charges),
        "scenarios": list(document.scenarios),
    }


def _outlets(document: Document) -> list[str]:
    return [f"{unit.name}.{port}" for unit in document.units.values() for port in unit.declaration.outlets]


def _variables(document: Document) -> list[str]:
    """What `vary` may name: quantities of units and flows of feeds."""
    return [
        *(f"{name}.flow" for name, feed in document.feeds.items() if not feed.as_needed),
        *(
            f"{unit.name}.{parameter.name}"
            for unit in document.units.values()
            for parameter in unit.declaration.parameters.values()
            if parameter.kind == "quantity" and unit.parameters[parameter.name].value is not None
        ),
    ]
