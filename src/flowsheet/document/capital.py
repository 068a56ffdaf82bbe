"""`economics: capital`: equipment that is priced by what it costs to buy."""

from __future__ import annotations

from collections.abc import Callable

from flowsheet.document.document import Capital, Equipment, Quantity
from flowsheet.document.keys import SECTIONS
from flowsheet.document.reader import Reader, head
from flowsheet.document.source import Entry, Sequence, kind_of
from flowsheet.document.syntax_tree import Expression
from flowsheet.document.unit_of_measure import describe


def read_capital(
    entry: Entry | None, reader: Reader, measure: Callable[[Expression], str | None]
) -> Capital | None:
    """The section; None where there is none, or a part of it that all of it needs is wrong.

    `measure` gives an expression's canonical unit, None where it can't be known, and reports names that
    nothing in the plant answers to.
    """
    if entry is None:
        return None
    section = SECTIONS["capital"]
    entries = reader.section(entry.value, section, "`capital`")

    def quantity(name: str) -> Quantity | None:
        return reader.key_quantity(entries.get(name), section.keys[name], "`capital`")

    rates = [name for name in ("annualisation", "interest", "life") if name in entries]
    if rates not in (["annualisation"], ["interest", "life"]):
        reader.found.error(
            "E403" if "annualisation" in rates else "E102",
            "`capital` needs either `annualisation`, or `interest` and `life`",
            entries[rates[-1]].span if rates else head(entry.value.span),
            "for example `interest: 8 %` and `life: 20 y`",
        )
    stated = entries.get("equipment")
    mapping = reader.mapping(stated.value, "`equipment`") if stated else None
    read = (_equipment(item, reader, measure) for item in mapping or () if reader.name(item, "equipment"))
    installation, maintenance = quantity("installation"), quantity("maintenance")
    if installation is None or maintenance is None:
        return None
    return Capital(
        {item.name: item for item in read if item is not None},
        installation,
        quantity("annualisation"),
        quantity("interest"),
        quantity("life"),
        maintenance,
    )


def _equipment(entry: Entry, reader: Reader, measure: Callable[[Expression], str | None]) -> Equipment | None:
    section, what = SECTIONS["equipment"], f"equipment `{entry.key}`"
    entries = reader.section(entry.value, section, what)
    if not {"size", "cost"} <= entries.keys():
        return None
    size = reader.expression(entries["size"].value, f"`size` of {what}")
    faults = len(reader.found.diagnostics)
    unit = measure(size) if size is not None else None
    if size is None or unit is None:
        if len(reader.found.diagnostics) == faults and size is not None:
            reader.found.error(
                "E203",
                f"what `size` of {what} measures isn't known",
                size.span,
                "write one result or flow, a sum of such, or such times a plain number",
            )
        return None
    unit = unit or "1"

    def quantity(name: str) -> Quantity | None:
        return reader.key_quantity(entries.get(name), section.keys[name], what)

    at = (
        reader.quantity(entries["at"].value, f"`at` of {what}", (unit,), (1e-12, None))
        if "at" in entries
        else None
    )
    if "at" not in entries and "/" in unit:
        reader.found.error(
            "E102",
            f"{what} needs the key `at`",
            head(entry.value.span),
            f"`cost` is that at a size of {describe(unit).name}, for example `at: {describe(unit).example}`",
        )
        return None
    if "exponent" in entries and "at" not in entries:
        reader.found.error(
            "E102",
            f"`exponent` of {what} needs the key `at`",
            entries["exponent"].span,
            section.keys["at"].description,
        )
    per = "USD" if "at" in entries or unit == "1" else f"USD/{unit}"
    cost = reader.price(entries["cost"], (per,), f"`cost` of {what}")
    fixed = reader.price(entries.get("fixed"), ("USD",), f"`fixed` of {what}")
    exponent, replaced = quantity("exponent"), quantity("replaced")
    if cost is None or exponent is None or replaced is None:
        return None
    return Equipment(
        entry.key,
        size,
        unit,
        cost,
        at,
        exponent,
        fixed,
        _sizes(entries.get("sizes"), unit, reader, what),
        quantity("installation"),
        replaced,
        entry.span,
    )


def _sizes(entry: Entry | None, unit: str, reader: Reader, what: str) -> tuple[Quantity, Quantity] | None:
    if entry is None:
        return None
    if not isinstance(entry.value, Sequence) or len(entry.value.items) != 2:
        reader.found.error(
            "E103",
            f"`sizes` of {what} needs [least, most], got {kind_of(entry.value)}",
            head(entry.value.span),
            f"for example `[{describe(unit).example}, ...]`",
        )
        return None
    least, most = (
        reader.quantity(node, f"`sizes` of {what}", (unit,), (0.0, None)) for node in entry.value.items
    )
    if least is None or most is None:
        return None
    if least.value >= most.value:
        reader.found.error(
            "E505", f"`sizes` of {what} are in the wrong order", entry.value.span, "write [least, most]"
        )
        return None
    return least, most
