"""`flowsheet compare`: several flowsheets, or results of earlier runs, on one basis."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, NOT_SOLVED, note, refusal, width
from flowsheet.cli.opening import memory, open_flowsheet
from flowsheet.cli.options import AsJson, NoCache, OutFolder, ScenarioName
from flowsheet.cli.output import ProgressLine, only_messages
from flowsheet.cli.run import write_json
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.locate import locate

if TYPE_CHECKING:
    from flowsheet.api.flowsheet import Flowsheet
    from flowsheet.results.compare import Candidate

NAME = "comparison"


@dataclass(frozen=True)
class _Asked:
    """What one argument names: a flowsheet's file, with a scenario or not, or (`is_result`) a result."""

    text: str
    path: Path
    scenario: str | None = None
    is_result: bool = False


@dataclass(frozen=True)
class _Opened:
    """A plant to solve, or a result of an earlier run."""

    asked: _Asked
    flowsheet: Flowsheet | None = None
    result: dict[str, Any] | None = None


def compare(
    *files: Annotated[
        str,
        Parameter(
            name="FILE", help="Flowsheets (FILE or FILE:SCENARIO), result.json files, folders of runs."
        ),
    ],
    basis: Annotated[
        str | None,
        Parameter(
            help="Count per kg of feed, product (the first of each), a product by its name, an element, or a "
            "group of them such as REO. [default: a group that all sell, else product]",
            show_default=False,
        ),
    ] = None,
    scenario: ScenarioName = None,
    json: AsJson = False,
    out: OutFolder = None,
    no_cache: NoCache = False,
) -> int:
    """Compare flowsheets on one basis: yield, purity, reagents, energy, waste and cost per kg."""
    if not files:
        raise refusal("E908", "there is nothing to compare", "flowsheet compare FILE FILE ...")
    with only_messages(json), memory(not no_cache):
        progress = ProgressLine(width())
        try:
            candidates = _candidates(files, scenario, basis, progress)
            from flowsheet.results.compare import compare as compare_results

            comparison = compare_results(candidates, basis)
        finally:
            progress.clear()
        _finish(comparison, out, json)
    if json:
        write_json(comparison)
    return DONE if all(c.converged for c in candidates) else NOT_SOLVED


def _candidates(
    files: Iterable[str], scenario: str | None, basis: str | None, progress: ProgressLine
) -> list[Candidate]:
    """The results of all; nothing is solved before everything has been read.

    Raises:
        DiagnosticError: everything that is wrong with the flowsheets and results, or with the basis.
    """
    opened: list[_Opened] = []
    found: list[Diagnostic] = []
    sources: dict[str, str] = {}
    for file in files:
        progress.show(f"{file}: reading and compiling")
        try:
            opened.append(_open(_asked(file, scenario)))
        except DiagnosticError as error:
            found += [d for d in error.diagnostics if d not in found]
            sources |= error.sources
    if found:
        raise DiagnosticError(found, sources)
    if basis is not None:
        from flowsheet.results.compare_basis import refuse_unknown_basis

        refuse_unknown_basis(basis, list(dict.fromkeys(b for o in opened for b in _bases(o))))
    return [_candidate(o, progress) for o in opened]


def _asked(text: str, scenario: str | None) -> _Asked:
    """Read one argument; a path, be it with a drive, wins over a name with a scenario.

    Raises:
        DiagnosticError: E901, there is no such flowsheet.
    """
    path = Path(text)
    if path.is_dir() or path.suffix == ".json":
        return _Asked(text, path, is_result=True)
    name, _, own = text.rpartition(":")
    if name and not path.is_file() and path.suffix not in (".yaml", ".yml"):
        return _Asked(text, locate(name), own)
    return _Asked(text, locate(text), scenario)


def _open(asked: _Asked) -> _Opened:
    if not asked.is_result:
        return _Opened(asked, flowsheet=open_flowsheet(str(asked.path), asked.scenario))
    from flowsheet.results.compare_read import read_result

    return _Opened(asked, result=read_result(asked.path))


def _bases(opened: _Opened) -> Sequence[str]:
    """What may be a basis, as far as it is known before anything is solved."""
    from flowsheet.results.compare_basis import CATHODE, FEED, PRODUCT, known_bases

    if opened.flowsheet is None:
        return known_bases([opened.result] if opened.result else [])
    facts, products = opened.flowsheet.case.plant.facts, opened.flowsheet.document.products
    sold = {n: p.formula for n, p in products.items() if p.role == "product"}
    return [
        PRODUCT,
        FEED,
        CATHODE,
        *facts["groups"],
        *sold,
        *filter(None, sold.values()),
        *facts["atomic_masses"],
    ]


def _candidate(opened: _Opened, progress: ProgressLine) -> Candidate:
    from flowsheet.api.result import why_not_solved
    from flowsheet.results.compare import Candidate

    asked = opened.asked
    if opened.flowsheet is None:
        known = opened.result or {}
        return Candidate(_name(asked), known, str(asked.path), earlier=True, trouble=why_not_solved(known))
    progress.show(f"{asked.text}: solving")
    result = opened.flowsheet.run()
    return Candidate(_name(asked), result.data, str(asked.path), trouble=result.message)


def _name(asked: _Asked) -> str:
    """As it was typed, with a scenario that wasn't."""
    text = asked.text.rstrip("/\\") or asked.text
    added = asked.scenario is not None and not text.endswith(f":{asked.scenario}")
    return f"{text}:{asked.scenario}" if added else text


def _finish(comparison: dict[str, Any], out: Path | None, json: bool) -> None:
    """Write the files and show the table; with `json` the JSON takes the table's place."""
    from flowsheet.report.page.comparison import comparison_page
    from flowsheet.results.compare_excel import comparison_workbook
    from flowsheet.results.write import as_json, write_files

    contents = {
        f"{NAME}.html": comparison_page(comparison).encode(),
        f"{NAME}.json": as_json(comparison).encode(),
        f"{NAME}.xlsx": comparison_workbook(comparison),
    }
    written = write_files(contents, out, NAME)
    for remark in written.notes:
        note(remark)
    if json:
        print(f"written to {written.folder}", file=sys.stderr)
        return
    from flowsheet.report.comparison import print_comparison

    print_comparison(comparison, str(written.folder), [f.name for f in written.files], width())
