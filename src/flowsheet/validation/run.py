"""Run a case: all points on as few compiled plants as its settings allow, each from the nearest solved."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, pointing_into, suggest
from flowsheet.document.document import Document
from flowsheet.document.source import Node
from flowsheet.document.structure import structure
from flowsheet.document.unit_expression import UnitError, parse_unit
from flowsheet.document.unit_of_measure import conversion, target_text
from flowsheet.solve.case import ASKED, Case, case_of, inputs_of, load, remember
from flowsheet.solve.simulate import simulate
from flowsheet.validation import values
from flowsheet.validation.case import Comparison, FunctionReference, ValidationCase
from flowsheet.validation.outcome import (
    CaseOutcome,
    ComparisonOutcome,
    PointOutcome,
    band,
    judged_by,
)
from flowsheet.validation.rows import NotThere, Row, is_kept, read_rows
from flowsheet.validation.stored import stored_predictions
from flowsheet.validation.values import Point, Unusable

_OVERRIDES = "--set"
_BEYOND = "W607"
"""The code of a correlation that is used outside the range of its data."""
_OF_THE_KEY = {
    "E101",
    "E102",
    "E103",
    "E104",
    "E106",
    "E201",
    "E202",
    "E203",
    "E301",
    "E404",
    "E504",
    "E602",
    "E701",
}
"""Findings about a setting that are wrong at every point, not at one whose value is out of range."""

Progress = Callable[[str], None]


@dataclass
class _Solved:
    """A row with the document that its settings make, and what solving it gave."""

    row: Row
    texts: Mapping[str, str]
    scenario: str | None = None
    document: Document | None = None
    trouble: str = ""
    case: Case | None = None
    simulation: Any = None
    values: Mapping[str, float] = field(default_factory=dict)
    beyond: str = ""

    @cached_property
    def point(self) -> Point:
        """What functions are told, once it is solved."""
        settings = {key: values.setting_number(text) for key, text in self.texts.items()}
        return Point(settings, self.row.cells, self.values, self.case, self.simulation)


def run_case(
    case: ValidationCase, suite: Path, data: Path, progress: Progress = lambda text: None
) -> CaseOutcome:
    """Predict every point of a case and hold it against measurement and stored prediction.

    Raises:
        DiagnosticError: the case doesn't fit its table or its flowsheet.
    """
    began = time.perf_counter()
    missing = [name for name in case.needs if importlib.util.find_spec(name) is None]
    if missing:
        return CaseOutcome(case, reason=f"it needs the Python package {', '.join(missing)}")
    try:
        rows = read_rows(case, suite, data)
    except NotThere as absent:
        return CaseOutcome(case, reason=str(absent))
    _find_functions(case)
    solved, compiles = _solve(case, rows, progress)
    comparisons = tuple(
        ComparisonOutcome(each, tuple(_points(each, number, solved)))
        for number, each in enumerate(case.comparisons)
    )
    empty = [
        Diagnostic("E910", f"`{c.stated.name}` is measured at no point", c.stated.measured.span)
        for c in comparisons
        if not c.points
    ]
    if empty:
        raise DiagnosticError(empty, case.texts)
    outcome = CaseOutcome(case, comparisons, seconds=time.perf_counter() - began, compiles=compiles)
    return judged_by(outcome, stored_predictions(case.folder))


def _find_functions(case: ValidationCase) -> None:
    for each in case.comparisons:
        for reference in (each.predicted, each.measured.function):
            if isinstance(reference, FunctionReference):
                values.function_of(reference, case)


def _solve(case: ValidationCase, rows: Iterable[Row], progress: Progress) -> tuple[list[_Solved], int]:
    """The rows, solved where there is a flowsheet, and how many plants were needed."""
    solved = [_with_settings(case, row) for row in rows]
    if case.flowsheet is None:
        return solved, 0
    asked = {
        str(i): c.predicted
        for i, c in enumerate(case.comparisons)
        if not isinstance(c.predicted, FunctionReference)
    }
    _check(case, asked, solved)
    for each in solved:
        if not each.trouble:
            _load(case, asked, each)
    groups = _by_structure(solved)
    done = compiled = 0
    for group in groups:
        try:
            done = _solve_group(case, group, progress, done, len(solved))
            compiled += 1
        except _NotAnswered as refused:
            # a plant without some metal can't say anything of it: ask only what its rows compare
            for each in group:
                _load(case, {n: a for n, a in asked.items() if _compares(case, n, each.row)}, each)
            smaller = _by_structure(group)
            if any(len(each.document.asked) == len(asked) for each in group if each.document):
                raise refused.error from None
            for part in smaller:
                try:
                    done = _solve_group(case, part, progress, done, len(solved))
                except _NotAnswered as again:
                    raise again.error from None
            compiled += len(smaller)
    return solved, compiled


class _NotAnswered(Exception):
    """A plant can't answer what the case asks."""

    def __init__(self, error: DiagnosticError) -> None:
        super().__init__(str(error))
        self.error = error


