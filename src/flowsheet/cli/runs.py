"""`flowsheet runs`: what was run here, found again by what came out of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, refusal, width
from flowsheet.cli.options import repeatable
from flowsheet.document.diagnostics import suggest

if TYPE_CHECKING:
    from flowsheet.results.history import History, Run

_CONDITION = re.compile(r"^(?P<name>.+?)\s*(?P<sign><=|>=|=|<|>)\s*(?P<bound>.+)$")
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: abs(a - b) <= 1e-6 * max(abs(a), abs(b)),
}
_SHOWN = 20


def runs(
    folder: Annotated[
        Path | None, Parameter(name="FOLDER", help="Folder of the runs. [default: runs]")
    ] = None,
    /,
    *,
    where: Annotated[
        tuple[str, ...], repeatable("--where", 'Only runs with, say, "recovery(Co) >= 98 %".')
    ] = (),
    show: Annotated[
        tuple[str, ...], repeatable("--show", "A metric as a column: profit, leach.volume.")
    ] = (),
    flowsheet: Annotated[str | None, Parameter(help="Only runs of this flowsheet.")] = None,
    sort: Annotated[str | None, Parameter(help="Order by a metric, the largest first.")] = None,
    metrics: Annotated[
        bool, Parameter(negative="", help="List the metrics that runs can be found by.")
    ] = False,
    all: Annotated[bool, Parameter(negative="", help="All runs, not only the first twenty.")] = False,
    json: Annotated[bool, Parameter(name="--json", negative="", help="Print the list as JSON.")] = False,
) -> int:
    """List earlier runs, the latest first, or those with given results; each can be run again."""
    from flowsheet.results.history import History
    from flowsheet.results.write import RUNS

    place = folder or Path(RUNS)
    if not place.is_dir():
        raise refusal(
            "E909", f"there is no folder `{place}`", "`flowsheet run FILE` makes one where it is called"
        )
    with History(place) as history:
        if metrics:
            return _list_metrics(history)
        columns = list(dict.fromkeys([*show, *(c for c in (sort,) if c), *(_named(w) for w in where)]))
        for name in columns:
            _must_be_known(history, name)
        found = [r for r in history.runs() if flowsheet is None or r.flowsheet == flowsheet]
        for condition in where:
            found = _those_with(history, found, condition)
        if sort:
            values = history.metric(sort)
            found = sorted(
                (r for r in found if r.folder in values), key=lambda r: values[r.folder][0], reverse=True
            )
        if json:
            _print_json(history, found, columns)
        else:
            _print(history, found if all else found[:_SHOWN], len(found), columns, place)
    return DONE


def _named(condition: str) -> str:
    """The metric that a condition is on."""
    return _parsed(condition)["name"].strip()


def _parsed(condition: str) -> re.Match[str]:
    read = _CONDITION.match(condition.strip())
    if read is None:
        raise refusal(
            "E602", f"`{condition}` isn't a condition", 'for example --where "recovery(Co) >= 98 %"'
        )
    return read


def _must_be_known(history: History, name: str) -> None:
    known = history.metrics()
    if name not in known:
        raise refusal("E502", f"no run has the metric `{name}`", suggest(name, known, "metrics"))


def _those_with(history: History, found: Sequence[Run], condition: str) -> list[Run]:
    """The runs that meet a condition; those without the metric don't."""
    from flowsheet.document.quantity import QuantityError, parse_quantity

    read, name = _parsed(condition), _named(condition)
    values, unit = history.metric(name), history.metrics()[name]
    try:
        bound = parse_quantity(read["bound"], unit)
    except QuantityError as error:
        raise refusal(error.code, f"`{condition}`: {error.message}", error.help) from error
    holds = _SIGNS[read["sign"]]
    return [r for r in found if r.folder in values and holds(values[r.folder][0], bound)]


def _list_metrics(history: History) -> int:
    from flowsheet.report.text import console, table

    console(width()).print(table(("metric", "unit"), history.metrics().items()))
    return DONE


def _print(history: History, found: Sequence[Run], number: int, columns: Sequence[str], place: Path) -> None:
    from flowsheet.report.text import console, digits, table
    from flowsheet.results.display import Shown

    out, shown = console(width()), Shown()
    values = {name: history.metric(name) for name in columns}
    units = {name: history.metrics()[name] for name in columns}

    def metric(run: Run, name: str) -> str:
        value = values[name].get(run.folder)
        return digits(shown.value(*value)) if value else "-"

    header = [
        "run",
        "made",
        "status",
        *(_heading(n, shown.unit(units[n])) for n in columns),
    ]
    rows = [
        [
            run.folder,
            run.made[:16].replace("T", " "),
            run.objective or run.status.replace("_", " "),
            *(metric(run, name) for name in columns),
        ]
        for run in found
    ]
    if not rows:
        print("no run is like that" if number == 0 else "")
        return
    out.print(table(header, rows, right=range(1, len(header))))
    if number > len(found):
        print(f"and {number - len(found)} more: --all shows them")
    first = found[0]
    print(f"\nagain: flowsheet run {place / first.folder / first.flowsheet}.yaml")


def _heading(name: str, unit: str) -> str:
    return name if unit == "1" else f"{name} {unit}"


def _print_json(history: History, found: Sequence[Run], columns: Sequence[str]) -> None:
    import json
    from dataclasses import asdict

    values = {name: history.metric(name) for name in columns}
    listed = [
        {
            **asdict(run),
            "metrics": {
                name: {"value": of[run.folder][0], "unit": of[run.folder][1]}
                for name, of in values.items()
                if run.folder in of
            },
        }
        for run in found
    ]
    sys.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
