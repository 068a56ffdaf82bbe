"""The compiled plant: one system of equations with what is needed to start it cold, unit by unit.

`assemble` turns a built model into a `CompiledPlant`, a plain value without Pyomo; `simulate` solves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flowsheet.model.registry import REQUIREMENT
from flowsheet.solve.compiled import CompiledModel
from flowsheet.solve.initialise import Continuation, Procedure

START = "start:"
"""Prefix of the outputs that hold cold-start values of unknowns."""


@dataclass(frozen=True, eq=False)
class Section:
    """The rows and unknowns of one feed or unit, and how it is started where start values alone don't do."""

    owner: str
    equations: tuple[str, ...]
    unknowns: tuple[str, ...]
    procedure: Procedure | None = None
    continuation: Continuation | None = None


@dataclass(frozen=True, eq=False)
class CompiledPlant:
    """A plant's equations in numbers.

    Attributes:
        model: the compiled equations; its outputs are the reported numbers and the start values.
        sections: feeds, then units in solving order.
        torn: names of torn recycle streams.
        units: canonical unit by output and input name.
        descriptions: what each output is.
        facts: structural facts for the result layer (plain JSON values).
    """

    model: CompiledModel
    sections: tuple[Section, ...]
    torn: tuple[str, ...]
    units: Mapping[str, str]
    descriptions: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def inputs(self, values: Mapping[str, float]) -> np.ndarray:
        """Input vector: the compiled values with some replaced by name."""
        p = self.model.p0.copy()
        for name, value in values.items():
            p[self.model.inputs.position[name]] = value
        return p

    def values(self, x: np.ndarray, p: np.ndarray) -> dict[str, float]:
        """All reported numbers by name."""
        numbers = self.model.outputs(x, p)
        return {
            n: float(v)
            for n, v in zip(self.model.output_names, numbers, strict=True)
            if not n.startswith((START, REQUIREMENT))
        }