def _compares(case: ValidationCase, number: str, row: Row) -> bool:
    return is_kept(row, case.comparisons[int(number)].where)


def _by_structure(points: Iterable[_Solved]) -> list[list[_Solved]]:
    """Points that can share a compiled plant."""
    groups: dict[str, list[_Solved]] = {}
    for each in points:
        if each.document is not None:
            groups.setdefault(json.dumps(structure(each.document), default=str), []).append(each)
    return list(groups.values())


def _with_settings(case: ValidationCase, row: Row) -> _Solved:
    try:
        scenario = values.setting_text(case.scenario, row) if case.scenario is not None else ""
        texts = {
            s.key: values.setting_text(s.value, row) for s in case.settings if is_kept(row, s.value.where)
        }
        return _Solved(row, texts, scenario or None)
    except Unusable as error:
        return _Solved(row, {}, trouble=str(error))


def _check(case: ValidationCase, asked: Mapping[str, Node], solved: list[_Solved]) -> None:
    """Refuse a case that doesn't fit its flowsheet, before any point is solved."""
    assert case.flowsheet is not None
    try:
        document = load(case.flowsheet, None, (), asked)
    except DiagnosticError as error:
        raise DiagnosticError(error.diagnostics, {**case.texts, **error.sources}) from None
    found = [*_unknown_scenarios(case, document, solved)]
    for entry in document.asked:
        stated = case.comparisons[int(entry.name)]
        try:
            in_unit_of(stated, 1.0, entry.unit)
        except UnitError:
            told = f"is in {entry.unit}" if entry.unit else "has a unit that can't be followed"
            message = f"`{stated.name}` {told}, what it is compared with is in {stated.unit}"
            found.append(
                Diagnostic("E203", message, stated.measured.span, "state the unit of the measurement")
            )
    # the first row of each kind: what is wrong at one of them is wrong at all of its kind
    kinds = {(s.scenario, tuple(s.texts)): s for s in reversed(solved) if not s.trouble}
    for first in kinds.values() if not found else ():
        found += [d for d in _faulty_settings(case, asked, first) if d not in found]
    if found:
        raise DiagnosticError(found, case.texts)


def _unknown_scenarios(
    case: ValidationCase, document: Document, solved: list[_Solved]
) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(s.scenario for s in solved if s.scenario):
        if case.scenario is not None and name not in document.scenarios:
            help = suggest(name, document.scenarios, "scenarios")
            yield Diagnostic("E601", f"unknown scenario `{name}`", case.scenario.span, help)


def _faulty_settings(case: ValidationCase, asked: Mapping[str, Node], first: _Solved) -> list[Diagnostic]:
    """Settings that the flowsheet doesn't have, shown where the case states them."""
    assert case.flowsheet is not None
    places = {s.key: s.span for s in case.settings}
    try:
        load(case.flowsheet, first.scenario, _overrides(first), asked)
    except DiagnosticError as error:
        return [
            replace(d, span=places[list(first.texts)[d.span.line - 1]])
            for d in error.diagnostics
            if d.severity == "error"
            and d.code in _OF_THE_KEY
            and d.span is not None
            and d.span.file == _OVERRIDES
        ]
    return []


def _overrides(point: _Solved) -> tuple[str, ...]:
    return tuple(f"{key}={text}" for key, text in point.texts.items())


def _load(case: ValidationCase, asked: Mapping[str, Node], point: _Solved) -> None:
    assert case.flowsheet is not None
    try:
        point.document = load(case.flowsheet, point.scenario, _overrides(point), asked)
    except DiagnosticError as error:
        point.trouble = next((d.message for d in error.diagnostics if d.severity == "error"), str(error))


