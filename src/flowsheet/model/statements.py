"""What a unit states of itself beside its equations: results, ranges, limits, notes, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.document import UnitEntry
from flowsheet.document.parameter_file import ParameterValue
from flowsheet.model.registry import Registry, Validity

_CONDITIONS = {"T": "temperature"}
"""Conditions of parameter sets in words, where their names aren't."""


class Statements:
    """Part of `Unit`: the vocabulary for what is said, not solved."""

    unit_name: ClassVar[str]
    tag: str
    entry: UnitEntry
    registry: Registry

    def refuse(self, message: str, setting: str | None = None, help: str = "") -> NoReturn:
        """Stop building because of what the user asked for, at the place in the file where it stands."""
        span = self.entry.parameters[setting].span if setting else self.entry.span
        raise DiagnosticError([Diagnostic("E311", f"{self.unit_name} `{self.tag}`: {message}", span, help)])

    def require(self, name: str, margin: Any, message: str, needed: Any = None) -> None:
        """State what must hold for the unit to have a solution: `margin` > 0, an expression of inlets and
        inputs.

        It adds no equation.  Where a run fails and the margin is not positive, `message` says why; with
        `needed`, a number of inlets and inputs, it may name that as `{needed}`.
        """
        self.registry.add_requirement(name, margin, message, needed)

    def report(self, name: str, value: Any, index: str | None = None) -> None:
        """Publish a declared result; with `index` one entry of a profile."""
        declared = self.entry.declaration.results[name]
        key = f"{self.tag}.{name}" if index is None else f"{self.tag}.{name}.{index}"
        self.registry.add_output(key, value, declared.unit, declared.description)
        if declared.profile is not None and index is not None:
            self.registry.profiles.setdefault(self.tag, {})[name] = declared.profile

    def note(self, message: str) -> None:
        """Something that every result of this unit should say."""
        self.registry.notes.append((self.tag, message))

    def valid_within(
        self, outputs: Iterable[str], lower: float, upper: float, quantity: str, of: str, measure: str = "1"
    ) -> None:
        """Report when numbers that the unit publishes leave the range that its correlations were measured in.

        `outputs`: their names without the unit's own, as `stage_pH.extraction_1`; `quantity`: what they are;
        `of`: what was measured in that range; `measure`: unit of the numbers and the bounds.
        """
        self.registry.validities.append(
            Validity(self.tag, self._published(outputs), lower, upper, quantity, measure, of)
        )

    def within_data(self, values: Iterable[ParameterValue], conditions: Mapping[str, Sequence[str]]) -> None:
        """Report when conditions leave the ranges that a parameter set states for values.

        `conditions`: the published numbers that a condition of the ranges (T, pH) stands for.
        """
        named: dict[tuple[str, float, float, str], list[str]] = {}
        for value in values:
            for r in value.ranges:
                if conditions.get(r.condition):
                    named.setdefault((r.condition, r.lower, r.upper, r.unit), []).append(value.name)
        for (condition, lower, upper, unit), names in named.items():
            quantity = _CONDITIONS.get(condition, condition)
            self.valid_within(conditions[condition], lower, upper, quantity, ", ".join(names), unit)

    def stay_below(self, outputs: Iterable[str], limit: float, quantity: str, measure: str = "1") -> None:
        """Report when numbers that the unit publishes exceed a limit of safe design.

        `outputs`: their names without the unit's own; `quantity`: what they are, the subject of a sentence;
        `measure`: unit of the numbers and the limit.
        """
        self.registry.validities.append(
            Validity(self.tag, self._published(outputs), None, limit, quantity, measure, "", "limit")
        )

    def _published(self, outputs: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{self.tag}.{name}" for name in outputs)
