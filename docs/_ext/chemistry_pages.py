"""A page per chemistry system: every constant as its files state it, each with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from formulas import reaction, substance
from markup import code, identifier, link, raw, table
from unit_pages import source_rows

from flowsheet.chemistry.files import Reading, system_file
from flowsheet.chemistry.load import load_system, shipped_systems

_CONSTANTS = {"log_k": "log₁₀ K, 25 °C", "delta_h": "ΔH, kJ/mol", "delta_cp": "ΔCp, J/mol/K"}
_SUBSTANCE = {"delta_hf": "ΔfH, kJ/mol", "cp": "Cp, J/mol/K", "density": "density, kg/m3"}
_MODELS = ("sit", "pitzer", "ideal", "debye_huckel")
_TITLES = {
    "components": "Components",
    "aqueous": "Aqueous species",
    "solids": "Solids",
    "gases": "Gases",
    "sit": "SIT coefficients",
    "pitzer": "Pitzer coefficients",
    "sources": "Sources",
}
"""Parts with a table of their own; any other part of a system's files is listed as it stands."""


def chemistry_pages() -> Mapping[str, str]:
    """Pages by path under the folder of generated pages."""
    names = shipped_systems()
    return {"chemistry/index.md": _index(names)} | {f"chemistry/{n}.md": _page(n) for n in names}


def _index(names: Iterable[str]) -> str:
    rows = []
    for name in names:
        system = load_system(name)
        counts = [len(system.components), len(system.species), len(system.solids), len(system.gases)]
        rows.append([link(f"{name}.html", code(name)), escape(system.title), *map(str, counts)])
    heads = ("system", "what it is for", "components", "species", "solids", "gases")
    return (
        "# Chemistry systems\n\nWhat `chemistry:` of a flowsheet may name. Every constant is shown as its "
        "file states it, with its source.\n\n"
        + raw(table(heads, rows, "catalogue"))
        + "\n```{toctree}\n:hidden:\n"
        + "\n".join(names)
        + "\n```\n"
    )


def _page(name: str) -> str:
    tree = Reading(system_file(name)).tree
    system = load_system(name)
    models = ", ".join(f"`{model}`" for model in system.activity_models)
    lines = [f"# {name}", "", f"{system.title}. Activity models: {models}.", ""]
    parts = {
        "components": lambda: table(
            ("component", "master species", *_SUBSTANCE.values(), "source"), _components(tree)
        ),
        "aqueous": lambda: table(("formation", *_CONSTANTS.values()), _reactions(tree["aqueous"])),
        "solids": lambda: table(
            ("solid", "dissolution", *_CONSTANTS.values(), *_SUBSTANCE.values()), _substances(tree["solids"])
        ),
        "gases": lambda: table(
            ("gas", "dissolution", *_CONSTANTS.values(), *_SUBSTANCE.values()), _substances(tree["gases"])
        ),
        "sit": lambda: table(("pair", "ε, kg/mol", "source"), _pairs(tree["sit"])),
    }
    for part, make in parts.items():
        if tree.get(part):
            lines += [f"## {_TITLES[part]}", "", *_explained(part), raw(make())]
    for kind, entries in tree.get("pitzer", {}).items():
        if isinstance(entries, list):
            lines += [f"## {_TITLES['pitzer']}: {kind}", ""]
            lines += [raw(table(("ions", "coefficients", "source"), _pitzer(entries)))]
    rest = {key: value for key, value in tree.items() if key not in _TITLES}
    for key, value in rest.items():
        if isinstance(value, (dict, list)) and (rows := list(_leaves(value))):
            title = key.replace("_", " ")
            lines += [f"## {title[:1].upper()}{title[1:]}", "", raw(table(("", "value"), rows))]
    lines += [f"## {_TITLES['sources']}", "", raw(table(("name", "source"), source_rows(tree["sources"])))]
    return "\n".join(lines) + "\n"


def _explained(part: str) -> list[str]:
    """What a table's numbers mean, where its heads don't say it."""
    told = {
        "aqueous": "Each species is formed from the components' master species, at infinite dilution, molal. "
        "Where activity models need different values, each names its model.",
        "solids": "Constants are of the dissolution as written; a solid without one is dissolved or left by "
        "kinetics only.",
    }.get(part)
    return [told, ""] if told else []


