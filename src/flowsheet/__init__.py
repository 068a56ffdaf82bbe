"""Simulator and optimiser for hydrometallurgical and recycling process flowsheets.

    import flowsheet

    plant = flowsheet.load("nmc_black_mass")
    result = plant.run(leach__temperature="80 degC")
    result.streams
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowsheet.api.flowsheet import Flowsheet as Flowsheet
    from flowsheet.api.flowsheet import load as load
    from flowsheet.api.result import Result as Result
    from flowsheet.document.diagnostics import DiagnosticError as DiagnosticError
    from flowsheet.document.locate import shipped_flowsheets as shipped_flowsheets
    from flowsheet.document.unit_of_measure import registry as registry

_PLACES = {
    "DiagnosticError": "flowsheet.document.diagnostics",
    "Flowsheet": "flowsheet.api.flowsheet",
    "Result": "flowsheet.api.result",
    "load": "flowsheet.api.flowsheet",
    "registry": "flowsheet.document.unit_of_measure",
    "shipped_flowsheets": "flowsheet.document.locate",
}
"""Where the names of the Python interface are: imported when used, so that the command line starts fast."""

__all__ = ["DiagnosticError", "Flowsheet", "Result", "load", "registry", "shipped_flowsheets"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
