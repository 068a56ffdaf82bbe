"""pH, ionic strength and saturation of every liquor, by speciating each stream after the solve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowsheet.results.flows import PROTON, StreamFlows
from flowsheet.solve.case import Case

NEAR_SATURATION = -0.1
"""log10 of the saturation ratio above which a solid is reported as near precipitation."""
_SOLUTE_FLOOR, _SOLUTE_CEILING = 1e-6, 0.4
"""Ions per water [mol/mol]: below, a stream is water, above a concentrated reagent; no pH is stated."""


def speciate_streams(
    case: Case, flows: Mapping[str, StreamFlows], progress: Callable[[str], None] | None = None
) -> dict[str, dict[str, Any]]:
    """Speciation of every stream with an aqueous phase; a stream that can't be speciated says so.

    `progress` is told each stream before its turn, and may raise to end it all.
    """
    from flowsheet.solve.case import chemistry_of
    from flowsheet.solve.speciation import Speciation

    system = chemistry_of(case.document)
    model = case.document.chemistry.activity_model
    found: dict[str, dict[str, Any]] = {}
    for name, stream in flows.items():
        aqueous = stream.flows.get("aqueous")
        if not aqueous:
            continue
        totals = {c: n for c, n in aqueous.items() if c != PROTON}
        solutes = sum(n for c, n in totals.items() if system.charge_of(c))
        if not _SOLUTE_FLOOR < solutes / totals["H2O"] < _SOLUTE_CEILING:
            continue
        if progress is not None:
            progress(name)
        result = Speciation(system, list(totals), model, keep=True).solve(totals, stream.temperature)
        if not result.converged:
            found[name] = {
                "pH": None,
                "ionic_strength": None,
                "near_saturation": [],
                "message": result.message,
                "warnings": [],
            }
            continue
        near = {s: v for s, v in result.saturation_index.items() if v > NEAR_SATURATION}
        found[name] = {
            "pH": result.pH,
            "ionic_strength": result.ionic_strength,
            "message": "",
            "near_saturation": [
                {"solid": s, "saturation_index": v}
                for s, v in sorted(near.items(), key=lambda item: -item[1])
            ],
            "warnings": [warning.message for warning in result.warnings],
        }
    return found
