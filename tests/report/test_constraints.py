"""The table of constraints: what a number bounds in the unit that was written, margins as margins."""

from __future__ import annotations

from rich.console import Console

from flowsheet.report.optimum import optimum
from flowsheet.results.display import Shown

MONEY = {"profit": {"value": 900.0, "unit": "USD/h"}}
ALIKE = {"products": {}, "reagents": {}, "recoveries": {}, "economics": MONEY}


def constraint(text, value, base, unit="1", shown_in="", bound=1.0, active=False, multiplier=0.0):
    return {
        "text": text,
        "form": "plain",
        "bound": bound,
        "value": value,
        "base": base,
        "unit": unit,
        "shown_in": shown_in,
        "active": active,
        "missed": False,
        "multiplier": multiplier,
    }


def shown(*constraints, objective=None):
    """The rows of the table by the start of the constraint, cells apart."""
    report = {
        "status": "optimal",
        "sense": "maximise",
        "objective": {"text": "profit", "value": 900.0, "base": 800.0, "unit": "USD/h", "shown_in": ""}
        | (objective or {}),
        "variables": {},
        "constraints": constraints,
        "base": ALIKE,
        "spread": {"reached": 1, "of": 1, "best": 900.0, "worst": 900.0},
        "backend": "IPOPT",
        "dual_infeasibility": 1e-9,
    }
    out = Console(width=80, color_system=None)
    with out.capture() as captured:
        for part in optimum(ALIKE | {"optimisation": report}, Shown(), 80):
            out.print(part)
    return [line.rstrip() for line in captured.get().splitlines()]


def test_a_plain_constraint_shows_the_value_and_the_price_per_unit():
    lines = shown(
        constraint("sx.pH <= 2", 2.0, 1.92367, bound=2.0, active=True, multiplier=7.3612),
    )
    [row] = [line for line in lines if line.startswith("sx.pH <= 2")]
    assert row.split() == ["sx.pH", "<=", "2", "1.924", "2.000", "holds", "it", "7.36", "per", "unit"]


def test_values_and_prices_are_in_the_unit_that_was_written():
    lines = shown(
        constraint("T <= 60 degC", 333.15, 330.15, "K", "degC", 333.15, True, 2.0),
        constraint("impurity(p, Mg) <= 10 ppm", 1e-5, 2e-5, "1", "ppm", 1e-5, True, 2e5),
        constraint("purity(p) >= 99.99 %", 0.99996, 0.99, "1", "%", 0.9999),
    )
    hot, ppm, purity = (next(row for row in lines if row.startswith(n)) for n in ("T", "impurity", "purity"))
    assert hot.split()[4:] == ["degC", "57.00", "60.00", "holds", "it", "2.00", "per", "degC"]
    assert ppm.split()[5:] == ["ppm", "20.00", "10.00", "holds", "it", "0.200", "per", "ppm"]
    assert purity.split()[4:] == ["%", "99.00", "99.996", "slack"]


def test_where_both_sides_vary_the_margin_is_shown_and_called_so():
    lines = shown(
        constraint("a.T >= b.T", 1e-9, -3.0, "K", bound=None, active=True, multiplier=0.5),
    )
    [row] = [line for line in lines if line.startswith("a.T >= b.T")]
    assert row.split()[3:] == ["(margin)", "K", "-3.000", "0", "holds", "it", "0.500", "per", "K"]


def test_an_objective_that_is_a_fraction_is_shown_in_percent():
    objective = {"text": "recovery(Co)", "value": 0.99996, "base": 0.5, "unit": "1", "shown_in": "%"}
    lines = shown(constraint("x <= 1", 1.0, 0.0, active=True, multiplier=0.25), objective=objective)
    assert "maximise recovery(Co): 99.996 %   (base case 50.0000 %)" in lines[0]
    [row] = [line for line in lines if line.startswith("x <= 1")]
    assert row.endswith("25.0 per unit")
