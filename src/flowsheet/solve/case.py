"""A flowsheet file as something that can be solved: loaded, built, compiled."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsheet.document.diagnostics import pointing_into
from flowsheet.document.document import Document
from flowsheet.document.kept import kept
from flowsheet.document.load import load_document, load_text
from flowsheet.document.source import Node
from flowsheet.document.structure import feed_input, input_values
from flowsheet.document.vocabulary import Vocabulary
from flowsheet.model.library_files import library_digest
from flowsheet.model.parameter_sets import shipped_parameter_sets
from flowsheet.solve import keep
from flowsheet.solve.plant import CompiledPlant

if TYPE_CHECKING:
    from flowsheet.chemistry.system import ChemistrySystem


@dataclass(frozen=True, eq=False)
class Case:
    """A document and its compiled plant."""

    document: Document
    plant: CompiledPlant
    p: np.ndarray
    seconds: dict[str, float] = field(default_factory=dict)
    from_cache: bool = False
    key: str = ""


def vocabulary() -> Vocabulary:
    """Names that expressions in a flowsheet file may use; what knows them imports Pyomo, so they are kept."""

    def names() -> dict[str, Any]:
        from flowsheet.economics.charges import CHARGES
        from flowsheet.economics.costs import QUANTITIES
        from flowsheet.model.accounts import FUNCTION_UNITS, FUNCTIONS, STREAM_QUANTITIES

        return {
            "functions": dict(FUNCTIONS),
            "function_units": dict(FUNCTION_UNITS),
            "quantities": dict(QUANTITIES),
            "stream_quantities": dict(STREAM_QUANTITIES),
            "charges": dict(CHARGES),
            "parameter_sets": shipped_parameter_sets(),
        }

    stored = kept("vocabulary", library_digest(), names)
    functions = {name: tuple(families) for name, families in stored["functions"].items()}
    return Vocabulary(**{**stored, "functions": functions})


ASKED = "asked."
"""Prefix of the outputs that answer what was asked of a document beside its file."""


def load(
    path: Path | str,
    scenario: str | None = None,
    overrides: Sequence[str] = (),
    asked: Mapping[str, Node] | None = None,
    text: str | None = None,
) -> Document:
    """Load and check a flowsheet file against the unit library and the chemistry.

    `asked`: expressions, by name, that become outputs `asked.NAME`.  `text`: what the file is to hold, where
    that isn't what it holds on disk.

    Raises:
        DiagnosticError: everything that is wrong with the file.
    """
    from flowsheet.model.catalogue import declarations
    from flowsheet.model.knowledge import Chemistries

    if text is not None:
        words = vocabulary()
        return load_text(text, declarations, Chemistries(), scenario, overrides, words, str(path), asked)
    return load_document(path, declarations, Chemistries(), scenario, overrides, vocabulary(), asked)


def chemistry_of(document: Document) -> ChemistrySystem:
    """The document's chemistry system with the user's additions."""
    from flowsheet.chemistry.load import load_system

    return load_system(document.chemistry.system, *document.chemistry.extensions)


def compile_document(document: Document) -> CompiledPlant:
    """Build and compile a document's plant."""
    from flowsheet.economics.money import build_money
    from flowsheet.model.accounts import report_streams
    from flowsheet.model.build import build_model
    from flowsheet.model.catalogue import unit_classes
    from flowsheet.model.questions import Questions
    from flowsheet.model.targets import add_targets
    from flowsheet.solve.assemble import compile_plant

    with pointing_into(document.sources):
        flowsheet = build_model(document, unit_classes(document.unit_libraries))
        report_streams(flowsheet.streams, flowsheet.registry)
        questions = Questions(flowsheet)
        money = build_money(flowsheet, questions)
        targets = add_targets(flowsheet, questions)
        for asked in document.asked:
            value = questions.value(asked.expression)
            flowsheet.registry.add_output(f"{ASKED}{asked.name}", value, asked.unit or "", "asked")
        facts = {"unpriced": money.unpriced, "compounds": _compounds(document, flowsheet.system)}
        plant = compile_plant(flowsheet, targets, facts)
    return replace(plant, facts={**plant.facts, "atomic_masses": _atomic_masses(plant)})


def _atomic_masses(plant: CompiledPlant) -> dict[str, float]:
    """[kg/mol] of every element that the plant's streams carry, but what a Cantera file made up."""
    from flowsheet.chemistry.formula import atomic_weight, is_element

    carried = {
        element
        for species in plant.facts["species"].values()
        for entry in species.values()
        for element in entry["elements"]
    }
    return {element: atomic_weight(element) / 1000.0 for element in sorted(carried) if is_element(element)}


def _compounds(document: Document, system: ChemistrySystem) -> dict[str, dict[str, Any]]:
    """Of each compound that a feed states as dissolved: the name of its input and its molar mass [kg/mol]."""
    from flowsheet.model.feeds import compound_molar_mass

    return {
        name: {
            compound: {
                "input": feed_input(feed, "aqueous", compound),
                "molar_mass": compound_molar_mass(system, compound),
            }
            for compound, stated in feed.phases["aqueous"].composition.items()
            if stated.value
        }
        for name, feed in document.feeds.items()
        if "aqueous" in feed.phases
    }


def open_case(
    path: Path | str, scenario: str | None = None, overrides: Sequence[str] = (), use_cache: bool = True
) -> Case:
    """From a file to a case that can be simulated and optimised; compiled, or found in the cache."""
    began = time.perf_counter()
    document = load(path, scenario, overrides)
    seconds = {"load": time.perf_counter() - began}
    return case_of(document, seconds, use_cache)


def case_of(document: Document, seconds: Mapping[str, float] | None = None, use_cache: bool = True) -> Case:
    """A document with its plant, compiled or found in the cache, and with the document's inputs."""
    seconds = dict(seconds or {})
    began = time.perf_counter()
    key = keep.plant_key(document) if use_cache else ""
    plant = keep.load_plant(key, document) if use_cache else None
    found = plant is not None
    if plant is None:
        plant = compile_document(document)
    seconds["from cache" if found else "compile"] = time.perf_counter() - began
    return Case(document, plant, inputs_of(document, plant), seconds, found, key)


def inputs_of(document: Document, plant: CompiledPlant) -> np.ndarray:
    """The inputs of a plant as a document of its structure states them."""
    known = {n: v for n, v in input_values(document).items() if n in plant.model.inputs.position}
    return plant.inputs(known)


def remember(case: Case) -> str:
    """Keep the compiled plant with what a solve has derived; returns why not where it can't be kept."""
    if not case.key or case.from_cache:
        return ""
    return keep.save_plant(case.plant, case.key)
