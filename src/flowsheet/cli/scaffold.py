"""What `flowsheet new` puts beside a flowsheet: parameter sets, a validation case, a README."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowsheet.document.document import Document

SCHEMA_FILE = "flowsheet.schema.json"
CASE_SCHEMA_FILE = "case.schema.json"
CASE = "validation/plant/balance"
PARAMETERS = "parameters"
_NO_TARGETS = {"H", "O", "C", "N", "S", "Cl", "F", "Na", "Si"}
"""Elements of water, acids and gangue: a plant is rarely judged by them."""


def used_sets(document: Document) -> Mapping[str, list[str]]:
    """The parameter sets that ship and that a flowsheet uses: by name, the settings that name them."""
    from flowsheet.model.parameter_sets import shipped_parameter_sets

    shipped = shipped_parameter_sets()
    found: dict[str, list[str]] = {}
    for unit in document.units.values():
        for name, parameter in unit.declaration.parameters.items():
            value = unit.parameters[name].value
            if isinstance(value, str) and value in shipped.get(parameter.family or "", ()):
                found.setdefault(value, []).append(f"{unit.name}.{name}")
    return found


def own_set(name: str, users: list[str], flowsheet: str) -> str:
    """A shipped parameter set as a file of one's own, which says how to use it."""
    from flowsheet.model.parameter_sets import shipped_parameter_file

    owner, _, setting = users[0].partition(".")
    others = f" (likewise {', '.join(users[1:])})" if users[1:] else ""
    told = (
        f"Your copy of the set `{name}`. {flowsheet} names the one that ships; to use this one, write "
        f"there `{setting}: {PARAMETERS}/{name}.yaml` under `units: {owner}:`{others}, and change the "
        "numbers below to your own: each with its source, its range and, if you know it, its uncertainty."
    )
    head = "\n".join(textwrap.wrap(told, 96, initial_indent="# ", subsequent_indent="# "))
    return f"{head}\n{shipped_parameter_file(name).read_text(encoding='utf-8')}"


def target(document: Document) -> str:
    """The element, or group of elements, that a plant is about: of its first product, else of its feed."""
    from flowsheet.model.knowledge import Chemistries

    known = Chemistries().names_of(document.chemistry)
    sold = [p.formula for p in document.products.values() if p.role == "product" and p.formula]
    fed = [
        name
        for feed in sorted(document.feeds.values(), key=lambda f: f.role != "main_feed")
        for phase in feed.phases.values()
        for name in phase.composition
    ]
    for name in (*sold, *fed):
        for candidate in (name, *_symbols(name)):
            if candidate in known.elements and candidate not in _NO_TARGETS:
                return candidate
    return next(iter(known.elements))


def _symbols(formula: str) -> Iterator[str]:
    """Symbols of elements in a formula, or in what looks like one."""
    yield from re.findall(r"[A-Z][a-z]?", formula)


def case_text(document: Document, flowsheet: str) -> str:
    """A case that holds the plant's balance, and shows where measurements go."""
    element = target(document)
    return f"""\
# yaml-language-server: $schema=../../../{CASE_SCHEMA_FILE}
#
# What this case holds: what is fed of {element} leaves in the products or otherwise, whatever you change.
# Run it:  flowsheet validate {Path(CASE).parts[0]}
#
# Your own measurements go beside it, into a folder of their own: copy this one, say `kind: validation`, and
# compare what the flowsheet predicts with columns of a table:
#
#   points: {{table: points.csv, label: run}}
#   settings:
#     UNIT.PARAMETER: {{column: T_C, unit: degC}}
#   compare:
#     - quantity: recovery
#       predicted: recovery({element})
#       measured: {{column: {element}_percent, unit: "%"}}
#       uncertainty: {{value: 2 points, basis: estimated, why: repeated assays}}
#       tolerance: {{value: 5 points, why: what the next step can take}}
#
# where UNIT.PARAMETER is any setting of the flowsheet.  All keys: flowsheet schema --case
case: What is fed of {element} leaves
kind: verification
fast: yes
source: {{study: balance, citation: conservation of the elements}}
flowsheet: ../../../{flowsheet}
compare:
  - quantity: balance of an element
    name: {element}
    predicted: recovery({element}) + loss({element})
    expected: 100 %
    tolerance: {{value: 1e-4 %, why: balances close but for what rounding leaves}}
"""


def readme_text(document: Document, flowsheet: str, sets: Mapping[str, list[str]]) -> str:
    """What is here and what to do with it."""
    return f"""\
# {document.title}

```sh
{_commands(document, flowsheet)}
```

An editor that knows YAML schemas offers keys and shows what they mean: the first line of {flowsheet}
names `{SCHEMA_FILE}`. After an upgrade: `flowsheet schema --out {SCHEMA_FILE}`.
{_own_parameters(sets)}
## Measurements of your own

`{CASE}/case.yaml` is a case that holds from the start, the plant's balance, and says
where your measurements go.
"""


def _commands(document: Document, flowsheet: str) -> str:
    """What can be done with the plant, a line each."""
    commands = {
        f"check {flowsheet}": "all that can be found without solving",
        f"run {flowsheet}": "summary; report, workbook and result under runs/",
        f"run {flowsheet} --set KEY=VALUE": "any key of the file, changed for once",
    }
    for name in document.scenarios:
        commands[f"run {flowsheet} --scenario {name}"] = "the changes under this name in the file"
    if document.optimisation:
        commands[f"optimise {flowsheet}"] = "what its `optimise:` asks for"
    commands |= {
        "runs": "earlier runs, by what came out of them",
        f"validate {Path(CASE).parts[0]}": "predictions against your measurements",
        "units NAME": "what a unit operation takes and does",
        "explain CODE": "what an error or a warning means",
    }
    column = max(map(len, commands)) + 3
    return "\n".join(f"flowsheet {command.ljust(column)}# {what}" for command, what in commands.items())


def _own_parameters(sets: Mapping[str, list[str]]) -> str:
    if not sets:
        return ""
    listed = "\n".join(f"- `{PARAMETERS}/{name}.yaml`: {', '.join(users)}" for name, users in sets.items())
    return f"""
## Parameters of your own

The flowsheet uses these sets, which ship. Your copies change nothing until the flowsheet names them; the
head of each says how.

{listed}
"""