def _components(tree: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, entry in tree["components"].items():
        species = str(entry.get("species", ""))
        cells = [_value(entry.get(key)) for key in _SUBSTANCE]
        yield [_named("component", name), substance(species) or escape(species), *cells, _source(entry)]


def _reactions(entries: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for entry in entries:
        models = f"<br><small>{_words(entry['models'])} only</small>" if "models" in entry else ""
        yield [reaction(entry["reaction"]) + models, *(_value(entry.get(key)) for key in _CONSTANTS)]


def _substances(entries: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for entry in entries:
        name = _named("substance", str(entry["name"]))
        if entry.get("formula"):
            name += f"<br><small>{substance(str(entry['formula'])) or escape(str(entry['formula']))}</small>"
        if entry.get("default") is False:
            name += "<br><small>forms only where a unit lists it</small>"
        if "models" in entry:
            name += f"<br><small>{_words(entry['models'])} only</small>"
        cells = [_value(entry.get(key)) for key in (*_CONSTANTS, *_SUBSTANCE)]
        yield [name, reaction(str(entry.get("reaction", ""))), *cells]


def _pairs(entries: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for entry in entries:
        yield [_ions(entry["pair"]), _number(entry["epsilon"]) + _conditions(entry), _source(entry)]


def _pitzer(entries: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for entry in entries:
        ions = entry.get("pair") or entry.get("triplet") or [entry.get("species", "")]
        rest = {k: v for k, v in entry.items() if k not in ("pair", "triplet", "species", "source", *_ASIDE)}
        told = "<br>".join(f"{escape(key)} {_number(value)}" for key, value in rest.items())
        yield [_ions(ions), told + _conditions(entry), _source(entry)]


def _ions(names: Iterable[str]) -> str:
    return ", ".join(substance(str(name)) or escape(str(name)) for name in names)


_ASIDE = ("range", "uncertainty", "note", "points", "statistics", "conditions")
"""What stands small below a value."""


def _value(entry: Any) -> str:
    """A stated value with its conditions and source; one per activity model where they differ."""
    if entry is None:
        return ""
    if not isinstance(entry, Mapping):
        return _number(entry)
    if entry.keys() <= set(_MODELS):
        return "<br>".join(f"<small>{escape(model)}</small> {_value(one)}" for model, one in entry.items())
    value = str(entry.get("value", ""))
    value = re.sub(r" (kJ/mol|J/mol/K|kg/m3)$", "", value)
    uncertainty = f" ± {_number(entry['uncertainty'])}" if "uncertainty" in entry else ""
    return f"{_number(value)}{uncertainty}{_conditions(entry, but=('uncertainty',))}<br>{_source(entry)}"


def _conditions(entry: Mapping[str, Any], but: tuple[str, ...] = ()) -> str:
    told = [
        f"{key.replace('_', ' ')}: {_plain(entry[key])}" for key in _ASIDE if key in entry and key not in but
    ]
    return "".join(f"<br><small>{escape(text)}</small>" for text in told)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_plain(inner)}" for key, inner in value.items())
    return _words(value) if isinstance(value, list) else str(value)


def _words(values: Iterable[Any]) -> str:
    return ", ".join(map(str, values))


def _number(value: Any) -> str:
    text = _words(value) if isinstance(value, list) else str(value)
    return f'<span class="number">{escape(text).replace("-", "−")}</span>'


def _source(entry: Mapping[str, Any]) -> str:
    name = str(entry.get("source", ""))
    return f"<small>{link('#' + identifier('source', name), escape(name))}</small>" if name else ""


def _named(kind: str, name: str) -> str:
    return f'<span id="{identifier(kind, name)}">{code(name)}</span>'


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """What no table is made for: a row per value that states a source, or that is no mapping."""
    if isinstance(value, Mapping) and "source" not in value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
        return
    title = escape(" ".join(part.replace("_", " ") for part in path))
    if isinstance(value, Mapping):
        rest = {key: inner for key, inner in value.items() if key not in ("source", *_ASIDE)}
        told = "<br>".join(f"{escape(key.replace('_', ' '))} {_listed(inner)}" for key, inner in rest.items())
        told = told.removeprefix("value ") if set(rest) == {"value"} else told
        yield [title, f"{told}{_conditions(value)}<br>{_source(value)}"]
    else:
        yield [title, _listed(value)]


def _listed(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "<br>".join(_number(row) for row in value)
    return escape(_plain(value)) if isinstance(value, Mapping) else _number(value)
