"""`flowsheet new`: a project of one's own from a flowsheet that ships."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, refusal
from flowsheet.cli.opening import memory
from flowsheet.cli.scaffold import (
    CASE,
    CASE_SCHEMA_FILE,
    PARAMETERS,
    SCHEMA_FILE,
    case_text,
    own_set,
    readme_text,
    used_sets,
)
from flowsheet.document.diagnostics import DiagnosticError, suggest
from flowsheet.document.locate import shipped_flowsheets

_SCHEMA_LINE = re.compile(r"\A# yaml-language-server:.*\n")


def new(
    folder: Annotated[Path, Parameter(name="DIR", help="Folder to make, or an existing one.")],
    /,
    *,
    template: Annotated[str, Parameter(name="--template", help="Name of a flowsheet that ships.")],
) -> int:
    """Start a project from a flowsheet that ships: with its parameter sets, a validation case and a README.

    Nothing is overwritten.
    """
    from flowsheet.results.write import replace_file

    shipped = shipped_flowsheets()
    source = shipped.get(template.removesuffix(".yaml"))
    if source is None:
        raise refusal(
            "E901",
            f"there is no shipped flowsheet `{template}`",
            suggest(template, shipped, "shipped flowsheets"),
        )
    contents = _contents(source)
    taken = [name for name in contents if (folder / name).exists()]
    if taken:
        raise refusal(
            "E905", f"{folder / taken[0]} is there already", "name another folder: nothing is overwritten"
        )
    try:
        for name, content in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            replace_file(folder / name, content)
    except OSError as error:
        raise unwritable(error, folder) from error
    for name in contents:
        print(folder / name)
    print(f"\nnext: flowsheet run {folder / source.name}")
    return DONE


def _contents(source: Path) -> dict[str, bytes]:
    """The project's files by name."""
    from flowsheet.cli.schema import case_schema_text, schema_text
    from flowsheet.solve.case import load

    text = _SCHEMA_LINE.sub("", source.read_text(encoding="utf-8"))
    with memory():
        document = load(source)
        sets = used_sets(document)
        own = {f"{PARAMETERS}/{n}.yaml": own_set(n, users, source.name) for n, users in sets.items()}
        case = case_text(document, source.name)
    written = {
        source.name: f"# yaml-language-server: $schema={SCHEMA_FILE}\n{text}",
        "README.md": readme_text(document, source.name, sets),
        **own,
        f"{CASE}/case.yaml": case,
        SCHEMA_FILE: schema_text(),
        CASE_SCHEMA_FILE: case_schema_text(),
    }
    beside = {name: (source.parent / name).read_bytes() for name in _beside(source, text)}
    return {**{name: content.encode() for name, content in written.items()}, **beside}


def _beside(source: Path, text: str) -> list[str]:
    """Files of the shipped folder that the flowsheet names (assays, parameter sets, chemistry)."""
    names = re.findall(r"[\w./-]+\.(?:yaml|csv|xlsx|py)\b", text)
    return sorted(
        {
            n
            for n in names
            if n != source.name and not n.startswith(("/", "..")) and (source.parent / n).is_file()
        }
    )


def write_file(path: Path, content: bytes) -> None:
    """Write one file that the user named, in place of an earlier one.

    Raises:
        DiagnosticError: E903, it can't be written.
    """
    from flowsheet.results.write import replace_file

    try:
        replace_file(path, content)
    except OSError as error:
        raise unwritable(error, path) from error


def unwritable(error: OSError, path: Path) -> DiagnosticError:
    return refusal("E903", f"{path} can't be written: {error.strerror or error}")
