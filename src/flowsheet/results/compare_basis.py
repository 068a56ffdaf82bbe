"""What a comparison counts by: so many kg of feed, of a product, of an element or of a group of elements.

    feed            all main feeds
    cathode         the cathode oxides in them
    product         the first product of each flowsheet, dry
    oxides          a product by its name, or by what it is sold as; dry
    Nd              an element in the products
    REO             a group of the chemistry: its elements in the products, each as the compound it counts as

Products are those of role `product`; by-products and wastes don't count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, suggest

FEED, CATHODE, PRODUCT = "feed", "cathode", "product"
TRACE = 1e-12
"""Mass flow [kg/h] below which there is none."""

Result = Mapping[str, Any]


def usual_basis(results: Sequence[Result]) -> str:
    """The first group that all have in their products, else the first product of each."""
    for name in results[0]["groups"] if results else ():
        if all(name in r["groups"] and basis_amount(r, name) for r in results):
            return str(name)
    return PRODUCT


def basis_amount(result: Result, name: str) -> float:
    """[kg/h]; zero where a result has none of it."""
    sold = products(result)
    if name == FEED:
        return float(result["main_feed"]["mass_flow"]["value"])
    if name == CATHODE:
        return float(result["main_feed"].get("cathode_oxides", {"value": 0.0})["value"])
    if name == PRODUCT:
        return float(next(iter(sold.values()))["mass_flow"]["value"]) if sold else 0.0
    named = [p for n, p in sold.items() if name in (n, p["as"])]
    if named and name not in result["groups"]:
        return sum(float(p["mass_flow"]["value"]) for p in named)
    return sum(content(result, p, name) for p in sold.values())


def content(result: Result, product: Mapping[str, Any], name: str) -> float:
    """Mass of an element or of a group in a product [kg/h]."""
    masses = product["elements"]["values"]
    return sum(factor * masses.get(element, 0.0) for element, factor in counted(result, name).items())


def counted(result: Result, name: str) -> Mapping[str, float]:
    """Elements of a group with what each counts as [kg/kg]; an element by itself."""
    group = result["groups"].get(name)
    return group["values"] if group else {name: 1.0}


def products(result: Result) -> dict[str, Any]:
    """Products that are neither by-product nor waste and that carry something."""
    return {n: p for n, p in result["products"].items() if p["role"] == "product" and "elements" in p}


def known_bases(results: Iterable[Result]) -> list[str]:
    """Everything that these may be compared by."""
    found = dict.fromkeys((PRODUCT, FEED))
    for result in results:
        found |= dict.fromkeys([CATHODE] if basis_amount(result, CATHODE) else [])
        found |= dict.fromkeys(result["groups"])
        sold = products(result)
        found |= dict.fromkeys([*sold, *(p["as"] for p in sold.values() if p["as"])])
        found |= dict.fromkeys(result["main_feed"]["elements"]["values"])
        found |= dict.fromkeys(e for p in sold.values() for e in p["elements"]["values"])
    return list(found)


def refuse_unknown_basis(name: str, known: Sequence[str]) -> None:
    """A basis must be one of what is known.

    Raises:
        DiagnosticError: E907, it isn't.
    """
    if name not in known:
        message = f"nothing can be compared per kg of `{name}`"
        raise DiagnosticError([Diagnostic("E907", message, None, suggest(name, known, "known"))])


def describe_basis(name: str, results: Sequence[Result]) -> str:
    """In words, after `per`."""
    if name == FEED:
        return "kg of main feed"
    if name == CATHODE:
        return "kg of cathode oxides in the main feed"
    if name == PRODUCT:
        first = dict.fromkeys(name for r in results for name in [*products(r)][:1])
        return f"kg of main product ({', '.join(first)}), dry" if first else "kg of main product, dry"
    if any(name in r["groups"] for r in results):
        elements = dict.fromkeys(e for r in results for e in counted(r, name) if _sells(r, e))
        return f"kg of {name} in the products ({', '.join(elements)})"
    if any(name in (n, p["as"]) for r in results for n, p in products(r).items()):
        return f"kg of {name}, dry"
    return f"kg of {name} in the products"


def _sells(result: Result, element: str) -> bool:
    return any(p["elements"]["values"].get(element, 0.0) > TRACE for p in products(result).values())
