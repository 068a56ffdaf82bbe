"""Why a plant has no solution, in the user's words: structure, requirements, specifications, residuals.

    S201  more equations than unknowns        S202  an unknown that no equation determines
    S203  a unit's requirement fails          S204  a specification can't be met in its range
    S205  not solved, and none of these

Nothing here is needed by a run that converges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, Span
from flowsheet.document.document import Document
from flowsheet.document.measures import unit_as_written
from flowsheet.document.quantity import to_display
from flowsheet.document.unit_of_measure import target_text
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.newton import NewtonOptions, solve

if TYPE_CHECKING:
    from flowsheet.solve.plant import CompiledPlant
    from flowsheet.solve.simulate import Simulation

_SHOWN = 4
_SAMPLES = 8
"""Steps from a specification's present value to either end of its range."""

_PART = re.compile(r"([^.\[]+)(?:\[([^\]]*)\])?\.?")
"""A name with its index, as Pyomo strings them together by dots."""


def in_words(name: str) -> str:
    """An equation or unknown as a user may read it.

    >>> in_words("units[press].cake_balance[Ni]"), in_words("streams[leach.liquor].ln_aqueous[H2O]")
    ('cake balance of press (Ni)', 'aqueous flow of H2O in leach.liquor')
    >>> in_words("streams[acid].temperature"), in_words("units[conc].input_water_evaporated")
    ('temperature of acid', 'conc.water_evaporated')
    >>> in_words("units[sx].extraction[1].aqueous.ln_m[H+]"), in_words("leach.residence_time")
    ('ln m of sx, extraction 1, aqueous (H+)', 'leach.residence_time')
    """
    found = re.match(r"(units|streams|feeds)\[(.+?)\]\.(.*)", name)
    if found is None:
        return name if "." in name else name.replace("_", " ")
    kind, owner, rest = found.groups()
    owner = owner.strip("'\"")
    if rest.startswith("input_"):
        return f"{owner}.{rest.removeprefix('input_')}"
    parts = [
        (part, index.replace("'", "").replace('"', "").replace(",", ", "))
        for part, index in _PART.findall(rest)
    ]
    family, index = parts[-1]
    if kind == "streams" and index and family.removeprefix("ln_") in ("aqueous", "organic", "solid", "gas"):
        return f"{family.removeprefix('ln_')} flow of {index} in {owner}"
    places = [f"{part} {at}".strip().replace("_", " ") for part, at in parts[:-1] if part != "feed"]
    words = f"{family.replace('_', ' ')} of {', '.join((owner, *places))}"
    return words + (f" ({index})" if index else "")


