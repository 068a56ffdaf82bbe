"""Two published correlations of sodium sulfate's solubility, evaluated.

Measured solubilities of sodium sulfate below 20 degC and in sulfuric acid could not be read; these equations,
which their authors fitted to such measurements, could.  They stand in for the data, second-hand and said so:

- Steiger, Kiekbusch and Nicolai 2008 (Constr. Build. Mater. 22, 1841-1850): Pitzer's equation with alpha of
  1.2 and 0.2 for Na2SO4 and ln K of thenardite and mirabilite; coefficients read in the PyPI package aquasol.
- Thomsen 1997 (PhD thesis, Technical University of Denmark, doi:10.11581/dtu:00000074): the extended UNIQUAC
  model for Na+, H+, SO4-2, HSO4-, OH- and Cl- with Gibbs energies, enthalpies and heat capacities; read in
  ExtendedUNIQUAC.v1997.yaml (databases and params) of the repository reaktoro/reaktoro.

Run:  python validation/published_correlations.py            prints the table
      python validation/published_correlations.py --table    writes sodium_sulfate_evaluated.csv
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

TABLE = Path(__file__).parent / "solubility" / "sodium_sulfate_evaluated.csv"
R = 8.314462618e-3  # kJ/mol/K
TR = 298.15
WATER = 0.0180153  # kg/mol

Terms = Sequence[float]


def crossing(excess: Callable[[float], float], low: float = 0.03, high: float = 9.0) -> float:
    """The least molality in [low, high] at which a solution becomes saturated; nan if none does."""
    before: float | None = None
    for m in np.geomspace(low, high, 60):
        value = excess(m)
        if value >= 0.0:
            return float("nan") if before is None else float(brentq(excess, before, m, xtol=1e-10))
        before = m
    return float("nan")


# --- Steiger et al. 2008
_BETA0 = (0.5002718, 7362.932, 46.99443, -0.07941344, 0.0, 0.0)
_BETA1 = (1.021684, -4221.184, -13.25564, 0.0, 0.0, 0.0)
_BETA2 = (-2.118405, -10429.77, -69.10828, 0.1184556, 0.0, 0.3144602)
_C = (-0.005061284, 0.0, -0.04425431, 0.0001847906, 0.0, 0.0)
_ALPHA = (1.2, 0.2)
_STEIGER_LN_K = {
    "Na2SO4": (-0.7072836, -9860.330, -33.97271, 0.0, 0.0, 0.0),
    "Na2SO4.10H2O": (-2.845545, 0.0, 79.77607, -0.1610020, 0.0, 0.0),
}


def _steiger_function(q: Terms, t: float) -> float:
    return (
        q[0]
        + q[1] * (1.0 / t - 1.0 / TR)
        + q[2] * math.log(t / TR)
        + q[3] * (t - TR)
        + q[4] * (t * t - TR * TR)
        + q[5] * math.log(t - 225.0)
    )


def steiger_coefficients(m: float, t: float) -> tuple[float, float]:
    """Osmotic coefficient and ln of the mean activity coefficient of Na2SO4 at m [mol/kg], t [K]."""
    slope = (
        -0.817653
        - 0.8685276 / (t - 222.0)
        + 19251.0 / t**2
        + 0.005251284 * t
        - 7.149397e-6 * t**2
        + 9.338559e-12 * t**4
    )
    beta0, beta1, beta2, c = (_steiger_function(q, t) for q in (_BETA0, _BETA1, _BETA2, _C))
    root = math.sqrt(3.0 * m)
    pairs = tuple(zip((beta1, beta2), _ALPHA, strict=True))
    b_phi = beta0 + sum(b * math.exp(-a * root) for b, a in pairs)
    b_gamma = 2.0 * beta0
    for b, a in pairs:
        x = a * root
        b_gamma += 2.0 * b / x**2 * (1.0 - (1.0 + x - 0.5 * x * x) * math.exp(-x))
    # The coefficient C is on the scale of half of C_phi / sqrt|z z'|.
    cubic = 2.0 * 2.0**1.5 / 3.0 * c * 4.0 / math.sqrt(2.0) * m * m
    debye = -2.0 * slope * root / (1.0 + 1.2 * root)
    debye_gamma = debye - 2.0 * slope * 2.0 / 1.2 * math.log(1.0 + 1.2 * root)
    return 1.0 + debye + 4.0 / 3.0 * m * b_phi + cubic, debye_gamma + 4.0 / 3.0 * m * b_gamma + 1.5 * cubic


def steiger_solubility(solid: str, celsius: float) -> float:
    """Solubility in water [mol/kg]."""
    t = celsius + 273.15
    hydration = 10.0 if solid == "Na2SO4.10H2O" else 0.0

    def excess(m: float) -> float:
        phi, ln_gamma = steiger_coefficients(m, t)
        ln_water = -phi * 3.0 * m * WATER
        ions = math.log(4.0 * m**3) + 3.0 * ln_gamma
        return ions + hydration * ln_water - _steiger_function(_STEIGER_LN_K[solid], t)

    return crossing(excess)


# --- Thomsen 1997.  Volume r, surface q, charge; interaction energies u0 + ut (T - 298.15 K) [K].
_SPECIES = {
    "H2O": (0.92, 1.4, 0),
    "H+": (0.13779, 1e-15, 1),
    "Na+": (1.4034, 1.199, 1),
    "SO4-2": (12.794, 12.444, -2),
    "HSO4-": (19.588, 22.495, -1),
    "OH-": (9.3973, 8.8171, -1),
    "Cl-": (10.386, 10.197, -1),
}
_ENERGY = {
    ("H2O", "H2O"): (0.0, 0.0),
    ("H+", "H2O"): (1e5, 0.0),
    ("H+", "H+"): (0.0, 0.0),
    ("H2O", "Na+"): (733.286, 0.4872),
    ("Na+", "Na+"): (0.0, 0.0),
    ("H2O", "SO4-2"): (752.879, 9.4905),
    ("Na+", "SO4-2"): (845.135, 11.681),
    ("SO4-2", "SO4-2"): (1265.83, 8.3194),
    ("H2O", "HSO4-"): (602.252, 5.5499),
    ("HSO4-", "Na+"): (469.488, 6.5329),
    ("HSO4-", "SO4-2"): (1004.16, 8.7877),
    ("HSO4-", "HSO4-"): (822.989, 5.7939),
    ("H2O", "OH-"): (600.495, 8.5455),
    ("Na+", "OH-"): (1398.14, 20.278),
    ("OH-", "SO4-2"): (1225.67, 8.5902),
    ("OH-", "OH-"): (1562.88, 5.6169),
    ("Cl-", "H2O"): (1523.39, 14.631),
    ("Cl-", "Na+"): (1443.23, 15.635),
    ("Cl-", "SO4-2"): (2036.06, 12.407),
    ("Cl-", "Cl-"): (2214.81, 14.436),
}
_WITH_PROTON = (1e10, 0.0)
# Gibbs energy and enthalpy of formation [kJ/mol]; heat capacity a + b T + c/(T - 200 K) [J/mol/K].
_THERMO = {
    "H2O": (-237.129, -285.83, 58.37, 0.03896, 523.88),
    "H+": (0.0, 0.0, 0.0, 0.0, 0.0),
    "Na+": (-261.905, -240.12, 600.62, -1.1006, -23232.0),
    "SO4-2": (-744.53, -909.27, 643.3, -1.7605, -37903.0),
    "HSO4-": (-755.91, -887.34, 647.3, -1.5857, -17536.0),
    "Na2SO4": (-1270.16, -1387.08, 128.2, 0.0, 0.0),
    "Na2SO4.10H2O": (-3646.85, -4327.26, 492.2, 0.0, 0.0),
}
_SOLIDS = {
    "Na2SO4": {"Na+": 2.0, "SO4-2": 1.0},
    "Na2SO4.10H2O": {"Na+": 2.0, "SO4-2": 1.0, "H2O": 10.0},
}
_POLE = 200.0


def _gibbs(species: str, t: float) -> float:
    g, h, a, b, c = _THERMO[species]
    log_pole = math.log((t - _POLE) / (TR - _POLE))
    enthalpy = a * (t - TR) + 0.5 * b * (t * t - TR * TR) + c * log_pole
    entropy = a * math.log(t / TR) + b * (t - TR) + c / _POLE * (log_pole - math.log(t / TR))
    return h + 1e-3 * enthalpy - t * ((h - g) / TR + 1e-3 * entropy)


def _ln_k(formed: Mapping[str, float], of: str, t: float) -> float:
    return (_gibbs(of, t) - sum(n * _gibbs(s, t) for s, n in formed.items())) / (R * t)


def _energy(one: str, other: str, t: float) -> float:
    u0, ut = _ENERGY.get((one, other)) or _ENERGY.get((other, one)) or _WITH_PROTON
    return u0 + ut * (t - TR)


def thomsen_activities(molality: Mapping[str, float], t: float) -> tuple[dict[str, float], float]:
    """ln of the molal activity coefficients, and of the activity of water."""
    names = ["H2O", *molality]
    moles = np.array([1.0 / WATER, *molality.values()])
    x = moles / moles.sum()
    r, q, z = (np.array([_SPECIES[s][k] for s in names]) for k in range(3))
    phi, theta = x * r / (x @ r), x * q / (x @ q)
    u = np.array([[_energy(a, b, t) for b in names] for a in names])
    psi = np.exp(-(u - np.diag(u)[None, :]) / t)
    mixed = theta @ psi
    ln_gamma = np.log(phi / x) + 1.0 - phi / x - 5.0 * q * (np.log(phi / theta) + 1.0 - phi / theta)
    ln_gamma += q * (1.0 - np.log(mixed) - psi @ (theta / mixed))
    ratio, both = r / r[0], r * q[0] / (r[0] * q)
    dilute = np.log(ratio) + 1.0 - ratio - 5.0 * q * (np.log(both) + 1.0 - both)
    dilute += q * (1.0 - np.log(psi[0, :]) - psi[:, 0])
    celsius = t - 273.15
    slope, b = 1.131 + 1.335e-3 * celsius + 1.164e-5 * celsius**2, 1.5
    root = math.sqrt(0.5 * sum(m * _SPECIES[s][2] ** 2 for s, m in molality.items()))
    denominator = 1.0 + b * root
    solutes = ln_gamma - dilute - z**2 * slope * root / denominator + math.log(x[0])
    bracket = denominator - 1.0 / denominator - 2.0 * math.log(denominator)
    water = float(ln_gamma[0]) + WATER * 2.0 * slope / b**3 * bracket + math.log(x[0])
    return dict(zip(names[1:], solutes[1:].tolist(), strict=True)), water


def thomsen_solubility(
    solid: str, celsius: float, acid: float = 0.0, anion: str = "OH-", added: float = 0.0
) -> float:
    """Na2SO4 in a solution saturated with the solid [mol/kg].

    `acid`: H2SO4, or `added`: the sodium salt of `anion` [mol/kg].
    """
    t = celsius + 273.15
    reaction = _SOLIDS[solid]
    protolysis = _ln_k({"H+": 1.0, "SO4-2": 1.0}, "HSO4-", t)

    def excess(m: float) -> float:
        sulfate, protons = m + acid, 2.0 * acid

        def ions(share: float) -> dict[str, float]:
            bound = share * min(sulfate, protons)
            return {"Na+": 2.0 * m, "H+": protons - bound, "HSO4-": bound, "SO4-2": sulfate - bound}

        def imbalance(share: float) -> float:
            solution = ions(share)
            ln_gamma, _ = thomsen_activities(solution, t)
            ln_a = {s: math.log(solution[s]) + ln_gamma[s] for s in ("H+", "SO4-2", "HSO4-")}
            return ln_a["H+"] + ln_a["SO4-2"] - ln_a["HSO4-"] - protolysis

        solution = {"Na+": 2.0 * m + added, "SO4-2": m} | ({anion: added} if added else {})
        if acid:
            solution = ions(float(brentq(imbalance, 1e-9, 1.0 - 1e-9)))
        ln_gamma, water = thomsen_activities(solution, t)
        ln_a = {s: math.log(n) + ln_gamma[s] for s, n in solution.items()} | {"H2O": water}
        return sum(n * ln_a[s] for s, n in reaction.items()) - _ln_k(reaction, solid, t)

    return crossing(excess)


def table() -> list[str]:
    lines = [
        "# Molality of Na2SO4 in saturated solutions, evaluated from published correlations; not measured.",
        "# Written by validation/published_correlations.py --table, which names the sources.",
        "solid,temperature_C,h2so4_molality,molality,source",
    ]
    for celsius in (0, 5, 10, 15, 20, 25, 30):
        value = steiger_solubility("Na2SO4.10H2O", celsius)
        lines.append(f"Na2SO4.10H2O,{celsius},0,{value:.4f},steiger_2008")
    for celsius in (40, 50):
        lines.append(f"Na2SO4,{celsius},0,{steiger_solubility('Na2SO4', celsius):.4f},steiger_2008")
    cases = [
        ("Na2SO4.10H2O", 10),
        ("Na2SO4.10H2O", 25),
        ("Na2SO4", 25),
        ("Na2SO4", 40),
        ("Na2SO4", 60),
        ("Na2SO4", 90),
    ]
    for solid, celsius in cases:
        for acid in (0.0, 0.25, 0.5, 1.0, 2.0):
            value = thomsen_solubility(solid, celsius, acid)
            if value == value:
                lines.append(f"{solid},{celsius},{acid:g},{value:.4f},thomsen_1997")
    return lines


def main(arguments: Sequence[str]) -> None:
    if "--table" in arguments:
        TABLE.write_text("\n".join(table()) + "\n", encoding="utf-8")
    else:
        print("\n".join(table()))


if __name__ == "__main__":
    main(sys.argv[1:])
