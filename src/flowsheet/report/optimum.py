"""What an optimisation found: objective, variables, constraints, and what differs from the base case."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.text import digits, money, paragraph, percent, table
from flowsheet.results.display import Shown, Written, written

_SHOWN = 20
"""Rows of what differs from the base case."""
_MET = 1e-6
"""Margin below which a constraint holds exactly."""


def optimum(result: Mapping[str, Any], shown: Shown, width: int) -> Iterator[RenderableType]:
    """Objective, variables with bounds, constraints with multipliers, changes, spread over the starts."""
    report = result["optimisation"]
    objective = report["objective"]
    good = report["status"] == "optimal"
    yield (
        Text(report["status"].replace("_", " "), style="bold green" if good else "bold red")
        + Text(
            f"   {report['sense']} {objective['text']}: {objective_amount(report, objective['value'], shown)}"
            f"   (base case {objective_amount(report, objective['base'], shown)})",
            style="not bold default",
        )
    )
    if not good:
        yield Text(paragraph(report["message"], width))
    if report.get("choices"):
        yield _choices(report)
    yield _variables(report, shown)
    if report["constraints"]:
        yield _constraints(report, shown)
    changes = _changes(result, shown)
    if changes:
        header = ("differs from base case", "base", _found(report), "change")
        yield table(header, changes[:_SHOWN], right=(1, 2, 3))
    if len(changes) > _SHOWN:
        yield Text(f"and {len(changes) - _SHOWN} more that change less: see result.json")
    yield Text(paragraph(_spread(report, shown), width))


def _unit(report: Mapping[str, Any], shown: Shown) -> str:
    """The unit that the objective is shown in; nothing where it has none or it isn't known."""
    unit = report["objective"]["shown_in"] or shown.unit(report["objective"]["unit"])
    return "" if unit == "1" else unit


def objective_amount(report: Mapping[str, Any], value: float, shown: Shown) -> str:
    """A value of the objective with its unit."""
    canonical = report["objective"]["unit"]
    if canonical.startswith("USD"):
        return f"{money(shown.value(value, canonical))} {shown.unit(canonical)}"
    if report["objective"]["shown_in"] == "%":
        return percent(value, 6)
    return f"{digits(shown.value(value, canonical), 6)} {_unit(report, shown)}".rstrip()


def _slope(report: Mapping[str, Any], value: float, shown: Shown) -> str:
    """A multiplier: change of the objective per unit."""
    objective = report["objective"]
    if objective["shown_in"] == "%":
        return digits(100.0 * value, 3)
    # a slope of a temperature is a difference
    return digits(value if objective["unit"] == "K" else shown.value(value, objective["unit"]), 3)


def _variables(report: Mapping[str, Any], shown: Shown) -> RenderableType:
    """Numbers in the unit that the bounds are written in; of a bound that holds the optimum, its price."""
    optimal = report["status"] == "optimal"
    rows = []
    for name, variable in report["variables"].items():
        unit, active = written(variable, shown), variable["active"]
        rows.append(
            (
                name,
                unit.unit,
                *(digits(unit.value(variable[key])) for key in ("lower", "base", "value", "upper")),
                f"at {active}" if active else "",
                _slope(report, unit.per(variable["multiplier"]), shown) if active and optimal else "",
            )
        )
    return table(
        ("variable", "", "lower", "base", _found(report), "upper", "bound", _per(report, shown)),
        rows,
        right=(2, 3, 4, 5, 7),
    )


def _choices(report: Mapping[str, Any]) -> RenderableType:
    """Counts chosen, and how many combinations were compared."""
    keys = ("lower", "base", "value", "upper")
    rows = [(name, *(str(count[key]) for key in keys)) for name, count in report["choices"].items()]
    tried = len(report["combinations"])
    return table(
        (f"count, of {tried} choices tried", "least", "base", "chosen", "most"), rows, right=(1, 2, 3, 4)
    )


def _found(report: Mapping[str, Any]) -> str:
    """What the last point is called."""
    return "optimum" if report["status"] == "optimal" else "nearest"


def _constraints(report: Mapping[str, Any], shown: Shown) -> RenderableType:
    """What a number bounds, in the unit that this is written in; where both sides vary, the margin."""
    optimal = report["status"] == "optimal"
    rows = []
    for constraint in report["constraints"]:
        unit, active = written(constraint, shown), constraint["active"]
        told = "MISSED" if constraint["missed"] else "holds it" if active else "slack"
        price = _slope(report, unit.per(constraint["multiplier"]), shown)
        rows.append(
            (
                f"{constraint['text']}{' (margin)' if constraint['bound'] is None else ''}",
                unit.unit,
                *(bounded_side(constraint, key, unit) for key in ("base", "value")),
                Text(told, style="bold red") if constraint["missed"] else told,
                f"{price} per {unit.unit or 'unit'}" if active and optimal else "",
            )
        )
    return table(("constraint", "", "base", _found(report), "", _per(report, shown)), rows, right=(2, 3, 5))


def _per(report: Mapping[str, Any], shown: Shown) -> str:
    return _unit(report, shown) or "multiplier"


def bounded_side(constraint: Mapping[str, Any], key: str, unit: Written) -> str:
    """What a number bounds, or the margin by which one side keeps clear of the other, without its unit."""
    value = constraint[key]
    if constraint["bound"] is None and abs(value) <= _MET:
        return "0"
    if unit.unit == "%":
        return percent(value).removesuffix(" %")
    return digits(unit.value(value))


def _changes(result: Mapping[str, Any], shown: Shown) -> list[tuple[str, str, str, str]]:
    """Products, recoveries, reagents and the profit that differ as shown, the largest change first."""
    base = result["optimisation"].get("base")
    if base is None:
        return []
    rows: list[tuple[float, tuple[str, str, str, str]]] = []
    mass = shown.unit("kg/h")

    def compare(name: str, before: float, after: float, show: Callable[[float], str]) -> None:
        if show(before) == show(after):
            return
        percents = 100.0 * (after - before) / abs(before) if before else math.inf
        change = f"{percents:+.{1 if abs(percents) >= 0.1 else 2}f} %" if before else "new"
        rows.append((round(abs(percents), 1), (name, show(before), show(after), change)))

    def flow(value: float) -> str:
        return digits(shown.value(value, "kg/h"))

    for group in ("products", "reagents"):
        for name, entry in result[group].items():
            compare(
                f"{name} [{mass}]", base[group][name]["mass_flow"]["value"], entry["mass_flow"]["value"], flow
            )
    from flowsheet.report.summary import sold_recoveries

    for element, value in sold_recoveries(result).items():
        compare(f"recovery of {element}", base["recoveries"][element]["value"], value, percent)
    compare(
        f"profit [{shown.unit('USD/h')}]",
        base["economics"]["profit"]["value"],
        result["economics"]["profit"]["value"],
        lambda v: money(shown.value(v, "USD/h")),
    )
    return [row for _, row in sorted(rows, key=lambda ranked: -ranked[0])]


def _spread(report: Mapping[str, Any], shown: Shown) -> str:
    spread = report["spread"]
    if spread["best"] is None:
        return f"none of {spread['of']} starts reached an optimum; shown is the attempt that misses least"
    best, worst = (objective_amount(report, spread[key], shown) for key in ("best", "worst"))
    same = best == worst
    return (
        f"{spread['reached']} of {spread['of']} starts reached an optimum, "
        + (f"all at {best}" if same else f"between {worst} and {best}")
        + f"; {report['backend']}, dual infeasibility {report['dual_infeasibility']:.0e}"
    )
