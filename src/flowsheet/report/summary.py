"""The answer of a run on one screen: status, products, what it took, what deserves attention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

from flowsheet.economics.costs import COSTS
from flowsheet.report.attention import attention
from flowsheet.report.moved import moved
from flowsheet.report.text import console, digits, folded, money, paragraph, percent, table
from flowsheet.results.display import Shown, count

Result = Mapping[str, Any]
_CARRIERS = frozenset({"H", "O", "C", "S", "electrons"})
_NOTHING = 1e-6
"""Share of the largest utility below which another is the rounding of a smooth switch."""


def print_summary(result: Result, shown: Shown, folder: str, files: Sequence[str], width: int) -> None:
    """Print the summary of a run or an optimisation on standard output."""
    out = console(width)
    print_status(result, out, width)
    if result["status"] == "converged":
        if "optimisation" in result:
            from flowsheet.report.optimum import optimum

            print_parts(out, optimum(result, shown, width))
        print_parts(out, summary(result, shown, width))
    else:
        from flowsheet.report.failure import failure

        print_parts(out, failure(result, shown, width))
    print_parts(out, attention(result, shown, width))
    out.print(
        paragraph(f"{folder}: {', '.join(files)}", width, " " * 12, "written".ljust(12)), soft_wrap=True
    )


def print_parts(out: Console, parts: Iterator[RenderableType]) -> None:
    """Print parts, a blank line after each."""
    for part in parts:
        out.print(part)
        out.print()


def print_status(result: Result, out: Console, width: int) -> None:
    """Title and how the solve went."""
    flowsheet, solver = result["flowsheet"], result["solver"]
    scenario = f" [{flowsheet['scenario']}]" if flowsheet["scenario"] else ""
    out.print(Text(paragraph(f"{flowsheet['title'] or flowsheet['name']}{scenario}", width), style="bold"))
    good = result["status"] == "converged"
    seconds = sum(v for v in solver["seconds"].values())
    from_cache = ", compiled model from the cache" if solver["from_cache"] else ""
    status = Text(result["status"].replace("_", " "), style="bold green" if good else "bold red")
    out.print(
        status
        + Text(
            f"   {solver['equations']:,} equations, {count(solver['iterations'], 'iteration')}, "
            f"{seconds:.1f} s{from_cache}",
            style="not bold default",
        )
    )
    out.print()


def summary(result: Result, shown: Shown, width: int) -> Iterator[RenderableType]:
    """Products, recoveries, reagents, utilities and money."""
    if result["products"]:
        yield _products(result, shown)
    lines = list(_lines(result, shown, width))
    if result["reagents"]:
        yield _reagents(result, shown)
    if lines:
        yield Text("\n".join(lines))


def _products(result: Result, shown: Shown) -> RenderableType:
    mass = shown.unit("kg/h")
    rows = []
    for name, product in result["products"].items():
        judged = product.get("within_specification")
        verdict = "" if judged is None else ("yes" if judged else Text("NO", style="bold red"))
        rows.append(
            (
                name,
                digits(shown.value(product["mass_flow"]["value"], "kg/h")),
                percent((product.get("purity") or {}).get("value")) if "purity" in product else "",
                _worst(product),
                verdict or product["role"].replace("product", ""),
            )
        )
    return table(("product", f"{mass} dry", "purity", "nearest to its limit", "in spec"), rows, right=(1, 2))


def _worst(product: Mapping[str, Any]) -> str:
    """The impurity that takes most of its limit, or the purity that misses its own."""
    purity, wanted = product.get("purity"), product.get("purity_at_least")
    if purity and wanted and purity["value"] < wanted["value"]:
        return f"purity >= {percent(wanted['value'])}"
    impurities = product.get("impurities", {})
    if not impurities:
        return ""
    name = max(impurities, key=lambda i: impurities[i]["value"] / max(impurities[i]["limit"], 1e-12))
    worst = impurities[name]
    return f"{name} {digits(worst['value'], 3)} of {digits(worst['limit'], 3)} ppm"


def _reagents(result: Result, shown: Shown) -> RenderableType:
    """What is bought, by compound where a feed is a solution; water last."""
    oxides = bool(result["main_feed"]["cathode_oxides"]["value"])
    fed = bool(result["main_feed"]["mass_flow"]["value"])
    header = ["reagent", shown.unit("kg/h"), "kg/kg feed", "kg/kg cathode", shown.unit("USD/h")]
    keep = [True, True, fed, oxides, True]
    rows = []
    for name, feed in sorted(result["reagents"].items(), key=lambda item: item[1]["role"] == "water"):
        cost = feed.get("cost")
        price = "no price" if cost is None else money(shown.value(cost["value"], cost["unit"]))
        compounds = feed["compounds"]
        if len(compounds) == 1:
            compound, entry = next(iter(compounds.items()))
            rows.append((f"{name} ({compound})", *_amounts(entry, shown), price))
            continue
        rows.append((name, *_amounts(feed, shown), price))
        rows += [(f"  {compound}", *_amounts(entry, shown), "") for compound, entry in compounds.items()]
    columns = [i for i, kept in enumerate(keep) if kept]
    return table(
        [header[i] for i in columns],
        [[row[i] for i in columns] for row in rows],
        right=range(1, len(columns)),
    )


def _amounts(entry: Mapping[str, Any], shown: Shown) -> tuple[str, str, str]:
    return (
        digits(shown.value(entry["mass_flow"]["value"], "kg/h")),
        digits(entry["per_main_feed"]["value"]) if "per_main_feed" in entry else "",
        digits(entry["per_cathode"]["value"]) if "per_cathode" in entry else "",
    )


def _lines(result: Result, shown: Shown, width: int) -> Iterator[str]:
    """One line per subject."""
    recovered = sold_recoveries(result)
    if recovered:
        yield folded("recovery", [f"{e} {percent(v)}" for e, v in recovered.items()], width)
    power = shown.unit("kW")
    largest = max((abs(u["value"]) for u in result["utilities"].values()), default=0.0)
    used = [
        f"{name.replace('_', ' ')} {digits(shown.value(u['value'], 'kW'))} {power}"
        for name, u in result["utilities"].items()
        if abs(u["value"]) > _NOTHING * largest
    ]
    if used:
        yield folded("utilities", used, width)
    mass = shown.unit("kg/h")
    water = [
        f"{way} {digits(shown.value(sum(t['values'].values()), 'kg/h'))} {mass}"
        for way, t in result["water"].items()
    ]
    yield folded("water", water, width)
    sulfate = result["emissions"]["sodium_sulfate"]
    if sulfate["mass_flow"]["value"] > 0.0:
        each = sulfate.get("per_cathode")
        yield folded(
            "Na2SO4 out",
            [
                f"{digits(shown.value(sulfate['mass_flow']['value'], 'kg/h'))} {mass}"
                + (f", {digits(each['value'])} per kg of cathode" if each else "")
            ],
            width,
        )
    yield from _off_gas(result, shown, width)
    yield from _specifications(result, shown, width)
    yield _money(result, shown, width)
    counted = {e for group in result["groups"].values() for e in group["values"]}
    yield from moved(result, [name for name in recovered if name not in counted], shown, width)


def sold_recoveries(result: Result) -> dict[str, float]:
    """Of the groups and elements that the products are sold for."""
    sold: list[str] = []
    for compound in (p["as"] for p in result["products"].values() if p["role"] != "waste" and p.get("as")):
        if compound in result["groups"]:
            sold += [compound, *result["groups"][compound]["values"]]
        else:
            sold += [e for e in re.findall(r"[A-Z][a-z]?", compound) if e not in _CARRIERS]
    recoveries = result["recoveries"]
    in_order = [*(g for g in result["groups"] if g in sold), *(e for e in recoveries if e in sold)]
    return {name: recoveries[name]["value"] for name in dict.fromkeys(in_order) if name in recoveries}


def _off_gas(result: Result, shown: Shown, width: int) -> Iterator[str]:
    """Gases that leave, water vapour apart, and what keeps them safe."""
    mass, label = shown.unit("kg/h"), "off-gas"
    for stream, gases in result["emissions"]["off_gas"].items():
        found = {g: v for g, v in gases["values"].items() if g not in ("H2O", "N2") and v > 1e-9}
        if found:
            yield folded(
                label,
                [
                    f"{stream}:",
                    *(f"{g} {digits(shown.value(v, 'kg/h'), 3)} {mass}" for g, v in found.items()),
                ],
                width,
            )
            label = ""
    for tag, unit in result["units"].items():
        safety = {n: v for n, v in unit["results"].items() if re.search(r"flammab|dilution|hydrogen", n)}
        if safety:
            yield folded(
                "",
                [f"{tag}:", *(f"{n.replace('_', ' ')} {_number(v, shown)}" for n, v in safety.items())],
                width,
            )


def _number(entry: Mapping[str, Any], shown: Shown) -> str:
    unit = shown.unit(entry["unit"])
    return f"{digits(shown.value(entry['value'], entry['unit']))}{'' if unit == '1' else f' {unit}'}"


def _specifications(result: Result, shown: Shown, width: int) -> Iterator[str]:
    for spec in result["specifications"]:
        yield paragraph(
            f"{spec['vary']} = {_number(spec, shown)}   so that {spec['until']}",
            width,
            " " * 12,
            "spec".ljust(12),
        )


def _money(result: Result, shown: Shown, width: int) -> str:
    economics = result["economics"]
    unit = shown.unit("USD/h")

    def amount(name: str) -> float:
        return shown.value(economics[name]["value"], "USD/h")

    costs = [
        f"{name.removesuffix('_cost')} {money(amount(name))}" for name in COSTS if abs(amount(name)) >= 0.005
    ]
    unpriced = economics["unpriced"]
    year = f" of {economics['year']}" if economics["year"] else ""
    items = [
        f"profit {money(amount('profit'))} {unit}{year}",
        f"= revenue {money(amount('revenue'))}",
        *(f"- {c}" for c in costs),
    ]
    text = folded("money", items, width)
    if unpriced:
        told = f"not counted, for want of a price: {', '.join(unpriced)}"
        text += "\n" + paragraph(told, width, " " * 12)
    if "capital" in economics:
        text += "\n" + _capital(economics["capital"], shown, width)
    return text


def _capital(capital: Result, shown: Shown, width: int) -> str:
    def amount(name: str) -> str:
        entry = capital[name]
        return f"{money(shown.value(entry['value'], entry['unit']))} {shown.unit(entry['unit'])}"

    items = [
        *(f"{name} {amount(name)}" for name in ("purchase", "installed")),
        *(f"{name} {amount(name)}" for name in ("annualised", "maintenance", "replacement")),
        f"all costs {amount('annual_cost')}",
    ]
    return folded("capital", items, width)
