"""What the page shows of a solved plant, beside what it showed of the one that it is compared with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flowsheet.document.measures import percent_of
from flowsheet.document.unit_of_measure import target_text
from flowsheet.optimise.problem import NothingToOptimise, Problem
from flowsheet.optimise.run import constraint_table
from flowsheet.report.optimum import bounded_side, objective_amount
from flowsheet.report.page.cards import quantity, stream_card, unit_card
from flowsheet.report.page.diagram import KINDS, kind_of, recycles, stream_numbers
from flowsheet.report.page.key_figures import key_figures
from flowsheet.report.page.report import card_rows
from flowsheet.report.page.tables import unasked, unit_results
from flowsheet.report.summary import sold_recoveries
from flowsheet.report.text import digits, percent
from flowsheet.results.display import Shown, shown_for, written
from flowsheet.results.result import build_result
from flowsheet.results.solved import Solved

_SAME = 1e-6
"""Relative difference that counts as none."""
_POINTS = 0.5
"""From this fraction on, fractions are compared by their difference, not by their ratio."""


@dataclass(frozen=True)
class Standing:
    """A page's right side as plain JSON values, and the numbers by which another is compared with it."""

    shown: dict[str, Any]
    measures: Mapping[str, float]


@dataclass
class _Comparison:
    """Collects numbers by name, and says how each differs from that of the reference."""

    reference: Mapping[str, float]
    measures: dict[str, float] = field(default_factory=dict)

    def change(self, name: str, value: float | None, is_share: bool = False) -> dict[str, Any] | None:
        """The change since the reference: `text`, `direction` 1 or -1, relative `size`; None for none."""
        if value is None or not math.isfinite(value):
            return None
        self.measures[name] = value
        before = self.reference.get(name)
        if before is None or abs(value - before) <= _SAME * max(abs(value), abs(before)):
            return None
        text = _points(value - before) if is_share and before >= _POINTS else _ratio(value, before)
        size = abs(value - before) / max(abs(value), abs(before))
        return {"text": text, "direction": 1 if value > before else -1, "size": size}


def _ratio(value: float, before: float) -> str:
    """
    >>> _ratio(103.0, 100.0), _ratio(0.5, 0.0), _ratio(-1.0, 1.0), _ratio(2e4, 1.0)
    ('3.0 %', 'new', '200 %', '20,000 times')
    """
    if before == 0.0:
        return "new"
    ratio = (value - before) / abs(before)
    if ratio > 10.0:
        return f"{value / before:,.0f} times"
    return f"{_size(100.0 * ratio)} %"


def _points(difference: float) -> str:
    """
    >>> _points(-0.0123), _points(2e-6)
    ('1.2 points', '0.0002 points')
    """
    return f"{_size(100.0 * difference)} points"


def _size(value: float) -> str:
    """Two digits: an arrow says which way."""
    return digits(abs(value), 2) if abs(value) >= 1e-2 else f"{abs(value):.1g}"


def standing(state: Solved, reference: Mapping[str, float]) -> Standing:
    """Key figures, products and constraints against their limits, streams and units.

    Args:
        state: the plant at its solution; speciated or not.
        reference: `measures` of the plant that it is compared with; empty for none.
    """
    result, shown = build_result(state), shown_for(state.document)
    compared = _Comparison(reference)
    numbers = stream_numbers(result)
    page = {
        "title": result["flowsheet"]["title"] or result["flowsheet"]["name"],
        "scenario": result["flowsheet"]["scenario"],
        "status": result["status"],
        "message": result["message"],
        "figures": [
            *_objective(state, shown, compared),
            *(
                {
                    "label": f.label,
                    "number": f.numbers[0].text,
                    "remark": ", ".join(f"{n.text} {n.of}".strip() for n in (*f.numbers[1:], *f.remarks)),
                    "verdict": f.verdict,
                    "change": compared.change(f"figure {f.label}", f.measure, f.label == "recovery"),
                }
                for f in key_figures(result, shown)
                if f.measure is not None
            ),
        ],
        "recoveries": [
            {"name": name, "text": percent(share), "change": compared.change(f"recovery {name}", share, True)}
            for name, share in sold_recoveries(result).items()
        ],
        "limits": sorted(
            [*_constraints(state, shown, compared), *_specifications(result, compared)],
            key=lambda row: bool(row["met"]),
        ),
        "streams": {
            name: {
                "flow": quantity(stream["mass_flow"], shown),
                "change": compared.change(f"stream {name}", stream["mass_flow"]["value"]),
                "card": stream_card(name, stream, numbers[name], shown, unasked),
            }
            for name, stream in result["streams"].items()
        },
        "units": {name: {"card": _unit(name, unit, shown)} for name, unit in result["units"].items()},
        "kinds": _kinds(result),
        "warnings": result["warnings"],
        "closure": f"{result['balances']['worst']['plant']['closure']:.0e}",
        "equations": result["solver"]["equations"],
    }
    return Standing(page, compared.measures)