def _solve_group(
    case: ValidationCase, group: list[_Solved], progress: Progress, done: int, total: int
) -> int:
    """Solve points of one structure, each from the nearest that is solved; returns how many are done."""
    first = group[0].document
    assert first is not None
    progress(f"{case.name}: compiling")
    try:
        with pointing_into(case.texts):
            compiled = case_of(first)
    except DiagnosticError as error:
        if any(d.span is not None and d.span.file in case.texts for d in error.diagnostics):
            raise _NotAnswered(error) from None
        return _give_up(group, error.diagnostics[0].message) + done
    except Exception as error:  # one plant that can't be built must not end the suite
        return _give_up(group, f"can't be built: {type(error).__name__}: {error}") + done
    known: list[tuple[np.ndarray, np.ndarray]] = []
    for point in group:
        done += 1
        progress(f"{case.name}: point {done} of {total}")
        assert point.document is not None
        p = inputs_of(point.document, compiled.plant)
        point.case = replace(compiled, document=point.document, p=p)
        try:
            _simulate(point, known)
        except Exception as error:  # nor one that can't be solved
            point.trouble = f"not solved: {type(error).__name__}: {error}"
    remember(compiled)
    return done


def _give_up(group: list[_Solved], trouble: str) -> int:
    """No point of the group can be predicted; returns how many they are."""
    for point in group:
        point.trouble = trouble
    return len(group)


def _simulate(point: _Solved, known: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Solve a point from the nearest of the known (inputs, unknowns), else cold; a solution joins them."""
    from flowsheet.results.balances import balances
    from flowsheet.results.result import BALANCE_TOLERANCE
    from flowsheet.results.solved import solved
    from flowsheet.results.warnings import collect_warnings
    from flowsheet.solve.explain import explain_failure

    assert point.case is not None
    plant, p = point.case.plant, point.case.p
    nearest = min(known, key=lambda pair: _distance(pair[0], p), default=None)
    if nearest is None:
        simulation = simulate(plant, p)
    else:
        simulation = simulate(plant, p, nearest[1], warm_inputs=nearest[0])
    if not simulation.converged:
        found = explain_failure(plant, simulation, point.case.document)
        point.trouble = f"not solved: {found[0].message if found else simulation.newton.message}"
        return
    state = solved(point.case, simulation, speciate=False)
    worst = balances(plant, state.flows, state.values)["worst"]["plant"]
    if worst["closure"] > BALANCE_TOLERANCE:
        point.trouble = f"solved, but {worst['quantity']} closes only to {worst['closure']:.1e}"
        return
    known.append((p, simulation.x))
    point.simulation = simulation
    point.values = state.values
    beyond = [w["message"] for w in collect_warnings(state) if w["code"] == _BEYOND]
    point.beyond = "; ".join(beyond)


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    scale = np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-12)
    return float(np.sum(np.abs(a - b) / scale))


def _points(stated: Comparison, number: int, solved: Iterable[_Solved]) -> Iterator[PointOutcome]:
    """The points at which the number was measured."""
    for each in solved:
        if not is_kept(each.row, stated.where):
            continue
        try:
            yield _point(stated, number, each)
        except values.NotMeasured:
            continue


def _point(stated: Comparison, number: int, solved: _Solved) -> PointOutcome:
    row, trouble = solved.row, solved.trouble
    point = solved.point
    measured = predicted = None
    deviation = width = 0.0
    try:
        if stated.measured.function is None or not trouble:
            measured = values.number(stated.measured, point, row)
            logarithm = stated.compared_as == "logarithm"
            deviation = values.deviation(stated.uncertainty, measured, row, stated.unit, logarithm)
            width = band(stated.tolerance.margin, measured, stated.compared_as)
        if not trouble:
            predicted = _predicted(stated, number, point)
    except Unusable as error:
        trouble = str(error)
    role = values.role_at(stated.role, row)
    return PointOutcome(
        row.name,
        row.label,
        role,
        measured,
        predicted,
        deviation,
        width,
        None,
        0.0,
        trouble,
        solved.beyond,
    )


def _predicted(stated: Comparison, number: int, point: Point) -> float:
    if isinstance(stated.predicted, FunctionReference):
        return values.call(stated.predicted, point)
    value = point.values[f"{ASKED}{number}"]
    if not np.isfinite(value):
        raise Unusable(f"the prediction is {value}")
    units = {entry.name: entry.unit for entry in point.case.document.asked}
    return in_unit_of(stated, value, units[str(number)])


def in_unit_of(stated: Comparison, value: float, unit: str | None) -> float:
    """A reported number in the unit of what it is compared with; results may be reported in kWh/m3.

    Raises:
        UnitError: they measure different things.
    """
    wanted = target_text(stated.unit)
    if unit is None and wanted != "1":
        raise UnitError("E203", "its unit isn't known")
    if unit is None or target_text(unit) == wanted:
        return value
    factor, offset = conversion(parse_unit(target_text(unit)), stated.unit)
    return factor * value + offset
