"""Runs that were made, and what they found, in an SQLite file beside them: an index that follows the folders.

A run's folder is the truth: each time the index is opened it takes up results that it doesn't know, or that
changed, and forgets those that are gone.  So a folder may be copied in, renamed or deleted at any time, and
the index itself too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsheet.results.result import SCHEMA
from flowsheet.results.write import RESULT

INDEX = "index.sqlite"
_VERSION = 1
_LAYOUT = """
CREATE TABLE run (folder TEXT PRIMARY KEY, changed REAL, flowsheet TEXT, title TEXT, scenario TEXT, made TEXT,
                  status TEXT, objective TEXT);
CREATE TABLE metric (folder TEXT, name TEXT, value REAL, unit TEXT, PRIMARY KEY (folder, name));
CREATE INDEX metric_by_name ON metric (name, value);
"""


@dataclass(frozen=True)
class Run:
    """One run: its folder's name, what it was of, when, and how it ended."""

    folder: str
    flowsheet: str
    title: str
    scenario: str
    made: str
    status: str
    objective: str


class History:
    """The runs of a folder; `flowsheet runs` shows them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = sqlite3.connect(folder / INDEX)
        self._prepare()
        self._follow()

    def close(self) -> None:
        self._index.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def runs(self) -> list[Run]:
        """All runs, the latest first."""
        columns = "folder, flowsheet, title, scenario, made, status, objective"
        rows = self._index.execute(f"SELECT {columns} FROM run ORDER BY made DESC, folder DESC")
        return [Run(*row) for row in rows]

    def metric(self, name: str) -> dict[str, tuple[float, str]]:
        """A metric's value and canonical unit in each run that has it, by folder."""
        rows = self._index.execute("SELECT folder, value, unit FROM metric WHERE name = ?", (name,))
        return {folder: (value, unit) for folder, value, unit in rows}

    def metrics(self, folder: str | None = None) -> dict[str, str]:
        """Names and canonical units of all metrics, or those of one run."""
        where, values = ("WHERE folder = ?", (folder,)) if folder else ("", ())
        return dict(
            self._index.execute(f"SELECT DISTINCT name, unit FROM metric {where} ORDER BY name", values)
        )

    def _prepare(self) -> None:
        """Make the tables; an index of another version is made anew."""
        version = self._index.execute("PRAGMA user_version").fetchone()[0]
        if version == _VERSION:
            return
        with self._index as index:
            for table in ("run", "metric"):
                index.execute(f"DROP TABLE IF EXISTS {table}")
            index.executescript(_LAYOUT)
            index.execute(f"PRAGMA user_version = {_VERSION}")

    def _follow(self) -> None:
        known = dict(self._index.execute("SELECT folder, changed FROM run"))
        there = {p.parent.name: p for p in self.folder.glob(f"*/{RESULT}")}
        with self._index as index:
            for gone in known.keys() - there.keys():
                _forget(index, gone)
            for name, file in there.items():
                changed = file.stat().st_mtime
                if known.get(name) != changed:
                    _forget(index, name)
                    _take_up(index, name, file, changed)


def _forget(index: sqlite3.Connection, folder: str) -> None:
    for table in ("run", "metric"):
        index.execute(f"DELETE FROM {table} WHERE folder = ?", (folder,))


def _take_up(index: sqlite3.Connection, folder: str, file: Path, changed: float) -> None:
    """A result's metrics; what isn't a result is left out."""
    try:
        result = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if not isinstance(result, dict) or result.get("schema") != SCHEMA or "when" not in result["provenance"]:
        return
    about, optimum = result["flowsheet"], result.get("optimisation", {})
    objective = f"{optimum['sense']} {optimum['objective']['text']}" if optimum else ""
    index.execute(
        "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            folder,
            changed,
            about["name"],
            about["title"],
            about["scenario"] or "",
            result["provenance"]["when"],
            result["status"],
            objective,
        ),
    )
    if result["status"] == "converged":
        found = {name: (entry["value"], entry["unit"]) for name, entry in metrics(result)}
        index.executemany(
            "INSERT INTO metric VALUES (?, ?, ?, ?)", [(folder, n, v, u) for n, (v, u) in found.items()]
        )


def metrics(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Numbers by which a run is found, under the names that expressions have for them.

    >>> result = {"economics": {}, "recoveries": {"Co": {"value": 0.9, "unit": "1"}}, "products": {},
    ...           "utilities": {}, "streams": {}, "units": {}}
    >>> list(metrics(result))
    [('recovery(Co)', {'value': 0.9, 'unit': '1'})]
    """
    for name, entry in result["economics"].items():
        if isinstance(entry, Mapping) and "value" in entry:
            yield name, entry
    for element, entry in result["recoveries"].items():
        yield f"recovery({element})", entry
    for name, product in result["products"].items():
        yield f"{name}.mass_flow", product["mass_flow"]
        if product.get("purity"):
            yield f"purity({name})", product["purity"]
        for element, entry in product.get("impurities", {}).items():
            yield f"impurity({name}, {element})", entry
    yield from result["utilities"].items()
    for name, stream in result["streams"].items():
        for quantity in ("mass_flow", "temperature", "volume_flow"):
            if quantity in stream:
                yield f"{name}.{quantity}", stream[quantity]
        if stream.get("pH") is not None:
            yield f"{name}.pH", {"value": stream["pH"], "unit": "1"}
    for tag, unit in result["units"].items():
        for name, entry in unit["results"].items():
            if entry["value"] is not None and name.partition(".")[0] not in unit.get("profiles", {}):
                yield f"{tag}.{name}", entry
