"""What an optimisation found: objective, variables, constraints, and how the optimum differs from the base case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flowsheet.report.text import digits, money, paragraph, percent, table
from flowsheet.results.display import Shown

_SAME = 1e-4
"""Relative change from the base case below which a number counts as the same."""


def optimum(result: Mapping[str, Any], shown: Shown, width: int) -> Iterator[RenderableType]:
    """Objective, variables with bounds, constraints with multipliers, changes, spread over the starts."""
    report = result["optimisation"]
    objective = report["objective"]
    good = report["status"] == "optimal"
    yield (Text(report["status"].replace("_", " "), style="bold green" if good else "bold red")
           + Text(f"   {report['sense']} {objective['text']}: {_objective(report, objective['value'], shown)}"
                  f"   (base case {_objective(report, objective['base'], shown)})", style="not bold default"))
    if not good:
        yield Text(paragraph(report["message"], width))
    yield _variables(report, shown)
    if report["constraints"]:
        yield _constraints(report, shown)
    changes = _changes(result, shown)
    if changes:
        yield table(("differs from base case", "base", "optimum", "change"), changes, right=(1, 2, 3))
    yield Text(paragraph(_spread(report, shown), width))


def _objective(report: Mapping[str, Any], value: float, shown: Shown) -> str:
    unit = report["objective"]["unit"]
    if unit.startswith("USD"):
        return f"{money(shown.value(value, unit))} {shown.unit(unit)}"
    return f"{digits(value, 6)}{f' {unit}' if unit not in ('', '1') else ''}"


def _variables(report: Mapping[str, Any], shown: Shown) -> RenderableType:
    rows = []
    for name, variable in report["variables"].items():
        unit = variable["unit"]
        kind = "fraction" if unit == "1" and 0.0 <= variable["lower"] and variable["upper"] <= 1.0 else None

        def number(value: float, unit: str = unit, kind: str | None = kind) -> str:
            return digits(shown.value(value, unit, kind))

        active = variable["active"] or ""
        multiplier = digits(variable["multiplier"], 3) if active else ""
        rows.append((name, shown.unit(unit, kind).replace("1", "") if unit == "1" else shown.unit(unit),
                     number(variable["lower"]), number(variable["base"]), number(variable["value"]),
                     number(variable["upper"]), f"at {active}" if active else "", multiplier))
    return table(("variable", "", "lower", "base", "optimum", "upper", "bound", "per unit"), rows, right=(2, 3, 4, 5, 7))


def _constraints(report: Mapping[str, Any], shown: Shown) -> RenderableType:
    unit = report["objective"]["unit"]
    per = shown.unit(unit) if unit.startswith("USD") else unit
    rows = []
    for constraint in report["constraints"]:
        in_percent = "%" in constraint["text"]

        def number(value: float, in_percent: bool = in_percent) -> str:
            return percent(value) if in_percent else digits(value)

        rows.append((constraint["text"], number(constraint["base"]), number(constraint["value"]),
                     "holds it" if constraint["active"] else "slack",
                     _multiplier(constraint, in_percent, shown, unit)))
    return table(("constraint", "base", "optimum", "", f"{per or 'objective'} per {'unit'}"), rows, right=(1, 2, 4))


def _multiplier(constraint: Mapping[str, Any], in_percent: bool, shown: Shown, unit: str) -> str:
    """Change of the objective per unit of the bound, or per percentage point where the bound is in percent."""
    if not constraint["active"]:
        return ""
    value = constraint["multiplier"] * (0.01 if in_percent else 1.0)
    value = shown.value(value, unit) if unit.startswith("USD") else value
    return f"{digits(value, 3)}{' per 1 %' if in_percent else ''}"


def _changes(result: Mapping[str, Any], shown: Shown) -> list[tuple[str, str, str, str]]:
    """Products, recoveries and reagents that differ."""
    base = result["optimisation"].get("base")
    if base is None:
        return []
    rows: list[tuple[str, str, str, str]] = []
    mass = shown.unit("kg/h")

    def compare(name: str, before: float, after: float, show: Any) -> None:
        if abs(after - before) > _SAME * max(abs(before), abs(after)):
            change = f"{100.0 * (after / before - 1.0):+.1f} %" if before else ""
            rows.append((name, show(before), show(after), change))

    def flow(value: float) -> str:
        return digits(shown.value(value, "kg/h"))

    for group in ("products", "reagents"):
        for name, entry in result[group].items():
            compare(f"{name} [{mass}]", base[group][name]["mass_flow"]["value"], entry["mass_flow"]["value"], flow)
    from flowsheet.report.summary import sold_recoveries

    for element, value in sold_recoveries(result).items():
        compare(f"recovery of {element}", base["recoveries"][element]["value"], value, percent)
    compare(f"profit [{shown.unit('USD/h')}]", base["economics"]["profit"]["value"],
            result["economics"]["profit"]["value"], lambda v: money(shown.value(v, "USD/h")))
    return rows


def _spread(report: Mapping[str, Any], shown: Shown) -> str:
    spread = report["spread"]
    if spread["best"] is None:
        return f"none of {spread['of']} starts reached an optimum; shown is the attempt that misses least"
    best, worst = (_objective(report, spread[key], shown) for key in ("best", "worst"))
    same = best == worst
    return (f"{spread['reached']} of {spread['of']} starts reached an optimum, "
            + (f"all at {best}" if same else f"between {worst} and {best}")
            + f"; {report['backend']}, dual infeasibility {report['dual_infeasibility']:.0e}")
