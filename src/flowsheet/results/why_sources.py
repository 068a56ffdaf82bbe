"""Where the settings, constants and equations behind a number come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.document.diagnostics import Span
from flowsheet.document.document import Quantity
from flowsheet.document.stated_values import stated_values
from flowsheet.economics.defaults import price_sources

if TYPE_CHECKING:
    from flowsheet.chemistry.system import ChemistrySystem
    from flowsheet.document.document import UnitEntry
    from flowsheet.results.solved import Solved

_FAMILY = re.compile(r"^ *([a-z_]+) {2,}(\S.*)$", re.MULTILINE)
_WORD = re.compile(r"[A-Z][a-z]?(?:\([IV]+\))?")
_STATE = {
    "mass_action": "ln m_j + ln gamma_j = ln K_j(T) + sum_c nu_jc (ln m_c + ln gamma_c) + nu_jw ln a_w",
    "electroneutrality": "ln sum_(z_j > 0) z_j m_j = ln sum_(z_j < 0) -z_j m_j",
    "ionic_strength_definition": "I = 1/2 sum_j z_j^2 m_j",
    "water_activity": "ln a_w = -M_w phi sum_j m_j",
    "activity_coefficient": "ln gamma_j = what the chemistry's activity model says at T and the molalities",
    "outlet_temperature": "all outlets have the unit's temperature",
}
"""What `chemistry.aqueous` and `model` state of every liquor and unit, whichever it is."""
_FEED = {
    "flow": "the feed's measured flow is the one stated, or what the unit that draws it takes",
    "temperature": "T is the feed's temperature",
    "composition": "n_c M_c / m = w_c: what the feed's composition says of each component, electroneutral",
    "solid_composition": "n_s M_s / m = w_s",
    "organic_composition": "n_c M_c / m = w_c",
    "gas_composition": "n_g / sum n = y_g",
}
"""What `model.feeds` states of a feed."""
DEFAULT, FILE = "default", "the flowsheet"


@dataclass(frozen=True)
class SettingUsed:
    """A setting: value, what it is, and who says so."""

    name: str
    value: float
    unit: str
    what: str
    source: str


@dataclass(frozen=True)
class Constant:
    """A number of the chemistry or of a parameter set, as text, with its source."""

    name: str
    value: str
    of: str
    source: str


def family_texts(state: Solved, unit: str) -> Mapping[str, str]:
    """The equations of a unit's page by family, and those of every liquor; of a feed, the feeds'."""
    entry = state.document.units.get(unit)
    return {**_STATE, **_stated(entry.declaration.documentation)} if entry else _FEED


@cache
def _stated(documentation: str) -> Mapping[str, str]:
    return dict(_FAMILY.findall(documentation))


def setting_used(state: Solved, name: str) -> SettingUsed:
    """A setting's value and source: the place in the file, else what its declaration says of its default."""
    plant = state.case.plant
    value = float(state.simulation.p[plant.model.inputs.position[name]])
    unit = plant.units.get(name, "1") or "1"
    tag, _, parameter = name.partition(".")
    parameter = (
        parameter.partition(".")[0] if parameter.partition(".")[0] in _declared(state, tag) else parameter
    )
    entry = state.document.units.get(tag)
    if entry is not None and parameter in entry.parameters:
        declared, setting = entry.declaration.parameters[parameter], entry.parameters[parameter]
        if declared.kind == "parameter_set":
            return SettingUsed(name, value, unit, f"of {setting.value}", _in_set(entry, setting.value, name))
        source = (
            in_file(state, setting.span)
            if setting.given
            else declared.source or "the declared default, unsourced"
        )
        return SettingUsed(name, value, unit, declared.description, source)
    price = plant.facts["price_sources"].get(name)
    if price:
        source = cited(str(price.get("source") or FILE), price_sources())
        return SettingUsed(name, value, unit, "price", source)
    place = _place_in_feed(state, tag, parameter)
    return SettingUsed(name, value, unit, "of a feed" if tag in state.document.feeds else "", place)


def _declared(state: Solved, tag: str) -> Mapping[str, Any]:
    entry = state.document.units.get(tag)
    return entry.parameters if entry else {}


def _place_in_feed(state: Solved, tag: str, key: str) -> str:
    feed = state.document.feeds.get(tag)
    if feed is None:
        return FILE
    for name, phase in feed.phases.items():
        within = key.removeprefix(f"{name}.")  # of a feed with several phases
        quantity = phase.flow if within == "flow" else phase.composition.get(within)
        if isinstance(quantity, Quantity):
            return in_file(state, quantity.span)
    return in_file(state, feed.temperature.span if key == "temperature" else feed.span)


def in_file(state: Solved, span: Span) -> str:
    """A place in the flowsheet's files, by the way to it from the flowsheet's folder."""
    if span.file == DEFAULT:
        return DEFAULT
    home, file = state.document.path, Path(span.file)
    if home is not None and file.is_relative_to(home.parent):
        file = file.relative_to(home.parent)
    return f"{file}:{span.line}:{span.column}"


def set_constants(state: Solved, unit: str, indices: set[str]) -> Iterator[Constant]:
    """The numbers of a unit's parameter sets that equations of these indices rest on."""
    entry = state.document.units[unit]
    for name, parameter in entry.declaration.parameters.items():
        value = entry.parameters[name].value
        if parameter.kind == "parameter_set" and value is not None:
            yield from _set(entry, name, value, indices)


def chemistry_constants(system: ChemistrySystem, model: str, names: Iterable[str]) -> Iterator[Constant]:
    """Equilibrium constants of the species and solids among some names, for an activity model."""
    for name in names:
        holder = system.species.get(name) or system.solids.get(name)
        constant = holder.constants.get(model) if holder else None
        if constant is None:
            continue
        text = f"log10 K(25 degC) = {constant.log_k:.4g}, dH = {constant.delta_h:.4g} kJ/mol"
        if constant.uncertainty is not None:
            text += f", +-{constant.uncertainty:.2g}"
        yield Constant(name, text, f"chemistry {system.name}", cited(constant.source, system.sources))


def cited(source: str, sources: Mapping[str, Mapping[str, str]]) -> str:
    """A source's citation and DOI, where the key is known."""
    known = sources.get(source)
    if not known:
        return source
    doi = known.get("doi", "")
    return f"{known.get('citation', source)}{f', doi:{doi}' if doi else ''}"


def _set(entry: UnitEntry, parameter: str, value: Any, indices: set[str]) -> Iterator[Constant]:
    """The numbers of a parameter set; where some name what the equations are of, those alone."""
    path = set_file(entry, value)
    found = stated_values(path) if path else ()
    about = [v for v in found if indices & set(_WORD.findall(v.name))]
    for stated in about or found:
        yield Constant(stated.name, stated.text, f"{entry.name}.{parameter}: {value}", stated.source)


def _in_set(entry: UnitEntry, value: Any, name: str) -> str:
    """The source of a set's number that is an input of the model, `unit.parameter.number`."""
    path = set_file(entry, value)
    stated = {v.name: v.source for v in stated_values(path)} if path else {}
    wanted = name.split(".", 2)[-1]
    return stated.get(wanted) or stated.get(wanted.replace(".", " ")) or f"parameter set {value}"


def set_file(entry: UnitEntry, value: Any) -> Path | None:
    """The file of a unit's parameter set; None for a word of the parameter's own, such as `none`."""
    path = Path(str(value))
    if path.suffix not in (".yaml", ".yml"):
        path = Path(entry.declaration.source_file).parent / "parameters" / f"{value}.yaml"
    return path if path.is_file() else None
