"""A ligand's parameter set as numbers, and the binding constants that measured half-binding pH stand for.

    K_r = a_H^z/(2 n_r a_r v^n_r),   v = 1/2        (metal r takes half of the sites)
    K_M = K_r times the relative affinity of M

See `hydromet.columns.binding`; a_r is the concentration at which half binding was measured, with the
activity coefficient of a trivalent ion by Debye and Hueckel's term of SIT in that solution.  A set may state
`log_k` of a metal instead.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.reaction import REFERENCE_TEMPERATURE
from flowsheet.chemistry.sit import CLOSEST_APPROACH
from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.parameter_file import find_parameter_set
from hydromet.columns.sorbent import Sorbent, by_ion, numbers_of

FOLDER = Path(__file__).parent / "parameters"
_REFERENCE = "reference_metal"
_HALF_PH, _HALF_CONCENTRATION = "half_binding.pH", "half_binding.concentration"


@cache
def ligand_of(name: str | Path, charges: tuple[tuple[str, int], ...]) -> Sorbent:
    """A shipped set by name, or a user's own by path.  `charges`: of the metals that may bind.

    Raises:
        DiagnosticError: there is no such set, or a value is missing in it.
    """
    parameters = find_parameter_set(name, FOLDER)
    of = dict(charges)
    sites = {m: n for m, n in by_ion(parameters, "sites", "1").items() if m in of}
    log_k = {m: k for m, k in by_ion(parameters, "log_k", "1").items() if m in of}
    relative = by_ion(parameters, "relative_affinity", "1")
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
    return Sorbent(parameters, log_k, {m: sites.get(m, 1.0) for m in log_k}, numbers_of(parameters))


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
