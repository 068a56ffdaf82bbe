"""The figures that head the page: what is made, how much of it is recovered, what it takes and costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flowsheet.report.page.cards import quantity
from flowsheet.report.page.tables import Ask, unasked
from flowsheet.report.summary import sold_recoveries
from flowsheet.report.text import digits, money, percent
from flowsheet.results.display import Shown, written

_RECOVERIES = 8
_RECOVERED = 0.01
"""Recovery from which on an element counts as one that the plant is there for."""


@dataclass(frozen=True)
class Number:
    """A number's text and the name to ask it by; `of` is what it is of, among others of its kind."""

    text: str
    why: str = ""
    of: str = ""


@dataclass(frozen=True)
class Figure:
    """What it is, its number or numbers, what qualifies it, and whether it is good, bad or neither.

    `measure` is the first number itself, in its canonical unit, where it may be compared.
    """

    label: str
    numbers: Sequence[Number]
    remarks: Sequence[Number] = ()
    verdict: str = ""
    measure: float | None = None


def key_figures(result: Mapping[str, Any], shown: Shown, ask: Ask = unasked) -> Iterator[Figure]:
    """Products first, then recoveries, money, reagents, energy and water."""
    for name, product in result["products"].items():
        if product["role"] == "product":
            yield _product(name, product, shown, ask)
    recovered = [(e, v) for e, v in sold_recoveries(result).items() if v and v >= _RECOVERED][:_RECOVERIES]
    if recovered:
        numbers = [Number(percent(v), ask(f"recovery.{e}"), e) for e, v in recovered]
        yield Figure("recovery", numbers, measure=recovered[0][1])
    yield from _money(result, shown, ask)
    if "optimisation" in result:
        yield _objective(result["optimisation"], shown, ask)
    fed = result["main_feed"]["mass_flow"]
    power = result["utilities"].get("power", {}).get("value", 0.0)
    if fed["value"] and power:
        used = quantity({"value": power, "unit": "kW"}, shown)
        number = Number(f"{digits(power / fed['value'], 3)} kWh/kg")
        yield Figure(
            "electricity",
            [number],
            [Number(used, ask("utilities.power")), Number("per kg of feed")],
            measure=power / fed["value"],
        )
    water = sum(result["water"]["in"]["values"].values())
    if fed["value"] and water:
        number = Number(f"{digits(water / fed['value'], 3)} kg/kg")
        yield Figure(
            "water",
            [number],
            [Number(f"{digits(shown.value(water, 'kg/h'))} {shown.unit('kg/h')}")],
            measure=water / fed["value"],
        )
    worst = result["balances"]["worst"]["plant"]
    number = Number(f"{worst['closure']:.0e}")
    yield Figure("balances close to", [number], [Number(f"worst: {worst['quantity']}")])


def _objective(report: Mapping[str, Any], shown: Shown, ask: Ask) -> Figure:
    """What was optimised, and what it was before."""
    objective = report["objective"]
    unit = written(objective, shown)
    value, base = (digits(unit.value(objective[key])) for key in ("value", "base"))
    number = Number(f"{value} {unit.unit}".strip(), ask(objective["text"]))
    label = f"{report['sense']} {objective['text'].replace('_', ' ')}"
    return Figure(label, [number], [Number(f"from {base}"), Number(report["status"].replace("_", " "))])


def _money(result: Mapping[str, Any], shown: Shown, ask: Ask) -> Iterator[Figure]:
    economics, unit = result["economics"], shown.unit("USD/h")
    if not economics["revenue"]["value"]:
        return

    def per_hour(name: str) -> str:
        return f"{money(shown.value(economics[name]['value'], 'USD/h'))} {unit}"

    remarks = [Number(per_hour(n), ask(n), n.replace("_", " ")) for n in ("revenue", "reagent_cost")]
    profit = Number(per_hour("profit"), ask("profit"))
    yield Figure("profit", [profit], remarks, measure=economics["profit"]["value"])


def _product(name: str, product: Mapping[str, Any], shown: Shown, ask: Ask) -> Figure:
    judged = product.get("within_specification")
    verdict = "" if judged is None else "good" if judged else "bad"
    remarks = []
    if "purity" in product:
        purity, what = percent(product["purity"]["value"]), product.get("as") or ""
        remarks.append(Number(f"{purity} {what}".strip(), ask(f"product.{name}.purity")))
    if verdict:
        remarks.append(Number({"good": "in specification", "bad": "out of specification"}[verdict]))
    number = Number(quantity(product["mass_flow"], shown), ask(f"product.{name}.dry_mass"))
    return Figure(name.replace("_", " "), [number], remarks, verdict, product["mass_flow"]["value"])
