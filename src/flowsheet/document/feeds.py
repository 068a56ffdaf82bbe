"""Feeds: phases, flows and compositions that add up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import cast

from flowsheet.document.assay import read_assay
from flowsheet.document.declaration import Phase
from flowsheet.document.diagnostics import nearest, suggest
from flowsheet.document.document import Feed, FeedRole, PhaseFeed, Quantity
from flowsheet.document.keys import AS_NEEDED, SECTIONS
from flowsheet.document.reader import Reader, head
from flowsheet.document.section import Section
from flowsheet.document.source import Entry, Mapping, Node, Scalar
from flowsheet.document.vocabulary import ChemistryNames

_CLOSURE = 1e-6  # what rounding in a written composition may leave open


def read_feeds(node: Node, reader: Reader, names: ChemistryNames, folder: Path) -> dict[str, Feed]:
    """All feeds; a feed with a fault is left out (its fault is reported)."""
    mapping = reader.mapping(node, "`feeds`")
    feeds = (
        read_feed(entry, reader, names, folder) for entry in mapping or () if reader.name(entry, "a feed")
    )
    return {feed.name: feed for feed in feeds if feed is not None}


def read_feed(entry: Entry, reader: Reader, names: ChemistryNames, folder: Path) -> Feed | None:
    """One feed, None when something essential is missing."""
    section = SECTIONS["feed"]
    what = f"feed `{entry.key}`"
    entries = reader.section(entry.value, section, what)
    phases: dict[Phase, PhaseFeed] = {}
    given = [phase for phase in section.one_of if phase in entries]
    for phase in given:
        read = _read_phase(cast(Phase, phase), entries[phase].value, reader, names, f"{what}", folder)
        if read is not None:
            phases[read.phase] = read
    complete = entry.value.span not in reader.found.incomplete
    if not given and complete and isinstance(entry.value, Mapping):
        reader.found.error(
            "E102", f"{what} has no phase", entry.span, f"give at least one of {', '.join(section.one_of)}"
        )
    if len(phases) > 1 and any(phase.flow is None for phase in phases.values()):
        reader.found.error(
            "E403",
            f"{what} is {AS_NEEDED} and has {len(phases)} phases",
            entry.span,
            "only a feed of one phase can be drawn as needed; feed each phase by itself",
        )
    keys = section.keys
    temperature = reader.key_quantity(entries.get("temperature"), keys["temperature"], what)
    pressure = reader.key_quantity(entries.get("pressure"), keys["pressure"], what)
    role = reader.key_choice(entries.get("role"), keys["role"], what)
    price = reader.price(entries.get("price"), keys["price"].units, f"`price` of {what}")
    if temperature is None or pressure is None or len(phases) < len(given) or not phases:
        return None
    return Feed(
        entry.key,
        cast(FeedRole, role),
        temperature,
        pressure,
        phases,
        price,
        reader.text(entries.get("note")),
        entry.span,
    )


def _read_phase(
    phase: Phase, node: Node, reader: Reader, names: ChemistryNames, what: str, folder: Path
) -> PhaseFeed | None:
    section = SECTIONS[phase]
    entries = reader.section(node, section, f"`{phase}` of {what}")
    if not entries:
        return None
    flow_key = section.keys["flow"]
    flow = None
    as_needed = "flow" in entries and _is_as_needed(entries["flow"].value)
    if "flow" in entries and not as_needed:
        flow = reader.key_quantity(entries["flow"], flow_key, what)
    if phase in ("aqueous", "organic"):
        composition = _solutes(phase, entries, section, reader, names, what)
    else:
        composition = _composition(phase, node, entries, reader, names, what, folder)
    if composition is None or (flow is None and not as_needed):
        return None
    return PhaseFeed(phase, flow, composition, node.span)


def _is_as_needed(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text == AS_NEEDED


def _solutes(
    phase: Phase,
    entries: dict[str, Entry],
    section: Section,
    reader: Reader,
    names: ChemistryNames,
    what: str,
) -> dict[str, Quantity] | None:
    """What is dissolved, by name."""
    known = [*names.organics, *names.components] if phase == "organic" else names.components
    read: dict[str, Quantity | None] = {}
    for entry in entries.values():
        if entry.key in section.keys:
            continue
        if (
            known
            and entry.key not in known
            and entry.key not in names.species
            and not (phase == "aqueous" and names.is_compound(entry.key))
        ):
            reader.found.error(
                "E404",
                f"`{entry.key}` isn't known to the chemistry",
                entry.span,
                suggest(entry.key, section.keys if nearest(entry.key, section.keys) else known, "components"),
            )
        read[entry.key] = reader.quantity(
            entry.value, f"`{entry.key}` of {what}", section.name_units, (0.0, None)
        )
    fractions = [q.value for q in read.values() if q is not None and q.unit == "mass fraction"]
    if sum(fractions) > 1 + _CLOSURE:
        last = [e for e in entries.values() if e.key not in section.keys][-1]
        reader.found.error(
            "E401",
            f"the {phase} phase of {what} adds up to {100 * sum(fractions):.6g} %",
            last.value.span,
            "mass fractions of what is dissolved stay below 100 %",
        )
    complete = {name: quantity for name, quantity in read.items() if quantity is not None}
    return complete if len(complete) == len(read) else None


def _composition(
    phase: Phase,
    node: Node,
    entries: dict[str, Entry],
    reader: Reader,
    names: ChemistryNames,
    what: str,
    folder: Path,
) -> dict[str, Quantity] | None:
    """Fractions of a solid or gas phase, complete."""
    if "assay" in entries and "composition" in entries:
        reader.found.error(
            "E403", f"{what} has a composition and an assay", entries["assay"].span, "remove one of them"
        )
        return None
    known = names.solids if phase == "solid" else names.gases
    if "assay" in entries:
        entry = entries["assay"]
        fractions, normalise = read_assay(entry.value, folder, f"`assay` of {what}", reader)
        total = sum(fraction.value for fraction in fractions.values())
        _check_names(dict.fromkeys(fractions, entry), known, reader)
        if normalise and total > 0:
            return {name: replace(q, value=q.value / total) for name, q in fractions.items()}
        return _closed(fractions, None, entry, reader, what) if fractions else None
    if "composition" not in entries:
        if phase == "solid":
            reader.found.error(
                "E102",
                f"`solid` of {what} needs a composition",
                head(node.span),
                f"give {' or '.join(f'`{key}`' for key in SECTIONS[phase].one_of)}",
            )
        return None
    entry = entries["composition"]
    mapping = reader.mapping(entry.value, f"`composition` of {what}")
    if mapping is None:
        return None
    _check_names(mapping.entries, known, reader)
    return _fractions(mapping, entry, phase, reader, what)


def _check_names(entries: dict[str, Entry], known: Collection[str], reader: Reader) -> None:
    for name, entry in entries.items():
        if known and name not in known:
            reader.found.error(
                "E404", f"`{name}` isn't known to the chemistry", entry.span, suggest(name, known, "known")
            )


def _fractions(
    mapping: Mapping, entry: Entry, phase: Phase, reader: Reader, what: str
) -> dict[str, Quantity] | None:
    units = SECTIONS[phase].keys["composition"].units
    fractions: dict[str, Quantity] = {}
    balance: Entry | None = None
    whole = True
    for item in mapping:
        if isinstance(item.value, Scalar) and item.value.text == "balance":
            if balance is not None:
                reader.found.error(
                    "E403",
                    f"two names are the `balance` of {what}",
                    item.value.span,
                    "give a number for one of them",
                )
                whole = False
            balance = item
            continue
        quantity = reader.quantity(item.value, f"`{item.key}` of {what}", units, (0.0, None))
        if quantity is None:
            whole = False
        else:
            fractions[item.key] = quantity
    return _closed(fractions, balance, entry, reader, what) if whole else None


def _closed(
    fractions: dict[str, Quantity], balance: Entry | None, entry: Entry, reader: Reader, what: str
) -> dict[str, Quantity] | None:
    """The composition with its balance; reports one that is over 100 % or doesn't reach it."""
    total = sum(fraction.value for fraction in fractions.values())
    shown = f"{100 * total:.6g} %"
    if total > 1 + _CLOSURE:
        reader.found.error(
            "E401",
            f"the composition of {what} adds up to {shown}",
            entry.span,
            "correct it, or read it from an assay with `normalise: yes`",
        )
        return None
    if balance is not None:
        rest = max(0.0, 1 - total)
        unit = next((f.unit for f in fractions.values()), "mass fraction")
        return {**fractions, balance.key: Quantity(rest, unit, "balance", balance.value.span)}
    if total < 1 - _CLOSURE:
        reader.found.error(
            "E402",
            f"the composition of {what} adds up to {shown}",
            entry.span,
            "name one of its parts `balance`, or correct it",
        )
        return None
    return fractions