def _unit(name: str, unit: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    return unit_card(name, unit["unit"], card_rows(unit_results(name, unit, shown, unasked)))


def _specifications(result: Mapping[str, Any], compared: _Comparison) -> Iterator[dict[str, Any]]:
    """Purities and impurities of what is sold, against what the file asks of them."""
    for name, product in result["products"].items():
        title = name.replace("_", " ")
        if "purity_at_least" in product:
            value, least = product["purity"]["value"], product["purity_at_least"]["value"]
            yield {
                "of": "product",
                "what": f"{title}: purity",
                "value": percent(value),
                "limit": f"≥ {percent(least)}",
                "met": value >= least,
                "change": compared.change(f"purity {name}", value, True),
            }
        for impurity, entry in product.get("impurities", {}).items():
            yield {
                "of": "product",
                "what": f"{title}: {impurity}",
                "value": f"{digits(entry['value'], 3)} ppm",
                "limit": f"≤ {digits(entry['limit'], 3)} ppm",
                "met": entry["within"],
                "change": compared.change(f"impurity {name} {impurity}", entry["value"]),
            }


def _objective(state: Solved, shown: Shown, compared: _Comparison) -> Iterator[dict[str, Any]]:
    """What is optimised, where no other figure is that."""
    stated = state.document.optimisation
    if stated is None or stated.objective_text == "profit":
        return
    value, _ = Problem.of(state.case).measures(state.simulation.x, state.simulation.p)
    entry = {"unit": target_text(stated.objective_unit or ""), "shown_in": percent_of(stated.objective_unit)}
    yield {
        "label": f"{stated.sense} {stated.objective_text}",
        "number": objective_amount({"objective": entry}, value, shown),
        "remark": "",
        "verdict": "",
        "change": compared.change("objective", value, entry["shown_in"] == "%"),
    }


def _constraints(state: Solved, shown: Shown, compared: _Comparison) -> Iterator[dict[str, Any]]:
    """The optimisation's constraints, which hold its optimum and not a simulation."""
    try:
        problem = Problem.of(state.case)
    except NothingToOptimise:
        return
    _, bounded = problem.measures(state.simulation.x, state.simulation.p)
    table = constraint_table(problem, bounded, bounded, {})
    for constraint, entry in zip(problem.constraints, table, strict=True):
        unit = written(entry, shown)
        yield {
            "of": "optimise",
            "what": constraint.text,
            "value": f"{bounded_side(entry, 'value', unit)} {unit.unit}".rstrip(),
            "limit": "",
            "met": not entry["missed"],
            "change": compared.change(
                f"constraint {constraint.text}", entry["value"], constraint.form == "loss"
            ),
        }


def _kinds(result: Mapping[str, Any]) -> dict[str, str]:
    """What the diagram's lines are, as far as they occur, for its legend."""
    drawn = {kind_of(stream["phases"]) for stream in result["streams"].values()}
    found = {kind: name for kind, name in KINDS.items() if kind in drawn}
    return found | ({"recycle": "recycle"} if recycles(result) else {})
