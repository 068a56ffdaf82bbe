"""Supplies: what units take from the tanks of the plant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowsheet.document.diagnostics import Collector
from flowsheet.document.document import StreamReference, Supply, UnitEntry
from flowsheet.document.keys import AS_NEEDED, SECTIONS
from flowsheet.document.plant import stream_reference
from flowsheet.document.reader import Reader
from flowsheet.document.source import Entry, Node, Scalar


def read_supplies(node: Node | None, reader: Reader) -> dict[str, Supply]:
    """All supplies; one with a fault is left out (its fault is reported)."""
    mapping = reader.mapping(node, "`supplies`") if node is not None else None
    supplies = (_read(entry, reader) for entry in mapping or () if reader.name(entry, "a supply"))
    return {supply.name: supply for supply in supplies if supply is not None}


def _read(entry: Entry, reader: Reader) -> Supply | None:
    what = f"supply `{entry.key}`"
    section = SECTIONS["supply"]
    entries = reader.section(entry.value, section, what)
    if "from" not in entries or "flow" not in entries:
        return None
    tank, stated = stream_reference(entries["from"].value, reader), entries["flow"]
    as_needed = isinstance(stated.value, Scalar) and stated.value.text == AS_NEEDED
    flow = None if as_needed else reader.key_quantity(stated, section.keys["flow"], what)
    if tank is None or (flow is None and not as_needed):
        return None
    return Supply(entry.key, tank, flow, reader.text(entries.get("note")), entry.span)


def check_supplies(
    supplies: Mapping[str, Supply],
    units: Mapping[str, UnitEntry],
    uses: Sequence[tuple[str, StreamReference]],
    found: Collector,
) -> None:
    """Report outlets that can't supply, what is connected to a tank directly, and stated flows used twice.

    `uses`: where each stream of the plant goes, and by which reference.
    """
    for supply in supplies.values():
        tank = units.get(supply.tank.owner)
        port = tank.declaration.outlets.get(supply.tank.port or "") if tank else None
        if tank is not None and port is not None and not port.supplies:
            found.error(
                "E312",
                f"`{supply.tank.name}` ({tank.declaration.name}) gives one stream, of a flow of its own",
                supply.tank.span,
                "put a reagent_tank behind it, and let that supply",
            )
    takers: dict[str, str] = {}
    for where, reference in uses:
        unit = units.get(reference.owner)
        port = unit.declaration.outlets.get(reference.port or "") if unit else None
        if port is not None and port.supplies:
            found.error(
                "E312",
                f"`{reference.name}` supplies what is drawn from it; {where} takes no flow of its own",
                reference.span,
                f"name it under `supplies:`, e.g. `acid: {{from: {reference.name}, flow: {AS_NEEDED}}}`, "
                "and connect that",
            )
        elif reference.owner in supplies:
            _check_single(supplies[reference.owner], where, reference, takers, found)
    for supply in supplies.values():
        if supply.name not in takers and not found.errors:
            message = f"supply `{supply.name}` enters no unit"
            found.warning("W309", message, supply.span, "connect or remove it")


def _check_single(
    supply: Supply, where: str, reference: StreamReference, takers: dict[str, str], found: Collector
) -> None:
    if supply.name in takers and supply.flow is not None:
        found.error(
            "E306",
            f"`{supply.name}` goes to {where}, but it already goes to {takers[supply.name]}",
            reference.span,
            f"a stated flow goes to one place; state another supply from `{supply.tank.name}`",
        )
    takers.setdefault(supply.name, where)
