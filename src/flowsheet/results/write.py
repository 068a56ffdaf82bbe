"""Files of a run: written aside and then renamed, so that a file is there whole or not at all."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.resolved import resolved_files

if TYPE_CHECKING:
    import numpy as np

    from flowsheet.results.solved import Solved

RUNS = "runs"
RESULT, WORKBOOK, SOLUTION, REPORT = "result.json", "streams.xlsx", "solution.json", "report.html"
SOLUTION_SCHEMA = "flowsheet.solution/1"
_COPIES = 100


@dataclass(frozen=True)
class Written:
    """The folder, the files in it, and what the user should know about how they were written."""

    folder: Path
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def write_run(
    state: Solved, result: Mapping[str, Any], folder: Path | None = None, report: str | None = None
) -> Written:
    """Write result, stream table, solution, the input as it was run, and the report's page if there is one.

    Without `folder` they go into a new one under `runs/`.  Files of an earlier run in a given folder are
    replaced; one that another program holds open is left alone and the new one gets a numbered name.

    Raises:
        DiagnosticError: E903, the folder can't be written.
    """
    from flowsheet.results.display import shown_for
    from flowsheet.results.excel import stream_workbook

    contents: dict[str, bytes] = {
        **({REPORT: report.encode()} if report is not None else {}),
        WORKBOOK: stream_workbook(result, shown_for(state.document)),
        RESULT: as_json(result).encode(),
        SOLUTION: as_json(solution(state)).encode(),
        **resolved_files(state.document),
    }
    return write_files(contents, folder, state.document.name, state.document.scenario)


def write_files(
    contents: Mapping[str, bytes], folder: Path | None, name: str, scenario: str | None = None
) -> Written:
    """Write files into a folder, or into a new one under `runs/` that is called after `name` and `scenario`.

    Raises:
        DiagnosticError: E903, the folder can't be written.
    """
    try:
        target = new_folder(name, scenario) if folder is None else folder
        target.mkdir(parents=True, exist_ok=True)
        files, notes = [], []
        for file, content in contents.items():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            path = replace_file(target / file, content)
            files.append(path)
            if path != target / file:
                notes.append(f"{target / file} is open in another program: written to {path.name} instead")
    except OSError as error:
        raise DiagnosticError(
            [
                Diagnostic(
                    "E903",
                    f"results can't be written: {error.strerror or error}: {error.filename or folder}",
                    None,
                    "name another folder with --out",
                )
            ]
        ) from error
    return Written(target, tuple(files), tuple(notes))


def as_json(value: Mapping[str, Any]) -> str:
    """JSON text; a number that isn't finite (of an iterate that didn't converge) becomes null."""
    return json.dumps(finite(value), indent=2, ensure_ascii=False, default=float) + "\n"


def finite(value: Any) -> Any:
    """A value for JSON with null in place of every number that isn't finite."""
    if isinstance(value, Mapping):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def new_folder(name: str, scenario: str | None, runs: Path | None = None) -> Path:
    """Make the next folder `runs/<name>-<scenario>-<counter>`, one that isn't there yet."""
    runs = Path(RUNS) if runs is None else runs
    runs.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{scenario}" if scenario else name
    taken = [p.name.removeprefix(stem + "-") for p in runs.glob(f"{stem}-*")]
    number = max((int(t) for t in taken if t.isdigit()), default=0) + 1
    while True:
        folder = runs / f"{stem}-{number:03d}"
        try:
            folder.mkdir()
        except FileExistsError:  # another run took the number meanwhile
            number += 1
        else:
            return folder


def replace_file(path: Path, content: bytes) -> Path:
    """Put a file in place of an earlier one, or beside it under a numbered name where that is held open."""
    handle, aside = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(aside, 0o666 & ~_umask())
        return _rename(Path(aside), path, os.replace)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _rename(aside: Path, path: Path, replace: Callable[[Path, Path], None]) -> Path:
    candidates = [path, *(path.with_stem(f"{path.stem}-{n}") for n in range(2, _COPIES))]
    for candidate in candidates:
        try:
            replace(aside, candidate)
        except PermissionError:
            if candidate is candidates[-1] or not candidate.exists():
                raise
        else:
            return candidate
    raise AssertionError("the last candidate returns or raises")


def _umask() -> int:
    present = os.umask(0)
    os.umask(present)
    return present


def solution(state: Solved) -> dict[str, Any]:
    """Values of all unknowns and inputs by name, from which a later run may start."""
    model, simulation = state.case.plant.model, state.simulation
    return {
        "schema": SOLUTION_SCHEMA,
        "flowsheet": state.document.name,
        "scenario": state.document.scenario,
        "status": simulation.status,
        "unknowns": dict(zip(model.unknowns.names, simulation.x.tolist(), strict=True)),
        "inputs": dict(zip(model.inputs.names, simulation.p.tolist(), strict=True)),
    }


def read_solution(path: Path, names: tuple[str, ...], otherwise: np.ndarray) -> tuple[np.ndarray, int]:
    """Unknowns by name from a solution file (or a run's folder), and how many the file has.

    Args:
        path: the file, or a folder that holds one.
        names: the unknowns that are wanted.
        otherwise: values of those that the file doesn't have.

    Raises:
        DiagnosticError: E904, the file is not a solution.
    """
    import numpy as np

    file = path / SOLUTION if path.is_dir() else path
    help = f"a run leaves its solution as {SOLUTION} in its folder"
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DiagnosticError(
            [Diagnostic("E904", f"{file} can't be read: {error.strerror}", None, help)]
        ) from error
    except ValueError as error:
        raise DiagnosticError([Diagnostic("E904", f"{file} is not a solution file", None, help)]) from error
    values = (
        stored.get("unknowns")
        if isinstance(stored, dict) and stored.get("schema") == SOLUTION_SCHEMA
        else None
    )
    if not isinstance(values, dict):
        raise DiagnosticError([Diagnostic("E904", f"{file} is not a solution file", None, help)])
    x = np.array(otherwise, dtype=float)
    known = 0
    for i, name in enumerate(names):
        value = values.get(name)
        if isinstance(value, (int, float)) and math.isfinite(value):
            x[i] = value
            known += 1
    return x, known
