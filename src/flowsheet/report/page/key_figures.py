"""The figures that head the page: what is made, how much of it is recovered, what it takes and costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowsheet.report.page.cards import quantity
from flowsheet.report.summary import sold_recoveries
from flowsheet.report.text import digits, money, percent
from flowsheet.results.display import Shown

_RECOVERIES = 6


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, the number, what qualifies it, and whether it is good, bad or neither."""

    label: str
    number: str
    remark: str = ""
    verdict: str = ""


def key_figures(result: Mapping[str, Any], shown: Shown) -> Iterator[Figure]:
    """Products first, then recoveries, money, reagents, energy and water."""
    for name, product in result["products"].items():
        if product["role"] == "product":
            yield _product(name, product, shown)
    recovered = sold_recoveries(result)
    if recovered:
        best = list(recovered.items())[:_RECOVERIES]
        yield Figure("recovery", percent(best[0][1]), "  ".join(f"{e} {percent(v)}" for e, v in best), "")
    economics = result["economics"]
    if economics["revenue"]["value"]:
        unit = shown.unit("USD/h")
        profit = shown.value(economics["profit"]["value"], "USD/h")
        reagents = shown.value(economics["reagent_cost"]["value"], "USD/h")
        yield Figure("profit", f"{money(profit)} {unit}", f"reagents {money(reagents)} {unit}")
    fed = result["main_feed"]["mass_flow"]
    power = sum(u["value"] for n, u in result["utilities"].items() if n == "power")
    if fed["value"] and power:
        yield Figure(
            "electricity",
            f"{digits(power / fed['value'], 3)} kWh/kg",
            f"{quantity({'value': power, 'unit': 'kW'}, shown)}, per kg of feed",
        )
    worst = result["balances"]["worst"]["plant"]
    yield Figure("balances close to", f"{worst['closure']:.0e}", f"worst: {worst['quantity']}")


def _product(name: str, product: Mapping[str, Any], shown: Shown) -> Figure:
    judged = product.get("within_specification")
    purity = f"{percent(product['purity']['value'])} {product.get('as') or ''}" if "purity" in product else ""
    verdict = "" if judged is None else "good" if judged else "bad"
    remark = {"good": "in specification", "bad": "out of specification", "": ""}[verdict]
    return Figure(
        name.replace("_", " "),
        quantity(product["mass_flow"], shown),
        ", ".join(filter(None, (purity.strip(), remark))),
        verdict,
    )
