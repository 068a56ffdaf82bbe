"""Activities in the aqueous phase of an extraction test: PHREEQC with ThermoChimie's sit.dat.

sit.dat lacks the ion pairs below; they are added with the constants of the system `nmc_sulfate` (minteq.v4
and phreeqc.dat).  Concentrations in mol/L are taken as mol per kg of water: apparent molar volumes of the
sulfates are a few cm3/mol, so that this costs below 3 % at 1 mol/L.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

LN10 = math.log(10.0)
_ELEMENTS = {
    "Ni": ("Ni", "Ni+2"),
    "Co": ("Co", "Co+2"),
    "Mn": ("Mn(+2)", "Mn+2"),
    "Cu": ("Cu(+2)", "Cu+2"),
    "Zn": ("Zn", "Zn+2"),
    "Ca": ("Ca", "Ca+2"),
    "Mg": ("Mg", "Mg+2"),
    "Al": ("Al", "Al+3"),
    "Li": ("Li", "Li+"),
    "Na": ("Na", "Na+"),
}
_ION_PAIRS = """
SOLUTION_SPECIES
Zn+2 + SO4-2 = Zn(SO4)
 log_k 2.34
Al+3 + 2 SO4-2 = Al(SO4)2-
 log_k 5.0
Na+ + SO4-2 = NaSO4-
 log_k 0.73
Li+ + SO4-2 = LiSO4-
 log_k 0.64
END
"""


@dataclass(frozen=True)
class Liquor:
    """`ln_activity` of each free cation, `total` concentrations and `sulfate` [mol/kg], `ionic_strength`
    [mol/kg]."""

    ln_activity: Mapping[str, float]
    total: Mapping[str, float]
    sulfate: float
    ionic_strength: float

    def ln_ratio(self, component: str) -> float:
        """ln of free-ion activity over total concentration."""
        return self.ln_activity[component] - math.log(self.total[component])


@cache
def _phreeqc():
    from phreeqc import Phreeqc

    engine = Phreeqc()
    engine.LoadBuiltInDatabase("sit.dat")
    engine.SetSelectedOutputStringOn(True)
    if engine.RunString(_ION_PAIRS):
        raise RuntimeError(engine.GetErrorString())
    return engine


def speciate(cations: Mapping[str, float], pH: float, *, sulfate: float | None = None) -> Liquor:
    """Activities at a measured pH (of the activity of H+).

    With `sulfate` given, sodium takes what the charge balance asks for (caustic set the pH); without it,
    sulfate does.

    Raises:
        RuntimeError: PHREEQC finds no solution.
    """
    amounts = {c: m for c, m in cations.items() if m > 0.0}
    if sulfate is not None:
        amounts["Na"] = 0.5
    lines = ["SOLUTION 1", "units mol/kgw", f"pH {pH:.5f}", "pe 8", "temp 25"]
    lines += [
        f"{_ELEMENTS[c][0]} {m:.8g}{' charge' if c == 'Na' and sulfate is not None else ''}"
        for c, m in amounts.items()
    ]
    lines += ["S(+6) 0.5 charge" if sulfate is None else f"S(+6) {sulfate:.8g}"]
    lines += [
        "SELECTED_OUTPUT",
        "-reset false",
        "-high_precision true",
        "-ionic_strength true",
        "-totals S(+6) " + " ".join(_ELEMENTS[c][0] for c in amounts),
        "-activities " + " ".join(_ELEMENTS[c][1] for c in amounts),
        "END",
    ]
    engine = _phreeqc()
    if engine.RunString("\n".join(lines)):
        raise RuntimeError(engine.GetErrorString())
    head, row = (line.split() for line in engine.GetSelectedOutputString().strip().splitlines()[:2])
    value = dict(zip(head, map(float, row), strict=True))

    def total(element: str) -> float:
        return next(v for k, v in value.items() if k.startswith(element))

    return Liquor(
        {c: LN10 * value[f"la_{_ELEMENTS[c][1]}"] for c in amounts},
        {c: total(_ELEMENTS[c][0]) for c in amounts},
        total("S(+6)"),
        value["mu"],
    )
