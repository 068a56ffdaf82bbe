"""Tables of the page: each number with the name by which it can be asked why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowsheet.report.page.cards import quantity
from flowsheet.report.page.diagram import KINDS, kind_of
from flowsheet.report.summary import sold_recoveries
from flowsheet.report.text import digits, percent
from flowsheet.results.display import Shown, written

Ask = Callable[[str], str]
"""Gives a number's name back if it can be asked, else an empty one."""
_COLUMNS = 9
"""Components in the stream table: those that flow most."""
_NOTHING = 1e-6
"""Of the main feed, below which a utility is the rounding of a smooth switch."""


_HOLDING = ("holds it", "missed", "at its lower bound", "at its upper bound")
"""States of what an optimum would gain by if it were let go."""


def unasked(name: str) -> str:
    """No number can be asked, whatever its name: of a page without answers."""
    return ""


@dataclass(frozen=True)
class Cell:
    """A number's text and name; or words, without."""

    text: str
    why: str = ""
    number: bool = True


@dataclass(frozen=True)
class Row:
    """Cells; `kind` is `total`, `part` (of the total above) or nothing; `about` the stream it is of."""

    cells: Sequence[Cell]
    kind: str = ""
    about: str = ""


@dataclass
class Table:
    """Titles of the columns, their units, rows."""

    header: Sequence[str]
    units: Sequence[str]
    rows: list[Row] = field(default_factory=list)


def _words(text: str) -> Cell:
    return Cell(text, number=False)


def _quantity(entry: Mapping[str, Any] | None, shown: Shown, why: str = "") -> Cell:
    """A {value, unit} entry in the unit that the column shows."""
    if entry is None or entry["value"] is None:
        return Cell("")
    return Cell(digits(shown.value(entry["value"], entry["unit"])), why)


def stream_table(result: Mapping[str, Any], shown: Shown, ask: Ask) -> Table:
    """A row per stream: number, ends, state, and the elements that flow most [kg/h]."""
    most: dict[str, float] = {}
    for stream in result["streams"].values():
        for element, mass in stream["elements"]["values"].items():
            most[element] = max(most.get(element, 0.0), abs(mass))
    sold = [e for e in sold_recoveries(result) if e in most]
    others = sorted((e for e in most if e not in (*sold, "H", "O")), key=lambda e: -most[e])
    elements = [*sold, *others][: max(_COLUMNS, len(sold))]
    mass = shown.unit("kg/h")
    table = Table(
        ["", "stream", "from", "to", "holds", "flow", "volume", "temperature", "pH", *elements],
        ["", "", "", "", "", mass, shown.unit("m3/h"), shown.unit("K"), "", *(mass for _ in elements)],
    )
    for number, (name, stream) in enumerate(result["streams"].items(), 1):
        words = name, stream["from"], stream["to"] or "", KINDS[kind_of(stream["phases"])]
        held = stream["elements"]["values"]
        table.rows.append(
            Row(
                [
                    Cell(str(number)),
                    *map(_words, words),
                    _quantity(stream["mass_flow"], shown, ask(f"{name}.mass_flow")),
                    _quantity(stream.get("volume_flow"), shown, ask(f"{name}.volume_flow")),
                    _quantity(stream["temperature"], shown, ask(f"{name}.temperature")),
                    Cell(digits(stream["pH"]) if stream.get("pH") is not None else "", ask(f"{name}.pH")),
                    *(_element(name, e, held.get(e, 0.0), shown, ask) for e in elements),
                ],
                about=name,
            )
        )
    return table


def _element(stream: str, element: str, mass: float, shown: Shown, ask: Ask) -> Cell:
    """An element's mass flow; nothing of what is not there."""
    if not mass:
        return Cell("")
    return Cell(digits(shown.value(mass, "kg/h")), ask(f"mass({stream}, {element})"))


def reagent_table(result: Mapping[str, Any], shown: Shown, ask: Ask) -> Table:
    """A row per feed but the main one: flow, what it holds, per main feed, cost."""
    by_oxides = any("per_cathode" in f for f in result["reagents"].values())
    mass = shown.unit("kg/h")
    per = ["per feed", *(["per cathode"] if by_oxides else [])]
    table = Table(
        ["feed", "role", "flow", "of which", *per, "cost"],
        ["", "", mass, mass, *("kg/kg" for _ in per), shown.unit("USD/h")],
    )
    for name, feed in result["reagents"].items():
        compounds = (f"{c} {_quantity(e['mass_flow'], shown).text}" for c, e in feed["compounds"].items())
        keys = "per_main_feed", *(["per_cathode"] if by_oxides else [])
        table.rows.append(
            Row(
                [
                    _words(name),
                    _words(feed["role"]),
                    _quantity(feed["mass_flow"], shown, ask(f"{name}.mass_flow")),
                    _words(", ".join(compounds)),
                    *(_quantity(feed.get(key), shown) for key in keys),
                    _quantity(feed.get("cost"), shown, ask(f"economics.reagent_cost.{name}")),
                ]
            )
        )
    cost = result["economics"].get("reagent_cost")
    if cost:
        blank = [_words("") for _ in table.header[1:-1]]
        total = _quantity(cost, shown, ask("reagent_cost"))
        table.rows.append(Row([_words("all"), *blank, total], "total"))
    return table


