"""Cross-references: that every stream exists, goes to one place and carries what its inlet takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from flowsheet.document.declaration import Phase, Port
from flowsheet.document.diagnostics import Collector, suggest
from flowsheet.document.document import DRAWN, Feed, Product, StreamReference, Supply, UnitEntry
from flowsheet.document.keys import AS_NEEDED
from flowsheet.document.supplies import check_supplies


def check_connections(
    feeds: Mapping[str, Feed],
    supplies: Mapping[str, Supply],
    units: Mapping[str, UnitEntry],
    products: Mapping[str, Product],
    declared: frozenset[str],
    found: Collector,
) -> None:
    """Report unknown streams, streams that are used twice, wrong phases and streams that go nowhere.

    `declared` holds the names of all feeds, supplies and units of the file, also of those that have other
    faults.
    """
    _check_names(feeds, supplies, units, found)
    tanks = {
        s.tank.name for s in supplies.values() if _exists(s.tank, feeds, supplies, units, declared, found)
    }
    check_supplies(supplies, units, [(where, r) for where, r, _ in _uses(units, products)], found)
    used: dict[str, tuple[str, StreamReference]] = {}
    for where, reference, _ in _uses(units, products):
        if reference.owner in supplies or reference.name in tanks:
            continue
        if not _exists(reference, feeds, supplies, units, declared, found):
            continue
        if reference.name in used:
            first, first_reference = used[reference.name]
            found.error(
                "E306",
                f"`{reference.name}` goes to {where}, but it already goes to {first} "
                f"(line {first_reference.span.line})",
                reference.span,
                "a stream goes to one place; put a splitter in it",
            )
        else:
            used[reference.name] = (where, reference)
    carried = carried_phases(feeds, supplies, units)
    for where, reference, port in _uses(units, products):
        wrong = carried.get(reference.name, frozenset()) - set(port.phases if port else ())
        if port is not None and wrong:
            found.error(
                "E304",
                f"`{reference.name}` carries {_listed(wrong)}; {where} takes {_listed(port.phases)}",
                reference.span,
                separation(wrong),
            )
    if not found.errors:
        _check_ends(feeds, units, {*used, *tanks}, found)


def name_draws(
    feeds: Mapping[str, Feed],
    supplies: Mapping[str, Supply],
    units: Mapping[str, UnitEntry],
    found: Collector,
) -> dict[str, UnitEntry]:
    """Units whose references to a feed as needed, or to a supply, name the stream that each inlet takes.

    It is `feed@unit.port`.  Reports inlets that can't determine a flow, and those that would have to
    determine two.
    """
    as_needed = {f.name for f in feeds.values() if f.as_needed}
    as_needed |= {s.name for s in supplies.values() if s.flow is None}
    named = {}
    for unit in units.values():
        inlets = {}
        for port, references in unit.inlets.items():
            drawn = [r for r in references if r.port is None and r.owner in as_needed]
            if drawn and not unit.declaration.inlets[port].draws:
                found.error(
                    "E310",
                    f"`{unit.name}.{port}` doesn't determine a flow; `{drawn[0].owner}` is {AS_NEEDED}",
                    drawn[0].span,
                    f"state the flow of `{drawn[0].owner}`",
                )
            if len(drawn) > 1:
                found.error(
                    "E310",
                    f"`{unit.name}.{port}` can draw one feed, and both `{drawn[0].owner}` and "
                    f"`{drawn[1].owner}` are {AS_NEEDED}",
                    drawn[1].span,
                    "state the flow of one of them",
                )
            inlets[port] = tuple(
                replace(r, name=f"{r.owner}{DRAWN}{unit.name}.{port}")
                if r in drawn or (r.port is None and r.owner in supplies)
                else r
                for r in references
            )
        named[unit.name] = replace(unit, inlets=inlets)
    return named


def _check_names(
    feeds: Mapping[str, Feed],
    supplies: Mapping[str, Supply],
    units: Mapping[str, UnitEntry],
    found: Collector,
) -> None:
    kinds: dict[str, Mapping[str, Feed | Supply | UnitEntry]]
    kinds = {"a feed": dict(feeds), "a supply": dict(supplies), "a unit": dict(units)}
    for first, second in combinations(kinds, 2):
        for name, entry in kinds[second].items():
            if name in kinds[first]:
                message = f"`{name}` is {first} and {second}"
                found.error("E307", message, entry.span, "give one of them another name")


def _uses(
    units: Mapping[str, UnitEntry], products: Mapping[str, Product]
) -> Iterator[tuple[str, StreamReference, Port | None]]:
    """Every reference to a stream: where it is used, and the inlet (None for a product)."""
    for unit in units.values():
        for port, references in unit.inlets.items():
            for reference in references:
                yield f"`{unit.name}.{port}`", reference, unit.declaration.inlets[port]
    for product in products.values():
        yield f"product `{product.name}`", product.stream, None


def _exists(
    reference: StreamReference,
    feeds: Mapping[str, Feed],
    supplies: Mapping[str, Supply],
    units: Mapping[str, UnitEntry],
    declared: frozenset[str],
    found: Collector,
) -> bool:
    if reference.port is None:
        if reference.owner in feeds:
            return True
        if reference.owner in units:
            outlets = units[reference.owner].declaration.outlets
            found.error(
                "E302",
                f"`{reference.name}` is a unit; name one of its outlets",
                reference.span,
                "write " + " or ".join(f"`{reference.owner}.{port}`" for port in outlets),
            )
        elif reference.owner not in declared:
            known = [
                *feeds,
                *supplies,
                *(f"{unit.name}.{port}" for unit in units.values() for port in unit.declaration.outlets),
            ]
            found.error(
                "E302",
                f"unknown stream `{reference.name}`",
                reference.span,
                suggest(reference.name, known, "streams"),
            )
        return False
    if reference.owner in units:
        declaration = units[reference.owner].declaration
        if reference.port in declaration.outlets:
            return True
        inlet = " (it is an inlet)" if reference.port in declaration.inlets else ""
        found.error(
            "E303",
            f"`{reference.owner}` ({declaration.name}) has no outlet `{reference.port}`{inlet}",
            reference.span.part(len(reference.owner) + 1, len(reference.port)),
            suggest(reference.port, declaration.outlets, "outlets"),
        )
    elif reference.owner in feeds:
        found.error(
            "E303",
            f"`{reference.owner}` is a feed and has no outlets",
            reference.span,
            f"write `{reference.owner}`",
        )
    elif reference.owner not in declared:
        found.error(
            "E302",
            f"unknown unit `{reference.owner}`",
            reference.span.part(0, len(reference.owner)),
            suggest(reference.owner, units, "units"),
        )
    return False


def carried_phases(
    feeds: Mapping[str, Feed], supplies: Mapping[str, Supply], units: Mapping[str, UnitEntry]
) -> dict[str, frozenset[Phase]]:
    """The phases that each stream surely carries.

    A feed carries what it is given.  An outlet with one phase carries it; of an outlet with several phases,
    one is certain when it enters the unit, or when no inlet of the unit could bring it.  Recycles are
    followed until nothing changes.
    """
    carried: dict[str, frozenset[Phase]] = {name: frozenset(feed.phases) for name, feed in feeds.items()}
    for _, reference, _ in _uses(units, {}):
        if DRAWN in reference.name and reference.owner in feeds:
            carried[reference.name] = frozenset(feeds[reference.owner].phases)
        elif reference.owner in supplies:
            tank = units.get(supplies[reference.owner].tank.owner)
            port = tank.declaration.outlets.get(supplies[reference.owner].tank.port or "") if tank else None
            carried[reference.name] = frozenset(port.phases if port else ())
    changed = True
    while changed:
        changed = False
        for unit in units.values():
            entering = {
                phase
                for references in unit.inlets.values()
                for reference in references
                for phase in carried.get(reference.name, ())
            }
            taken = {phase for port in unit.declaration.inlets.values() for phase in port.phases}
            for port in unit.declaration.outlets.values():
                phases = frozenset(
                    p for p in port.phases if len(port.phases) == 1 or p in entering or p not in taken
                )
                name = f"{unit.name}.{port.name}"
                if carried.get(name, frozenset()) != phases:
                    carried[name] = phases
                    changed = True
    return carried


def _listed(phases: frozenset[Phase] | tuple[Phase, ...]) -> str:
    return " and ".join(sorted(phases)) or "nothing"


def separation(wrong: frozenset[Phase]) -> str:
    """What to do about phases that an inlet doesn't take."""
    if "solid" in wrong:
        return "separate the solid first, for example with a filter"
    if "organic" in wrong:
        return "connect the aqueous outlet instead"
    return "connect an outlet of the right phase"


def _check_ends(
    feeds: Mapping[str, Feed],
    units: Mapping[str, UnitEntry],
    used: set[str],
    found: Collector,
) -> None:
    """Warn of feeds that enter nothing and of streams that leave without being named."""
    for feed in feeds.values():
        if feed.name not in used and not any(name.startswith(feed.name + DRAWN) for name in used):
            found.warning("W309", f"feed `{feed.name}` enters no unit", feed.span, "connect or remove it")
    for unit in units.values():
        for port in unit.declaration.outlets.values():
            if not port.optional and f"{unit.name}.{port.name}" not in used:
                found.warning(
                    "W308",
                    f"`{unit.name}.{port.name}` leaves the plant unnamed",
                    unit.span,
                    "connect it, or name it under `products:` with `role: waste`",
                )
