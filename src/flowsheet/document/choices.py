"""What an optimisation may choose: counts such as the stages of a section."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flowsheet.document.diagnostics import suggest
from flowsheet.document.document import Choice, UnitEntry
from flowsheet.document.reader import Reader, head
from flowsheet.document.source import Entry, Sequence, kind_of


def read_choices(
    entry: Entry | None, reader: Reader, units: Mapping[str, UnitEntry], declared: Collection[str]
) -> tuple[Choice, ...]:
    """`choose`: [least, most] by unit.parameter, for parameters that are counts.

    `declared` are the names of all feeds and units in the file; one that isn't in `units` is a feed, or a
    unit with faults that are reported already.
    """
    mapping = reader.mapping(entry.value, "`choose`") if entry else None
    found = (_choice(item, reader, units, declared) for item in mapping or ())
    return tuple(choice for choice in found if choice is not None)


def _choice(
    item: Entry, reader: Reader, units: Mapping[str, UnitEntry], declared: Collection[str]
) -> Choice | None:
    owner, _, name = item.key.partition(".")
    unit = units.get(owner)
    if unit is None:
        if owner not in declared:
            place = item.span.part(0, len(owner))
            reader.found.error("E504", f"`{owner}` isn't a unit", place, suggest(owner, units, "units"))
        return None
    parameters = unit.declaration.parameters
    counts = [p.name for p in parameters.values() if p.kind == "integer"]
    if name not in counts:
        reader.found.error(
            "E504",
            f"{unit.declaration.name} has no count `{name}` to choose",
            item.span.part(len(owner) + 1, len(name)) if name else item.span,
            suggest(name, counts, "counts"),
        )
        return None
    if not isinstance(item.value, Sequence) or len(item.value.items) != 2:
        reader.found.error(
            "E103",
            f"`{item.key}` needs [least, most], got {kind_of(item.value)}",
            head(item.value.span),
            "for example `[4, 20]`",
        )
        return None
    least, most = (
        reader.integer(node, f"bound of `{item.key}`", parameters[name].range) for node in item.value.items
    )
    if least is None or most is None:
        return None
    stated = unit.parameters[name].value
    if not least <= stated <= most:
        reader.found.error(
            "E505",
            f"`{item.key}` is {stated}, which isn't from {least} to {most}",
            item.value.span,
            "the search begins at the file's own count",
        )
    return Choice(owner, name, least, most, item.span)
