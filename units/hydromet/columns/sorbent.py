"""What binds in a column, and the bed that it is on, as numbers from a parameter set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsheet.document.parameter_file import ParameterSet

NUMBERS: Mapping[str, str] = {
    "capacity": "mol/L",
    "liquor_fraction": "1",
    "bed_porosity": "1",
    "particle_size": "m",
    "capacity_loss": "1",
    "transfer_rate": "1/h",
}
"""Values that a set states beside its constants, with their units; `OPTIONAL` may be missing."""
OPTIONAL = ("capacity_loss", "transfer_rate")


@dataclass(frozen=True)
class Sorbent:
    """One set: `log_k` and `sites` by ion, `numbers` by name in canonical units, all from `parameters`."""

    parameters: ParameterSet
    log_k: Mapping[str, float]
    sites: Mapping[str, float]
    numbers: Mapping[str, float]

    @property
    def estimates(self) -> list[str]:
        """Names of values that no source gives."""
        return [name for name, value in self.parameters.values.items() if value.source == "estimate"]


def numbers_of(parameters: ParameterSet) -> dict[str, float]:
    """The values of a set that `NUMBERS` names."""
    names = [n for n in NUMBERS if n not in OPTIONAL or n in parameters.values]
    return {n: parameters.value(n, NUMBERS[n]) for n in names}


def by_ion(parameters: ParameterSet, group: str, unit: str) -> dict[str, float]:
    """Values of one group of a set, by ion."""
    names = [n for n in parameters.values if n.startswith(f"{group}.")]
    return {n.removeprefix(f"{group}."): parameters.value(n, unit) for n in names}
