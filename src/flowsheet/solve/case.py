"""A flowsheet file as something that can be solved: loaded, built, compiled."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from flowsheet.document.document import Document
from flowsheet.document.load import load_document
from flowsheet.document.vocabulary import Vocabulary
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


def vocabulary() -> Vocabulary:
    """Names that expressions in a flowsheet file may use."""
    from flowsheet.economics.charges import CHARGES
    from flowsheet.economics.money import QUANTITIES
    from flowsheet.model.accounts import FUNCTIONS, STREAM_QUANTITIES

    return Vocabulary(functions=FUNCTIONS, quantities=tuple(QUANTITIES), stream_quantities=tuple(STREAM_QUANTITIES),
                      charges=CHARGES)


def load(path: Path | str, scenario: str | None = None, overrides: Sequence[str] = ()) -> Document:
    """Load and check a flowsheet file against the unit library and the chemistry.

    Raises:
        DiagnosticError: everything that is wrong with the file.
    """
    from flowsheet.model.catalogue import declarations
    from flowsheet.model.knowledge import Chemistries

    return load_document(path, declarations, Chemistries(), scenario, overrides, vocabulary())


def chemistry_of(document: Document) -> ChemistrySystem:
    """The document's chemistry system with the user's additions."""
    from flowsheet.model.build import system_of

    return system_of(document)


def compile_document(document: Document) -> CompiledPlant:
    """Build and compile a document's plant."""
    from flowsheet.economics.money import build_money
    from flowsheet.model.accounts import report_streams
    from flowsheet.model.build import build_model
    from flowsheet.model.catalogue import unit_classes
    from flowsheet.model.questions import Questions
    from flowsheet.model.targets import add_targets
    from flowsheet.solve.assemble import compile_plant

    flowsheet = build_model(document, unit_classes(document.unit_libraries))
    report_streams(flowsheet.streams, flowsheet.registry)
    money = build_money(flowsheet)
    targets = add_targets(flowsheet, Questions(flowsheet, money.totals))
    return compile_plant(flowsheet, targets, {"unpriced": money.unpriced})


def open_case(path: Path | str, scenario: str | None = None, overrides: Sequence[str] = ()) -> Case:
    """From a file to a case that can be simulated and optimised."""
    seconds = {}
    began = time.perf_counter()
    document = load(path, scenario, overrides)
    seconds["load"] = time.perf_counter() - began
    began = time.perf_counter()
    plant = compile_document(document)
    seconds["compile"] = time.perf_counter() - began
    return Case(document, plant, plant.model.p0.copy(), seconds)
