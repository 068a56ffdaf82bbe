"""Pages of the command line, of the messages and of the flowsheets that ship."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from itertools import groupby

from formulas import prose
from markup import code, identifier, link, raw, table

import flowsheet
from flowsheet.cli.app import application
from flowsheet.document.code_examples import example
from flowsheet.document.codes import GROUPS
from flowsheet.document.diagnostics import Explanation
from flowsheet.document.document import Document
from flowsheet.report.code_page import known_codes
from flowsheet.validation import codes as validation_codes


def reference_pages() -> Mapping[str, str]:
    """Pages by path under the folder of generated pages."""
    plants = {name: flowsheet.load(name).document for name in flowsheet.shipped_flowsheets()}
    pages = {
        "command-line.md": _command_line(),
        "messages.md": _messages(),
        "flowsheets/index.md": _flowsheets(plants),
    }
    return pages | {f"flowsheets/{name}.md": _flowsheet(name, plant) for name, plant in plants.items()}


def _command_line() -> str:
    """The help of every verb, as the application itself writes it."""
    text = application(named=False).generate_docs(output_format="markdown")
    start = text.index("## flowsheet ")
    text = re.sub(r"^```console$", "```text", text[start:], flags=re.MULTILINE)
    return (
        "# The command line\n\nWhat `flowsheet VERB --help` shows. FILE is a path, or the name of a "
        "[flowsheet that ships](flowsheets/index.md).\n\n" + text.rstrip() + "\n"
    )


def _messages() -> str:
    validation_codes.register_all()
    lines = ["# Messages", "", "What `flowsheet explain CODE` shows, of every code.", ""]
    known = sorted(known_codes().values(), key=lambda entry: entry.code)
    for group, entries in groupby(known, key=lambda entry: entry.code[:2]):
        title = GROUPS.get(group, "others")
        rows = ([f'<span id="{identifier(e.code)}">{code(e.code)}</span>', _message(e)] for e in entries)
        lines += [f"## {title[:1].upper()}{title[1:]}", ""]
        lines += [raw(table(("code", "what it means"), rows, "messages")), ""]
    return "\n".join(lines)


def _message(entry: Explanation) -> str:
    html = f"<strong>{prose(entry.title)}</strong><br>{prose(entry.text)}"
    if shown := example(entry.code):
        for title, text in (("wrong", shown.wrong), ("right", shown.right)):
            if text:
                html += f"<div><small>{title}</small></div><pre>{escape(text)}</pre>"
        if shown.command:
            html += f"<br><small>met by</small> {code(shown.command)}"
    return html


def _flowsheets(plants: Mapping[str, Document]) -> str:
    rows = [
        [link(f"{name}.html", code(name)), escape(plant.title), str(len(plant.units)), _chemistry(plant)]
        for name, plant in plants.items()
    ]
    return (
        "# Flowsheets that ship\n\nEach runs by its name (`flowsheet run NAME`) and is a start for your own "
        "(`flowsheet new my_plant --template NAME`).\n\n"
        + raw(table(("flowsheet", "what it makes", "units", "chemistry"), rows, "catalogue"))
        + "\n```{toctree}\n:hidden:\n"
        + "\n".join(plants)
        + "\n```\n"
    )


def _chemistry(plant: Document) -> str:
    name = plant.chemistry.system
    return link(f"../chemistry/{name}.html", code(name))


def _flowsheet(name: str, plant: Document) -> str:
    units = [
        [
            code(unit.name),
            link(f"../units/{unit.declaration.name}.html", code(unit.declaration.name)),
            escape(unit.declaration.title.rstrip(".")),
        ]
        for unit in plant.units.values()
    ]
    products = [
        [code(product.name), escape(product.role.replace("_", " ")), code(product.stream.name)]
        for product in plant.products.values()
    ]
    assert plant.path is not None
    lines = [f"# {name}", "", raw(f"<p class='summary'>{escape(plant.title)}</p><p>{_facts(plant)}</p>")]
    lines += ["## Units", "", raw(table(("unit", "operation", "what it does"), units))]
    lines += ["## Products and outlets", "", raw(table(("name", "role", "stream"), products))]
    lines += ["## The file", "", "````yaml", plant.path.read_text(encoding="utf-8").rstrip(), "````"]
    return "\n".join(lines) + "\n"


def _facts(plant: Document) -> str:
    told = [f"Chemistry {_chemistry(plant)}", f"{len(plant.units)} units", f"{len(plant.feeds)} feeds"]
    if plant.scenarios:
        told.append("scenarios " + ", ".join(map(code, plant.scenarios)))
    return ". ".join((", ".join(told[:3]), *told[3:])) + "."
