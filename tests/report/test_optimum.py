"""An optimum's tables: what a number bounds in the unit that was written, margins, what changed most."""

from __future__ import annotations

import re

from rich.console import Console

from flowsheet.report.optimum import optimum
from flowsheet.report.page.tables import optimum_table
from flowsheet.results.display import Shown

MONEY = {"profit": {"value": 900.0, "unit": "USD/h"}}
ALIKE = {"products": {}, "reagents": {}, "recoveries": {}, "groups": {}, "economics": MONEY}


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


def shown(*constraints, objective=None, base=ALIKE, found=ALIKE):
    """The lines that are printed."""
    report = {
        "status": "optimal",
        "sense": "maximise",
        "objective": {"text": "profit", "value": 900.0, "base": 800.0, "unit": "USD/h", "shown_in": ""}
        | (objective or {}),
        "variables": {},
        "constraints": constraints,
        "base": base,
        "spread": {"reached": 1, "of": 1, "best": 900.0, "worst": 900.0},
        "backend": "IPOPT",
        "dual_infeasibility": 1e-9,
    }
    out = Console(width=80, color_system=None)
    with out.capture() as captured:
        for part in optimum(found | {"optimisation": report}, Shown(), 80):
            out.print(part)
    return captured.get().splitlines()


def plant(profit, **flows):
    """A result whose reagents are these flows [kg/h]."""
    reagents = {name: {"mass_flow": {"value": flow}} for name, flow in flows.items()}
    return ALIKE | {"reagents": reagents, "economics": {"profit": {"value": profit, "unit": "USD/h"}}}


def changes(base, found):
    """Cells of the rows that differ from the base case, and what follows them."""
    lines = shown(base=base, found=found)
    start, end = (
        next(i for i, line in enumerate(lines) if line.startswith(words))
        for words in ("differs from base case", "1 of 1 starts")
    )
    return [re.split(r"  +", line) for line in lines[start + 1 : end]]


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


def test_the_largest_change_comes_first_and_what_looks_equal_not_at_all():
    base = plant(-50.0, acid=100.0, lime=10.0, soda=2.0, water=0.0)
    found = plant(100.0, acid=130.0, lime=10.0001, soda=1.999, water=5.0)
    assert changes(base, found) == [
        ["water [kg/h]", "0", "5.000", "new"],
        ["profit [USD/h]", "-50.00", "100.00", "+300.0 %"],
        ["acid [kg/h]", "100.0", "130.0", "+30.0 %"],
        ["soda [kg/h]", "2.000", "1.999", "-0.05 %"],
    ]


def test_many_changes_are_cut_to_the_largest():
    base = plant(900.0, **{f"r{n}": 100.0 for n in range(30)})
    found = plant(900.0, **{f"r{n}": 110.0 + n for n in range(30)})
    rows = changes(base, found)
    assert [row[0] for row in rows[:2]] == ["r29 [kg/h]", "r28 [kg/h]"]
    assert rows[20:] == [["and 10 more that change less: see result.json"]]


def test_names_that_are_too_long_break_at_their_joints_and_no_line_ends_in_spaces():
    name = "impurity(mixed_hydroxide_precipitate_washed, magnesium_and_calcium) <= 250 ppm"
    lines = shown(constraint(name, 1e-4, 2e-4, "1", "ppm", 2.5e-4, True, 2e5), constraint("x <= 1", 1.0, 0.0))
    assert [line for line in lines if line != line.rstrip()] == []
    start = next(i for i, line in enumerate(lines) if line.startswith("impurity"))
    column = [line.split("  ")[0] for line in lines[start : start + 3]]
    assert column == ["impurity(mixed_hydroxide_", "precipitate_washed,", "magnesium_and_calcium) <= 250 ppm"]


def test_the_page_prices_what_holds_the_optimum_and_nothing_else():
    report = {
        "status": "optimal",
        "sense": "maximise",
        "objective": {"text": "profit", "value": 900.0, "base": 800.0, "unit": "USD/h", "shown_in": ""},
        "variables": {
            name: {"value": 333.15, "base": 340.0, "lower": 333.15, "upper": 353.15, "unit": "K",
                   "shown_in": "degC", "active": active, "multiplier": price}
            for name, active, price in (("leach.temperature", "lower", 2.5), ("wash.temperature", None, 0.0))
        },
        "constraints": [
            constraint("recovery(Co) >= 98 %", 0.98, 0.99, shown_in="%", active=True, multiplier=300.0),
            constraint("recovery(Ni) >= 98 %", 0.99, 0.99, shown_in="%", multiplier=1e-9),
        ],
    }  # fmt: skip
    rows = [[cell.text for cell in row.cells] for row in optimum_table(report, Shown()).rows]
    assert rows[0][:2] == ["maximise", "profit"]
    assert rows[1][2:5] == ["60.00", "66.85", "60.00"]
    assert [(row[1], row[7], row[8]) for row in rows[1:]] == [
        ("leach.temperature", "at its lower bound", "2.500"),
        ("wash.temperature", "", ""),
        ("recovery(Co) >= 98 %", "holds it", "3.000"),
        ("recovery(Ni) >= 98 %", "slack", ""),
    ]
