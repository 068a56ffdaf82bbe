"""Solubility constants of rare-earth sulfates, double sulfates and some oxalates.

Salts in water: at each temperature of `validation/solubility/ree_solubility.csv` the saturated solution is
speciated with the runtime's SIT model; the ion activity product is the solubility constant there.  Least
squares then gives log K and, from three temperatures on, an apparent delta H at 25 degC, from five on an
apparent delta Cp.  The sulfates of
fewer temperatures take the mean delta H of the others.

Double sulfates NaM(SO4)2.H2O, one measurement each: europium's is in equilibrium with Eu2(SO4)3.8H2O where
0.01 mol/kg of Na2SO4 turns one into the other (22 degC); neodymium's and dysprosium's leave 0.3 and 5.7 % of
0.162 and 0.0534 mol/L in solution at 60 degC with 7 mol of Na2SO4 per mol of rare earths, taken as their
sulfates in water.  The others lie on the line in ionic radius through Nd and Dy; the apparent delta H is what
europium's distance from that line at the other temperature gives, for all alike.

Run:  python fits/ree_solubility.py            lists the constants and how well the solubility comes back
      python fits/ree_solubility.py --write    writes src/flowsheet/chemistry/systems/ree_salts_fitted.yaml
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ree_series import LANTHANIDES, radii

from flowsheet.chemistry.compounds import dissolve
from flowsheet.chemistry.formula import parse
from flowsheet.chemistry.load import load_system
from flowsheet.solve.speciation import Speciation, SpeciationResult

ROOT = Path(__file__).parents[1]
DATA = ROOT / "validation" / "solubility" / "ree_solubility.csv"
OUTPUT = ROOT / "src" / "flowsheet" / "chemistry" / "systems" / "ree_salts_fitted.yaml"
R = 8.314462618e-3
T0 = 298.15
COLD, HOT = 295.15, 333.15
"""Temperatures of the double sulfates' measurements [K]."""
LN10 = math.log(10.0)
HYDRATES = {
    "La2(SO4)3": 9,
    "Ce2(SO4)3.2H2O": 9,
    "Pr2(SO4)3": 8,
    "Nd2(SO4)3": 8,
    "Gd2(SO4)3": 8,
    "Er2(SO4)3": 8,
    "Y2(SO4)3": 8,
    "Na2C2O4": 0,
}
"""Water of the solid in equilibrium where the table counts another hydrate or the anhydrous salt."""
DENSITIES = {
    "La2(SO4)3": (2820, "crc_density"),
    "Ce2(SO4)3": (2830, "wikipedia_ce_sulfate"),
    "Pr2(SO4)3": (2830, "crc_density"),
    "Nd2(SO4)3": (2850, "crc_density"),
    "Sm2(SO4)3": (2930, "crc_density"),
    "Er2(SO4)3": (3200, "crc_density"),
    "Y2(SO4)3": (2600, "crc_density"),
    "FeC2O4": (2280, "crc_density"),
    "Na2C2O4": (2340, "crc_density"),
}
MASTERS = {"SO4": "SO4-2", "oxalate": "C2O4-2", "Na": "Na+", "Fe(II)": "Fe+2", "Ni": "Ni+2"}


@dataclass(frozen=True)
class Constant:
    """log K, delta H [kJ/mol] and delta Cp [J/mol/K] at 25 degC.

    `misses`: the root mean square of log K over the points.
    """

    log_k: float
    delta_h: float
    delta_cp: float
    misses: float
    range: tuple[float, float]


def ln_product(found: SpeciationResult, ions: Mapping[str, float], water: float) -> float:
    """ln of the ion activity product."""
    total = sum(n * (math.log(found.molality[s]) + found.ln_gamma[s]) for s, n in ions.items())
    return total + water * found.ln_water_activity


def master(component: str) -> str:
    return MASTERS.get(component, f"{component}+3")


