"""A resin's parameter set as numbers.

    M(z+) + z RH = R_z M + z H+,     q_M/q_max = K_M a_M/a_H^z v^z

A set states K_M of an ion as one of

    log_k              log10 K_M itself
    selectivity        S_M = (z q_M) a_H^z/((v q_max)^z z a_M): the usual coefficient against the proton, with
                       equivalents per litre of bed on the resin, so that K_M = S_M q_max^(z - 1)
    relative_affinity  K_M over that of another ion of its charge, the `reference_ion`

in this order.  q_max is the capacity of the set [equivalents, mol/L of bed], z the ion's charge, which is
also the number of sites that it takes.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

from flowsheet.document.diagnostics import Diagnostic, DiagnosticError
from flowsheet.document.parameter_file import ParameterSet, find_parameter_set
from hydromet.columns.sorbent import Sorbent, by_ion, numbers_of

FOLDER = Path(__file__).parent / "parameters"
_REFERENCE = "reference_ion"


@cache
def resin_of(name: str | Path, charges: tuple[tuple[str, int], ...]) -> Sorbent:
    """A shipped set by name, or a user's own by path.  `charges`: of the ions that may be exchanged.

    Raises:
        DiagnosticError: there is no such set, or a value is missing in it.

    >>> resin = resin_of("sulfonic", (("Na", 1), ("Ca", 2)))
    >>> resin.sites, resin.log_k["Na"] < resin.log_k["Ca"]
    ({'Na': 1.0, 'Ca': 2.0}, True)
    """
    parameters = find_parameter_set(name, FOLDER)
    numbers = numbers_of(parameters)
    charge = dict(charges)
    log_k = {
        ion: math.log10(selectivity) + (charge[ion] - 1) * math.log10(numbers["capacity"])
        for ion, selectivity in by_ion(parameters, "selectivity", "1").items()
        if ion in charge
    }
    stated = by_ion(parameters, "log_k", "1")
    log_k |= {ion: k for ion, k in stated.items() if ion in charge}
    for ion, relative in by_ion(parameters, "relative_affinity", "1").items():
        if ion in charge and ion not in log_k:
            log_k[ion] = _reference(parameters, stated) + math.log10(relative)
    log_k = {ion: log_k[ion] for ion in charge if ion in log_k}
    return Sorbent(parameters, log_k, {ion: float(charge[ion]) for ion in log_k}, numbers)


def _reference(parameters: ParameterSet, stated: dict[str, float]) -> float:
    """log10 K of the ion that the others are stated against."""
    reference = parameters.values[_REFERENCE].text if _REFERENCE in parameters.values else ""
    if reference not in stated:
        first = next(v for n, v in parameters.values.items() if n.startswith("relative_affinity."))
        message = f"parameter set `{parameters.name}`: `{_REFERENCE}` needs a value in `log_k`"
        raise DiagnosticError([Diagnostic("E703", message, first.span)])
    return stated[reference]
