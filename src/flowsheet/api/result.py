"""The result of a run in Python: numbers with units, tables, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsheet.api.solving import diagnosis, kept_plant
from flowsheet.api.tables import frame
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.results.display import Shown, shown_for
from flowsheet.results.excel import sheets
from flowsheet.results.result import build_result
from flowsheet.results.solved import Solved

if TYPE_CHECKING:
    import pandas as pd

    from flowsheet.results.excel_sheet import Sheet
    from flowsheet.results.why import Why
    from flowsheet.results.write import Written

_WIDTH = 100
"""Characters of an explanation's lines."""
_STRUCTURAL = ("S201", "S202")


class Result:
    """What a run found.

    `data` is the result as it is written to result.json (schema `flowsheet.result/1`); the rest reads it.
    """

    def __init__(
        self, state: Solved, optimisation: Mapping[str, Any] | None = None, notes: Sequence[str] = ()
    ) -> None:
        self.state = state
        self.data: dict[str, Any] = build_result(state, optimisation)
        self.diagnosis: tuple[Diagnostic, ...] = diagnosis(state)
        self.data["diagnosis"] = [d.as_dict() for d in self.diagnosis]
        self.notes = (*notes, *kept_plant(state))

    @property
    def converged(self) -> bool:
        """Whether the equations are solved and every balance closes."""
        return bool(self.data["status"] == "converged")

    @property
    def message(self) -> str:
        """Why it didn't converge; empty if it did."""
        return why_not_solved(self.data)

    def refuse_structural(self) -> None:
        """Raise what makes the flowsheet unsolvable by its structure, whatever its numbers.

        Raises:
            DiagnosticError: S201 or S202, it asks too much of some units and too little of others.
        """
        if any(d.code in _STRUCTURAL for d in self.diagnosis):
            raise DiagnosticError(list(self.diagnosis), self.state.document.sources)

    @property
    def warnings(self) -> pd.DataFrame:
        """Where the result leaves its data or is unsafe: code, message, where."""
        return self.table("warnings")

    @property
    def optimisation(self) -> Mapping[str, Any] | None:
        """The report of the optimiser, if there was one."""
        return self.data.get("optimisation")

    @property
    def shown(self) -> Shown:
        """The units in which the flowsheet wants its numbers."""
        return shown_for(self.state.document)

    def __getitem__(self, name: str) -> Any:
        """A number as a Pint quantity, by the names that `flowsheet why` and expressions use.

        `leach.slurry.Co` is a stream's component [mol/h], `leach.slurry.pH` or `.volume_flow` of the stream,
        `leach.volume` a unit's result, `leach.temperature` a setting, `recovery(Co)` and `profit` the
        plant's.

        Raises:
            DiagnosticError: E502, there is no such number.
        """
        from flowsheet.results.why import number_named

        value, unit = number_named(self.state, name)
        return _quantity(value, unit, self.shown)

    def why(self, name: str) -> Explanation:
        """What a number rests on: equations, settings, constants with their sources, what moves it.

        Raises:
            DiagnosticError: E502, there is no such number.
        """
        from flowsheet.results.why import why

        return Explanation(why(self.state, name), self.shown)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables: the sheets of the workbook."""
        return tuple(self._sheets)

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name; units of measure stand in the columns' names.

        Raises:
            KeyError: there is no such table.
        """
        if name not in self._sheets:
            raise KeyError(f"there is no table {name!r}; there are: {', '.join(self.tables)}")
        return frame(self._sheets[name])

    @property
    def streams(self) -> pd.DataFrame:
        """A row per stream: ends, state, flows."""
        return self.table("streams")

    @property
    def products(self) -> pd.DataFrame:
        """A row per product: flow, purity, what the specification asks."""
        return self.table("products")

    @property
    def recoveries(self) -> pd.DataFrame:
        """A row per element."""
        return self.table("recoveries")

    @cached_property
    def _sheets(self) -> dict[str, Sheet]:
        return {sheet.name: sheet for sheet in sheets(self.data, self.shown)}

    def report(self) -> str:
        """The report: one HTML page that opens without a network."""
        from flowsheet.report.page.report import report_page

        return report_page(self.data, self.shown, self.state)

    def write(self, folder: Path | str | None = None) -> Written:
        """Write report, workbook, result, solution and the input as it was run; by default under `runs/`.

        Raises:
            DiagnosticError: E903, the folder can't be written.
        """
        from flowsheet.results.write import write_run

        return write_run(self.state, self.data, None if folder is None else Path(folder), self.report())

    def _repr_html_(self) -> str:
        """What a notebook shows: key figures and the flow diagram."""
        from flowsheet.report.page.excerpt import excerpt

        return excerpt(self.data, self.shown)

    def __repr__(self) -> str:
        found = self.data["flowsheet"]
        scenario = f" ({found['scenario']})" if found["scenario"] else ""
        return f"<Result {found['name']}{scenario}: {self.data['status'].replace('_', ' ')}>"


class Explanation:
    """Why a number is what it is: `found` has all of it, printed it reads as `flowsheet why` writes it."""

    def __init__(self, found: Why, shown: Shown) -> None:
        self.found, self.shown = found, shown

    def __repr__(self) -> str:
        from flowsheet.report.why import why_text

        return why_text(self.found, self.shown, _WIDTH)


def why_not_solved(data: Mapping[str, Any]) -> str:
    """Why a result isn't one, in a line; empty if it is."""
    found = data.get("diagnosis") or []
    return str(found[0]["message"] if found else data["message"])


def _quantity(value: float, unit: str, shown: Shown) -> Any:
    """A canonical number as a Pint quantity in the unit that the flowsheet shows."""
    from flowsheet.document.unit_expression import parse_unit
    from flowsheet.document.unit_of_measure import registry, target_text

    canonical = target_text(unit)
    if canonical == "delta_K":
        return registry().Quantity(value, "delta_degC")
    wanted = shown.unit(canonical)
    return registry().Quantity(shown.value(value, canonical), parse_unit(wanted).key)
