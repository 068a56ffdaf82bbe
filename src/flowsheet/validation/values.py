"""What a case states, at one point: settings as texts, numbers in canonical units, functions called."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.quantity import QuantityError, parse_quantity, split_quantity
from flowsheet.document.syntax_tree import evaluate
from flowsheet.document.unit_expression import UnitError
from flowsheet.validation.case import FunctionReference, RoleOf, Uncertainty, ValidationCase, Value
from flowsheet.validation.margins import margin_of
from flowsheet.validation.rows import Row, matches


class Unusable(Exception):
    """A point that can't be computed, with the reason in a user's words."""


@dataclass(frozen=True)
class Point:
    """What a Python function of a case is told.

    `point["leach.temperature"]`: a setting, as a number in its canonical unit (K, m3/h, mol/L ...), as an
    integer, or as a text.  `row`: the cells of the table as texts.  `values`: all numbers that the solved
    flowsheet reports, by name, in canonical units; `case` and `simulation`: the compiled plant and its
    solution (empty where the case has no flowsheet).
    """

    settings: Mapping[str, Any]
    row: Mapping[str, str]
    values: Mapping[str, float] = field(default_factory=dict)
    case: Any = None
    simulation: Any = None

    def __getitem__(self, key: str) -> Any:
        return self.settings[key]

    @cached_property
    def result(self) -> Mapping[str, Any]:
        """The result as `flowsheet run --json` prints it: streams, products, reagents, utilities ..."""
        from flowsheet.results.result import build_result
        from flowsheet.results.solved import solved

        return build_result(solved(self.case, self.simulation))


class NotMeasured(Exception):
    """A cell is empty: the number was not measured at this point."""


def setting_text(value: Value, row: Row) -> str:
    """A setting's value as `--set` takes it.

    Raises:
        Unusable: the row has no number for it.
    """
    try:
        text = _setting_text(value, row)
    except NotMeasured as empty:
        raise Unusable(f"{empty} is empty") from None
    return value.within.replace("{}", text) if value.within else text


def _setting_text(value: Value, row: Row) -> str:
    if value.text:
        return value.text
    if value.column:
        cell = row.cells[value.column]
        if value.values:
            if cell not in value.values:
                raise Unusable(f"`values` says nothing of {value.column} = {cell}")
            return value.values[cell]
        if not value.unit:
            return cell
    return f"{_number(value, row)!r} {value.unit}".strip()


def setting_number(text: str) -> Any:
    """A setting as a function is told it: an integer, a number in its canonical unit, or the text."""
    try:
        parts = split_quantity(text)
        if not parts.unit and text.strip().lstrip("+-").isdigit():
            return int(text)
        return parse_quantity(text, parts.canonical_unit())
    except UnitError:
        return text


def number(value: Value, point: Point, row: Row) -> float:
    """A measured or expected number in its canonical unit.

    Raises:
        Unusable: the row has no number for it, or the function fails.
        NotMeasured: its cell is empty.
    """
    if value.function is not None:
        return call(value.function, point)
    text = value.text
    if value.column and value.values:
        text = _setting_text(value, row)
    elif not text:
        text = f"{_number(value, row)!r} {value.unit}".strip()
    try:
        return parse_quantity(text, value.canonical)
    except QuantityError as error:
        raise Unusable(error.message) from None


def _number(value: Value, row: Row) -> float:
    if value.formula is None:
        return _cell(row, value.column)
    try:
        result = float(evaluate(value.formula, lambda name: _cell(row, value.quoted.get(name, name))))
    except (ArithmeticError, ValueError) as error:
        raise Unusable(f"the formula has no value: {error}") from None
    if not math.isfinite(result):
        raise Unusable("the formula has no finite value")
    return result


def _cell(row: Row, column: str) -> float:
    text = row.cells.get(column, "")
    if not text:
        raise NotMeasured(column)
    try:
        value = float(text)
    except ValueError:
        raise Unusable(f"{column} is `{text}`, not a number") from None
    if not math.isfinite(value):
        raise Unusable(f"{column} is `{text}`, not a finite number")
    return value


def deviation(stated: Uncertainty | None, measured: float, row: Row, unit: str, per_log: bool) -> float:
    """One standard deviation of the measurement, in the canonical unit of the number.

    Of a logarithm (base 10), a relative one is that of its argument.
    """
    if stated is None:
        return 0.0
    margin = stated.margin
    if margin is None:
        try:
            cell = _cell(row, stated.column)
            margin = margin_of(cell, stated.unit, unit, f"{cell!r} {stated.unit}".strip())
        except QuantityError as error:
            raise Unusable(f"its uncertainty: {error.message}") from None
        except NotMeasured as empty:
            raise Unusable(f"its uncertainty: {empty} is empty") from None
    if per_log and margin.relative:
        return margin.amount / math.log(10.0)
    return margin.at(measured)


def role_at(role: RoleOf, row: Row) -> str:
    """The role of one point."""
    if not role.column:
        return role.all
    return "calibration" if matches(row.cells[role.column], role.calibration) else "validation"


_MODULES: dict[Path, Any] = {}


def function_of(reference: FunctionReference, case: ValidationCase) -> Callable[[Point], Any]:
    """The Python function of a case.

    Raises:
        DiagnosticError: E911, its file can't be run, or has no such function.
    """

    def bad(message: str) -> DiagnosticError:
        return DiagnosticError([Diagnostic("E911", message, reference.span)], case.texts)

    path = reference.file.resolve()
    if path not in _MODULES:
        name = f"flowsheet_case_{abs(hash(path))}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise bad(f"{path.name} can't be loaded")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look their module up there
        written, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # nothing is left in a user's folder
        try:
            spec.loader.exec_module(module)
        except Exception as error:  # whatever a user's file raises
            raise bad(f"{path.name} can't be run: {type(error).__name__}: {error}") from error
        finally:
            sys.dont_write_bytecode = written
        _MODULES[path] = module
    function = getattr(_MODULES[path], reference.name, None)
    if not callable(function):
        raise bad(f"{path.name} has no function `{reference.name}`")
    found: Callable[[Point], Any] = function
    return found


def call(reference: FunctionReference, point: Point) -> float:
    """The number that a case's function gives; the function was found before.

    Raises:
        Unusable: it raises an error, or gives no finite number.
    """
    function = getattr(_MODULES[reference.file.resolve()], reference.name)
    try:
        result = float(function(point))
    except Exception as error:  # whatever a user's function raises is said, not shown as a traceback
        raise Unusable(f"{reference.name} fails: {type(error).__name__}: {error}") from error
    if not math.isfinite(result):
        raise Unusable(f"{reference.name} gives {result}")
    return result
