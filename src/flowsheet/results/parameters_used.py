"""Every parameter value that a run rests on, with its unit, the conditions it holds for, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowsheet.document.document import Quantity
from flowsheet.document.stated_values import stated_values
from flowsheet.results.display import Shown
from flowsheet.results.why_sources import DEFAULT, cited, in_file, set_file, setting_used

if TYPE_CHECKING:
    from flowsheet.chemistry.system import ChemistrySystem
    from flowsheet.document.document import Setting, UnitEntry
    from flowsheet.results.solved import Solved

_NOT_NUMBERS = ("source", "range", "note")


@dataclass(frozen=True)
class ValueUsed:
    """A value as text with its unit, what it is or holds for, and its source."""

    name: str
    value: str
    conditions: str
    source: str


@dataclass(frozen=True)
class ValuesUsed:
    """The values of a unit, a parameter set, a chemistry system, or of the feeds; `used_by` which units."""

    kind: str
    name: str
    used_by: tuple[str, ...]
    values: tuple[ValueUsed, ...]

    @property
    def count(self) -> int:
        return len(self.values)


def parameters_used(state: Solved, shown: Shown) -> Iterator[ValuesUsed]:
    """By parameter sets, chemistry, feeds, prices and units; what a run doesn't hold is left out."""
    yield from _sets(state)
    yield from _chemistry(state)
    yield from _settings_beside_units(state, shown)
    for name, entry in state.document.units.items():
        values = tuple(_of_unit(state, entry, shown))
        if values:
            yield ValuesUsed("unit", name, (entry.declaration.name,), values)


def _settings_beside_units(state: Solved, shown: Shown) -> Iterator[ValuesUsed]:
    feeds, prices = [], []
    position = state.case.plant.model.inputs.position
    for name in position:
        owner = name.partition(".")[0]
        if owner in state.document.feeds:
            feeds.append(_used(state, name, shown))
        elif name in state.case.plant.facts["price_sources"] or name.startswith(("price.", "charge.")):
            prices.append(_used(state, name, shown))
    if feeds:
        yield ValuesUsed("feeds", "flows and compositions", (), tuple(feeds))
    if prices:
        yield ValuesUsed("prices", "prices and charges", (), tuple(prices))


def _used(state: Solved, name: str, shown: Shown) -> ValueUsed:
    setting = setting_used(state, name)
    return ValueUsed(name, _number(setting.value, setting.unit, shown), "", setting.source)


def _of_unit(state: Solved, entry: UnitEntry, shown: Shown) -> Iterator[ValueUsed]:
    """A unit's settings as the run has them: what was varied or specified counts, not what was written."""
    for name, setting in entry.parameters.items():
        declared = entry.declaration.parameters[name]
        if setting.value is None:
            continue
        source = in_file(state, setting.span) if setting.given else declared.source or ""
        origin = source if setting.given else f"{DEFAULT}: {source}".rstrip(": ")
        conditions = "; ".join(
            filter(None, (declared.description, _bounds(declared.range, declared.unit, shown)))
        )
        for part, value in _parts(state, entry.name, name, setting, shown):
            yield ValueUsed(f"{name}{part}", value, conditions, origin)


def _parts(state: Solved, unit: str, name: str, setting: Setting, shown: Shown) -> Iterator[tuple[str, str]]:
    """A setting's value as text; of a mapping, each of its numbers."""
    value = setting.value
    if isinstance(value, Mapping):
        for key, number in value.items():
            yield f".{key}", _present(state, f"{unit}.{name}.{key}", number, shown)
    else:
        yield "", _present(state, f"{unit}.{name}", value, shown)


def _present(state: Solved, name: str, value: Any, shown: Shown) -> str:
    position = state.case.plant.model.inputs.position.get(name)
    if isinstance(value, Quantity):
        number = value.value if position is None else float(state.simulation.p[position])
        return _number(number, value.unit, shown)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _number(value: float, unit: str, shown: Shown) -> str:
    name = shown.unit(unit)
    return f"{shown.value(value, unit):.6g} {'' if name in ('1', 'pH') else name}".rstrip()