def money_table(result: Mapping[str, Any], shown: Shown, ask: Ask) -> Table:
    """Each total of the plant's money, then what it is made of, the largest first; nothing that is zero."""
    economics = result["economics"]
    table = Table(["", "per hour"], ["", shown.unit("USD/h")])
    for name, entry in economics.items():
        if not (isinstance(entry, Mapping) and "unit" in entry) or not (entry["value"] or name == "profit"):
            continue
        total = _quantity(entry, shown, ask(name))
        table.rows.append(Row([_words(name.replace("_", " ")), total], "total"))
        items = economics.get("items", {}).get(name, {})
        for item, value in sorted(items.items(), key=lambda pair: -abs(pair[1]["value"] or 0.0)):
            if value["value"]:
                asked = ask(f"economics.{name}.{item}")
                table.rows.append(Row([_words(item), _quantity(value, shown, asked)], "part"))
    return table


def utility_table(result: Mapping[str, Any], shown: Shown, ask: Ask) -> Table:
    """Heat, cooling, power, per main feed too; water in and out; gases that leave; sodium sulfate."""
    fed = result["main_feed"]["mass_flow"]["value"]
    table = Table(["", "flow", "", "per feed"], ["", "", "", ""])

    def add(name: str, value: float | None, unit: str, why: str = "") -> None:
        if not value or abs(value) < _NOTHING * fed:
            return
        per = f"{digits(value / fed, 3)} {'kWh' if unit == 'kW' else 'kg'}/kg" if fed else ""
        number = _quantity({"value": value, "unit": unit}, shown, ask(why))
        table.rows.append(Row([_words(name), number, _words(shown.unit(unit)), Cell(per)]))

    for name, entry in result["utilities"].items():
        add(name, entry["value"], entry["unit"], f"utilities.{name}")
    for direction, entry in result["water"].items():
        add(f"water {direction}", sum(entry["values"].values()), entry["unit"])
    gases: dict[str, float] = {}
    for entry in result["emissions"]["off_gas"].values():
        for gas, mass in entry["values"].items():
            gases[gas] = gases.get(gas, 0.0) + mass
    for gas, mass in sorted(gases.items(), key=lambda pair: -pair[1]):
        add(f"off-gas {gas}", mass, "kg/h")
    sulfate = result["emissions"]["sodium_sulfate"]["mass_flow"]
    add("sodium sulfate out", sulfate["value"], sulfate["unit"])
    return table


def recoveries(result: Mapping[str, Any], ask: Ask) -> list[tuple[str, Cell]]:
    """Of each element, the share of all feeds that the products hold, the largest first."""
    found = sorted(result["recoveries"].items(), key=lambda pair: -(pair[1]["value"] or 0.0))
    return [(e, Cell(percent(r["value"]), ask(f"recovery.{e}"))) for e, r in found]


def optimum_table(report: Mapping[str, Any], shown: Shown) -> Table:
    """Objective, what was varied, constraints; of those that hold the optimum, what a unit is worth."""
    objective = written(report["objective"], shown).unit
    table = Table(
        ["", "", "lower", "base", "optimum", "upper", "", "state", "price"],
        ["", "", "", "", "", "", "", "", f"{objective or '1'} per unit"],
    )

    def add(what: str, name: str, entry: Mapping[str, Any], state: str, kind: str = "") -> None:
        unit = written(entry, shown)
        numbers = (entry.get(key) for key in ("lower", "base", "value", "upper"))
        texts = [Cell("" if v is None else digits(unit.value(v))) for v in numbers]
        price = digits(unit.per(entry["multiplier"])) if state in _HOLDING and "multiplier" in entry else ""
        words = _words(what), _words(name)
        last = _words("" if unit.unit == "1" else unit.unit), _words(state), Cell(price)
        table.rows.append(Row([*words, *texts, *last], kind))

    status = report["status"].replace("_", " ")
    add(report["sense"], report["objective"]["text"], report["objective"], status, "total")
    for name, count in report.get("choices", {}).items():
        add("choose", name, {**count, "unit": "1", "shown_in": ""}, "")
    for name, variable in report["variables"].items():
        add("vary", name, variable, f"at its {variable['active']} bound" if variable["active"] else "")
    for entry in report["constraints"]:
        state = "missed" if entry["missed"] else "holds it" if entry["active"] else "slack"
        add("subject to", entry["text"], entry, state)
    return table


@dataclass(frozen=True)
class Results:
    """Results of a unit under one name: a single number, or one for each of what it is stated by."""

    name: str
    numbers: Sequence[tuple[str, Cell]]


def unit_results(tag: str, unit: Mapping[str, Any], shown: Shown, ask: Ask) -> list[Results]:
    """A unit's results that aren't profiles, single numbers first."""
    profiles = unit.get("profiles", {})
    found: dict[str, list[tuple[str, Cell]]] = {}
    for key, value in unit["results"].items():
        name, _, index = key.partition(".")
        if name not in profiles:
            cell = Cell(quantity(value, shown), ask(f"{tag}.{key}"))
            found.setdefault(name, []).append((index.replace(".", " ").replace("_", " "), cell))
    ordered = sorted(found, key=lambda name: len(found[name]) > 1)
    return [Results(name.replace("_", " "), found[name]) for name in ordered]


@dataclass(frozen=True)
class Warned:
    """Warnings of one code: what they say, and of what; a message that several have is said once."""

    code: str
    rows: Sequence[tuple[str, Sequence[str]]]

    @property
    def count(self) -> int:
        return sum(len(places) for _, places in self.rows)


def warnings_by_code(result: Mapping[str, Any]) -> list[Warned]:
    """The result's warnings, each code's messages with the places that they are about."""
    found: dict[str, dict[str, list[str]]] = {}
    for warning in result["warnings"]:
        place = warning["where"].rpartition("/")[2]  # of a file, its name
        found.setdefault(warning["code"], {}).setdefault(warning["message"], []).append(place)
    return [Warned(code, list(messages.items())) for code, messages in found.items()]
