"""Writes what follows from declarations: pages of the flowsheet file's keys and of the unit operations, and
the JSON schema beside the flowsheets that ship.

python docs/generate.py
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path, PurePath

from flowsheet.cli.scaffold import SCHEMA_FILE
from flowsheet.cli.schema import schema_text
from flowsheet.document.declaration import UnitDeclaration
from flowsheet.document.reference import file_reference, sections_reference
from flowsheet.economics.money import QUANTITIES
from flowsheet.model.accounts import FUNCTION_UNITS, FUNCTIONS, STREAM_QUANTITIES, Accounts
from flowsheet.model.catalogue import declarations
from flowsheet.model.parameter_sets import shipped_parameter_sets
from flowsheet.report.unit_page import unit_page
from flowsheet.validation.keys import CASE_SECTIONS

FOLDER = Path(__file__).parent
SCHEMA = FOLDER.parent / "flowsheets" / SCHEMA_FILE
"""What the first line of each flowsheet that ships names."""
_WIDTH = 110
_NOTICE = "<!-- Written by docs/generate.py from the declarations; edit those. -->"

_EXPRESSIONS = """## Expressions

Objectives, constraints and specifications are expressions with `+ - * / **`, `exp`, `log`, `log10`, `sqrt`,
`tanh` and `abs`.  A number carries its unit (`60 degC`, `98 %`, `800 USD/h`), and only what measures the same
can be added or compared; other money (`700 EUR/h`) counts by the `exchange_rates` under `economics`.  `=`
belongs into a specification, `<=` and `>=` into `subject_to`.
"""
_CHANGES = """## Scenarios and `--set`

A scenario maps keys to new values; `--set KEY=VALUE` does the same for one run, after the scenario.  A key is
written as the path to it, `units.leach.temperature` or `feeds.acid.aqueous.flow`; `leach.temperature`,
`acid.flow` and `acid.H2SO4` are short for such paths.  A mapping changes only the keys that it gives, a list
or a value is replaced, and `~` (with `--set`: nothing after the `=`) takes a key away.  Items of a list count
from 1.

```yaml
scenarios:
  cold: {leach.temperature: 50 degC, acid.flow: 420 L/h}
  unwashed:
    wash: ~                              # a feed goes ...
    leach_filter.inlets.wash: ~          # ... and the inlet that it served
    specs.1.until: neutraliser.slurry.pH = 4.2
    optimise.vary: {wash.flow: ~, leach.residence_time: [2 h, 6 h]}
```

```sh
flowsheet run plant.yaml --scenario cold --set leach.tanks=4 --set 'acid.flow=380 L/h'
```
"""
_PARTS = """## Imports and templates

`imports` joins parts to the file: each holds feeds, units, products and so on, and may import others.  What
the file itself gives under the same name is merged over them, key by key; two imports may not define the
same thing; `specs` are joined.  A path counts from the file that it is written in.  `templates` holds
settings by name, for feeds, units and products that name one with `template`; their own keys count, `~`
leaves one out, and a template may take from another.

```yaml
imports: [parts/feeds.yaml, parts/cobalt_circuit.yaml]
templates:
  press: {unit: filter, cake_moisture: 40 %}
  wet_press: {template: press, cake_moisture: 55 %}
units:
  iron_filter: {template: press, inlets: {slurry: iron_removal.slurry}}
  gypsum_filter: {template: wet_press, inlets: {slurry: liming.slurry}}
scenarios:
  dry: {templates.press.cake_moisture: 30 %}   # all that take it
```

A message names the part that it is about.  Every run leaves the flowsheet as it was run, all of this worked
in, in its folder.
"""


def pages() -> Mapping[str, str]:
    """The generated pages by file name."""
    return {
        "flowsheet-file.md": _flowsheet_file(),
        "units.md": _units(),
        "validation-case-file.md": _case_file(),
    }


def _case_file() -> str:
    title = "# The case file of a validation case"
    about = "What each key means; [how to write a case](validation-cases.md) has an example."
    return (
        "\n".join([title, "", _NOTICE, "", about, "", *sections_reference(CASE_SECTIONS, "case")]).rstrip()
        + "\n"
    )


def _flowsheet_file() -> str:
    title, _, rest = file_reference().partition("\n")
    return f"{title}\n\n{_NOTICE}\n{rest.rstrip()}\n\n{_EXPRESSIONS}\n{_answers()}\n\n{_PARTS}\n{_CHANGES}"


def _answers() -> str:
    """What may be asked, with its unit and in the words of the functions that answer."""
    rows = ["| name | unit | what it is |", "|---|---|---|"]
    names = ", ".join(f"`{name}`" for name in QUANTITIES)
    rows.append(f"| {names} | {', '.join(sorted(set(QUANTITIES.values())))} | the plant's money |")
    for name, families in FUNCTIONS.items():
        form = f"{name}({', '.join(f.replace('*', ' ...') for f in families)})"
        words = (getattr(Accounts, name).__doc__ or "").split("\n", 1)[0].split(". ", 1)[0].rstrip(".")
        rows.append(f"| `{form}` | {_written(FUNCTION_UNITS[name])} | {words[:1].lower()}{words[1:]} |")
    for name, unit in STREAM_QUANTITIES.items():
        rows.append(f"| `unit.port.{name}` | {_written(unit)} | {name.replace('_', ' ')} of a stream |")
    rows += [
        "| `unit.port.Ni` | kg/m3 | concentration of a component in the aqueous phase |",
        "| `unit.parameter`, `unit.result` | its own | see the unit's page |",
        "| `feed.temperature` | K | likewise of a feed |",
    ]
    return "\n".join(rows)


def _written(unit: str) -> str:
    return "" if unit == "1" else unit


def _units() -> str:
    lines = [
        "# Unit operations",
        "",
        _NOTICE,
        "",
        "What `flowsheet units NAME` shows, of every unit of the library, by family.",
    ]
    sets = shipped_parameter_sets()
    known = sorted(declarations(()).values(), key=lambda d: (_family(d), d.name))
    for family, members in groupby(known, key=_family):
        lines += ["", f"## {family.replace('_', ' ').capitalize()}"]
        for declared in members:
            page = unit_page(declared, _WIDTH, sets).rstrip()
            lines += ["", f"### {declared.name}", "", "```text", page, "```"]
    return "\n".join(lines) + "\n"


def _family(declared: UnitDeclaration) -> str:
    return PurePath(declared.source_file).parent.name


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
