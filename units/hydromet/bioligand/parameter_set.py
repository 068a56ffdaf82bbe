"""A ligand's parameter set as numbers, and the binding constants that measured half-binding pH stand for.

    K_r = a_H^z/(2 n_r a_r v^n_r),   v = 1/2        (metal r takes half of the sites, see `binding`)
    K_M = K_r times the relative affinity of M

a_r is the concentration at which half binding was measured, with the activity coefficient of a trivalent
ion by Debye and Hueckel's term of SIT in that solution.  A set may state `log_k` of a metal instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.sit import CLOSEST_APPROACH
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set

FOLDER = Path(__file__).parent / "parameters"
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
_REFERENCE = "reference_metal"
_HALF_PH, _HALF_CONCENTRATION = "half_binding.pH", "half_binding.concentration"


@dataclass(frozen=True)
class Ligand:
    """One set: `log_k` and `sites` by metal, `numbers` by name in canonical units, all from `parameters`."""

    parameters: ParameterSet
    log_k: Mapping[str, float]
    sites: Mapping[str, float]
    numbers: Mapping[str, float]

    @property
    def estimates(self) -> list[str]:
        """Names of values that no source gives."""
        return [name for name, value in self.parameters.values.items() if value.source == "estimate"]


@cache
def ligand_of(name: str | Path, charges: tuple[tuple[str, int], ...]) -> Ligand:
    """A shipped set by name, or a user's own by path.  `charges`: of the metals that may bind.

    Raises:
        DiagnosticError: there is no such set, or a value is missing in it.
    """
    parameters = find_parameter_set(name, FOLDER)
    of = dict(charges)
    sites = {m: n for m, n in _by_metal(parameters, "sites", "1").items() if m in of}
    log_k = {m: k for m, k in _by_metal(parameters, "log_k", "1").items() if m in of}
    relative = _by_metal(parameters, "relative_affinity", "1")
    if _HALF_PH in parameters.values:
        reference = parameters.values[_REFERENCE].text if _REFERENCE in parameters.values else ""
        if reference not in relative or relative[reference] != 1.0:
            message = f"parameter set `{parameters.name}`: `{_REFERENCE}` needs a relative affinity of 1"
            raise DiagnosticError([Diagnostic("E703", message, parameters.values[_HALF_PH].span)])
        half = half_binding_log_k(
            parameters.value(_HALF_PH, "pH"),
            parameters.value(_HALF_CONCENTRATION, "mol/L"),
            of.get(reference, 3),
            sites.get(reference, 1.0),
        )
        log_k = {m: half + math.log10(r) for m, r in relative.items() if m in of} | log_k
    names = [n for n in NUMBERS if n not in OPTIONAL or n in parameters.values]
    return Ligand(
        parameters,
        log_k,
        {m: sites.get(m, 1.0) for m in log_k},
        {n: parameters.value(n, NUMBERS[n]) for n in names},
    )


def half_binding_log_k(ph: float, concentration: float, charge: int, sites: float) -> float:
    """log10 K of a metal of which so much [mol/L] takes half of the sites at this pH.

    >>> round(half_binding_log_k(2.2, 2e-4, 3, 1.0), 2)
    -2.55
    """
    root = math.sqrt(0.5 * concentration * charge * (charge + 1) + 10.0**-ph)
    slope = 3.0 * float(a_phi(REFERENCE_TEMPERATURE)) / math.log(10.0)
    log_gamma = -(charge**2) * slope * root / (1.0 + CLOSEST_APPROACH * root)
    occupied = 0.5 / sites
    return math.log10(occupied / 0.5**sites) - charge * ph - math.log10(concentration) - log_gamma


def _by_metal(parameters: ParameterSet, group: str, unit: str) -> dict[str, float]:
    names = [n for n in parameters.values if n.startswith(f"{group}.")]
    return {n.removeprefix(f"{group}."): parameters.value(n, unit) for n in names}