def points() -> dict[str, list[tuple[float, float]]]:
    """Temperature [K] and mol of formula per kg of water, by the formula of the table."""
    table: dict[str, list[tuple[float, float]]] = {}
    with DATA.open(encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            formula = row["formula"]
            grams = float(row["solubility_g_per_100g"])
            anhydrous = parse(formula.split(".")[0]).molar_mass
            mols = grams / parse(formula).molar_mass
            water = 0.1 + mols * (parse(formula).molar_mass - anhydrous) / 1000.0
            table.setdefault(formula, []).append((float(row["temperature_C"]) + 273.15, mols / water))
    return table


def water_of(formula: str) -> int:
    """Of the solid in equilibrium."""
    hydrate = re.search(r"\.(\d+)H2O", formula)
    return HYDRATES[formula] if formula in HYDRATES else int(hydrate.group(1)) if hydrate else 0


def fitted(formula: str, data: list[tuple[float, float]]) -> Constant:
    system = load_system("rare_earth")
    components = {c: n for c, n in dissolve(system, formula.split(".")[0]).items() if c not in ("H", "H2O")}
    water = water_of(formula)
    speciation = Speciation(system, list(components), "sit")
    ln_k = []
    for temperature, m in data:
        found = speciation.solve({c: n * m for c, n in components.items()}, temperature)
        if not found.converged:
            raise ArithmeticError(f"{formula} at {temperature} K: {found.message}")
        ln_k.append(ln_product(found, {master(c): n for c, n in components.items()}, water))
    t = np.array([temperature for temperature, _ in data])
    columns = [np.ones(len(t))]
    if len(t) > 2:
        columns.append((1.0 / T0 - 1.0 / t) / R)
    if len(t) > 4:
        columns.append((np.log(t / T0) + T0 / t - 1.0) / (1e3 * R))
    solution, *_ = np.linalg.lstsq(np.column_stack(columns), np.array(ln_k), rcond=None)
    misses = float(np.sqrt(np.mean((np.column_stack(columns) @ solution - ln_k) ** 2))) / LN10
    apparent = [*(float(x) for x in solution[1:]), 0.0, 0.0]
    return Constant(
        float(solution[0]) / LN10,
        round(apparent[0], 1),
        round(apparent[1]),
        misses,
        (t.min() - 273.15, t.max() - 273.15),
    )


def double_sulfate(
    element: str, metals: Mapping[str, float], sulfate: float, sodium: float, t: float
) -> float:
    """log K of NaM(SO4)2.H2O = Na+ + M+3 + 2 SO4-2 + H2O from a saturated liquor [mol/kg] at `t` [K]."""
    system = load_system("rare_earth")
    totals = {**metals, "SO4": sulfate, "Na": sodium}
    found = Speciation(system, list(totals), "sit").solve(totals, t)
    if not found.converged:
        raise ArithmeticError(found.message)
    return ln_product(found, {"Na+": 1.0, f"{element}+3": 1.0, "SO4-2": 2.0}, 1.0) / LN10


def europium() -> float:
    """Of the liquor that Eu2(SO4)3.8H2O saturates in 0.01 mol/kg Na2SO4 at 22 degC."""
    system = load_system("rare_earth")
    totals = {"Eu": 0.4, "SO4": 0.61, "Na": 0.02}
    found = Speciation(system, list(totals), "sit", ("Eu2(SO4)3.8H2O",)).solve(totals, COLD)
    return ln_product(found, {"Na+": 1.0, "Eu+3": 1.0, "SO4-2": 2.0}, 1.0) / LN10


def doubles() -> dict[str, float]:
    neodymium, dysprosium = 23.39 / 144.242, 8.67 / 162.5
    left = {"Nd": 0.003 * neodymium, "Dy": 0.057 * dysprosium}
    sodium = 14.0 * (neodymium + dysprosium)
    formed = 0.997 * neodymium + 0.943 * dysprosium
    sulfate = 1.5 * sum(left.values()) + 0.5 * (sodium - formed)
    return {m: double_sulfate(m, left, sulfate, sodium - formed, HOT) for m in ("Nd", "Dy")} | {
        "Eu": europium()
    }


def solid(name: str, reaction: str, log_k: str, delta_h: str, *more: str) -> list[str]:
    return [f"  - name: {name}", f"    reaction: {reaction}", *more, log_k, delta_h]


def salts() -> list[str]:
    out = []
    system = load_system("rare_earth")
    constants = {formula: fitted(formula, data) for formula, data in points().items()}
    sulfates = [c.delta_h for formula, c in constants.items() if "SO4" in formula and c.delta_h]
    mean = round(sum(sulfates) / len(sulfates), 1)
    for formula, c in constants.items():
        salt, water = formula.split(".")[0], water_of(formula)
        name = f"{salt}.{water}H2O" if water else salt
        ions = {i: n for i, n in dissolve(system, salt).items() if i not in ("H", "H2O")}
        right = [f"{'' if n == 1 else f'{n:g} '}{master(i)}" for i, n in ions.items()]
        right += [f"{water} H2O"] if water else []
        values = f"log K {c.log_k:.2f}, delta H {c.delta_h:.1f}, delta Cp {c.delta_cp:.0f}"
        print(f"{name}: {values}, misses {c.misses:.3f}")
        more = ["    models: [sit]"] if "SO4" in ions or "Na" in ions else []
        if salt in DENSITIES:
            more.append(f"    density: {{value: {DENSITIES[salt][0]} kg/m3, source: {DENSITIES[salt][1]}}}")
        if c.delta_cp:
            more.append(f"    delta_cp: {{value: {c.delta_cp:g} J/mol/K, source: ree_solubility_fit}}")
        log_k, delta_h, enthalpy = c.log_k, c.delta_h, "ree_solubility_fit" if c.delta_h else "no_enthalpy"
        if "SO4" in ions and not c.delta_h:
            middle = 273.15 + sum(c.range) / 2.0
            log_k -= mean / (R * LN10) * (1.0 / T0 - 1.0 / middle)
            delta_h, enthalpy = mean, "ree_sulfate_enthalpy"
        out += solid(
            name,
            f"{name} = {' + '.join(right)}",
            f"    log_k: {{value: {log_k:.2f}, source: ree_solubility_fit, "
            f"uncertainty: {max(c.misses, 0.05):.2f}, "
            f"range: {{T: {c.range[0]:g} degC to {c.range[1]:g} degC}}}}",
            f"    delta_h: {{value: {delta_h:g} kJ/mol, source: {enthalpy}}}",
            *more,
        )
    return out


def double_salts() -> list[str]:
    out = []
    found = doubles()
    print("double sulfates at their temperatures:", {m: round(k, 2) for m, k in found.items()})
    table = radii()
    slope = (found["Dy"] - found["Nd"]) / (table["Dy"] - table["Nd"])

    def hot(m: str) -> float:
        return found["Nd"] + slope * (table[m] - table["Nd"])

    inverse = 1.0 / HOT - 1.0 / COLD
    delta_h = -(hot("Eu") - found["Eu"]) * LN10 * R / inverse
    for m in (*LANTHANIDES, "Y"):
        log_k = hot(m) - delta_h / (R * LN10) * (1.0 / T0 - 1.0 / HOT)
        name = f"Na{m}(SO4)2.H2O"
        out += solid(
            name,
            f"{name} = Na+ + {m}+3 + 2 SO4-2 + H2O",
            f"    log_k: {{value: {log_k:.2f}, source: ree_double_sulfate_fit, uncertainty: 0.7, "
            "range: {T: 20 degC to 70 degC}}",
            f"    delta_h: {{value: {delta_h:.1f} kJ/mol, source: ree_double_sulfate_fit}}",
            "    models: [sit]",
        )
    return out


HEAD = """# Sulfates, double sulfates and oxalates whose constants are fitted to solubilities; written by
# fits/ree_solubility.py, which says how.
solids:
"""
EUROPIUM = solid(
    "Eu2(SO4)3.8H2O",
    "Eu2(SO4)3.8H2O = 2 Eu+3 + 3 SO4-2 + 8 H2O",
    "    log_k: {value: -10.2, source: sit_dat}",
    "    delta_h: {value: -90.974 kJ/mol, source: sit_dat}",
    "    models: [sit]",
)


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        OUTPUT.write_text(HEAD + "\n".join(EUROPIUM) + "\n", encoding="utf-8")
        OUTPUT.write_text(HEAD + "\n".join([*EUROPIUM, *salts(), *double_salts()]) + "\n", encoding="utf-8")
    else:
        salts()
        double_salts()
