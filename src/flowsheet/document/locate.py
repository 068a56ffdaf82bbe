"""Finding flowsheets: a path wins, else a flowsheet that ships, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError, suggest

ENGINE = Path(__file__).resolve().parents[1]
"""The package's folder; an editable install's lies in the repository."""


def shipped_folders() -> Iterator[Path]:
    """Where flowsheets that ship may lie: inside the installed package, or in the repository."""
    packaged = resources.files("flowsheet") / "shipped"
    if isinstance(packaged, Path) and packaged.is_dir():
        yield packaged
    repository = ENGINE.parents[1] / "flowsheets"
    # In an editable install the packaged copy, if there is one, is older than the repository.
    if repository.is_dir() and (repository.parent / "pyproject.toml").is_file():
        yield repository


def shipped_flowsheets() -> dict[str, Path]:
    """The flowsheets that ship, by name; the repository's own win over a packaged copy."""
    return {path.stem: path for folder in shipped_folders() for path in sorted(folder.glob("*.yaml"))}


def locate(name: str) -> Path:
    """The file of a flowsheet.  Raises DiagnosticError E901 when there is none."""
    path = Path(name)
    if path.is_file():
        return path
    known = shipped_flowsheets()
    if path.name == name and path.name.removesuffix(".yaml") in known:
        return known[path.name.removesuffix(".yaml")]
    raise DiagnosticError(
        [
            Diagnostic(
                "E901",
                f"there is no file and no shipped flowsheet `{name}`",
                None,
                suggest(name, [*_beside(path), *known], "flowsheets"),
            )
        ]
    )


def _beside(path: Path) -> list[str]:
    """Flowsheet files in the folder where one was looked for."""
    return [str(p) for p in sorted(path.parent.glob("*.yaml"))] if path.parent.is_dir() else []