def _listed(names: Iterable[str], texts: Mapping[str, str]) -> str:
    words = [texts.get(n) or in_words(n) for n in names]
    rest = len(words) - _SHOWN
    return "; ".join(words[:_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")


def structural_findings(
    model: CompiledModel, subject: str, span: Span | None = None, texts: Mapping[str, str] | None = None
) -> list[Diagnostic]:
    """What the Dulmage-Mendelsohn parts say of a model; nothing when equations and unknowns match."""
    from flowsheet.solve.structure import diagnose

    structure, texts = diagnose(model), texts or {}
    findings = []
    if structure.surplus_equations:
        surplus = len(structure.surplus_equations)
        findings.append(
            Diagnostic(
                "S201",
                f"{subject} has {surplus} equation{'s' if surplus > 1 else ''} too many, among: "
                + _listed(_spoken(structure.overdetermined_equations, texts), texts),
                span,
                "remove one of what fixes them, or free another variable with `vary:`",
            )
        )
    if structure.free_unknowns:
        free = len(structure.free_unknowns)
        findings.append(
            Diagnostic(
                "S202",
                f"nothing determines {free} unknown{'s' if free > 1 else ''} of {subject}, among: "
                + _listed(_spoken(structure.underdetermined_unknowns, texts), texts),
                span,
                "what is freed must have an effect on what is asked for",
            )
        )
    return findings


def _spoken(names: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """What the user wrote first, then the engine's own."""
    return sorted(names, key=lambda n: n not in texts)


def raise_not_square(document: Document, compiled: CompiledModel, sections: Iterable[Any]) -> None:
    """Refuse units whose own equations and unknowns differ in number.

    Raises:
        DiagnosticError: with the equations or unknowns that are left over, by unit.
    """
    findings: list[Diagnostic] = []
    for section in sections:
        equations, unknowns = len(section.equations), len(section.unknowns)
        if equations == unknowns:
            continue
        entry = document.units.get(section.owner)
        subject = f"{entry.declaration.name if entry else 'feed'} `{section.owner}`"
        found = structural_findings(
            compiled.block(section.equations, section.unknowns), subject, entry.span if entry else None
        )
        counted = f"{equations} equations for {unknowns} unknowns; this is a fault of the unit operation"
        findings += [replace(d, help=counted) for d in found]
    if findings:
        raise DiagnosticError(findings, document.sources)


def explain_failure(plant: CompiledPlant, simulation: Simulation, document: Document) -> list[Diagnostic]:
    """Why a simulation did not converge: the most telling findings that there are, at least one."""
    specifications = plant.facts["targets"].get("specifications", ())
    texts = specification_texts(specifications)
    return (
        structural_findings(plant.model, "the flowsheet", _first_span(document), texts)
        or _failed_requirements(plant, simulation, document)
        or _missed_specifications(plant, simulation, document)
        or [_largest_residuals(simulation)]
    )


def specification_texts(specifications: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What specifications and what they free are called, by their names in the model."""
    texts = {}
    for number, entry in enumerate(specifications, start=1):
        texts[f"specifications[{number}]"] = f"specification `{entry['text']}`"
        texts[entry["unknown"]] = f"`{entry['variable']}`"
    return texts


def _first_span(document: Document) -> Span | None:
    return document.specifications[0].span if document.specifications else None


def _failed_requirements(
    plant: CompiledPlant, simulation: Simulation, document: Document
) -> list[Diagnostic]:
    from flowsheet.solve.rounds import initialise

    # What feeds and units upstream give; the last iterate of all equations together may be anywhere.
    values = plant.model.outputs(initialise(plant, simulation.p)[0], simulation.p)
    findings = []
    for entry in plant.facts.get("requirements", ()):
        margin = values[plant.model.output_position[entry["margin"]]]
        if margin <= 0.0:
            unit, message = document.units[entry["unit"]], entry["message"]
            if entry["needed"]:
                needed = values[plant.model.output_position[entry["needed"]]]
                message = message.replace("{needed}", f"{needed:.3g}")
            findings.append(
                Diagnostic("S203", f"{unit.declaration.name} `{entry['unit']}`: {message}", unit.span)
            )
    return findings


def _missed_specifications(
    plant: CompiledPlant, simulation: Simulation, document: Document
) -> list[Diagnostic]:
    """Solve without the specifications; follow each freed variable over its range, the others held."""
    specifications = plant.facts["targets"].get("specifications", ())
    if not specifications:
        return []
    unknowns = [u for s in plant.sections for u in s.unknowns]
    model = plant.model.block([e for s in plant.sections for e in s.equations], unknowns)
    from flowsheet.solve.rounds import initialise

    x, _ = initialise(plant, simulation.p)
    base = solve(model, *model.gather(x, simulation.p), NewtonOptions())
    if not base.converged:
        return []
    findings = []
    for number, entry in enumerate(specifications):
        left, right = _reached(plant, model, base.x, x, simulation.p, entry)
        difference = left - right
        if difference.size == 0 or (np.min(difference) <= 0.0 <= np.max(difference)):
            continue
        sides = (np.min(left), np.max(left), right[0])
        low, high, target = (_as_written(float(v), document, number) for v in sides)
        findings.append(
            Diagnostic(
                "S204",
                f"specification `{entry['text']}` can't be met by `{entry['variable']}`: over its range "
                f"the left side goes from {low} to {high} where the right side is {target}",
                document.specifications[number].span,
                "change the target, or free another variable with `vary:`",
            )
        )
    return findings


def _as_written(value: float, document: Document, number: int) -> str:
    """A side of a specification in the unit that the file writes its target in, else in the engine's own."""
    until = document.specifications[number].until
    canonical = target_text(until.unit or "")
    unit = unit_as_written(until) or canonical.removeprefix("delta_")
    if unit in ("", "1", "pH"):
        return f"{value:.6g}"
    rates = {name: rate.quantity.value for name, rate in document.economics.exchange_rates.items()}
    return f"{to_display(value, canonical, unit, rates):.6g} {unit}"


def _reached(
    plant: CompiledPlant,
    model: CompiledModel,
    x_base: np.ndarray,
    x: np.ndarray,
    p: np.ndarray,
    entry: Mapping[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """Both sides of a specification over the range of its variable, as far as the plant can be followed."""
    place = plant.model.unknowns.position[entry["unknown"]]
    held = model.inputs.position[entry["unknown"]]
    lower, upper, present = plant.model.unknowns.lower[place], plant.model.unknowns.upper[place], x[place]
    lower = lower if np.isfinite(lower) and lower > -1e18 else present / 100.0
    upper = upper if np.isfinite(upper) and upper < 1e18 else present * 100.0
    lower = lower + 1e-6 * (upper - lower)
    left, right = [], []
    for end in (lower, upper):
        here = x_base
        for share in np.linspace(0.0, 1.0, _SAMPLES + 1):
            value = present + share * (end - present)
            if present > 0.0 and end > 0.0:
                value = present * (end / present) ** share
            inputs = model.gather(x, p)[1]
            inputs[held] = value
            result = solve(model, here, inputs, NewtonOptions(iteration_limit=60))
            if not result.converged:
                break
            here = result.x
            moved, _ = model.scatter(here, x, p)
            moved[place] = value
            outputs = plant.model.outputs(moved, p)
            left.append(outputs[plant.model.output_position[entry["left"]]])
            right.append(outputs[plant.model.output_position[entry["right"]]])
    return np.array(left), np.array(right)


def _largest_residuals(simulation: Simulation) -> Diagnostic:
    units: dict[str, float] = {}
    for name, size in simulation.newton.worst:
        found = re.match(r"(?:units|streams|feeds)\[(.+?)[\].]", name)
        owner = found.group(1).strip("'\"") if found else "specifications"
        units[owner] = max(units.get(owner, 0.0), abs(size))
    listed = "; ".join(in_words(n) for n, _ in simulation.newton.worst[:_SHOWN])
    first = simulation.failed_sections[0] if simulation.failed_sections else next(iter(units), "")
    return Diagnostic(
        "S205",
        f"{simulation.newton.message or simulation.newton.status}; largest residuals: {listed}",
        None,
        f"look at `{first}` first" if first else "",
    )
