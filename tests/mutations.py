"""Flowsheets with one thing wrong, made from right ones: always the same for the same seed."""

from __future__ import annotations

import copy
import io
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from ruamel.yaml import YAML

from flowsheet.document.declaration import UnitDeclaration
from flowsheet.document.keys import SECTIONS
from flowsheet.document.section import Section

Tree = dict[str, Any]
Place = tuple[Any, Any, Section | None]
"""A container, a key in it, and the section that declares the key."""


class Mutator:
    """Breaks copies of a flowsheet's tree, one kind of mistake at a time."""

    def __init__(self, tree: Tree, catalogue: dict[str, UnitDeclaration], seed: int) -> None:
        self.whole, self.catalogue, self.random = tree, catalogue, random.Random(seed)
        self.tree: Tree = {}

    def mutants(self) -> Iterator[tuple[str, Tree]]:
        """One of every kind that the flowsheet has a place for, with what was done to it."""
        for mistake in MISTAKES:
            self.tree = copy.deepcopy(self.whole)
            what = mistake(self)
            if what is not None:
                yield f"{mistake.__name__}: {what}", self.tree

    def pick(self, places: list[Any]) -> Any:
        return self.random.choice(places) if places else None

    def places(self) -> list[Place]:
        """Every declared key of the file."""
        return list(_declared(self.tree, SECTIONS["flowsheet"], self.catalogue))

    def quantities(self) -> list[Place]:
        """Every text that is a number with a unit which it can't do without."""
        found = []
        for holder, key, section in self.places():
            value = holder[key]
            declared = section.keys.get(key) if section else None
            dimensional = declared is None or (declared.kind == "quantity" and "1" not in declared.units)
            if dimensional and isinstance(value, str) and re.fullmatch(r"[\d.]+ [A-Za-z][\w/]*", value):
                found.append((holder, key, section))
        return found


def _declared(tree: Tree, section: Section, catalogue: dict[str, UnitDeclaration]) -> Iterator[Place]:
    for name, value in tree.items():
        key = section.keys.get(name)
        if key is None:
            continue
        yield tree, name, section
        if key.kind == "section" and isinstance(value, dict):
            yield from _declared(value, SECTIONS[key.section], catalogue)
        elif key.kind == "sections":
            for entry in value.values():
                yield from _declared(entry, SECTIONS[key.section], catalogue)
        elif key.kind == "units":
            for entry in value.values():
                yield from _declared(entry, SECTIONS["unit"], catalogue)
                parameters = catalogue[entry["unit"]].parameters
                yield from ((entry, own, None) for own in entry if own in parameters)


def misspelt_key(m: Mutator) -> str | None:
    holder, key, _ = m.pick(m.places())
    cut = m.random.randrange(len(key))
    wrong = key[:cut] + key[cut + 1 :] + "x"
    holder[wrong] = holder.pop(key)
    return f"{key} as {wrong}"


def missing_key(m: Mutator) -> str | None:
    found = [p for p in m.places() if p[2] is not None and p[2].keys[p[1]].required]
    holder, key, section = m.pick(found)
    del holder[key]
    return f"{key} of {section.name}"


def missing_phases(m: Mutator) -> str | None:
    name = m.pick(list(m.tree["feeds"]))
    for phase in SECTIONS["feed"].one_of:
        m.tree["feeds"][name].pop(phase, None)
    return name


def list_for_mapping(m: Mutator) -> str | None:
    holder, key, _ = m.pick([p for p in m.places() if isinstance(p[0][p[1]], dict)])
    holder[key] = list(holder[key])
    return key


def mapping_for_value(m: Mutator) -> str | None:
    places = [p for p in m.places() if not isinstance(p[0][p[1]], dict | list) and _single(p)]
    holder, key, _ = m.pick(places)
    holder[key] = {"a": "b"}
    return key


def _single(place: Place) -> bool:
    """Whether nothing but a single value can stand there."""
    section = place[2]
    kinds = ("text", "quantity", "choice", "integer", "flag", "stream", "variable", "constraint", "purity")
    return section is None or section.keys[place[1]].kind in kinds


def nothing_for_value(m: Mutator) -> str | None:
    holder, key, _ = m.pick(m.places())
    holder[key] = None
    return key


def number_without_unit(m: Mutator) -> str | None:
    holder, key, _ = m.pick(m.quantities())
    holder[key] = float(holder[key].split()[0])
    return key


def range_for_number(m: Mutator) -> str | None:
    holder, key, _ = m.pick(m.quantities())
    number, unit = holder[key].split()
    holder[key] = f"{number} - {float(number) + 1:g} {unit}"
    return holder[key]


def comma_in_number(m: Mutator) -> str | None:
    holder, key, _ = m.pick(m.quantities())
    holder[key] = "1,000 " + holder[key].split()[1]
    return holder[key]


def words_for_number(m: Mutator) -> str | None:
    holder, key, _ = m.pick(m.quantities())
    holder[key] = "quite a lot"
    return key


def unknown_unit_operation(m: Mutator) -> str | None:
    unit = m.pick(list(m.tree["units"].values()))
    unit["unit"] = unit["unit"][:-1] + "q"
    return unit["unit"]


def unknown_parameter(m: Mutator) -> str | None:
    unit = m.pick(list(m.tree["units"].values()))
    unit["temprature"] = "60 degC"
    return unit["unit"]


