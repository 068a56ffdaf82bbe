"""`flowsheet new`: a shipped flowsheet as a start of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, refusal
from flowsheet.document.diagnostics import DiagnosticError, suggest
from flowsheet.document.locate import shipped_flowsheets

SCHEMA_FILE = "flowsheet.schema.json"
_SCHEMA_LINE = re.compile(r"\A# yaml-language-server:.*\n")


def new(
    folder: Annotated[Path, Parameter(name="DIR", help="Folder to make, or an existing one.")],
    /,
    *,
    template: Annotated[str, Parameter(name="--template", help="Name of a flowsheet that ships.")],
) -> int:
    """Copy a flowsheet that ships, with the schema that lets an editor help; nothing is overwritten."""
    from flowsheet.cli.schema import schema_text
    from flowsheet.results.write import replace_file

    shipped = shipped_flowsheets()
    source = shipped.get(template.removesuffix(".yaml"))
    if source is None:
        raise refusal(
            "E901",
            f"there is no shipped flowsheet `{template}`",
            suggest(template, shipped, "shipped flowsheets"),
        )
    text = _SCHEMA_LINE.sub("", source.read_text(encoding="utf-8"))
    contents = {
        source.name: f"# yaml-language-server: $schema={SCHEMA_FILE}\n{text}".encode(),
        SCHEMA_FILE: schema_text().encode(),
        **{name: (source.parent / name).read_bytes() for name in _beside(source, text)},
    }
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
    print(f"{folder / source.name}\nnext: flowsheet run {folder / source.name}")
    return DONE


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
