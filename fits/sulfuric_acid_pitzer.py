"""Temperature dependence of sulfuric acid's Pitzer coefficients.

pitzer.dat has 25 degC values only for H+ with HSO4- and SO4-2.  Clegg, Rard and Pitzer (1994) give
coefficients of an extended Pitzer equation that hold to 6 mol/kg from 0 to 55 degC; here their osmotic and
mean activity coefficients are evaluated, and the coefficients of pitzer.dat get linear terms
a3 (T - 298.15 K) to follow them.

The SIT set gets epsilon(H+, HSO4-) from the same coefficients at 25 degC and to 3 mol/kg: sit.dat has none.

Run:  python fits/sulfuric_acid_pitzer.py            lists the fitted terms and what remains
      python fits/sulfuric_acid_pitzer.py --table    writes the evaluated coefficients to validation/osmotic
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, least_squares

from flowsheet.chemistry.debye_huckel import a_phi
from flowsheet.chemistry.load import load_system
from flowsheet.chemistry.pitzer import e_theta, g, g_prime, mixing_integral
from flowsheet.solve.speciation import Speciation

TABLE = Path(__file__).parents[1] / "validation" / "osmotic" / "H2SO4_clegg1994.csv"
MOLALITIES = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0)
TEMPERATURES = (273.15, 283.15, 298.15, 313.15, 328.15)
TR = 298.15
WATER = 0.0180153
_OMEGA = 2.5
_T0 = 328.15


@dataclass(frozen=True)
class Pair:
    """Coefficients of H+ with one anion: c0 is Cphi / (2 sqrt(z z')), c1 the extended equation's own."""

    beta0: float
    beta1: float
    alpha: float
    c0: float
    c1: float = 0.0


@dataclass(frozen=True)
class Model:
    bisulfate: Pair
    sulfate: Pair
    log_k: float
    """log10 of [H+][SO4-2]/[HSO4-] at infinite dilution."""


def _cubic(t: float, q: Sequence[float]) -> float:
    d = t - _T0
    return q[0] + 1e-3 * (d * q[1] + d**2 * q[2] / 2.0 + d**3 * q[3] / 6.0)


def clegg(t: float) -> Model:
    """Clegg, Rard and Pitzer 1994 (doi:10.1039/FT9949001875), tables as coded in mvdh7/pytzer."""
    bisulfate = Pair(
        beta0=_cubic(t, (0.227784933, -3.78667718, -0.124645729, -0.00235747806)),
        beta1=_cubic(t, (0.372293409, 1.50, 0.207494846, 0.00448526492)),
        alpha=2.0,
        c0=_cubic(t, (-0.00280032520, 0.216200279, 0.0101500824, 0.000208682230)),
        c1=_cubic(t, (-0.025, 18.1728946, 0.382383535, 0.0025)),
    )
    sulfate = Pair(
        beta0=_cubic(t, (0.0348925351, 4.97207803, 0.317555182, 0.00822580341)),
        beta1=_cubic(t, (-1.06641231, -74.6840429, -2.26268944, -0.0352968547)),
        alpha=2.0 - 1842.843 * (1.0 / t - 1.0 / TR),
        c0=_cubic(t, (0.00764778951, -0.314698817, -0.0211926525, -0.000586708222)),
        c1=_cubic(t, (0.0, -0.176776695, -0.731035345, 0.0)),
    )
    log_k = 562.69486 - 102.5154 * math.log(t) - 1.117033e-4 * t * t + 0.2477538 * t - 13273.75 / t
    return Model(bisulfate, sulfate, log_k)


def own(t: float, slopes: Sequence[float] | np.ndarray) -> Model:
    """This system's Pitzer set with linear terms on beta0, beta1 (HSO4-), beta0 and Cphi (SO4-2)."""
    system = load_system("nmc_sulfate")
    binary = system.pitzer.binary
    b0, b1 = (binary["H+", "HSO4-"][k][0] for k in ("beta0", "beta1"))
    s0, cphi = (binary["H+", "SO4-2"][k][0] for k in ("beta0", "cphi"))
    d = t - TR
    formation = system.species["HSO4-"].constants["pitzer"].ln_k(t) / math.log(10.0)
    c0 = (cphi + slopes[3] * d) / (2.0 * math.sqrt(2.0))
    return Model(
        Pair(b0 + slopes[0] * d, b1 + slopes[1] * d, 2.0, 0.0),
        Pair(s0 + slopes[2] * d, 0.0, 2.0, c0),
        -formation,
    )


def _h(x: float) -> float:
    return (6.0 - (6.0 + x * (6.0 + 3.0 * x + x * x)) * math.exp(-x)) / x**4


def coefficients(model: Model, m: float, t: float) -> tuple[float, float]:
    """Stoichiometric osmotic coefficient and mean activity coefficient of m mol/kg of acid."""
    slope = float(a_phi(t))

    def state(share: float) -> tuple[float, ...]:
        sulfate, bisulfate, proton = share * m, (1.0 - share) * m, (1.0 + share) * m
        strength = 0.5 * (proton + bisulfate + 4.0 * sulfate)
        root = math.sqrt(strength)
        charge = proton + bisulfate + 2.0 * sulfate
        theta, theta_prime = e_theta(1, 2, lambda product: mixing_integral(product, root, slope))
        f = -slope * (root / (1.0 + 1.2 * root) + 2.0 / 1.2 * math.log(1.0 + 1.2 * root))
        f += bisulfate * sulfate * theta_prime
        excess = -slope * strength * root / (1.0 + 1.2 * root)
        excess += bisulfate * sulfate * (theta + strength * theta_prime)
        both = 0.0
        terms = []
        for pair, anion in ((model.bisulfate, bisulfate), (model.sulfate, sulfate)):
            x = pair.alpha * root
            b, b_prime = pair.beta0 + pair.beta1 * float(g(x)), pair.beta1 * float(g_prime(x)) / strength
            c = pair.c0 + 4.0 * pair.c1 * _h(_OMEGA * root)
            # d c / d I
            step = 1e-5
            c_prime = 4.0 * pair.c1 * (_h(_OMEGA * root * (1 + step)) - _h(_OMEGA * root * (1 - step)))
            c_prime /= 4.0 * step * strength
            f += proton * anion * (b_prime + 0.5 * charge * c_prime)
            both += proton * anion * c
            excess += (
                proton
                * anion
                * (
                    pair.beta0
                    + pair.beta1 * math.exp(-x)
                    + charge * (pair.c0 + pair.c1 * math.exp(-_OMEGA * root))
                )
            )
            terms.append(2.0 * b + charge * c)
        ln_h = f + bisulfate * terms[0] + sulfate * terms[1] + both
        ln_b = f + proton * terms[0] + both + 2.0 * sulfate * theta
        ln_s = 4.0 * f + proton * terms[1] + 2.0 * both + 2.0 * bisulfate * theta
        return proton, bisulfate, sulfate, ln_h, ln_b, ln_s, 2.0 * excess

    def residual(share: float) -> float:
        proton, bisulfate, sulfate, ln_h, ln_b, ln_s, _ = state(share)
        return math.log(proton * sulfate / bisulfate) + ln_h + ln_s - ln_b - model.log_k * math.log(10.0)

    proton, bisulfate, sulfate, ln_h, _, ln_s, excess = state(brentq(residual, 1e-9, 1.0 - 1e-9))
    osmotic = (proton + bisulfate + sulfate + excess) / (3.0 * m)
    ln_gamma = (2.0 * (math.log(proton) + ln_h) + math.log(sulfate) + ln_s - math.log(4.0 * m**3)) / 3.0
    return osmotic, math.exp(ln_gamma)


def fit() -> np.ndarray:
    """Slopes [1/K] that follow the published coefficients; at 25 degC the coefficients stay as they are."""
    points = [(m, t, *coefficients(clegg(t), m, t)) for t in TEMPERATURES if t != TR for m in MOLALITIES]

    def residuals(scaled: np.ndarray) -> list[float]:
        out = []
        for m, t, osmotic, gamma in points:
            phi, mean = coefficients(own(t, 1e-3 * scaled), m, t)
            out += [phi - osmotic, math.log(mean / gamma)]
        return out

    return np.asarray(1e-3 * least_squares(residuals, np.zeros(4)).x)


def sit_residuals(epsilon: float) -> list[float]:
    """Errors of the SIT set at 25 degC to 3 mol/kg: osmotic coefficients and ln of activity coefficients."""
    system = load_system("nmc_sulfate")
    coefficient = {**system.sit, frozenset(("H+", "HSO4-")): epsilon}
    acid = Speciation(replace(system, sit=coefficient, digest=f"epsilon {epsilon!r}"), ["SO4"], "sit")
    out = []
    for m in (x for x in MOLALITIES if x <= 3.0):
        osmotic, gamma = coefficients(clegg(TR), m, TR)
        result = acid.solve({"SO4": m}, TR)
        ln_a = 2.0 * (math.log(result.molality["H+"]) + result.ln_gamma["H+"])
        ln_a += math.log(result.molality["SO4-2"]) + result.ln_gamma["SO4-2"]
        out.append(-result.ln_water_activity / (3.0 * m * WATER) - osmotic)
        out.append((ln_a - math.log(4.0 * m**3)) / 3.0 - math.log(gamma))
    return out


def write_table() -> None:
    lines = [
        "# Osmotic and mean activity coefficients of H2SO4 (all of it as 2 H+ + SO4-2, nu = 3)",
        "# evaluated from the equation of Clegg, Rard and Pitzer 1994 (doi:10.1039/FT9949001875), whose",
        "# coefficients were read in parameters.py of the repository mvdh7/pytzer.",
        "# Written by fits/sulfuric_acid_pitzer.py --table.",
        "salt,temperature_C,molality,quantity,value,source",
    ]
    for t in (273.15, 298.15, 323.15):
        for m in MOLALITIES:
            for quantity, value in zip(
                ("osmotic_coefficient", "mean_activity_coefficient"),
                coefficients(clegg(t), m, t),
                strict=True,
            ):
                lines.append(f"H2SO4,{t - 273.15:g},{m:g},{quantity},{value:.4f},clegg_1994")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    if "--table" in arguments:
        write_table()
        return
    slopes = fit()
    names = ("beta0 H-HSO4", "beta1 H-HSO4", "beta0 H-SO4", "cphi H-SO4")
    for name, value in zip(names, slopes, strict=True):
        print(f"{name:13s} {value:.4e} 1/K")
    epsilon = float(least_squares(lambda x: sit_residuals(float(x[0])), [0.1], diff_step=1e-3).x[0])
    worst = 100.0 * max(abs(r) for r in sit_residuals(epsilon))
    print(f"epsilon(H+, HSO4-) {epsilon:.4f} kg/mol, worst {worst:.1f} %")
    for t in (*TEMPERATURES, 323.15):
        for m in MOLALITIES:
            phi, gamma = coefficients(clegg(t), m, t)
            own_phi, own_gamma = coefficients(own(t, slopes), m, t)
            print(
                f"{t - 273.15:5.1f} degC {m:4.1f} mol/kg  osmotic {phi:.4f} {own_phi - phi:+.4f}  "
                f"mean activity {gamma:.4f} {100 * (own_gamma / gamma - 1):+.1f} %"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
