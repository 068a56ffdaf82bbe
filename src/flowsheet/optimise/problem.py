"""The optimisation that a flowsheet states, on its compiled equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from flowsheet.document.measures import unit_as_written
from flowsheet.document.quantity import split_quantity
from flowsheet.document.syntax_tree import Comparison
from flowsheet.solve.case import Case
from flowsheet.solve.compiled import CompiledModel

OBJECTIVE = "optimise.objective"


class NothingToOptimise(Exception):
    """The flowsheet has no `optimise:` block."""


@dataclass(frozen=True)
class FreeVariable:
    """An input that the optimiser moves between its bounds; these are written in the unit `shown_in`."""

    name: str
    lower: float
    upper: float
    unit: str
    shown_in: str


@dataclass(frozen=True)
class Constraint:
    """A constraint of the file and the output that it bounds (see `model.targets.ConstraintForm`)."""

    stated: Comparison
    output: str
    form: Literal["plain", "loss", "logarithm"]
    lower: float
    upper: float

    @property
    def scale(self) -> float:
        """Size of the bounds, by which distances from them are judged."""
        return max([1.0, *(abs(b) for b in (self.lower, self.upper) if np.isfinite(b))])

    @property
    def size(self) -> float:
        """What a violation counts against: 1 for a logarithm, else the size of the bounds."""
        return self.scale if self.form == "plain" else 1.0

    def violation(self, value: float) -> float:
        """By how much a value misses the bounds."""
        return max(self.lower - value, value - self.upper, 0.0)

    @property
    def text(self) -> str:
        return self.stated.text

    @property
    def shown_in(self) -> str:
        """The unit of measure in which the file states the bound; % of a fraction, else nothing."""
        return unit_as_written(self.stated)

    def shown(self, value: float) -> float:
        """A bounded output in the user's terms: what a number bounds, else left less right side."""
        if self.form == "loss":
            return 1.0 - float(np.exp(value))
        return float(np.exp(value)) if self.form == "logarithm" else value + (self.stated.bound or 0.0)

    def shown_multiplier(self, multiplier: float, value: float) -> float:
        """d objective / d bound in the user's terms, from that of the logarithm's bound.

        y = ln(1 - R): d/dR = -(d/dy) / (1 - R).    y = ln c: d/dc = (d/dy) / c.
        """
        if self.form == "loss":
            return -multiplier / float(np.exp(value))
        return multiplier / float(np.exp(value)) if self.form == "logarithm" else multiplier


@dataclass(frozen=True, eq=False)
class Problem:
    """Objective, free inputs and constraints over a case's compiled model."""

    case: Case
    sense: Literal["maximise", "minimise"]
    variables: tuple[FreeVariable, ...]
    constraints: tuple[Constraint, ...]

    @staticmethod
    def of(case: Case) -> Problem:
        """Read the problem from the compiled plant's facts.

        Raises:
            NothingToOptimise: the document states no optimisation.
        """
        targets: Mapping[str, Any] = case.plant.facts["targets"]
        if not targets["sense"]:
            raise NothingToOptimise("the flowsheet has no `optimise:` block")
        stated = case.document.optimisation
        assert stated is not None
        variables = tuple(
            FreeVariable(n, lo, hi, case.plant.units.get(n, ""), split_quantity(r.lower.text).unit)
            for r, (n, lo, hi) in zip(stated.vary, targets["free_in_optimisation"], strict=True)
        )
        constraints = tuple(
            Constraint(
                comparison,
                c["output"],
                c["form"],
                -np.inf if c["lower"] is None else c["lower"],
                np.inf if c["upper"] is None else c["upper"],
            )
            for comparison, c in zip(stated.subject_to, targets["constraints"], strict=True)
        )
        return Problem(case, targets["sense"], variables, constraints)

    @property
    def names(self) -> list[str]:
        return [v.name for v in self.variables]

    @cached_property
    def lower(self) -> np.ndarray:
        return np.array([v.lower for v in self.variables])

    @cached_property
    def upper(self) -> np.ndarray:
        return np.array([v.upper for v in self.variables])

    @cached_property
    def variable_bounds(self) -> dict[str, tuple[float, float]]:
        return {v.name: (v.lower, v.upper) for v in self.variables}

    @cached_property
    def output_bounds(self) -> dict[str, tuple[float, float]]:
        """Bounds of the constrained outputs by name."""
        return {c.output: (c.lower, c.upper) for c in self.constraints}

    @cached_property
    def free_model(self) -> CompiledModel:
        """The plant's equations with the free inputs among the unknowns."""
        return self.case.plant.model.with_free(self.names)

    @cached_property
    def _positions(self) -> np.ndarray:
        position = self.case.plant.model.inputs.position
        return np.array([position[n] for n in self.names], dtype=int)

    def settings(self, p: np.ndarray) -> np.ndarray:
        """The free inputs' values in an input vector."""
        return p[self._positions].copy()

    def with_settings(self, p: np.ndarray, values: np.ndarray) -> np.ndarray:
        """An input vector with the free inputs at `values`."""
        moved = p.copy()
        moved[self._positions] = values
        return moved

    def measures(self, x: np.ndarray, p: np.ndarray) -> tuple[float, dict[str, float]]:
        """Objective and constrained outputs at a solution."""
        model = self.case.plant.model
        outputs = model.outputs(x, p)
        return (
            float(outputs[model.output_position[OBJECTIVE]]),
            {c.output: float(outputs[model.output_position[c.output]]) for c in self.constraints},
        )

    def violation(self, bounded: Mapping[str, float]) -> float:
        """The sum by which constraints are missed, each over its size."""
        return sum(c.violation(bounded[c.output]) / c.size for c in self.constraints)