def _bounds(bounds: tuple[float | None, float | None], unit: str | None, shown: Shown) -> str:
    low, high = (None if b is None else _number(b, unit or "1", shown) for b in bounds)
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}" if high is not None else ""


def _sets(state: Solved) -> Iterator[ValuesUsed]:
    """Each parameter set once, with the units that take it."""
    users: dict[Any, list[str]] = {}
    names: dict[Any, str] = {}
    for tag, entry in state.document.units.items():
        for parameter, declared in entry.declaration.parameters.items():
            value = entry.parameters[parameter].value
            path = set_file(entry, value) if declared.kind == "parameter_set" and value is not None else None
            if path is not None:
                users.setdefault(path, []).append(f"{tag}.{parameter}")
                names[path] = str(value)
    for path, places in users.items():
        values = (ValueUsed(v.name, v.text, v.note, v.source) for v in stated_values(path))
        yield ValuesUsed("parameter set", names[path], tuple(places), tuple(values))


# ---- chemistry


def _chemistry(state: Solved) -> Iterator[ValuesUsed]:
    """Constants of the species and solids that the plant's components can form; coefficients of its ions."""
    from flowsheet.solve.case import chemistry_of

    system = chemistry_of(state.document)
    model = state.case.plant.facts["chemistry"]["activity_model"]
    flowing = {c for s in state.flows.values() for flows in s.flows.values() for c in flows}
    components = [c for c in system.components if c in flowing]
    species = system.present_species(components, model)
    held = {s.name: s.constants[model] for s in species}
    held |= {s.name: s.constants[model] for s in system.present_solids(components, model)}
    constants = tuple(
        ValueUsed(
            f"{name}: {quantity}",
            f"{number:.6g}{unit}"
            + (f" +- {constant.uncertainty:.2g}" if constant.uncertainty and not unit else ""),
            _range(constant.range),
            cited(constant.source, system.sources),
        )
        for name, constant in held.items()
        for quantity, number, unit in (
            ("log10 K(25 degC)", constant.log_k, ""),
            ("enthalpy of reaction", constant.delta_h, " kJ/mol"),
        )
    )
    if constants:
        yield ValuesUsed("chemistry", f"{system.name}: equilibrium constants", (), constants)
    ions = {system.components[c].species for c in components} | {s.name for s in species}
    coefficients = tuple(_coefficients(system, model, ions | {"H+"}))
    if coefficients:
        yield ValuesUsed("chemistry", f"{system.name}: activity coefficients, {model}", (), coefficients)


def _coefficients(system: ChemistrySystem, model: str, ions: set[str]) -> Iterator[ValueUsed]:
    """Of the activity model, as the system's files state them."""
    from flowsheet.chemistry.files import Reading, system_file

    for number, origin in enumerate(system.origin):
        if number == 0 and origin.startswith("{"):  # phases of Cantera, which hold their own
            return
        tree = Reading(origin if number else system_file(origin)).tree.get(model, {})
        tables = tree.items() if isinstance(tree, Mapping) else [("", tree)]
        for table, entries in tables:
            for entry in entries if isinstance(entries, list) else ():
                yield from _coefficient(table, entry, ions, system)


def _coefficient(
    table: str, entry: Mapping[str, Any], ions: set[str], system: ChemistrySystem
) -> Iterator[ValueUsed]:
    among = next(
        (v for v in entry.values() if isinstance(v, list) and all(isinstance(i, str) for i in v)), []
    )
    if not among or not set(among) <= ions:
        return
    for quantity, value in entry.items():
        if quantity in _NOT_NUMBERS or value is among:
            continue
        name = f"{' '.join(filter(None, (table, quantity)))} ({', '.join(among)})"
        text = ", ".join(f"{v:g}" for v in value) if isinstance(value, list) else f"{value}"
        source = cited(str(entry.get("source", "")), system.sources)
        yield ValueUsed(name, text, _range(entry.get("range")), source)


def _range(stated: Mapping[str, Any] | None) -> str:
    """The range of a constant as it is stated."""
    return ", ".join(f"{quantity} {extent}" for quantity, extent in (stated or {}).items())
