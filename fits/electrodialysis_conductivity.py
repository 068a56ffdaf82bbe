"""Conductivities of ions over concentration and temperature, from those that PHREEQC computes of salts.

    kappa = 1000 sum_j m_j |z_j| L_j                                                             [S/m]
    L_j = L0_j exp(e_j (1/298.15 - 1/T) - a_j sqrt(I)/(1 + sqrt(I)) - b_j I)                     [S m2/mol]

L0_j equivalent conductivity at infinite dilution (CRC), m_j and I [mol/kg] by the chemistry's own speciation
(Pitzer).  PHREEQC's phreeqc.dat holds parameters of conductivity that its authors fitted to measurements of
the salts below; lithium sulfate is left out, because the database's LiSO4- makes its conductivity rise
without a maximum.

Run:  python fits/electrodialysis_conductivity.py      prints e, a and b of every ion and the errors by salt
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from phreeqc import Phreeqc
from scipy.optimize import least_squares

from flowsheet.chemistry.load import load_system
from flowsheet.solve.speciation import Speciation
from hydromet.membranes.diffusivity import liquid_films

SALTS: Mapping[str, Mapping[str, float]] = {
    "HCl": {"Cl": 1},
    "LiCl": {"Li": 1, "Cl": 1},
    "NaCl": {"Na": 1, "Cl": 1},
    "KCl": {"K": 1, "Cl": 1},
    "MgCl2": {"Mg": 1, "Cl": 2},
    "CaCl2": {"Ca": 1, "Cl": 2},
    "Na2SO4": {"Na": 2, "SO4": 1},
    "K2SO4": {"K": 2, "SO4": 1},
    "H2SO4": {"SO4": 1},
    "NaHSO4": {"Na": 1, "SO4": 1},
    "LiOH": {"Li": 1},
    "NaOH": {"Na": 1},
    "KOH": {"K": 1},
}
"""Components of a formula unit; protons or hydroxide follow."""
MOLALITIES = (0.003, 0.03, 0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0)
HIGHEST = {"K2SO4": 0.6, "MgCl2": 2.0, "CaCl2": 2.0, "LiOH": 3.0}
TEMPERATURES = (15.0, 25.0, 40.0, 60.0)
IONS = ("H+", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "SO4-2", "HSO4-", "OH-")
_ELEMENT = {"SO4": "S(6)"}


def phreeqc_conductivity(salt: Mapping[str, float], molality: float, celsius: float) -> float:
    """[S/m]"""
    engine = Phreeqc()
    engine.LoadBuiltInDatabase("phreeqc.dat")
    lines = [f" {_ELEMENT.get(c, c)} {n * molality}" for c, n in salt.items()]
    text = [
        "SOLUTION 1",
        " units mol/kgw",
        f" temp {celsius}",
        " pH 7 charge",
        *lines,
        "SELECTED_OUTPUT",
        " -reset false",
        " -high_precision true",
        "USER_PUNCH",
        " -headings sc",
        " 10 PUNCH SC",
        "END",
    ]
    if engine.RunString("\n".join(text)):
        raise ArithmeticError(engine.GetErrorString())
    return 1e-4 * float(engine.GetSelectedOutputValue(engine.GetSelectedOutputRowCount() - 1, 0))


def points() -> list[tuple[str, float, float, Mapping[str, float], float]]:
    """Salt, molality, temperature [K], molality by ion, conductivity [S/m]."""
    system, found = load_system("nmc_sulfate"), []
    for name, salt in SALTS.items():
        speciation = Speciation(system, list(salt), "pitzer")
        for m in MOLALITIES:
            if m > HIGHEST.get(name, 3.0):
                continue
            for t in TEMPERATURES:
                result = speciation.solve({c: n * m for c, n in salt.items()}, t + 273.15)
                found.append((name, m, t + 273.15, dict(result.molality), phreeqc_conductivity(salt, m, t)))
    return found


def limits() -> np.ndarray:
    """L0 [S m2/mol] of every ion."""
    films = liquid_films()
    return np.array([films.value(f"conductivity.{ion}", "S*m2/mol") for ion in IONS])


def fit() -> tuple[dict[str, tuple[float, float, float]], dict[str, float]]:
    """e [K], a and b of every ion; root mean square of the relative error by salt."""
    data = points()
    charge = np.array([abs(_charge(ion)) for ion in IONS])
    m = np.array([[entry[3].get(ion, 0.0) for ion in IONS] for entry in data])
    strength = 0.5 * m @ charge**2
    t = np.array([entry[2] for entry in data])
    ln_measured = np.log([entry[4] for entry in data])
    root = np.sqrt(strength)
    shape = (root / (1.0 + root))[:, None]

    def residual(p: np.ndarray) -> np.ndarray:
        e, a, b = p.reshape(3, -1)
        over_t = (1.0 / 298.15 - 1.0 / t)[:, None]
        molar = limits() * np.exp(1000.0 * e * over_t - a * shape - b * strength[:, None])
        prior = 0.02 * np.concatenate([e - 1.8, a - 0.6, b - 0.05])
        return np.concatenate([np.log(1000.0 * (m * charge * molar).sum(axis=1)) - ln_measured, prior])

    start = np.concatenate([np.full(len(IONS), 1.8), np.full(len(IONS), 0.6), np.full(len(IONS), 0.05)])
    lower = np.concatenate([np.zeros(len(IONS)), np.full(len(IONS), -0.5), np.zeros(len(IONS))])
    solution = least_squares(residual, start, bounds=(lower, np.inf))
    e, a, b = solution.x.reshape(3, -1)
    found = {ion: (1000.0 * e[k], a[k], b[k]) for k, ion in enumerate(IONS)}
    errors = solution.fun[: len(data)]
    by_salt = {
        name: math.sqrt(float(np.mean([errors[k] ** 2 for k, entry in enumerate(data) if entry[0] == name])))
        for name in SALTS
    }
    return found, by_salt


def _charge(ion: str) -> int:
    sign = -1 if "-" in ion else 1
    digits = ion.split("-" if sign < 0 else "+")[1]
    return sign * int(digits or 1)


if __name__ == "__main__":
    parameters, errors = fit()
    for ion, (e, a, b) in parameters.items():
        print(f"    {ion}: e {e:.0f} K, a {a:.4f}, b {b:.4f}")
    for salt, error in errors.items():
        print(f"{salt:8} {100 * error:.1f} %")