def unknown_inlet(m: Mutator) -> str | None:
    unit = m.pick([u for u in m.tree["units"].values() if u.get("inlets")])
    port = m.pick(list(unit["inlets"]))
    unit["inlets"][port + "_2"] = unit["inlets"].pop(port)
    return f"{port} of {unit['unit']}"


def open_inlet(m: Mutator) -> str | None:
    needed = [
        (unit, port)
        for unit in m.tree["units"].values()
        for port in unit.get("inlets", {})
        if not m.catalogue[unit["unit"]].inlets[port].optional
    ]
    unit, port = m.pick(needed)
    del unit["inlets"][port]
    return f"{port} of {unit['unit']}"


def mapping_for_stream(m: Mutator) -> str | None:
    unit = m.pick([u for u in m.tree["units"].values() if u.get("inlets")])
    port = m.pick(list(unit["inlets"]))
    unit["inlets"][port] = {"stream": "acid"}
    return f"{port} of {unit['unit']}"


def wrong_choice(m: Mutator) -> str | None:
    choices = [p for p in m.places() if p[2] is not None and p[2].keys[p[1]].kind == "choice"]
    if not choices:
        return None
    holder, key, _ = m.pick(choices)
    holder[key] = "somewhat"
    return key


def text_for_count(m: Mutator) -> str | None:
    return _count(m, "three")


def fraction_for_count(m: Mutator) -> str | None:
    return _count(m, 2.5)


def count_out_of_range(m: Mutator) -> str | None:
    return _count(m, -3)


def _count(m: Mutator, value: object) -> str | None:
    counts = [
        (unit, name)
        for unit in m.tree["units"].values()
        for name, declared in m.catalogue[unit["unit"]].parameters.items()
        if declared.kind == "integer" and name in unit
    ]
    if not counts:
        return None
    unit, name = m.pick(counts)
    unit[name] = value
    return f"{name} of {unit['unit']}"


def name_with_a_space(m: Mutator) -> str | None:
    group = m.pick(["feeds", "units", "products"])
    name = m.pick(list(m.tree[group]))
    m.tree[group][name + " 2"] = m.tree[group].pop(name)
    return f"{name} of {group}"


def unknown_parameter_set(m: Mutator) -> str | None:
    sets = [
        (unit, name)
        for unit in m.tree["units"].values()
        for name, declared in m.catalogue[unit["unit"]].parameters.items()
        if declared.kind == "parameter_set" and name in unit
    ]
    if not sets:
        return None
    unit, name = m.pick(sets)
    unit[name] = "not_yet_measured"
    return f"{name} of {unit['unit']}"


def unknown_chemistry(m: Mutator) -> str | None:
    m.tree["chemistry"] = "nmc_sulphate"
    return "nmc_sulphate"


def half_a_range(m: Mutator) -> str | None:
    vary = m.tree.get("optimise", {}).get("vary")
    if not vary:
        return None
    name = m.pick(list(vary))
    vary[name] = vary[name][:1]
    return name


def purity_without_sign(m: Mutator) -> str | None:
    sold = [p for p in m.tree["products"].values() if "purity" in p]
    if not sold:
        return None
    m.pick(sold)["purity"] = "99.5 %"
    return "99.5 %"


def unknown_charge(m: Mutator) -> str | None:
    m.tree.setdefault("economics", {}).setdefault("charges", {})["coffee"] = "3 USD/kg"
    return "coffee"


def unknown_currency(m: Mutator) -> str | None:
    m.tree.setdefault("economics", {})["currency"] = "USS"
    return "USS"


def unknown_display_unit(m: Mutator) -> str | None:
    m.tree.setdefault("display_units", {})["temprature"] = "degC"
    return "temprature"


# What only `check` can see: the schema must not mind.


def unknown_stream(m: Mutator) -> str | None:
    unit = m.pick([u for u in m.tree["units"].values() if u.get("inlets")])
    port = m.pick(list(unit["inlets"]))
    unit["inlets"][port] = "nowhere.liquor"
    return f"{port} of {unit['unit']}"


def wrong_dimension(m: Mutator) -> str | None:
    holder, key, _ = m.pick(m.quantities())
    holder[key] = holder[key].split()[0] + " km/s2"
    return key


def unknown_solute(m: Mutator) -> str | None:
    liquors = [f["aqueous"] for f in m.tree["feeds"].values() if "aqueous" in f]
    m.pick(liquors)["Kryptonite"] = "1 g/L"
    return "Kryptonite"


MISTAKES: tuple[Callable[[Mutator], str | None], ...] = (
    misspelt_key,
    missing_key,
    missing_phases,
    list_for_mapping,
    mapping_for_value,
    nothing_for_value,
    number_without_unit,
    range_for_number,
    comma_in_number,
    words_for_number,
    unknown_unit_operation,
    unknown_parameter,
    unknown_inlet,
    open_inlet,
    mapping_for_stream,
    wrong_choice,
    text_for_count,
    fraction_for_count,
    count_out_of_range,
    name_with_a_space,
    unknown_parameter_set,
    unknown_chemistry,
    half_a_range,
    purity_without_sign,
    unknown_charge,
    unknown_currency,
    unknown_display_unit,
    unknown_stream,
    wrong_dimension,
    unknown_solute,
)


def as_yaml(tree: Tree) -> str:
    """A tree as a file's text."""
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(tree, text)
    return text.getvalue()
