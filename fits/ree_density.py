"""Laliberte's coefficients of rare-earth chlorides from Pitzer's equation for their apparent molar volume.

    V_phi = V0 + nu |z+ z-| (A_V/2b) ln(1 + b sqrt(I)) + 2 R T nu+ nu- (m B_V + m^2 nu+ z+ C_V)     [cm3/mol]
    B_V   = beta0 + beta1 g(2 sqrt(I)),   C_V = cphi/(2 sqrt(|z+ z-|))

with A_V = 1.8743 cm3 kg^0.5/mol^1.5 and b = 1.2 (kg/mol)^0.5 at 25 degC (Krumgalz et al. 1996,
doi:10.1063/1.555981).  The apparent specific volume V_phi/M is fitted by (w + c2)/(c0 w + c1) over the mass
fraction w of the salt, from 0.005 to what the equation holds to; c3 = c4 = 0: it holds at 25 degC.

Run:  python fits/ree_density.py            lists how well the volumes come back
      python fits/ree_density.py --write    writes src/flowsheet/chemistry/systems/ree_density.yaml
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML
from scipy.optimize import least_squares

from flowsheet.chemistry.formula import parse
from flowsheet.chemistry.pitzer import g

A_V = 1.8743
B = 1.2
RT = 8.314462618 * 298.15  # cm3 MPa/mol
OUTPUT = Path(__file__).parents[1] / "src" / "flowsheet" / "chemistry" / "systems" / "ree_density.yaml"
ANALOGUES = {"CeCl3": "PrCl3"} | {f"{m}Cl3": "GdCl3" for m in ("Eu", "Tb", "Dy", "Ho", "Er")}
HEAD = """# Volumes of rare-earth chlorides, written by fits/ree_density.py; layout as in density.yaml.
# A salt without data of its own takes the specific volume of its neighbour in the series.
"""


def volumes() -> dict[str, dict[str, float]]:
    path = Path(__file__).with_name("ree_volumes.yaml")
    table: dict[str, dict[str, float]] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["volumes"]
    return table


def apparent_molar_volume(entry: Mapping[str, float], m: float) -> float:
    """[cm3/mol] of MX3 at `m` mol/kg and 25 degC."""
    root = math.sqrt(6.0 * m)
    virial = entry["beta0"] + entry["beta1"] * float(g(2.0 * root))
    third = entry["cphi"] / (2.0 * math.sqrt(3.0))
    return (
        entry["v0"]
        + 12.0 * A_V / (2.0 * B) * math.log(1.0 + B * root)
        + 2.0 * RT * 3.0 * (m * virial + 3.0 * m * m * third)
    )


def fitted(salt: str, entry: Mapping[str, float]) -> tuple[list[float], float, float]:
    """c0, c1, c2, the mass fraction reached, and the largest error of the solution's density [kg/m3]."""
    molar = parse(salt).molar_mass / 1000.0
    reach = entry["molality"] * molar / (1.0 + entry["molality"] * molar)
    w = np.linspace(0.005, reach, 60)
    m = w / (1.0 - w) / molar
    target = np.array([apparent_molar_volume(entry, float(x)) for x in m]) * 1e-6 / molar

    def found(c: np.ndarray) -> np.ndarray:
        return np.asarray((w + c[2]) / (c[0] * w + c[1]))

    fit = least_squares(lambda c: (found(c) / target - 1.0) * w, [1e4, 1e3, 0.2], x_scale=[1e4, 1e3, 0.1])

    def density(v: np.ndarray) -> np.ndarray:
        return np.asarray(1.0 / ((1.0 - w) / 997.04 + w * v))

    error = float(np.max(np.abs(density(found(fit.x)) - density(target))))
    return [float(c) for c in fit.x], float(reach), error


def lines() -> list[str]:
    out = []
    for salt, entry in volumes().items():
        (c0, c1, c2), reach, error = fitted(salt, entry)
        print(f"{salt}: to w = {reach:.2f}, density within {error:.2f} kg/m3")
        out += [
            f"  {salt}:",
            f"    molar_mass: {parse(salt).molar_mass:.3f} g/mol",
            f"    density: {{c0: {c0:.8g}, c1: {c1:.8g}, c2: {c2:.8g}, c3: 0, c4: 0, "
            f"range: {{w: {reach:.3f}, T: 25 degC to 25 degC}}, source: ree_volumes}}",
        ]
    for salt, neighbour in ANALOGUES.items():
        out += [f"  {salt}:", f"    density_analogue: {neighbour}", "    source: ree_volumes"]
    return out


if __name__ == "__main__":
    written = HEAD + "laliberte:\n" + "\n".join(lines()) + "\n"
    if "--write" in sys.argv[1:]:
        OUTPUT.write_text(written, encoding="utf-8")
