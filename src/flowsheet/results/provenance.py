"""Where a result came from: input, versions, chemistry and parameter sets."""

from __future__ import annotations

import hashlib
import platform
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from flowsheet.solve.case import Case

_PACKAGES = ("flowsheet", "pyomo", "casadi", "cantera", "cyipopt-wheels", "numpy", "scipy", "pint")


def provenance(case: Case) -> dict[str, Any]:
    """When the run was, hashes and versions; the same input and versions give the same result."""
    document = case.document
    sources = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in document.sources.items()}
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "input": {"files": sources, "scenario": document.scenario, "overrides": list(document.overrides)},
        "versions": {"python": platform.python_version()} | {p: _version(p) for p in _PACKAGES},
        "chemistry": case.plant.facts["chemistry"],
        "parameter_sets": {
            f"{tag}.{name}": str(setting.value)
            for tag, unit in document.units.items()
            for name, setting in unit.parameters.items()
            if unit.declaration.parameters[name].kind == "parameter_set" and setting.value is not None
        },
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
