"""Competitive binding of metals to the sites of a bed, with exchange of protons.

    M(z+) + n S = MS_n + z H+                                (a free site holds exchangeable protons)
    t_M = K_M a_M / a_H^z,     q_M / q_max = t_M v^n_M,     v + sum_M n_M q_M / q_max = 1

q_M bound [mol/L of bed], q_max sites [mol/L of bed], v share of vacant sites, a activities [mol/kg], n_M
sites and z protons of a metal of charge z.  With one site per metal it is Langmuir's isotherm with an
affinity that falls with the power z of the acidity; with n = z it is the mass action of a cation exchanger.
Each charge that is bound gives up one proton, so that the bed stays neutral and the liquor does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hydromet.columns.liquor import Named, unnamed


@dataclass(frozen=True)
class Occupied:
    """Sites in equilibrium with a liquor: `share` by metal, q_M/q_max; `balance` is a residual, or None where
    the vacant share follows in closed form.
    """

    share: dict[str, Any]
    balance: Any | None


def is_langmuir(sites: Mapping[str, float]) -> bool:
    """Whether every metal takes one site, so that no unknown is needed for the vacant ones."""
    return all(n == 1.0 for n in sites.values())


def occupy(
    ops: Any,
    ln_binding: Mapping[str, Any],
    ln_free: Mapping[str, Any],
    ln_proton: Any,
    charge: Mapping[str, int],
    sites: Mapping[str, float],
    ln_vacant: Any | None = None,
    named: Named = unnamed,
) -> Occupied:
    """Sites taken by each metal.

    `ln_binding`: ln K_M with activity coefficients; `ln_free`, `ln_proton`: free molalities; `ln_vacant`: the
    unknown ln v where some metal takes more or less than one site.
    """
    affinity = {
        m: named(f"affinity_{m}", ops.exp(ln_binding[m] + ln_free[m] - charge[m] * ln_proton)) for m in sites
    }
    if ln_vacant is None:
        vacant = named("vacant", 1.0 / (1.0 + sum(affinity.values())))
        return Occupied({m: t * vacant for m, t in affinity.items()}, None)
    share = {m: t * ops.exp(sites[m] * ln_vacant) for m, t in affinity.items()}
    total = ops.exp(ln_vacant) + sum(sites[m] * q for m, q in share.items())
    return Occupied(share, ops.log(total))
